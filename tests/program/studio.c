// SPDX-License-Identifier: GPL-3.0-or-later
#include "studio.h"

#include <string.h>

static void on_push (gpointer user, GstBuffer *video, GstBuffer *audio, gint64 k) {
  Studio *studio = user;
  GstMapInfo map;
  guint8 code = 0;
  gint64 frame = 0;
  if (!studio->is_walk)
    g_assert_cmpint (k, ==, studio->next_k);
  studio->next_k = k + 1;
  g_assert_cmpint ((gint64)GST_BUFFER_PTS (video), ==, po_duration_from_frames_floor (k, studio->format.rate));
  g_assert_true (gst_buffer_map (video, &map, GST_MAP_READ));
  if (!po_synthetic_read (&studio->format, map.data, (studio->format.width + 3) / 4 * 4, &code, &frame))
    code = 0;
  gst_buffer_unmap (video, &map);
  guint64 value = (guint64)code << 40 | (guint64)frame;
  g_array_append_val (studio->pictures, value);
  g_assert_true (gst_buffer_map (audio, &map, GST_MAP_READ));
  g_byte_array_append (studio->sound, map.data, (guint)map.size);
  gst_buffer_unmap (audio, &map);
  if (studio->stop_after > 0 && k + 1 >= studio->stop_after)
    g_atomic_int_set (&studio->is_enough, TRUE);
}

static void on_event (const PoHeadEvent *event, gpointer user_data) {
  static const gchar *const kinds[] = {[PO_HEAD_START] = "start",
                                       [PO_HEAD_SCREEN] = "screen",
                                       [PO_HEAD_SOURCE_ENDED] = "source-ended",
                                       [PO_HEAD_SOURCE_GONE] = "source-gone",
                                       [PO_HEAD_END] = "end"};
  Studio *studio = user_data;
  if (event->kind == PO_HEAD_FINISHED) {
    g_main_loop_quit (studio->loop);
    return;
  }
  if (event->kind == PO_HEAD_CHECKPOINT)
    return;
  g_string_append_printf (studio->told, "%" G_GINT64_FORMAT " %s %s", event->n - FIRST, kinds[event->kind],
                          event->item != NULL ? event->item->title : "-");
  if (event->kind == PO_HEAD_SCREEN)
    g_string_append_printf (studio->told, " %s", po_screen_to_string (event->screen));
  if (event->kind == PO_HEAD_END)
    g_string_append_printf (studio->told, " %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                            event->counts.shown, event->counts.repeated, event->counts.filled);
  g_string_append_c (studio->told, '\n');
}

PoImage *studio_coded_image (const PoFormat *format, guint8 code) {
  PoImage *image = po_image_new (format);
  PoPlanes planes;
  po_image_planes (image, &planes);
  po_synthetic_paint (format, &planes, code, 0);
  return image;
}

void studio_init (Studio *studio, const gchar *format, gboolean is_free_run, PoFrame length) {
  g_autoptr (GError) error = NULL;
  PoHeadSettings settings;
  *studio = (Studio){.loop = g_main_loop_new (NULL, FALSE), .told = g_string_new (NULL)};
  studio->pictures = g_array_new (FALSE, FALSE, sizeof (guint64));
  studio->sound = g_byte_array_new ();
  g_assert_true (po_format_parse (format, &studio->format, &error));
  po_head_settings_init (&settings, &studio->format);
  settings.is_free_run = is_free_run;
  settings.until = is_free_run ? FIRST + length : PO_FRAME_NONE;
  settings.patience_ms = 50;
  g_autoptr (PoImage) slate = studio_coded_image (&studio->format, SLATE);
  studio->head = po_head_new (&settings, slate, on_event, studio, &error);
  g_assert_no_error (error);
  PoFeed feed = {on_push, studio};
  po_head_add_feed (studio->head, &feed);
}

void studio_clear (Studio *studio) {
  po_head_free (studio->head);
  g_main_loop_unref (studio->loop);
  g_array_unref (studio->pictures);
  g_byte_array_unref (studio->sound);
  g_string_free (studio->told, TRUE);
}

void studio_run_free (Studio *studio) {
  PoAnchor anchor = {.first = FIRST};
  po_head_start (studio->head, &anchor, 0);
  g_main_loop_run (studio->loop);
  po_head_stop (studio->head);
}

static gboolean on_poll (gpointer data) {
  Studio *studio = data;
  if (!g_atomic_int_get (&studio->is_enough))
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (studio->loop);
  return G_SOURCE_REMOVE;
}

void studio_run_real (Studio *studio, gint64 frames) {
  PoAnchor anchor = {.first = FIRST, .mono_ns = g_get_monotonic_time () * 1000};
  studio->stop_after = frames;
  g_timeout_add (5, on_poll, studio);
  po_head_start (studio->head, &anchor, 0);
  g_main_loop_run (studio->loop);
  po_head_stop (studio->head);
}

PoItem *studio_item (PoFrame start, PoFrame end, PoItemKind kind, const gchar *title) {
  const PoItem item = {.start = FIRST + start,
                       .end = FIRST + end,
                       .kind = kind,
                       .title = title,
                       .media = title,
                       .media_origin = FIRST + start,
                       .media_out_ns = -1,
                       .slot_start = FIRST + start,
                       .slot_end = FIRST + end};
  return po_item_copy (&item);
}

void studio_bind (Studio *studio, const PoItem *item, const PoSyntheticSettings *settings) {
  g_autofree gchar *key = po_item_run_key (item);
  g_autoptr (PoSource) source = po_synthetic_source_new (settings);
  po_head_bind (studio->head, key, source);
}

void studio_set_items (Studio *studio, GPtrArray *items) {
  g_autoptr (PoRundown) rundown = po_rundown_new (studio->format.rate, items);
  po_head_set_rundown (studio->head, rundown);
}

void studio_play (Studio *studio, PoItem *item, const PoSyntheticSettings *settings) {
  PoSyntheticSettings usual;
  GPtrArray *items = g_ptr_array_new ();
  po_synthetic_settings_init (&usual, &studio->format, 1);
  studio_bind (studio, item, settings != NULL ? settings : &usual);
  g_ptr_array_add (items, item);
  studio_set_items (studio, items);
}

void studio_check_picture (Studio *studio, guint at, guint8 code, gint64 frame) {
  guint64 value = g_array_index (studio->pictures, guint64, at);
  if (value != ((guint64)code << 40 | (guint64)frame))
    g_error ("frame %u: source %u picture %" G_GINT64_FORMAT " instead of %u, %" G_GINT64_FORMAT, at,
             (guint)(value >> 40), (gint64)(value & 0xffffffffff), code, frame);
}

void studio_check_sound (Studio *studio, gint64 from, gint64 to, guint8 code, gint64 position) {
  const gint16 *sound = (const gint16 *)(gpointer)studio->sound->data;
  for (gint64 at = from; at < to; at++) {
    gint16 expected[2];
    po_synthetic_sample (code, position + at - from, expected);
    g_assert_cmpint (sound[at * 2], ==, expected[0]);
    g_assert_cmpint (sound[at * 2 + 1], ==, expected[1]);
  }
}
