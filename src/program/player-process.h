// SPDX-License-Identifier: GPL-3.0-or-later
// One child process of ours: spawn, order, kill, reap. Plain calls, most of which never wait; to be made from one
// permanent thread, since children die with the thread that spawned them.
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "ring/message.h"

typedef struct {
  pid_t pid;
  gint pid_fd;    // readable when it has ended
  gint socket_fd; // its reports; -1 once closed
} PoPlayerProcess;

/** Starts @path with our end of a socket as its descriptor 3 and nothing else inherited but stderr. */
gboolean po_player_process_spawn (const gchar *path, const gchar *registry_path, PoPlayerProcess *ret_process,
                                  GError **error);

/** Starts @path as a nursery, which says so when it is warm. */
gboolean po_player_process_spawn_nursery (const gchar *path, const gchar *registry_path, PoPlayerProcess *ret_process,
                                          GError **error);

/** Has a warm nursery bring a player into being, which is our child like any other. Waits for that, a millisecond as a
 * rule and bounded. FALSE: the nursery is of no use any more. */
gboolean po_player_process_bear (PoPlayerProcess *nursery, PoPlayerProcess *ret_process);

/** Makes the plugin registry file if it is absent: a child without it would take half a second longer, each. Waits for
 * it, bounded. */
void po_player_process_ensure_registry (const gchar *path, const gchar *registry_path);

/** SIGKILL; the end is seen at pid_fd. */
void po_player_process_kill (PoPlayerProcess *self);

/** Whether a signal or the tracer has stopped it (SIGSTOP), which nothing else tells of. */
gboolean po_player_process_is_stopped (const PoPlayerProcess *self);

/** Reaps it if it has ended; TRUE then, with @ret_how in words (transfer full). */
gboolean po_player_process_reap (PoPlayerProcess *self, gchar **ret_how);

/** Closes the descriptors. */
void po_player_process_clear (PoPlayerProcess *self);
