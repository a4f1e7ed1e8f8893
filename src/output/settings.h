// SPDX-License-Identifier: GPL-3.0-or-later
// PoOutputSettings: one place that the programme is sent to or kept in, as the configuration has it. A plain value.
#pragma once

#include "model/format.h"

/**
 * PoOutputCodec:
 * @PO_OUTPUT_CODEC_H264: H.264 and AAC
 * @PO_OUTPUT_CODEC_LOSSLESS: FFV1 and PCM, exact to the bit
 * @PO_OUTPUT_CODEC_RAW: as the head has it, for a window
 */
typedef enum { PO_OUTPUT_CODEC_H264, PO_OUTPUT_CODEC_LOSSLESS, PO_OUTPUT_CODEC_RAW } PoOutputCodec;

typedef enum { PO_OUTPUT_CONTAINER_TS, PO_OUTPUT_CONTAINER_MKV } PoOutputContainer;

typedef struct {
  gchar *name;
  gchar *type; // "udp", "srt", "rtp", "rtmp", "file", "hls", "window"
  gchar *uri;  // (nullable) network outputs: where to
  gchar *path; // (nullable) file and hls: the folder, absolute; made if absent
  PoOutputCodec codec;
  PoOutputContainer container; // lossless sound and picture stand in Matroska only
  gint video_bitrate_kbps;     // 0 = by the picture's size
  gint audio_bitrate_kbps;     // 0 = 128
  gint width, height;          // 0 = the house's
  gint64 segment_ns;           // file and hls: length of a segment; 0 = one hour, 4 s
  gchar *service_name;         // (nullable) in the SDT of a transport stream
  gint64 keep_ns;              // file: how long what was recorded is kept; 0 = as long as there is room
  gint64 keep_free_bytes;      // file: what stays free on the disk; < 0 = by its size
  gchar *state_path;           // (nullable) file: the folder that must never lack room
  gint64 state_free_bytes;     // file: what stays free for it, where it is on the same disk
} PoOutputSettings;

PoOutputSettings *po_output_settings_new (const gchar *name, const gchar *type);
PoOutputSettings *po_output_settings_copy (const PoOutputSettings *self);
void po_output_settings_free (PoOutputSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoOutputSettings, po_output_settings_free)

/** The folder, or the URI without passphrase, password and stream key: what may be shown; of what has neither, its
 * type. (transfer full) */
gchar *po_output_settings_where (const PoOutputSettings *self);

/** A picture bitrate that suits the size and rate, in kbit/s. */
gint po_output_default_bitrate_kbps (gint width, gint height, PoRate rate);
