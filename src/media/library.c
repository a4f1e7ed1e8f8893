// SPDX-License-Identifier: GPL-3.0-or-later
// The owner's thread holds the list of files; a scanner looks at the folder, two workers identify files, a third one
// glances at what is wanted so that it can be planned with at once; all hand their results back. A table is published
// when something changed and either all is known or some time has passed.
#include "media/library.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "media/identify.h"
#include "media/leftovers.h"
#include "media/renamed.h"
#include "media/scan.h"
#include "media/turns.h"
#include "media/wish.h"
#include "model/error.h"
#include "model/text.h"
#include "store/scanner.h"

#define WORKERS           2
#define GLANCERS          1
#define WORKER_NICENESS   15
#define PUBLISH_DELAY_MS  500
#define BUSY_SHARE        10 // of the time that it has been busy with what is new, it may be behind with telling
#define CHANGED_RESCAN_MS 250
#define HELD_RESCAN_MS    5000

// What the workers and the scanner share; alive as long as one of them.
typedef struct {
  gchar *dir;
  PoMediaIndex *index;
  PoProber *prober;
  PoRenamed *renamed;
  gint stop, is_clock_trusted; // atomic
} Shop;                        // g_atomic_rc_box

typedef struct {
  Shop *shop;
  PoSettle *settle;
  PoLeftovers *leftovers;
} Look;

struct _PoMediaLibrary {
  Shop *shop;
  PoScanner *scanner; // made at the first scan
  guint settle_ms;
  GMainContext *context;
  GThreadPool *workers, *glancer;
  GHashTable *files; // path -> PoMediaFile
  PoMediaTurns *turns;
  PoMediaWish *wish;
  PoMediaTable *table;
  gboolean table_stale; // `files` says something else
  GSource *publish_timer;
  GPtrArray *findings; // of the last scan
  gchar *cannot_probe; // (nullable)
  gboolean scanned, unsettled;
  GHashTable *sought; // set of sha256: of the clips whose marks lie about without them
  guint working, glancing;
  gint64 busy_since_us; // if any
  PoMediaLibraryNotify notify;
  gpointer notify_user;
};

static void shop_clear (gpointer data) {
  Shop *shop = data;
  po_media_index_free (shop->index);
  po_prober_free (shop->prober);
  po_renamed_free (shop->renamed);
  g_free (shop->dir);
}

static void shop_unref (Shop *shop) {
  g_atomic_rc_box_release_full (shop, shop_clear);
}

static void look_free (gpointer data) {
  Look *look = data;
  shop_unref (look->shop);
  po_settle_free (look->settle);
  po_leftovers_free (look->leftovers);
  g_free (look);
}

static gpointer look_at_folder (gpointer state) {
  Look *look = state;
  po_renamed_take (look->shop->renamed, look->settle);
  const PoTimeNs now_ns = g_get_real_time () * 1000;
  PoMediaScan *scan = po_media_scan_look (look->shop->dir, look->shop->index, look->settle, now_ns);
  if (scan->folders != NULL)
    po_leftovers_sweep (look->leftovers, scan->folders, now_ns, g_get_monotonic_time () * 1000,
                        g_atomic_int_get (&look->shop->is_clock_trusted));
  return scan;
}

static void tell (PoMediaLibrary *self) {
  if (self->notify != NULL)
    self->notify (self, self->notify_user);
}

static void drop_timer (PoMediaLibrary *self) {
  if (self->publish_timer == NULL)
    return;
  g_source_destroy (self->publish_timer);
  g_clear_pointer (&self->publish_timer, g_source_unref);
}

// (transfer full)
static PoMediaTable *make_table (PoMediaLibrary *self) {
  GHashTableIter iter;
  gpointer value = NULL;
  PoMediaTable *table = po_media_table_new ();
  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const PoMediaFile *file = value;
    if (file->facts == NULL) { // also one that changed while it was looked into, or cannot be looked into now
      po_media_table_await (table, file->entry.path);
      continue;
    }
    PoMediaFacts *facts = po_media_facts_copy (file->facts);
    facts->som = file->marks.som;
    facts->eom = file->marks.eom;
    po_media_table_add (table, facts);
  }
  return table;
}

// One that says the same stays the same object: plans and lists that were made by it hold.
static void publish (PoMediaLibrary *self) {
  g_autoptr (PoMediaTable) table = make_table (self);
  drop_timer (self);
  self->table_stale = FALSE;
  if (po_media_table_equal (table, self->table))
    return;
  // Also one of the same revision: the last life's lacks what only people ask for.
  if (strcmp (po_media_table_revision (table), po_media_table_revision (self->table)) != 0)
    po_media_index_publish (self->shop->index, table);
  po_media_table_unref (self->table);
  self->table = g_steal_pointer (&table);
}

static gboolean on_publish_timer (gpointer user) {
  PoMediaLibrary *self = user;
  publish (self);
  tell (self);
  return G_SOURCE_REMOVE;
}

// @is_awaited: somebody waits for it.
static void publish_soon (PoMediaLibrary *self, gboolean is_awaited) {
  // A large table costs more to make: it is made less often. Each one is a revision that plans go by and that is kept:
  // a library that takes hours to look into must not make thousands.
  const gint64 now_us = g_get_monotonic_time ();
  const guint busy_ms = (guint)((now_us - self->busy_since_us) / 1000);
  const guint rest_ms = is_awaited ? 0 : g_hash_table_size (self->files) / 4 + busy_ms / BUSY_SHARE;
  const gint64 due_us = now_us + (gint64)(PUBLISH_DELAY_MS + rest_ms) * 1000;
  if (self->publish_timer != NULL && g_source_get_ready_time (self->publish_timer) <= due_us)
    return;
  drop_timer (self);
  self->publish_timer = g_timeout_source_new (PUBLISH_DELAY_MS + rest_ms);
  g_source_set_callback (self->publish_timer, on_publish_timer, self, NULL);
  g_source_attach (self->publish_timer, self->context);
}

// One file on its way through a worker and back.
typedef struct {
  PoMediaLibrary *library; // not to be touched once the shop is stopped
  Shop *shop;
  GMainContext *context; // of the library
  PoBeneathEntry entry;  // path owned
  PoMediaLook look;
  PoMediaFacts *facts; // the result; NULL: `error`
  gboolean is_lasting; // they are for good
  GError *error;
} Errand;

static void errand_free (gpointer data) {
  Errand *errand = data;
  if (data == GINT_TO_POINTER (1))
    return; // what GThreadPool itself queues to wake its threads when it is freed
  shop_unref (errand->shop);
  g_main_context_unref (errand->context);
  g_free (errand->entry.path);
  po_media_facts_free (errand->facts);
  g_clear_error (&errand->error);
  g_free (errand);
}

static void send_workers (PoMediaLibrary *self);

// Takes the facts of @errand into @file.
static void take_result (PoMediaLibrary *self, PoMediaFile *file, Errand *errand) {
  gboolean is_glance = errand->look == PO_LOOK_GLANCE && !errand->is_lasting;
  gboolean changed = g_error_matches (errand->error, PO_ERROR, PO_ERROR_CONFLICT);
  gboolean is_learnt = errand->facts != NULL;
  g_clear_pointer (&self->cannot_probe, g_free);
  if (is_learnt)
    file->state = PO_MEDIA_FILE_KNOWN;
  if (is_learnt && (errand->is_lasting || !file->is_outdated)) {
    po_media_facts_free (file->facts);
    file->facts = g_steal_pointer (&errand->facts);
    self->table_stale = TRUE;
  }
  if (is_glance && !changed) // a probe will tell more
    po_media_turns_add_probe (self->turns, file);
  if (is_learnt || (is_glance && !changed))
    return;
  // One that changed under our eyes is seen anew; where probing is not possible now, the next scan tries again.
  file->state = PO_MEDIA_FILE_FAILED;
  if (changed)
    po_scanner_request_in (self->scanner, CHANGED_RESCAN_MS);
  else
    self->cannot_probe = g_strdup (errand->error->message);
}

static gboolean on_identified (gpointer data) {
  Errand *errand = data;
  if (g_atomic_int_get (&errand->shop->stop) != 0)
    return G_SOURCE_REMOVE;
  PoMediaLibrary *self = errand->library;
  PoMediaFile *file = g_hash_table_lookup (self->files, errand->entry.path);
  *(errand->look == PO_LOOK_GLANCE ? &self->glancing : &self->working) -= 1;
  if (file != NULL && file->state == PO_MEDIA_FILE_WORKING && po_beneath_entry_is_same (&file->entry, &errand->entry))
    take_result (self, file, errand);
  if (file != NULL && file->state == PO_MEDIA_FILE_KNOWN && file->facts != NULL && // the next look gives it its marks
      g_hash_table_contains (self->sought, file->facts->sha256))
    po_scanner_request_in (self->scanner, CHANGED_RESCAN_MS);
  send_workers (self);
  // What was glanced at is waited for on air.
  gboolean is_due = errand->look == PO_LOOK_GLANCE ? self->glancing == 0 : self->working + self->glancing == 0;
  if (self->table_stale && is_due)
    publish (self);
  else if (self->table_stale)
    publish_soon (self, file != NULL && file->is_arrival);
  tell (self);
  return G_SOURCE_REMOVE;
}

static void identify_in_thread (gpointer data, gpointer user) {
  Errand *errand = data;
  g_autoptr (GMainContext) context = g_main_context_ref (errand->context);
  if (errand->look == PO_LOOK_PROBE)
    setpriority (PRIO_PROCESS, (id_t)syscall (SYS_gettid), WORKER_NICENESS);
  const Shop *shop = errand->shop;
  const PoMediaBench bench = {shop->dir, shop->index, shop->prober, &shop->stop};
  errand->facts = po_media_identify (&bench, &errand->entry, errand->look, &errand->is_lasting, &errand->error);
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_identified, errand, errand_free);
  g_source_attach (source, context);
}

static void send_worker (PoMediaLibrary *self, PoMediaFile *file, PoMediaLook look) {
  Errand *errand = g_new0 (Errand, 1);
  errand->library = self;
  errand->shop = g_atomic_rc_box_acquire (self->shop);
  errand->context = g_main_context_ref (self->context);
  errand->entry = file->entry;
  errand->entry.path = g_strdup (file->entry.path);
  errand->look = look;
  if (self->working + self->glancing == 0)
    self->busy_since_us = g_get_monotonic_time ();
  file->state = PO_MEDIA_FILE_WORKING;
  file->is_glanced |= look == PO_LOOK_GLANCE;
  *(look == PO_LOOK_GLANCE ? &self->glancing : &self->working) += 1;
  g_thread_pool_push (look == PO_LOOK_GLANCE ? self->glancer : self->workers, errand, NULL);
}

static void send_workers (PoMediaLibrary *self) {
  PoMediaFile *file = NULL;
  while (self->glancing < GLANCERS && (file = po_media_turns_take (self->turns, self->files, PO_LOOK_GLANCE)) != NULL)
    send_worker (self, file, PO_LOOK_GLANCE);
  while (self->working < WORKERS && (file = po_media_turns_take (self->turns, self->files, PO_LOOK_PROBE)) != NULL)
    send_worker (self, file, PO_LOOK_PROBE);
}

static gboolean is_in_any (const gchar *path, GPtrArray *folders) {
  for (guint i = 0; i < folders->len; i++) {
    const gchar *folder = folders->pdata[i];
    if (g_str_has_prefix (path, folder) && path[strlen (folder)] == '/')
      return TRUE;
  }
  return FALSE;
}

// What is in folders that could not be read is as it was.
static void keep_unseen (PoMediaLibrary *self, GHashTable *files, GPtrArray *unread) {
  GHashTableIter iter;
  gpointer path = NULL, file = NULL;
  g_hash_table_iter_init (&iter, self->files);
  while (unread->len > 0 && g_hash_table_iter_next (&iter, &path, &file)) {
    if (!is_in_any (path, unread) || g_hash_table_contains (files, path))
      continue;
    g_hash_table_iter_steal (&iter);
    g_hash_table_insert (files, path, file);
  }
}

// At the first look, what the life before knew of them.
static void recall_unseen (PoMediaLibrary *self, GHashTable *files, GPtrArray *unread) {
  g_autoptr (GPtrArray) list = po_media_table_list (self->table);
  for (guint i = 0; unread->len > 0 && i < list->len; i++) {
    const PoMediaFacts *facts = list->pdata[i];
    if (!is_in_any (facts->path, unread) || g_hash_table_contains (files, facts->path))
      continue;
    PoMediaFile *file = po_media_file_recall (facts);
    file->rank = po_media_wish_rank (self->wish, facts->path);
    g_hash_table_insert (files, file->entry.path, file);
  }
}

static void take_sights (PoMediaLibrary *self, GPtrArray *sights, GPtrArray *unread, gboolean is_first) {
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)po_media_file_free);
  for (guint i = 0; i < sights->len; i++) {
    const PoMediaSight *sight = sights->pdata[i];
    const PoMediaFile *old = g_hash_table_lookup (self->files, sight->entry->path);
    PoMediaFile *file = po_media_file_new (sight, old);
    if (is_first && file->facts == NULL && sight->settled)
      file->is_glanced = (file->facts = po_media_facts_before (self->table, sight->entry)) != NULL;
    file->is_arrival =
        old != NULL && po_beneath_entry_is_same (&old->entry, sight->entry) ? old->is_arrival : !is_first;
    file->rank = po_media_wish_rank (self->wish, file->entry.path);
    g_hash_table_insert (files, file->entry.path, file);
  }
  if (is_first)
    recall_unseen (self, files, unread);
  keep_unseen (self, files, unread);
  g_hash_table_unref (self->files);
  self->files = files;
  po_media_turns_spoil (self->turns);
}

static void on_scanned (gpointer result, gpointer user) {
  PoMediaLibrary *self = user;
  g_autoptr (PoMediaScan) scan = result;
  g_ptr_array_unref (self->findings);
  self->findings = g_ptr_array_ref (scan->findings);
  self->unsettled = scan->unsettled;
  g_hash_table_unref (self->sought);
  self->sought = g_hash_table_ref (scan->sought);
  // A folder that cannot be read says nothing of its files: what was known stays, with the finding.
  if (scan->sights != NULL) {
    take_sights (self, scan->sights, scan->unread, !self->scanned);
    g_ptr_array_add (scan->folders, NULL);
    po_scanner_watch (self->scanner, (const gchar *const *)scan->folders->pdata);
    send_workers (self);
    publish (self);
  }
  self->scanned = TRUE;
  if (scan->unsettled)
    po_scanner_request_in (self->scanner, (guint)(scan->settles_ns / PO_NS_PER_MS) + 1);
  else if (scan->held)
    po_scanner_request_in (self->scanner, HELD_RESCAN_MS);
  tell (self);
}

PoMediaLibrary *po_media_library_new (const gchar *media_dir, const gchar *state_dir, PoProber *prober) {
  PoMediaLibrary *self = g_new0 (PoMediaLibrary, 1);
  self->shop = g_atomic_rc_box_new0 (Shop);
  self->shop->dir = g_canonicalize_filename (media_dir, NULL);
  self->shop->index = po_media_index_open (state_dir);
  self->shop->renamed = po_renamed_new (self->shop->dir);
  self->shop->prober = prober;
  self->settle_ms = PO_SETTLE_NS / PO_NS_PER_MS;
  self->context = g_main_context_ref_thread_default ();
  self->workers = g_thread_pool_new_full (identify_in_thread, NULL, errand_free, WORKERS, TRUE, NULL);
  self->glancer = g_thread_pool_new_full (identify_in_thread, NULL, errand_free, GLANCERS, TRUE, NULL);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)po_media_file_free);
  self->turns = po_media_turns_new (prober->glance != NULL);
  self->wish = po_media_wish_new (NULL);
  self->sought = g_hash_table_new (g_str_hash, g_str_equal);
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  // What was known in an earlier life holds until the folder has been looked at.
  self->table = po_media_index_table (self->shop->index, NULL, NULL);
  if (self->table == NULL)
    self->table = po_media_table_new ();
  return self;
}

void po_media_library_free (PoMediaLibrary *self) {
  if (self == NULL)
    return;
  g_atomic_int_set (&self->shop->stop, 1);
  drop_timer (self);
  po_scanner_free (self->scanner);
  // A worker that hangs on a dead mount is not waited for: its errand holds the shop. "Immediate" loses errands.
  g_thread_pool_free (self->workers, FALSE, FALSE);
  g_thread_pool_free (self->glancer, FALSE, FALSE);
  po_media_turns_free (self->turns);
  g_hash_table_unref (self->files);
  po_media_wish_free (self->wish);
  po_media_table_unref (self->table);
  g_ptr_array_unref (self->findings);
  g_hash_table_unref (self->sought);
  g_main_context_unref (self->context);
  g_free (self->cannot_probe);
  shop_unref (self->shop);
  g_free (self);
}

void po_media_library_set_settle_ms (PoMediaLibrary *self, guint settle_ms) {
  self->settle_ms = settle_ms;
}

void po_media_library_trust_clock (PoMediaLibrary *self, gboolean is_trusted) {
  g_atomic_int_set (&self->shop->is_clock_trusted, is_trusted);
}

void po_media_library_scan_now (PoMediaLibrary *self) {
  if (self->scanner == NULL) {
    Look *look = g_new0 (Look, 1);
    look->shop = g_atomic_rc_box_acquire (self->shop);
    look->settle = po_settle_new (self->settle_ms * PO_NS_PER_MS);
    look->leftovers = po_leftovers_new ();
    self->scanner =
        po_scanner_new (look_at_folder, look, look_free, on_scanned, self, (GDestroyNotify)po_media_scan_free);
    po_scanner_set_heard (self->scanner, po_renamed_hear, self->shop->renamed);
  }
  po_scanner_request (self->scanner);
}

void po_media_library_want (PoMediaLibrary *self, const gchar *const *paths) {
  GHashTableIter iter;
  gpointer value = NULL;
  po_media_wish_free (self->wish);
  self->wish = po_media_wish_new (paths);
  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    PoMediaFile *file = value;
    file->rank = po_media_wish_rank (self->wish, file->entry.path);
  }
  po_media_turns_spoil (self->turns);
  send_workers (self);
}

PoMediaTable *po_media_library_table (PoMediaLibrary *self) {
  return self->table;
}

PoMediaTable *po_media_library_table_at (PoMediaLibrary *self, const gchar *revision, GError **error) {
  if (strcmp (revision, po_media_table_revision (self->table)) == 0)
    return po_media_table_ref (self->table);
  return po_media_index_table (self->shop->index, revision, error);
}

gchar *po_media_library_subtitles (PoMediaLibrary *self, const gchar *sha256) {
  return po_media_index_subtitles (self->shop->index, sha256);
}

gboolean po_media_library_is_idle (PoMediaLibrary *self) {
  return self->scanned && !self->unsettled && self->working + self->glancing == 0 && self->publish_timer == NULL &&
         !po_scanner_is_busy (self->scanner);
}

gboolean po_media_library_is_scanned (PoMediaLibrary *self) {
  return self->scanned;
}

gchar *po_media_library_away (PoMediaLibrary *self) {
  for (guint i = 0; i < self->findings->len; i++) {
    const PoFinding *finding = self->findings->pdata[i];
    if (g_str_equal (finding->code, PO_MEDIA_SCAN_AWAY))
      return g_strdup (finding->message);
  }
  return NULL;
}

guint po_media_library_pending (PoMediaLibrary *self) {
  GHashTableIter iter;
  gpointer value = NULL;
  guint pending = 0;
  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    pending += po_media_file_is_pending (value);
  }
  return pending;
}

gboolean po_media_library_can_plan (PoMediaLibrary *self) {
  GHashTableIter iter;
  gpointer value = NULL;
  gboolean can_plan = self->scanned && self->publish_timer == NULL;
  g_hash_table_iter_init (&iter, self->files);
  while (can_plan && g_hash_table_iter_next (&iter, NULL, &value)) {
    const PoMediaFile *file = value;
    can_plan = file->rank == G_MAXUINT || !po_media_file_is_pending (file) || file->facts != NULL;
  }
  return can_plan;
}

GPtrArray *po_media_library_findings (PoMediaLibrary *self) {
  GPtrArray *findings = po_findings_copy (self->findings);
  g_autofree gchar *index_problem = po_media_index_problem (self->shop->index);
  if (index_problem != NULL)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_WARNING, "media-index", NULL, 0, NULL, NULL, "%s", index_problem));
  if (self->cannot_probe != NULL)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "media-probe", self->shop->dir, 0, NULL, NULL,
                                     _ ("%s; new clips cannot air until this is mended"), self->cannot_probe));
  return findings;
}

void po_media_library_set_notify (PoMediaLibrary *self, PoMediaLibraryNotify func, gpointer user) {
  self->notify = func;
  self->notify_user = user;
}
