// SPDX-License-Identifier: GPL-3.0-or-later
// Long lists for the API (a day of short fillers, a season, a year of the log), made in one thread of their own, at a
// lower priority, so that the main loop never waits for them: it hands over what they are made from and passes on the
// text. One at a time, in order of asking; who asks while too many wait is told to come again.
// Main thread but for what says otherwise. It knows nothing of what the entries are.
#pragma once

#include "control/server.h"

/** PoList: the page that is being written; of the thread that makes it. */
typedef struct _PoList PoList;

/** Whether the next entry stands on the page; call it once for each, in order. */
gboolean po_list_wants (PoList *self);
/** An entry that was wanted. */
void po_list_add_text (PoList *self, const gchar *json);
/** What is no list: all of it, in place of entries. (transfer full) */
void po_list_take_text (PoList *self, gchar *text);

/** For the thread that makes it: what @ask returns when the main thread calls it; NULL if everything ends before. */
typedef gpointer (*PoListAsk) (gconstpointer question, gpointer user);
gpointer po_list_ask_main (PoList *self, PoListAsk ask, gconstpointer question, gpointer user);

/** Says all entries. Any thread: @job and nothing else. FALSE with @error set. */
typedef gboolean (*PoListMake) (PoList *list, gpointer job, GError **error);

typedef struct _PoLists PoLists;

PoLists *po_lists_new (void); // (transfer full)
/** Waits for the one that is being made; everybody who waits is refused. */
void po_lists_free (PoLists *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLists, po_lists_free)

/** @job: (transfer full), freed by @free_job, on the main thread. */
void po_lists_make (PoLists *self, const PoControlPage *page, PoListMake make, gpointer job, GDestroyNotify free_job,
                    PoControlPageDone done, gpointer data);
