// SPDX-License-Identifier: GPL-3.0-or-later
// Files are named SHA256-WISH.jpg; an empty one says that none was to be had. That holds for a day: the machine may
// have been too busy to make it in time.
#include "media/gallery.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "model/error.h"
#include "model/text.h"
#include "store/beneath.h"

#define FOLDER       "pictures"
#define HASH_CHARS   64
#define COLUMNS      8
#define MOST_BYTES   (G_GINT64_CONSTANT (256) << 20)
#define KEPT_PERCENT 75 // of it, when there is too much
#define MOST_WAITING 256
#define NONE_US      (24 * 3600 * (gint64)G_USEC_PER_SEC)

// What the thread works with; alive as long as it does.
typedef struct {
  gchar *media_dir;
  gchar *folder; // (nullable)
  PoProber *prober;
  gint64 bytes; // in the folder; -1: not counted yet; the thread's own
  gint stop;    // atomic
} Studio;       // g_atomic_rc_box

struct _PoGallery {
  Studio *studio;
  GMainContext *context;
  GThreadPool *pool; // one thread
};

typedef struct {
  Studio *studio;
  GMainContext *context;
  PoMediaFacts *facts; // NULL: a sweep
  PoGalleryWish wish;
  PoGalleryDone done;
  gpointer data;
  GBytes *jpeg;
  GError *error;
  GHashTable *present; // of a sweep: the contents there are
} Work;

static void studio_clear (gpointer data) {
  Studio *studio = data;
  po_prober_free (studio->prober);
  g_free (studio->media_dir);
  g_free (studio->folder);
}

static void studio_unref (Studio *studio) {
  g_atomic_rc_box_release_full (studio, studio_clear);
}

static void work_free (gpointer data) {
  Work *work = data;
  if (data == GINT_TO_POINTER (1))
    return; // what GThreadPool itself queues to wake its threads when it is freed
  studio_unref (work->studio);
  g_main_context_unref (work->context);
  po_media_facts_free (work->facts);
  g_clear_pointer (&work->jpeg, g_bytes_unref);
  g_clear_pointer (&work->present, g_hash_table_unref);
  g_clear_error (&work->error);
  g_free (work);
}

// ---- the folder ----

typedef struct {
  gchar *path;
  gint64 bytes, used_ns;
} Kept;

static void kept_free (gpointer data) {
  Kept *kept = data;
  g_free (kept->path);
  g_free (kept);
}

static gint compare_age (gconstpointer a, gconstpointer b) {
  const Kept *x = *(Kept *const *)a, *y = *(Kept *const *)b;
  return (x->used_ns > y->used_ns) - (x->used_ns < y->used_ns);
}

static gboolean is_present (GHashTable *present, const gchar *name) {
  g_autofree gchar *sha256 = g_strndup (name, HASH_CHARS);
  return present == NULL || g_hash_table_contains (present, sha256);
}

// All that is kept; what is not of @present (nullable) is deleted. (transfer full)
static GPtrArray *list_kept (Studio *studio, GHashTable *present) {
  GPtrArray *list = g_ptr_array_new_with_free_func (kept_free);
  g_autoptr (GDir) dir = studio->folder != NULL ? g_dir_open (studio->folder, 0, NULL) : NULL;
  studio->bytes = 0;
  for (const gchar *name = NULL; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
    g_autofree gchar *path = g_build_filename (studio->folder, name, NULL);
    struct stat info;
    if (!is_present (present, name)) {
      g_unlink (path);
    } else if (stat (path, &info) == 0) {
      Kept *kept = g_new0 (Kept, 1);
      *kept =
          (Kept){g_steal_pointer (&path), info.st_size, info.st_mtim.tv_sec * PO_NS_PER_SECOND + info.st_mtim.tv_nsec};
      g_ptr_array_add (list, kept);
      studio->bytes += info.st_size;
    }
  }
  return list;
}

// Room is made by deleting what was not looked at for longest.
static void bound (Studio *studio, GPtrArray *list) {
  if (studio->bytes <= MOST_BYTES)
    return;
  g_ptr_array_sort (list, compare_age);
  for (guint i = 0; i < list->len && studio->bytes > MOST_BYTES * KEPT_PERCENT / 100; i++) {
    const Kept *kept = list->pdata[i];
    if (g_unlink (kept->path) == 0)
      studio->bytes -= kept->bytes;
  }
}

// (transfer full) (nullable)
static gchar *path_of (const Work *work) {
  g_autofree gchar *wish =
      work->wish.strip ? g_strdup ("strip") : g_strdup_printf ("%" G_GINT64_FORMAT, work->wish.at_ns);
  g_autofree gchar *name = g_strdup_printf ("%s-%s.jpg", work->facts->sha256, wish);
  return work->studio->folder != NULL ? g_build_filename (work->studio->folder, name, NULL) : NULL;
}

static gboolean is_recent (const gchar *path) {
  struct stat info;
  const gint64 now_us = g_get_real_time ();
  return stat (path, &info) == 0 && ABS (now_us - info.st_mtim.tv_sec * G_USEC_PER_SEC) < NONE_US;
}

// (transfer full) (nullable)
static GBytes *find (const gchar *path) {
  gchar *text = NULL;
  gsize length = 0;
  if (path == NULL || !g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  g_autoptr (GBytes) found = g_bytes_new_take (text, length);
  if (length == 0)
    return is_recent (path) ? g_steal_pointer (&found) : NULL;
  utimensat (AT_FDCWD, path, NULL, 0); // it was looked at
  return g_steal_pointer (&found);
}

static void keep (Studio *studio, const gchar *path, GBytes *jpeg) {
  gsize length = 0;
  const gchar *data = g_bytes_get_data (jpeg, &length);
  if (path == NULL || g_mkdir_with_parents (studio->folder, 0755) != 0 ||
      !g_file_set_contents_full (path, data != NULL ? data : "", (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                 NULL))
    return; // made again when it is asked for again
  studio->bytes += studio->bytes >= 0 ? (gint64)length : 0;
  if (studio->bytes >= 0 && studio->bytes <= MOST_BYTES)
    return;
  g_autoptr (GPtrArray) list = list_kept (studio, NULL);
  bound (studio, list);
}

// ---- the thread ----

static gboolean is_unchanged (PoBeneath *beneath, const PoMediaFacts *facts) {
  PoBeneathEntry now;
  return po_beneath_stat (beneath, facts->path, &now) == PO_BENEATH_FILE && now.size_bytes == facts->size_bytes &&
         now.mtime_ns == facts->mtime_ns;
}

// (transfer full)
static GBytes *make (Work *work, GError **error) {
  const PoMediaFacts *facts = work->facts;
  Studio *studio = work->studio;
  g_autoptr (GError) why = NULL;
  g_autoptr (PoBeneath) beneath = po_beneath_open (studio->media_dir, error);
  if (beneath == NULL)
    return NULL;
  g_autofree gchar *file = g_build_filename (studio->media_dir, facts->path, NULL);
  g_autoptr (GBytes) jpeg = is_unchanged (beneath, facts)
                                ? studio->prober->picture (studio->prober, file, work->wish.at_ns,
                                                           work->wish.strip ? COLUMNS : 0, &studio->stop, &why)
                                : NULL;
  if (!is_unchanged (beneath, facts)) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s is being changed; ask again"), facts->path);
    return NULL;
  }
  if (jpeg == NULL && g_error_matches (why, PO_ERROR, PO_ERROR_INPUT))
    return g_bytes_new_static ("", 0);
  if (jpeg == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return g_steal_pointer (&jpeg);
}

static void look_up_or_make (Work *work) {
  g_autofree gchar *path = path_of (work);
  work->jpeg = find (path);
  if (work->jpeg == NULL && (work->jpeg = make (work, &work->error)) != NULL)
    keep (work->studio, path, work->jpeg);
  if (work->jpeg == NULL || g_bytes_get_size (work->jpeg) > 0)
    return;
  g_clear_pointer (&work->jpeg, g_bytes_unref);
  g_set_error (&work->error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s has no picture there"), work->facts->path);
}

static gboolean on_done (gpointer data) {
  Work *work = data;
  work->done (work->jpeg, work->error, work->data);
  return G_SOURCE_REMOVE;
}

static void work_in_thread (gpointer data, gpointer user) {
  Work *work = data;
  if (work->facts == NULL) {
    g_autoptr (GPtrArray) list = list_kept (work->studio, work->present);
    bound (work->studio, list);
    work_free (work);
    return;
  }
  look_up_or_make (work);
  g_autoptr (GMainContext) context = g_main_context_ref (work->context);
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_done, work, work_free);
  g_source_attach (source, context);
}

// ---- the owner's side ----

PoGallery *po_gallery_new (const gchar *media_dir, const gchar *state_dir, PoProber *prober) {
  PoGallery *self = g_new0 (PoGallery, 1);
  self->studio = g_atomic_rc_box_new0 (Studio);
  self->studio->media_dir = g_canonicalize_filename (media_dir, NULL);
  self->studio->folder = state_dir != NULL ? g_build_filename (state_dir, FOLDER, NULL) : NULL;
  self->studio->prober = prober;
  self->studio->bytes = -1;
  self->context = g_main_context_ref_thread_default ();
  self->pool = g_thread_pool_new_full (work_in_thread, NULL, work_free, 1, FALSE, NULL);
  return self;
}

void po_gallery_free (PoGallery *self) {
  if (self == NULL)
    return;
  g_atomic_int_set (&self->studio->stop, 1);
  g_thread_pool_free (self->pool, TRUE, FALSE);
  g_main_context_unref (self->context);
  studio_unref (self->studio);
  g_free (self);
}

static Work *work_new (PoGallery *self) {
  Work *work = g_new0 (Work, 1);
  work->studio = g_atomic_rc_box_acquire (self->studio);
  work->context = g_main_context_ref (self->context);
  return work;
}

static gboolean can_be_shown (const PoMediaFacts *facts) {
  return facts->problem == NULL && facts->kind != PO_MEDIA_AUDIO && strlen (facts->sha256) == HASH_CHARS;
}

void po_gallery_ask (PoGallery *self, const PoMediaFacts *facts, const PoGalleryWish *wish, PoGalleryDone done,
                     gpointer data) {
  g_autoptr (GError) error = NULL;
  if (!can_be_shown (facts))
    g_set_error (&error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s has no picture there"), facts->path);
  else if (g_thread_pool_unprocessed (self->pool) >= MOST_WAITING)
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_SYSTEM, _ ("too many pictures are being made; ask again later"));
  if (error != NULL) {
    done (NULL, error, data);
    return;
  }
  Work *work = work_new (self);
  work->facts = po_media_facts_copy (facts);
  work->wish = *wish;
  work->done = done;
  work->data = data;
  g_thread_pool_push (self->pool, work, NULL);
}

void po_gallery_sweep (PoGallery *self, PoMediaTable *table) {
  if (self->studio->folder == NULL || g_thread_pool_unprocessed (self->pool) > 0)
    return; // the next one will do it
  Work *work = work_new (self);
  g_autoptr (GPtrArray) list = po_media_table_list (table);
  work->present = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < list->len; i++)
    g_hash_table_add (work->present, g_strdup (((const PoMediaFacts *)list->pdata[i])->sha256));
  g_thread_pool_push (self->pool, work, NULL);
}
