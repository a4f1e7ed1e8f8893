// SPDX-License-Identifier: GPL-3.0-or-later
// A clip on its way into the media folder, piece by piece: it grows under a hidden name that no listing shows, in the
// folder where it is to lie, and gets its name in one step when it is whole. What has arrived outlives a restart: the
// size of the hidden file says how much. It never follows a link and never leaves the folder. Any thread; blocks.
#pragma once

#include "model/time.h"

#define PO_INTAKE_ID_CHARS 32

/** What is sent; plain value, borrowed strings. */
typedef struct {
  const gchar *dir;  // the media folder
  const gchar *path; // under it, checked by po_intake_check_path()
  const gchar *id;   // PO_INTAKE_ID_CHARS of hex; the same upload has the same one at every try
  gint64 size_bytes; // of the whole
  gboolean replace;  // a clip that has this name already
} PoIntake;

/** @path as it may be used: UTF-8 in NFC, no "..", nothing hidden, a name that is listed. NULL with PO_ERROR_INPUT.
 * (transfer full) */
gchar *po_intake_check_path (const gchar *path, GError **error);

/** How much is there already; makes folder and file where they are not. PO_ERROR_TAKEN: there is such a clip;
 * PO_ERROR_NO_ROOM: not enough for the rest of it. */
gboolean po_intake_begin (const PoIntake *self, gint64 *ret_received_bytes, GError **error);

/** Adds @bytes at @at_bytes, which must be where the last ones ended (else PO_ERROR_CONFLICT): all of them or, as with
 * PO_ERROR_NO_ROOM, none. The last piece puts the clip in its place. @ret_received_bytes: in and out. */
gboolean po_intake_add (const PoIntake *self, gint64 at_bytes, GBytes *bytes, gint64 *ret_received_bytes,
                        GError **error);

/** The folder in which the clip @path lies or is to lie, reached without following a link; -1 with errno. */
gint po_intake_open_folder (const gchar *dir, const gchar *path, gboolean make);

void po_intake_drop (const PoIntake *self);

/** Whether a file of this name (without folders) is what has come of an upload, and nothing else that somebody may have
 * hidden there. */
gboolean po_intake_is_hidden_name (const gchar *name);
