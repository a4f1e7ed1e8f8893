// SPDX-License-Identifier: GPL-3.0-or-later
// Mark in and mark out of a clip, kept in a small text file beside it: tap-07.mp4.marks. Anybody may write one by hand.
// Any thread; blocks.
#pragma once

#include "model/media-facts.h"
#include "store/beneath.h"

#define PO_MEDIA_MARKS_SUFFIX ".marks"

/** PoMediaMarks: a plain value. */
typedef struct {
  PoMark som, eom;
} PoMediaMarks;

/** What stands in the file of the clip @path; FALSE with @error where that makes no sense. */
gboolean po_media_marks_read (PoBeneath *beneath, const gchar *path, PoMediaMarks *ret_marks, GError **error);

/** Whether the clip of @facts has something between them; what cannot air is not judged by its length. @house: the rate
 * that counts where it has none. */
gboolean po_media_marks_check (const PoMediaMarks *marks, const PoMediaFacts *facts, PoRate house, GError **error);

/** Writes it in one step, or takes it away when no mark is set. @dir: the media folder. */
gboolean po_media_marks_write (const gchar *dir, const gchar *path, const PoMediaMarks *marks, GError **error);

/** The file of the clip @from becomes that of @to, which has none yet. FALSE where the folder does not let us. */
gboolean po_media_marks_move (const gchar *dir, const gchar *from, const gchar *to);
