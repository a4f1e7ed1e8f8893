// SPDX-License-Identifier: GPL-3.0-or-later
// What a movie says of its channels: by the number of a layout, by bits, by labels; and what says nothing.
#include "player/movie-layout.h"

#define MOST_LABELS 20
#define LABELS_AT   16
#define LABEL_BYTES 20

typedef struct {
  const gchar *name;
  guint32 tag, bits;
  guint32 labels[MOST_LABELS]; // 0: no more
  const gchar *expected;       // places in the file's order
} Case;

static void put32 (guint8 *at, guint32 value) {
  for (guint i = 0; i < 4; i++)
    at[i] = (guint8)(value >> (24 - 8 * i));
}

static const gchar *place_to_string (GstAudioChannelPosition position) {
  static const gchar *const words[] = {"L", "R", "C", "LFE", "Rl", "Rr", "Lc", "Rc", "Cs", "LFE2", "Sl", "Sr"};
  if (position >= 0 && position < (gint)G_N_ELEMENTS (words))
    return words[position];
  return position >= GST_AUDIO_CHANNEL_POSITION_SURROUND_LEFT ? "surround" : "unheard";
}

static gsize make_chan (const Case *what, guint8 *chan) {
  guint32 n_labels = 0;
  for (; n_labels < MOST_LABELS && what->labels[n_labels] != 0; n_labels++)
    put32 (chan + LABELS_AT + n_labels * LABEL_BYTES, what->labels[n_labels]);
  put32 (chan + 4, what->tag);
  put32 (chan + 8, what->bits);
  put32 (chan + 12, n_labels);
  return LABELS_AT + n_labels * LABEL_BYTES;
}

static void test_read (gconstpointer data) {
  const Case *what = data;
  guint8 chan[LABELS_AT + MOST_LABELS * LABEL_BYTES] = {0};
  const gsize size = make_chan (what, chan);
  const PoMovieLayout layout = po_movie_layout_read (chan, size);
  g_autoptr (GString) found = g_string_new (NULL);
  for (gint i = 0; i < layout.n_channels; i++)
    g_string_append_printf (found, "%s%s", i > 0 ? " " : "", place_to_string (layout.positions[i]));
  g_assert_cmpstr (found->str, ==, what->expected);
  for (gsize less = 0; less < size; less++)
    if (what->tag == 0 || less < LABELS_AT) // cut short
      g_assert_cmpint (po_movie_layout_read (chan, less).n_channels, ==, 0);
}

int main (int argc, char **argv) {
  static const Case cases[] = {
      {"5.1 of MPEG", 121 << 16 | 6, 0, {0}, "L R C LFE Sl Sr"},
      {"5.1 with the centre first", 124 << 16 | 6, 0, {0}, "C L R Sl Sr LFE"},
      {"7.1", 128 << 16 | 8, 0, {0}, "L R C LFE Sl Sr Rl Rr"},
      {"5.1 beside a mix to two", 130 << 16 | 8, 0, {0}, "L R C LFE Sl Sr unheard unheard"},
      {"stereo", 101 << 16 | 2, 0, {0}, ""},
      {"counted only", 147 << 16 | 6, 0, {0}, ""},
      {"not known", 200 << 16 | 6, 0, {0}, ""},
      {"by bits", 1 << 16, 0x13f, {0}, "L R C LFE Sl Sr Cs"},
      {"by bits, heights", 1 << 16, 0x3003, {0}, "L R unheard unheard"},
      {"by bits that are not there", 1 << 16, 0x80000007, {0}, ""},
      {"by labels", 0, 0, {3, 1, 2, 33, 34, 4}, "C L R Rl Rr LFE"},
      {"by labels, twice the same", 0, 0, {1, 2, 1, 2}, "L R unheard unheard"},
      {"by labels, as broadcasters have them", 0, 0, {1, 2, 3, 4, 5, 6, 38, 39}, "L R C LFE Sl Sr unheard unheard"},
      {"by labels, without left and right", 0, 0, {3, 4, 5, 6}, ""},
      {"by labels of no place", 0, 0, {0x10000, 0x10001, 0x10002, 0x10003}, ""},
      {"by labels, too many", 0, 0, {1, 2, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67}, ""},
  };
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path = g_strconcat ("/movie-layout/", cases[i].name, NULL);
    g_test_add_data_func (path, &cases[i], test_read);
  }
  return g_test_run ();
}
