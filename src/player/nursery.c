// SPDX-License-Identifier: GPL-3.0-or-later
// Twice forked, so that the player's parent is dead and its grandparent's parent, who asks to be that, gets it.
#include "player/nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ring/message.h"

// The new parent is in place once the one between is gone, and with it the last other end of the pipe.
static void await_parent (const gint pipe_fds[2]) {
  gchar byte;
  close (pipe_fds[1]);
  while (read (pipe_fds[0], &byte, 1) < 0 && errno == EINTR)
    continue;
  close (pipe_fds[0]);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

// TRUE in the player. FALSE in the nursery, with the player's number at @ret_pid; -1: there is none.
static gboolean bear (pid_t *ret_pid) {
  gint ends[2], told[2];
  *ret_pid = -1;
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return FALSE;
  if (pipe2 (told, O_CLOEXEC) < 0) {
    close (ends[0]);
    close (ends[1]);
    return FALSE;
  }
  const pid_t between = fork ();
  if (between == 0) {
    const pid_t player = fork ();
    if (player != 0) {
      if (write (told[1], &player, sizeof player) < 0)
        _exit (EXIT_FAILURE);
      _exit (EXIT_SUCCESS);
    }
    close (told[0]);
    close (told[1]);
    await_parent (ends);
    return TRUE;
  }
  close (told[1]);
  close (ends[0]);
  while (between > 0 && waitpid (between, NULL, 0) < 0 && errno == EINTR)
    continue;
  close (ends[1]);
  if (between < 0 || read (told[0], ret_pid, sizeof *ret_pid) != (gssize)sizeof *ret_pid)
    *ret_pid = -1;
  close (told[0]);
  return FALSE;
}

gboolean po_nursery_run (gint control_fd) {
  gint player_fd;
  po_message_report (control_fd, PO_PLAYER_REPORT_WARM, 0, NULL);
  while (po_message_receive_socket (control_fd, &player_fd)) {
    pid_t pid;
    if (bear (&pid)) {
      dup2 (player_fd, control_fd);
      close (player_fd);
      return TRUE;
    }
    close (player_fd);
    po_message_report (control_fd, PO_PLAYER_REPORT_BORN, pid, NULL);
  }
  return FALSE;
}
