// SPDX-License-Identifier: GPL-3.0-or-later
// The table of runs, and the supervisor thread that gives them children.
#include "program/player-pool.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "model/error.h"
#include "model/recall.h"
#include "model/text.h"
#include "program/openers.h"
#include "program/fact-sink.h"
#include "program/player-nursery.h"
#include "program/player-process.h"
#include "program/player-run.h"
#include "program/slot.h"

#define DEFAULT_SLOTS       10
#define MAX_REPORTS         500 // of one child's life
#define REPORTS_PER_WAKE_UP 16
#define MAX_EVENTS          32
#define SPARE_DELAY_US      (1 * G_USEC_PER_SEC) // a starting run has the CPU to itself, but not for longer
#define START_AGAIN_US      (G_USEC_PER_SEC / 2) // after the machine had no room for a child
#define BACK_OFF_MAX_US     (30 * G_USEC_PER_SEC)
#define END_WAIT_US         (3 * G_USEC_PER_SEC)
#define LOOK_US             (G_USEC_PER_SEC / 2) // at what becomes of a child, and of its clip
#define DEFAULT_STOPPED_MS  5000

/** Child: one process, the supervisor's. */
typedef struct {
  PoPlayerProcess process;
  PoPlayerRun *run; // (nullable) a spare has none
  guint reports;
  gboolean warm, first, failed, accused, killed, ended;
  gint64 loaded_us;
  gint64 stopped_us; // since when it has been seen stopped; 0 = it runs
  PoMediaLeaseState lease;
} Child;

struct _PoPlayerPool {
  PoPlayerPoolSettings settings; // with own strings
  PoBlankFiles *blanks;          // (nullable)
  gint64 stopped_us;
  PoFactSink *facts;
  PoSlotBin *bin;
  GThread *supervisor;
  PoOpeners *openers;
  PoRunInbox *inbox;

  GMutex lock;
  GHashTable *runs;        // protected by lock: key -> PoPlayerRun, a reference each
  PoPlayerPoolStats stats; // protected by lock
  gint stopping;           // atomic

  // The supervisor's.
  gint epoll_fd;
  GPtrArray *children;      // Child
  PoPlayerNursery *nursery; // (nullable)
  gint64 spawn_not_before_us, back_off_us, look_us;
  GQueue waiting;       // PoPlayerRun, a reference each: opened, and no child to be had
  gboolean lacks_child; // the last one could not be started
  gboolean lacks_run;   // the last run had no memory or thread of its own
};

static void child_free (Child *self) {
  po_player_process_clear (&self->process);
  if (self->run != NULL)
    po_player_run_unref (self->run);
  g_free (self);
}

static const gchar *child_key (const Child *self) {
  return self->run == NULL ? "" : self->run->key;
}

// ---- the supervisor ----

static void tell (PoPlayerPool *self, PoPlayerFactKind kind, const gchar *key, gint64 frame, const gchar *message) {
  po_fact_sink_send (self->facts, kind, key, frame, message);
}

static void fail_run (PoPlayerPool *self, PoPlayerRun *run, PoPlayerFactKind kind, const gchar *why) {
  po_slot_mark_failed (run->slot);
  tell (self, kind, run->key, -1, why);
}

static void kill_child (Child *child) {
  if (!child->killed)
    po_player_process_kill (&child->process);
  child->killed = TRUE;
}

static void accuse (PoPlayerPool *self, Child *child, const gchar *what) {
  if (child->killed)
    return;
  if (child->run != NULL)
    po_slot_mark_failed (child->run->slot);
  tell (self, PO_PLAYER_FACT_VIOLATION, child_key (child), -1, what);
  child->accused = TRUE;
  kill_child (child);
}

static void on_report (PoPlayerPool *self, Child *child, const PoPlayerReport *report) {
  g_autofree gchar *said = po_text_recall (report->text); // a child speaks one language
  switch ((PoPlayerReportKind)report->kind) {
  case PO_PLAYER_REPORT_WARM:
    child->warm = TRUE;
    self->back_off_us = 0;
    break;
  case PO_PLAYER_REPORT_LOADED:
  case PO_PLAYER_REPORT_INFO:
    tell (self, PO_PLAYER_FACT_INFO, child_key (child), -1, said);
    break;
  case PO_PLAYER_REPORT_FORMAT:
    tell (self, PO_PLAYER_FACT_FORMAT, child_key (child), -1, report->text);
    break;
  case PO_PLAYER_REPORT_FIRST:
    if (!child->first)
      tell (self, PO_PLAYER_FACT_FIRST, child_key (child), 0, "");
    child->first = TRUE;
    break;
  case PO_PLAYER_REPORT_ENDED:
    if (!child->ended)
      tell (self, PO_PLAYER_FACT_ENDED, child_key (child), MAX (report->value, 0), "");
    child->ended = TRUE;
    break;
  case PO_PLAYER_REPORT_ERROR:
    if (child->run != NULL)
      po_slot_mark_failed (child->run->slot);
    if (!child->failed)
      tell (self, PO_PLAYER_FACT_FAILED, child_key (child), -1, said);
    child->failed = TRUE;
    break;
  case PO_PLAYER_REPORT_BORN:
    accuse (self, child, "a message that is none");
    break;
  }
}

// A child that dies before it is warm will do so again: wait a little longer each time.
static void back_off (PoPlayerPool *self) {
  self->back_off_us = CLAMP (self->back_off_us * 2, G_USEC_PER_SEC, BACK_OFF_MAX_US);
  self->spawn_not_before_us = g_get_monotonic_time () + self->back_off_us;
}

// A player that closes its socket has nothing to live for; the pidfd tells the rest.
static void hang_up (PoPlayerPool *self, Child *child) {
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, child->process.socket_fd, NULL);
  if (!child->warm && child->run == NULL)
    back_off (self); // now: it does not count as a spare any more
  kill_child (child);
}

static void read_reports (PoPlayerPool *self, Child *child) {
  for (guint i = 0; i < REPORTS_PER_WAKE_UP && !child->killed; i++) {
    PoPlayerReport report;
    switch (po_message_receive_report (child->process.socket_fd, &report)) {
    case PO_RECEIVED_REPORT:
      if (++child->reports > MAX_REPORTS)
        accuse (self, child, "messages without end");
      else
        on_report (self, child, &report);
      break;
    case PO_RECEIVED_GARBAGE:
      accuse (self, child, "a message that is none");
      break;
    case PO_RECEIVED_EOF:
      hang_up (self, child);
      return;
    case PO_RECEIVED_NOTHING:
      return;
    }
  }
}

static void on_ended (PoPlayerPool *self, Child *child) {
  g_autofree gchar *how = NULL;
  if (!po_player_process_reap (&child->process, &how))
    return;
  for (guint i = 0; i < REPORTS_PER_WAKE_UP && !child->killed; i++) // its last words
    read_reports (self, child);
  if (child->run != NULL)
    po_slot_mark_dead (child->run->slot);
  if (child->run != NULL && child->run->lease != NULL)
    po_media_lease_end (child->run->lease); // the run may be kept for long
  const gboolean expected = g_atomic_int_get (&self->stopping) || child->failed || child->accused ||
                            (child->run != NULL && g_atomic_int_get (&child->run->released));
  if (!expected)
    tell (self, PO_PLAYER_FACT_DIED, child_key (child), -1, how);
  g_mutex_lock (&self->lock);
  self->stats.reaped++;
  g_mutex_unlock (&self->lock);
  g_ptr_array_remove_fast (self->children, child);
}

static void watch (PoPlayerPool *self, gint fd, guint32 events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

// @lack: there was one until now.
static void note_room (PoPlayerPool *self, gboolean *lack) {
  const gboolean was_lacking = *lack;
  *lack = FALSE;
  if (was_lacking && !self->lacks_child && !self->lacks_run)
    tell (self, PO_PLAYER_FACT_STARTED, "", -1, "");
}

static Child *spawn_child (PoPlayerPool *self, GError **error) {
  g_autofree Child *child = g_new0 (Child, 1);
  if (!(self->nursery != NULL && po_player_nursery_bear (self->nursery, &child->process)) &&
      !po_player_process_spawn (self->settings.player_path, self->settings.registry_path, &child->process, error)) {
    self->spawn_not_before_us = g_get_monotonic_time () + START_AGAIN_US;
    if (!self->lacks_child)
      tell (self, PO_PLAYER_FACT_UNSTARTED, "", -1, (*error)->message);
    self->lacks_child = TRUE;
    return NULL;
  }
  note_room (self, &self->lacks_child);
  watch (self, child->process.socket_fd, EPOLLIN);
  watch (self, child->process.pid_fd, EPOLLIN);
  g_mutex_lock (&self->lock);
  self->stats.spawned++;
  g_mutex_unlock (&self->lock);
  g_ptr_array_add (self->children, child);
  return g_steal_pointer (&child);
}

// A warm one if there is one; a cold one reads its order when it has warmed up.
static Child *find_spare (PoPlayerPool *self) {
  Child *found = NULL;
  for (guint i = 0; i < self->children->len; i++) {
    Child *child = g_ptr_array_index (self->children, i);
    if (child->run == NULL && !child->killed && (found == NULL || (child->warm && !found->warm)))
      found = child;
  }
  return found;
}

static void fill_load (PoPlayerPool *self, PoPlayerRun *run, PoLoad *load) {
  static const PoLoadSandbox modes[] = {
      [PO_PLAYER_SANDBOX_ON] = PO_LOAD_SANDBOX_ON,
      [PO_PLAYER_SANDBOX_OFF] = PO_LOAD_SANDBOX_OFF,
      [PO_PLAYER_SANDBOX_REQUIRED] = PO_LOAD_SANDBOX_REQUIRED,
  };
  memset (load, 0, sizeof *load);
  load->magic = PO_MESSAGE_MAGIC;
  load->kind = run->kind == PO_PLAYER_LIVE ? PO_LOAD_LIVE : PO_LOAD_FILE;
  load->sandbox = modes[self->settings.sandbox];
  load->fps_n = self->settings.format.rate.fps_n;
  load->fps_d = self->settings.format.rate.fps_d;
  load->silence_peak = run->silence_peak;
  load->slack_ms = run->slack_ms;
  load->media_in_ns = run->media_in_ns;
  load->fields = run->fields;
  load->sound_track = run->sound.track;
  load->gain_mb = run->sound.gain_mb;
  load->ceiling_mb = run->sound.ceiling_mb;
  load->limit = (guint32)run->sound.limit;
  load->has_subtitles = run->subtitle_fd >= 0;
  load->has_spare = run->lease != NULL;
  g_strlcpy (load->font, run->font != NULL ? run->font : "", sizeof load->font);
  load->layout = *po_slot_layout (run->slot);
  g_autofree gchar *name = run->kind == PO_PLAYER_LIVE ? g_strdup (run->path) : g_path_get_basename (run->path);
  g_strlcpy (load->name, name, sizeof load->name);
}

// In the order of PoLoad.
static guint list_files (const PoPlayerRun *run, gint fds[PO_MESSAGE_MAX_FDS]) {
  const gint all[PO_MESSAGE_MAX_FDS] = {run->ring_fd, run->media_fd, run->subtitle_fd,
                                        run->lease != NULL ? po_media_lease_spare_fd (run->lease) : -1};
  guint n = 0;
  for (guint i = 0; i < PO_MESSAGE_MAX_FDS; i++)
    if (all[i] >= 0)
      fds[n++] = all[i];
  return n;
}

static void start_run (PoPlayerPool *self, PoPlayerRun *run) {
  g_autoptr (GError) error = NULL;
  Child *child = find_spare (self);
  if (child == NULL)
    child = spawn_child (self, &error);
  if (child == NULL) {
    g_queue_push_tail (&self->waiting, po_player_run_ref (run)); // not the clip's fault
    return;
  }
  PoLoad load;
  fill_load (self, run, &load);
  gint fds[PO_MESSAGE_MAX_FDS];
  const guint n_fds = list_files (run, fds);
  child->run = po_player_run_ref (run);
  child->loaded_us = g_get_monotonic_time ();
  if (!po_message_send_load (child->process.socket_fd, &load, fds, n_fds, &error)) {
    fail_run (self, run, PO_PLAYER_FACT_FAILED, error->message);
    child->failed = TRUE;
    kill_child (child);
  }
  close (run->ring_fd);
  if (run->media_fd >= 0)
    close (run->media_fd);
  if (run->subtitle_fd >= 0)
    close (run->subtitle_fd);
  run->ring_fd = run->media_fd = run->subtitle_fd = -1;
}

// Those that found no child, once one may be had.
static void start_waiting (PoPlayerPool *self) {
  const guint n = g_queue_get_length (&self->waiting);
  for (guint i = 0; i < n; i++) {
    PoPlayerRun *run = g_queue_pop_head (&self->waiting);
    if (g_atomic_int_get (&run->released)) {
      po_player_run_unref (run);
    } else if (find_spare (self) == NULL && self->spawn_not_before_us > g_get_monotonic_time ()) {
      g_queue_push_tail (&self->waiting, run);
    } else {
      start_run (self, run);
      po_player_run_unref (run);
    }
  }
}

static void take_inbox (PoPlayerPool *self) {
  for (PoPlayerRun *run; (run = po_run_inbox_pop (self->inbox)) != NULL; po_player_run_unref (run)) {
    if (g_atomic_int_get (&run->released))
      continue;
    if (run->problem == NULL) {
      note_room (self, &self->lacks_run);
      start_run (self, run);
    } else {
      self->lacks_run |= run->is_machine;
      fail_run (self, run, run->is_machine ? PO_PLAYER_FACT_UNSTARTED : PO_PLAYER_FACT_UNOPENED, run->problem);
    }
  }
}

static void kill_released (PoPlayerPool *self) {
  for (guint i = 0; i < self->children->len; i++) {
    Child *child = g_ptr_array_index (self->children, i);
    if (child->run == NULL)
      continue;
    const gchar *violation = po_slot_violation (child->run->slot);
    if (violation != NULL)
      accuse (self, child, violation);
    if (g_atomic_int_get (&child->run->released))
      kill_child (child);
  }
}

static void tell_lease (PoPlayerPool *self, const Child *child) {
  const gchar *words =
      child->lease == PO_MEDIA_LEASE_COPIED
          ? _ ("%s is being written over: what airs is a copy of what it was")
          : _ ("%s is being written over while it is read, and there was no room or no time for a copy: "
               "put clips in place by renaming");
  g_autofree gchar *message = g_strdup_printf (words, child->run->path);
  tell (self, PO_PLAYER_FACT_INFO, child->run->key, -1, message);
}

// Whether somebody waits to write over its clip; of what is read to its end no copy is needed.
static void check_lease (PoPlayerPool *self, Child *child) {
  PoMediaLease *lease = child->run != NULL ? child->run->lease : NULL;
  if (lease == NULL || child->lease >= PO_MEDIA_LEASE_COPIED)
    return;
  if (child->ended)
    po_media_lease_end (lease);
  child->lease = po_media_lease_check (lease, child->run->slot);
  if (child->lease >= PO_MEDIA_LEASE_COPIED && !child->ended)
    tell_lease (self, child);
}

// A stopped child says nothing and does not end: what waits in it would be missed only when it is due. When to look
// again.
static gint64 look_at_children (PoPlayerPool *self) {
  const gint64 now_us = g_get_monotonic_time ();
  if (self->children->len == 0)
    return -1;
  if (now_us < self->look_us)
    return self->look_us;
  for (guint i = 0; i < self->children->len; i++) {
    Child *child = g_ptr_array_index (self->children, i);
    check_lease (self, child);
    if (child->killed || !po_player_process_is_stopped (&child->process))
      child->stopped_us = 0;
    else if (child->stopped_us == 0)
      child->stopped_us = now_us;
    else if (now_us - child->stopped_us >= self->stopped_us)
      accuse (self, child, "it had been stopped");
  }
  return self->look_us = now_us + MIN (LOOK_US, self->stopped_us);
}

// Whether a run is just starting, and the CPU better left to it.
static gboolean is_starting (PoPlayerPool *self, gint64 now_us) {
  for (guint i = 0; i < self->children->len; i++) {
    const Child *child = g_ptr_array_index (self->children, i);
    if (child->run != NULL && !child->first && !child->failed && !child->killed &&
        now_us - child->loaded_us < SPARE_DELAY_US)
      return TRUE;
  }
  return FALSE;
}

// How long to sleep at most; -1 = for ever.
static gint keep_spares (PoPlayerPool *self) {
  guint spares = 0, warm = 0;
  for (guint i = 0; i < self->children->len; i++) {
    const Child *child = g_ptr_array_index (self->children, i);
    spares += child->run == NULL && !child->killed;
    warm += child->run == NULL && !child->killed && child->warm;
  }
  const gint64 now_us = g_get_monotonic_time ();
  const gint64 due_us = MAX (self->spawn_not_before_us, is_starting (self, now_us) ? now_us + SPARE_DELAY_US / 10 : 0);
  g_mutex_lock (&self->lock);
  self->stats.children = self->children->len;
  self->stats.spares = warm;
  g_mutex_unlock (&self->lock);
  if (spares >= self->settings.spares)
    return g_queue_is_empty (&self->waiting) ? -1 : (gint)(MAX (due_us - now_us, 0) / 1000 + 1);
  if (due_us > now_us)
    return (gint)((due_us - now_us) / 1000 + 1);
  const gint64 warm_us = self->nursery != NULL ? po_player_nursery_awaited_until (self->nursery, now_us) : 0;
  if (warm_us > now_us)
    return (gint)((warm_us - now_us) / 1000 + 1);
  g_autoptr (GError) error = NULL;
  const gboolean spawned = spawn_child (self, &error) != NULL;
  return spawned && spares + 1 >= self->settings.spares ? -1 : 0;
}

static Child *find_by_fd (PoPlayerPool *self, gint fd) {
  for (guint i = 0; i < self->children->len; i++) {
    Child *child = g_ptr_array_index (self->children, i);
    if (child->process.socket_fd == fd || child->process.pid_fd == fd)
      return child;
  }
  return NULL;
}

static void handle (PoPlayerPool *self, gint fd) {
  if (fd == po_slot_bin_fd (self->bin)) {
    guint64 count;
    if (read (fd, &count, sizeof count) < 0)
      return; // someone's earlier ring, already answered
    return;
  }
  if (self->nursery != NULL && po_player_nursery_handle (self->nursery, fd))
    return;
  Child *child = find_by_fd (self, fd);
  if (child != NULL && fd == child->process.socket_fd)
    read_reports (self, child);
  else if (child != NULL)
    on_ended (self, child);
}

static void end_all (PoPlayerPool *self) {
  for (guint i = 0; i < self->children->len; i++)
    kill_child (g_ptr_array_index (self->children, i));
  if (self->nursery != NULL)
    po_player_nursery_close (self->nursery);
  const gint64 deadline_us = g_get_monotonic_time () + END_WAIT_US;
  while ((self->children->len > 0 || (self->nursery != NULL && !po_player_nursery_is_gone (self->nursery))) &&
         g_get_monotonic_time () < deadline_us) {
    struct epoll_event events[MAX_EVENTS];
    const gint n = epoll_wait (self->epoll_fd, events, MAX_EVENTS, 100);
    for (gint i = 0; i < n; i++)
      handle (self, events[i].data.fd);
  }
}

// @timeout_ms, -1 = for ever; @due_us: -1 = never.
static gint sooner (gint timeout_ms, gint64 due_us) {
  if (due_us < 0)
    return timeout_ms;
  const gint until_ms = (gint)(MAX (due_us - g_get_monotonic_time (), 0) / 1000 + 1);
  return timeout_ms < 0 ? until_ms : MIN (timeout_ms, until_ms);
}

static gpointer supervise (gpointer user_data) {
  PoPlayerPool *self = user_data;
  po_player_process_ensure_registry (self->settings.player_path, self->settings.registry_path);
  gint timeout_ms = 0;
  while (!g_atomic_int_get (&self->stopping)) {
    struct epoll_event events[MAX_EVENTS];
    const gint n = epoll_wait (self->epoll_fd, events, MAX_EVENTS, timeout_ms);
    for (gint i = 0; i < n; i++)
      handle (self, events[i].data.fd);
    po_slot_bin_empty (self->bin);
    kill_released (self);
    if (self->nursery != NULL)
      po_player_nursery_keep (self->nursery);
    start_waiting (self);
    take_inbox (self);
    const gint64 look_us = look_at_children (self);
    timeout_ms = sooner (keep_spares (self), po_openers_check (self->openers, g_get_monotonic_time ()));
    timeout_ms = sooner (timeout_ms, look_us);
  }
  end_all (self);
  return NULL;
}

// ---- public, any thread ----

PoPlayerPool *po_player_pool_new (const PoPlayerPoolSettings *settings, PoPlayerFactFunc on_fact, gpointer user_data,
                                  GError **error) {
  if (access (settings->player_path, X_OK) < 0) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("player %s cannot be run: %s"), settings->player_path,
                 g_strerror (errno));
    return NULL;
  }
  PoPlayerPool *self = g_new0 (PoPlayerPool, 1);
  g_mutex_init (&self->lock);
  self->settings = *settings;
  self->settings.player_path = g_strdup (settings->player_path);
  self->settings.registry_path = g_strdup (settings->registry_path);
  self->settings.spare_folder = NULL;
  self->blanks = settings->spare_folder != NULL ? po_blank_files_new (settings->spare_folder) : NULL;
  self->settings.slots = settings->slots == 0 ? DEFAULT_SLOTS : settings->slots;
  self->stopped_us = 1000 * (settings->stopped_ms == 0 ? DEFAULT_STOPPED_MS : settings->stopped_ms);
  self->facts = po_fact_sink_new (on_fact, user_data);
  self->bin = po_slot_bin_new ();
  self->inbox = po_run_inbox_new (self->bin);
  self->runs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)po_player_run_unref);
  self->children = g_ptr_array_new_with_free_func ((GDestroyNotify)child_free);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  watch (self, po_slot_bin_fd (self->bin), EPOLLIN);
  if (settings->nursery)
    self->nursery = po_player_nursery_new (settings->player_path, settings->registry_path, self->epoll_fd);
  self->openers = po_openers_new ();
  g_queue_init (&self->waiting);
  self->supervisor = g_thread_new ("po-players", supervise, self);
  return self;
}

void po_player_pool_free (PoPlayerPool *self) {
  if (self == NULL)
    return;
  g_atomic_int_set (&self->stopping, TRUE);
  po_slot_bin_wake (self->bin);
  g_thread_join (self->supervisor);
  po_fact_sink_close (self->facts);
  po_run_inbox_close (self->inbox);
  po_openers_free (self->openers);
  g_queue_clear_full (&self->waiting, (GDestroyNotify)po_player_run_unref);
  g_hash_table_unref (self->runs);
  g_ptr_array_unref (self->children);
  po_run_inbox_unref (self->inbox);
  po_slot_bin_close (self->bin);
  po_slot_bin_unref (self->bin);
  po_player_nursery_free (self->nursery);
  close (self->epoll_fd);
  g_mutex_clear (&self->lock);
  po_blank_files_unref (self->blanks);
  g_free ((gchar *)self->settings.registry_path);
  g_free ((gchar *)self->settings.player_path);
  g_free (self);
}

PoSource *po_player_pool_prepare (PoPlayerPool *self, const gchar *run_key, const PoPlayerSpec *spec) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  PoPlayerRun *run = g_hash_table_lookup (self->runs, run_key);
  if (run != NULL)
    return po_source_ref (po_slot_source (run->slot));
  run = po_player_run_new (run_key, spec, &self->settings, self->blanks, self->bin, self->inbox);
  g_hash_table_insert (self->runs, run->key, run);
  PoSource *source = po_source_ref (po_slot_source (run->slot));
  if (run->problem != NULL)
    po_run_inbox_push (self->inbox, po_player_run_ref (run));
  else
    po_openers_open (self->openers, po_player_run_ref (run));
  po_slot_bin_wake (self->bin); // it watches how long that takes
  return source;
}

void po_player_pool_release (PoPlayerPool *self, const gchar *run_key) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  PoPlayerRun *run = g_hash_table_lookup (self->runs, run_key);
  if (run == NULL)
    return;
  g_atomic_int_set (&run->released, TRUE);
  g_hash_table_remove (self->runs, run_key);
  po_slot_bin_wake (self->bin);
}

void po_player_pool_stats (PoPlayerPool *self, PoPlayerPoolStats *ret_stats) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  *ret_stats = self->stats;
  ret_stats->runs = g_hash_table_size (self->runs);
  ret_stats->rings_mapped = po_slot_bin_mapped (self->bin);
}
