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

// The state folder that @path names, as far as the file can be read at all: its last line "state=". (nullable)
static gchar *guess_state (const gchar *path) {
  g_autofree gchar *text = NULL;
  gsize length = 0;
  if (!g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  g_autofree gchar *absolute = g_canonicalize_filename (path, NULL);
  g_autofree gchar *base_dir = g_path_get_dirname (absolute);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = g_strv_length (lines); i > 0; i--) {
    g_auto (GStrv) pair = g_strsplit (lines[i - 1], "=", 2);
    if (g_strv_length (pair) == 2 && g_str_equal (g_strstrip (pair[0]), "state") && *g_strstrip (pair[1]) != '\0')
      return g_canonicalize_filename (pair[1], base_dir);
  }
  return NULL;
}

PoConfig *po_config_load_kept (const gchar *path, GError **error) {
  g_autofree gchar *absolute = g_canonicalize_filename (path, NULL);
  g_autofree gchar *state = guess_state (path);
  g_autofree gchar *kept = state != NULL ? g_build_filename (state, KEPT_NAME, NULL) : NULL;
  g_autofree gchar *text = NULL;
  g_autofree gchar *origin = origin_line (absolute);
  if (kept == NULL || !g_file_get_contents (kept, &text, NULL, NULL) || !g_str_has_prefix (text, origin)) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("there is no earlier good configuration of %s"), path);
    return NULL;
  }
  PoConfig *config = po_config_load (kept, error);
  if (config != NULL) {
    g_free (config->path);
    config->path = g_steal_pointer (&absolute);
  }
  return config;
}
