// SPDX-License-Identifier: GPL-3.0-or-later
// Shuts the process in before it sees the first byte of a media file: resource limits, no new privileges, an own empty
// network and an unprivileged user where it was root, Landlock (read what lies under /usr; a clip by its descriptor
// alone), seccomp (no exec, fork, socket, ptrace, mount, writing open, nothing done to another process …). Every layer is
// optional; what is missing is said. Call it from the main thread, before any thread of the pipeline exists. Nothing
// undoes it.
#pragma once

#include <glib.h>

#include "ring/message.h"

typedef struct {
  gboolean network;      // a live source: keep sockets
  guint64 address_bytes; // RLIMIT_AS; 0 = none
  guint64 data_bytes;    // RLIMIT_DATA; 0 = none
} PoSandboxNeeds;

/** Enters it. @ret_summary says which layers hold ("net=none uid=nobody nnp=yes landlock=abi7 seccomp=yes"). FALSE only
 * in mode REQUIRED, when a layer is missing. (transfer full) */
gboolean po_sandbox_enter (PoLoadSandbox mode, const PoSandboxNeeds *needs, gchar **ret_summary);

/** The address space that a player of a @width x @height house needs at most. */
guint64 po_sandbox_address_bytes (guint width, guint height);
