// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at decoded pictures for black and for standstill, by a grid of their luma in whatever format they come.
// One streaming thread; read after the end.
#pragma once

#include <gst/gst.h>

#include "player/stretches.h"

/** PoLook: a plain value, made by po_look_init(). */
typedef struct {
  PoStretches black, freeze;
  guint8 *grid, *held; // of the picture at hand, and of the one that a standstill began with
  gboolean has_held;
  gboolean has_last;
  gint64 last_ns;
  gboolean last_black, last_frozen;
  GstCaps *caps; // those that were understood last
  gpointer info; // GstVideoInfo of them
} PoLook;

void po_look_init (PoLook *self);
void po_look_clear (PoLook *self);

/** @at_ns: when it is shown, from any origin. */
void po_look_take (PoLook *self, GstSample *sample, gint64 at_ns);
/** @end_ns: when the last picture ends. */
void po_look_finish (PoLook *self, gint64 end_ns);
