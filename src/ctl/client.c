// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/client.h"

#include <fcntl.h>
#include <unistd.h>

#include <gio/gunixsocketaddress.h>

#include "json/tree.h"
#include "model/text.h"

#define TIMEOUT_S      30
#define PATH_MAX_BYTES 107 // of a Unix socket's address

static void close_folder (gpointer data) {
  close (GPOINTER_TO_INT (data));
}

// A name too long for a socket's address is reached through a descriptor of its folder, which the address keeps open.
static GSocketAddress *address_of (const gchar *path) {
  if (strlen (path) <= PATH_MAX_BYTES)
    return g_unix_socket_address_new (path);
  g_autofree gchar *dir = g_path_get_dirname (path), *base = g_path_get_basename (path);
  int folder = open (dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_autofree gchar *shorter = g_strdup_printf ("/proc/self/fd/%d/%s", folder, base);
  GSocketAddress *address = g_unix_socket_address_new (shorter);
  if (folder >= 0)
    g_object_set_data_full (G_OBJECT (address), "folder", GINT_TO_POINTER (folder), close_folder);
  return address;
}

SoupSession *po_client_session_new (const gchar *socket_path, guint timeout_s) {
  g_autoptr (GSocketAddress) address = address_of (socket_path);
  return soup_session_new_with_options ("remote-connectable", address, "timeout", timeout_s, NULL);
}

static PoError code_of (guint status) {
  switch (status) {
  case SOUP_STATUS_NOT_FOUND:
    return PO_ERROR_NOT_FOUND;
  case SOUP_STATUS_CONFLICT:
  case SOUP_STATUS_PRECONDITION_FAILED:
    return PO_ERROR_CONFLICT;
  case SOUP_STATUS_SERVICE_UNAVAILABLE:
    return PO_ERROR_SYSTEM;
  case SOUP_STATUS_INSUFFICIENT_STORAGE:
    return PO_ERROR_NO_ROOM;
  default:
    return status < SOUP_STATUS_INTERNAL_SERVER_ERROR ? PO_ERROR_INPUT : PO_ERROR_INTERNAL;
  }
}

// What was answered, if it was a success. (transfer none) (nullable)
static GBytes *check_answer (SoupMessage *message, GBytes *bytes, GError **error) {
  guint status = soup_message_get_status (message);
  if (SOUP_STATUS_IS_SUCCESSFUL (status))
    return bytes;
  gsize length = 0;
  const gchar *text = g_bytes_get_data (bytes, &length), *why = soup_message_get_reason_phrase (message);
  g_autoptr (JsonParser) parser = json_parser_new ();
  gboolean is_json = length > 0 && json_parser_load_from_data (parser, text, (gssize)length, NULL);
  JsonObject *problem = is_json ? po_json_node_object (json_parser_get_root (parser)) : NULL;
  if (problem != NULL)
    why = json_object_get_string_member_with_default (problem, "detail", why);
  g_set_error_literal (error, PO_ERROR, (gint)code_of (status), why);
  return NULL;
}

static JsonNode *to_json (GBytes *bytes, GError **error) {
  gsize length = 0;
  const gchar *text = g_bytes_get_data (bytes, &length);
  g_autoptr (JsonParser) parser = json_parser_new ();
  gboolean is_json = length > 0 && json_parser_load_from_data (parser, text, (gssize)length, NULL);
  JsonNode *root = is_json ? json_parser_get_root (parser) : NULL;
  if (root != NULL)
    return json_node_copy (root);
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INTERNAL, _ ("the daemon's answer is not JSON"));
  return NULL;
}

void po_client_speak (SoupMessage *message) {
  soup_message_headers_append (soup_message_get_request_headers (message), "Accept-Language", po_text_language (NULL));
}

static gboolean is_away (const GError *error) {
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

typedef struct {
  const gchar *method, *path;
  const gchar *header, *value; // (nullable) one more
  const gchar *type;           // of the body
  GBytes *body;                // (nullable)
} Request;

// (transfer full)
static GBytes *exchange (const gchar *socket_path, const Request *request, gboolean *ret_away, GError **error) {
  g_autoptr (GError) local = NULL;
  g_autofree gchar *uri = g_strconcat (PO_CLIENT_ROOT, request->path, NULL);
  g_autoptr (SoupSession) session = po_client_session_new (socket_path, TIMEOUT_S);
  g_autoptr (SoupMessage) message = soup_message_new (request->method, uri);
  po_client_speak (message);
  if (request->header != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), request->header, request->value);
  if (request->body != NULL)
    soup_message_set_request_body_from_bytes (message, request->type, request->body);
  g_autoptr (GBytes) answer = soup_session_send_and_read (session, message, NULL, &local);
  *ret_away = answer == NULL && is_away (local);
  if (answer != NULL)
    return check_answer (message, answer, error) != NULL ? g_steal_pointer (&answer) : NULL;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM,
                 _ ("%s is the daemon's user's alone: “sudo playoutctl …”, or log in on the page"), socket_path);
  else
    g_set_error (error, PO_ERROR, *ret_away ? PO_ERROR_NOT_FOUND : PO_ERROR_SYSTEM, "%s: %s", socket_path,
                 local->message);
  return NULL;
}

JsonNode *po_client_ask (const gchar *socket_path, const gchar *method, const gchar *path, JsonObject *body,
                         const gchar *seen, gboolean *ret_away, GError **error) {
  gchar *text = body != NULL ? po_json_object_text (body) : NULL;
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;
  g_autofree gchar *tag = seen != NULL ? g_strdup_printf ("\"%s\"", seen) : NULL;
  const Request request = {method, path, tag != NULL ? "If-Match" : NULL, tag, "application/json", bytes};
  g_autoptr (GBytes) answer = exchange (socket_path, &request, ret_away, error);
  return answer != NULL ? to_json (answer, error) : NULL;
}

GBytes *po_client_fetch (const gchar *socket_path, const gchar *path, gboolean *ret_away, GError **error) {
  const Request request = {.method = "GET", .path = path};
  return exchange (socket_path, &request, ret_away, error);
}

gchar *po_client_read (const gchar *socket_path, const gchar *path, gboolean *ret_away, GError **error) {
  g_autoptr (GBytes) answer = po_client_fetch (socket_path, path, ret_away, error);
  return answer != NULL ? g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer)) : NULL;
}

JsonNode *po_client_send (const gchar *socket_path, const gchar *path, const gchar *type, GBytes *body,
                          gboolean *ret_away, GError **error) {
  const Request request = {.method = "POST", .path = path, .type = type, .body = body};
  g_autoptr (GBytes) answer = exchange (socket_path, &request, ret_away, error);
  return answer != NULL ? to_json (answer, error) : NULL;
}

JsonNode *po_client_send_piece (const gchar *socket_path, const gchar *path, gint64 at_bytes, gint64 size_bytes,
                                GBytes *bytes, gboolean *ret_away, GError **error) {
  const gint64 last = at_bytes + (gint64)g_bytes_get_size (bytes) - 1;
  g_autofree gchar *range =
      g_strdup_printf ("bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, at_bytes, last, size_bytes);
  const Request request = {"PATCH", path, "Content-Range", range, "application/octet-stream", bytes};
  g_autoptr (GBytes) answer = exchange (socket_path, &request, ret_away, error);
  return answer != NULL ? to_json (answer, error) : NULL;
}
