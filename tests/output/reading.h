// SPDX-License-Identifier: GPL-3.0-or-later
// Reads recordings back for the tests: which picture stands where, when, and every sample.
#pragma once

#include <gst/gst.h>

#include "model/format.h"

typedef struct {
  GArray *frames;    // guint64: code << 40 | frame, 0 where no code was found
  GArray *pts;       // gint64 ns, of each picture
  GByteArray *sound; // S16LE stereo, as it comes
  gint64 sound_pts;  // of its first sample
} Recording;

Recording *recording_new (void);
void recording_free (Recording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Recording, recording_free)

/** Appends what @path holds. FALSE where it cannot be read at all. */
gboolean recording_read (Recording *self, const gchar *path, const PoFormat *format);

/** Asserts that its pictures are the @n_frames of code 1 from frame 0 on, each once and in order. */
void recording_assert_whole (const Recording *self, gint64 n_frames);

/** The clock reference of a packet of 188 bytes, in ticks of 27 MHz; -1 where it has none. (ISO/IEC 13818-1, 2.4.3.4)
 */
gint64 recording_pcr (const guint8 *packet);

/** Files in @folder whose names end in @suffix, in order of name. (transfer full) */
GPtrArray *recording_list (const gchar *folder, const gchar *suffix);
void recording_remove_folder (const gchar *folder);
