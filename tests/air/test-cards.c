// SPDX-License-Identifier: GPL-3.0-or-later
// What the "up next" card on air announces is what comes next, also when that has become another meanwhile.
#include "air/cards.h"

#include <gst/gst.h>
#include <string.h>

#include "model/text.h"
#include "program/board.h"

#define FIRST G_GINT64_CONSTANT (45000000000)
#define FPS   25
#define GAP   (60 * FPS)

typedef struct {
  PoFormat format;
  PoCards *cards;
  PoHead *head;
  PoFrame at;   // the next frame
  gchar *shown; // the checksum of the last picture
} Desk;

static gchar *checksum_of (GstBuffer *picture) {
  GstMapInfo map;
  g_assert_true (gst_buffer_map (picture, &map, GST_MAP_READ));
  gchar *text = g_compute_checksum_for_data (G_CHECKSUM_SHA256, map.data, map.size);
  gst_buffer_unmap (picture, &map);
  return text;
}

static void on_push (gpointer user, GstBuffer *video, GstBuffer *audio, gint64 k) {
  Desk *desk = user;
  g_free (desk->shown);
  desk->shown = checksum_of (video);
}

static void on_event (const PoHeadEvent *event, gpointer user) {
}

static void desk_open (Desk *desk) {
  PoHeadSettings settings;
  *desk = (Desk){.at = FIRST};
  g_assert_true (po_format_parse ("640x360p25", &desk->format, NULL));
  po_head_settings_init (&settings, &desk->format);
  desk->cards = po_cards_new (&desk->format, "Channel", "UTC");
  desk->head = po_head_new (&settings, po_cards_slate (desk->cards), on_event, NULL, NULL);
  const PoFeed feed = {on_push, desk};
  po_head_add_feed (desk->head, &feed);
}

static void desk_close (Desk *desk) {
  po_head_free (desk->head);
  po_cards_free (desk->cards);
  g_free (desk->shown);
}

static void add (GPtrArray *items, PoFrame start, PoFrame end, PoItemKind kind, const gchar *title) {
  const PoItem item = {.start = FIRST + start,
                       .end = FIRST + end,
                       .kind = kind,
                       .title = title,
                       .media = kind == PO_ITEM_MEDIA ? title : NULL,
                       .media_origin = FIRST + start,
                       .media_out_ns = -1,
                       .slot_start = kind == PO_ITEM_MEDIA ? FIRST + start : PO_FRAME_NONE,
                       .slot_end = kind == PO_ITEM_MEDIA ? FIRST + end : PO_FRAME_NONE};
  g_ptr_array_add (items, po_item_copy (&item));
}

// A card, and after @seconds an event called @title.
static void plan (Desk *desk, const gchar *title, gint seconds) {
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify)po_item_free);
  add (items, 0, seconds * FPS, PO_ITEM_CARD, title);
  add (items, seconds * FPS, seconds * FPS + GAP, PO_ITEM_MEDIA, title);
  g_autoptr (PoRundown) rundown = po_rundown_new (desk->format.rate, items);
  po_head_set_rundown (desk->head, rundown);
  po_cards_follow (desk->cards, desk->head, rundown, desk->at);
}

// Frames of air until the card is the one with these words; the time limit of the test ends it otherwise.
static void await_card (Desk *desk, const gchar *title, const gchar *time) {
  g_autofree gchar *heading = po_text_pick (_ ("Up next"), NULL);
  const PoBoard board = {PO_BOARD_NEXT, "Channel", heading, title, time};
  g_autoptr (PoImage) image = po_board_draw (&desk->format, &board);
  g_autofree gchar *wanted = checksum_of (po_image_buffer (image));
  do {
    g_main_context_iteration (NULL, TRUE); // what was drawn
    po_head_walk (desk->head, desk->at, desk->at + 1);
    desk->at++;
  } while (strcmp (desk->shown, wanted) != 0);
}

static gchar *clock_at (Desk *desk, gint seconds) {
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  return po_time_format (po_frame_to_time_floor (FIRST + seconds * FPS, desk->format.rate), utc, "%H:%M");
}

static void test_announced (void) {
  Desk desk;
  desk_open (&desk);
  g_autofree gchar *soon = clock_at (&desk, 120), *later = clock_at (&desk, 600);
  plan (&desk, "News", 120);
  await_card (&desk, "News", soon);
  plan (&desk, "A film", 120); // the news were cancelled
  await_card (&desk, "A film", soon);
  plan (&desk, "A film", 600); // and the film put off
  await_card (&desk, "A film", later);
  desk_close (&desk);
}

// Within the second of @at, until the slate with its time of day is what is shown.
static void await_clock (Desk *desk, PoRundown *rundown, PoFrame at) {
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree gchar *time = po_time_format (po_frame_to_time_floor (at, desk->format.rate), utc, "%H:%M:%S");
  g_autoptr (PoImage) image = po_board_redraw_time (&desk->format, po_cards_slate (desk->cards), time);
  g_autofree gchar *wanted = checksum_of (po_image_buffer (image));
  for (gint look = 0; look < 20 && g_strcmp0 (desk->shown, wanted) != 0; look++) {
    g_main_context_iteration (NULL, TRUE); // what was drawn
    po_cards_follow (desk->cards, desk->head, rundown, at);
    po_head_walk (desk->head, at + look, at + look + 1);
  }
  g_assert_cmpstr (desk->shown, ==, wanted);
}

// One item for @seconds, as far as the rundown reaches. (transfer full)
static PoRundown *plan_alone (Desk *desk, PoItemKind kind, const gchar *title, gint seconds) {
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify)po_item_free);
  add (items, 0, seconds * FPS, kind, title);
  PoRundown *rundown = po_rundown_new (desk->format.rate, items);
  po_head_set_rundown (desk->head, rundown);
  return rundown;
}

// However long nobody had time to draw, the slate's clock is right at once.
static void test_clock_after_a_jam (void) {
  enum { JAM_S = 5000 };
  Desk desk;
  desk_open (&desk);
  g_autoptr (PoRundown) rundown = plan_alone (&desk, PO_ITEM_SLATE, "", 2 * JAM_S);
  for (gint second = 0; second <= JAM_S; second++)
    po_cards_follow (desk.cards, desk.head, rundown, FIRST + second * FPS);
  await_clock (&desk, rundown, FIRST + JAM_S * FPS);
  desk_close (&desk);
}

// A card on air whose event is moved to after the rundown's end, and then taken out of the calendar: at last it says
// the channel's name and the time.
static void test_nothing_to_announce (void) {
  Desk desk;
  desk_open (&desk);
  g_autofree gchar *soon = clock_at (&desk, 120);
  plan (&desk, "News", 120);
  await_card (&desk, "News", soon);
  g_autoptr (PoRundown) later = plan_alone (&desk, PO_ITEM_CARD, "News", 7200);
  po_cards_follow (desk.cards, desk.head, later, desk.at);
  await_card (&desk, "News", NULL);
  g_autoptr (PoRundown) never = plan_alone (&desk, PO_ITEM_CARD, "", 7200);
  const PoFrame at = FIRST + 3600 * FPS;
  po_cards_follow (desk.cards, desk.head, never, at);
  await_clock (&desk, never, at);
  desk_close (&desk);
}

int main (int argc, char **argv) {
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cards/announced", test_announced);
  g_test_add_func ("/cards/clock-after-a-jam", test_clock_after_a_jam);
  g_test_add_func ("/cards/nothing-to-announce", test_nothing_to_announce);
  return g_test_run ();
}
