// SPDX-License-Identifier: GPL-3.0-or-later
// Many changes in a few sentences, for who must decide whether an edit is what was meant: "3 items lose their clip".
// Pure.
#pragma once

#include "rundown/diff.h"

/** @changes: PoChange, as po_rundown_diff() gives them. Empty where nothing changes. (transfer full) */
GStrv po_changes_summary (GPtrArray *changes, PoRate rate);
