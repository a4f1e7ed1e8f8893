// SPDX-License-Identifier: GPL-3.0-or-later
// What a file is, found by decoding all of it and believing no header: one JSON object on stdout.
// Runs in a process of its own, sandboxed like any player, and ends in time whatever the file is. Analysers (loudness,
// black, freeze …) hang on the decoded branches beside the counters.
#pragma once

#include <glib.h>

#include "ring/message.h"

typedef struct {
  gint timeout_ms;
  gboolean hash;
  PoLoadSandbox sandbox;
} PoProbeOptions;

/** Opens a plain file that is not empty, and waits for none. -1 with @ret_problem (transfer full) else. */
gint po_probe_open (const gchar *path, gchar **ret_problem);

/** Prints the facts; returns the exit status: 0 also for a file that cannot air, which its "problem" says. */
gint po_probe_run (const gchar *path, const PoProbeOptions *options);
