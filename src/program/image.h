// SPDX-License-Identifier: GPL-3.0-or-later
// PoImage: one finished picture of the house format (slate, card), made off the head's thread and then immutable.
//
// Reference counted, any thread. Its maker fills it (planes, or paint) before anyone else sees it; from then on only
// its buffer is read, which the head puts on air without copying.
#pragma once

#include <gst/gst.h>

#include "program/source.h"

/** PoLayout: where the planes of a house picture stand in its buffer; the same everywhere in this process. */
typedef struct {
  gsize size_bytes;
  gsize offset[3]; // bytes
  gint stride[3];  // bytes
  gint width[3];   // samples
  gint height[3];  // rows
} PoLayout;

void po_layout_init (PoLayout *self, const PoFormat *format);
void po_layout_planes (const PoLayout *self, guint8 *data, PoPlanes *ret_planes);

typedef struct _PoImage PoImage;

/** Black. (transfer full) */
PoImage *po_image_new (const PoFormat *format);
/** A copy that is its maker's to change. (transfer full) */
PoImage *po_image_copy (PoImage *self);
PoImage *po_image_ref (PoImage *self);
void po_image_unref (PoImage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoImage, po_image_unref)

/** For its maker only, before the image is shared. */
void po_image_planes (PoImage *self, PoPlanes *ret_planes);

/** For its maker only: fills the rectangle with one colour, 0xRRGGBB, clipped to the picture, edges rounded to even. */
void po_image_fill (PoImage *self, gint x, gint y, gint width, gint height, guint32 rgb);

/** For its maker only: the rectangle from native-endian xRGB pixels (as cairo has them); @x and @y are even. */
void po_image_paint (PoImage *self, const guint8 *xrgb, gint stride_bytes, gint x, gint y, gint width, gint height);

/** Without timestamps. (transfer none) */
GstBuffer *po_image_buffer (PoImage *self);
