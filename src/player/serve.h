// SPDX-License-Identifier: GPL-3.0-or-later
// A player's life: warm, one order, the sandbox, playing, until the parent kills it or goes away.
#pragma once

#include <glib.h>

#include "ring/message.h"

/** Returns the exit status; most lives end by SIGKILL instead. */
gint po_serve_run (gint socket_fd);

/** "on", "off", "required". */
gboolean po_serve_parse_sandbox (const gchar *text, PoLoadSandbox *ret_mode);
