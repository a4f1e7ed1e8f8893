// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one piece of slow looking (at a folder that may be a network mount) on another thread, again and again: on
// request, after a while, or when the file system tells of a change. Never two at once; what is asked for meanwhile is
// done once more afterwards. A look that hangs in the kernel holds up nothing but itself.
// All functions on the thread that made it; results come on that thread's default context.
#pragma once

#include <glib.h>

typedef struct _PoScanner PoScanner;

/** PoScanWork: looks, on another thread, never twice at once; @state is its own. The result (transfer full). */
typedef gpointer (*PoScanWork) (gpointer state);
/** PoScanDone: takes @result (transfer full), on the owner's thread; not called after po_scanner_free(). */
typedef void (*PoScanDone) (gpointer result, gpointer user);

/** PoScanHeard: the file system told of @path (absolute) before the look that follows: it came from the name @old, or
 * its contents changed (NULL). On the owner's thread. */
typedef void (*PoScanHeard) (const gchar *path, const gchar *old, gpointer user);

/** @state (transfer full): freed with @free_state once the scanner is freed and no work runs; @free_result frees a
 * result that nobody will take. (transfer full) */
PoScanner *po_scanner_new (PoScanWork work, gpointer state, GDestroyNotify free_state, PoScanDone done, gpointer user,
                           GDestroyNotify free_result);
void po_scanner_free (PoScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoScanner, po_scanner_free)

void po_scanner_set_heard (PoScanner *self, PoScanHeard heard, gpointer user);
void po_scanner_request (PoScanner *self);
void po_scanner_request_in (PoScanner *self, guint delay_ms); // a sooner request stands

/** A look runs or is due. */
gboolean po_scanner_is_busy (PoScanner *self);

/** Watches these folders (absolute paths, that of all the others first) and no others: a change in one is a request,
 * and so is another folder in the first one's name. Folders that cannot be watched are left to the caller's periodic
 * requests, and so is what is mounted over one; it is watched from then on. */
void po_scanner_watch (PoScanner *self, const gchar *const *folders);
