// SPDX-License-Identifier: GPL-3.0-or-later
// Measures decoded sound as EBU R 128 has it, at the source's own rate and layout: integrated loudness, range, true
// peak, and where it is silent. Mono counts as it airs, on both sides. One streaming thread; read after the end.
#pragma once

#include <gst/gst.h>

#include "player/stretches.h"

typedef struct _PoMeter PoMeter;

/** What was found; NAN: not to be said (silence, less than a block, no sound). */
typedef struct {
  gdouble loudness_lufs, range_lu, true_peak_dbtp;
} PoMeterResult;

PoMeter *po_meter_new (void);
void po_meter_free (PoMeter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMeter, po_meter_free)

/** The caps it takes: interleaved float at any rate and layout. */
#define PO_METER_CAPS "audio/x-raw,format=" PO_METER_FORMAT ",layout=interleaved"
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define PO_METER_FORMAT "F32LE"
#else
#define PO_METER_FORMAT "F32BE"
#endif

void po_meter_take (PoMeter *self, GstSample *sample);
void po_meter_finish (PoMeter *self, PoMeterResult *ret_result);
const PoStretches *po_meter_silence (PoMeter *self);
