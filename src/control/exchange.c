// SPDX-License-Identifier: GPL-3.0-or-later
// A request as read, and the one answer to it.
#include "control/exchange.h"

#include <string.h>

#include "json/depth.h"
#include "model/text.h"

// A body this many times over its limit is not worth reading to its end.
#define HOPELESS_FACTOR 4

struct _PoExchange {
  gint ref_count;
  struct MHD_Connection *connection; // NULL once gone
  GSource *runner;                   // borrowed
  gchar *method, *path, *address;
  gchar *authority; // (nullable) host and port in the address asked for, where that is a whole one
  gchar *who;       // (nullable)
  PoRole role;
  gchar *cookie_name;
  gboolean is_secure;
  PoExchangeSeen seen; // (nullable)
  gpointer seen_data;
  GDestroyNotify free_seen;
  GPtrArray *headers; // name, value, name, value …
  GByteArray *body;
  gsize body_seen_bytes;
  gboolean too_large;
  gboolean sleeping;
  struct MHD_Response *response; // NULL until answered
  guint status;
};

// What proxies ask for is a whole address; its host then counts, and not the header's (RFC 9112, 3.2.2).
static void set_target (PoExchange *self, const gchar *target) {
  const gboolean is_whole =
      g_ascii_strncasecmp (target, "http://", 7) == 0 || g_ascii_strncasecmp (target, "https://", 8) == 0;
  if (!is_whole) {
    self->path = g_strdup (target);
    return;
  }
  const gchar *authority = strstr (target, "://") + strlen ("://");
  const gchar *path = authority + strcspn (authority, "/");
  self->authority = g_strndup (authority, (gsize)(path - authority));
  self->path = g_strdup (*path != '\0' ? path : "/");
}

PoExchange *po_exchange_new (struct MHD_Connection *connection, GSource *runner, const gchar *method,
                             const gchar *target, const gchar *address) {
  PoExchange *self = g_new0 (PoExchange, 1);
  self->ref_count = 1;
  self->connection = connection;
  self->runner = runner;
  self->method = g_strdup (method);
  set_target (self, target);
  self->address = g_strdup (address);
  self->headers = g_ptr_array_new_with_free_func (g_free);
  self->body = g_byte_array_new ();
  return self;
}

PoExchange *po_exchange_ref (PoExchange *self) {
  self->ref_count++;
  return self;
}

void po_exchange_unref (PoExchange *self) {
  if (self == NULL || --self->ref_count > 0)
    return;
  g_clear_pointer (&self->response, MHD_destroy_response);
  g_byte_array_unref (self->body);
  g_free (self->method);
  g_free (self->path);
  g_free (self->authority);
  if (self->free_seen != NULL)
    self->free_seen (self->seen_data);
  g_ptr_array_unref (self->headers);
  g_free (self->address);
  g_free (self->cookie_name);
  g_free (self->who);
  g_free (self);
}

const gchar *po_exchange_method (PoExchange *self) {
  return self->method;
}

const gchar *po_exchange_path (PoExchange *self) {
  return self->path;
}

void po_exchange_set_caller (PoExchange *self, const gchar *name, PoRole role) {
  g_free (self->who);
  self->who = g_strdup (name);
  self->role = role;
}

const gchar *po_exchange_who (PoExchange *self) {
  return self->who != NULL ? self->who : self->address != NULL ? self->address : "local";
}

PoRole po_exchange_role (PoExchange *self) {
  return self->role;
}

gboolean po_exchange_is_local (PoExchange *self) {
  return self->address == NULL;
}

const gchar *po_exchange_address (PoExchange *self) {
  return self->address;
}

// Programs that know only names and passwords, such as calendars, give the key as the password.
static gchar *basic_password (const gchar *encoded) {
  gsize length = 0;
  g_autofree guchar *bytes = g_base64_decode (encoded, &length);
  g_autofree gchar *text = g_strndup ((const gchar *)bytes, length);
  const gchar *colon = strchr (text, ':');
  return colon != NULL ? g_strdup (colon + 1) : NULL;
}

gchar *po_exchange_key (PoExchange *self) {
  const gchar *given = po_exchange_header (self, MHD_HTTP_HEADER_AUTHORIZATION);
  if (given == NULL)
    return NULL;
  if (g_ascii_strncasecmp (given, "Bearer ", strlen ("Bearer ")) == 0)
    return g_strstrip (g_strdup (given + strlen ("Bearer ")));
  if (g_ascii_strncasecmp (given, "Basic ", strlen ("Basic ")) == 0)
    return basic_password (given + strlen ("Basic "));
  return g_strdup ("");
}

static const gchar *cookie_of (PoExchange *self, const gchar *name) {
  return self->connection != NULL ? MHD_lookup_connection_value (self->connection, MHD_COOKIE_KIND, name) : NULL;
}

void po_exchange_set_cookie_name (PoExchange *self, const gchar *name, gboolean is_secure) {
  g_free (self->cookie_name);
  self->cookie_name = g_strdup (name);
  self->is_secure = is_secure;
}

const gchar *po_exchange_session (PoExchange *self) {
  return self->cookie_name != NULL ? cookie_of (self, self->cookie_name) : NULL;
}

void po_exchange_add_header (PoExchange *self, const gchar *name, const gchar *value) {
  g_ptr_array_add (self->headers, g_strdup (name));
  g_ptr_array_add (self->headers, g_strdup (value));
}

void po_exchange_give_session (PoExchange *self, const gchar *key, gint64 length_s) {
  g_autofree gchar *value =
      g_strdup_printf ("%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%" G_GINT64_FORMAT "%s", self->cookie_name,
                       key != NULL ? key : "", key != NULL ? length_s : 0, self->is_secure ? "; Secure" : "");
  po_exchange_add_header (self, MHD_HTTP_HEADER_SET_COOKIE, value);
}

struct MHD_Connection *po_exchange_connection (PoExchange *self) {
  return self->connection;
}

const gchar *po_exchange_header (PoExchange *self, const gchar *name) {
  return self->connection != NULL ? MHD_lookup_connection_value (self->connection, MHD_HEADER_KIND, name) : NULL;
}

typedef struct {
  const gchar *name;
  guint count;
} HeaderCount;

static enum MHD_Result count_header (gpointer data, enum MHD_ValueKind kind, const gchar *key, const gchar *value) {
  HeaderCount *count = data;
  count->count += key != NULL && g_ascii_strcasecmp (key, count->name) == 0;
  return MHD_YES;
}

guint po_exchange_count_header (PoExchange *self, const gchar *name) {
  HeaderCount count = {name, 0};
  MHD_get_connection_values (self->connection, MHD_HEADER_KIND, count_header, &count);
  return count.count;
}

const gchar *po_exchange_host (PoExchange *self) {
  return self->authority != NULL ? self->authority : po_exchange_header (self, MHD_HTTP_HEADER_HOST);
}

// TRUE if @range is "vi", "vi-VN" or the like, with or without a quality.
static gboolean names (const gchar *range, const gchar *language) {
  return g_ascii_strncasecmp (range, language, 2) == 0 && strchr ("-; ", range[2]) != NULL; // or its end
}

static gdouble quality_of (const gchar *range) {
  const gchar *quality = strstr (range, "q=");
  return quality != NULL ? g_ascii_strtod (quality + strlen ("q="), NULL) : 1;
}

// Of "vi-VN,vi;q=0.9,en;q=0.8"; an event stream cannot set headers.
const gchar *po_exchange_language (PoExchange *self) {
  const gchar *const *known = po_text_languages ();
  const gchar *asked = po_exchange_query (self, PO_LANGUAGE_QUERY), *best = NULL;
  const gchar *header = asked != NULL ? asked : po_exchange_header (self, MHD_HTTP_HEADER_ACCEPT_LANGUAGE);
  g_auto (GStrv) wanted = header != NULL ? g_strsplit (header, ",", -1) : NULL;
  gdouble best_quality = 0;
  for (guint i = 0; wanted != NULL && wanted[i] != NULL; i++)
    for (guint k = 0; known[k] != NULL; k++)
      if (names (g_strstrip (wanted[i]), known[k]) && quality_of (wanted[i]) > best_quality) {
        best = known[k];
        best_quality = quality_of (wanted[i]);
      }
  return best;
}

const gchar *po_exchange_query (PoExchange *self, const gchar *parameter) {
  return self->connection != NULL ? MHD_lookup_connection_value (self->connection, MHD_GET_ARGUMENT_KIND, parameter)
                                  : NULL;
}

static enum MHD_Result append_query (gpointer data, enum MHD_ValueKind kind, const gchar *key, const gchar *value) {
  g_string_append_printf (data, "%s=%s\n", key != NULL ? key : "", value != NULL ? value : "");
  return MHD_YES;
}

gchar *po_exchange_query_text (PoExchange *self) {
  GString *text = g_string_new (NULL);
  if (self->connection != NULL)
    MHD_get_connection_values (self->connection, MHD_GET_ARGUMENT_KIND, append_query, text);
  return g_string_free (text, FALSE);
}

typedef struct {
  const gchar *const *known;
  const gchar *unknown;
} QueryCheck;

static enum MHD_Result check_query (gpointer data, enum MHD_ValueKind kind, const gchar *key, const gchar *value) {
  QueryCheck *check = data;
  if (key == NULL || (check->known != NULL && g_strv_contains (check->known, key)))
    return MHD_YES;
  check->unknown = key;
  return MHD_NO;
}

const gchar *po_exchange_unknown_query (PoExchange *self, const gchar *const *known) {
  QueryCheck check = {known, NULL};
  MHD_get_connection_values (self->connection, MHD_GET_ARGUMENT_KIND, check_query, &check);
  return check.unknown;
}

typedef struct {
  GHashTable *names; // of what was given so far
  const gchar *repeated;
} Repeats;

static enum MHD_Result check_repeat (gpointer data, enum MHD_ValueKind kind, const gchar *key, const gchar *value) {
  Repeats *repeats = data;
  if (key == NULL || g_hash_table_add (repeats->names, (gpointer)key))
    return MHD_YES;
  repeats->repeated = key;
  return MHD_NO;
}

const gchar *po_exchange_repeated_query (PoExchange *self) {
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  Repeats repeats = {names, NULL};
  MHD_get_connection_values (self->connection, MHD_GET_ARGUMENT_KIND, check_repeat, &repeats);
  return repeats.repeated;
}

gboolean po_exchange_add_body (PoExchange *self, const gchar *bytes, gsize length, gsize limit_bytes) {
  self->body_seen_bytes += length;
  if (self->body_seen_bytes > limit_bytes)
    self->too_large = TRUE;
  else
    g_byte_array_append (self->body, (const guint8 *)bytes, (guint)length);
  return self->body_seen_bytes / HOPELESS_FACTOR <= limit_bytes;
}

gboolean po_exchange_is_too_large (PoExchange *self) {
  return self->too_large;
}

const guint8 *po_exchange_body (PoExchange *self, gsize *ret_length) {
  *ret_length = self->body->len;
  return self->body->data;
}

void po_exchange_watch_answer (PoExchange *self, PoExchangeSeen seen, gpointer data, GDestroyNotify free_data) {
  if (self->free_seen != NULL)
    self->free_seen (self->seen_data);
  self->seen = seen;
  self->seen_data = data;
  self->free_seen = free_data;
}

typedef struct {
  GHashTable *members; // "address of the object, name"
  gchar *repeated;     // (nullable)
} Members;

static void members_clear (Members *self) {
  g_hash_table_unref (self->members);
  g_free (self->repeated);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Members, members_clear)

// json-glib would take the last of two.
static void on_member (JsonParser *parser, JsonObject *object, const gchar *name, Members *members) {
  if (!g_hash_table_add (members->members, g_strdup_printf ("%p %s", (gpointer)object, name)) &&
      members->repeated == NULL)
    members->repeated = g_strdup (name);
}

// A text with "\u0000" in it would be taken for what stands before that.
static gboolean says_nul (const gchar *json, gsize length) {
  for (gsize i = 0; i + 1 < length; i++) {
    if (json[i] != '\\')
      continue;
    if (length - i >= strlen ("\\u0000") && strncmp (json + i, "\\u0000", strlen ("\\u0000")) == 0)
      return TRUE;
    i++; // what it escapes
  }
  return FALSE;
}

JsonObject *po_exchange_json_body (PoExchange *self, GError **error) {
  if (self->body->len == 0)
    return json_object_new ();
  const gchar *text = (const gchar *)self->body->data;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) local = NULL;
  g_auto (Members) members = {g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), NULL};
  g_signal_connect (parser, "object-member", G_CALLBACK (on_member), &members);
  if (!g_utf8_validate_len (text, self->body->len, NULL) || !po_json_is_shallow (text, self->body->len) ||
      !json_parser_load_from_data (parser, text, self->body->len, &local)) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("the body is not JSON: %s"),
                 local != NULL ? local->message : _ ("not UTF-8, not plain JSON, or nested too deeply"));
    return NULL;
  }
  if (says_nul (text, self->body->len)) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("the body has a text with a NUL (\\u0000) in it"));
    return NULL;
  }
  if (members.repeated != NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” stands twice in the body; send it once"), members.repeated);
    return NULL;
  }
  JsonNode *root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("the body is not a JSON object"));
    return NULL;
  }
  return json_object_ref (json_node_get_object (root));
}

static void add_header (struct MHD_Response *response, const gchar *name, const gchar *value) {
  if (value != NULL)
    MHD_add_response_header (response, name, value);
}

void po_exchange_answer_with (PoExchange *self, guint status, struct MHD_Response *response) {
  if (self->response != NULL) {
    MHD_destroy_response (response);
    return;
  }
  self->status = status;
  self->response = response;
  for (guint i = 0; i + 1 < self->headers->len; i += 2)
    MHD_add_response_header (response, self->headers->pdata[i], self->headers->pdata[i + 1]);
  if (self->sleeping && self->connection != NULL) {
    // The daemon's descriptor does not tell of a connection that was woken: it must be run. Not here: what answers may
    // be the request of another connection, which is being run, and would not survive a run within its own.
    self->sleeping = FALSE;
    MHD_resume_connection (self->connection);
    g_source_set_ready_time (self->runner, 0);
  }
}

gboolean po_exchange_knows (PoExchange *self, const gchar *etag) {
  const gchar *given = po_exchange_header (self, MHD_HTTP_HEADER_IF_NONE_MATCH);
  g_auto (GStrv) tags = given != NULL ? g_strsplit (given, ",", -1) : NULL;
  for (guint i = 0; tags != NULL && tags[i] != NULL; i++) {
    const gchar *tag = g_strstrip (tags[i]);
    if (strcmp (tag, "*") == 0 || strcmp (g_str_has_prefix (tag, "W/") ? tag + 2 : tag, etag) == 0)
      return TRUE;
  }
  return FALSE;
}

static void unref_bytes (gpointer bytes) {
  g_bytes_unref (bytes);
}

// @stamp: (nullable) what the entity tag is made of, if not @bytes. (transfer full)
static struct MHD_Response *new_tagged (PoExchange *self, guint *status, const gchar *type, GBytes *bytes,
                                        const gchar *stamp) {
  g_autofree gchar *sum = stamp == NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;
  g_autofree gchar *etag = stamp != NULL ? g_strdup_printf ("\"%s\"", stamp) : g_strdup_printf ("\"%.32s\"", sum);
  const gboolean is_known = po_exchange_knows (self, etag);
  gsize length = 0;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  if (is_known)
    *status = MHD_HTTP_NOT_MODIFIED;
  struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls (
      is_known ? 0 : length, (void *)data, unref_bytes, g_bytes_ref (bytes));
  add_header (response, MHD_HTTP_HEADER_ETAG, etag);
  add_header (response, MHD_HTTP_HEADER_CACHE_CONTROL, "private, no-cache");
  add_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  add_header (response, "X-Content-Type-Options", "nosniff");
  return response;
}

static void add_language (struct MHD_Response *response, const gchar *language) {
  add_header (response, MHD_HTTP_HEADER_CONTENT_LANGUAGE, language);
  add_header (response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_LANGUAGE);
}

static gboolean is_get (PoExchange *self) {
  return strcmp (self->method, MHD_HTTP_METHOD_GET) == 0 || strcmp (self->method, MHD_HTTP_METHOD_HEAD) == 0;
}

static void answer (PoExchange *self, guint status, JsonNode *body, const gchar *type, const gchar *allow) {
  g_autofree gchar *text = body != NULL ? json_to_string (body, FALSE) : g_strdup ("");
  gboolean has_body = body != NULL;
  g_clear_pointer (&body, json_node_unref);
  if (self->seen != NULL && self->response == NULL)
    self->seen (self, status, text, self->seen_data);
  if (status == MHD_HTTP_OK && has_body && is_get (self)) {
    const gsize length = strlen (text);
    g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&text), length);
    po_exchange_answer_text (self, bytes, NULL);
    return;
  }
  g_autoptr (GBytes) all = g_bytes_new (text, strlen (text));
  const gchar *language = po_text_language (po_exchange_language (self));
  g_autoptr (GBytes) said = po_text_pick_json (all, language);
  struct MHD_Response *response = MHD_create_response_from_buffer (
      g_bytes_get_size (said), (void *)g_bytes_get_data (said, NULL), MHD_RESPMEM_MUST_COPY);
  add_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, has_body ? type : NULL);
  if (has_body)
    add_language (response, language);
  add_header (response, MHD_HTTP_HEADER_ALLOW, allow);
  add_header (response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  add_header (response, "X-Content-Type-Options", "nosniff");
  po_exchange_answer_with (self, status, response);
}

void po_exchange_answer_text (PoExchange *self, GBytes *text, const gchar *stamp) {
  const gchar *language = po_text_language (po_exchange_language (self));
  g_autoptr (GBytes) said = po_text_pick_json (text, language);
  g_autofree gchar *own_stamp = stamp != NULL ? g_strdup_printf ("%s-%s", stamp, language) : NULL;
  guint status = MHD_HTTP_OK;
  struct MHD_Response *tagged = new_tagged (self, &status, "application/json", said, own_stamp);
  add_language (tagged, language);
  po_exchange_answer_with (self, status, tagged);
}

void po_exchange_answer (PoExchange *self, guint status, JsonNode *body) {
  answer (self, status, body, "application/json", NULL);
}

void po_exchange_answer_bytes (PoExchange *self, GBytes *bytes, const gchar *type) {
  guint status = MHD_HTTP_OK;
  struct MHD_Response *tagged = new_tagged (self, &status, type, bytes, NULL);
  po_exchange_answer_with (self, status, tagged);
}

void po_exchange_answer_allow (PoExchange *self, guint status, const gchar *allow) {
  answer (self, status, NULL, NULL, allow);
}

// The status in words, in every language.
static const gchar *title_of (guint status) {
  static const struct {
    guint status;
    const gchar *title;
  } titles[] = {
      {MHD_HTTP_BAD_REQUEST, N_ ("Bad Request")},
      {MHD_HTTP_UNAUTHORIZED, N_ ("Unauthorized")},
      {MHD_HTTP_FORBIDDEN, N_ ("Forbidden")},
      {MHD_HTTP_NOT_FOUND, N_ ("Not Found")},
      {MHD_HTTP_METHOD_NOT_ALLOWED, N_ ("Method Not Allowed")},
      {MHD_HTTP_CONFLICT, N_ ("Conflict")},
      {MHD_HTTP_PRECONDITION_FAILED, N_ ("Precondition Failed")},
      {MHD_HTTP_CONTENT_TOO_LARGE, N_ ("Content Too Large")},
      {MHD_HTTP_URI_TOO_LONG, N_ ("URI Too Long")},
      {MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, N_ ("Unsupported Media Type")},
      {MHD_HTTP_UNPROCESSABLE_CONTENT, N_ ("Unprocessable Content")},
      {MHD_HTTP_TOO_MANY_REQUESTS, N_ ("Too Many Requests")},
      {MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, N_ ("Request Header Fields Too Large")},
      {MHD_HTTP_INTERNAL_SERVER_ERROR, N_ ("Internal Server Error")},
      {MHD_HTTP_SERVICE_UNAVAILABLE, N_ ("Service Unavailable")},
  };
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (titles[i].status == status)
      return _ (titles[i].title);
  return MHD_get_reason_phrase_for (status);
}

void po_exchange_answer_problem (PoExchange *self, guint status, const gchar *code, const gchar *detail,
                                 const gchar *allow) {
  JsonObject *problem = json_object_new ();
  g_autofree gchar *valid = g_utf8_make_valid (detail, -1); // it may quote what was asked
  json_object_set_string_member (problem, "type", "about:blank");
  json_object_set_string_member (problem, "title", title_of (status));
  json_object_set_int_member (problem, "status", status);
  json_object_set_string_member (problem, "code", code);
  json_object_set_string_member (problem, "detail", valid);
  JsonNode *body = json_node_init_object (json_node_alloc (), problem);
  json_object_unref (problem);
  answer (self, status, body, "application/problem+json", allow);
}

void po_exchange_answer_error (PoExchange *self, const GError *error) {
  static const struct {
    guint status;
    const gchar *code;
  } by_code[] = {
      [PO_ERROR_INTERNAL] = {MHD_HTTP_INTERNAL_SERVER_ERROR, "internal"},
      [PO_ERROR_INPUT] = {MHD_HTTP_BAD_REQUEST, "bad-request"},
      [PO_ERROR_CONFIG] = {MHD_HTTP_UNPROCESSABLE_CONTENT, "configuration"},
      [PO_ERROR_SYSTEM] = {MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable"},
      [PO_ERROR_NOT_FOUND] = {MHD_HTTP_NOT_FOUND, "not-found"},
      [PO_ERROR_CONFLICT] = {MHD_HTTP_CONFLICT, "conflict"},
      [PO_ERROR_TAKEN] = {MHD_HTTP_CONFLICT, "taken"},
      [PO_ERROR_NO_ROOM] = {MHD_HTTP_INSUFFICIENT_STORAGE, "no-room"},
  };
  gboolean ours = error->domain == PO_ERROR && (guint)error->code < G_N_ELEMENTS (by_code);
  guint code = ours ? (guint)error->code : PO_ERROR_INTERNAL;
  po_exchange_answer_problem (self, by_code[code].status, by_code[code].code, error->message, NULL);
}

gboolean po_exchange_is_answered (PoExchange *self) {
  return self->response != NULL;
}

void po_exchange_sleep (PoExchange *self) {
  self->sleeping = TRUE;
  MHD_suspend_connection (self->connection);
}

enum MHD_Result po_exchange_send (PoExchange *self) {
  return MHD_queue_response (self->connection, self->status, self->response);
}

void po_exchange_disconnect (PoExchange *self) {
  self->connection = NULL;
}
