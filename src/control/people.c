// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/people.h"

#include <gio/gio.h>
#include <string.h>

#include "access/secret.h"
#include "access/users.h"
#include "control/page-of.h"
#include "json/tree.h"
#include "model/text.h"

#define DAY_NS    (24 * 3600 * PO_NS_PER_SECOND)
#define MOST_DAYS 3660

static PoTimeNs now_ns (void) {
  return g_get_real_time () * 1000;
}

// The users as the file has them now; NULL: answered.
static PoUsers *users_of (const PoApi *api, PoExchange *exchange) {
  g_autoptr (GError) error = NULL;
  PoUsers *users = api->door != NULL ? po_door_users (api->door) : NULL;
  if (users != NULL && po_users_follow (users, &error))
    return users;
  if (error == NULL)
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_SYSTEM, _ ("there are no users without a state folder"));
  po_exchange_answer_error (exchange, error);
  return NULL;
}

// ---- what is asked ----

// Said: what a body may say.
typedef struct {
  const gchar *name, *password; // (nullable)
  PoRole role;                  // PO_ROLE_NONE: not said
  gint64 days;                  // 0: not said
} Said;

static gboolean read_text (JsonNode *node, const gchar **ret_text) {
  gboolean is_text = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
  *ret_text = is_text ? json_node_get_string (node) : NULL;
  return is_text;
}

static gboolean read_member (const gchar *name, JsonNode *node, Said *said) {
  const gchar *role = NULL;
  if (strcmp (name, "name") == 0)
    return read_text (node, &said->name);
  if (strcmp (name, "password") == 0)
    return read_text (node, &said->password);
  if (strcmp (name, "role") == 0)
    return read_text (node, &role) && po_role_from_string (role, &said->role);
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  said->days = json_node_get_int (node);
  return said->days >= 1 && said->days <= MOST_DAYS;
}

// What @body says of @known, of which the first @needed must be there. NULL with @error. (transfer full)
static JsonObject *read_body (PoExchange *exchange, const gchar *const *known, guint needed, Said *said,
                              GError **error) {
  g_autoptr (JsonObject) body = po_exchange_json_body (exchange, error);
  g_autoptr (GList) members = body != NULL ? json_object_get_members (body) : NULL;
  *said = (Said){NULL, NULL, PO_ROLE_NONE, 0};
  for (GList *l = members; l != NULL; l = l->next)
    if (!g_strv_contains (known, l->data) || !read_member (l->data, json_object_get_member (body, l->data), said)) {
      g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
                   _ ("“%s” in the body is unknown here, or not what it should be (role: viewer, producer, operator or "
                      "admin)"),
                   (const gchar *)l->data);
      return NULL;
    }
  for (guint i = 0; body != NULL && i < needed; i++)
    if (!json_object_has_member (body, known[i])) {
      g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("the body must say “%s”"), known[i]);
      return NULL;
    }
  return g_steal_pointer (&body);
}

// ---- what is answered ----

static JsonObject *person_new (const gchar *name, PoRole role, PoTimeNs since_ns) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "role", po_role_to_string (role));
  po_json_set_time (object, "since", since_ns);
  return object;
}

static JsonObject *token_new (const PoToken *token) {
  JsonObject *object = person_new (token->name, token->role, token->since_ns);
  po_json_set_time (object, "until", token->until_ns);
  return object;
}

static void answer_object (PoExchange *exchange, guint status, JsonObject *object) {
  po_exchange_answer (exchange, status, po_json_object_node (object));
}

static void answer_list (PoExchange *exchange, JsonArray *array) {
  po_page_of_answer (exchange, po_json_array_node (array));
}

static void answer_done (PoExchange *exchange, gboolean is_done, const GError *error) {
  if (is_done)
    po_exchange_answer (exchange, MHD_HTTP_NO_CONTENT, NULL);
  else
    po_exchange_answer_error (exchange, error);
}

static void answer_user (PoExchange *exchange, guint status, PoUsers *users, const gchar *name) {
  const PoUser *user = po_users_find (users, name);
  if (user != NULL)
    answer_object (exchange, status, person_new (user->name, user->role, user->since_ns));
  else
    po_exchange_answer (exchange, MHD_HTTP_NO_CONTENT, NULL); // gone again already
}

// ---- users ----

void po_people_answer_users (const PoApi *api, PoExchange *exchange, const gchar *word) {
  PoUsers *users = users_of (api, exchange);
  JsonArray *array = users != NULL ? json_array_new () : NULL;
  for (guint i = 0; users != NULL && i < po_users_list (users)->len; i++) {
    const PoUser *user = po_users_list (users)->pdata[i];
    json_array_add_object_element (array, person_new (user->name, user->role, user->since_ns));
  }
  if (array != NULL)
    answer_list (exchange, array);
}

/** Change: of a user, while the password is made unreadable, which takes a tenth of a second. */
typedef struct {
  const PoApi *api;
  PoExchange *exchange;
  gboolean is_new;
  gchar *name, *password, *hash;
  PoRole role;
} Change;

static void change_free (Change *self) {
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  po_exchange_unref (self->exchange);
  g_free (self->name);
  g_free (self->password);
  g_free (self->hash);
  g_free (self);
}

static void hash_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
  Change *change = data;
  g_autoptr (GError) error = NULL;
  change->hash = po_password_hash (change->password, &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void make_change (Change *change) {
  g_autoptr (GError) error = NULL;
  PoUsers *users = users_of (change->api, change->exchange);
  if (users == NULL)
    return;
  gboolean is_done = change->is_new ? po_users_add (users, change->name, change->role, change->hash, now_ns (), &error)
                                    : po_users_change (users, change->name, change->role, change->hash, &error);
  if (is_done)
    answer_user (change->exchange, change->is_new ? MHD_HTTP_CREATED : MHD_HTTP_OK, users, change->name);
  else
    po_exchange_answer_error (change->exchange, error);
}

static void on_hashed (GObject *source, GAsyncResult *result, gpointer data) {
  Change *change = data;
  g_autoptr (GError) error = NULL;
  // Whoever asked has gone, at the latest with the server: then nothing is changed either.
  if (po_exchange_connection (change->exchange) != NULL) {
    if (g_task_propagate_boolean (G_TASK (result), &error))
      make_change (change);
    else
      po_exchange_answer_error (change->exchange, error);
  }
  change_free (change);
}

static void begin_change (const PoApi *api, PoExchange *exchange, gboolean is_new, const gchar *name,
                          const Said *said) {
  Change *change = g_new0 (Change, 1);
  *change =
      (Change){api, po_exchange_ref (exchange), is_new, g_strdup (name), g_strdup (said->password), NULL, said->role};
  if (change->password == NULL) {
    make_change (change);
    change_free (change);
    return;
  }
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_hashed, change);
  g_task_set_task_data (task, change, NULL);
  g_task_run_in_thread (task, hash_in_thread);
}

void po_people_answer_user_add (const PoApi *api, PoExchange *exchange, const gchar *word) {
  static const gchar *const known[] = {"name", "role", "password", NULL};
  g_autoptr (GError) error = NULL;
  Said said;
  g_autoptr (JsonObject) body = read_body (exchange, known, 3, &said, &error);
  if (body == NULL)
    po_exchange_answer_error (exchange, error);
  else
    begin_change (api, exchange, TRUE, said.name, &said);
}

void po_people_answer_user_change (const PoApi *api, PoExchange *exchange, const gchar *name) {
  static const gchar *const known[] = {"role", "password", NULL};
  g_autoptr (GError) error = NULL;
  Said said;
  g_autoptr (JsonObject) body = read_body (exchange, known, 0, &said, &error);
  if (body != NULL && json_object_get_size (body) == 0)
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_INPUT, _ ("the body says no “role” and no “password”"));
  if (error != NULL)
    po_exchange_answer_error (exchange, error);
  else
    begin_change (api, exchange, FALSE, name, &said);
}

void po_people_answer_user_remove (const PoApi *api, PoExchange *exchange, const gchar *name) {
  g_autoptr (GError) error = NULL;
  PoUsers *users = users_of (api, exchange);
  gboolean is_done = users != NULL && po_users_remove (users, name, &error);
  if (users != NULL)
    answer_done (exchange, is_done, error);
}

// ---- tokens ----

void po_people_answer_tokens (const PoApi *api, PoExchange *exchange, const gchar *word) {
  PoUsers *users = users_of (api, exchange);
  JsonArray *array = users != NULL ? json_array_new () : NULL;
  for (guint i = 0; users != NULL && i < po_users_tokens (users)->len; i++)
    json_array_add_object_element (array, token_new (po_users_tokens (users)->pdata[i]));
  if (array != NULL)
    answer_list (exchange, array);
}

void po_people_answer_token_add (const PoApi *api, PoExchange *exchange, const gchar *word) {
  static const gchar *const known[] = {"name", "role", "days", NULL};
  g_autoptr (GError) error = NULL;
  Said said;
  g_autoptr (JsonObject) body = read_body (exchange, known, 2, &said, &error);
  if (body == NULL) {
    po_exchange_answer_error (exchange, error);
    return;
  }
  PoUsers *users = users_of (api, exchange);
  if (users == NULL)
    return;
  PoTimeNs until_ns = said.days > 0 ? now_ns () + said.days * DAY_NS : PO_TIME_NONE;
  g_autofree gchar *key = po_users_add_token (users, said.name, said.role, until_ns, now_ns (), &error);
  const PoToken *token = key != NULL ? po_users_find_token (users, key, now_ns ()) : NULL;
  if (token == NULL) {
    po_exchange_answer_error (exchange, error);
    return;
  }
  JsonObject *object = token_new (token);
  json_object_set_string_member (object, "key", key);
  answer_object (exchange, MHD_HTTP_CREATED, object);
}

void po_people_answer_token_revoke (const PoApi *api, PoExchange *exchange, const gchar *name) {
  g_autoptr (GError) error = NULL;
  PoUsers *users = users_of (api, exchange);
  gboolean is_done = users != NULL && po_users_revoke_token (users, name, &error);
  if (users != NULL)
    answer_done (exchange, is_done, error);
}
