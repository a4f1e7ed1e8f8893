// SPDX-License-Identifier: GPL-3.0-or-later
// Who is logged in: keys that browsers hold in a cookie, kept as digests in sessions.json of the state folder so that a
// restart of the daemon logs nobody out. A session ends with its time, when its user logs out, is removed, or gets
// another password. One thread.
#pragma once

#include "access/users.h"

typedef struct _PoSessions PoSessions;

/** @users outlives it. (transfer full) */
PoSessions *po_sessions_new (const gchar *dir, PoUsers *users);
void po_sessions_free (PoSessions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSessions, po_sessions_free)

/** A new session's key. (transfer full) */
gchar *po_sessions_begin (PoSessions *self, const PoUser *user, PoTimeNs now_ns);

/** Whose session @key is, or NULL. */
const PoUser *po_sessions_find (PoSessions *self, const gchar *key, PoTimeNs now_ns);

/** FALSE: it is ended, but the next start would not know that. */
gboolean po_sessions_end (PoSessions *self, const gchar *key, GError **error);

/** How long a session lasts, in seconds. */
gint64 po_sessions_length_s (void);
