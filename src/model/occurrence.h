// SPDX-License-Identifier: GPL-3.0-or-later
// One instance of one calendar event, as the calendars say it: what `schedule` produces and `rundown` plans from.
// Immutable once published, reference counted, any thread. It knows no calendar syntax and no media file: an ATTACH is
// the text that stood there, resolved against the media folder only by `rundown` with the media facts in hand.
#pragma once

#include "model/mark.h"

typedef enum { PO_STATUS_CONFIRMED, PO_STATUS_TENTATIVE, PO_STATUS_CANCELLED } PoStatus;
typedef enum { PO_START_FIXED, PO_START_SOFT, PO_START_FOLLOW, PO_START_MANUAL } PoStartType;
typedef enum { PO_END_FIXED, PO_END_MEDIA, PO_END_MANUAL } PoEndType;

const gchar *po_status_to_string (PoStatus status);       // "CONFIRMED"
const gchar *po_start_type_to_string (PoStartType start); // "FIXED"
const gchar *po_end_type_to_string (PoEndType end);       // "FIXED"

/** PoAttach: one thing to play, as typed. */
typedef struct {
  gchar *uri;       // as typed, unescaped from iCalendar, not percent-decoded; may hold {episode:02} and the like
  gchar *fmttype;   // (nullable) media type parameter
  gboolean is_live; // its scheme (and fmttype) makes it a live source
  PoMark som, eom;
} PoAttach;

/** PoDeadline: one VALARM, a readiness deadline. */
typedef struct {
  PoTimeNs trigger_ns;
  gchar **attendees; // whom it names (mailto: stripped), else the organizer; may be empty
} PoDeadline;

typedef struct {
  gint ref_count; // atomic; use po_occurrence_ref/unref

  gchar *uid;
  gchar
      *instance; // original start: "2027-01-06T12:45:00Z", or "2027-01-06" when date-only; never changed by an override
  PoTimeNs original_ns; // the same as an instant
  gchar *recurrence_id; // (nullable) as `instance`, when an override touched this one; else NULL
  gchar *series_uid;    // whose numbering this continues: own uid, or the parent's by RELATED-TO / Google's _R suffix

  PoTimeNs start_ns; // the slot, [start, end); equal for a zero-length event
  PoTimeNs end_ns;
  gboolean date_only;

  gchar *summary; // never NULL, may be ""
  gchar *description;
  gchar **categories; // never NULL
  gchar *image;       // (nullable) URI
  gchar *organizer;   // (nullable) address without mailto:
  gchar *contact;     // (nullable)

  PoStatus status;
  gboolean transparent;
  gint priority; // 1 highest .. 9 lowest; 0/absent already became 5
  PoStartType start;
  gint64 wait_ns;   // SOFT: longest wait
  gboolean end_set; // X-PLAYOUT-END was given; else `end` is the default before live defaulting
  PoEndType end;
  gint64 overrun_ns; // END MANUAL: longest overrun; -1 = configuration's default
  gboolean join;     // JOIN YES (defaulted by start already)
  gchar *fallback;   // (nullable) URI

  PoAttach *attach; // array of n_attach media, in file order; URL/CONFERENCE/LOCATION already considered
  guint n_attach;
  gchar *location_media; // (nullable) LOCATION text that is media only if it is exactly a path in the media folder
  PoDeadline *deadlines;
  guint n_deadlines;

  gboolean recurring;   // part of a series with more than one instance (rule or dates)
  gint64 ordinal;       // 0-based among the series' instances that count (not EXDATE, not CANCELLED), original order,
                        // continuing the parent's; episode = first_episode + ordinal until pins move it
  gint64 first_episode; // X-PLAYOUT-EPISODE, default 1
  gint sequence;

  gchar *file; // base name of the calendar file
  guint line;  // of the VEVENT's BEGIN
} PoOccurrence;

PoOccurrence *po_occurrence_new (void); // (transfer full) zeroed, ref 1
PoOccurrence *po_occurrence_ref (PoOccurrence *self);
void po_occurrence_unref (PoOccurrence *self);
void po_attach_clear (PoAttach *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoOccurrence, po_occurrence_unref)

/** The deadline that comes next at @now_ns, else the last that passed; NULL: it has none. */
const PoDeadline *po_occurrence_deadline (const PoOccurrence *self, PoTimeNs now_ns);

/** The order in which lists of occurrences are given: start, then uid, then instance. For g_ptr_array_sort. */
gint po_occurrence_compare (gconstpointer a, gconstpointer b);
