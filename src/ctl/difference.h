// SPDX-License-Identifier: GPL-3.0-or-later
// What another version of the calendars would do, as an object and as an operator reads it.
#pragma once

#include <json-glib/json-glib.h>

/** Prints what `schedule diff --json` and the answer to an upload hold: faults, sentences, each change. */
void po_difference_print (JsonObject *difference);
