// SPDX-License-Identifier: GPL-3.0-or-later
// Each question has a session of its own: sessions belong to one thread, and nothing may be remembered between two.
#include "subscription/request.h"

#include <unistd.h>

#include <libsoup/soup.h>
#include <string.h>

#include "model/error.h"
#include "model/text.h"
#include "schedule/ics.h"

#define IDLE_S     20                 // without a byte
#define MOST_BYTES (32 * 1024 * 1024) // the largest calendar known to us has 11 MB
#define PIECE      (64 * 1024)

/** Errand: a PoRequest of its own, on its way. */
typedef struct {
  const gchar *scheme; // that it is asked by now
  gchar *url, *username, *password_file, *etag, *modified;
  gboolean only_secure;
  PoRequestDone done;
  gpointer user;
} Errand;

void po_reply_free (PoReply *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->etag);
  g_free (self->modified);
  g_free (self->why);
  g_free (self);
}

static void errand_free (gpointer data) {
  Errand *self = data;
  g_free (self->url);
  g_free (self->username);
  g_free (self->password_file);
  g_free (self->etag);
  g_free (self->modified);
  g_free (self);
}

gchar *po_request_host (const gchar *url) {
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  return g_strdup (uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : "?");
}

static void fail (PoReply *reply, const gchar *format, ...) G_GNUC_PRINTF (2, 3);
static void fail (PoReply *reply, const gchar *format, ...) {
  va_list args;
  va_start (args, format);
  g_free (reply->why);
  reply->why = g_strdup_vprintf (format, args);
  va_end (args);
}

// ---- asking ----

static gboolean is_let_down (const gchar *scheme, GUri *uri) {
  return g_str_equal (scheme, "https") && g_strcmp0 (g_uri_get_scheme (uri), "https") != 0;
}

gboolean po_request_may_tell (const gchar *url, const gchar *scheme, GUri *uri) {
  g_autoptr (GUri) first = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  return g_strcmp0 (g_uri_get_host (first), g_uri_get_host (uri)) == 0 && !is_let_down (scheme, uri);
}

// Once is enough: who is not believed then is not believed again.
static gboolean on_authenticate (SoupMessage *message, SoupAuth *auth, gboolean again, gpointer data) {
  const Errand *errand = data;
  g_autofree gchar *password = NULL;
  if (again || errand->username == NULL ||
      !po_request_may_tell (errand->url, errand->scheme, soup_message_get_uri (message)))
    return FALSE;
  if (errand->password_file != NULL && !g_file_get_contents (errand->password_file, &password, NULL, NULL))
    return FALSE; // told before
  soup_auth_authenticate (auth, errand->username, password != NULL ? g_strchomp (password) : "");
  return TRUE;
}

static SoupMessage *new_message (Errand *errand, const gchar *scheme) {
  g_autoptr (GUri) typed = g_uri_parse (errand->url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) uri = typed != NULL ? soup_uri_copy (typed, SOUP_URI_SCHEME, scheme, SOUP_URI_NONE) : NULL;
  SoupMessage *message =
      uri != NULL && g_uri_get_host (uri) != NULL ? soup_message_new_from_uri (SOUP_METHOD_GET, uri) : NULL;
  if (message == NULL)
    return NULL;
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  soup_message_headers_append (headers, "Accept", "text/calendar, text/plain;q=0.5, */*;q=0.1");
  if (errand->etag != NULL)
    soup_message_headers_append (headers, "If-None-Match", errand->etag);
  if (errand->modified != NULL)
    soup_message_headers_append (headers, "If-Modified-Since", errand->modified);
  g_signal_connect (message, "authenticate", G_CALLBACK (on_authenticate), errand);
  return message;
}

// ---- the answer ----

static GBytes *read_body (GInputStream *stream, GCancellable *cancellable, PoReply *reply) {
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *piece = g_malloc (PIECE);
  gssize length = 0;
  while ((length = g_input_stream_read (stream, piece, PIECE, cancellable, &error)) > 0) {
    if (body->len + (gsize)length > MOST_BYTES) {
      fail (reply, _ ("the answer has more than %d MB; that is no calendar of a channel"), MOST_BYTES / 1024 / 1024);
      return NULL;
    }
    g_byte_array_append (body, piece, (guint)length);
  }
  if (length < 0) {
    fail (reply, _ ("the answer broke off: %s"), error->message);
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&body));
}

static gboolean is_calendar (GBytes *bytes, PoReply *reply) {
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (GError) error = NULL;
  PoFileReport report = {.findings = findings, .file = ""};
  g_autoptr (PoIcsFile) file = po_ics_file_parse (bytes, &report, &error);
  if (file == NULL)
    fail (reply, _ ("what it answers is no calendar: %s"), error->message);
  return file != NULL;
}

static void take_body (SoupMessage *message, GInputStream *stream, GCancellable *cancellable, PoReply *reply) {
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  g_autoptr (GBytes) bytes = read_body (stream, cancellable, reply);
  if (bytes == NULL || !is_calendar (bytes, reply))
    return;
  reply->bytes = g_steal_pointer (&bytes);
  reply->etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  reply->modified = g_strdup (soup_message_headers_get_one (headers, "Last-Modified"));
}

// In seconds, or a date; a date is left to our own pace.
static gint64 read_wait_ns (SoupMessage *message) {
  const gchar *text = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  guint64 seconds = 0;
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, 7 * 24 * 3600, &seconds, NULL))
    return 0;
  return (gint64)seconds * PO_NS_PER_SECOND;
}

static void take_status (Errand *errand, SoupMessage *message, GInputStream *stream, GCancellable *cancellable,
                         PoReply *reply) {
  guint status = soup_message_get_status (message);
  reply->wait_ns = read_wait_ns (message);
  if (status == SOUP_STATUS_OK)
    take_body (message, stream, cancellable, reply);
  else if (status == SOUP_STATUS_NOT_MODIFIED && (errand->etag != NULL || errand->modified != NULL))
    reply->is_unchanged = TRUE;
  else if (status == SOUP_STATUS_NOT_MODIFIED)
    fail (reply, _ ("it answers that nothing has changed (304), and was not asked that"));
  else if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    fail (reply, _ ("it does not let us in (%u): check username= and password-file="), status);
  else if (status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_GONE)
    fail (reply, _ ("there is no calendar at this address (%u): check url="), status);
  else
    fail (reply, _ ("it answers %u %s"), status, soup_message_get_reason_phrase (message));
}

// FALSE: nobody there speaks by this scheme; another may be tried.
static gboolean ask_by (Errand *errand, const gchar *scheme, GCancellable *cancellable, PoReply *reply) {
  g_autoptr (SoupSession) session =
      soup_session_new_with_options ("timeout", IDLE_S, "user-agent", "playoutd/" PO_VERSION, NULL);
  g_autoptr (SoupMessage) message = new_message (errand, scheme);
  g_autoptr (GError) error = NULL;
  errand->scheme = scheme;
  if (message == NULL) {
    fail (reply, _ ("url= is no address"));
    return TRUE;
  }
  g_autoptr (GInputStream) stream = soup_session_send (session, message, cancellable, &error);
  if (stream == NULL) {
    fail (reply, "%s", error->message);
    return FALSE;
  }
  if (is_let_down (scheme, soup_message_get_uri (message)))
    fail (reply, _ ("it leads from https to http, where anybody on the way can read and change the calendar: mend that "
                    "server, or give url= its http address"));
  else
    take_status (errand, message, stream, cancellable, reply);
  reply->is_secure = g_str_equal (scheme, "https");
  return TRUE;
}

static gboolean is_this_machine (const gchar *url) {
  g_autofree gchar *host = po_request_host (url);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  return g_str_equal (host, "localhost") || (address != NULL && g_inet_address_get_is_loopback (address));
}

// webcal: says nothing of TLS. It is tried first, but on the way to this machine, where nobody can listen; once it has
// worked, nothing else is.
static void ask_webcal (Errand *errand, GCancellable *cancellable, PoReply *reply) {
  gboolean clear_first = is_this_machine (errand->url) && !errand->only_secure;
  if (ask_by (errand, clear_first ? "http" : "https", cancellable, reply) || errand->only_secure ||
      g_cancellable_is_cancelled (cancellable))
    return;
  g_autofree gchar *why = g_steal_pointer (&reply->why);
  if (!ask_by (errand, clear_first ? "https" : "http", cancellable, reply))
    fail (reply, "%s", why);
}

static void run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
  Errand *errand = data;
  PoReply *reply = g_new0 (PoReply, 1);
  g_autofree gchar *scheme = g_uri_parse_scheme (errand->url);
  g_autoptr (GMainContext) context = g_main_context_new (); // the session's own
  g_main_context_push_thread_default (context);
  if (errand->password_file != NULL && access (errand->password_file, R_OK) != 0)
    fail (reply, _ ("the file that password-file= names cannot be read: %s"), errand->password_file);
  else if (g_strcmp0 (scheme, "webcal") == 0)
    ask_webcal (errand, cancellable, reply);
  else
    ask_by (errand, g_strcmp0 (scheme, "webcals") == 0 ? "https" : scheme, cancellable, reply);
  g_main_context_pop_thread_default (context);
  g_task_return_pointer (task, reply, (GDestroyNotify)po_reply_free);
}

static void on_replied (GObject *source, GAsyncResult *result, gpointer data) {
  GTask *task = G_TASK (result);
  const Errand *errand = g_task_get_task_data (task);
  gboolean cancelled = g_cancellable_is_cancelled (g_task_get_cancellable (task));
  g_autoptr (PoReply) reply = g_task_propagate_pointer (task, NULL);
  if (!cancelled && reply != NULL)
    errand->done (reply, errand->user);
}

void po_request_send (const PoRequest *request, GCancellable *cancellable, PoRequestDone done, gpointer user) {
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, on_replied, NULL);
  Errand *errand = g_new0 (Errand, 1);
  errand->url = g_strdup (request->url);
  errand->username = g_strdup (request->username);
  errand->password_file = g_strdup (request->password_file);
  errand->etag = g_strdup (request->etag);
  errand->modified = g_strdup (request->modified);
  errand->only_secure = request->only_secure;
  errand->done = done;
  errand->user = user;
  g_task_set_task_data (task, errand, errand_free);
  g_task_run_in_thread (task, run);
}
