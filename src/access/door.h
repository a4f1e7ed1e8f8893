// SPDX-License-Identifier: GPL-3.0-or-later
// Who asks: from what a request brings (a key, a session's cookie) to a name and a role, and logging in. The one place
// that knows users, sessions and the throttle together. Its thread is the one that made it; passwords are hashed on
// another. It knows no HTTP.
#pragma once

#include "access/role.h"
#include "access/users.h"
#include "model/error.h"
#include "model/time.h"

typedef struct _PoDoor PoDoor;

typedef struct {
  gchar *name;
  PoRole role;
} PoCaller;

void po_caller_clear (PoCaller *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PoCaller, po_caller_clear)

/** @dir: the state folder, NULL = none, and nobody can be known. (transfer full) */
PoDoor *po_door_new (const gchar *dir);
void po_door_free (PoDoor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoDoor, po_door_free)

/** TRUE if there are no users, so that nobody needs to log in, and only this machine may be served. */
gboolean po_door_is_open (PoDoor *self);

/** Those who may come in. (transfer none) (nullable) without a state folder */
PoUsers *po_door_users (PoDoor *self);

/** Why the users cannot be read, or NULL. (transfer full) */
gchar *po_door_problem (PoDoor *self);

/** Whose @key (a token's) or @session (a cookie's) it is; both nullable. Nobody: PO_ROLE_NONE, @name NULL. */
void po_door_recognise (PoDoor *self, const gchar *key, const gchar *session, PoCaller *ret_caller);

/** @session: the new session's key; NULL with @error: PO_ERROR_INPUT = name or password is wrong, PO_ERROR_CONFLICT =
 * too many tries, then @wait_s is how long to wait. */
typedef void (*PoDoorDone) (const gchar *session, const PoCaller *caller, guint wait_s, const GError *error,
                            gpointer user);

/** @done is called once: at once, later, or when the door is freed. */
void po_door_log_in (PoDoor *self, const gchar *address, const gchar *name, const gchar *password, PoDoorDone done,
                     gpointer user);
gboolean po_door_log_out (PoDoor *self, const gchar *session, GError **error);
