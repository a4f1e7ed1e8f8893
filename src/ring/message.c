// SPDX-License-Identifier: GPL-3.0-or-later
// Sending and receiving over the socket between parent and child.
#include "ring/message.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"

gboolean po_message_pair (gint *ret_parent_fd, gint *ret_child_fd, GError **error) {
  int fds[2];
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("socket of a player: %s"), g_strerror (errno));
    return FALSE;
  }
  *ret_parent_fd = fds[0];
  *ret_child_fd = fds[1];
  return TRUE;
}

static gboolean send_with_fds (gint socket_fd, const void *bytes, gsize n_bytes, const gint *fds, guint n_fds) {
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE (PO_MESSAGE_MAX_FDS * sizeof (int))];
  } control = {0};
  struct iovec iov = {.iov_base = (void *)bytes, .iov_len = n_bytes};
  struct msghdr message = {.msg_iov = &iov,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = CMSG_SPACE (n_fds * sizeof (int))};
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (n_fds * sizeof (int));
  memcpy (CMSG_DATA (header), fds, n_fds * sizeof (int));
  return sendmsg (socket_fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n_bytes;
}

gboolean po_message_send_load (gint socket_fd, const PoLoad *load, const gint *fds, guint n_fds, GError **error) {
  g_return_val_if_fail (n_fds >= 1 && n_fds <= PO_MESSAGE_MAX_FDS, FALSE);
  if (send_with_fds (socket_fd, load, sizeof *load, fds, n_fds))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("player: cannot give it its order: %s"), g_strerror (errno));
  return FALSE;
}

static void take_fds (struct msghdr *message, gint fds[PO_MESSAGE_MAX_FDS]) {
  for (guint i = 0; i < PO_MESSAGE_MAX_FDS; i++)
    fds[i] = -1;
  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header != NULL; header = CMSG_NXTHDR (message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
      continue;
    const gsize n = MIN ((header->cmsg_len - CMSG_LEN (0)) / sizeof (int), PO_MESSAGE_MAX_FDS);
    memcpy (fds, CMSG_DATA (header), n * sizeof (int));
  }
}

static ssize_t receive_with_fds (gint socket_fd, void *bytes, gsize n_bytes, gint fds[PO_MESSAGE_MAX_FDS]) {
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE (PO_MESSAGE_MAX_FDS * sizeof (int))];
  } control = {0};
  struct iovec iov = {.iov_base = bytes, .iov_len = n_bytes};
  struct msghdr message = {
      .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  ssize_t n;
  do
    n = recvmsg (socket_fd, &message, MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    take_fds (&message, fds);
  return n;
}

gboolean po_message_receive_load (gint socket_fd, PoLoad *ret_load, gint fds[PO_MESSAGE_MAX_FDS]) {
  if (receive_with_fds (socket_fd, ret_load, sizeof *ret_load, fds) != (ssize_t)sizeof *ret_load ||
      ret_load->magic != PO_MESSAGE_MAGIC)
    return FALSE;
  ret_load->name[sizeof ret_load->name - 1] = '\0';
  ret_load->font[sizeof ret_load->font - 1] = '\0';
  return fds[0] >= 0;
}

gboolean po_message_send_socket (gint socket_fd, gint player_fd) {
  return send_with_fds (socket_fd, "", 1, &player_fd, 1);
}

gboolean po_message_receive_socket (gint socket_fd, gint *ret_player_fd) {
  gint fds[PO_MESSAGE_MAX_FDS];
  gchar byte;
  if (receive_with_fds (socket_fd, &byte, 1, fds) != 1)
    return FALSE;
  *ret_player_fd = fds[0];
  return fds[0] >= 0;
}

void po_message_report (gint socket_fd, PoPlayerReportKind kind, gint64 value, const gchar *text) {
  PoPlayerReport report = {.kind = kind, .value = value};
  if (text != NULL)
    g_strlcpy (report.text, text, sizeof report.text);
  if (send (socket_fd, &report, sizeof report, MSG_NOSIGNAL) < 0)
    return; // the parent is gone, and the end of the socket says so elsewhere
}

PoReceived po_message_receive_report (gint socket_fd, PoPlayerReport *ret_report) {
  // One byte more than a report, so that a longer message is not taken for one cut to size.
  gchar bytes[sizeof (PoPlayerReport) + 1];
  const ssize_t n = recv (socket_fd, bytes, sizeof bytes, MSG_DONTWAIT);
  if (n == 0)
    return PO_RECEIVED_EOF;
  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? PO_RECEIVED_NOTHING : PO_RECEIVED_EOF;
  if (n != (ssize_t)sizeof *ret_report)
    return PO_RECEIVED_GARBAGE;
  memcpy (ret_report, bytes, sizeof *ret_report);
  if (ret_report->kind < PO_PLAYER_REPORT_WARM || ret_report->kind > PO_PLAYER_REPORT_LAST_)
    return PO_RECEIVED_GARBAGE;
  ret_report->text[sizeof ret_report->text - 1] = '\0';
  return PO_RECEIVED_REPORT;
}
