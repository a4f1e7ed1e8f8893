// SPDX-License-Identifier: GPL-3.0-or-later
// The programme as it leaves, watched: black, standstill and silence as alarms with the event that they belong to; what
// each airing was like into the record; its loudness for the status. Knows from the head's events what is on air, and
// so what is meant to stand still or to be silent.
// Main thread.
#pragma once

#include <json-glib/json-glib.h>

#include "config/config.h"
#include "message/alarms.h"
#include "program/clock.h"
#include "program/feed.h"
#include "program/head-event.h"
#include "rehearsal/recorder.h"
#include "station/station.h"

typedef struct _PoAirWatch PoAirWatch;

typedef struct {
  PoConfig *config;
  PoStation *station;
  PoAlarms *alarms;
  const PoClock *clock;
  PoRecorder *recorder;
  gboolean is_free_run;
} PoAirWatchSettings;

/** Borrowed pointers must outlive it. (transfer full) */
PoAirWatch *po_air_watch_new (const PoAirWatchSettings *settings);
/** The head has stopped; what is still to be measured goes into the record first. */
void po_air_watch_free (PoAirWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoAirWatch, po_air_watch_free)

void po_air_watch_set_config (PoAirWatch *self, PoConfig *config);
PoFeed po_air_watch_feed (PoAirWatch *self);

void po_air_watch_take_event (PoAirWatch *self, const PoHeadEvent *event);

/** {momentary_lufs, short_term_lufs, integrated_lufs, true_peak_dbtp}: of what leaves now, and of the airing so far;
 * null where it is silent or too early to say. (transfer full) */
JsonNode *po_air_watch_loudness (PoAirWatch *self);
/** Array of what is wrong with the programme now: "black", "freeze", "silence". (transfer full) */
JsonNode *po_air_watch_faults (PoAirWatch *self);
