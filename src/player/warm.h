// SPDX-License-Identifier: GPL-3.0-or-later
// What a player does while it waits for its order, so as not to do it then: decodes three tiny pictures and a little
// silence that are built in, by the way that clips go. The pages of the decoders that a process touches for the first
// time, and what they work out once, take a third of the time to a clip's first pictures.
// Main thread, before the sandbox: every thread that it needs is gone when it returns, for not every layer of the
// sandbox holds threads that are there already. It knows neither ring nor order.
#pragma once

#include <glib.h>

/** FALSE: a thread is left. The process must not play then. */
gboolean po_warm_up (void);
