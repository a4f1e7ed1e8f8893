// SPDX-License-Identifier: GPL-3.0-or-later
// Files without a name and with nothing in them, kept ready, so that who needs one never waits for the disk that it is
// on: a thread of its own does, and outlives them where it hangs there. Any thread.
#pragma once

#include <glib.h>

typedef struct _PoBlankFiles PoBlankFiles;

/** PoBlankFile: one of them; its descriptors are the taker's. */
typedef struct {
  gint write_fd, read_fd;
} PoBlankFile;

/** In @folder. (transfer full) */
PoBlankFiles *po_blank_files_new (const gchar *folder);
PoBlankFiles *po_blank_files_ref (PoBlankFiles *self);
void po_blank_files_unref (PoBlankFiles *self);

/** FALSE: none is ready, or can be made. */
gboolean po_blank_files_take (PoBlankFiles *self, PoBlankFile *ret_file);
