// SPDX-License-Identifier: GPL-3.0-or-later
// The two futex words of a ring: wait for a change, tell of one. Waking never blocks, whatever the other side does.
// Shared between processes, so never the PRIVATE variants.
#pragma once

#include <glib.h>

/** Sleeps while *@word is @seen, at most @timeout_ns. Returns on any wake-up, change, signal or timeout. */
void po_futex_wait (guint32 *word, guint32 seen, gint64 timeout_ns);

/** Likewise, but not on wake-ups for nothing of @what. */
void po_futex_wait_for (guint32 *word, guint32 seen, guint32 what, gint64 timeout_ns);

#define PO_FUTEX_ALL G_MAXUINT32

/** Adds one to *@word and wakes whoever waits for it; likewise who waits for some of @what. */
void po_futex_bump (guint32 *word);
void po_futex_bump_for (guint32 *word, guint32 what);
