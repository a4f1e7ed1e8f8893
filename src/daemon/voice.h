// SPDX-License-Identifier: GPL-3.0-or-later
// What the daemon says, on its standard streams and in the systemd journal, said by a thread of its own: whoever reads
// them may stop reading (a terminal held by Ctrl-S, a container's log, a journal on a dead disk), and a write then waits
// for ever. Knows nothing of alarms.
#pragma once

#include <glib.h>

// Says text (transfer full) on fd; never waits. With fields (transfer full, nullable; of gchar * "NAME=value") the
// journal is told them instead, and fd only if it refuses. Of more than a thousand unsaid the oldest are dropped. What is
// unsaid at exit() is waited for, for a second at most. Any thread.
void po_voice_say (gint fd, gchar *text, GPtrArray *fields);
