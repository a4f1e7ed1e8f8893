// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/player-nursery.h"

#include <sys/epoll.h>

#define WARM_US  (5 * G_USEC_PER_SEC) // it is waited for so long at most
#define AGAIN_US (10 * G_USEC_PER_SEC)

struct _PoPlayerNursery {
  gchar *player_path, *registry_path;
  gint epoll_fd;
  PoPlayerProcess process; // pid 0 = none
  gboolean is_warm, is_closing;
  gint64 began_us; // 0 = never
};

PoPlayerNursery *po_player_nursery_new (const gchar *player_path, const gchar *registry_path, gint epoll_fd) {
  PoPlayerNursery *self = g_new0 (PoPlayerNursery, 1);
  self->player_path = g_strdup (player_path);
  self->registry_path = g_strdup (registry_path);
  self->epoll_fd = epoll_fd;
  self->process = (PoPlayerProcess){.pid_fd = -1, .socket_fd = -1};
  return self;
}

void po_player_nursery_free (PoPlayerNursery *self) {
  if (self == NULL)
    return;
  po_player_process_clear (&self->process);
  g_free (self->player_path);
  g_free (self->registry_path);
  g_free (self);
}

static void watch (PoPlayerNursery *self, gint fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

gboolean po_player_nursery_is_gone (PoPlayerNursery *self) {
  return self->process.pid == 0;
}

void po_player_nursery_keep (PoPlayerNursery *self) {
  const gint64 now_us = g_get_monotonic_time ();
  const gboolean is_due = self->began_us == 0 || now_us - self->began_us >= AGAIN_US;
  if (self->process.pid != 0 || !is_due)
    return;
  self->began_us = now_us;
  self->is_closing = FALSE;
  if (!po_player_process_spawn_nursery (self->player_path, self->registry_path, &self->process, NULL)) {
    self->process.pid = 0;
    return;
  }
  watch (self, self->process.socket_fd);
  watch (self, self->process.pid_fd);
}

gint64 po_player_nursery_awaited_until (PoPlayerNursery *self, gint64 now_us) {
  const gboolean is_coming = self->process.pid != 0 && !self->is_warm && !self->is_closing;
  return is_coming && now_us - self->began_us < WARM_US ? self->began_us + WARM_US : 0;
}

void po_player_nursery_close (PoPlayerNursery *self) {
  if (self->process.pid == 0 || self->is_closing)
    return;
  self->is_closing = TRUE;
  self->is_warm = FALSE;
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, self->process.socket_fd, NULL);
  po_player_process_kill (&self->process);
}

gboolean po_player_nursery_bear (PoPlayerNursery *self, PoPlayerProcess *ret_process) {
  if (!self->is_warm)
    return FALSE;
  if (po_player_process_bear (&self->process, ret_process))
    return TRUE;
  po_player_nursery_close (self);
  return FALSE;
}

static void hear (PoPlayerNursery *self) {
  PoPlayerReport report;
  const PoReceived received = po_message_receive_report (self->process.socket_fd, &report);
  if (received == PO_RECEIVED_REPORT && report.kind == PO_PLAYER_REPORT_WARM)
    self->is_warm = TRUE;
  else if (received != PO_RECEIVED_NOTHING)
    po_player_nursery_close (self);
}

static void bury (PoPlayerNursery *self) {
  g_autofree gchar *how = NULL;
  if (!po_player_process_reap (&self->process, &how))
    return;
  po_player_process_clear (&self->process);
  self->process.pid = 0;
  self->is_warm = FALSE;
}

gboolean po_player_nursery_handle (PoPlayerNursery *self, gint fd) {
  if (self->process.pid == 0 || (fd != self->process.socket_fd && fd != self->process.pid_fd))
    return FALSE;
  if (fd == self->process.pid_fd)
    bury (self);
  else if (!self->is_closing)
    hear (self);
  return TRUE;
}
