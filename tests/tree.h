// SPDX-License-Identifier: GPL-3.0-or-later
// What tests leave behind goes with them.
#pragma once

#include <glib.h>

/** Removes the folder @path with all that is in it; links themselves, not what they lead to. */
void test_remove_tree (const gchar *path);
