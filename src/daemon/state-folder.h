// SPDX-License-Identifier: GPL-3.0-or-later
// The state folder: who may use it, and whether it can be written. One daemon at a time; a folder belongs either to the
// real station or to a pretended one (--at), never to both, because a pretended time in the station's log would be a
// lie. Main thread. What is kept inside belongs to log, media and schedule.
#pragma once

#include <glib.h>

typedef struct _PoStateFolder PoStateFolder;

/**
 * Makes the folder if need be and takes its lock. @pretended: --at was given.
 * PO_ERROR_CONFLICT when another daemon holds it or it belongs to the other kind: the daemon must not start. A folder
 * that cannot be made or written is no error: see po_state_folder_problem(). (transfer full)
 */
PoStateFolder *po_state_folder_open (const gchar *path, gboolean pretended, GError **error);
void po_state_folder_free (PoStateFolder *self); // gives up the lock
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoStateFolder, po_state_folder_free)

const gchar *po_state_folder_path (PoStateFolder *self);

/** Why nothing can be kept here, or NULL. (transfer none) */
const gchar *po_state_folder_problem (PoStateFolder *self);
