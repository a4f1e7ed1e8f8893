// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/events.h"

#include <string.h>

#include "json/tree.h"
#include "model/text.h"

#define POLL_MS         200 // how soon a change is told
#define MOST_SILENCE_US G_USEC_PER_SEC
#define BLOCK_BYTES     (16 * 1024)

struct _PoEvents {
  const PoControlOps *ops;
  gpointer user;
  GPtrArray *streams; // Stream, owned by their responses
  GSource *timer;     // while there are streams
  gchar *seen;        // what a person would notice of the last status
  gint64 told_us;
  guint64 last_id; // of an event; they go on growing over a restart
  gboolean is_closed;
  PoEventsGuard may; // (nullable)
  gpointer may_data;
};

typedef struct {
  PoEvents *events;
  const gchar *language; // (nullable)
  gboolean is_local;
  gchar *key, *session; // (nullable) what the asker showed
  struct MHD_Connection *connection;
  GBytes *sending; // (nullable)
  gsize sent_bytes;
  GBytes *waiting; // (nullable) the newest, to follow
  gboolean is_asleep;
  gboolean is_over;
} Stream;

static void add_part (GString *text, JsonObject *object, const gchar *name) {
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  g_autofree gchar *part = node != NULL ? json_to_string (node, FALSE) : NULL;
  g_string_append_printf (text, "%s;", part != NULL ? part : "");
}

// (transfer full)
static gchar *what_is_seen (JsonNode *status) {
  JsonObject *object = json_node_get_object (status);
  JsonNode *on_air = json_object_get_member (object, "on_air");
  JsonObject *item = po_json_node_object (on_air);
  GString *text = g_string_new (NULL);
  add_part (text, item, "start_frame");
  add_part (text, item, "end_frame");
  add_part (text, item, "screen");
  add_part (text, item, "held");
  add_part (text, object, "rundown_revision");
  add_part (text, object, "alarms");
  return g_string_free (text, FALSE);
}

static void wake (Stream *stream) {
  if (!stream->is_asleep)
    return;
  stream->is_asleep = FALSE;
  MHD_resume_connection (stream->connection);
}

// @message: in the stream's language.
static void hand_over (Stream *stream, GBytes *message) {
  g_clear_pointer (&stream->waiting, g_bytes_unref);
  stream->waiting = g_bytes_ref (message);
  wake (stream);
}

// @message in the language of @stream, made once for all who speak it. (transfer none)
static GBytes *translated (GBytes *message, const Stream *stream, GHashTable *made) {
  const gchar *language = po_text_language (stream->language);
  GBytes *bytes = g_hash_table_lookup (made, language);
  if (bytes == NULL) {
    bytes = po_text_pick_json (message, language);
    g_hash_table_insert (made, (gpointer)language, bytes);
  }
  return bytes;
}

// Hands @message to every stream. In this mode libmicrohttpd's descriptor does not tell of connections that were woken:
// their daemons must be run. That may free streams, so it comes after all of them have been visited.
static void tell_all (PoEvents *self, GBytes *message) {
  g_autoptr (GHashTable) daemons = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) made = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
  GHashTableIter iter;
  gpointer daemon = NULL;
  for (guint i = 0; i < self->streams->len; i++) {
    Stream *stream = self->streams->pdata[i];
    g_hash_table_add (daemons, MHD_get_connection_info (stream->connection, MHD_CONNECTION_INFO_DAEMON)->daemon);
    stream->is_over =
        self->may != NULL && !stream->is_local && !self->may (stream->key, stream->session, self->may_data);
    hand_over (stream, translated (message, stream, made));
  }
  g_hash_table_iter_init (&iter, daemons);
  while (g_hash_table_iter_next (&iter, &daemon, NULL))
    MHD_run (daemon);
}

// Until the daemon can say its status, a comment keeps the stream from falling silent. (transfer full)
static GBytes *new_message (PoEvents *self, JsonNode *status) {
  g_autofree gchar *json = status != NULL ? json_to_string (status, FALSE) : NULL;
  gchar *text = json != NULL
                    ? g_strdup_printf ("id: %" G_GUINT64_FORMAT "\nevent: status\ndata: %s\n\n", ++self->last_id, json)
                    : g_strdup (": starting\n\n");
  return g_bytes_new_take (text, strlen (text));
}

static gboolean on_poll (gpointer data) {
  PoEvents *self = data;
  g_autoptr (JsonNode) status = self->ops->status != NULL ? self->ops->status (self->user, NULL) : NULL;
  g_autofree gchar *seen = status != NULL ? what_is_seen (status) : NULL;
  gint64 now_us = g_get_monotonic_time ();
  if (g_strcmp0 (seen, self->seen) == 0 && now_us - self->told_us < MOST_SILENCE_US - POLL_MS * 1000)
    return G_SOURCE_CONTINUE;
  g_autoptr (GBytes) message = new_message (self, status);
  g_free (self->seen);
  self->seen = g_steal_pointer (&seen);
  self->told_us = now_us;
  tell_all (self, message);
  return G_SOURCE_CONTINUE;
}

static void drop_timer (PoEvents *self) {
  if (self->timer == NULL)
    return;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void start_timer (PoEvents *self) {
  if (self->timer != NULL)
    return;
  self->timer = g_timeout_source_new (POLL_MS);
  g_source_set_static_name (self->timer, "event streams");
  g_source_set_callback (self->timer, on_poll, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

// libmicrohttpd wants more bytes; without any, the connection sleeps until there are.
static ssize_t read_stream (gpointer data, uint64_t position, gchar *buffer, size_t most) {
  Stream *stream = data;
  if (stream->events->is_closed || stream->is_over)
    return MHD_CONTENT_READER_END_OF_STREAM;
  if (stream->sending == NULL) {
    stream->sending = g_steal_pointer (&stream->waiting);
    stream->sent_bytes = 0;
  }
  if (stream->sending == NULL) {
    stream->is_asleep = TRUE;
    MHD_suspend_connection (stream->connection);
    return 0;
  }
  gsize length = 0;
  const gchar *bytes = g_bytes_get_data (stream->sending, &length);
  gsize part = MIN (most, length - stream->sent_bytes);
  memcpy (buffer, bytes + stream->sent_bytes, part);
  stream->sent_bytes += part;
  if (stream->sent_bytes == length)
    g_clear_pointer (&stream->sending, g_bytes_unref);
  return (ssize_t)part;
}

static void free_stream (gpointer data) {
  Stream *stream = data;
  g_ptr_array_remove_fast (stream->events->streams, stream);
  if (stream->events->streams->len == 0)
    drop_timer (stream->events);
  g_clear_pointer (&stream->sending, g_bytes_unref);
  g_clear_pointer (&stream->waiting, g_bytes_unref);
  g_free (stream->key);
  g_free (stream->session);
  g_free (stream);
}

PoEvents *po_events_new (const PoControlOps *ops, gpointer user) {
  PoEvents *self = g_new0 (PoEvents, 1);
  self->ops = ops;
  self->user = user;
  self->streams = g_ptr_array_new ();
  self->last_id = (guint64)g_get_real_time ();
  return self;
}

void po_events_set_guard (PoEvents *self, PoEventsGuard may, gpointer data) {
  self->may = may;
  self->may_data = data;
}

void po_events_answer (PoEvents *self, PoExchange *exchange) {
  static const gchar hello[] = "retry: 1000\n\n";
  Stream *stream = g_new0 (Stream, 1);
  g_autoptr (JsonNode) status = self->ops->status != NULL ? self->ops->status (self->user, NULL) : NULL;
  stream->events = self;
  stream->is_local = po_exchange_is_local (exchange);
  stream->key = po_exchange_key (exchange);
  stream->session = g_strdup (po_exchange_session (exchange));
  stream->connection = po_exchange_connection (exchange);
  stream->sending = g_bytes_new_static (hello, strlen (hello));
  stream->language = po_exchange_language (exchange);
  g_autoptr (GBytes) first = new_message (self, status);
  stream->waiting = po_text_pick_json (first, stream->language);
  g_ptr_array_add (self->streams, stream);
  struct MHD_Response *response =
      MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream, stream, free_stream);
  MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
  MHD_add_response_header (response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
  start_timer (self);
  po_exchange_answer_with (exchange, MHD_HTTP_OK, response);
}

void po_events_close (PoEvents *self) {
  self->is_closed = TRUE;
  drop_timer (self);
  for (guint i = 0; i < self->streams->len; i++)
    wake (self->streams->pdata[i]);
}

void po_events_free (PoEvents *self) {
  drop_timer (self);
  g_ptr_array_unref (self->streams);
  g_free (self->seen);
  g_free (self);
}
