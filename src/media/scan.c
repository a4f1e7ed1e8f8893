// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/scan.h"

#include <string.h>

#include "media/identify.h"
#include "model/recall.h"
#include "model/text.h"

// Folders below folders: deeper than any library is, shallow enough for a loop of mounts.
#define MAX_DEPTH 16

static void sight_free (gpointer data) {
  PoMediaSight *sight = data;
  po_beneath_entry_free (sight->entry);
  po_media_facts_free (sight->facts);
  g_free (sight);
}

void po_media_scan_free (PoMediaScan *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->sights, g_ptr_array_unref);
  g_clear_pointer (&self->folders, g_ptr_array_unref);
  g_ptr_array_unref (self->unread);
  g_ptr_array_unref (self->findings);
  g_hash_table_unref (self->sought);
  g_free (self);
}

static void add_finding (PoMediaScan *scan, PoSeverity severity, const gchar *code, const gchar *file,
                         const gchar *message) {
  g_ptr_array_add (scan->findings, po_finding_new (severity, code, file, 0, NULL, NULL, "%s", message));
}

static gboolean is_settled (PoSettle *settle, const PoBeneathEntry *entry, PoTimeNs now_ns) {
  return settle == NULL || entry->kind != PO_BENEATH_FILE ||
         po_settle_see (settle, entry->path, entry->size_bytes, entry->mtime_ns, entry->inode, now_ns);
}

// Takes @entry. One that is held open shows itself when it is closed, or at the next look; where this is the only one
// (@settle NULL) it is said what it is.
static void add_sight (PoMediaScan *scan, PoBeneath *beneath, PoBeneathEntry *entry, GHashTable *known,
                       PoSettle *settle, PoTimeNs now_ns) {
  PoMediaSight *sight = g_new0 (PoMediaSight, 1);
  sight->entry = entry;
  sight->facts = po_media_index_match (known, entry, &sight->is_outdated);
  sight->settled = sight->facts != NULL || is_settled (settle, entry, now_ns);
  scan->unsettled |= !sight->settled;
  const gboolean is_written = sight->facts == NULL && sight->settled && entry->kind == PO_BENEATH_FILE &&
                              po_beneath_is_being_written (beneath, entry->path);
  if (is_written && settle == NULL)
    sight->facts = po_media_facts_growing (entry);
  sight->settled &= !is_written || settle == NULL;
  scan->held |= !sight->settled;
  if (sight->facts == NULL && sight->settled)
    sight->facts = po_media_facts_from_entry (entry);
  g_autofree gchar *odd = entry->kind != PO_BENEATH_FILE ? po_text_recall (sight->facts->problem) : NULL;
  if (odd != NULL)
    add_finding (scan, PO_SEVERITY_WARNING, entry->kind == PO_BENEATH_DEEP ? "media-deep" : "media-odd", entry->path,
                 odd);
  g_ptr_array_add (scan->sights, sight);
}

// A server that goes away in the middle of a listing must not take the clips off the air with it. FALSE: the media
// folder itself is one of them.
static gboolean take_unread (PoMediaScan *scan, const gchar *dir, GPtrArray *entries) {
  for (guint i = 0; i < entries->len; i++) {
    const PoBeneathEntry *entry = entries->pdata[i];
    if (entry->kind != PO_BENEATH_UNREAD)
      continue;
    const gboolean is_all = *entry->path == '\0';
    add_finding (
        scan, is_all ? PO_SEVERITY_ERROR : PO_SEVERITY_WARNING, is_all ? PO_MEDIA_SCAN_AWAY : "media-unread",
        is_all ? dir : entry->path,
        _ ("the folder cannot be read to its end; the clips known from before count as being there still: check "
           "its permissions, and the disk or mount"));
    if (is_all)
      return FALSE;
    g_ptr_array_add (scan->unread, g_strdup (entry->path));
  }
  return TRUE;
}

static void take_folders (PoMediaScan *scan, const gchar *dir, GPtrArray *relative) {
  scan->folders = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < relative->len; i++)
    g_ptr_array_add (scan->folders, g_build_filename (dir, relative->pdata[i], NULL));
}

// The paths of the clips beside which marks are kept. (transfer full)
static GHashTable *find_marked (GPtrArray *entries) {
  GHashTable *marked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < entries->len; i++) {
    const PoBeneathEntry *entry = entries->pdata[i];
    if (entry->kind == PO_BENEATH_FILE && g_str_has_suffix (entry->path, PO_MEDIA_MARKS_SUFFIX))
      g_hash_table_add (marked, g_strndup (entry->path, strlen (entry->path) - strlen (PO_MEDIA_MARKS_SUFFIX)));
  }
  return marked;
}

static void read_marks (PoMediaScan *scan, PoBeneath *beneath, GHashTable *marked) {
  for (guint i = 0; i < scan->sights->len; i++) {
    PoMediaSight *sight = scan->sights->pdata[i];
    g_autoptr (GError) error = NULL;
    if (g_hash_table_contains (marked, sight->entry->path) &&
        !po_media_marks_read (beneath, sight->entry->path, &sight->marks, &error))
      add_finding (scan, PO_SEVERITY_WARNING, "media-marks", sight->entry->path, error->message);
  }
}

// What is marked and gone, by the content that it had: sha256 -> path, borrowed from @marked. (transfer full)
static GHashTable *find_orphans (PoMediaScan *scan, GHashTable *marked, GHashTable *known) {
  GHashTable *orphans = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer path = NULL;
  g_autoptr (GHashTable) present = g_hash_table_new (g_str_hash, g_str_equal); // set of paths
  for (guint i = 0; i < scan->sights->len; i++)
    g_hash_table_add (present, ((PoMediaSight *)scan->sights->pdata[i])->entry->path);
  g_hash_table_iter_init (&iter, marked);
  while (g_hash_table_iter_next (&iter, &path, NULL)) {
    const gchar *sha256 = po_media_index_hash (known, path);
    if (sha256 != NULL && !g_hash_table_contains (present, path))
      g_hash_table_insert (orphans, (gpointer)sha256, path);
  }
  return orphans;
}

// The marks of a clip that has another name now follow it. @may_move: their file too; where it cannot, they hold as
// they are.
static void follow_marks (PoMediaScan *scan, PoBeneath *beneath, const gchar *dir, GHashTable *marked,
                          GHashTable *known, gboolean may_move) {
  g_autoptr (GHashTable) orphans = find_orphans (scan, marked, known);
  for (guint i = 0; g_hash_table_size (orphans) > 0 && i < scan->sights->len; i++) {
    PoMediaSight *sight = scan->sights->pdata[i];
    const gchar *sha256 = sight->facts != NULL ? sight->facts->sha256 : "";
    const gchar *old = g_hash_table_lookup (orphans, sha256);
    if (old == NULL || g_hash_table_contains (marked, sight->entry->path))
      continue;
    po_media_marks_read (beneath, old, &sight->marks, NULL);
    if (may_move)
      po_media_marks_move (dir, old, sight->entry->path);
    g_hash_table_remove (orphans, sha256);
  }
  GHashTableIter iter;
  gpointer sha256 = NULL;
  g_hash_table_iter_init (&iter, orphans);
  while (g_hash_table_iter_next (&iter, &sha256, NULL))
    g_hash_table_add (scan->sought, g_strdup (sha256));
}

// Whether there is a clip below @folder, "" being all.
static gboolean has_clips (GPtrArray *entries, const gchar *folder) {
  const gsize length = strlen (folder);
  for (guint i = 0; i < entries->len; i++) {
    const PoBeneathEntry *entry = entries->pdata[i];
    const gboolean is_below = length == 0 || (g_str_has_prefix (entry->path, folder) && entry->path[length] == '/');
    if (is_below && entry->kind != PO_BENEATH_UNREAD && po_media_name_is_candidate (entry->path))
      return TRUE;
  }
  return FALSE;
}

/** Mounts: what is needed to see which are away. */
typedef struct {
  PoMediaIndex *index;
  GHashTable *known; // path -> PoBeneathIdentity: which folder it was when there were clips in it
  const gchar *dir;
  PoBeneath *beneath;
  GPtrArray *entries;
} Mounts;

// Where a disk or share was mounted lies a folder without clips once it is gone, or has not come yet after a start of
// the machine: that says nothing of its clips. What was begun there since, such as a clip's folder, does not count.
static gboolean is_unmounted (const Mounts *mounts, const gchar *folder, const gchar *path,
                              const PoBeneathIdentity *is) {
  const PoBeneathIdentity *was = g_hash_table_lookup (mounts->known, path);
  const gboolean is_other = was == NULL || is->device != was->device || is->inode != was->inode;
  if (!is_other)
    return FALSE;
  if (!has_clips (mounts->entries, folder))
    return was != NULL;
  po_media_index_put_folder (mounts->index, path, is);
  return FALSE;
}

static void add_unmounted (PoMediaScan *scan, PoSeverity severity, const gchar *code, const gchar *file) {
  add_finding (scan, severity, code, file,
               _ ("another folder than before, without a clip: its disk or share is not mounted; mount it again; the "
                  "clips known from before count as being there still"));
}

// FALSE: the media folder itself is one of them.
static gboolean take_unmounted (PoMediaScan *scan, const Mounts *mounts, GPtrArray *folders) {
  g_autoptr (GHashTable) devices = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free); // of each folder
  for (guint i = 0; i < folders->len; i++) { // each comes before those in it
    const gchar *folder = folders->pdata[i];
    const PoBeneathIdentity is = po_beneath_identity (mounts->beneath, folder);
    const gboolean is_all = *folder == '\0';
    g_autofree gchar *path = g_build_filename (mounts->dir, folder, NULL);
    g_autofree gchar *parent = g_path_get_dirname (folder);
    const guint64 *around = g_hash_table_lookup (devices, g_str_equal (parent, ".") ? "" : parent);
    g_hash_table_insert (devices, (gpointer)folder, g_memdup2 (&is.device, sizeof is.device));
    const gboolean is_mount = is_all || around == NULL || *around != is.device;
    const gboolean is_of_interest = is.inode != 0 && (is_mount || g_hash_table_contains (mounts->known, path));
    if (!is_of_interest || !is_unmounted (mounts, folder, path, &is))
      continue;
    add_unmounted (scan, is_all ? PO_SEVERITY_ERROR : PO_SEVERITY_WARNING, is_all ? PO_MEDIA_SCAN_AWAY : "media-unread",
                   is_all ? mounts->dir : folder);
    if (is_all)
      return FALSE;
    g_ptr_array_add (scan->unread, g_strdup (folder));
  }
  return TRUE;
}

PoMediaScan *po_media_scan_look (const gchar *dir, PoMediaIndex *index, PoSettle *settle, PoTimeNs now_ns) {
  PoMediaScan *scan = g_new0 (PoMediaScan, 1);
  g_autoptr (GError) error = NULL;
  scan->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  scan->sought = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  scan->unread = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PoBeneath) beneath = po_beneath_open (dir, &error);
  if (beneath == NULL) {
    add_finding (scan, PO_SEVERITY_ERROR, PO_MEDIA_SCAN_AWAY, NULL, error->message); // which names it
    return scan;
  }
  g_autoptr (GPtrArray) folders = NULL;
  g_autoptr (GPtrArray) entries = po_beneath_walk (beneath, MAX_DEPTH, &folders);
  if (!take_unread (scan, dir, entries))
    return scan;
  g_autoptr (GHashTable) identities = po_media_index_folders (index);
  const Mounts mounts = {index, identities, dir, beneath, entries};
  if (settle != NULL && !take_unmounted (scan, &mounts, folders))
    return scan;
  g_autoptr (GHashTable) known = po_media_index_load (index);
  g_autoptr (GHashTable) marked = find_marked (entries);
  take_folders (scan, dir, folders);
  scan->sights = g_ptr_array_new_with_free_func (sight_free);
  for (guint i = 0; i < entries->len; i++) {
    PoBeneathEntry *entry = entries->pdata[i];
    if (entry->kind == PO_BENEATH_UNREAD || !po_media_name_is_candidate (entry->path))
      continue;
    add_sight (scan, beneath, entry, known, settle, now_ns);
    entries->pdata[i] = NULL; // taken
  }
  if (g_hash_table_size (marked) > 0) {
    read_marks (scan, beneath, marked);
    follow_marks (scan, beneath, dir, marked, known, settle != NULL);
  }
  if (scan->unsettled)
    scan->settles_ns = po_settle_left_ns (settle, now_ns);
  if (settle != NULL)
    po_settle_sweep (settle);
  return scan;
}
