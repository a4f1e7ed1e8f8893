// SPDX-License-Identifier: GPL-3.0-or-later
// A source without media, whose pictures and samples say which they are. Everything it delivers follows from its
// settings and the position asked for.
//
// Thread: as PoSource; po_synthetic_source_set_ready may be called from any thread.
#pragma once

#include "program/source.h"

typedef struct {
  PoFormat format;
  guint8 code;          // says which source, in every picture and sample
  PoSourceFlags flags;  // HAS_VIDEO, HAS_AUDIO, STILL, FAILED as wanted; the rest follows
  gint64 end_frame;     // pictures and sound before this frame; -1 = endless
  gint64 gone_frame;    // from here on the source is dead; -1 = never
  gint64 stuck_frame;   // from here on nothing comes...
  gint64 unstuck_frame; // ...before this frame has been asked for; -1 and -1 = never stuck
} PoSyntheticSettings;

/** Video and audio, endless, painted. */
void po_synthetic_settings_init (PoSyntheticSettings *self, const PoFormat *format, guint8 code);

/** (transfer full) */
PoSource *po_synthetic_source_new (const PoSyntheticSettings *settings);

/** A source is made ready; FALSE makes it say "not yet" to everything until it is set again. */
void po_synthetic_source_set_ready (PoSource *source, gboolean is_ready);

/** Paints and reads the picture code: the source's @code and the frame number, as black and white blocks over the top
 * of the picture that survive lossy coding. */
void po_synthetic_paint (const PoFormat *format, const PoPlanes *planes, guint8 code, gint64 frame);
gboolean po_synthetic_read (const PoFormat *format, const guint8 *luma, gint stride_bytes, guint8 *ret_code,
                            gint64 *ret_frame);

/** The sample of source @code at @position: a ramp on the left that names the position modulo 16384, the code on the
 * right. */
void po_synthetic_sample (guint8 code, gint64 position, gint16 ret_sample[2]);
