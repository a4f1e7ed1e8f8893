// SPDX-License-Identifier: GPL-3.0-or-later
// What comes from outside and may change at any time: the schedule folder and the media folder. Watches both, lets the
// store judge what may be adopted, keeps the station's tables, and tells when another revision should go on air.
// Main thread. It decides no frame and journals nothing; that is the air's business.
#pragma once

#include "config/config.h"
#include "wiring/calendars.h"
#include "media/gallery.h"
#include "media/library.h"
#include "message/alarms.h"
#include "program/clock.h"
#include "schedule/store.h"
#include "station/station.h"

typedef struct _PoInputs PoInputs;

typedef struct {
  PoConfig *config;
  const gchar *state_dir; // (nullable) nothing can be kept
  const gchar *player_path;
  const PoClock *clock;
  PoAlarms *alarms;
} PoInputsSettings;

/** The tables of the station that is passed to po_inputs_start() have a newer revision than before. */
typedef void (*PoInputsChanged) (gpointer user);

/** Opens store and library; loaders for the station can be had at once. Borrowed pointers must outlive it. */
PoInputs *po_inputs_new (const PoInputsSettings *settings, GError **error);
void po_inputs_free (PoInputs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoInputs, po_inputs_free)

/** How the station gets back what was adopted in an earlier life. */
PoStationLoaders po_inputs_loaders (PoInputs *self);

/** Begins to watch. @changed is called from the main context whenever there is something to adopt. */
void po_inputs_start (PoInputs *self, PoStation *station, PoInputsChanged changed, gpointer user);

/** Both folders have been read once, and what the schedule wants soon can be planned with. */
gboolean po_inputs_are_known (PoInputs *self);
/** And nothing in the media folder waits to be probed: what is planned from now on depends on no timing. */
gboolean po_inputs_are_probed (PoInputs *self);

/** Another filler, another folder watch interval: what a new configuration may change while on air. */
void po_inputs_set_config (PoInputs *self, PoConfig *config);

PoScheduleStore *po_inputs_store (PoInputs *self);  // (transfer none)
PoMediaLibrary *po_inputs_library (PoInputs *self); // (transfer none)
PoGallery *po_inputs_gallery (PoInputs *self);      // (transfer none)

PoCalendars *po_inputs_calendars (PoInputs *self); // (transfer none)

/** @error: NULL: it is in force, or was looked at. */
typedef void (*PoInputsDone) (const GError *error, gpointer data);

/** Looks into the schedule folder anew and offers the store what lies there; waits for a file that is being written,
 * but not for long: it then counts as it was before. PO_ERROR_SYSTEM: the folder's storage does not answer. @done is
 * called once, at once or later. */
void po_inputs_look (PoInputs *self, PoInputsDone done, gpointer data);

/** Puts an uploaded calendar into the schedule folder, durably, and in force then, whatever it lacks of what was there:
 * somebody has looked at it. On a thread of its own, since the folder may be a network mount; one at a time. @done is
 * called once, at once or later. */
void po_inputs_put_calendar (PoInputs *self, const PoCalendarFile *file, const gchar *who, PoInputsDone done,
                             gpointer data);

/** Asks for the calendars elsewhere whose time it is. Call every second. */
void po_inputs_check_calendars (PoInputs *self);

/** After an operator's confirm or rollback: takes what is in force into the station. */
void po_inputs_take_schedule (PoInputs *self);

/** Looks into both folders again now. Call every half minute: network mounts tell of nothing. */
void po_inputs_rescan (PoInputs *self);
