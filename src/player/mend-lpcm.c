// SPDX-License-Identifier: GPL-3.0-or-later
// A probe on what goes into the decoder: of a Blu-ray Disc, or of a DVD.
#include "player/mend-lpcm.h"

#include <string.h>

#define GROUP_SAMPLES 4 // as the decoder has them: the upper 16 bits of each, and behind them the lower 8
#define GROUP_BYTES   12

// ---- in transport streams ----

#define BLURAY_HEAD_BYTES 4
#define BLURAY_24_BITS    3

// There it is as anywhere else; the decoder takes it for that of a DVD, and makes noise of it. It is given what that
// makes right.
static GstPadProbeReturn on_bluray (GstPadProbeInfo *info) {
  static const guint8 places[GROUP_BYTES] = {0, 1, 8, 2, 3, 9, 4, 5, 10, 6, 7, 11};
  guint8 head[BLURAY_HEAD_BYTES];
  GstMapInfo map;
  if (gst_buffer_extract (GST_PAD_PROBE_INFO_BUFFER (info), 0, head, sizeof head) != sizeof head ||
      head[3] >> 6 != BLURAY_24_BITS)
    return GST_PAD_PROBE_OK;
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  if (!gst_buffer_map (buffer, &map, GST_MAP_READWRITE))
    return GST_PAD_PROBE_OK;
  for (gsize at = BLURAY_HEAD_BYTES; at + GROUP_BYTES <= map.size; at += GROUP_BYTES) {
    guint8 group[GROUP_BYTES];
    memcpy (group, map.data + at, sizeof group);
    for (gsize i = 0; i < GROUP_BYTES; i++)
      map.data[at + places[i]] = group[i];
  }
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

// ---- in program streams ----

#define DVD_HEAD_BYTES 5 // where in the packet a unit of sound begins, and what the samples are
#define DVD_24_BITS    0x80
#define DVD_BITS       0xc0
#define AT_ONCE        4 // the place of a unit that begins right behind the head
#define MOST_CHANNELS  8
#define MOST_BLOCK     (3 * GROUP_SAMPLES * MOST_CHANNELS)
#define LOOKED_GROUPS  128
#define CLEARLY        2

/** Dvd: one stream; of its streaming thread. */
typedef struct {
  guint8 format; // bits, rate and channels, as the last head had them
  gsize bits, channels, rate;
  gsize group_samples; // that are kept together: two of each channel, but four at the most
  gsize block_bytes;   // of whole groups with as many samples of each channel
  gboolean has_begun;
  gboolean is_phase_known;
  guint8 rest[MOST_BLOCK]; // of a block that goes on
  gsize rest_bytes;
} Dvd;

static gsize divisor (gsize a, gsize b) {
  return b == 0 ? a : divisor (b, a % b);
}

static void take_format (Dvd *self, guint8 format) {
  static const gsize rates[] = {48000, 96000, 44100, 32000};
  self->format = format;
  self->bits = 16 + 4 * (gsize)(format >> 6);
  self->rate = rates[format >> 4 & 3];
  self->channels = 1 + (format & 7);
  self->group_samples = self->channels == 1 ? 2 : GROUP_SAMPLES;
  self->block_bytes = GROUP_SAMPLES * self->channels / divisor (GROUP_SAMPLES, self->channels) * self->bits / 8;
}

static gint word_at (const guint8 *at) {
  return (gint16)(at[0] << 8 | at[1]);
}

// How far the samples are from one another if the first group begins at @data: little of sound, much of anything else.
static gint64 roughness (const Dvd *self, const guint8 *data, gsize size) {
  const gsize group_bytes = self->group_samples * self->bits / 8;
  const gsize n_groups = MIN (size / group_bytes, LOOKED_GROUPS);
  gint previous[MOST_CHANNELS] = {0};
  gint64 sum = 0;
  for (gsize s = 0; s < n_groups * self->group_samples; s++) {
    const gint word = word_at (data + s / self->group_samples * group_bytes + s % self->group_samples * 2);
    sum += s < self->channels ? 0 : ABS (word - previous[s % self->channels]);
    previous[s % self->channels] = word;
  }
  return sum;
}

// After a seek: where in @data the first group begins. On a disc that is at once; ffmpeg lets one go on from packet to
// packet, and says nothing of it.
static gsize find_phase (Dvd *self, const guint8 *data, gsize size) {
  const gsize step = self->channels * self->bits / 8;
  const gsize period = self->channels == 1 ? 2 * step : self->block_bytes;
  gsize found = 0;
  gint64 least = G_MAXINT64, next = G_MAXINT64;
  for (gsize at = 0; at < period && at < size; at += step) {
    const gint64 rough = roughness (self, data + at, size - period);
    if (rough < least) {
      next = least;
      least = rough;
      found = at;
    } else {
      next = MIN (next, rough);
    }
  }
  self->is_phase_known = least < next / CLEARLY;
  return self->is_phase_known ? found : 0;
}

// The decoder's groups, of 24 bits, made of @n_samples as they come.
static void write_groups (const Dvd *self, guint8 *to, const guint8 *from, gsize n_samples) {
  const gsize n = self->group_samples, group_bytes = n * self->bits / 8;
  for (gsize s = 0; s < n_samples; s++) {
    const guint8 *group = from + s / n * group_bytes;
    const gsize i = s % n, place = s % GROUP_SAMPLES;
    guint8 *into = to + s / GROUP_SAMPLES * GROUP_BYTES;
    const guint8 shared = group[2 * n + i / 2]; // by two of 20 bits
    memcpy (into + 2 * place, group + 2 * i, 2);
    into[2 * GROUP_SAMPLES + place] =
        self->bits == 24 ? group[2 * n + i] : (guint8)(i % 2 == 0 ? shared & 0xf0 : shared << 4);
  }
}

static GstClockTime length_of (const Dvd *self, gsize bytes) {
  return gst_util_uint64_scale (bytes, 8 * GST_SECOND, self->rate * self->channels * self->bits);
}

// (transfer full) (nullable) The blocks that are whole in what was left over and @data, behind a head of their own.
static GstBuffer *take_blocks (Dvd *self, GstBuffer *buffer, const guint8 *packet, gsize packet_bytes) {
  const guint8 *data = packet + DVD_HEAD_BYTES;
  const gsize bytes = packet_bytes - DVD_HEAD_BYTES, size = self->rest_bytes + bytes;
  const gsize place = (gsize)packet[0] << 8 | packet[1], unit_at = place > AT_ONCE ? place - AT_ONCE : 0;
  g_autofree guint8 *all = g_malloc (size);
  memcpy (all, self->rest, self->rest_bytes);
  memcpy (all + self->rest_bytes, data, bytes);
  gsize skip = 0;
  if (unit_at > 0)
    skip = (self->rest_bytes + unit_at) % self->block_bytes;
  else if (!self->is_phase_known && size > self->block_bytes)
    skip = find_phase (self, all, size);
  skip = MIN (skip, size);
  const gsize whole = (size - skip) / self->block_bytes * self->block_bytes, n_samples = whole * 8 / self->bits;
  const gint64 ahead = (gint64)(self->rest_bytes + unit_at) - (gint64)skip;
  self->rest_bytes = size - skip - whole;
  memcpy (self->rest, all + skip + whole, self->rest_bytes);
  if (n_samples == 0)
    return NULL;
  const gsize made_bytes = DVD_HEAD_BYTES + 3 * n_samples;
  guint8 *made = g_malloc (made_bytes);
  memcpy (made, (guint8[]){0, AT_ONCE, packet[2], (guint8)((packet[3] & ~DVD_BITS) | DVD_24_BITS), packet[4]},
          DVD_HEAD_BYTES);
  write_groups (self, made + DVD_HEAD_BYTES, all + skip, n_samples);
  GstBuffer *blocks = gst_buffer_new_wrapped (made, made_bytes);
  gst_buffer_copy_into (blocks, buffer, GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0, (gsize)-1);
  if (GST_BUFFER_PTS_IS_VALID (blocks) && ahead > 0)
    GST_BUFFER_PTS (blocks) -= MIN (GST_BUFFER_PTS (blocks), length_of (self, (gsize)ahead));
  return blocks;
}

// The decoder takes each packet's samples by themselves, groups that a packet or a unit's beginning breaks for none,
// those of one channel for those of two, and of 20 bits it mixes up the lowest.
static GstPadProbeReturn on_dvd (Dvd *self, GstPadProbeInfo *info) {
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstMapInfo map;
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_PAD_PROBE_OK;
  const guint8 bits = map.size > DVD_HEAD_BYTES ? map.data[3] & DVD_BITS : 0;
  if (bits == 0 || bits == DVD_BITS) {
    gst_buffer_unmap (buffer, &map);
    return GST_PAD_PROBE_OK;
  }
  if (GST_BUFFER_IS_DISCONT (buffer) || map.data[3] != self->format) {
    take_format (self, map.data[3]);
    self->rest_bytes = 0;
    self->is_phase_known = !self->has_begun;
  }
  self->has_begun = TRUE;
  GstBuffer *blocks = take_blocks (self, buffer, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  if (blocks == NULL)
    return GST_PAD_PROBE_DROP;
  gst_buffer_unref (buffer);
  GST_PAD_PROBE_INFO_DATA (info) = blocks;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *structure = caps != NULL ? gst_caps_get_structure (caps, 0) : NULL;
  if (structure != NULL && gst_structure_has_name (structure, "audio/x-private-ts-lpcm"))
    return on_bluray (info);
  if (structure != NULL && gst_structure_has_name (structure, "audio/x-private1-lpcm"))
    return on_dvd (user_data, info);
  return GST_PAD_PROBE_OK;
}

void po_mend_lpcm (GstElement *decoder) {
  g_autoptr (GstPad) sink = gst_element_get_static_pad (decoder, "sink");
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_packet, g_new0 (Dvd, 1), g_free);
}
