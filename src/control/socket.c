// SPDX-License-Identifier: GPL-3.0-or-later
// Opening, guarding and naming control sockets.
#include "control/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "model/text.h"

#define BACKLOG 64

static gboolean fail (GError **error, PoError code, const gchar *address, int number) {
  g_set_error (error, PO_ERROR, code, _ ("cannot listen at %s: %s"), address, g_strerror (number));
  return FALSE;
}

// Calls @call (bind or connect) on a Unix socket's @path. A name too long for sockaddr_un is reached through a
// descriptor of its folder.
static gboolean with_unix_address (int fd, const gchar *path, int (*call) (int, const struct sockaddr *, socklen_t)) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int folder = -1;
  if (strlen (path) < sizeof address.sun_path) {
    g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  } else {
    g_autofree gchar *dir = g_path_get_dirname (path), *base = g_path_get_basename (path);
    folder = open (dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
      return FALSE;
    gint length = g_snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", folder, base);
    if ((gsize)length >= sizeof address.sun_path) {
      close (folder);
      errno = ENAMETOOLONG;
      return FALSE;
    }
  }
  gboolean done = call (fd, (const struct sockaddr *)&address, sizeof address) == 0;
  int number = errno;
  if (folder >= 0)
    close (folder);
  errno = number;
  return done;
}

static int connect_to (const gchar *path, int flags, GError **error) {
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (fd >= 0 && with_unix_address (fd, path, connect))
    return fd;
  int number = errno;
  if (fd >= 0)
    close (fd);
  g_set_error (error, PO_ERROR, number == ENOENT || number == ECONNREFUSED ? PO_ERROR_NOT_FOUND : PO_ERROR_SYSTEM,
               "%s: %s", path, g_strerror (number));
  return -1;
}

int po_control_socket_connect (const gchar *path, GError **error) {
  return connect_to (path, 0, error);
}

// Removes a socket that a dead daemon left. FALSE: it is alive, may be, or something else stands there.
static gboolean clear_stale (const gchar *path, GError **error) {
  struct stat info;
  if (g_lstat (path, &info) != 0)
    return TRUE;
  if (!S_ISSOCK (info.st_mode)) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
                 _ ("cannot listen at unix:%s: a file that is not a socket stands there"), path);
    return FALSE;
  }
  g_autoptr (GError) why = NULL;
  int fd = connect_to (path, SOCK_NONBLOCK, &why); // a daemon that hangs must not hang this one
  if (fd < 0 && why->code == PO_ERROR_NOT_FOUND)
    return g_unlink (path) == 0 || fail (error, PO_ERROR_SYSTEM, path, errno);
  if (fd >= 0)
    close (fd);
  g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT, _ ("another playoutd already listens at unix:%s"), path);
  return FALSE;
}

static gboolean open_unix (const gchar *path, PoControlSocket *self, GError **error) {
  if (!clear_stale (path, error))
    return FALSE;
  self->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (self->fd < 0)
    return fail (error, PO_ERROR_SYSTEM, path, errno);
  // The mode of the socket's file comes from the descriptor here, so that there is no moment at which others may enter.
  fchmod (self->fd, 0600);
  if (!with_unix_address (self->fd, path, bind) || g_chmod (path, 0600) != 0 || listen (self->fd, BACKLOG) != 0) {
    int number = errno;
    g_close (self->fd, NULL);
    return fail (error, number == EADDRINUSE ? PO_ERROR_CONFLICT : PO_ERROR_SYSTEM, path, number);
  }
  self->is_unix = TRUE;
  self->path = g_strdup (path);
  return TRUE;
}

// "host:port" or "[v6]:port". (transfer full)
static GInetSocketAddress *read_tcp (const gchar *text, GError **error) {
  g_autoptr (GSocketConnectable) parsed = g_network_address_parse (text, 0, NULL);
  GNetworkAddress *named = parsed != NULL ? G_NETWORK_ADDRESS (parsed) : NULL;
  const gchar *host = named != NULL ? g_network_address_get_hostname (named) : "";
  const gchar *number = g_str_equal (host, "localhost") ? "127.0.0.1" : host;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (number);
  if (address != NULL)
    return G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (address, g_network_address_get_port (named)));
  g_set_error (error, PO_ERROR, PO_ERROR_CONFIG,
               _ ("cannot listen at %s: use an address such as 127.0.0.1:8080, 0.0.0.0:8443 or [::]:8443"), text);
  return NULL;
}

gboolean po_control_socket_is_public (const gchar *address) {
  g_autoptr (GInetSocketAddress) tcp = g_str_has_prefix (address, "unix:") ? NULL : read_tcp (address, NULL);
  return tcp != NULL && !g_inet_address_get_is_loopback (g_inet_socket_address_get_address (tcp));
}

static gboolean open_tcp (const gchar *text, PoControlSocket *self, GError **error) {
  g_autoptr (GInetSocketAddress) inet = read_tcp (text, error);
  if (inet == NULL)
    return FALSE;
  GSocketAddress *address = G_SOCKET_ADDRESS (inet);
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (address);
  g_socket_address_to_native (address, &native, sizeof native, NULL);
  self->fd = socket (native.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (self->fd < 0)
    return fail (error, PO_ERROR_SYSTEM, text, errno);
  int on = 1;
  setsockopt (self->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t length = sizeof native;
  if (bind (self->fd, (struct sockaddr *)&native, (socklen_t)size) != 0 || listen (self->fd, BACKLOG) != 0 ||
      getsockname (self->fd, (struct sockaddr *)&native, &length) != 0) {
    int number = errno;
    g_close (self->fd, NULL);
    return fail (error, number == EADDRINUSE ? PO_ERROR_CONFLICT : PO_ERROR_SYSTEM, text, number);
  }
  g_autoptr (GSocketAddress) bound = g_socket_address_new_from_native (&native, length);
  self->is_loopback = g_inet_address_get_is_loopback (g_inet_socket_address_get_address (inet));
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return TRUE;
}

gboolean po_control_socket_open (const gchar *address, PoControlSocket *ret_socket, GError **error) {
  *ret_socket = (PoControlSocket){.fd = -1};
  if (g_str_has_prefix (address, "unix:"))
    return open_unix (address + strlen ("unix:"), ret_socket, error);
  return open_tcp (address, ret_socket, error);
}

void po_control_socket_close (PoControlSocket *self) {
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  if (self->path != NULL)
    g_unlink (self->path);
  g_clear_pointer (&self->path, g_free);
}

gchar *po_control_socket_peer (int fd) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
    return g_strdup ("local");
  struct passwd entry, *found = NULL;
  gchar buffer[4096];
  if (getpwuid_r (peer.uid, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
    return g_strdup (found->pw_name);
  return g_strdup_printf ("uid %u", (guint)peer.uid);
}
