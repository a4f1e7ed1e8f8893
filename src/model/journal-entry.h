// SPDX-License-Identifier: GPL-3.0-or-later
// One entry of the journal: what cannot be computed, stamped with the frame at which it takes effect. Append-only.
// With the schedule and the media facts it is the whole input of the plan. A plain value; the store is in `log`.
#pragma once

#include "model/time.h"

typedef enum {
  PO_JOURNAL_ADOPT,  // schedule=, media=, config= revisions (hex hashes; an absent one stays) from this frame on
  PO_JOURNAL_START,  // the daemon came up: reason=, lost_until= (last frame known aired)
  PO_JOURNAL_CLOCK,  // offset= n - k, why=
  PO_JOURNAL_PIN,    // uid=, instance=, part=, episode=, media=, sha256=
  PO_JOURNAL_ALIAS,  // uid=, from= instances, to= what the calendars adopted next call them; see aliases.h
  PO_JOURNAL_ENDED,  // observed: a source ended early: uid=, instance=, part=, run=
  PO_JOURNAL_FAILED, // observed: a source failed: run=, why=
  PO_JOURNAL_LIVE,   // observed: run=, state=here|away
  PO_JOURNAL_TAKE,   // uid=, instance=, part=; or next=1 ; or now=1
  PO_JOURNAL_SKIP,
  PO_JOURNAL_HOLD,
  PO_JOURNAL_RESUME,
  PO_JOURNAL_EXTEND, // by_ns=
  PO_JOURNAL_END_LIVE,
  PO_JOURNAL_SLATE,
  PO_JOURNAL_BACK,      // back to schedule
  PO_JOURNAL_INSERT,    // media=, at=, how=
  PO_JOURNAL_REPLACE,   // uid=, instance=, part=, media=
  PO_JOURNAL_CANCEL,    // uid=, instance=
  PO_JOURNAL_FILL,      // force filler
  PO_JOURNAL_RECOVERED, // observed: the file of a run that failed is there again: uid=, instance=, run=
  // What waits for its picture is no part of any plan; what comes of it is written down too. An entry that was asked
  // for, or DROPPED, has asked=, the id of its ASKED.
  PO_JOURNAL_ASKED,   // id=, verb=, promised= frame, and what the command says
  PO_JOURNAL_DROPPED, // asked=, verb=, why=: it does not take effect from this frame on
  PO_JOURNAL_LAST_ = PO_JOURNAL_DROPPED,
} PoJournalKind;

const gchar *po_journal_kind_to_string (PoJournalKind kind); // "adopt"
gboolean po_journal_kind_from_string (const gchar *text, PoJournalKind *ret_kind);
gboolean po_journal_kind_ends_hold (PoJournalKind kind); // what an operator held goes on, or is off the air

typedef struct {
  gint64 seq;      // 1, 2, 3 … in order of writing; 0 before it is stored
  PoFrame frame;   // takes effect at the start of this frame
  PoTimeNs utc_ns; // when it was written
  PoJournalKind kind;
  gchar *who;       // operator, "daemon", …
  GHashTable *args; // string -> string, owned; never NULL
} PoJournalEntry;

/** @... : key, value pairs of strings, then NULL; a NULL value is left out. (transfer full) */
PoJournalEntry *po_journal_entry_new (PoFrame frame, PoJournalKind kind, const gchar *who, ...) G_GNUC_NULL_TERMINATED;
PoJournalEntry *po_journal_entry_copy (const PoJournalEntry *self);
void po_journal_entry_free (PoJournalEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoJournalEntry, po_journal_entry_free)
const gchar *po_journal_entry_get (const PoJournalEntry *self, const gchar *key); // (nullable)
/** FALSE: @key is not there, or is no number, or one so large that a sum of two might overflow. */
gboolean po_journal_entry_get_int (const PoJournalEntry *self, const gchar *key, gint64 *ret_value);
/** What @key names by its number, or as an instant, in @zone where that says none. FALSE: neither. */
gboolean po_journal_entry_get_frame (const PoJournalEntry *self, const gchar *key, GTimeZone *zone, PoRate rate,
                                     PoFrame *ret_frame);
