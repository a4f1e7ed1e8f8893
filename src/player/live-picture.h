// SPDX-License-Identifier: GPL-3.0-or-later
// Which pictures of a live source are kept, and for how long each stands: not more of them than the house can show,
// none whose time is over. And whether their time stamps stand still: a decoder never lets them go back, so when the
// source's did, all pictures have the last one until theirs are past it. Pure: of one thread, positions are the
// timeline's.
#pragma once

#include "model/time.h"

typedef enum {
  PO_LIVE_PICTURE_KEEP,
  PO_LIVE_PICTURE_LEAVE, // it is not shown
  PO_LIVE_PICTURE_ANEW,  // nor are those to come, unless the source is connected anew
} PoLivePictureStep;

/** PoLivePicture: what is known of those that came; begin with zeros, but for the frame. */
typedef struct {
  gint64 frame;                  // how long one of the house is
  gint64 last_position, step;    // of the last one, and from the one before
  gint64 last_first, last_until; // of the last one kept
  guint late;                    // so many in a row came after their time
} PoLivePicture;

/** How long the next one lasts, in samples, that says @duration_ns of itself, or -1. */
gint64 po_live_picture_length (const PoLivePicture *self, gint64 duration_ns);

typedef struct {
  gint64 first, until; // from a position to before another
} PoLivePictureSpan;

/** The next one lies at @position and lasts @length. @is_damaged: it is not to be seen. @ret_span: of one to KEEP, how
 * long it stands. */
PoLivePictureStep po_live_picture_see (PoLivePicture *self, gint64 position, gint64 length, gboolean is_damaged,
                                       PoLivePictureSpan *ret_span);
