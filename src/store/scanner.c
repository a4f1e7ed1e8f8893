// SPDX-License-Identifier: GPL-3.0-or-later
// A GTask at a time; a shared box keeps the thread's state alive for as long as the thread needs it.
#include "store/scanner.h"

#include <sys/stat.h>

#include <gio/gio.h>

// Copying a file makes many events: they become one look.
#define EVENT_DELAY_MS 150
// Beyond this many folders the periodic look has to do: watches are a scarce kernel resource.
#define MAX_WATCHES 4096

typedef struct {
  PoScanWork work;
  gpointer state;
  GDestroyNotify free_state;
} Job; // g_atomic_rc_box

// A folder that is watched. What is mounted over it, or a link that leads elsewhere, makes another folder of its name,
// of which the kernel tells nothing.
typedef struct {
  GFileMonitor *monitor;
  GFileMonitor *name; // (nullable) of the first: tells when something else takes its name
  struct stat is;     // which folder it is
} Watch;

struct _PoScanner {
  Job *job;
  PoScanDone done;
  PoScanHeard heard; // (nullable)
  gpointer heard_user;
  gpointer user;
  GDestroyNotify free_result;
  GCancellable *stopped; // cancelled: the owner is gone
  GMainContext *context;
  GSource *timer;
  gint64 timer_at_us;
  GHashTable *watches; // folder -> Watch
  gboolean running, again;
};

static void job_clear (gpointer data) {
  Job *job = data;
  job->free_state (job->state);
}

static void job_unref (gpointer job) {
  g_atomic_rc_box_release_full (job, job_clear);
}

static void watch_free (gpointer data) {
  Watch *watch = data;
  g_clear_object (&watch->monitor);
  g_clear_object (&watch->name);
  g_free (watch);
}

PoScanner *po_scanner_new (PoScanWork work, gpointer state, GDestroyNotify free_state, PoScanDone done, gpointer user,
                           GDestroyNotify free_result) {
  PoScanner *self = g_new0 (PoScanner, 1);
  self->job = g_atomic_rc_box_new0 (Job);
  *self->job = (Job){work, state, free_state};
  self->done = done;
  self->user = user;
  self->free_result = free_result;
  self->stopped = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  self->watches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, watch_free);
  return self;
}

static void drop_timer (PoScanner *self) {
  if (self->timer == NULL)
    return;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

void po_scanner_free (PoScanner *self) {
  if (self == NULL)
    return;
  g_cancellable_cancel (self->stopped);
  drop_timer (self);
  g_hash_table_unref (self->watches);
  g_main_context_unref (self->context);
  g_object_unref (self->stopped);
  job_unref (self->job);
  g_free (self);
}

typedef struct {
  PoScanner *scanner; // not to be touched once stopped
  GCancellable *stopped;
  GDestroyNotify free_result;
  Job *job;
  GHashTable *watched; // folder -> struct stat, as it was when the look began
  GPtrArray *replaced; // folders that are others by now
} Call;

static void call_free (Call *self) {
  g_object_unref (self->stopped);
  job_unref (self->job);
  g_hash_table_unref (self->watched);
  g_ptr_array_unref (self->replaced);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void find_replaced (gpointer folder, gpointer data, gpointer replaced) {
  const struct stat *was = data;
  struct stat is = {0};
  if (stat (folder, &is) == 0 && (is.st_dev != was->st_dev || is.st_ino != was->st_ino))
    g_ptr_array_add (replaced, folder);
}

static void work_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *stopped) {
  Call *call = data;
  gpointer found = call->job->work (call->job->state);
  g_hash_table_foreach (call->watched, find_replaced, call->replaced);
  g_task_return_pointer (task, found, NULL);
}

static void on_done (GObject *source, GAsyncResult *result, gpointer data) {
  g_autoptr (Call) call = data;
  gpointer found = g_task_propagate_pointer (G_TASK (result), NULL);
  if (g_cancellable_is_cancelled (call->stopped)) {
    if (found != NULL)
      call->free_result (found);
    return;
  }
  PoScanner *self = call->scanner;
  self->running = FALSE;
  for (guint i = 0; i < call->replaced->len; i++)
    g_hash_table_remove (self->watches, call->replaced->pdata[i]);
  if (self->again || call->replaced->len > 0)
    po_scanner_request (self);
  self->done (found, self->user);
}

static GHashTable *watched_now (PoScanner *self) {
  GHashTable *watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer folder = NULL, watch = NULL;
  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, &folder, &watch))
    g_hash_table_insert (watched, g_strdup (folder), g_memdup2 (&((Watch *)watch)->is, sizeof (struct stat)));
  return watched;
}

void po_scanner_request (PoScanner *self) {
  drop_timer (self);
  self->again = self->running;
  if (self->running)
    return;
  self->running = TRUE;
  Call *call = g_new (Call, 1);
  *call = (Call){self,
                 g_object_ref (self->stopped),
                 self->free_result,
                 g_atomic_rc_box_acquire (self->job),
                 watched_now (self),
                 g_ptr_array_new ()};
  // Not cancelled by `stopped`: the result has to come back to be freed.
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_done, call);
  g_task_set_task_data (task, call, NULL);
  g_task_run_in_thread (task, work_in_thread);
}

static gboolean on_timer (gpointer user) {
  PoScanner *self = user;
  po_scanner_request (self);
  return G_SOURCE_REMOVE;
}

void po_scanner_request_in (PoScanner *self, guint delay_ms) {
  gint64 at_us = g_get_monotonic_time () + (gint64)delay_ms * 1000;
  if (self->timer != NULL && self->timer_at_us <= at_us)
    return;
  drop_timer (self);
  self->timer_at_us = at_us;
  self->timer = g_timeout_source_new (delay_ms);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, self->context);
}

gboolean po_scanner_is_busy (PoScanner *self) {
  return self->running || self->timer != NULL;
}

static void hear (PoScanner *self, GFile *file, GFile *old) {
  g_autofree gchar *path = g_file_get_path (file), *old_path = old != NULL ? g_file_get_path (old) : NULL;
  if (self->heard != NULL && path != NULL)
    self->heard (path, old_path, self->heard_user);
}

static void on_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer user) {
  if (event == G_FILE_MONITOR_EVENT_RENAMED)
    hear (user, other, file);
  else if (event == G_FILE_MONITOR_EVENT_CREATED || event == G_FILE_MONITOR_EVENT_CHANGED)
    hear (user, file, NULL);
  po_scanner_request_in (user, EVENT_DELAY_MS);
}

void po_scanner_set_heard (PoScanner *self, PoScanHeard heard, gpointer user) {
  self->heard = heard;
  self->heard_user = user;
}

static void on_name_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer user) {
  po_scanner_request_in (user, EVENT_DELAY_MS);
}

static gboolean is_unwanted (gpointer folder, gpointer watch, gpointer wanted) {
  return !g_strv_contains (wanted, folder);
}

static void watch_folder (PoScanner *self, const gchar *folder, gboolean is_first) {
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  struct stat is = {0};
  if (stat (folder, &is) != 0)
    return;
  GFileMonitor *monitor = g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (monitor == NULL)
    return;
  Watch *watch = g_new0 (Watch, 1);
  watch->monitor = monitor;
  watch->is = is;
  g_signal_connect (monitor, "changed", G_CALLBACK (on_changed), self);
  watch->name = is_first ? g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL) : NULL;
  if (watch->name != NULL)
    g_signal_connect (watch->name, "changed", G_CALLBACK (on_name_changed), self);
  g_hash_table_insert (self->watches, g_strdup (folder), watch);
}

void po_scanner_watch (PoScanner *self, const gchar *const *folders) {
  g_hash_table_foreach_remove (self->watches, is_unwanted, (gpointer)folders);
  for (guint i = 0; folders[i] != NULL && g_hash_table_size (self->watches) < MAX_WATCHES; i++) {
    if (!g_hash_table_contains (self->watches, folders[i]))
      watch_folder (self, folders[i], i == 0);
  }
}
