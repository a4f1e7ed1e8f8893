// SPDX-License-Identifier: GPL-3.0-or-later
// One VEVENT as it was read: its times, its rules, and what it means on the channel. It knows nothing of the other
// components of its series. Immutable once read; it points into the PoIcsFile that it came from, which outlives it.
#pragma once

#include "model/occurrence.h"
#include "schedule/recur.h"
#include "schedule/when.h"

typedef struct {
  PoWhen when;
  gboolean has_length; // a PERIOD
  PoLength length;
} PoRdate;

/** PoValarm: a VALARM before it is bound to an instance. */
typedef struct {
  gboolean absolute;
  gboolean from_end;
  gint64 utc_s;      // absolute
  PoLength offset;   // else
  gchar **attendees; // (nullable)
} PoValarm;

typedef struct _PoEvent PoEvent;
struct _PoEvent {
  PoEvent *next;     // of the same UID, in order; (transfer none)
  const gchar *file; // base name; (transfer none)
  guint line;
  guint order; // among all events of all files
  gchar *uid;
  const PoIcsComponent *component;

  PoWhen start;
  PoLength length;
  gboolean is_override, and_future;
  gboolean takes_back; // of METHOD:CANCEL: what is known under its UID, or that instance of it, does not air
  gboolean has_start;  // FALSE: a taking back of all, which need not say more
  PoWhen recurrence_id;
  GPtrArray *rules, *exrules; // PoRule; (nullable)
  GArray *until_utc;          // gint64 a rule: UNTIL as an instant, or G_MAXINT64; (nullable)
  GArray *rdates;             // PoRdate; (nullable)
  GArray *exdates;            // PoWhen; (nullable)

  gint64 sequence, dtstamp_s, modified_s;
  gchar *related_to; // (nullable) UID of the parent

  PoStatus status;
  gboolean transparent;
  gint priority;
  PoStartType start_type;
  gint64 wait_ns;
  gboolean end_set;
  PoEndType end_type;
  gint64 overrun_ns;
  gboolean join;
  gchar *fallback; // (nullable)
  gint64 first_episode;
  gboolean first_episode_set;
  PoAttach *attach;
  guint n_attach;
  gchar *location_media; // (nullable)
  GArray *alarms;        // PoValarm; (nullable)
};

/** NULL, with a finding, for an event that cannot be placed in time. (transfer full) (nullable) */
PoEvent *po_event_read (const PoReading *reader, const PoIcsComponent *vevent);
void po_event_free (PoEvent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoEvent, po_event_free)

/** The part of the reading that is about the channel: ATTACH, X-PLAYOUT-*, VALARM, STATUS and the like. */
void po_event_read_playout (const PoReading *reader, PoEvent *self);

/** Copies into @occurrence all that does not depend on the instance, and the alarms, for which its times must be set;
 * its media and their fallback are those of @media, which may be @self. */
void po_event_describe (const PoEvent *self, const PoEvent *media, PoOccurrence *occurrence);

/** Whether @self, an override that names no media, has those of its series, as the event @whole describes them. Another
 * LOCATION than there may be meant as media. */
gboolean po_event_leaves_media_to (const PoEvent *self, const PoEvent *whole);
