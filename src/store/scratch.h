// SPDX-License-Identifier: GPL-3.0-or-later
// Folders of files that are needed for a while only. Any thread.
#pragma once

#include <glib.h>

/** Removes @folder and the files in it; folders in it, and what cannot be removed, stay. */
void po_scratch_remove (const gchar *folder);
