// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/session.h"

#include "access/sessions.h"
#include "json/tree.h"
#include "model/text.h"

void po_session_recognise (const PoApi *api, PoExchange *exchange, gboolean is_trusted, const gchar *peer) {
  g_auto (PoCaller) caller = {0};
  g_autofree gchar *key = po_exchange_key (exchange);
  if (peer != NULL)
    po_exchange_set_caller (exchange, peer, PO_ROLE_ADMIN);
  else if (api->door == NULL || po_door_is_open (api->door))
    po_exchange_set_caller (exchange, NULL, is_trusted ? PO_ROLE_ADMIN : PO_ROLE_NONE);
  else {
    po_door_recognise (api->door, key, po_exchange_session (exchange), &caller);
    po_exchange_set_caller (exchange, caller.name, caller.role);
  }
}

gboolean po_session_still_may (const gchar *key, const gchar *session, gpointer data) {
  const PoApi *api = data;
  g_auto (PoCaller) caller = {0};
  if (api->door == NULL || po_door_is_open (api->door))
    return TRUE;
  po_door_recognise (api->door, key, session, &caller);
  return caller.role >= PO_ROLE_VIEWER;
}

// What programs fetch that ask a person for a name and a password where they are told to, as calendars do. The page
// must not be told so: the browser would ask, beside the page's own log-in.
static gboolean is_fetched_by_programs (const gchar *path) {
  return g_str_has_suffix (path, ".ics") || g_str_has_suffix (path, ".xml") || g_str_has_suffix (path, "/metrics");
}

gboolean po_session_refuse (const PoApi *api, PoExchange *exchange, PoRole role) {
  if (po_exchange_role (exchange) >= role)
    return FALSE;
  if (po_exchange_role (exchange) == PO_ROLE_NONE) {
    po_exchange_add_header (exchange, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer realm=\"playoutd\"");
    if (is_fetched_by_programs (po_exchange_path (exchange)))
      po_exchange_add_header (exchange, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
                              "Basic realm=\"playoutd\", charset=\"UTF-8\"");
    po_exchange_answer_problem (exchange, MHD_HTTP_UNAUTHORIZED, "unauthorized",
                                _ ("log in first, or send a token; `playoutctl user add` and `playoutctl token add` "
                                   "make them"),
                                NULL);
    return TRUE;
  }
  g_autofree gchar *detail = g_strdup_printf (_ ("this needs the role %s; you are %s"), po_role_to_string (role),
                                              po_role_to_string (po_exchange_role (exchange)));
  po_exchange_answer_problem (exchange, MHD_HTTP_FORBIDDEN, "forbidden", detail, NULL);
  return TRUE;
}

static JsonNode *session_node (const gchar *name, PoRole role, gboolean has_users) {
  JsonObject *object = json_object_new ();
  po_json_set_text (object, "name", name);
  json_object_set_string_member (object, "role", po_role_to_string (role));
  json_object_set_boolean_member (object, "has_users", has_users);
  return po_json_object_node (object);
}

void po_session_answer (const PoApi *api, PoExchange *exchange, const gchar *word) {
  PoRole role = po_exchange_role (exchange);
  const gboolean has_users = api->door != NULL && !po_door_is_open (api->door);
  po_exchange_answer (exchange, MHD_HTTP_OK,
                      session_node (role != PO_ROLE_NONE ? po_exchange_who (exchange) : NULL, role, has_users));
}

static void on_logged_in (const gchar *session, const PoCaller *caller, guint wait_s, const GError *error,
                          gpointer user) {
  g_autoptr (PoExchange) exchange = user;
  if (wait_s > 0) {
    g_autofree gchar *wait = g_strdup_printf ("%u", wait_s);
    po_exchange_add_header (exchange, MHD_HTTP_HEADER_RETRY_AFTER, wait);
    po_exchange_answer_problem (exchange, MHD_HTTP_TOO_MANY_REQUESTS, "too-many-tries", error->message, NULL);
  } else if (error != NULL && error->code == PO_ERROR_INPUT) {
    po_exchange_answer_problem (exchange, MHD_HTTP_UNAUTHORIZED, "unauthorized", error->message, NULL);
  } else if (error != NULL) {
    po_exchange_answer_error (exchange, error);
  } else {
    po_exchange_give_session (exchange, session, po_sessions_length_s ());
    po_exchange_answer (exchange, MHD_HTTP_OK, session_node (caller->name, caller->role, TRUE));
  }
}

static const gchar *text_member (JsonObject *body, const gchar *name) {
  JsonNode *node = json_object_get_member (body, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

void po_session_log_in (const PoApi *api, PoExchange *exchange, const gchar *word) {
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = po_exchange_json_body (exchange, &error);
  if (body == NULL) {
    po_exchange_answer_error (exchange, error);
    return;
  }
  const gchar *name = text_member (body, "name"), *password = text_member (body, "password");
  if (name == NULL || password == NULL || json_object_get_size (body) != 2)
    po_exchange_answer_problem (exchange, MHD_HTTP_BAD_REQUEST, "bad-request",
                                _ ("a log-in needs “name” and “password”"), NULL);
  else if (api->door == NULL || po_door_is_open (api->door))
    po_exchange_answer_problem (exchange, MHD_HTTP_CONFLICT, "conflict",
                                _ ("there are no users yet; `playoutctl user add NAME --role admin` makes the first"),
                                NULL);
  else
    po_door_log_in (api->door, po_exchange_is_local (exchange) ? "local" : po_exchange_address (exchange), name,
                    password, on_logged_in, po_exchange_ref (exchange));
}

void po_session_log_out (const PoApi *api, PoExchange *exchange, const gchar *word) {
  const gchar *session = po_exchange_session (exchange);
  g_autoptr (GError) error = NULL;
  po_exchange_give_session (exchange, NULL, 0);
  if (session == NULL || api->door == NULL || po_door_log_out (api->door, session, &error))
    po_exchange_answer (exchange, MHD_HTTP_NO_CONTENT, NULL);
  else
    po_exchange_answer_error (exchange, error);
}
