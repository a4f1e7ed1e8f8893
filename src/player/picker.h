// SPDX-License-Identifier: GPL-3.0-or-later
// PoPicker: the element that turns a clip's pictures into house frames, before any is converted: of those that fall to
// one house frame the nearest goes on, the others are dropped; one that stands for several goes on once. It holds one
// picture back, since only the next one tells how long it stands; but the first two go on at once for the frames that
// are certainly theirs, and perhaps once more for others. Output buffers carry the house frames that they cover as
// [offset, offset_end); a lone picture of an image file stands for ever.
// Streaming thread. Format conversion is not its business.
#pragma once

#include <gst/gst.h>

#include "player/damage.h"
#include "player/timeline.h"

#define PO_TYPE_PICKER (po_picker_get_type ())
G_DECLARE_FINAL_TYPE (PoPicker, po_picker, PO, PICKER, GstElement)

/** @timeline, and @damage (nullable), which is told which house frames are damaged, must outlive the element. Floating
 * reference. */
GstElement *po_picker_new (PoTimeline *timeline, PoRate rate, PoDamage *damage);

/** The source is an image file: if it gives one picture only, that is a still. Before data flows. */
void po_picker_set_image (PoPicker *self, gboolean is_image);

/** Whether one more field comes in than pictures come here, so that the last one stands for both. Streaming thread. */
void po_picker_set_field_lost (PoPicker *self, gboolean lost);

/** Frame 0 is @later_ns behind where it was, and none that has been covered counts. While the first picture prerolls.
 */
void po_picker_begin_at (PoPicker *self, gint64 later_ns);

/** An element message of this name says how long after frame 0 the first picture after a flush comes, as "late" in
 * nanoseconds (gint64): less than nothing where all is well, as much as can be where none came. */
#define PO_PICKER_FIRST "po-picker-first"

/** From here on that is said, after each flush. Not while pictures come in. */
void po_picker_tell_first (PoPicker *self);

/** House frames covered so far; after the end, where the source ends. */
gint64 po_picker_frames (PoPicker *self);
gboolean po_picker_is_still (PoPicker *self);
