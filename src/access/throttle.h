// SPDX-License-Identifier: GPL-3.0-or-later
// How often somebody may try to log in: a few tries are free, then each address waits twice as long after every
// failure, and all addresses together have so many tries a minute. Pure: the time comes in.
#pragma once

#include <glib.h>

typedef struct _PoThrottle PoThrottle;

PoThrottle *po_throttle_new (void);
void po_throttle_free (PoThrottle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoThrottle, po_throttle_free)

/** Asks for a try from @address. 0: it may; else so many seconds to wait. */
guint po_throttle_ask (PoThrottle *self, const gchar *address, gint64 now_us);

/** How the try ended. */
void po_throttle_note (PoThrottle *self, const gchar *address, gboolean succeeded, gint64 now_us);
