// SPDX-License-Identifier: GPL-3.0-or-later
// The thread owns what it remembers of the files (Memory); the owner's side compares and hands over.
#include "schedule/watch.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"
#include "schedule/judge.h"
#include "store/beneath.h"
#include "store/scanner.h"
#include "store/settle.h"

// A season is a few hundred kilobytes; the largest calendar known to us has 11 MB.
#define MAX_FILE_BYTES   (64 * 1024 * 1024)
#define MAX_WAITED_LOOKS 5 // about twice the settle time

typedef struct {
  gint64 size_bytes, mtime_ns;
  guint64 inode;
  PoCalendarFile *file;
} Settled;

// What the thread knows from one look to the next; not touched by any other.
typedef struct {
  gchar *dir;
  PoSettle *settle; // NULL: nothing is waited for
  gboolean has_looked;
  GHashTable *contents; // name -> Settled
} Memory;

typedef struct {
  GPtrArray *files;    // PoCalendarFile; NULL: the folder cannot be read
  GPtrArray *findings; // PoFinding
  gboolean unsettled;  // look again soon
} Look;

struct _PoScheduleWatch {
  gchar *dir;
  PoScheduleWatchFunc func;
  PoScheduleWatchLooked looked; // (nullable)
  gpointer user;
  guint settle_ms, waited_looks;
  PoScanner *scanner; // made at the first look
  GPtrArray *files;   // last handed over; NULL before the first
  GPtrArray *findings;
};

static void settled_free (gpointer data) {
  Settled *settled = data;
  po_calendar_file_free (settled->file);
  g_free (settled);
}

static Memory *memory_new (const gchar *dir, PoSettle *settle) {
  Memory *memory = g_new0 (Memory, 1);
  memory->dir = g_strdup (dir);
  memory->settle = settle;
  memory->contents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, settled_free);
  return memory;
}

static void memory_free (gpointer data) {
  Memory *memory = data;
  g_hash_table_unref (memory->contents);
  po_settle_free (memory->settle);
  g_free (memory->dir);
  g_free (memory);
}

static void look_free (gpointer data) {
  Look *look = data;
  g_clear_pointer (&look->files, g_ptr_array_unref);
  g_ptr_array_unref (look->findings);
  g_free (look);
}

static PoCalendarFile *copy_file (const PoCalendarFile *file) {
  return po_calendar_file_new (file->name, file->bytes);
}

static void add_finding (Look *look, const gchar *code, const gchar *name, const gchar *message) {
  g_ptr_array_add (look->findings, po_finding_new (PO_SEVERITY_ERROR, code, name, 0, NULL, NULL, "%s", message));
}

static gboolean is_calendar_name (const gchar *name) {
  g_autofree gchar *lower = g_ascii_strdown (name, -1);
  return g_str_has_suffix (lower, ".ics") && !po_settle_name_unfinished (name);
}

static gboolean is_same (const Settled *settled, const PoBeneathEntry *entry) {
  return settled->size_bytes == entry->size_bytes && settled->mtime_ns == entry->mtime_ns &&
         settled->inode == entry->inode;
}

// Reads @entry anew. FALSE: it changed under the reading, or cannot be read (then there is a finding).
static gboolean read_settled (Memory *memory, PoBeneath *beneath, const PoBeneathEntry *entry, Look *look) {
  PoBeneathEntry after;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = po_beneath_read (beneath, entry->path, MAX_FILE_BYTES, &error);
  if (bytes == NULL) {
    add_finding (look, "calendar-unreadable", entry->path, error->message);
    return FALSE;
  }
  Settled *settled = g_new0 (Settled, 1);
  settled->size_bytes = entry->size_bytes;
  settled->mtime_ns = entry->mtime_ns;
  settled->inode = entry->inode;
  settled->file = po_calendar_file_new (entry->path, bytes);
  gboolean whole = po_beneath_stat (beneath, entry->path, &after) == PO_BENEATH_FILE && is_same (settled, &after);
  look->unsettled |= !whole;
  if (whole)
    g_hash_table_replace (memory->contents, g_strdup (entry->path), settled);
  else
    settled_free (settled);
  return whole;
}

static gboolean has_last_line (PoBeneath *beneath, const PoBeneathEntry *entry) {
  static const gchar last_line[] = "END:VCALENDAR";
  g_autoptr (GBytes) bytes = po_beneath_read (beneath, entry->path, MAX_FILE_BYTES, NULL);
  gsize size = 0;
  const gchar *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  while (size > 0 && g_ascii_isspace (text[size - 1]))
    size--;
  return size >= strlen (last_line) &&
         g_ascii_strncasecmp (text + size - strlen (last_line), last_line, strlen (last_line)) == 0;
}

// Whether there is nothing to wait for in a file with its last line. At the first look nothing is in force that it
// could spoil, and the air waits. Later it must be another file than the one known, put in its place in one step or
// closed by who wrote it: one that is written over has a last line all along.
static gboolean is_whole (Memory *memory, PoBeneath *beneath, const PoBeneathEntry *entry, const Settled *known) {
  const gboolean is_another = known == NULL || known->inode != entry->inode;
  return (!memory->has_looked || is_another) && has_last_line (beneath, entry) &&
         (!memory->has_looked || !po_beneath_is_being_written (beneath, entry->path));
}

static void look_at_file (Memory *memory, PoBeneath *beneath, const PoBeneathEntry *entry, Look *look) {
  Settled *known = g_hash_table_lookup (memory->contents, entry->path);
  PoTimeNs now_ns = g_get_real_time () * 1000;
  if (known == NULL || !is_same (known, entry)) {
    gboolean settled = memory->settle == NULL || po_settle_see (memory->settle, entry->path, entry->size_bytes,
                                                                entry->mtime_ns, entry->inode, now_ns);
    settled = settled || is_whole (memory, beneath, entry, known);
    look->unsettled |= !settled;
    if (settled)
      read_settled (memory, beneath, entry, look);
    known = g_hash_table_lookup (memory->contents, entry->path);
  }
  if (known != NULL)
    g_ptr_array_add (look->files, copy_file (known->file));
}

static gboolean is_not_in (gpointer name, gpointer settled, gpointer present) {
  return !g_hash_table_contains (present, name);
}

// A listing that breaks off says nothing of what it did not come to.
static gboolean is_unread (GPtrArray *entries) {
  for (guint i = 0; i < entries->len; i++) {
    if (((const PoBeneathEntry *)entries->pdata[i])->kind == PO_BENEATH_UNREAD)
      return TRUE;
  }
  return FALSE;
}

static gpointer look_at_folder (gpointer state) {
  Memory *memory = state;
  Look *look = g_new0 (Look, 1);
  g_autoptr (GError) error = NULL;
  look->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (PoBeneath) beneath = po_beneath_open (memory->dir, &error);
  if (beneath == NULL) {
    add_finding (look, "schedule-folder", NULL, error->message); // which names the folder
    return look;
  }
  g_autoptr (GPtrArray) entries = po_beneath_walk (beneath, 0, NULL);
  if (is_unread (entries)) {
    add_finding (look, "schedule-folder", memory->dir,
                 _ ("the folder cannot be read to its end; the calendars known from before stay in force: check its "
                    "permissions, and the disk or mount"));
    return look;
  }
  look->files = g_ptr_array_new_with_free_func ((GDestroyNotify)po_calendar_file_free);
  g_autoptr (GHashTable) present = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < entries->len; i++) {
    PoBeneathEntry *entry = entries->pdata[i];
    if (!is_calendar_name (entry->path))
      continue;
    g_hash_table_add (present, entry->path);
    if (entry->kind == PO_BENEATH_FILE)
      look_at_file (memory, beneath, entry, look);
    else
      add_finding (look, "calendar-odd", entry->path,
                   _ ("is no plain file inside the schedule folder; it was not opened"));
  }
  g_hash_table_foreach_remove (memory->contents, is_not_in, present);
  if (memory->settle != NULL)
    po_settle_sweep (memory->settle);
  memory->has_looked = TRUE;
  return look;
}

static gboolean sets_are_equal (GPtrArray *a, GPtrArray *b) {
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++) {
    const PoCalendarFile *left = a->pdata[i], *right = b->pdata[i];
    if (strcmp (left->name, right->name) != 0 || strcmp (left->sha256, right->sha256) != 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean findings_are_equal (GPtrArray *a, GPtrArray *b) {
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++) {
    const PoFinding *left = a->pdata[i], *right = b->pdata[i];
    if (strcmp (left->message, right->message) != 0 || g_strcmp0 (left->file, right->file) != 0)
      return FALSE;
  }
  return TRUE;
}

// What the look found is handed over.
static void take_look (PoScheduleWatch *self, Look *look) {
  gboolean news = !findings_are_equal (look->findings, self->findings);
  g_ptr_array_unref (self->findings);
  self->findings = g_ptr_array_ref (look->findings);
  if (look->unsettled)
    po_scanner_request_in (self->scanner, self->settle_ms / 2 + 1);
  // The first set is not judged while one of its files has just been written: it would lack that one.
  if (self->files == NULL && look->files != NULL && look->unsettled && self->waited_looks++ < MAX_WAITED_LOOKS)
    return;
  // A folder that cannot be read says nothing about its files; at the first look there is nothing else to hand over.
  if (look->files == NULL)
    look->files = self->files != NULL ? g_ptr_array_ref (self->files) : g_ptr_array_new ();
  else
    po_scanner_watch (self->scanner, (const gchar *const[]){self->dir, NULL});
  gboolean changed = self->files == NULL || !sets_are_equal (self->files, look->files);
  if (changed) {
    g_clear_pointer (&self->files, g_ptr_array_unref);
    self->files = g_ptr_array_ref (look->files);
  }
  if (changed || news)
    self->func (self->files, self->user);
}

static void on_look (gpointer result, gpointer user) {
  PoScheduleWatch *self = user;
  const gboolean is_read = ((const Look *)result)->files != NULL;
  take_look (self, result);
  look_free (result);
  if (self->looked != NULL)
    self->looked (!po_scanner_is_busy (self->scanner), is_read, self->user);
}

PoScheduleWatch *po_schedule_watch_new (const gchar *dir, PoScheduleWatchFunc func, gpointer user) {
  PoScheduleWatch *self = g_new0 (PoScheduleWatch, 1);
  self->dir = g_canonicalize_filename (dir, NULL);
  self->func = func;
  self->user = user;
  self->settle_ms = PO_SETTLE_NS / PO_NS_PER_MS;
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  return self;
}

void po_schedule_watch_free (PoScheduleWatch *self) {
  if (self == NULL)
    return;
  po_scanner_free (self->scanner);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_ptr_array_unref (self->findings);
  g_free (self->dir);
  g_free (self);
}

void po_schedule_watch_set_looked (PoScheduleWatch *self, PoScheduleWatchLooked looked) {
  self->looked = looked;
}

void po_schedule_watch_set_settle_ms (PoScheduleWatch *self, guint settle_ms) {
  self->settle_ms = settle_ms;
}

void po_schedule_watch_scan_now (PoScheduleWatch *self) {
  if (self->scanner == NULL) {
    Memory *memory = memory_new (self->dir, po_settle_new (self->settle_ms * PO_NS_PER_MS));
    self->scanner = po_scanner_new (look_at_folder, memory, memory_free, on_look, self, look_free);
  }
  po_scanner_request (self->scanner);
}

GPtrArray *po_schedule_watch_findings (PoScheduleWatch *self) {
  return po_findings_copy (self->findings);
}

GPtrArray *po_schedule_watch_read (const gchar *dir, GPtrArray *findings, GError **error) {
  Memory *memory = memory_new (dir, NULL);
  Look *look = look_at_folder (memory);
  GPtrArray *files = look->files != NULL ? g_ptr_array_ref (look->files) : NULL;
  if (files == NULL)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM, ((PoFinding *)look->findings->pdata[0])->message);
  for (guint i = 0; findings != NULL && i < look->findings->len; i++)
    g_ptr_array_add (findings, po_finding_copy (look->findings->pdata[i]));
  look_free (look);
  memory_free (memory);
  return files;
}
