// SPDX-License-Identifier: GPL-3.0-or-later
#include "asking.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/socket.h"

typedef struct {
  const gchar *path;
  guint port;
  const gchar *request;
  gsize length;
  gboolean goes_on;
  GString *answer;
  gint done; // atomic
} Client;

int asking_connect (const gchar *path, guint port) {
  if (path != NULL) {
    g_autoptr (GError) error = NULL;
    int fd = po_control_socket_connect (path, &error);
    g_assert_no_error (error);
    return fd;
  }
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  guint8 native[128];
  g_assert_true (g_socket_address_to_native (address, native, sizeof native, NULL));
  g_assert_cmpint (connect (fd, (struct sockaddr *)native, (socklen_t)g_socket_address_get_native_size (address)), ==,
                   0);
  return fd;
}

static gpointer run (gpointer data) {
  Client *self = data;
  int fd = asking_connect (self->path, self->port);
  for (gsize sent = 0; sent < self->length;) {
    gssize n = send (fd, self->request + sent, self->length - sent, MSG_NOSIGNAL);
    if (n <= 0)
      break; // the server has had enough; its answer is still to be read
    sent += (gsize)n;
  }
  if (!self->goes_on)
    shutdown (fd, SHUT_WR);
  gchar buffer[4096];
  for (gssize n = 0; (n = read (fd, buffer, sizeof buffer)) > 0;)
    g_string_append_len (self->answer, buffer, n);
  close (fd);
  g_atomic_int_set (&self->done, 1);
  g_main_context_wakeup (NULL);
  return NULL;
}

static gchar *ask (Client *client) {
  client->answer = g_string_new (NULL);
  GThread *thread = g_thread_new ("client", run, client);
  while (!g_atomic_int_get (&client->done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  return g_string_free (client->answer, FALSE);
}

gchar *asking_send (const gchar *path, guint port, const gchar *request, gssize length) {
  Client client = {
      .path = path, .port = port, .request = request, .length = length < 0 ? strlen (request) : (gsize)length};
  return ask (&client);
}

gchar *asking_send_only (const gchar *path, guint port, const gchar *request) {
  Client client = {.path = path, .port = port, .request = request, .length = strlen (request), .goes_on = TRUE};
  return ask (&client);
}
