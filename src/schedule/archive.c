// SPDX-License-Identifier: GPL-3.0-or-later
// Order of writing: calendars, then the manifest that names them, then the line that names the manifest; so whatever a
// power cut leaves, each line that is there can be followed to its end.
#include "schedule/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#include "json/tree.h"
#include "model/error.h"
#include "model/text.h"
#include "store/blob-store.h"

struct _PoScheduleArchive {
  gchar *dir; // STATE/schedules; NULL: memory only
  PoBlobStore *blobs;
  GPtrArray *history;    // PoAdoption
  GHashTable *manifests; // revision -> GBytes: not on disk yet
  GPtrArray *lines;      // gchar: history lines not on disk yet
  gchar *problem;
};

static void adoption_free (gpointer data) {
  PoAdoption *adoption = data;
  g_free (adoption->revision);
  g_free (adoption->why);
  g_free (adoption->who);
  g_free (adoption->candidate);
  g_free (adoption);
}

static const gchar *text_member (JsonObject *object, const gchar *name) {
  JsonNode *node = json_object_get_member (object, name);
  gboolean is_text = node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
  return is_text ? json_node_get_string (node) : NULL;
}

// A line that a power cut tore is no adoption: what it named was not yet in force when the power went.
static void read_line (PoScheduleArchive *self, const gchar *line) {
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonObject *object = po_json_node_object (node);
  if (object == NULL)
    return;
  const gchar *revision = text_member (object, "revision"), *time = text_member (object, "time");
  PoTimeNs time_ns = 0;
  if (revision == NULL || time == NULL || !po_time_parse (time, utc, &time_ns, NULL))
    return;
  PoAdoption *adoption = g_new0 (PoAdoption, 1);
  adoption->revision = g_strdup (revision);
  adoption->time_ns = time_ns;
  adoption->why = g_strdup (text_member (object, "why") != NULL ? text_member (object, "why") : "changed");
  adoption->who = g_strdup (text_member (object, "who"));
  adoption->candidate = g_strdup (text_member (object, "candidate"));
  g_ptr_array_add (self->history, adoption);
}

PoScheduleArchive *po_schedule_archive_open (const gchar *state_dir) {
  PoScheduleArchive *self = g_new0 (PoScheduleArchive, 1);
  self->dir = state_dir != NULL ? g_build_filename (state_dir, "schedules", NULL) : NULL;
  g_autofree gchar *blobs = self->dir != NULL ? g_build_filename (self->dir, "blobs", NULL) : NULL;
  self->blobs = po_blob_store_new (blobs);
  self->history = g_ptr_array_new_with_free_func (adoption_free);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->manifests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  g_autofree gchar *path = self->dir != NULL ? g_build_filename (self->dir, "history.jsonl", NULL) : NULL;
  g_autofree gchar *text = NULL;
  if (path != NULL && g_file_get_contents (path, &text, NULL, NULL)) {
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++)
      read_line (self, lines[i]);
  }
  return self;
}

void po_schedule_archive_free (PoScheduleArchive *self) {
  if (self == NULL)
    return;
  po_blob_store_free (self->blobs);
  g_ptr_array_unref (self->history);
  g_ptr_array_unref (self->lines);
  g_hash_table_unref (self->manifests);
  g_free (self->problem);
  g_free (self->dir);
  g_free (self);
}

GPtrArray *po_schedule_archive_history (PoScheduleArchive *self) {
  return self->history;
}

static gchar *to_text (JsonBuilder *builder) {
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void add_text (JsonBuilder *builder, const gchar *name, const gchar *value) {
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static gchar *make_line (const PoAdoption *adoption) {
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *time = po_time_to_utc_string (adoption->time_ns);
  json_builder_begin_object (builder);
  add_text (builder, "time", time);
  add_text (builder, "revision", adoption->revision);
  add_text (builder, "why", adoption->why);
  add_text (builder, "who", adoption->who);
  add_text (builder, "candidate", adoption->candidate);
  json_builder_end_object (builder);
  return to_text (builder);
}

static GBytes *make_manifest (GPtrArray *files) {
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < files->len; i++) {
    const PoCalendarFile *file = files->pdata[i];
    json_builder_begin_object (builder);
    add_text (builder, "name", file->name);
    add_text (builder, "sha256", file->sha256);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  gchar *text = to_text (builder);
  return g_bytes_new_take (text, strlen (text));
}

static gchar *manifest_path (PoScheduleArchive *self, const gchar *revision) {
  g_autofree gchar *name = g_strconcat (revision, ".json", NULL);
  return g_build_filename (self->dir, "revisions", name, NULL);
}

static gboolean write_manifests (PoScheduleArchive *self, GError **error) {
  GHashTableIter iter;
  gpointer revision = NULL, bytes = NULL;
  g_hash_table_iter_init (&iter, self->manifests);
  while (g_hash_table_iter_next (&iter, &revision, &bytes)) {
    g_autofree gchar *path = manifest_path (self, revision);
    if (!po_file_replace (path, bytes, error))
      return FALSE;
    g_hash_table_iter_remove (&iter);
  }
  return TRUE;
}

// Appends after a newline of its own where the last line was torn.
static gboolean append_line (gint fd, const gchar *line) {
  gchar last = '\n';
  off_t end = lseek (fd, 0, SEEK_END);
  if (end > 0 && pread (fd, &last, 1, end - 1) != 1)
    return FALSE;
  g_autofree gchar *text = g_strconcat (last == '\n' ? "" : "\n", line, "\n", NULL);
  gsize length = strlen (text);
  if (write (fd, text, length) == (gssize)length && fsync (fd) == 0)
    return TRUE;
  gint saved = errno;
  if (ftruncate (fd, end) != 0) // a torn line is understood when reading
    errno = saved;
  errno = saved;
  return FALSE;
}

static gboolean write_lines (PoScheduleArchive *self, GError **error) {
  g_autofree gchar *path = g_build_filename (self->dir, "history.jsonl", NULL);
  gint fd = self->lines->len > 0 ? open (path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
  if (self->lines->len == 0)
    return TRUE;
  gboolean ok = fd >= 0;
  while (ok && self->lines->len > 0) {
    ok = append_line (fd, self->lines->pdata[0]);
    if (ok)
      g_ptr_array_remove_index (self->lines, 0);
  }
  gint saved = errno;
  if (fd >= 0)
    close (fd);
  if (!ok)
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "%s: %s", path, g_strerror (saved));
  return ok;
}

static void write_all (PoScheduleArchive *self, GError *blob_error) {
  g_autoptr (GError) error = blob_error;
  g_clear_pointer (&self->problem, g_free);
  if (self->dir == NULL)
    return;
  if (error == NULL && write_manifests (self, &error) && write_lines (self, &error))
    return;
  self->problem = g_strdup (error->message);
}

void po_schedule_archive_keep (PoScheduleArchive *self, const PoAdoption *adoption, GPtrArray *files) {
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < files->len; i++) {
    g_clear_error (&error);
    po_blob_store_put (self->blobs, ((PoCalendarFile *)files->pdata[i])->bytes, NULL, &error);
  }
  PoAdoption *copy = g_new0 (PoAdoption, 1);
  copy->revision = g_strdup (adoption->revision);
  copy->time_ns = adoption->time_ns;
  copy->why = g_strdup (adoption->why);
  copy->who = g_strdup (adoption->who);
  copy->candidate = g_strdup (adoption->candidate);
  g_ptr_array_add (self->history, copy);
  g_hash_table_replace (self->manifests, g_strdup (adoption->revision), make_manifest (files));
  g_ptr_array_add (self->lines, make_line (adoption));
  write_all (self, g_steal_pointer (&error));
}

void po_schedule_archive_retry (PoScheduleArchive *self) {
  GError *error = NULL;
  if (self->problem == NULL)
    return;
  po_blob_store_retry (self->blobs, &error);
  write_all (self, error);
}

gchar *po_schedule_archive_problem (PoScheduleArchive *self) {
  return g_strdup (self->problem);
}

static GBytes *read_manifest (PoScheduleArchive *self, const gchar *revision, GError **error) {
  GBytes *kept = g_hash_table_lookup (self->manifests, revision);
  gchar *text = NULL;
  gsize length = 0;
  if (kept != NULL)
    return g_bytes_ref (kept);
  g_autofree gchar *path = self->dir != NULL && strspn (revision, "0123456789abcdef") == strlen (revision)
                               ? manifest_path (self, revision)
                               : NULL;
  if (path != NULL && g_file_get_contents (path, &text, &length, NULL))
    return g_bytes_new_take (text, length);
  g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("schedule revision %s is not kept here"), revision);
  return NULL;
}

// (transfer full) the "files" of a manifest; NULL with @error
static JsonArray *parse_manifest (PoScheduleArchive *self, const gchar *revision, GError **error) {
  g_autoptr (GBytes) bytes = read_manifest (self, revision, error);
  if (bytes == NULL)
    return NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  if (json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes), NULL)) {
    JsonArray *files = po_json_get_array (po_json_node_object (json_parser_get_root (parser)), "files");
    if (files != NULL)
      return json_array_ref (files);
  }
  g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("schedule revision %s: its list of files is damaged"), revision);
  return NULL;
}

static PoCalendarFile *load_file (PoScheduleArchive *self, JsonNode *element, GError **error) {
  JsonObject *file = po_json_node_object (element);
  const gchar *name = file != NULL ? text_member (file, "name") : NULL;
  const gchar *sha256 = name != NULL ? text_member (file, "sha256") : NULL;
  if (sha256 == NULL) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("its list of files is damaged"));
    return NULL;
  }
  g_autoptr (GBytes) bytes = po_blob_store_get (self->blobs, sha256, error);
  return bytes != NULL ? po_calendar_file_new (name, bytes) : NULL;
}

GPtrArray *po_schedule_archive_load (PoScheduleArchive *self, const gchar *revision, GError **error) {
  g_autoptr (JsonArray) list = parse_manifest (self, revision, error);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)po_calendar_file_free);
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++) {
    PoCalendarFile *file = load_file (self, json_array_get_element (list, i), error);
    if (file == NULL)
      return NULL;
    g_ptr_array_add (files, file);
  }
  return list != NULL ? g_steal_pointer (&files) : NULL;
}

GStrv po_schedule_archive_names (PoScheduleArchive *self, const gchar *revision) {
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (JsonArray) list = parse_manifest (self, revision, NULL);
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++) {
    JsonObject *file = po_json_node_object (json_array_get_element (list, i));
    const gchar *name = file != NULL ? text_member (file, "name") : NULL;
    if (name != NULL)
      g_strv_builder_add (names, name);
  }
  return g_strv_builder_end (names);
}
