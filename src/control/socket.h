// SPDX-License-Identifier: GPL-3.0-or-later
// The sockets of the control API: made from an address as text, with the care that each kind needs. Private to
// control/.
#pragma once

#include "model/error.h"

/** PoControlSocket: a socket that listens. */
typedef struct {
  int fd;
  gboolean is_unix;
  gboolean is_loopback; // a TCP address that only this machine can reach
  guint port;           // of TCP
  gchar *path;          // of a Unix socket; NULL for TCP
} PoControlSocket;

/** "127.0.0.1:8080", "[::]:0", "localhost:80", "unix:/path". PO_ERROR_CONFLICT: somebody else listens there. */
gboolean po_control_socket_open (const gchar *address, PoControlSocket *ret_socket, GError **error);

/** Closes it, if the server has not, and removes the Unix socket's name. */
void po_control_socket_close (PoControlSocket *self);

/** TRUE for an address, as above, that other machines can reach. */
gboolean po_control_socket_is_public (const gchar *address);

/** The name of the user at the other end of the Unix socket @fd, or "uid N". (transfer full) */
gchar *po_control_socket_peer (int fd);

/** Connects to the Unix socket @path, however long its name. Returns a descriptor, or -1. */
int po_control_socket_connect (const gchar *path, GError **error);
