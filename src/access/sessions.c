// SPDX-License-Identifier: GPL-3.0-or-later
#include "access/sessions.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "access/secret.h"
#include "json/tree.h"
#include "model/text.h"

#define LENGTH_S      (7 * 24 * 3600)
#define MOST_SESSIONS 500

typedef struct {
  gchar *user;
  gchar *stamp; // of the password that it was begun with
  PoTimeNs until_ns;
} Session;

struct _PoSessions {
  gchar *path;
  PoUsers *users;
  GHashTable *sessions; // digest -> Session
};

static void session_free (Session *self) {
  g_free (self->user);
  g_free (self->stamp);
  g_free (self);
}

static void load (PoSessions *self) {
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree gchar *text = NULL;
  gsize length = 0;
  // What cannot be read costs everybody a log-in, nothing more.
  if (!g_file_get_contents (self->path, &text, &length, NULL) ||
      !json_parser_load_from_data (parser, text, (gssize)length, NULL))
    return;
  JsonObject *root = po_json_node_object (json_parser_get_root (parser));
  g_autoptr (GList) digests = root != NULL ? json_object_get_members (root) : NULL;
  for (GList *l = digests; l != NULL; l = l->next) {
    JsonObject *object = po_json_get_object (root, l->data);
    if (object == NULL)
      continue;
    Session *session = g_new0 (Session, 1);
    session->user = g_strdup (json_object_get_string_member_with_default (object, "user", ""));
    session->stamp = g_strdup (json_object_get_string_member_with_default (object, "stamp", ""));
    session->until_ns = json_object_get_int_member_with_default (object, "until_ns", 0);
    g_hash_table_replace (self->sessions, g_strdup (l->data), session);
  }
}

static gboolean save (PoSessions *self, GError **error) {
  g_autoptr (JsonObject) root = json_object_new ();
  GHashTableIter iter;
  gpointer digest, value;
  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, &digest, &value)) {
    const Session *session = value;
    JsonObject *object = json_object_new ();
    json_object_set_string_member (object, "user", session->user);
    json_object_set_string_member (object, "stamp", session->stamp);
    json_object_set_int_member (object, "until_ns", session->until_ns);
    json_object_set_object_member (root, digest, object);
  }
  g_autofree gchar *text = po_json_object_text (root);
  return g_file_set_contents_full (self->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

PoSessions *po_sessions_new (const gchar *dir, PoUsers *users) {
  PoSessions *self = g_new0 (PoSessions, 1);
  self->path = g_build_filename (dir, "sessions.json", NULL);
  self->users = users;
  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)session_free);
  load (self);
  return self;
}

void po_sessions_free (PoSessions *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->sessions);
  g_free (self->path);
  g_free (self);
}

static gchar *stamp_of (const PoUser *user) {
  return po_key_digest (user->hash);
}

static void drop_old (PoSessions *self, PoTimeNs now_ns) {
  GHashTableIter iter;
  gpointer digest, value, oldest = NULL;
  PoTimeNs oldest_ns = G_MAXINT64;
  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, &digest, &value)) {
    const Session *session = value;
    if (session->until_ns <= now_ns) {
      g_hash_table_iter_remove (&iter);
    } else if (session->until_ns < oldest_ns) {
      oldest_ns = session->until_ns;
      oldest = digest;
    }
  }
  if (g_hash_table_size (self->sessions) >= MOST_SESSIONS)
    g_hash_table_remove (self->sessions, oldest);
}

gchar *po_sessions_begin (PoSessions *self, const PoUser *user, PoTimeNs now_ns) {
  gchar *key = po_key_new ("");
  Session *session = g_new0 (Session, 1);
  drop_old (self, now_ns);
  *session = (Session){g_strdup (user->name), stamp_of (user), now_ns + LENGTH_S * PO_NS_PER_SECOND};
  g_hash_table_replace (self->sessions, po_key_digest (key), session);
  save (self, NULL); // what is not kept costs a log-in after the next start
  return key;
}

const PoUser *po_sessions_find (PoSessions *self, const gchar *key, PoTimeNs now_ns) {
  g_autofree gchar *digest = po_key_digest (key);
  const Session *session = g_hash_table_lookup (self->sessions, digest);
  const PoUser *user =
      session != NULL && now_ns < session->until_ns ? po_users_find (self->users, session->user) : NULL;
  g_autofree gchar *stamp = user != NULL ? stamp_of (user) : NULL;
  return user != NULL && strcmp (stamp, session->stamp) == 0 ? user : NULL;
}

// On a full disk a file can still be removed; then everybody logs in again after the next start.
gboolean po_sessions_end (PoSessions *self, const gchar *key, GError **error) {
  g_autofree gchar *digest = po_key_digest (key);
  g_autoptr (GError) local = NULL;
  if (!g_hash_table_remove (self->sessions, digest) || save (self, &local) || g_unlink (self->path) == 0 ||
      errno == ENOENT)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM,
               _ ("logged out, but that cannot be written down (%s): the next start of playoutd would let this browser "
                  "in again"),
               local->message);
  return FALSE;
}

gint64 po_sessions_length_s (void) {
  return LENGTH_S;
}
