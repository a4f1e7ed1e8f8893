// SPDX-License-Identifier: GPL-3.0-or-later
// PoBook: what entries of the journal have settled once and for all: revisions in force, pins, aliases, airings that
// were cancelled or given other media, runs that failed, the slate. It is written in frame order while the simulation
// goes on, so that nothing is known before its frame. Private to `rundown`; one plan, one thread.
#pragma once

#include "model/journal-entry.h"

/** PoPin: the file that an episode of a series has. */
typedef struct {
  gint64 episode;
  gchar *media;
  gchar *sha256; // (nullable)
} PoPin;

typedef struct _PoBook PoBook;

/** @zone reads date-only instances; borrowed. (transfer full) */
PoBook *po_book_new (GTimeZone *zone);
/** The same with all that @base (nullable) says, which is borrowed and not written to meanwhile: what lies far back is
 * read once for many plans. (transfer full) */
PoBook *po_book_new_over (const PoBook *base, GTimeZone *zone);
void po_book_free (PoBook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoBook, po_book_free)

void po_book_note (PoBook *self, const PoJournalEntry *entry);

const gchar *po_book_schedule_rev (PoBook *self); // (nullable)
const gchar *po_book_media_rev (PoBook *self);    // (nullable)
gboolean po_book_slate (PoBook *self);
/** How many entries so far may have changed which file an event has. */
guint po_book_pins_noted (PoBook *self);

/** How often instances have got other names so far. */
guint po_book_names_noted (PoBook *self);

/** The name under which what the calendars in force call @name was first known; the same for what an entry of the
 * journal says, which may be either. (transfer none) */
const gchar *po_book_instance (PoBook *self, const gchar *uid, const gchar *name);
const gchar *po_book_given (PoBook *self, const gchar *uid, const gchar *text);

gboolean po_book_is_cancelled (PoBook *self, const gchar *uid, const gchar *instance);
const gchar *po_book_replacement (PoBook *self, const gchar *uid, const gchar *instance, guint part); // (nullable)
gboolean po_book_any_failed (PoBook *self);
gboolean po_book_has_failed (PoBook *self, const gchar *run_key);

/** The pins of one ATTACH of a series. (transfer none) (nullable) of PoPin */
GPtrArray *po_book_pins (PoBook *self, const gchar *series_uid, guint part);

/** The last instance of the series known to have aired whose original start is at or before @original_ns. */
gboolean po_book_last_aired (PoBook *self, const gchar *series_uid, PoTimeNs original_ns, PoTimeNs *ret_original_ns,
                             gint64 *ret_episode);
