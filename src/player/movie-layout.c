// SPDX-License-Identifier: GPL-3.0-or-later
// A layout is said by its number, by a bit for each place, or by a label for each channel.
#include "player/movie-layout.h"

#include <string.h>

#include "player/caps-event.h"

#define BY_LABELS     0
#define BY_BITS       0x10000
#define TAG_AT        4
#define BITS_AT       8
#define COUNT_AT      12
#define LABELS_AT     16
#define LABEL_BYTES   20
#define BITS          18 // of labels 1 and up
#define FIRST_UNHEARD GST_AUDIO_CHANNEL_POSITION_TOP_FRONT_LEFT
#define LAST_UNHEARD  GST_AUDIO_CHANNEL_POSITION_BOTTOM_FRONT_RIGHT

static const struct {
  guint32 label;
  gchar letter; // in the layouts below
  GstAudioChannelPosition position;
} places[] = {
    {1, 'L', GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT},
    {2, 'R', GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT},
    {3, 'C', GST_AUDIO_CHANNEL_POSITION_FRONT_CENTER},
    {4, 'W', GST_AUDIO_CHANNEL_POSITION_LFE1},
    {5, 'l', GST_AUDIO_CHANNEL_POSITION_SIDE_LEFT},
    {6, 'r', GST_AUDIO_CHANNEL_POSITION_SIDE_RIGHT},
    {7, 'c', GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT_OF_CENTER},
    {8, 'd', GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT_OF_CENTER},
    {9, 'S', GST_AUDIO_CHANNEL_POSITION_REAR_CENTER},
    {10, 'e', GST_AUDIO_CHANNEL_POSITION_SURROUND_LEFT},
    {11, 'f', GST_AUDIO_CHANNEL_POSITION_SURROUND_RIGHT},
    {33, 'a', GST_AUDIO_CHANNEL_POSITION_REAR_LEFT},
    {34, 'b', GST_AUDIO_CHANNEL_POSITION_REAR_RIGHT},
    {35, 'w', GST_AUDIO_CHANNEL_POSITION_WIDE_LEFT},
    {36, 'x', GST_AUDIO_CHANNEL_POSITION_WIDE_RIGHT},
};

// The number's upper half. '-' is a mix to two (Lt, Rt), or above the others.
static const struct {
  guint16 tag;
  const gchar *letters;
} layouts[] = {
    {108, "LRlr"},     {109, "LRlrC"},    {110, "LRlrCS"},   {111, "LRlrCSwx"}, {113, "LRC"},     {114, "CLR"},
    {115, "LRCS"},     {116, "CLRS"},     {117, "LRClr"},    {118, "LRlrC"},    {119, "LCRlr"},   {120, "CLRlr"},
    {121, "LRCWlr"},   {122, "LRlrCW"},   {123, "LCRlrW"},   {124, "CLRlrW"},   {125, "LRCWlrS"}, {126, "LRCWlrcd"},
    {127, "CcdLRlrW"}, {128, "LRCWlrab"}, {129, "LRlrCWcd"}, {130, "LRCWlr--"}, {131, "LRS"},     {132, "LRlr"},
    {133, "LRW"},      {134, "LRWS"},     {135, "LRWlr"},    {136, "LRCW"},     {137, "LRCWS"},   {138, "LRlrW"},
    {139, "LRlrCS"},   {140, "LRlrCab"},  {141, "CLRlrS"},   {142, "CLRlrSW"},  {143, "CLRlrab"}, {144, "CLRlrabS"},
    {148, "LRlrCcd"},  {150, "LCR"},      {151, "LCRS"},     {152, "LCRW"},     {153, "LRSW"},    {154, "LCRSW"},
};

static guint32 read32 (const guint8 *at) {
  guint32 value = 0;
  memcpy (&value, at, sizeof value);
  return GUINT32_FROM_BE (value);
}

static gboolean has (const PoMovieLayout *self, GstAudioChannelPosition position) {
  for (gint i = 0; i < self->n_channels; i++)
    if (self->positions[i] == position)
      return TRUE;
  return FALSE;
}

// No two channels may have one place; of what is said twice, or is not known, nothing is heard.
static void add (PoMovieLayout *self, GstAudioChannelPosition position) {
  if (position == GST_AUDIO_CHANNEL_POSITION_INVALID || has (self, position))
    for (position = FIRST_UNHEARD; has (self, position);)
      position++;
  self->positions[self->n_channels++] = position;
}

static GstAudioChannelPosition place_of_label (guint32 label) {
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (places[i].label == label)
      return places[i].position;
  return GST_AUDIO_CHANNEL_POSITION_INVALID;
}

static GstAudioChannelPosition place_of_letter (gchar letter) {
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    if (places[i].letter == letter)
      return places[i].position;
  return GST_AUDIO_CHANNEL_POSITION_INVALID;
}

static void read_letters (PoMovieLayout *self, guint16 tag) {
  for (gsize i = 0; i < G_N_ELEMENTS (layouts); i++)
    for (const gchar *letter = layouts[i].letters; layouts[i].tag == tag && *letter != '\0'; letter++)
      add (self, place_of_letter (*letter));
}

static void read_bits (PoMovieLayout *self, guint32 bits) {
  for (guint32 bit = 0; bit < BITS; bit++)
    if ((bits >> bit & 1) != 0)
      add (self, place_of_label (bit + 1));
}

static void read_labels (PoMovieLayout *self, const guint8 *labels, gsize n_labels) {
  for (gsize i = 0; i < n_labels; i++)
    add (self, place_of_label (read32 (labels + i * LABEL_BYTES)));
}

PoMovieLayout po_movie_layout_read (const guint8 *chan, gsize size) {
  PoMovieLayout self = {0};
  if (size < LABELS_AT)
    return self;
  const guint32 tag = read32 (chan + TAG_AT), bits = read32 (chan + BITS_AT), n_labels = read32 (chan + COUNT_AT);
  const gsize most = MIN ((size - LABELS_AT) / LABEL_BYTES, LAST_UNHEARD - FIRST_UNHEARD + 1);
  if (tag == BY_LABELS && n_labels <= most)
    read_labels (&self, chan + LABELS_AT, n_labels);
  else if (tag == BY_BITS && g_bit_storage (bits) <= BITS && __builtin_popcount (bits) <= PO_MOVIE_LAYOUT_CHANNELS)
    read_bits (&self, bits);
  else if (tag > BY_BITS)
    read_letters (&self, (guint16)(tag >> 16));
  const gboolean is_said = self.n_channels > 2 && has (&self, GST_AUDIO_CHANNEL_POSITION_FRONT_LEFT) &&
                           has (&self, GST_AUDIO_CHANNEL_POSITION_FRONT_RIGHT);
  return is_said ? self : (PoMovieLayout){0};
}

/** Order: of one pad. */
typedef struct {
  PoMovieLayout said;
  GstAudioInfo info; // of what comes; its channels in GStreamer's order
  gboolean is_other; // than the file's
} Order;

static GstPadProbeReturn on_caps (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  Order *self = user_data;
  GstCaps *caps = po_caps_event_caps (info);
  GstAudioInfo said;
  if (caps == NULL)
    return GST_PAD_PROBE_OK;
  self->is_other = FALSE;
  if (!gst_audio_info_from_caps (&said, caps) || said.channels != self->said.n_channels)
    return GST_PAD_PROBE_OK;
  GstAudioChannelPosition positions[PO_MOVIE_LAYOUT_CHANNELS];
  memcpy (positions, self->said.positions, sizeof positions);
  if (!gst_audio_channel_positions_to_valid_order (positions, said.channels))
    return GST_PAD_PROBE_OK;
  gst_audio_info_set_format (&self->info, GST_AUDIO_INFO_FORMAT (&said), said.rate, said.channels, positions);
  g_autoptr (GstCaps) placed = gst_audio_info_to_caps (&self->info);
  po_caps_event_replace (info, placed);
  self->is_other = memcmp (positions, self->said.positions, (gsize)said.channels * sizeof *positions) != 0;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  const Order *self = user_data;
  if (!self->is_other)
    return GST_PAD_PROBE_OK;
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  gst_audio_buffer_reorder_channels (buffer, GST_AUDIO_INFO_FORMAT (&self->info), self->info.channels,
                                     self->said.positions, self->info.position);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

void po_movie_layout_mend (GstPad *pad, const PoMovieLayout *layout) {
  Order *order = g_atomic_rc_box_new0 (Order);
  order->said = *layout;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_caps, order, g_atomic_rc_box_release);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, g_atomic_rc_box_acquire (order),
                     g_atomic_rc_box_release);
}
