// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/print.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "ctl/table.h"
#include "json/tree.h"

#define DAY_S  86400
#define HOUR_S 3600

// A number as short as it can be said: the generator says 96.1 as 96.099999999999994. Strings are passed over.
static gchar *shorten_numbers (const gchar *json) {
  GString *text = g_string_sized_new (strlen (json));
  gboolean quoted = FALSE;
  for (const gchar *c = json; *c != '\0';) {
    gchar *end = NULL;
    gchar shorter[G_ASCII_DTOSTR_BUF_SIZE];
    gsize run = quoted ? 0 : strspn (c, "0123456789.eE+-");
    if (run > 15 && memchr (c, '.', run) != NULL) {
      gdouble value = g_ascii_strtod (c, &end);
      g_ascii_formatd (shorter, sizeof shorter, "%.15g", value);
      gboolean same = end == c + run && strpbrk (shorter, "eE") == NULL && g_ascii_strtod (shorter, NULL) == value;
      g_string_append_len (text, same ? shorter : c, same ? -1 : (gssize)run);
      c += run;
      continue;
    }
    if (quoted && *c == '\\' && c[1] != '\0')
      g_string_append_c (text, *c++);
    else if (*c == '"')
      quoted = !quoted;
    g_string_append_c (text, *c++);
  }
  return g_string_free (text, FALSE);
}

static void print_json (FILE *stream, JsonNode *node) {
  g_autofree gchar *text = json_to_string (node, FALSE), *shortened = shorten_numbers (text);
  fputs (shortened, stream);
  fputc ('\n', stream);
}

void po_print_json_lines (JsonNode *node) {
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    print_json (stdout, node);
    return;
  }
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    print_json (stdout, json_array_get_element (array, i));
}

gchar *po_print_local (PoTimeNs time_ns, GTimeZone *zone) {
  if (time_ns == PO_TIME_NONE)
    return g_strdup ("");
  g_autofree gchar *iso = po_time_to_local_string (time_ns, zone);
  gchar *text = g_strndup (iso, strlen ("2027-01-06T19:45:00"));
  return g_strdelimit (text, "T", ' ');
}

gchar *po_print_local_member (JsonObject *object, const gchar *member, GTimeZone *zone) {
  PoTimeNs time_ns = PO_TIME_NONE;
  const gchar *text = po_print_member (object, member);
  if (*text == '\0' || !po_time_parse (text, zone, &time_ns, NULL))
    return g_strdup ("");
  return po_print_local (time_ns, zone);
}

gchar *po_print_length (gint64 length_ns) {
  gint64 seconds = (length_ns + PO_NS_PER_SECOND / 2) / PO_NS_PER_SECOND;
  if (seconds < 3600)
    return g_strdup_printf ("%02d:%02d", (gint)(seconds / 60), (gint)(seconds % 60));
  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600, (gint)(seconds / 60 % 60),
                          (gint)(seconds % 60));
}

gchar *po_print_fault_length (gint64 length_ns) {
  if (length_ns <= 0 || length_ns >= PO_NS_PER_SECOND)
    return po_print_length (length_ns);
  return g_strdup_printf (_ ("%.2f s"), (gdouble)length_ns / PO_NS_PER_SECOND);
}

gchar *po_print_left (gint64 left_ns) {
  const gint64 left_s = left_ns / PO_NS_PER_SECOND;
  const gint days = (gint)(left_s / DAY_S), hours = (gint)(left_s % DAY_S / HOUR_S),
             minutes = (gint)(left_s % HOUR_S / 60);
  if (left_s <= 0)
    return g_strdup (_ ("passed"));
  if (days > 0)
    return g_strdup_printf (_ ("%d d %d h"), days, hours);
  return hours > 0 ? g_strdup_printf (_ ("%d h %d min"), hours, minutes) : g_strdup_printf (_ ("%d min"), minutes);
}

// The words of model, log, outputs and schedule store that tables show; listed so that they are translated.
static const gchar *const words[] = {
    N_ ("media"),     N_ ("live"),     N_ ("filler"),    N_ ("card"),    N_ ("slate"),       N_ ("planned"),
    N_ ("gap"),       N_ ("missing"),  N_ ("tentative"), N_ ("short"),   N_ ("waiting"),     N_ ("command"),
    N_ ("return"),    N_ ("on-air"),   N_ ("aired"),     N_ ("partial"), N_ ("interrupted"), N_ ("failed"),
    N_ ("filled"),    N_ ("ended"),    N_ ("running"),   N_ ("changed"), N_ ("confirm"),     N_ ("rollback"),
    N_ ("cancelled"), N_ ("missed"),   N_ ("removed"),   N_ ("off-air"), N_ ("pre-empted"),  N_ ("not-aired"),
    N_ ("held"),      N_ ("fit"),      N_ ("warn"),      N_ ("unfit"),   N_ ("withdrawn"),   N_ ("source-loss"),
    N_ ("to_come"),   N_ ("manual"),   N_ ("no-room"),   N_ ("folder"),  N_ ("template"),    N_ ("attachment"),
    N_ ("pin"),       N_ ("location"), N_ ("disk"),      N_ ("full"),    N_ ("fallback"),
};

const gchar *po_print_word (const gchar *word) {
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i], word))
      return g_dgettext (GETTEXT_PACKAGE, words[i]);
  return word;
}

const gchar *po_print_member (JsonObject *object, const gchar *member) {
  JsonNode *node = json_object_get_member (object, member);
  const gchar *text = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
  return text != NULL ? text : "";
}

static gboolean is_same_airing (JsonObject *a, JsonObject *b) {
  return g_str_equal (po_print_member (a, "uid"), po_print_member (b, "uid")) &&
         g_str_equal (po_print_member (a, "instance"), po_print_member (b, "instance"));
}

const gchar *po_print_title (JsonObject *item) {
  const gchar *title = po_print_member (item, "title");
  return *title != '\0' ? title : po_print_word (po_print_member (item, "kind"));
}

gboolean po_print_is_endless (JsonObject *item) {
  return item != NULL && g_str_equal (po_print_member (item, "kind"), "slate") &&
         g_str_equal (po_print_member (item, "reason"), "command");
}

gchar *po_print_attention_in (gint64 in_ms) {
  if (in_ms <= 0)
    return g_strdup (_ ("now"));
  g_autofree gchar *length = po_print_length ((in_ms + 999) / 1000 * PO_NS_PER_SECOND);
  return g_strdup_printf (_ ("in %s"), length);
}

gint64 po_print_left_ms (JsonObject *status, GTimeZone *zone, gboolean *ret_is_open) {
  JsonObject *item = po_json_get_object (status, "on_air"), *overrun = po_json_get_object (status, "overrun");
  const gint64 left_ms = item != NULL ? json_object_get_int_member_with_default (item, "left_ms", 0) : 0;
  PoTimeNs end_ns = 0, due_ns = 0;
  *ret_is_open = item != NULL && overrun != NULL && g_str_equal (po_print_member (item, "kind"), "live") &&
                 is_same_airing (item, overrun) && po_time_parse (po_print_member (item, "end"), zone, &end_ns, NULL) &&
                 po_time_parse (po_print_member (overrun, "ends"), zone, &due_ns, NULL);
  return *ret_is_open ? left_ms - (end_ns - due_ns) / PO_NS_PER_MS : left_ms;
}

static void print_alarm (JsonObject *alarm, GTimeZone *zone) {
  const gchar *what_to_do = po_print_member (alarm, "what_to_do");
  JsonNode *seen = json_object_get_member (alarm, "acknowledged");
  gboolean is_seen = seen != NULL && JSON_NODE_HOLDS_OBJECT (seen);
  gboolean is_error = g_str_equal (po_print_member (alarm, "severity"), "error");
  g_autofree gchar *since = po_print_local_member (alarm, "since", zone);
  g_autofree gchar *text =
      g_strdup_printf ("! %s  %s  [%s]", since, po_print_member (alarm, "text"), po_print_member (alarm, "id"));
  po_print_wrapped (is_error ? PO_COLOUR_RED : PO_COLOUR_AMBER, text, 0, PO_INDENT_CELLS);
  if (*what_to_do != '\0') {
    fputs ("    → ", stdout);
    po_print_wrapped (PO_COLOUR_NONE, what_to_do, PO_INDENT_CELLS + 2, PO_INDENT_CELLS + 2);
  }
  if (is_seen) {
    g_autofree gchar *time = po_print_local_member (json_node_get_object (seen), "time", zone);
    printf (_ ("    seen by %s, %s\n"), po_print_member (json_node_get_object (seen), "who"), time);
  }
}

void po_print_alarms (JsonArray *alarms, GTimeZone *zone) {
  for (guint i = 0; alarms != NULL && i < json_array_get_length (alarms); i++)
    print_alarm (json_array_get_object_element (alarms, i), zone);
}

static JsonNode *finding_to_json (const PoFinding *finding) {
  JsonObject *object = json_object_new ();
  po_json_set_text (object, "severity", po_severity_to_string (finding->severity));
  po_json_set_text (object, "code", finding->code);
  po_json_set_text (object, "file", finding->file);
  if (finding->line > 0)
    json_object_set_int_member (object, "line", finding->line);
  else
    json_object_set_null_member (object, "line");
  po_json_set_text (object, "uid", finding->uid);
  po_json_set_text (object, "instance", finding->instance);
  po_json_set_text (object, "property", finding->property);
  po_json_set_time (object, "start", finding->start_ns);
  po_json_set_time (object, "end", finding->end_ns);
  po_json_set_text (object, "message", finding->message);
  return po_json_object_node (object);
}

void po_print_findings (GPtrArray *findings, PoSeverity least, gboolean json, gpointer stream) {
  static const PoColour colours[] = {PO_COLOUR_NONE, PO_COLOUR_AMBER, PO_COLOUR_RED};
  for (guint i = 0; i < findings->len; i++) {
    const PoFinding *finding = findings->pdata[i];
    if (finding->severity < least)
      continue;
    if (json) {
      g_autoptr (JsonNode) node = finding_to_json (finding);
      print_json (stream, node);
    } else {
      g_autofree gchar *text = po_finding_to_string (finding);
      if (stream == stdout)
        po_print_wrapped (colours[finding->severity], text, 0, PO_INDENT_CELLS);
      else
        fprintf (stream, "%s\n", text);
    }
  }
}
