// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/stream.h"

#include <libsoup/soup.h>

#include "ctl/client.h"

#define SILENCE_S  5 // the daemon speaks each second; a line that hangs longer is given up
#define RETRY_MS   500
#define MOST_BYTES (4 * 1024 * 1024) // of one event; a line without an end is not a status

struct _PoStream {
  gchar *socket_path;
  PoStreamFunc on_status;
  gpointer user;
  SoupSession *session; // one a connection
  GDataInputStream *lines;
  GString *data;    // of the event that is being read
  JsonNode *status; // the last one
  GCancellable *stop;
  GSource *retry;
  gint64 heard_us;
};

static void open_stream (PoStream *self);
static void read_line (PoStream *self);

static void close_stream (PoStream *self) {
  g_string_truncate (self->data, 0);
  g_clear_object (&self->lines);
  g_clear_object (&self->session);
}

static gboolean on_retry (gpointer data) {
  PoStream *self = data;
  g_clear_pointer (&self->retry, g_source_unref);
  open_stream (self);
  return G_SOURCE_REMOVE;
}

static void try_again (PoStream *self) {
  close_stream (self);
  self->retry = g_timeout_source_new (RETRY_MS);
  g_source_set_callback (self->retry, on_retry, self, NULL);
  g_source_attach (self->retry, g_main_context_get_thread_default ());
}

static void end_event (PoStream *self) {
  g_autoptr (JsonNode) root = self->data->len > 0 ? json_from_string (self->data->str, NULL) : NULL;
  g_string_truncate (self->data, 0);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  g_clear_pointer (&self->status, json_node_unref);
  self->status = g_steal_pointer (&root);
  self->heard_us = g_get_monotonic_time ();
  self->on_status (json_node_get_object (self->status), self->user);
}

// Only statuses are sent; other fields ("event:", "retry:") and comments say nothing more.
static void take_line (PoStream *self, const gchar *line) {
  if (*line == '\0')
    end_event (self);
  else if (g_str_has_prefix (line, "data:"))
    g_string_append (self->data, line + strlen ("data:"));
}

static void on_line (GObject *source, GAsyncResult *result, gpointer data) {
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree gchar *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, &length, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; // @data is gone
  PoStream *self = data;
  if (line == NULL || self->data->len + length > MOST_BYTES) {
    try_again (self);
    return;
  }
  g_strchomp (line);
  take_line (self, line);
  read_line (self);
}

static void read_line (PoStream *self) {
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, self->stop, on_line, self);
}

static void on_answer (GObject *source, GAsyncResult *result, gpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  PoStream *self = data;
  if (body == NULL) {
    try_again (self);
    return;
  }
  self->lines = g_data_input_stream_new (body);
  read_line (self);
}

static void open_stream (PoStream *self) {
  g_autoptr (SoupMessage) message = soup_message_new ("GET", PO_CLIENT_ROOT "/events");
  po_client_speak (message);
  self->session = po_client_session_new (self->socket_path, SILENCE_S);
  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, self->stop, on_answer, self);
}

PoStream *po_stream_new (const gchar *socket_path, PoStreamFunc on_status, gpointer user) {
  PoStream *self = g_new0 (PoStream, 1);
  self->socket_path = g_strdup (socket_path);
  self->on_status = on_status;
  self->user = user;
  self->data = g_string_new (NULL);
  self->stop = g_cancellable_new ();
  open_stream (self);
  return self;
}

void po_stream_free (PoStream *self) {
  if (self == NULL)
    return;
  g_cancellable_cancel (self->stop);
  if (self->retry != NULL) {
    g_source_destroy (self->retry);
    g_source_unref (self->retry);
  }
  close_stream (self);
  g_object_unref (self->stop);
  g_clear_pointer (&self->status, json_node_unref);
  g_string_free (self->data, TRUE);
  g_free (self->socket_path);
  g_free (self);
}

gint64 po_stream_heard_us (PoStream *self) {
  return self->heard_us;
}
