// SPDX-License-Identifier: GPL-3.0-or-later
// posix_spawn, pidfd, waitid.
#include "program/player-process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"

#define REGISTRY_WAIT_MS 20000
#define BIRTH_WAIT_MS    500
#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static gchar **make_environment (const gchar *registry_path, gboolean update) {
  gchar **env = g_get_environ ();
  if (registry_path != NULL)
    env = g_environ_setenv (env, "GST_REGISTRY", registry_path, TRUE);
  if (!update)
    env = g_environ_setenv (env, "GST_REGISTRY_UPDATE", "no", TRUE);
  // What fetches by HTTP asks the desktop's settings for a proxy, which the sandbox keeps it from.
  env = g_environ_setenv (env, "GSETTINGS_BACKEND", "memory", TRUE);
  return env;
}

static gint spawn_with (gchar *const *argv, gchar **env, gint socket_fd, pid_t *ret_pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attr;
  sigset_t none, all;
  sigemptyset (&none);
  sigfillset (&all);
  posix_spawn_file_actions_init (&actions);
  posix_spawnattr_init (&attr);
  posix_spawn_file_actions_addopen (&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (socket_fd >= 0)
    posix_spawn_file_actions_adddup2 (&actions, socket_fd, PO_MESSAGE_CHILD_FD);
  posix_spawn_file_actions_addclosefrom_np (&actions, socket_fd >= 0 ? PO_MESSAGE_CHILD_FD + 1 : PO_MESSAGE_CHILD_FD);
  posix_spawnattr_setsigmask (&attr, &none);
  posix_spawnattr_setsigdefault (&attr, &all);
  posix_spawnattr_setflags (&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const gint result = posix_spawn (ret_pid, argv[0], &actions, &attr, argv, env);
  posix_spawnattr_destroy (&attr);
  posix_spawn_file_actions_destroy (&actions);
  return result;
}

// Nobody else reaps our children, so the number of one is its own until we do.
static gint watch_process (pid_t pid) {
  return (gint)syscall (SYS_pidfd_open, pid, 0);
}

static gboolean spawn (const gchar *path, const gchar *option, const gchar *registry_path, gint socket_fd,
                       PoPlayerProcess *ret_process, GError **error) {
  gchar *const argv[] = {(gchar *)path, (gchar *)option, NULL};
  g_auto (GStrv) env = make_environment (registry_path, socket_fd < 0);
  const gint result = spawn_with (argv, env, socket_fd, &ret_process->pid);
  if (result != 0) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("player %s cannot be started: %s"), path, g_strerror (result));
    return FALSE;
  }
  ret_process->pid_fd = watch_process (ret_process->pid);
  if (ret_process->pid_fd >= 0)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("player cannot be watched: %s"), g_strerror (errno));
  kill (ret_process->pid, SIGKILL);
  waitpid (ret_process->pid, NULL, 0);
  return FALSE;
}

static gboolean spawn_connected (const gchar *path, const gchar *option, const gchar *registry_path,
                                 PoPlayerProcess *ret_process, GError **error) {
  gint parent_fd = -1, child_fd = -1;
  if (!po_message_pair (&parent_fd, &child_fd, error))
    return FALSE;
  const gboolean spawned = spawn (path, option, registry_path, child_fd, ret_process, error);
  close (child_fd);
  if (spawned)
    ret_process->socket_fd = parent_fd;
  else
    close (parent_fd);
  return spawned;
}

gboolean po_player_process_spawn (const gchar *path, const gchar *registry_path, PoPlayerProcess *ret_process,
                                  GError **error) {
  return spawn_connected (path, NULL, registry_path, ret_process, error);
}

gboolean po_player_process_spawn_nursery (const gchar *path, const gchar *registry_path, PoPlayerProcess *ret_process,
                                          GError **error) {
  return spawn_connected (path, "--nursery", registry_path, ret_process, error);
}

static pid_t ask_for_birth (PoPlayerProcess *nursery, gint child_fd) {
  struct pollfd answer = {.fd = nursery->socket_fd, .events = POLLIN};
  PoPlayerReport report;
  if (!po_message_send_socket (nursery->socket_fd, child_fd) || poll (&answer, 1, BIRTH_WAIT_MS) <= 0 ||
      po_message_receive_report (nursery->socket_fd, &report) != PO_RECEIVED_REPORT ||
      report.kind != PO_PLAYER_REPORT_BORN)
    return -1;
  return (pid_t)report.value;
}

gboolean po_player_process_bear (PoPlayerProcess *nursery, PoPlayerProcess *ret_process) {
  gint parent_fd = -1, child_fd = -1;
  if (!po_message_pair (&parent_fd, &child_fd, NULL))
    return FALSE;
  prctl (PR_SET_CHILD_SUBREAPER, 1); // its parent dies at once, and it is to be ours
  const pid_t pid = ask_for_birth (nursery, child_fd);
  prctl (PR_SET_CHILD_SUBREAPER, 0);
  close (child_fd);
  *ret_process = (PoPlayerProcess){.pid = pid, .pid_fd = pid > 0 ? watch_process (pid) : -1, .socket_fd = parent_fd};
  if (ret_process->pid_fd >= 0)
    return TRUE;
  po_player_process_clear (ret_process);
  return FALSE;
}

void po_player_process_ensure_registry (const gchar *path, const gchar *registry_path) {
  if (registry_path == NULL || g_file_test (registry_path, G_FILE_TEST_EXISTS))
    return;
  PoPlayerProcess process = {.pid_fd = -1, .socket_fd = -1};
  if (!spawn (path, "--make-registry", registry_path, -1, &process, NULL))
    return; // the first real spawn says why
  struct pollfd ended = {.fd = process.pid_fd, .events = POLLIN};
  if (poll (&ended, 1, REGISTRY_WAIT_MS) <= 0)
    po_player_process_kill (&process);
  waitpid (process.pid, NULL, 0);
  po_player_process_clear (&process);
}

void po_player_process_kill (PoPlayerProcess *self) {
  syscall (SYS_pidfd_send_signal, self->pid_fd, SIGKILL, NULL, 0);
}

gboolean po_player_process_is_stopped (const PoPlayerProcess *self) {
  siginfo_t info;
  memset (&info, 0, sizeof info);
  return waitid (P_PIDFD, (id_t)self->pid_fd, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

gboolean po_player_process_reap (PoPlayerProcess *self, gchar **ret_how) {
  siginfo_t info;
  memset (&info, 0, sizeof info);
  if (waitid (P_PIDFD, (id_t)self->pid_fd, &info, WEXITED | WNOHANG) < 0 || info.si_pid == 0)
    return FALSE;
  if (info.si_code == CLD_EXITED)
    *ret_how = g_strdup_printf (_ ("ended by itself with status %d"), info.si_status);
  else
    *ret_how = g_strdup_printf (_ ("ended by signal %d (%s)"), info.si_status, g_strsignal (info.si_status));
  return TRUE;
}

void po_player_process_clear (PoPlayerProcess *self) {
  if (self->pid_fd >= 0)
    close (self->pid_fd);
  if (self->socket_fd >= 0)
    close (self->socket_fd);
  self->pid_fd = self->socket_fd = -1;
}
