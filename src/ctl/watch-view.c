// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/watch-view.h"

#include <glib/gi18n-lib.h>

#include "ctl/print.h"
#include "ctl/table.h"
#include "json/tree.h"

#define LABEL_CELLS 12
#define BAR_CELLS   24
#define FLOOR_LUFS  (-48.0)
#define TOP_LUFS    (-8.0)
#define TARGET_LUFS (-23.0)

/** Page: lines being written. */
typedef struct {
  const PoWatchView *view;
  GPtrArray *lines;
} Page;

static gint64 int_of (JsonObject *object, const gchar *name) {
  return object != NULL ? json_object_get_int_member_with_default (object, name, 0) : 0;
}

// FALSE where it is null or absent.
static gboolean double_of (JsonObject *object, const gchar *name, gdouble *ret_value) {
  JsonNode *node = json_object_get_member (object, name);
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  *ret_value = json_node_get_double (node);
  return TRUE;
}

gboolean po_watch_view_is_silent (const PoWatchView *view) {
  return view->status == NULL || view->age_ms > PO_WATCH_SILENCE_MS;
}

static void add_line (Page *page, PoColour colour, const gchar *text) {
  g_autofree gchar *fit = po_display_fit (text, page->view->columns);
  g_ptr_array_add (page->lines, po_colour (colour, fit));
}

// A label in @colour, and what stands beside it.
static void add_fact (Page *page, PoColour colour, const gchar *label, PoColour text_colour, const gchar *text) {
  gsize columns = page->view->columns, space = MIN (columns, LABEL_CELLS);
  g_autofree gchar *name = po_display_fit (label, space - MIN (space, 1));
  g_autofree gchar *fit = po_display_fit (text, columns - space);
  g_autoptr (GString) padded = g_string_new (name);
  for (gsize width = po_display_width (name); width < space; width++)
    g_string_append_c (padded, ' ');
  g_autofree gchar *shown_name = po_colour (colour, padded->str);
  g_autofree gchar *shown = po_colour (text_colour, fit);
  g_ptr_array_add (page->lines, g_strconcat (shown_name, shown, NULL));
}

// What is over when it says 00:00; "--:--" when the daemon is silent. (transfer full)
static gchar *countdown (const PoWatchView *view, gint64 ms) {
  if (po_watch_view_is_silent (view))
    return g_strdup ("--:--");
  gint64 left_ms = MAX (ms - view->age_ms, 0);
  return po_print_length ((left_ms + 999) / 1000 * PO_NS_PER_SECOND);
}

// (transfer full)
static gchar *clock_of (const PoWatchView *view, JsonObject *object, const gchar *member) {
  g_autofree gchar *local = po_print_local_member (object, member, view->zone);
  return g_strdup (strlen (local) > strlen ("2027-01-06 ") ? local + strlen ("2027-01-06 ") : "–");
}

// The station's time now: that of the status, and what has passed since. (transfer full)
static gchar *time_of_day (const PoWatchView *view) {
  PoTimeNs now_ns = 0;
  if (po_watch_view_is_silent (view) ||
      !po_time_parse (po_print_member (view->status, "now"), view->zone, &now_ns, NULL))
    return g_strdup ("--:--:--");
  return po_print_local (now_ns + view->age_ms * PO_NS_PER_MS, view->zone);
}

static gint64 frames_ms (JsonObject *status, gint64 frames) {
  PoRate rate = {25, 1};
  po_rate_parse (po_print_member (status, "rate"), &rate, NULL);
  return po_duration_from_frames_floor (frames, rate) / PO_NS_PER_MS;
}

// Of what is on air; its frame on air is the last but that, and lasts too.
static gint64 left_ms (const PoWatchView *view, gboolean *ret_is_open) {
  return po_print_left_ms (view->status, view->zone, ret_is_open) + frames_ms (view->status, 1);
}

// (transfer full)
static gchar *left_text (const PoWatchView *view) {
  gboolean is_open = FALSE;
  const gint64 left = left_ms (view, &is_open), over = view->age_ms - left;
  const gboolean is_over = is_open && over >= 0 && !po_watch_view_is_silent (view);
  if (po_print_is_endless (po_json_get_object (view->status, "on_air")) && !po_watch_view_is_silent (view))
    return g_strdup (_ ("until another command"));
  g_autofree gchar *length = is_over ? po_print_length (over / 1000 * PO_NS_PER_SECOND) : countdown (view, left);
  return g_strdup_printf (is_over ? _ ("%s over") : _ ("%s left"), length);
}

static gchar *title_of (JsonObject *item) {
  gint64 episode = int_of (item, "episode");
  const gchar *title = po_print_title (item), *kind = po_print_word (po_print_member (item, "kind"));
  if (episode > 0)
    return g_strdup_printf (_ ("%s, episode %d (%s)"), title, (gint)episode, kind);
  return title != kind ? g_strdup_printf ("%s (%s)", title, kind) : g_strdup (kind);
}

static gchar *bar (gint64 part, gint64 whole, gint64 mark) {
  GString *text = g_string_new (NULL);
  gint64 full = whole > 0 ? CLAMP (part * BAR_CELLS / whole, 0, BAR_CELLS) : 0;
  for (gint64 i = 0; i < BAR_CELLS; i++)
    g_string_append (text, i == mark ? "│" : i < full ? "█" : "░");
  return g_string_free (text, FALSE);
}

static void add_head (Page *page) {
  const PoWatchView *view = page->view;
  if (view->status == NULL) {
    add_line (page, PO_COLOUR_AMBER, _ ("Waiting for playoutd…"));
    return;
  }
  g_autofree gchar *time = time_of_day (view);
  g_autofree gchar *text = g_strdup_printf ("%s   %s   %s", po_print_member (view->status, "channel"), time,
                                            po_print_member (view->status, "format"));
  add_line (page, PO_COLOUR_BOLD, text);
  if (po_watch_view_is_silent (view)) {
    g_autofree gchar *said = g_strdup_printf (
        _ ("NO CONTACT with playoutd for %d s: what stands below may be out of date"), (gint)(view->age_ms / 1000));
    add_line (page, PO_COLOUR_RED, said);
  }
  add_line (page, PO_COLOUR_NONE, "");
}

static void add_on_air (Page *page) {
  const PoWatchView *view = page->view;
  JsonObject *item = po_json_get_object (view->status, "on_air");
  if (item == NULL) {
    add_fact (page, PO_COLOUR_RED, _ ("ON AIR"), PO_COLOUR_NONE, "–");
    return;
  }
  gboolean is_open = FALSE;
  gint64 left = left_ms (view, &is_open),
         position = int_of (item, "position_ms") + (po_watch_view_is_silent (view) ? 0 : view->age_ms);
  g_autofree gchar *title = title_of (item), *from = clock_of (view, item, "start"), *to = clock_of (view, item, "end");
  g_autofree gchar *done = bar (position, int_of (item, "position_ms") + left, -1);
  g_autofree gchar *remaining = left_text (view);
  g_autofree gchar *span = po_print_is_endless (item) ? g_strdup_printf ("%s  %s –", remaining, from)
                                                      : g_strdup_printf ("%s  %s – %s  %s", remaining, from, to, done);
  gboolean held = json_object_get_boolean_member_with_default (item, "held", FALSE);
  add_fact (page, PO_COLOUR_RED, _ ("ON AIR"), PO_COLOUR_BOLD, title);
  add_fact (page, PO_COLOUR_NONE, "", PO_COLOUR_RED, span);
  if (*po_print_member (item, "media") != '\0')
    add_fact (page, PO_COLOUR_NONE, "", PO_COLOUR_DIM, po_print_member (item, "media"));
  if (held)
    add_fact (page, PO_COLOUR_NONE, "", PO_COLOUR_AMBER, _ ("the picture is held"));
}

static void add_next (Page *page) {
  const PoWatchView *view = page->view;
  JsonArray *upcoming = po_json_get_array (view->status, "upcoming");
  gint64 frame = int_of (view->status, "frame");
  for (guint i = 0; upcoming != NULL && i < json_array_get_length (upcoming) && i < 4; i++) {
    JsonObject *item = json_array_get_object_element (upcoming, i);
    g_autofree gchar *title = title_of (item), *at = clock_of (view, item, "start");
    g_autofree gchar *in = countdown (view, frames_ms (view->status, int_of (item, "start_frame") - frame));
    g_autofree gchar *text = g_strdup_printf ("%s  %s  −%s", at, title, in);
    gboolean missing = g_str_equal (po_print_member (item, "reason"), "missing");
    add_fact (page, PO_COLOUR_GREEN, i == 0 ? _ ("NEXT") : "", missing ? PO_COLOUR_AMBER : PO_COLOUR_NONE, text);
  }
}

static void add_attention (Page *page) {
  const PoWatchView *view = page->view;
  JsonObject *item = po_json_get_object (view->status, "attention");
  if (item == NULL) {
    add_fact (page, PO_COLOUR_GREEN, _ ("ATTENTION"), PO_COLOUR_GREEN, _ ("nothing in the plan needs a person"));
    return;
  }
  g_autofree gchar *in = po_watch_view_is_silent (view)
                             ? g_strdup ("--:--")
                             : po_print_attention_in (int_of (view->status, "attention_in_ms") - view->age_ms);
  g_autofree gchar *at = clock_of (view, item, "start"), *title = title_of (item);
  g_autofree gchar *text =
      g_strdup_printf ("%s  %s  %s, %s", in, at, title, po_print_word (po_print_member (item, "reason")));
  add_fact (page, PO_COLOUR_AMBER, _ ("ATTENTION"), PO_COLOUR_AMBER, text);
}

static void add_sound (Page *page) {
  JsonObject *loudness = po_json_get_object (page->view->status, "loudness");
  gdouble lufs = 0, peak = 0;
  if (loudness == NULL || !double_of (loudness, "momentary_lufs", &lufs) ||
      !double_of (loudness, "true_peak_dbtp", &peak))
    return;
  gint64 whole = (gint64)(TOP_LUFS - FLOOR_LUFS), mark = (gint64)((TARGET_LUFS - FLOOR_LUFS) * BAR_CELLS / whole);
  g_autofree gchar *level = bar ((gint64)(lufs - FLOOR_LUFS), whole, mark);
  g_autofree gchar *text = g_strdup_printf (_ ("%s  %.1f LUFS, true peak %.1f dBTP"), level, lufs, peak);
  add_fact (page, PO_COLOUR_NONE, _ ("SOUND"), lufs > TARGET_LUFS + 3 || peak > -1 ? PO_COLOUR_AMBER : PO_COLOUR_NONE,
            text);
}

// Outputs and sources: a word each, and what is wrong.
static void add_lines (Page *page, const gchar *label, const gchar *list, const gchar *problem) {
  JsonArray *array = po_json_get_array (page->view->status, list);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonObject *one = json_array_get_object_element (array, i);
    const gchar *wrong = po_print_member (one, problem), *type = po_print_member (one, "type");
    g_autofree gchar *text =
        g_strdup_printf ("%s%s%s  %s%s%s", po_print_member (one, "name"), *type != '\0' ? "  " : "", type,
                         po_print_word (po_print_member (one, "state")), *wrong != '\0' ? "  " : "", wrong);
    add_fact (page, PO_COLOUR_NONE, i == 0 ? label : "", *wrong != '\0' ? PO_COLOUR_AMBER : PO_COLOUR_NONE, text);
  }
}

static void add_alarms (Page *page) {
  JsonArray *alarms = po_json_get_array (page->view->status, "alarms");
  guint count = alarms != NULL ? json_array_get_length (alarms) : 0;
  g_autofree gchar *number = count > 0 ? g_strdup_printf ("%u", count) : g_strdup (_ ("none"));
  add_line (page, PO_COLOUR_NONE, "");
  add_fact (page, count > 0 ? PO_COLOUR_AMBER : PO_COLOUR_GREEN, _ ("ALARMS"), PO_COLOUR_NONE, number);
  for (guint i = 0; i < count; i++) {
    JsonObject *alarm = json_array_get_object_element (alarms, i);
    gboolean is_error = g_str_equal (po_print_member (alarm, "severity"), "error");
    g_autofree gchar *since = clock_of (page->view, alarm, "since");
    g_autofree gchar *text = g_strdup_printf ("! %s  %s", since, po_print_member (alarm, "text"));
    g_autofree gchar *todo = g_strdup_printf ("  → %s", po_print_member (alarm, "what_to_do"));
    add_line (page, is_error ? PO_COLOUR_RED : PO_COLOUR_AMBER, text);
    if (*po_print_member (alarm, "what_to_do") != '\0')
      add_line (page, PO_COLOUR_NONE, todo);
  }
}

GPtrArray *po_watch_view_lines (const PoWatchView *view) {
  Page page = {view, g_ptr_array_new_with_free_func (g_free)};
  add_head (&page);
  if (view->status != NULL) {
    add_on_air (&page);
    add_next (&page);
    add_attention (&page);
    add_sound (&page);
    add_lines (&page, _ ("OUTPUT"), "outputs", "problem");
    add_lines (&page, _ ("SOURCE"), "sources", "message");
    add_alarms (&page);
  }
  if (page.lines->len > view->rows && view->rows > 0) {
    g_autofree gchar *more =
        g_strdup_printf (_ ("… %u lines more; a taller window shows them"), (guint)(page.lines->len - view->rows + 1));
    g_ptr_array_set_size (page.lines, (gint)view->rows - 1);
    add_line (&page, PO_COLOUR_AMBER, more);
  }
  return page.lines;
}

gchar *po_watch_view_line (const PoWatchView *view) {
  if (view->status == NULL)
    return g_strdup (_ ("Waiting for playoutd…"));
  if (po_watch_view_is_silent (view))
    return g_strdup (_ ("NO CONTACT with playoutd"));
  JsonObject *item = po_json_get_object (view->status, "on_air"), *next = po_json_get_object (view->status, "next");
  JsonArray *alarms = po_json_get_array (view->status, "alarms");
  g_autofree gchar *time = time_of_day (view), *left = left_text (view);
  g_autofree gchar *on_air = item != NULL ? title_of (item) : g_strdup ("–");
  g_autofree gchar *then = next != NULL ? title_of (next) : g_strdup ("–");
  g_autofree gchar *text = g_strdup_printf (_ ("%s  ON AIR %s, %s; NEXT %s; alarms %u"), time, on_air, left, then,
                                            alarms != NULL ? json_array_get_length (alarms) : 0);
  return po_display_fit (text, G_MAXINT);
}
