// SPDX-License-Identifier: GPL-3.0-or-later
#include "subscription/kept.h"

#include <errno.h>
#include <json-glib/json-glib.h>

#include <glib/gstdio.h>

#include "json/tree.h"
#include "model/error.h"
#include "model/text.h"

void po_kept_clear (PoKept *self) {
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->modified, g_free);
}

gchar *po_kept_file_name (const gchar *name) {
  return g_strconcat ("calendar:", name, NULL);
}

static gchar *path_of (const gchar *state_dir, const gchar *name, const gchar *suffix) {
  g_autofree gchar *base = g_strconcat (name, suffix, NULL);
  return g_build_filename (state_dir, "calendars", base, NULL);
}

static GBytes *load_bytes (const gchar *state_dir, const gchar *name) {
  g_autofree gchar *path = path_of (state_dir, name, ".ics");
  gchar *text = NULL;
  gsize length = 0;
  return g_file_get_contents (path, &text, &length, NULL) ? g_bytes_new_take (text, length) : NULL;
}

static gchar *sum_of (const gchar *url) {
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);
}

void po_kept_load (PoKept *self, const gchar *state_dir, const gchar *name, const gchar *url) {
  *self = (PoKept){0};
  self->bytes = state_dir != NULL ? load_bytes (state_dir, name) : NULL;
  if (self->bytes == NULL)
    return;
  g_autofree gchar *path = path_of (state_dir, name, ".json"), *sum = sum_of (url);
  g_autoptr (JsonParser) parser = json_parser_new ();
  if (!json_parser_load_from_file (parser, path, NULL))
    return;
  JsonObject *object = po_json_node_object (json_parser_get_root (parser));
  if (object == NULL || g_strcmp0 (json_object_get_string_member_with_default (object, "url_sha256", NULL), sum) != 0)
    return;
  self->etag = g_strdup (json_object_get_string_member_with_default (object, "etag", NULL));
  self->modified = g_strdup (json_object_get_string_member_with_default (object, "last_modified", NULL));
  self->good_ns = json_object_get_int_member_with_default (object, "good_ns", 0);
  self->is_secure = json_object_get_boolean_member_with_default (object, "secure", FALSE);
}

static gboolean write_file (const gchar *path, const gchar *text, gsize length, GError **error) {
  return g_file_set_contents_full (path, text, (gssize)length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0640, error);
}

static gchar *names_text (const PoKept *self, const gchar *url) {
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree gchar *sum = sum_of (url);
  json_object_set_string_member (object, "url_sha256", sum);
  if (self->etag != NULL)
    json_object_set_string_member (object, "etag", self->etag);
  if (self->modified != NULL)
    json_object_set_string_member (object, "last_modified", self->modified);
  json_object_set_int_member (object, "good_ns", self->good_ns);
  json_object_set_boolean_member (object, "secure", self->is_secure);
  return po_json_object_text (object);
}

gboolean po_kept_save (const PoKept *self, const gchar *state_dir, const gchar *name, const gchar *url,
                       gboolean with_bytes, GError **error) {
  g_autofree gchar *folder = g_build_filename (state_dir, "calendars", NULL);
  g_autofree gchar *ics = path_of (state_dir, name, ".ics"), *json = path_of (state_dir, name, ".json");
  g_autofree gchar *names = names_text (self, url);
  g_autoptr (GError) local = NULL;
  gsize length = 0;
  const gchar *bytes = g_bytes_get_data (self->bytes, &length);
  // The names last: bytes without theirs are asked for anew, names without their bytes would never be.
  if (g_mkdir_with_parents (folder, 0750) == 0 &&
      (!with_bytes || (g_unlink (json), write_file (ics, bytes, length, &local))) &&
      write_file (json, names, strlen (names), &local))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "%s", local != NULL ? local->message : g_strerror (errno));
  return FALSE;
}

void po_kept_add (GPtrArray *files, const gchar *state_dir, const gchar *const *names) {
  for (guint i = 0; state_dir != NULL && names[i] != NULL; i++) {
    g_autofree gchar *name = po_kept_file_name (names[i]);
    g_autoptr (GBytes) bytes = load_bytes (state_dir, names[i]);
    if (bytes != NULL)
      g_ptr_array_add (files, po_calendar_file_new (name, bytes));
  }
}
