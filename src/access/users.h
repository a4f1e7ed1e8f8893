// SPDX-License-Identifier: GPL-3.0-or-later
// Who may log in, and which programs hold a key: access.json in the state folder, readable by its owner only. Passwords
// are there as slow hashes, keys as digests. `playoutctl user` and `token` change the file; the daemon follows it. A
// file that cannot be read lets nobody in; it is not taken for one without users. One thread; several processes.
#pragma once

#include "access/role.h"
#include "model/error.h"
#include "model/time.h"

typedef struct {
  gchar *name;
  PoRole role;
  gchar *hash; // of the password
  PoTimeNs since_ns;
} PoUser;

typedef struct {
  gchar *name;
  PoRole role;
  gchar *digest;
  PoTimeNs since_ns;
  PoTimeNs until_ns; // PO_TIME_NONE = until it is revoked
} PoToken;

typedef struct _PoUsers PoUsers;

/** The users of the state folder @dir. (transfer full) */
PoUsers *po_users_new (const gchar *dir);
void po_users_free (PoUsers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoUsers, po_users_free)

/** Reads the file again if it is another than the one known. FALSE with @error: it cannot be read; then there are
 * users, and none is known. */
gboolean po_users_follow (PoUsers *self, GError **error);

/** TRUE if nobody has ever been let in, so that nobody is asked. */
gboolean po_users_is_empty (PoUsers *self);

GPtrArray *po_users_list (PoUsers *self);                       // PoUser, by name; (transfer none)
GPtrArray *po_users_tokens (PoUsers *self);                     // PoToken, by name; (transfer none)
const PoUser *po_users_find (PoUsers *self, const gchar *name); // (nullable)
const PoToken *po_users_find_token (PoUsers *self, const gchar *key, PoTimeNs now_ns); // (nullable)

/** Changes the file, under a lock, and follows it. A NULL @hash or PO_ROLE_NONE leaves what is known of a user. Names
 * are 1 to 64 letters, digits and ".-_@". PO_ERROR_CONFLICT: it is there already; PO_ERROR_NOT_FOUND: it is not. The
 * last admin cannot be removed or become less while there are others (PO_ERROR_CONFLICT): nobody could let anybody in
 * any more over the network. */
gboolean po_users_add (PoUsers *self, const gchar *name, PoRole role, const gchar *hash, PoTimeNs now_ns,
                       GError **error);
gboolean po_users_change (PoUsers *self, const gchar *name, PoRole role, const gchar *hash, GError **error);
gboolean po_users_remove (PoUsers *self, const gchar *name, GError **error);

/** The new token's key, which is kept nowhere. (transfer full) */
gchar *po_users_add_token (PoUsers *self, const gchar *name, PoRole role, PoTimeNs until_ns, PoTimeNs now_ns,
                           GError **error);
gboolean po_users_revoke_token (PoUsers *self, const gchar *name, GError **error);
