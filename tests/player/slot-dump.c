// SPDX-License-Identifier: GPL-3.0-or-later
// Plays one file through the real pool, player and ring, as the head would in free run, and writes what came out: the
// luma of each house frame, its samples, and one line a frame. The tests read it back.
#include <stdio.h>
#include <stdlib.h>

#include "fact-words.h"
#include "program/player-pool.h"

#define FRAME_WAIT_NS (60 * PO_NS_PER_SECOND)

static gboolean told; // why there is nothing more

static void on_fact (const PoPlayerFact *fact, gpointer user_data) {
  told = told || po_player_fact_is_fault (fact->kind);
  g_print ("fact %s %" G_GINT64_FORMAT " %s\n", fact_kind_to_string (fact->kind), fact->frame, fact->message);
}

typedef struct {
  PoFormat format;
  PoPlanes planes;
  guint64 serial;
  FILE *luma, *sound;
} Dump;

static const gchar *const picture_words[] = {
    [PO_PICTURE_NEW] = "new",           [PO_PICTURE_SAME] = "same", [PO_PICTURE_NOT_YET] = "not-yet",
    [PO_PICTURE_PAST_END] = "past-end", [PO_PICTURE_NONE] = "none", [PO_PICTURE_GONE] = "gone",
};

static void init_planes (Dump *self) {
  const gint width = self->format.width, height = self->format.height;
  self->planes.stride[0] = width;
  self->planes.stride[1] = self->planes.stride[2] = (width + 1) / 2;
  self->planes.data[0] = g_malloc0 ((gsize)width * (gsize)height);
  for (gint plane = 1; plane < 3; plane++)
    self->planes.data[plane] = g_malloc0 ((gsize)self->planes.stride[plane] * (gsize)((height + 1) / 2));
}

static PoPicture dump_frame (Dump *self, PoSource *source, gint64 frame) {
  const gint64 from = po_samples_before_frame (frame, self->format.rate);
  const gint64 to = po_samples_before_frame (frame + 1, self->format.rate);
  if (!po_source_wait (source, frame, to, FRAME_WAIT_NS))
    g_print ("timeout %" G_GINT64_FORMAT "\n", frame);
  const PoPicture picture = po_source_take_picture (source, frame, self->serial, &self->planes, &self->serial);
  g_autofree gint16 *samples = g_new0 (gint16, 2 * (to - from));
  const gboolean lost = po_source_is_sound_lost (source, from, (gsize)(to - from));
  const gsize heard = po_source_read_samples (source, from, (gsize)(to - from), samples);
  g_print ("frame %" G_GINT64_FORMAT " %s %" G_GSIZE_FORMAT "\n", frame, picture_words[picture], heard);
  if ((picture == PO_PICTURE_NEW || picture == PO_PICTURE_SAME) && po_source_is_damaged (source, frame))
    g_print ("damaged %" G_GINT64_FORMAT "\n", frame);
  if (lost)
    g_print ("unheard %" G_GINT64_FORMAT "\n", frame);
  fwrite (self->planes.data[0], 1, (gsize)self->format.width * (gsize)self->format.height, self->luma);
  fwrite (samples, 4, (gsize)(to - from), self->sound);
  return picture;
}

static gboolean read_options (int *argc, char ***argv, PoPlayerSpec *spec) {
  static gint track, gain_mb, ceiling_mb = G_MAXINT;
  static gchar *subtitles, *fields;
  static const GOptionEntry entries[] = {{"track", 0, 0, G_OPTION_ARG_INT, &track, "Sound track, from 0", "N"},
                                         {"gain-mb", 0, 0, G_OPTION_ARG_INT, &gain_mb, "Hundredths of a dB", "N"},
                                         {"ceiling-mb", 0, 0, G_OPTION_ARG_INT, &ceiling_mb, "Likewise", "N"},
                                         {"fields", 0, 0, G_OPTION_ARG_STRING, &fields, "As found", "ORDER"},
                                         {"subtitles", 0, 0, G_OPTION_ARG_STRING, &subtitles, "Languages", "LIST"},
                                         {NULL}};
  g_autoptr (GOptionContext) context = g_option_context_new ("PLAYER FORMAT MEDIA-IN-NS FRAMES OUT-PREFIX FILE");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, NULL) || *argc != 7)
    return FALSE;
  spec->path = (*argv)[6];
  spec->media_in_ns = g_ascii_strtoll ((*argv)[3], NULL, 10);
  spec->fields = po_field_order_from_string (fields);
  spec->sound.track = (guint)track;
  spec->sound.gain_mb = gain_mb;
  spec->sound.limit = ceiling_mb != G_MAXINT;
  spec->sound.ceiling_mb = spec->sound.limit ? ceiling_mb : 0;
  spec->subtitles.wanted = subtitles != NULL;
  spec->subtitles.languages = subtitles;
  spec->subtitles.font = "DejaVu Sans";
  return TRUE;
}

int main (int argc, char **argv) {
  PoPlayerSpec spec = {.kind = PO_PLAYER_FILE};
  if (!read_options (&argc, &argv, &spec)) {
    g_printerr ("usage: slot-dump [OPTION…] PLAYER FORMAT MEDIA-IN-NS FRAMES OUT-PREFIX FILE\n");
    return EXIT_FAILURE;
  }
  Dump dump = {0};
  g_autoptr (GError) error = NULL;
  if (!po_format_parse (argv[2], &dump.format, &error)) {
    g_printerr ("%s\n", error->message);
    return EXIT_FAILURE;
  }
  init_planes (&dump);
  g_autofree gchar *luma = g_strdup_printf ("%s.y", argv[5]);
  g_autofree gchar *sound = g_strdup_printf ("%s.s16", argv[5]);
  dump.luma = fopen (luma, "wb");
  dump.sound = fopen (sound, "wb");
  const PoPlayerPoolSettings settings = {.format = dump.format, .player_path = argv[1], .spares = 0};
  PoPlayerPool *pool = po_player_pool_new (&settings, on_fact, NULL, &error);
  g_assert_no_error (error);
  PoSource *source = po_player_pool_prepare (pool, "run", &spec);
  const gint64 frames = g_ascii_strtoll (argv[4], NULL, 10);
  PoPicture picture = PO_PICTURE_NEW;
  for (gint64 frame = 0; frame < frames; frame++) {
    picture = dump_frame (&dump, source, frame);
    if (picture == PO_PICTURE_PAST_END || picture == PO_PICTURE_GONE)
      break;
  }
  PoSourceState state;
  po_source_query (source, &state);
  g_print ("state flags=%u video_end=%" G_GINT64_FORMAT " audio_end=%" G_GINT64_FORMAT "\n", state.flags,
           state.video_end, state.audio_end);
  while (g_main_context_iteration (NULL, picture == PO_PICTURE_GONE && !told))
    continue;
  po_source_unref (source);
  po_player_pool_free (pool);
  fclose (dump.luma);
  fclose (dump.sound);
  for (gint plane = 0; plane < 3; plane++)
    g_free (dump.planes.data[plane]);
  return EXIT_SUCCESS;
}
