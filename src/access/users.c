// SPDX-License-Identifier: GPL-3.0-or-later
#include "access/users.h"

#include <errno.h>
#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/secret.h"
#include "json/tree.h"
#include "model/text.h"

#define NAME_MOST 64
#define TOKEN     "po_"

struct _PoUsers {
  gchar *path, *lock_path;
  GPtrArray *users, *tokens;
  gboolean is_broken;
  struct stat seen; // of the file as it was read last; st_ino 0 = there was none
};

static void user_free (PoUser *self) {
  g_free (self->name);
  g_free (self->hash);
  g_free (self);
}

static void token_free (PoToken *self) {
  g_free (self->name);
  g_free (self->digest);
  g_free (self);
}

static void clear (PoUsers *self) {
  g_ptr_array_set_size (self->users, 0);
  g_ptr_array_set_size (self->tokens, 0);
}

PoUsers *po_users_new (const gchar *dir) {
  PoUsers *self = g_new0 (PoUsers, 1);
  self->path = g_build_filename (dir, "access.json", NULL);
  self->lock_path = g_build_filename (dir, "access.lock", NULL);
  self->users = g_ptr_array_new_with_free_func ((GDestroyNotify)user_free);
  self->tokens = g_ptr_array_new_with_free_func ((GDestroyNotify)token_free);
  return self;
}

void po_users_free (PoUsers *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->users);
  g_ptr_array_unref (self->tokens);
  g_free (self->lock_path);
  g_free (self->path);
  g_free (self);
}

// ---- the file ----

static PoTimeNs read_time (JsonObject *object, const gchar *name) {
  PoTimeNs time_ns = PO_TIME_NONE;
  const gchar *text = json_object_get_string_member_with_default (object, name, NULL);
  if (text != NULL)
    po_time_parse (text, NULL, &time_ns, NULL);
  return time_ns;
}

// What a user and a token have in common. FALSE: it is none.
static gboolean read_entry (JsonNode *node, const gchar *secret, gchar **ret_name, PoRole *ret_role,
                            gchar **ret_secret) {
  JsonObject *object = po_json_node_object (node);
  const gchar *name = object != NULL ? json_object_get_string_member_with_default (object, "name", NULL) : NULL;
  const gchar *hash = object != NULL ? json_object_get_string_member_with_default (object, secret, NULL) : NULL;
  if (name == NULL || hash == NULL ||
      !po_role_from_string (json_object_get_string_member_with_default (object, "role", ""), ret_role))
    return FALSE;
  *ret_name = g_strdup (name);
  *ret_secret = g_strdup (hash);
  return TRUE;
}

static gboolean read_users (PoUsers *self, JsonArray *array) {
  for (guint i = 0; i < json_array_get_length (array); i++) {
    PoUser user = {0};
    JsonNode *node = json_array_get_element (array, i);
    if (!read_entry (node, "hash", &user.name, &user.role, &user.hash))
      return FALSE;
    user.since_ns = read_time (json_node_get_object (node), "since");
    g_ptr_array_add (self->users, g_memdup2 (&user, sizeof user));
  }
  return TRUE;
}

static gboolean read_tokens (PoUsers *self, JsonArray *array) {
  for (guint i = 0; i < json_array_get_length (array); i++) {
    PoToken token = {0};
    JsonNode *node = json_array_get_element (array, i);
    if (!read_entry (node, "sha256", &token.name, &token.role, &token.digest))
      return FALSE;
    token.since_ns = read_time (json_node_get_object (node), "since");
    token.until_ns = read_time (json_node_get_object (node), "until");
    // An end that cannot be read is over.
    if (token.until_ns == PO_TIME_NONE && json_object_has_member (json_node_get_object (node), "until"))
      token.until_ns = 0;
    g_ptr_array_add (self->tokens, g_memdup2 (&token, sizeof token));
  }
  return TRUE;
}

static gboolean parse (PoUsers *self, const gchar *text, gssize length) {
  g_autoptr (JsonParser) parser = json_parser_new ();
  clear (self);
  if (!json_parser_load_from_data (parser, text, length, NULL))
    return FALSE;
  JsonObject *root = po_json_node_object (json_parser_get_root (parser));
  JsonArray *users = po_json_get_array (root, "users"), *tokens = po_json_get_array (root, "tokens");
  return users != NULL && tokens != NULL && read_users (self, users) && read_tokens (self, tokens);
}

static gboolean is_same_file (const struct stat *a, const struct stat *b) {
  return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
         a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static gboolean broken (PoUsers *self, GError **error) {
  clear (self);
  self->is_broken = TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM,
               _ ("%s cannot be read: nobody can log in; put a good copy there, or take it away and add users anew"),
               self->path);
  return FALSE;
}

gboolean po_users_follow (PoUsers *self, GError **error) {
  struct stat now = {0};
  g_autofree gchar *text = NULL;
  gsize length = 0;
  if (stat (self->path, &now) != 0 && errno == ENOENT) {
    clear (self);
    self->is_broken = FALSE;
    self->seen = (struct stat){0};
    return TRUE;
  }
  if (now.st_ino != 0 && is_same_file (&now, &self->seen))
    return self->is_broken ? broken (self, error) : TRUE;
  self->seen = now;
  self->is_broken = !g_file_get_contents (self->path, &text, &length, NULL) || !parse (self, text, (gssize)length);
  return self->is_broken ? broken (self, error) : TRUE;
}

static void add_time (JsonObject *object, const gchar *name, PoTimeNs time_ns) {
  if (time_ns == PO_TIME_NONE)
    return;
  g_autofree gchar *text = po_time_to_utc_string (time_ns);
  json_object_set_string_member (object, name, text);
}

static JsonArray *users_array (PoUsers *self) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < self->users->len; i++) {
    const PoUser *user = self->users->pdata[i];
    JsonObject *object = json_object_new ();
    json_object_set_string_member (object, "name", user->name);
    json_object_set_string_member (object, "role", po_role_to_string (user->role));
    json_object_set_string_member (object, "hash", user->hash);
    add_time (object, "since", user->since_ns);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *tokens_array (PoUsers *self) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < self->tokens->len; i++) {
    const PoToken *token = self->tokens->pdata[i];
    JsonObject *object = json_object_new ();
    json_object_set_string_member (object, "name", token->name);
    json_object_set_string_member (object, "role", po_role_to_string (token->role));
    json_object_set_string_member (object, "sha256", token->digest);
    add_time (object, "since", token->since_ns);
    add_time (object, "until", token->until_ns);
    json_array_add_object_element (array, object);
  }
  return array;
}

static gboolean save (PoUsers *self, GError **error) {
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GError) local = NULL;
  JsonObject *root = json_object_new ();
  json_object_set_array_member (root, "users", users_array (self));
  json_object_set_array_member (root, "tokens", tokens_array (self));
  json_node_take_object (node, root);
  g_autofree gchar *text = json_to_string (node, TRUE);
  if (g_file_set_contents_full (self->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0600, &local))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%s cannot be written: %s"), self->path, local->message);
  return FALSE;
}

// Locks out other writers, and reads what they wrote. Returns a descriptor to close, or -1.
static gint begin_change (PoUsers *self, GError **error) {
  gint fd = open (self->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || flock (fd, LOCK_EX) != 0) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%s cannot be written: %s"), self->lock_path, g_strerror (errno));
    if (fd >= 0)
      close (fd);
    return -1;
  }
  if (po_users_follow (self, error))
    return fd;
  close (fd);
  return -1;
}

static gboolean end_change (PoUsers *self, gint fd, GError **error) {
  gboolean saved = save (self, error);
  close (fd);
  self->seen = (struct stat){0};
  return po_users_follow (self, saved ? error : NULL) && saved;
}

// ---- who ----

gboolean po_users_is_empty (PoUsers *self) {
  return !self->is_broken && self->users->len == 0 && self->tokens->len == 0;
}

GPtrArray *po_users_list (PoUsers *self) {
  return self->users;
}

GPtrArray *po_users_tokens (PoUsers *self) {
  return self->tokens;
}

static PoUser *find_user (PoUsers *self, const gchar *name) {
  for (guint i = 0; i < self->users->len; i++)
    if (strcmp (((PoUser *)self->users->pdata[i])->name, name) == 0)
      return self->users->pdata[i];
  return NULL;
}

const PoUser *po_users_find (PoUsers *self, const gchar *name) {
  return find_user (self, name);
}

static PoToken *token_named (PoUsers *self, const gchar *name) {
  for (guint i = 0; i < self->tokens->len; i++)
    if (strcmp (((PoToken *)self->tokens->pdata[i])->name, name) == 0)
      return self->tokens->pdata[i];
  return NULL;
}

const PoToken *po_users_find_token (PoUsers *self, const gchar *key, PoTimeNs now_ns) {
  if (!g_str_has_prefix (key, TOKEN))
    return NULL;
  g_autofree gchar *digest = po_key_digest (key);
  for (guint i = 0; i < self->tokens->len; i++) {
    const PoToken *token = self->tokens->pdata[i];
    if (strcmp (token->digest, digest) == 0)
      return token->until_ns == PO_TIME_NONE || now_ns < token->until_ns ? token : NULL;
  }
  return NULL;
}

static gboolean check_name (const gchar *name, GError **error) {
  static const gchar allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@";
  gsize length = strlen (name);
  if (length >= 1 && length <= NAME_MOST && strspn (name, allowed) == length)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("“%s” is no name: use 1 to %d of the letters a to z, digits, and .-_@"), name, NAME_MOST);
  return FALSE;
}

static void set_exists (GError **error, const gchar *name) {
  g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT, _ ("there is a “%s” already"), name);
}

static void set_missing (GError **error, const gchar *name) {
  g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("there is no “%s”"), name);
}

static gint by_name (gconstpointer a, gconstpointer b) {
  const gchar *const *const one = *(gpointer *)a, *const *const other = *(gpointer *)b; // the name comes first
  return strcmp (*one, *other);
}

gboolean po_users_add (PoUsers *self, const gchar *name, PoRole role, const gchar *hash, PoTimeNs now_ns,
                       GError **error) {
  gint fd = check_name (name, error) ? begin_change (self, error) : -1;
  if (fd < 0)
    return FALSE;
  if (find_user (self, name) != NULL) {
    close (fd);
    set_exists (error, name);
    return FALSE;
  }
  PoUser *user = g_new0 (PoUser, 1);
  *user = (PoUser){g_strdup (name), role, g_strdup (hash), now_ns};
  g_ptr_array_add (self->users, user);
  g_ptr_array_sort (self->users, by_name);
  return end_change (self, fd, error);
}

static gboolean is_last_admin (PoUsers *self, const PoUser *user) {
  guint admins = 0;
  for (guint i = 0; i < self->users->len; i++)
    admins += ((PoUser *)self->users->pdata[i])->role == PO_ROLE_ADMIN;
  return user->role == PO_ROLE_ADMIN && admins == 1 && self->users->len > 1;
}

static void set_last_admin (GError **error, const gchar *name) {
  g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT, _ ("“%s” is the last admin; make another one first"), name);
}

gboolean po_users_change (PoUsers *self, const gchar *name, PoRole role, const gchar *hash, GError **error) {
  gint fd = begin_change (self, error);
  if (fd < 0)
    return FALSE;
  PoUser *user = find_user (self, name);
  if (user == NULL) {
    close (fd);
    set_missing (error, name);
    return FALSE;
  }
  if (role != PO_ROLE_NONE && role != PO_ROLE_ADMIN && is_last_admin (self, user)) {
    close (fd);
    set_last_admin (error, name);
    return FALSE;
  }
  if (role != PO_ROLE_NONE)
    user->role = role;
  if (hash != NULL) {
    g_free (user->hash);
    user->hash = g_strdup (hash);
  }
  return end_change (self, fd, error);
}

gboolean po_users_remove (PoUsers *self, const gchar *name, GError **error) {
  gint fd = begin_change (self, error);
  if (fd < 0)
    return FALSE;
  PoUser *user = find_user (self, name);
  if (user == NULL)
    set_missing (error, name);
  else if (is_last_admin (self, user))
    set_last_admin (error, name);
  else {
    g_ptr_array_remove (self->users, user);
    return end_change (self, fd, error);
  }
  close (fd);
  return FALSE;
}

gchar *po_users_add_token (PoUsers *self, const gchar *name, PoRole role, PoTimeNs until_ns, PoTimeNs now_ns,
                           GError **error) {
  gint fd = check_name (name, error) ? begin_change (self, error) : -1;
  if (fd < 0)
    return NULL;
  if (token_named (self, name) != NULL) {
    close (fd);
    set_exists (error, name);
    return NULL;
  }
  g_autofree gchar *key = po_key_new (TOKEN);
  PoToken *token = g_new0 (PoToken, 1);
  *token = (PoToken){g_strdup (name), role, po_key_digest (key), now_ns, until_ns};
  g_ptr_array_add (self->tokens, token);
  g_ptr_array_sort (self->tokens, by_name);
  return end_change (self, fd, error) ? g_steal_pointer (&key) : NULL;
}

gboolean po_users_revoke_token (PoUsers *self, const gchar *name, GError **error) {
  gint fd = begin_change (self, error);
  if (fd < 0)
    return FALSE;
  PoToken *token = token_named (self, name);
  if (token == NULL) {
    close (fd);
    set_missing (error, name);
    return FALSE;
  }
  g_ptr_array_remove (self->tokens, token);
  return end_change (self, fd, error);
}
