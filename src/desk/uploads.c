// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/uploads.h"

#include <gio/gio.h>
#include <inttypes.h>
#include <string.h>

#include "json/tree.h"
#include "media/intake.h"
#include "model/error.h"
#include "model/text.h"
#include "station/placement.h"

#define PIECE_BYTES  (2 * 1024 * 1024) // advised; the API takes twice as much
#define MOST_UPLOADS 64
#define MOST_BYTES   (G_GINT64_CONSTANT (1) << 40)
#define IDLE_US      (3600 * (gint64)G_USEC_PER_SEC) // whoever sends it has left, and another may take its place

struct _PoUploads {
  PoInputs *inputs;
  PoStation *station;
  const PoClock *clock;
  GTimeZone *zone;
  GHashTable *uploads; // id -> Upload
  GCancellable *cancellable;
};

typedef struct {
  gchar *id, *dir, *path;
  gint64 size_bytes, received_bytes;
  gboolean replace, busy;
  gboolean finished; // and kept for a while, for those who missed the answer
  gint64 used_us;    // when it last was asked for
} Upload;

typedef enum { BEGIN, ADD, DROP } Deed;

// One piece of work on its way through a thread and back.
typedef struct {
  PoUploads *uploads;
  Deed deed;
  gchar *id, *dir, *path;
  PoIntake intake; // its strings are the above
  gint64 at_bytes, received_bytes;
  GBytes *bytes; // (nullable)
  PoControlDone done;
  gpointer data;
} Work;

static void upload_free (gpointer data) {
  Upload *upload = data;
  g_free (upload->id);
  g_free (upload->dir);
  g_free (upload->path);
  g_free (upload);
}

static void work_free (gpointer data) {
  Work *work = data;
  g_free (work->id);
  g_free (work->dir);
  g_free (work->path);
  g_clear_pointer (&work->bytes, g_bytes_unref);
  g_free (work);
}

PoUploads *po_uploads_new (PoInputs *inputs, PoStation *station, const PoClock *clock, GTimeZone *zone) {
  PoUploads *self = g_new0 (PoUploads, 1);
  *self = (PoUploads){inputs, station, clock, zone, NULL, g_cancellable_new ()};
  self->uploads = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, upload_free);
  return self;
}

void po_uploads_free (PoUploads *self) {
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_hash_table_unref (self->uploads);
  g_free (self);
}

static JsonNode *to_json (const Upload *upload) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "id", upload->id);
  json_object_set_string_member (object, "path", upload->path);
  json_object_set_int_member (object, "size_bytes", upload->size_bytes);
  json_object_set_int_member (object, "received_bytes", upload->received_bytes);
  json_object_set_int_member (object, "piece_bytes", PIECE_BYTES);
  json_object_set_boolean_member (object, "done", upload->finished);
  return po_json_object_node (object);
}

static void run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
  Work *work = data;
  GError *error = NULL;
  gboolean ok = TRUE;
  if (work->deed == BEGIN)
    ok = po_intake_begin (&work->intake, &work->received_bytes, &error);
  else if (work->deed == ADD)
    ok = po_intake_add (&work->intake, work->at_bytes, work->bytes, &work->received_bytes, &error);
  else
    po_intake_drop (&work->intake);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

// @error: (nullable) why not @ok
static void answer_work (Work *work, Upload *upload, gboolean ok, const GError *error) {
  const gboolean was_finished = upload->finished && g_error_matches (error, PO_ERROR, PO_ERROR_TAKEN);
  upload->busy = FALSE;
  if (!was_finished)
    upload->received_bytes = work->received_bytes;
  upload->finished = was_finished || (ok && work->deed != DROP && upload->received_bytes >= upload->size_bytes);
  g_autoptr (JsonNode) answer = ok || was_finished ? to_json (upload) : NULL;
  const gboolean is_gone = g_error_matches (error, PO_ERROR, PO_ERROR_NOT_FOUND); // and the folder with it, perhaps
  if (upload->finished || is_gone)
    po_inputs_rescan (work->uploads->inputs);
  if (work->deed == DROP || (work->deed == BEGIN && answer == NULL) || is_gone)
    g_hash_table_remove (work->uploads->uploads, work->id);
  work->done (g_steal_pointer (&answer), error, work->data);
}

static void on_ran (GObject *source, GAsyncResult *result, gpointer data) {
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) { // the uploads are gone
    g_autoptr (GError) stopped = g_error_new_literal (PO_ERROR, PO_ERROR_SYSTEM, _ ("stopped"));
    work->done (NULL, stopped, work->data);
    return;
  }
  Upload *upload = g_hash_table_lookup (work->uploads->uploads, work->id);
  answer_work (work, upload, ok, error);
}

static void start (PoUploads *self, Upload *upload, Deed deed, gint64 at_bytes, GBytes *bytes, PoControlDone done,
                   gpointer data) {
  Work *work = g_new0 (Work, 1);
  work->uploads = self;
  work->deed = deed;
  work->id = g_strdup (upload->id);
  work->dir = g_strdup (upload->dir);
  work->path = g_strdup (upload->path);
  work->intake = (PoIntake){work->dir, work->path, work->id, upload->size_bytes, upload->replace};
  work->at_bytes = at_bytes;
  work->received_bytes = upload->received_bytes;
  work->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  work->done = done;
  work->data = data;
  upload->busy = TRUE;
  upload->used_us = g_get_monotonic_time ();
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_ran, NULL);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, run);
}

static Upload *find_free (PoUploads *self, const gchar *id, GError **error) {
  Upload *upload = g_hash_table_lookup (self->uploads, id);
  if (upload == NULL)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("there is no such upload; offer the clip again"));
  else if (upload->busy) // no refusal: whoever sends it asks again
    g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM,
                         _ ("a piece of this clip is still being written; ask again"));
  else
    return upload;
  return NULL;
}

static const gchar *text_of (JsonObject *wish, const gchar *name) {
  JsonNode *node = json_object_get_member (wish, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static gint64 int_of (JsonObject *wish, const gchar *name) {
  JsonNode *node = json_object_get_member (wish, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64
             ? json_node_get_int (node)
             : 0;
}

static gboolean bool_of (JsonObject *wish, const gchar *name) {
  JsonNode *node = json_object_get_member (wish, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_boolean (node);
}

// A part or an episode below the first, or beyond any, is not taken for another one.
static gboolean check_number (JsonObject *wish, const gchar *name, GError **error) {
  const gint64 number = int_of (wish, name);
  if (number >= 0 && number <= G_MAXINT)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” is not a whole number from %" PRId64 " to %" PRId64), name,
               (gint64)0, (gint64)G_MAXINT);
  return FALSE;
}

// @typed as it may be, or as it lies there in the other form of Unicode: of two such files neither would air.
// (transfer full)
static gchar *check_path (PoUploads *self, const gchar *typed, GError **error) {
  g_autofree gchar *path = po_intake_check_path (typed, error);
  const PoMediaFacts *there =
      path != NULL ? po_media_table_resolve (po_station_media (self->station), path, NULL) : NULL;
  g_autofree gchar *nfc = there != NULL ? po_media_name_nfc (there->path) : NULL;
  return nfc != NULL && g_str_equal (nfc, path) ? g_strdup (there->path) : g_steal_pointer (&path);
}

// Where @wish goes. (transfer full)
static gchar *find_path (PoUploads *self, JsonObject *wish, GError **error) {
  const gchar *path = text_of (wish, "path"), *name = text_of (wish, "name"), *uid = text_of (wish, "uid");
  PoSchedule *schedule = po_station_schedule (self->station);
  if (uid == NULL && path == NULL)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("say where it goes: “path”, or “uid” with “name”"));
  if (uid == NULL || path != NULL)
    return path != NULL ? check_path (self, path, error) : NULL;
  if (schedule == NULL || name == NULL) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("an episode's clip needs “name”, and calendars in force"));
    return NULL;
  }
  if (!check_number (wish, "part", error) || !check_number (wish, "episode", error))
    return NULL;
  const gchar *instance = text_of (wish, "instance");
  if (instance != NULL)
    instance = po_station_calendar_name (self->station, uid, instance);
  const PoPlace place = {uid, instance, int_of (wish, "episode"), (guint)int_of (wish, "part")};
  g_autofree gchar *placed = po_placement_path (self->station, po_clock_now_ns (self->clock), &place, name, error);
  return placed != NULL ? check_path (self, placed, error) : NULL;
}

// The same clip has the same one in another life.
static gchar *make_id (const gchar *path, gint64 size_bytes, const gchar *tag) {
  g_autofree gchar *text = g_strdup_printf ("%s\n%" G_GINT64_FORMAT "\n%s", path, size_bytes, tag != NULL ? tag : "");
  gchar *id = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  id[PO_INTAKE_ID_CHARS] = '\0';
  return id;
}

static gboolean is_finished (gpointer id, gpointer value, gpointer user) {
  const Upload *upload = value;
  return upload->finished && !upload->busy;
}

// What has arrived stays on the disk: the clip may be offered again.
static gboolean is_left (gpointer id, gpointer value, gpointer user) {
  const Upload *upload = value;
  return !upload->busy && g_get_monotonic_time () - upload->used_us > IDLE_US;
}

static gboolean has_place (PoUploads *self) {
  if (g_hash_table_size (self->uploads) >= MOST_UPLOADS)
    g_hash_table_foreach_remove (self->uploads, is_finished, NULL);
  if (g_hash_table_size (self->uploads) >= MOST_UPLOADS)
    g_hash_table_foreach_remove (self->uploads, is_left, NULL);
  return g_hash_table_size (self->uploads) < MOST_UPLOADS;
}

// (transfer none) The upload that @wish begins or goes on with.
static Upload *take_wish (PoUploads *self, const gchar *media_dir, JsonObject *wish, GError **error) {
  const gint64 size_bytes = int_of (wish, "size_bytes");
  g_autofree gchar *path = find_path (self, wish, error);
  if (path == NULL)
    return NULL;
  if (size_bytes <= 0 || size_bytes > MOST_BYTES) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("“size_bytes” must be over 0, and a tebibyte at most"));
    return NULL;
  }
  g_autofree gchar *id = make_id (path, size_bytes, text_of (wish, "tag"));
  if (g_hash_table_contains (self->uploads, id))
    return find_free (self, id, error);
  if (!has_place (self)) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%d clips are being sent already; try again later"),
                 MOST_UPLOADS);
    return NULL;
  }
  Upload *upload = g_new0 (Upload, 1);
  upload->id = g_steal_pointer (&id);
  upload->dir = g_strdup (media_dir);
  upload->path = g_steal_pointer (&path);
  upload->size_bytes = size_bytes;
  g_hash_table_insert (self->uploads, upload->id, upload);
  return upload;
}

// What is put where a disk or share should be mounted would be taken for all that is on it, and hidden once it is
// there.
static gboolean check_folder (PoUploads *self, GError **error) {
  g_autofree gchar *why = po_media_library_away (po_inputs_library (self->inputs));
  if (why == NULL)
    return TRUE;
  po_inputs_rescan (self->inputs); // for whoever asks again
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("no clip can be put into the media folder now: %s"), why);
  return FALSE;
}

void po_uploads_begin (PoUploads *self, const gchar *media_dir, JsonObject *wish, PoControlDone done, gpointer data) {
  g_autoptr (GError) error = NULL;
  Upload *upload = check_folder (self, &error) ? take_wish (self, media_dir, wish, &error) : NULL;
  if (upload == NULL) {
    done (NULL, error, data);
    return;
  }
  upload->replace = bool_of (wish, "replace");
  start (self, upload, BEGIN, 0, NULL, done, data);
}

void po_uploads_add (PoUploads *self, const gchar *id, gint64 at_bytes, GBytes *bytes, PoControlDone done,
                     gpointer data) {
  g_autoptr (GError) error = NULL;
  Upload *upload = find_free (self, id, &error);
  if (upload == NULL)
    done (NULL, error, data);
  else
    start (self, upload, ADD, at_bytes, bytes, done, data);
}

void po_uploads_drop (PoUploads *self, const gchar *id, PoControlDone done, gpointer data) {
  g_autoptr (GError) error = NULL;
  Upload *upload = find_free (self, id, &error);
  if (upload == NULL)
    done (NULL, error, data);
  else
    start (self, upload, DROP, 0, NULL, done, data);
}

JsonNode *po_uploads_state (PoUploads *self, const gchar *id, GError **error) {
  const Upload *upload = g_hash_table_lookup (self->uploads, id);
  if (upload != NULL)
    return to_json (upload);
  g_set_error_literal (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("there is no such upload; offer the clip again"));
  return NULL;
}
