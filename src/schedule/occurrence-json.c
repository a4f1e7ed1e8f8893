// SPDX-License-Identifier: GPL-3.0-or-later
// A small writer: members in a fixed order, UTF-8 as it is, control characters escaped.
#include "schedule/occurrence-json.h"

static void add_string (GString *out, const gchar *text) {
  g_string_append_c (out, '"');
  for (const gchar *p = text; *p != '\0'; p++) {
    guchar c = (guchar)*p;
    if (c == '"' || c == '\\')
      g_string_append_c (g_string_append_c (out, '\\'), (gchar)c);
    else if (c == '\n')
      g_string_append (out, "\\n");
    else if (c < 0x20 || c == 0x7f)
      g_string_append_printf (out, "\\u%04x", c);
    else
      g_string_append_c (out, (gchar)c);
  }
  g_string_append_c (out, '"');
}

static void add_name (GString *out, const gchar *name) {
  gchar last = out->str[out->len - 1];
  if (last != '{' && last != '[')
    g_string_append_c (out, ',');
  if (name != NULL) {
    add_string (out, name);
    g_string_append_c (out, ':');
  }
}

static void add_text (GString *out, const gchar *name, const gchar *text) {
  add_name (out, name);
  if (text != NULL)
    add_string (out, text);
  else
    g_string_append (out, "null");
}

static void add_number (GString *out, const gchar *name, gint64 value) {
  add_name (out, name);
  g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
}

static void add_bool (GString *out, const gchar *name, gboolean value) {
  add_name (out, name);
  g_string_append (out, value ? "true" : "false");
}

static void add_time (GString *out, const gchar *name, PoTimeNs time_ns) {
  g_autofree gchar *text = po_time_to_utc_string (time_ns);
  add_text (out, name, text);
}

static void add_list (GString *out, const gchar *name, gchar *const *list) {
  add_name (out, name);
  g_string_append_c (out, '[');
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    add_text (out, NULL, list[i]);
  g_string_append_c (out, ']');
}

static void add_mark (GString *out, const gchar *name, const PoMark *mark) {
  add_name (out, name);
  if (!mark->set) {
    g_string_append (out, "null");
    return;
  }
  g_string_append_c (out, '{');
  add_number (out, "offset_ns", mark->offset_ns);
  add_number (out, "frames", mark->frames);
  add_bool (out, "timecode", mark->timecode);
  g_string_append_c (out, '}');
}

static void add_attach (GString *out, const PoOccurrence *occurrence) {
  add_name (out, "attach");
  g_string_append_c (out, '[');
  for (guint i = 0; i < occurrence->n_attach; i++) {
    const PoAttach *attach = &occurrence->attach[i];
    add_name (out, NULL);
    g_string_append_c (out, '{');
    add_text (out, "uri", attach->uri);
    add_text (out, "fmttype", attach->fmttype);
    add_bool (out, "live", attach->is_live);
    add_mark (out, "som", &attach->som);
    add_mark (out, "eom", &attach->eom);
    g_string_append_c (out, '}');
  }
  g_string_append_c (out, ']');
}

static void add_deadlines (GString *out, const PoOccurrence *occurrence) {
  add_name (out, "deadlines");
  g_string_append_c (out, '[');
  for (guint i = 0; i < occurrence->n_deadlines; i++) {
    add_name (out, NULL);
    g_string_append_c (out, '{');
    add_time (out, "at", occurrence->deadlines[i].trigger_ns);
    add_list (out, "attendees", occurrence->deadlines[i].attendees);
    g_string_append_c (out, '}');
  }
  g_string_append_c (out, ']');
}

static void add_playout (GString *out, const PoOccurrence *occurrence) {
  add_number (out, "priority", occurrence->priority);
  add_text (out, "start_type", po_start_type_to_string (occurrence->start));
  add_number (out, "wait_ns", occurrence->wait_ns);
  add_text (out, "end_type", po_end_type_to_string (occurrence->end));
  add_bool (out, "end_set", occurrence->end_set);
  add_number (out, "overrun_ns", occurrence->overrun_ns);
  add_bool (out, "join", occurrence->join);
  add_text (out, "fallback", occurrence->fallback);
  add_attach (out, occurrence);
  add_text (out, "location_media", occurrence->location_media);
  add_deadlines (out, occurrence);
  add_text (out, "series_uid", occurrence->series_uid);
  add_bool (out, "recurring", occurrence->recurring);
  add_number (out, "ordinal", occurrence->ordinal);
  add_number (out, "first_episode", occurrence->first_episode);
}

gchar *po_occurrence_to_json (const PoOccurrence *occurrence) {
  GString *out = g_string_new ("{");
  add_time (out, "start", occurrence->start_ns);
  add_time (out, "end", occurrence->end_ns);
  add_text (out, "uid", occurrence->uid);
  add_text (out, "instance", occurrence->instance);
  add_text (out, "recurrence_id", occurrence->recurrence_id);
  add_text (out, "summary", occurrence->summary);
  add_text (out, "status", po_status_to_string (occurrence->status));
  add_bool (out, "transparent", occurrence->transparent);
  add_bool (out, "date_only", occurrence->date_only);
  add_text (out, "description", occurrence->description);
  add_list (out, "categories", occurrence->categories);
  add_text (out, "image", occurrence->image);
  add_text (out, "organizer", occurrence->organizer);
  add_text (out, "contact", occurrence->contact);
  add_playout (out, occurrence);
  add_number (out, "sequence", occurrence->sequence);
  add_text (out, "file", occurrence->file);
  add_number (out, "line", occurrence->line);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}
