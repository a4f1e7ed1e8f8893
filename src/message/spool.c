// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/spool.h"

#include <glib/gstdio.h>
#include <string.h>

#define SUFFIX  ".letter"
#define REFUSED "refused"

#define UNREAD_US (60 * G_USEC_PER_SEC) // a letter that could not be read is looked at again after so long

typedef struct {
  gchar *name; // of its file; sorts by time
  gchar *id;
  PoLetter *letter; // (nullable) where it could not be written
  guint tries;
  gint64 not_before_us;
} Entry;

struct _PoSpool {
  gchar *dir;         // (nullable)
  GPtrArray *entries; // Entry, oldest first
};

static void entry_free (Entry *entry) {
  g_free (entry->name);
  g_free (entry->id);
  po_letter_free (entry->letter);
  g_free (entry);
}

static gchar *path_of (PoSpool *self, const gchar *name) {
  return g_build_filename (self->dir, name, NULL);
}

// An id may come from anywhere; a file's name may not.
static gchar *name_of (const PoLetter *letter) {
  g_autofree gchar *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, letter->id, -1);
  return g_strdup_printf ("%020" G_GINT64_FORMAT "-%.16s" SUFFIX, MAX (letter->time_ns, 0), sum);
}

typedef enum { READ, UNREAD, BAD, GONE } Found;

// UNREAD: not at the moment, or not by us; BAD: it is no letter.
static Found read_letter (PoSpool *self, const gchar *name, PoLetter **ret_letter) {
  g_autofree gchar *path = path_of (self, name), *text = NULL;
  g_autoptr (GError) error = NULL;
  *ret_letter = NULL;
  if (!g_file_get_contents (path, &text, NULL, &error))
    return g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? GONE : UNREAD;
  *ret_letter = po_letter_from_text (text);
  return *ret_letter != NULL ? READ : BAD;
}

static void set_file_aside (PoSpool *self, const gchar *name) {
  g_autofree gchar *folder = path_of (self, REFUSED), *from = path_of (self, name);
  g_autofree gchar *to = g_build_filename (folder, name, NULL);
  g_mkdir_with_parents (folder, 0700);
  g_rename (from, to);
}

static void add_entry (PoSpool *self, const gchar *name, const gchar *id, PoLetter *letter) {
  Entry *entry = g_new0 (Entry, 1);
  entry->name = g_strdup (name);
  entry->id = g_strdup (id);
  entry->letter = letter;
  g_ptr_array_add (self->entries, entry);
}

static gint compare_entries (gconstpointer a, gconstpointer b) {
  return strcmp ((*(Entry *const *)a)->name, (*(Entry *const *)b)->name);
}

static void read_folder (PoSpool *self) {
  g_autoptr (GDir) dir = g_dir_open (self->dir, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (const gchar *name = NULL; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    if (g_str_has_suffix (name, SUFFIX))
      g_ptr_array_add (names, g_strdup (name));
  for (guint i = 0; i < names->len; i++) {
    g_autoptr (PoLetter) letter = NULL;
    const Found found = read_letter (self, names->pdata[i], &letter);
    if (found == READ)
      add_entry (self, names->pdata[i], letter->id, NULL);
    else if (found == BAD)
      set_file_aside (self, names->pdata[i]);
  }
  g_ptr_array_sort (self->entries, compare_entries);
}

PoSpool *po_spool_open (const gchar *dir) {
  PoSpool *self = g_new0 (PoSpool, 1);
  self->dir = g_strdup (dir);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)entry_free);
  if (dir != NULL && g_mkdir_with_parents (dir, 0700) == 0)
    read_folder (self);
  return self;
}

void po_spool_free (PoSpool *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->entries);
  g_free (self->dir);
  g_free (self);
}

static gint find (PoSpool *self, const gchar *id) {
  for (guint i = 0; i < self->entries->len; i++)
    if (g_str_equal (((Entry *)self->entries->pdata[i])->id, id))
      return (gint)i;
  return -1;
}

static gboolean write_letter (PoSpool *self, const gchar *name, const gchar *text, GError **error) {
  g_autofree gchar *path = path_of (self, name);
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                   error);
}

gboolean po_spool_put (PoSpool *self, const PoLetter *letter, GError **error) {
  if (find (self, letter->id) >= 0)
    return TRUE;
  g_autofree gchar *name = name_of (letter), *text = po_letter_to_text (letter);
  gboolean is_written = self->dir != NULL && write_letter (self, name, text, error);
  add_entry (self, name, letter->id, is_written ? NULL : po_letter_from_text (text));
  return is_written || self->dir == NULL;
}

guint po_spool_count (PoSpool *self) {
  return self->entries->len;
}

PoLetter *po_spool_next (PoSpool *self, gint64 now_us) {
  for (guint i = 0; i < self->entries->len;) {
    Entry *entry = self->entries->pdata[i];
    PoLetter *letter = NULL;
    if (entry->not_before_us > now_us) {
      i++;
      continue;
    }
    if (entry->letter != NULL) {
      g_autofree gchar *text = po_letter_to_text (entry->letter);
      return po_letter_from_text (text);
    }
    const Found found = read_letter (self, entry->name, &letter);
    if (found == READ)
      return letter;
    if (found == UNREAD) {
      entry->not_before_us = now_us + UNREAD_US;
      i++;
      continue;
    }
    if (found == BAD)
      set_file_aside (self, entry->name);
    g_ptr_array_remove_index (self->entries, i); // else somebody took the file away
  }
  return NULL;
}

gint64 po_spool_due_us (PoSpool *self) {
  gint64 due_us = G_MAXINT64;
  for (guint i = 0; i < self->entries->len; i++)
    due_us = MIN (due_us, ((Entry *)self->entries->pdata[i])->not_before_us);
  return due_us;
}

guint po_spool_tries (PoSpool *self, const gchar *id) {
  gint i = find (self, id);
  return i >= 0 ? ((Entry *)self->entries->pdata[i])->tries : 0;
}

void po_spool_put_off (PoSpool *self, const gchar *id, gint64 until_us) {
  gint i = find (self, id);
  if (i < 0)
    return;
  Entry *entry = self->entries->pdata[i];
  entry->not_before_us = until_us;
  entry->tries++;
}

void po_spool_drop (PoSpool *self, const gchar *id) {
  gint i = find (self, id);
  if (i < 0)
    return;
  const Entry *entry = self->entries->pdata[i];
  if (entry->letter == NULL) {
    g_autofree gchar *path = path_of (self, entry->name);
    g_unlink (path);
  }
  g_ptr_array_remove_index (self->entries, (guint)i);
}

void po_spool_set_aside (PoSpool *self, const gchar *id) {
  gint i = find (self, id);
  if (i < 0)
    return;
  const Entry *entry = self->entries->pdata[i];
  if (entry->letter == NULL)
    set_file_aside (self, entry->name);
  g_ptr_array_remove_index (self->entries, (guint)i);
}
