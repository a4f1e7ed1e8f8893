// SPDX-License-Identifier: GPL-3.0-or-later
// The display that windows are shown on, which may go away at any time: somebody logs out, its server falls over. Any
// thread. It knows X11 only as far as a library that others have loaded; a Wayland display is taken on trust.
#pragma once

#include <glib.h>

/** Whether a window could be opened now. From then on the end of an X server ends no process; but the thread that finds
 * it gone stands still for ever, and whoever waits for that one. */
gboolean po_display_is_there (void);

/** How often a thread has found one gone since the process began. */
guint po_display_n_lost (void);
