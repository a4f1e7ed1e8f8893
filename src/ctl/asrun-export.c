// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/asrun-export.h"

#include <string.h>

#include "ctl/ics-text.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static void add_cell (GString *line, const gchar *text) {
  g_autofree gchar *shown = NULL;
  if (line->len > 0)
    g_string_append_c (line, ',');
  if (text == NULL || *text == '\0')
    return;
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  shown = g_strconcat (strchr ("=+-@\t\r", *valid) != NULL ? "'" : "", valid, NULL); // a spreadsheet must not run it
  if (strpbrk (shown, "\",;\r\n") == NULL) {
    g_string_append (line, shown);
    return;
  }
  g_auto (GStrv) pieces = g_strsplit (shown, "\"", -1);
  g_autofree gchar *doubled = g_strjoinv ("\"\"", pieces);
  g_string_append_printf (line, "\"%s\"", doubled);
}

static void add_number (GString *line, gint64 value) {
  g_string_append_printf (line, "%s%" G_GINT64_FORMAT, line->len > 0 ? "," : "", value);
}

// Whole ones: where the decimal mark is a comma, as in Vietnam, 900.000 is read as nine hundred thousand. The frames
// beside it are exact.
static void add_seconds (GString *line, gint64 frames, PoRate rate) {
  add_number (line, (po_duration_from_frames_floor (frames, rate) + PO_NS_PER_SECOND / 2) / PO_NS_PER_SECOND);
}

// Empty where it was not measured.
static void add_count (GString *line, gboolean known, gint64 value) {
  if (known)
    add_number (line, value);
  else
    add_cell (line, NULL);
}

// With one digit behind the point, for the same reason: never three.
static void add_decibels (GString *line, gboolean known, gint64 value) {
  const gint64 tenths = (ABS (value) + 50) / 100;
  add_cell (line, NULL);
  if (known)
    g_string_append_printf (line, "%s%" G_GINT64_FORMAT ".%d", value < 0 ? "-" : "", tenths / 10, (gint)(tenths % 10));
}

static void add_measures (GString *line, const PoAiringMeasures *measures) {
  add_count (line, measures->has_pictures, measures->frames_black);
  add_count (line, measures->has_pictures, measures->frames_silent);
  add_count (line, measures->has_pictures, measures->frames_frozen);
  add_decibels (line, measures->has_loudness, measures->loudness_mlufs);
  add_decibels (line, measures->has_loudness, measures->true_peak_mdb);
}

// "2027-01-06 19:45:00", which spreadsheets know for a time.
static void add_time (GString *line, PoTimeNs time_ns, GTimeZone *zone) {
  g_autofree gchar *iso = time_ns != PO_TIME_NONE ? po_time_to_local_string (time_ns, zone) : NULL;
  g_autofree gchar *text = iso != NULL ? g_strndup (iso, strlen ("2027-01-06T19:45:00")) : NULL;
  add_cell (line, text != NULL ? g_strdelimit (text, "T", ' ') : NULL);
}

static void add_row (GString *csv, const PoAsrunRow *row, GTimeZone *zone) {
  g_autoptr (GString) line = g_string_new (NULL);
  add_number (line, row->id);
  add_time (line, row->planned_start_ns, zone);
  add_time (line, row->actual_start_ns, zone);
  add_time (line, row->actual_end_ns, zone);
  add_seconds (line, row->actual_end_frame - row->actual_start_frame, row->rate);
  add_cell (line, row->kind);
  add_cell (line, po_airing_status_to_string (row->status));
  add_cell (line, row->title);
  add_cell (line, row->media);
  add_cell (line, row->reason);
  add_number (line, row->frames_shown);
  add_number (line, row->frames_repeated);
  add_number (line, row->frames_filled);
  add_cell (line, row->uid);
  add_cell (line, row->instance);
  add_cell (line, row->media_hash);
  add_cell (line, row->channel);
  add_measures (line, &row->measures);
  add_cell (line, row->correction != 0 ? po_airing_status_to_string (row->status_before) : NULL);
  add_cell (line, row->corrected_by);
  add_cell (line, row->corrected_why);
  g_string_append_printf (csv, "%s\r\n", line->str);
}

gchar *po_asrun_to_csv (GPtrArray *rows, GTimeZone *zone) {
  GString *csv = g_string_new (
      BYTE_ORDER_MARK "id,planned_start,start,end,seconds,kind,status,title,media,reason,frames_shown,"
                      "frames_repeated,frames_filled,uid,instance,media_hash,channel,frames_black,frames_silent,"
                      "frames_frozen,loudness_lufs,true_peak_dbtp,corrected_from,corrected_by,corrected_why\r\n");
  for (guint i = 0; i < rows->len; i++)
    add_row (csv, rows->pdata[i], zone);
  return g_string_free (csv, FALSE);
}

static void add_event (GString *ics, const PoAsrunRow *row) {
  g_autofree gchar *uid = g_strdup_printf ("asrun-%" G_GINT64_FORMAT "-%s", row->id, row->node);
  g_string_append (ics, "BEGIN:VEVENT\r\n");
  po_ics_text_add (ics, "UID", uid);
  po_ics_text_instant (ics, "DTSTAMP", row->actual_end_ns);
  po_ics_text_instant (ics, "DTSTART", row->actual_start_ns);
  po_ics_text_instant (ics, "DTEND", MAX (row->actual_end_ns, row->actual_start_ns));
  po_ics_text_add (ics, "SUMMARY", row->title);
  po_ics_text_add (ics, "DESCRIPTION", row->media);
  po_ics_text_add (ics, "CATEGORIES", po_airing_status_to_string (row->status));
  g_string_append (ics, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

gchar *po_asrun_to_ics (GPtrArray *rows, const gchar *title) {
  GString *ics = po_ics_text_new ("asrun", title);
  for (guint i = 0; i < rows->len; i++) {
    const PoAsrunRow *row = rows->pdata[i];
    if (g_strcmp0 (row->kind, "media") == 0 || g_strcmp0 (row->kind, "live") == 0)
      add_event (ics, row);
  }
  return po_ics_text_end (ics);
}
