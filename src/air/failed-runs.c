// SPDX-License-Identifier: GPL-3.0-or-later
#include "air/failed-runs.h"

#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#include "model/text.h"
#include "program/player-run.h"

#define AGAIN_US (2 * G_USEC_PER_SEC)
#define FILLER_DAY_US                                                                                                  \
  (86400 * (gint64)G_USEC_PER_SEC) // a filler clip that failed is out for its day, or until it recovers
#define MOST_OPENERS 64            // threads that may hang in open() on dead mounts: one a folder

typedef struct {
  gchar *run_key, *uid, *instance;
  gchar *file;
  gboolean is_gone;    // the file could not be opened at the last look
  gboolean is_at_rest; // there is nothing to be tried
  PoFrame end;
  gint64 keep_us; // it is tried until then, though its item is over
  gint64 again_us;
  gboolean is_tried; // by a thread, now
} Failed;

struct _PoFailedRuns {
  PoAlarms *alarms;
  const PoClock *clock;
  PoRecoveredFunc recovered;
  gpointer user;
  GHashTable *runs; // run key -> Failed
  guint openers;
  GCancellable *closed;
};

static void failed_free (Failed *self) {
  g_free (self->run_key);
  g_free (self->uid);
  g_free (self->instance);
  g_free (self->file);
  g_free (self);
}

PoFailedRuns *po_failed_runs_new (PoAlarms *alarms, const PoClock *clock, PoRecoveredFunc recovered, gpointer user) {
  PoFailedRuns *self = g_new0 (PoFailedRuns, 1);
  self->alarms = alarms;
  self->clock = clock;
  self->recovered = recovered;
  self->user = user;
  self->runs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)failed_free);
  self->closed = g_cancellable_new ();
  return self;
}

void po_failed_runs_free (PoFailedRuns *self) {
  if (self == NULL)
    return;
  g_cancellable_cancel (self->closed); // a thread that hangs is left behind
  g_object_unref (self->closed);
  g_hash_table_unref (self->runs);
  g_free (self);
}

static gchar *alarm_id (const gchar *run_key) {
  return g_strconcat ("run:", run_key, NULL);
}

void po_failed_runs_add (PoFailedRuns *self, const PoItem *item, const gchar *run_key, const gchar *why,
                         const gchar *file, PoFault fault) {
  const gboolean was_unopened = fault != PO_FAULT_CLIP;
  g_autofree gchar *id = alarm_id (run_key);
  Failed *failed = g_new0 (Failed, 1);
  failed->run_key = g_strdup (run_key);
  failed->uid = g_strdup (item->uid);
  failed->instance = g_strdup (item->instance);
  failed->file = g_strdup (file);
  failed->is_gone = was_unopened;
  failed->is_at_rest = item->kind == PO_ITEM_FILLER && !was_unopened; // another clip is taken
  failed->end = item->end;
  failed->keep_us = item->kind == PO_ITEM_FILLER && was_unopened ? g_get_monotonic_time () + FILLER_DAY_US : 0;
  failed->again_us = g_get_monotonic_time () + (was_unopened ? AGAIN_US : 0);
  g_hash_table_replace (self->runs, failed->run_key, failed);
  po_alarms_raise (self->alarms, id, PO_SEVERITY_ERROR, po_clock_now_ns (self->clock),
                   fault == PO_FAULT_MACHINE ? _ ("Filler stands in for it until there is room again. See what uses up "
                                                  "this machine's memory and processes.")
                   : was_unopened && !failed->is_at_rest
                       ? _ ("Filler stands in for it until the file is there again. Look after the folder's storage.")
                       : _ ("Filler stands in for it. Play the clip through on a desk, and replace the file."),
                   "%s (%s): %s", item->title, item->media, why);
}

static void clear_alarm (PoFailedRuns *self, const gchar *run_key) {
  g_autofree gchar *id = alarm_id (run_key);
  po_alarms_clear (self->alarms, id);
}

static void forget (PoFailedRuns *self, const gchar *run_key) {
  clear_alarm (self, run_key);
  g_hash_table_remove (self->runs, run_key);
}

static gpointer open_in_thread (gpointer data) {
  g_autoptr (GTask) task = data;
  g_autofree gchar *problem = NULL;
  gint fd = po_player_run_open_media (g_task_get_task_data (task), &problem);
  if (fd >= 0)
    close (fd);
  g_task_return_boolean (task, fd >= 0);
  return NULL;
}

/** Attempt: which run a thread opens the file of. The run may be forgotten meanwhile. */
typedef struct {
  PoFailedRuns *failed_runs;
  gchar *run_key;
} Attempt;

static void on_opened (GObject *source, GAsyncResult *result, gpointer data) {
  g_autofree Attempt *attempt = data;
  g_autofree gchar *run_key = attempt->run_key;
  PoFailedRuns *self = attempt->failed_runs;
  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return; // @self is gone
  self->openers--;
  Failed *failed = g_hash_table_lookup (self->runs, run_key);
  if (failed == NULL)
    return;
  failed->is_tried = FALSE;
  failed->again_us = g_get_monotonic_time () + AGAIN_US;
  const gboolean was_gone = failed->is_gone;
  failed->is_gone = !g_task_propagate_boolean (G_TASK (result), NULL);
  failed->is_at_rest = !failed->is_gone;
  if (failed->is_gone || !was_gone)
    return;
  g_autofree gchar *uid = g_strdup (failed->uid);
  g_autofree gchar *instance = g_strdup (failed->instance);
  forget (self, run_key);
  self->recovered (run_key, uid, instance, self->user);
}

static void try_again (PoFailedRuns *self, Failed *failed) {
  Attempt *attempt = g_new0 (Attempt, 1);
  attempt->failed_runs = self;
  attempt->run_key = g_strdup (failed->run_key);
  failed->is_tried = TRUE;
  self->openers++;
  g_autoptr (GTask) task = g_task_new (NULL, self->closed, on_opened, attempt);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_strdup (failed->file), g_free);
  g_autoptr (GThread) thread = g_thread_try_new ("po-open", open_in_thread, g_object_ref (task), NULL);
  if (thread == NULL) { // no room for it now
    g_object_unref (task);
    g_task_return_boolean (task, FALSE);
  }
}

// Where one hangs the next would too, and the other folders are not to wait for them.
static gboolean is_folder_tried (PoFailedRuns *self, const Failed *failed) {
  g_autofree gchar *folder = g_path_get_dirname (failed->file);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Failed *other = value;
    g_autofree gchar *other_folder = g_path_get_dirname (other->file);
    if (other->is_tried && strcmp (folder, other_folder) == 0)
      return TRUE;
  }
  return FALSE;
}

void po_failed_runs_check (PoFailedRuns *self, PoFrame now) {
  g_autoptr (GList) all = g_hash_table_get_values (self->runs);
  const gint64 now_us = g_get_monotonic_time ();
  for (GList *link = all; link != NULL; link = link->next) {
    Failed *failed = link->data;
    if (failed->end <= now && failed->keep_us <= now_us) {
      forget (self, failed->run_key);
      continue;
    }
    if (failed->end <= now)
      clear_alarm (self, failed->run_key);
    if (!failed->is_at_rest && !failed->is_tried && failed->again_us <= now_us && self->openers < MOST_OPENERS &&
        !is_folder_tried (self, failed))
      try_again (self, failed);
  }
}
