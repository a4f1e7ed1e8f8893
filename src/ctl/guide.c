// SPDX-License-Identifier: GPL-3.0-or-later
// `guide`: the programme guide, as XMLTV, from the plan.
#include <stdio.h>
#include <stdlib.h>

#include "ctl/ctl.h"
#include "ctl/offline.h"
#include "guide/xmltv.h"
#include "log/reader.h"

#define WEEK_NS (7 * 24 * 3600 * PO_NS_PER_SECOND)

// What has aired before, if there is a record: clips that air again are repeats. (transfer full) (nullable)
static GHashTable *read_aired (PoCtl *ctl, PoTimeNs before_ns) {
  g_autoptr (PoLogReader) reader = ctl->config->state != NULL ? po_log_reader_open (ctl->config->state, NULL) : NULL;
  return reader != NULL ? po_log_reader_first_aired (reader, before_ns, NULL) : NULL;
}

int po_ctl_guide (PoCtl *ctl, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  PoRate rate = ctl->config->format.rate;
  if (!po_ctl_window (ctl, po_time_local_midnight (ctl->now_ns, ctl->zone), WEEK_NS, &from_ns, &to_ns, error))
    return EXIT_SUCCESS;
  g_autoptr (PoOffline) offline = po_offline_open (ctl, error);
  if (offline == NULL)
    return EXIT_SUCCESS;
  g_autofree gchar *id = po_xmltv_channel_id (ctl->config->name);
  g_autoptr (GHashTable) aired = read_aired (ctl, from_ns);
  PoXmltvSettings settings = {id, ctl->config->name, ctl->zone, aired};
  g_autoptr (PoRundown) rundown = po_station_plan (offline->station, NULL, po_frame_from_time_ceil (from_ns, rate),
                                                   po_frame_from_time_ceil (to_ns, rate), NULL);
  g_autoptr (GPtrArray) occurrences = po_station_occurrences (offline->station, from_ns - WEEK_NS, to_ns);
  g_autofree gchar *text = po_xmltv_write (&settings, rundown, occurrences);
  fputs (text, stdout);
  return EXIT_SUCCESS;
}
