// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/guide.h"

#include "guide/xmltv.h"

#define WEEK_NS (7 * 24 * 3600 * PO_NS_PER_SECOND)

struct _PoGuide {
  gchar *text, *key;      // (nullable)
  GHashTable *aired;      // (nullable) what had aired before
  PoTimeNs aired_from_ns; // this day: years of log are read once a day
};

PoGuide *po_guide_new (void) {
  return g_new0 (PoGuide, 1);
}

void po_guide_free (PoGuide *self) {
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self->key);
  g_clear_pointer (&self->aired, g_hash_table_unref);
  g_free (self);
}

gchar *po_guide_key (const PoGuideParts *parts, PoTimeNs from_ns) {
  PoSchedule *schedule = po_station_schedule (parts->station);
  return g_strdup_printf ("%s %s %u %" G_GINT64_FORMAT, schedule != NULL ? po_schedule_revision (schedule) : "",
                          po_media_table_revision (po_station_media (parts->station)),
                          po_station_journal (parts->station)->len, from_ns);
}

// When each clip first aired, of those that did before @from_ns. (transfer none) (nullable)
static GHashTable *first_aired (PoGuide *self, const PoGuideParts *parts, PoTimeNs from_ns) {
  const gchar *dir = po_log_dir (parts->log);
  if (self->aired != NULL && self->aired_from_ns == from_ns)
    return self->aired;
  g_autoptr (PoLogReader) reader = dir != NULL ? po_log_reader_open (dir, NULL) : NULL;
  g_clear_pointer (&self->aired, g_hash_table_unref);
  self->aired = reader != NULL ? po_log_reader_first_aired (reader, from_ns, NULL) : NULL;
  self->aired_from_ns = from_ns;
  return self->aired;
}

static gchar *make_guide (PoGuide *self, const PoGuideParts *parts, PoTimeNs from_ns) {
  PoRate rate = parts->config->format.rate;
  g_autofree gchar *id = po_xmltv_channel_id (parts->config->name);
  PoXmltvSettings settings = {id, parts->config->name, parts->zone, first_aired (self, parts, from_ns)};
  g_autoptr (PoRundown) rundown = po_station_plan (parts->station, NULL, po_frame_from_time_ceil (from_ns, rate),
                                                   po_frame_from_time_ceil (from_ns + WEEK_NS, rate), NULL);
  g_autoptr (GPtrArray) occurrences = po_station_occurrences (parts->station, from_ns - WEEK_NS, from_ns + WEEK_NS);
  return po_xmltv_write (&settings, rundown, occurrences);
}

const gchar *po_guide_text (PoGuide *self, const PoGuideParts *parts, PoTimeNs now_ns) {
  PoTimeNs from_ns = po_time_local_midnight (now_ns, parts->zone);
  g_autofree gchar *key = po_guide_key (parts, from_ns);
  if (g_strcmp0 (key, self->key) != 0) {
    g_free (self->text);
    g_free (self->key);
    self->text = make_guide (self, parts, from_ns);
    self->key = g_steal_pointer (&key);
  }
  return self->text;
}
