// SPDX-License-Identifier: GPL-3.0-or-later
// PoAliases: the name under which an instance was first known, where its event's own start or rule has changed since
// and the calendar calls it otherwise. Journal, log, page and reports know an airing by that first name. Filled from
// the journal in its order: an ALIAS entry says all of one UID's names anew, `from` the first names, `to` the
// calendar's, one for one, and holds with the adoption of calendars that follows it. A plain container; one thread.
#pragma once

#include "model/journal-entry.h"

typedef struct _PoAliases PoAliases;

PoAliases *po_aliases_new (void); // (transfer full)
/** (transfer full) */
PoAliases *po_aliases_copy (const PoAliases *self);
void po_aliases_free (PoAliases *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoAliases, po_aliases_free)

/** TRUE if names mean something else from now on. Entries of other kinds are passed over. */
gboolean po_aliases_note (PoAliases *self, const PoJournalEntry *entry);

/** The first name of what the calendar calls @name. (transfer none), of @self or @name */
const gchar *po_aliases_instance (PoAliases *self, const gchar *uid, const gchar *name);

/** What the calendar calls @instance now. (transfer none), of @self or @instance */
const gchar *po_aliases_name (PoAliases *self, const gchar *uid, const gchar *instance);

/** @text is a first name already, or what the calendar says: the first name. (transfer none), of @self or @text */
const gchar *po_aliases_given (PoAliases *self, const gchar *uid, const gchar *text);
