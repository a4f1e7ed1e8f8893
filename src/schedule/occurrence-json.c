// SPDX-License-Identifier: GPL-3.0-or-later
// Members in a fixed order.
#include "schedule/occurrence-json.h"

#include "json/text.h"

static void add_list (GString *out, const gchar *name, gchar *const *list) {
  po_json_begin (out, name, '[');
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    po_json_string (out, NULL, list[i]);
  po_json_end (out, ']');
}

static void add_mark (GString *out, const gchar *name, const PoMark *mark) {
  if (!mark->set) {
    po_json_null (out, name);
    return;
  }
  po_json_begin (out, name, '{');
  po_json_int (out, "offset_ns", mark->offset_ns);
  po_json_int (out, "frames", mark->frames);
  po_json_bool (out, "timecode", mark->timecode);
  po_json_end (out, '}');
}

static void add_attach (GString *out, const PoOccurrence *occurrence) {
  po_json_begin (out, "attach", '[');
  for (guint i = 0; i < occurrence->n_attach; i++) {
    const PoAttach *attach = &occurrence->attach[i];
    po_json_begin (out, NULL, '{');
    po_json_string (out, "uri", attach->uri);
    po_json_string (out, "fmttype", attach->fmttype);
    po_json_bool (out, "live", attach->is_live);
    add_mark (out, "som", &attach->som);
    add_mark (out, "eom", &attach->eom);
    po_json_end (out, '}');
  }
  po_json_end (out, ']');
}

static void add_deadlines (GString *out, const PoOccurrence *occurrence) {
  po_json_begin (out, "deadlines", '[');
  for (guint i = 0; i < occurrence->n_deadlines; i++) {
    po_json_begin (out, NULL, '{');
    po_json_time (out, "at", occurrence->deadlines[i].trigger_ns);
    add_list (out, "attendees", occurrence->deadlines[i].attendees);
    po_json_end (out, '}');
  }
  po_json_end (out, ']');
}

static void add_playout (GString *out, const PoOccurrence *occurrence) {
  po_json_int (out, "priority", occurrence->priority);
  po_json_string (out, "start_type", po_start_type_to_string (occurrence->start));
  po_json_int (out, "wait_ns", occurrence->wait_ns);
  po_json_string (out, "end_type", po_end_type_to_string (occurrence->end));
  po_json_bool (out, "end_set", occurrence->end_set);
  po_json_int (out, "overrun_ns", occurrence->overrun_ns);
  po_json_bool (out, "join", occurrence->join);
  po_json_string (out, "fallback", occurrence->fallback);
  add_attach (out, occurrence);
  po_json_string (out, "location_media", occurrence->location_media);
  add_deadlines (out, occurrence);
  po_json_string (out, "series_uid", occurrence->series_uid);
  po_json_bool (out, "recurring", occurrence->recurring);
  po_json_int (out, "ordinal", occurrence->ordinal);
  po_json_int (out, "first_episode", occurrence->first_episode);
}

gchar *po_occurrence_to_json (const PoOccurrence *occurrence) {
  GString *out = g_string_new (NULL);
  po_json_begin (out, NULL, '{');
  po_json_time (out, "start", occurrence->start_ns);
  po_json_time (out, "end", occurrence->end_ns);
  po_json_string (out, "uid", occurrence->uid);
  po_json_string (out, "instance", occurrence->instance);
  po_json_string (out, "recurrence_id", occurrence->recurrence_id);
  po_json_string (out, "summary", occurrence->summary);
  po_json_string (out, "status", po_status_to_string (occurrence->status));
  po_json_bool (out, "transparent", occurrence->transparent);
  po_json_bool (out, "date_only", occurrence->date_only);
  po_json_string (out, "description", occurrence->description);
  add_list (out, "categories", occurrence->categories);
  po_json_string (out, "image", occurrence->image);
  po_json_string (out, "organizer", occurrence->organizer);
  po_json_string (out, "contact", occurrence->contact);
  add_playout (out, occurrence);
  po_json_int (out, "sequence", occurrence->sequence);
  po_json_string (out, "file", occurrence->file);
  po_json_int (out, "line", occurrence->line);
  po_json_end (out, '}');
  return g_string_free (out, FALSE);
}
