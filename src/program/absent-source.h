// SPDX-License-Identifier: GPL-3.0-or-later
// A live source that nobody can connect to, since its address is not known: never here, so that its show is on air with
// what stands in for it.
#pragma once

#include "program/source.h"

/** (transfer full) */
PoSource *po_absent_source_new (void);
