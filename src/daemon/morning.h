// SPDX-License-Identifier: GPL-3.0-or-later
// The morning report of each broadcast day: made once by `playoutctl morning --keep`, a process of its own because it
// reads calendars and years of log; kept in the state folder as morning/DATE.txt and .json; handed on to whoever sends
// messages. Main thread. A day that was missed while the daemon was down is made up for at the next start.
#pragma once

#include "config/config.h"
#include "program/clock.h"

typedef struct _PoMorning PoMorning;

/** @date: "2027-01-06"; @text: as it was kept. */
typedef void (*PoMorningFunc) (const gchar *date, const gchar *text, gpointer user);

typedef struct {
  const gchar *config_path; // (nullable) the default file
  const gchar *state_dir;   // of this station
  GTimeZone *zone;
  const PoClock *clock;
  gint64 after_ns;      // how long after local midnight
  PoMorningFunc told;   // a report was made
  PoMorningFunc failed; // it could not be; @text says why; it is tried again in an hour
  gpointer user;
} PoMorningSettings;

/** Strings are copied, the rest is borrowed. (transfer full) */
PoMorning *po_morning_new (const PoMorningSettings *settings);
void po_morning_free (PoMorning *self);

/** Makes the report that is due and not there yet; it looks by itself soon after the start, then each minute. */
void po_morning_look (PoMorning *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMorning, po_morning_free)
