// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/papers.h"

#include <glib/gi18n-lib.h>

#include "guide/xmltv.h"
#include "model/error.h"
#include "record/evidence.h"

#define DAY_NS  (24 * 3600 * PO_NS_PER_SECOND)
#define WEEK_NS (7 * DAY_NS)

struct _PoPapers {
  gchar *guide, *guide_key; // (nullable)
};

PoPapers *po_papers_new (void) {
  return g_new0 (PoPapers, 1);
}

void po_papers_free (PoPapers *self) {
  if (self == NULL)
    return;
  g_free (self->guide);
  g_free (self->guide_key);
  g_free (self);
}

// The year of @now_ns, where nothing else was asked for.
static PoTimeNs new_year (PoTimeNs now_ns, GTimeZone *zone) {
  g_autofree gchar *today = po_time_to_local_string (now_ns, zone);
  return po_time_from_local (zone, (gint)g_ascii_strtoll (today, NULL, 10), 1, 1, 0, 0, 0);
}

JsonNode *po_papers_report (const PoPapersParts *parts, PoTimeNs from_ns, PoTimeNs to_ns, PoTimeNs now_ns,
                            GError **error) {
  const gchar *dir = po_log_dir (parts->log);
  if (dir == NULL) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_NOT_FOUND,
                         _ ("there is no state folder, so nothing to report from"));
    return NULL;
  }
  from_ns = from_ns != PO_TIME_NONE ? from_ns : new_year (now_ns, parts->zone);
  to_ns = to_ns != PO_TIME_NONE ? to_ns : MAX (from_ns + 365 * DAY_NS, now_ns);
  g_autoptr (PoEvidence) evidence =
      po_evidence_read (dir, parts->config->timezone, parts->config->format.rate, from_ns, to_ns, now_ns, error);
  if (evidence == NULL)
    return NULL;
  g_autoptr (PoReport) report = po_report_make (&evidence->source, from_ns, to_ns);
  return po_report_to_json (report);
}

// What the guide depends on.
static gchar *key_of (const PoPapersParts *parts, PoTimeNs from_ns) {
  PoSchedule *schedule = po_station_schedule (parts->station);
  return g_strdup_printf ("%s %s %u %" G_GINT64_FORMAT, schedule != NULL ? po_schedule_revision (schedule) : "",
                          po_media_table_revision (po_station_media (parts->station)),
                          po_station_journal (parts->station)->len, from_ns);
}

static gchar *make_guide (const PoPapersParts *parts, PoTimeNs from_ns) {
  PoRate rate = parts->config->format.rate;
  g_autofree gchar *id = po_xmltv_channel_id (parts->config->name);
  const gchar *dir = po_log_dir (parts->log);
  g_autoptr (PoLogReader) reader = dir != NULL ? po_log_reader_open (dir, NULL) : NULL;
  g_autoptr (GHashTable) aired = reader != NULL ? po_log_reader_first_aired (reader, from_ns, NULL) : NULL;
  PoXmltvSettings settings = {id, parts->config->name, parts->zone, aired};
  g_autoptr (PoRundown) rundown = po_station_plan (parts->station, NULL, po_frame_from_time_ceil (from_ns, rate),
                                                   po_frame_from_time_ceil (from_ns + WEEK_NS, rate), NULL);
  PoSchedule *schedule = po_station_schedule (parts->station);
  g_autoptr (GPtrArray) occurrences =
      schedule != NULL ? po_schedule_occurrences (schedule, from_ns - WEEK_NS, from_ns + WEEK_NS) : g_ptr_array_new ();
  return po_xmltv_write (&settings, rundown, occurrences);
}

const gchar *po_papers_guide (PoPapers *self, const PoPapersParts *parts, PoTimeNs now_ns) {
  PoTimeNs from_ns = po_time_local_midnight (now_ns, parts->zone);
  g_autofree gchar *key = key_of (parts, from_ns);
  if (g_strcmp0 (key, self->guide_key) != 0) {
    g_free (self->guide);
    g_free (self->guide_key);
    self->guide = make_guide (parts, from_ns);
    self->guide_key = g_steal_pointer (&key);
  }
  return self->guide;
}
