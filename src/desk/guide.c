// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/guide.h"

#include "guide/xmltv.h"

#define WEEK_NS (7 * 24 * 3600 * PO_NS_PER_SECOND)

struct _PoGuide {
  gchar *text, *key;      // (nullable)
  GHashTable *aired;      // (nullable) what had aired before
  PoTimeNs aired_from_ns; // this day: years of log are read once a day
};

struct _PoGuideWork {
  gchar *key, *name, *log_dir; // (nullable) log_dir
  GTimeZone *zone;
  PoTimeNs from_ns;
  GHashTable *aired; // (nullable) from @from_ns
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

static PoTimeNs begin_of (const PoGuideParts *parts, PoTimeNs now_ns) {
  return po_time_local_midnight (now_ns, parts->zone);
}

const gchar *po_guide_text (PoGuide *self, const PoGuideParts *parts, PoTimeNs now_ns) {
  g_autofree gchar *key = po_guide_key (parts, begin_of (parts, now_ns));
  return g_strcmp0 (key, self->key) == 0 ? self->text : NULL;
}

PoGuideWork *po_guide_begin (PoGuide *self, const PoGuideParts *parts, PoTimeNs now_ns) {
  PoGuideWork *work = g_new0 (PoGuideWork, 1);
  work->from_ns = begin_of (parts, now_ns);
  work->key = po_guide_key (parts, work->from_ns);
  work->name = g_strdup (parts->config->name);
  work->log_dir = g_strdup (po_log_dir (parts->log));
  work->zone = g_time_zone_ref (parts->zone);
  if (self->aired != NULL && self->aired_from_ns == work->from_ns)
    work->aired = g_hash_table_ref (self->aired);
  return work;
}

// When each clip first aired, of those that did before.
static void find_aired (PoGuideWork *work) {
  g_autoptr (PoLogReader) reader =
      work->aired == NULL && work->log_dir != NULL ? po_log_reader_open (work->log_dir, NULL) : NULL;
  if (reader != NULL)
    work->aired = po_log_reader_first_aired (reader, work->from_ns, NULL);
}

gchar *po_guide_write (PoGuideWork *work, PoStation *station) {
  const PoRate rate = po_station_settings (station)->rate;
  const PoTimeNs to_ns = work->from_ns + WEEK_NS;
  find_aired (work);
  g_autofree gchar *id = po_xmltv_channel_id (work->name);
  PoXmltvSettings settings = {id, work->name, work->zone, work->aired};
  g_autoptr (PoRundown) rundown = po_station_plan (station, NULL, po_frame_from_time_ceil (work->from_ns, rate),
                                                   po_frame_from_time_ceil (to_ns, rate), NULL);
  g_autoptr (GPtrArray) occurrences = po_station_occurrences (station, work->from_ns - WEEK_NS, to_ns);
  return po_xmltv_write (&settings, rundown, occurrences);
}

void po_guide_keep (PoGuide *self, const PoGuideWork *work, const gchar *text) {
  g_free (self->text);
  g_free (self->key);
  g_clear_pointer (&self->aired, g_hash_table_unref);
  self->text = g_strdup (text);
  self->key = g_strdup (work->key);
  self->aired = work->aired != NULL ? g_hash_table_ref (work->aired) : NULL;
  self->aired_from_ns = work->from_ns;
}

void po_guide_work_free (PoGuideWork *work) {
  if (work == NULL)
    return;
  g_free (work->key);
  g_free (work->name);
  g_free (work->log_dir);
  g_time_zone_unref (work->zone);
  g_clear_pointer (&work->aired, g_hash_table_unref);
  g_free (work);
}
