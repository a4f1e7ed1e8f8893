// SPDX-License-Identifier: GPL-3.0-or-later
// The last good configuration, kept in the state folder for the start that finds the file broken.
#include <errno.h>

#include <glib/gstdio.h>

#include "config/lines.h"
#include "config/spec.h"
#include "model/error.h"
#include "model/text.h"

#define KEPT_NAME "config.last-good"

// The file that a kept copy stands for, on its first line: another station's configuration must not be taken for ours.
static gchar *origin_line (const gchar *path) {
  g_autofree gchar *escaped = g_strescape (path, NULL);
  return g_strdup_printf ("# %s\n", escaped);
}

gboolean po_config_keep (PoConfig *self, GError **error) {
  g_autofree gchar *kept = g_build_filename (self->state, KEPT_NAME, NULL);
  g_autofree gchar *text = po_config_to_text (self);
  g_autofree gchar *origin = origin_line (self->path);
  g_autofree gchar *whole = g_strconcat (origin, text, NULL);
  g_autoptr (GError) local = NULL;
  if (g_mkdir_with_parents (self->state, 0750) == 0 &&
      g_file_set_contents_full (kept, whole, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &local))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("cannot keep a copy of the configuration in %s: %s"), self->state,
               local != NULL ? local->message : g_strerror (errno));
  return FALSE;
}

// The state folders that the lines of @file name, as far as it can be read at all, the last first.
static void add_named (GPtrArray *states, const gchar *file, const gchar *base_dir) {
  g_autofree gchar *text = NULL;
  if (!g_file_get_contents (file, &text, NULL, NULL))
    return;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = g_strv_length (lines); i > 0; i--) {
    g_auto (GStrv) pair = g_strsplit (lines[i - 1], "=", 2);
    if (g_strv_length (pair) == 2 && g_str_equal (g_strstrip (pair[0]), "state") && *g_strstrip (pair[1]) != '\0')
      g_ptr_array_add (states, g_canonicalize_filename (pair[1], base_dir));
  }
}

static void add_folders_of (GPtrArray *states, const gchar *dir) {
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  for (const gchar *name = NULL; folder != NULL && (name = g_dir_read_name (folder)) != NULL;)
    g_ptr_array_add (states, g_build_filename (dir, name, NULL));
}

// Where a copy may lie, the likeliest first. Of the file there may be nothing left that could be read.
static GPtrArray *likely_states (const gchar *path) {
  GPtrArray *states = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *base_dir = g_path_get_dirname (path);
  g_autoptr (GPtrArray) files = po_config_lines_files (path);
  for (guint i = files->len; i > 0; i--)
    add_named (states, files->pdata[i - 1], base_dir);
  g_ptr_array_add (states, g_strdup (PO_CONFIG_USUAL_STATE));
  add_folders_of (states, base_dir);
  return states;
}

// The copy in @state, if it is one of the configuration that begins with @origin. (nullable)
static gchar *find_copy (const gchar *state, const gchar *origin) {
  g_autofree gchar *kept = g_build_filename (state, KEPT_NAME, NULL);
  g_autofree gchar *text = NULL;
  const gboolean is_ours = g_file_get_contents (kept, &text, NULL, NULL) && g_str_has_prefix (text, origin);
  return is_ours ? g_steal_pointer (&kept) : NULL;
}

PoConfig *po_config_load_kept (const gchar *path, GPtrArray *findings, GError **error) {
  g_autofree gchar *absolute = g_canonicalize_filename (path, NULL);
  g_autofree gchar *origin = origin_line (absolute);
  g_autoptr (GPtrArray) states = likely_states (absolute);
  g_autofree gchar *kept = NULL;
  for (guint i = 0; kept == NULL && i < states->len; i++)
    kept = find_copy (states->pdata[i], origin);
  if (kept == NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("there is no earlier good configuration of %s"), path);
    return NULL;
  }
  PoConfig *config = po_config_load_tolerant (kept, findings, error);
  if (config != NULL) {
    g_free (config->path);
    config->path = g_steal_pointer (&absolute);
  }
  return config;
}
