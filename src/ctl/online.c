// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs that ask the running daemon: status, commands, schedules.
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "ctl/adoptions.h"
#include "ctl/client.h"
#include "ctl/online.h"
#include "ctl/print.h"
#include "ctl/table.h"
#include "json/tree.h"

#define SOCKET_NAME "control.sock"
#define LABEL_CELLS 12

gchar *po_ctl_socket (PoCtl *ctl, GError **error) {
  if (ctl->config->state != NULL)
    return g_build_filename (ctl->config->state, SOCKET_NAME, NULL);
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("which daemon? There is no %s; give --config FILE or --state DIR"),
               PO_CONFIG_DEFAULT_PATH);
  return NULL;
}

void po_ctl_say_away (PoCtl *ctl, const gchar *socket, int *code, GError **error) {
  g_clear_error (error);
  *code = EX_UNAVAILABLE;
  g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND,
               _ ("nobody answers at %s: playoutd is not running, or cannot write to that folder; then its page, at "
                  "[control] listen=, says so\nStart it with “systemctl start playoutd”, or “playoutd --config %s”"),
               socket, ctl->config->path != NULL ? ctl->config->path : PO_CONFIG_DEFAULT_PATH);
}

JsonNode *po_ctl_ask (PoCtl *ctl, const gchar *method, const gchar *path, JsonObject *body, int *code, GError **error) {
  gboolean away = FALSE;
  g_autofree gchar *socket = po_ctl_socket (ctl, error);
  JsonNode *answer =
      socket != NULL ? po_client_ask (socket, method, path, body, ctl->options.revision, &away, error) : NULL;
  if (answer == NULL && away)
    po_ctl_say_away (ctl, socket, code, error);
  return answer;
}

JsonNode *po_ctl_send (PoCtl *ctl, const gchar *path, GBytes *calendar, int *code, GError **error) {
  gboolean away = FALSE;
  g_autofree gchar *socket = po_ctl_socket (ctl, error);
  JsonNode *answer = socket != NULL ? po_client_send (socket, path, "text/calendar", calendar, &away, error) : NULL;
  if (answer == NULL && away)
    po_ctl_say_away (ctl, socket, code, error);
  return answer;
}

int po_ctl_metrics (PoCtl *ctl, GError **error) {
  gboolean away = FALSE;
  int code = EXIT_SUCCESS;
  g_autofree gchar *socket = po_ctl_socket (ctl, error);
  g_autofree gchar *text = socket != NULL ? po_client_read (socket, "/metrics", &away, error) : NULL;
  if (text != NULL)
    fputs (text, stdout);
  else if (away)
    po_ctl_say_away (ctl, socket, &code, error);
  return code;
}

static gint64 member_int (JsonObject *object, const gchar *name) {
  return json_object_get_int_member_with_default (object, name, 0);
}

// What stands beside @label.
static void print_fact (const gchar *label, PoColour colour, const gchar *text) {
  g_autoptr (GString) padded = g_string_new (label);
  gsize width = po_display_width (label);
  for (; width < LABEL_CELLS; width++)
    g_string_append_c (padded, ' ');
  g_autofree gchar *shown = po_colour (colour, padded->str);
  printf ("%s  ", shown);
  po_print_wrapped (PO_COLOUR_NONE, text, width + 2, LABEL_CELLS + 2);
}

// What, from when, and @span, which says how long in words.
static void print_item (const gchar *label, PoColour colour, JsonObject *item, const gchar *span, GTimeZone *zone) {
  if (item == NULL) {
    print_fact (label, colour, "–");
    return;
  }
  g_autofree gchar *start = po_print_local_member (item, "start", zone);
  const gchar *title = po_print_title (item), *kind = po_print_word (po_print_member (item, "kind"));
  const gboolean is_named = title != kind;
  g_autofree gchar *text = g_strdup_printf ("%s  %s  (%s%s%s)", *start != '\0' ? start + strlen ("2027-01-06 ") : "",
                                            title, is_named ? kind : "", is_named ? ", " : "", span);
  print_fact (label, colour, text);
}

// @format with the length @ms in it. (transfer full)
static gchar *span_text (const gchar *format, gint64 ms) G_GNUC_FORMAT (1);
static gchar *span_text (const gchar *format, gint64 ms) {
  g_autofree gchar *length = po_print_length (ms * PO_NS_PER_MS);
  return g_strdup_printf (format, length);
}

static gint64 item_ms (JsonObject *item, JsonObject *status) {
  PoRate rate = {25, 1};
  po_rate_parse (po_print_member (status, "rate"), &rate, NULL);
  gint64 frames = item != NULL ? member_int (item, "end_frame") - member_int (item, "start_frame") : 0;
  return po_duration_from_frames_floor (frames, rate) / PO_NS_PER_MS;
}

static void print_outputs (JsonArray *outputs) {
  if (outputs == NULL || json_array_get_length (outputs) == 0)
    return;
  g_autoptr (PoTable) table =
      po_table_new (_ ("OUTPUT"), _ ("TYPE"), _ ("STATE"), _ ("DROPPED"), _ ("RESTARTS"), _ ("WHERE"), NULL);
  for (guint i = 0; i < json_array_get_length (outputs); i++) {
    JsonObject *output = json_array_get_object_element (outputs, i);
    g_autofree gchar *dropped = g_strdup_printf ("%" G_GINT64_FORMAT, member_int (output, "dropped"));
    g_autofree gchar *restarts = g_strdup_printf ("%" G_GINT64_FORMAT, member_int (output, "restarts"));
    const gchar *where = po_print_member (output, "where"), *fault = po_print_member (output, "problem");
    po_table_add (table, PO_COLOUR_NONE, po_print_member (output, "name"), po_print_member (output, "type"),
                  po_print_word (po_print_member (output, "state")), dropped, restarts, *fault != '\0' ? fault : where);
  }
  po_table_print (table);
}

// What it would cost if the live show went on, which whoever lets it should know before.
static void print_overrun (JsonObject *overrun) {
  JsonArray *costs = overrun != NULL ? po_json_get_array (overrun, "costs") : NULL;
  for (guint i = 0; costs != NULL && i < json_array_get_length (costs); i++) {
    JsonObject *cost = json_array_get_object_element (costs, i);
    JsonArray *words = po_json_get_array (cost, "words");
    g_autoptr (GString) line = g_string_new (NULL);
    for (guint w = 0; words != NULL && w < json_array_get_length (words); w++)
      g_string_append_printf (line, "%s%s", w > 0 ? "; " : "", json_array_get_string_element (words, w));
    g_autofree gchar *text =
        g_strdup_printf (_ ("%s, %d min over: %s"), po_print_member (overrun, "title"),
                         (gint)member_int (cost, "minutes"), line->len > 0 ? line->str : _ ("nothing else changes"));
    po_print_wrapped (PO_COLOUR_NONE, text, 0, PO_INDENT_CELLS);
  }
}

static gchar *joined (JsonArray *names) {
  GString *text = g_string_new (NULL);
  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", json_array_get_string_element (names, i));
  return g_string_free (text, FALSE);
}

#define MOST_DEADLINES 5

// The clips that are due next and not there, and who was, or will be, told.
static void print_deadlines (JsonArray *deadlines) {
  for (guint i = 0; deadlines != NULL && i < MIN (json_array_get_length (deadlines), MOST_DEADLINES); i++) {
    JsonObject *one = json_array_get_object_element (deadlines, i);
    const gint64 in_ms = member_int (one, "in_ms");
    g_autofree gchar *tell = joined (po_json_get_array (one, "tell"));
    g_autofree gchar *in = in_ms > 0 ? span_text (_ ("in %s"), in_ms) : g_strdup (_ ("passed"));
    g_autofree gchar *text = g_strdup_printf (_ ("%s  no clip yet for %s → %s"), in, po_print_member (one, "title"),
                                              *tell != '\0' ? tell : "–");
    print_fact (_ ("DEADLINE"), PO_COLOUR_AMBER, text);
  }
}

static void print_status (PoCtl *ctl, JsonObject *status) {
  JsonObject *on_air = po_json_get_object (status, "on_air"), *next = po_json_get_object (status, "next");
  JsonObject *attention = po_json_get_object (status, "attention");
  g_autofree gchar *now = po_print_local_member (status, "now", ctl->zone);
  g_autofree gchar *title = po_colour (PO_COLOUR_BOLD, po_print_member (status, "channel"));
  printf ("%s  %s  %s\n", title, now, po_print_member (status, "format"));
  gboolean is_open = FALSE;
  const gint64 left_ms = po_print_left_ms (status, ctl->zone, &is_open);
  g_autofree gchar *left = po_print_is_endless (on_air)
                               ? g_strdup (_ ("until another command"))
                               : span_text (left_ms < 0 ? _ ("%s over") : _ ("%s left"), ABS (left_ms));
  g_autofree gchar *lasts = span_text (_ ("lasts %s"), item_ms (next, status));
  g_autofree gchar *in = po_print_attention_in (member_int (status, "attention_in_ms"));
  print_item (_ ("ON AIR"), PO_COLOUR_RED, on_air, left, ctl->zone);
  print_item (_ ("NEXT"), PO_COLOUR_GREEN, next, lasts, ctl->zone);
  if (attention != NULL)
    print_item (_ ("ATTENTION"), PO_COLOUR_AMBER, attention, in, ctl->zone);
  print_overrun (po_json_get_object (status, "overrun"));
  print_deadlines (po_json_get_array (status, "deadlines"));
  print_outputs (po_json_get_array (status, "outputs"));
  po_print_alarms (po_json_get_array (status, "alarms"), ctl->zone);
}

int po_ctl_status (PoCtl *ctl, GError **error) {
  int code = EXIT_SUCCESS;
  g_autoptr (JsonNode) answer = po_ctl_ask (ctl, "GET", "/status", NULL, &code, error);
  if (answer == NULL)
    return code;
  if (ctl->options.json || !JSON_NODE_HOLDS_OBJECT (answer))
    po_print_json_lines (answer);
  else
    print_status (ctl, json_node_get_object (answer));
  return EXIT_SUCCESS;
}

static void set_given (JsonObject *body, const gchar *name, const gchar *text) {
  if (text != NULL)
    json_object_set_string_member (body, name, text);
}

// The command's arguments as given on the command line. (transfer full)
static JsonObject *command_body (PoCtl *ctl) {
  JsonObject *body = json_object_new ();
  set_given (body, "uid", ctl->options.uid);
  set_given (body, "instance", ctl->options.instance);
  gboolean is_length = g_str_equal (ctl->verb->name, "extend");
  set_given (body, is_length ? "by" : "media", ctl->options.words != NULL ? ctl->options.words[0] : NULL);
  set_given (body, "how", ctl->options.after ? "after" : NULL);
  set_given (body, "at", ctl->options.at);
  if (ctl->options.part >= 0)
    json_object_set_int_member (body, "part", ctl->options.part);
  if (ctl->options.asap)
    json_object_set_boolean_member (body, "asap", TRUE);
  if (ctl->options.dry_run)
    json_object_set_boolean_member (body, "dry_run", TRUE);
  return body;
}

static void print_beneath (JsonArray *changes) {
  for (guint i = 0; changes != NULL && i < json_array_get_length (changes); i++) {
    fputs ("  ", stdout);
    po_print_wrapped (PO_COLOUR_NONE, json_array_get_string_element (changes, i), 2, PO_INDENT_CELLS);
  }
}

int po_ctl_command (PoCtl *ctl, GError **error) {
  int code = EXIT_SUCCESS;
  g_autofree gchar *path = g_strconcat ("/commands/", ctl->verb->name, NULL);
  g_autoptr (JsonObject) body = command_body (ctl);
  g_autoptr (JsonNode) answer = po_ctl_ask (ctl, "POST", path, body, &code, error);
  if (answer == NULL)
    return code;
  if (ctl->options.json || !JSON_NODE_HOLDS_OBJECT (answer)) {
    po_print_json_lines (answer);
    return EXIT_SUCCESS;
  }
  JsonObject *object = json_node_get_object (answer);
  JsonArray *changes = po_json_get_array (object, "changes");
  g_autofree gchar *time = po_print_local_member (object, "time", ctl->zone);
  printf (ctl->options.dry_run ? _ ("%s would take effect at %s, frame %" PRId64 "\n")
                               : _ ("%s takes effect at %s, frame %" PRId64 "\n"),
          ctl->verb->name, time, member_int (object, "frame"));
  print_beneath (changes);
  return EXIT_SUCCESS;
}

static void print_lines (JsonArray *lines, PoColour colour) {
  for (guint i = 0; lines != NULL && i < json_array_get_length (lines); i++)
    po_print_wrapped (colour, json_array_get_string_element (lines, i), 0, PO_INDENT_CELLS);
}

#define SHORT_REVISION 12

static void print_calendars (PoCtl *ctl, JsonArray *calendars) {
  if (calendars == NULL || json_array_get_length (calendars) == 0)
    return;
  g_autoptr (PoTable) table = po_table_new (_ ("CALENDAR"), _ ("HOST"), _ ("LAST GOOD"), _ ("PROBLEM"), NULL);
  for (guint i = 0; i < json_array_get_length (calendars); i++) {
    JsonObject *calendar = json_array_get_object_element (calendars, i);
    const gchar *problem = po_print_member (calendar, "problem");
    g_autofree gchar *good = po_print_local_member (calendar, "good", ctl->zone);
    po_table_add (table, *problem != '\0' ? PO_COLOUR_AMBER : PO_COLOUR_NONE, po_print_member (calendar, "name"),
                  po_print_member (calendar, "host"), good, problem);
  }
  po_table_print (table);
}

// Of each version that is told of, what it changed. Which clips there were then is not known.
static void print_adoptions (PoCtl *ctl, JsonArray *revisions) {
  for (guint i = 0; revisions != NULL && i < json_array_get_length (revisions); i++) {
    JsonObject *revision = json_array_get_object_element (revisions, i);
    JsonArray *changes = po_json_get_array (revision, "changes");
    g_autofree gchar *time = po_print_local_member (revision, "time", ctl->zone);
    if (changes == NULL)
      continue;
    printf ("%.*s  %s\n", SHORT_REVISION, po_print_member (revision, "revision"), time);
    if (json_array_get_length (changes) == 0)
      printf ("  %s\n", _ ("changed none of the times; clips are not compared"));
    print_beneath (changes);
  }
}

static void print_schedules (PoCtl *ctl, JsonObject *schedules) {
  JsonArray *revisions = po_json_get_array (schedules, "revisions");
  const gchar *candidate = po_print_member (schedules, "candidate"),
              *in_force = po_print_member (schedules, "in_force");
  g_autoptr (PoTable) table = po_table_new ("", _ ("REVISION"), _ ("SINCE"), _ ("WHY"), _ ("WHO"), _ ("FILES"), NULL);
  for (guint i = 0; revisions != NULL && i < json_array_get_length (revisions); i++) {
    JsonObject *revision = json_array_get_object_element (revisions, i);
    gboolean now = json_object_get_boolean_member_with_default (revision, "in_force", FALSE);
    g_autofree gchar *name = g_strndup (po_print_member (revision, "revision"), SHORT_REVISION);
    g_autofree gchar *time = po_print_local_member (revision, "time", ctl->zone);
    g_autofree gchar *files = joined (po_json_get_array (revision, "files"));
    const gchar *who = po_print_member (revision, "who");
    po_table_add (table, now ? PO_COLOUR_GREEN : PO_COLOUR_NONE, now ? "*" : "", name, time,
                  po_print_word (po_print_member (revision, "why")),
                  g_str_equal (who, "folder") ? po_print_word (who) : who, files);
  }
  po_table_print (table);
  print_adoptions (ctl, revisions);
  print_calendars (ctl, po_json_get_array (schedules, "calendars"));
  if (*candidate != '\0' && !g_str_equal (candidate, in_force))
    printf (_ ("The folder holds another version, %.12s; “playoutctl schedule confirm” takes it.\n"), candidate);
  print_lines (po_json_get_array (schedules, "alarms"), PO_COLOUR_RED);
  print_lines (po_json_get_array (schedules, "faults"), PO_COLOUR_AMBER);
}

static int show_schedules (PoCtl *ctl, const gchar *method, const gchar *path, JsonObject *body, GError **error) {
  int code = EXIT_SUCCESS;
  g_autoptr (JsonNode) answer = po_ctl_ask (ctl, method, path, body, &code, error);
  if (answer == NULL)
    return code;
  if (JSON_NODE_HOLDS_OBJECT (answer))
    po_adoptions_describe (ctl, json_node_get_object (answer));
  if (ctl->options.json || !JSON_NODE_HOLDS_OBJECT (answer))
    po_print_json_lines (answer);
  else
    print_schedules (ctl, json_node_get_object (answer));
  return EXIT_SUCCESS;
}

int po_ctl_schedule_list (PoCtl *ctl, GError **error) {
  return show_schedules (ctl, "GET", "/schedules", NULL, error);
}

int po_ctl_schedule_refresh (PoCtl *ctl, GError **error) {
  return show_schedules (ctl, "POST", "/schedules/refresh", NULL, error);
}

int po_ctl_schedule_change (PoCtl *ctl, GError **error) {
  g_autoptr (JsonObject) body = json_object_new ();
  g_autofree gchar *path = g_strconcat ("/schedules/", strchr (ctl->verb->name, ' ') + 1, NULL);
  set_given (body, "revision", ctl->options.words != NULL ? ctl->options.words[0] : NULL);
  return show_schedules (ctl, "POST", path, body, error);
}
