// SPDX-License-Identifier: GPL-3.0-or-later
// A station opened from its files, without a daemon: calendars, media facts and, where there is a state folder, journal
// and adopted revisions, so that what is planned here is what would air. Folders named on the command line ask "what
// if": then they hold instead of what was adopted. Writes nothing but the cache of media facts.
#pragma once

#include "ctl/ctl.h"
#include "media/library.h"
#include "schedule/schedule.h"
#include "schedule/store.h"
#include "station/station.h"

typedef struct {
  PoStation *station;
  PoScheduleStore *store;   // (nullable)
  PoMediaLibrary *library;  // (nullable)
  GPtrArray *findings;      // PoFinding: of calendars and media
  const gchar **live_names; // (nullable) of the configuration; the station's
} PoOffline;

/** The calendars of the folder that the options or the configuration name. (transfer full) */
PoSchedule *po_offline_load_schedule (PoCtl *ctl, GError **error);

/** The same as the daemon sees it: files that it would not open are left out, each with a finding; with what is kept of
 * calendars elsewhere. (transfer full) array of PoCalendarFile */
GPtrArray *po_offline_read_folder (PoCtl *ctl, GPtrArray *findings, GError **error);

/** The clips of the folder that they name, all looked into. @findings (nullable) is appended to. (transfer full) */
PoMediaTable *po_offline_load_media (PoCtl *ctl, GPtrArray *findings, GError **error);

/** One of them, @path under that folder, looked into unless it is known. (transfer full) */
PoMediaFacts *po_offline_load_clip (PoCtl *ctl, const gchar *path, GError **error);

/** (transfer full) */
PoOffline *po_offline_open (PoCtl *ctl, GError **error);
/** The same without a look at the clips, where a media revision was adopted: the plan goes by that one anyhow, and on a
 * busy machine a look takes minutes. (transfer full) */
PoOffline *po_offline_open_adopted (PoCtl *ctl, GError **error);
void po_offline_free (PoOffline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoOffline, po_offline_free)
