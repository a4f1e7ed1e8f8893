// SPDX-License-Identifier: GPL-3.0-or-later
// Reading of one configuration file into assignments with their lines.
#include "config/lines.h"

#include "model/error.h"
#include "model/text.h"

// A configuration is a page or two; more is some other file given by mistake.
#define MAX_FILE_BYTES (1024 * 1024)

PoConfigValue *po_config_value_new (const gchar *section, const gchar *key, const gchar *text, const gchar *file,
                                    guint line) {
  PoConfigValue *self = g_new0 (PoConfigValue, 1);
  self->section = g_strdup (section);
  self->key = g_strdup (key);
  self->text = g_strdup (text);
  self->file = g_strdup (file);
  self->line = line;
  return self;
}

void po_config_value_free (PoConfigValue *self) {
  if (self == NULL)
    return;
  g_free (self->section);
  g_free (self->key);
  g_free (self->text);
  g_free (self->file);
  g_free (self);
}

static void add_error (GPtrArray *findings, const gchar *file, guint line, const gchar *format, ...)
    G_GNUC_PRINTF (4, 5);
static void add_error (GPtrArray *findings, const gchar *file, guint line, const gchar *format, ...) {
  va_list args;
  va_start (args, format);
  g_autofree gchar *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (findings,
                   po_finding_new (PO_SEVERITY_ERROR, "config-syntax", file, line, NULL, NULL, "%s", message));
}

// What one line of the file is.
typedef enum { LINE_BLANK, LINE_HEADER, LINE_ASSIGNMENT, LINE_WRONG } LineKind;

// @ret_name: the header's or key's name. (transfer full)
static LineKind classify (const gchar *line, gchar **ret_name) {
  g_autofree gchar *bare = g_strstrip (g_strdup (line));
  gsize length = strlen (bare);
  const gchar *equals = strchr (bare, '=');
  if (length == 0 || *bare == '#')
    return LINE_BLANK;
  if (*bare == '[') {
    if (length < 3 || bare[length - 1] != ']')
      return LINE_WRONG;
    *ret_name = g_strndup (bare + 1, length - 2);
    return LINE_HEADER;
  }
  if (equals == NULL || equals == bare)
    return LINE_WRONG;
  *ret_name = g_strchomp (g_strndup (bare, (gsize)(equals - bare)));
  return LINE_ASSIGNMENT;
}

// The value of @section.@key as GKeyFile reads it, without blanks around it. (transfer full) (nullable)
static gchar *value_of (GKeyFile *keys, const gchar *section, const gchar *key, const gchar *file, guint line,
                        GPtrArray *findings) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = g_key_file_get_string (keys, section, key, &error);
  if (error != NULL) { // GKeyFile may return a text nevertheless
    add_error (findings, file, line, _ ("the value of “%s” cannot be read: %s"), key, error->message);
    return NULL;
  }
  if (*g_strstrip (text) == '#') {
    add_error (findings, file, line, _ ("the value of “%s” starts with #; a comment needs a line of its own"), key);
    return NULL;
  }
  return g_steal_pointer (&text);
}

static PoConfigValue *find (GPtrArray *values, guint from, const gchar *section, const gchar *key) {
  for (guint i = from; i < values->len; i++) {
    PoConfigValue *value = values->pdata[i];
    if (value->key != NULL && g_str_equal (value->section, section) && g_str_equal (value->key, key))
      return value;
  }
  return NULL;
}

// Adds each header and assignment of @lines; their values come later, from GKeyFile. FALSE: a line is neither.
static gboolean scan (gchar **lines, const gchar *file, GPtrArray *values, GPtrArray *findings) {
  g_autofree gchar *section = NULL;
  guint from = values->len, findings_before = findings->len;
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree gchar *name = NULL;
    LineKind kind = classify (lines[i], &name);
    if (kind == LINE_BLANK)
      continue;
    if (kind == LINE_WRONG) {
      add_error (findings, file, i + 1, _ ("neither [section], key=value nor # comment"));
    } else if (kind == LINE_HEADER) {
      g_free (section);
      section = g_strdup (name);
      g_ptr_array_add (values, po_config_value_new (section, NULL, NULL, file, i + 1));
    } else if (section == NULL) {
      add_error (findings, file, i + 1, _ ("“%s” stands before the first [section]"), name);
    } else {
      PoConfigValue *earlier = find (values, from, section, name);
      if (earlier != NULL)
        add_error (findings, file, i + 1, _ ("“%s” is given twice in [%s]; the first stands on line %u"), name, section,
                   earlier->line);
      else
        g_ptr_array_add (values, po_config_value_new (section, name, NULL, file, i + 1));
    }
  }
  return findings->len == findings_before;
}

static guint line_of (const gchar *place, const gchar *text) {
  guint line = 1;
  for (; text < place; text++)
    line += *text == '\n';
  return line;
}

static guint first_line_not_utf8 (gchar **lines) {
  guint i = 0;
  while (lines[i] != NULL && g_utf8_validate (lines[i], -1, NULL))
    i++;
  return i + 1;
}

gboolean po_config_lines_read (const gchar *file, GPtrArray *values, GPtrArray *findings, GError **error) {
  g_autofree gchar *text = NULL;
  gsize length = 0;
  g_autoptr (GError) local = NULL;
  if (!g_file_get_contents (file, &text, &length, &local)) {
    gboolean absent = g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_set_error (error, PO_ERROR, absent ? PO_ERROR_NOT_FOUND : PO_ERROR_CONFIG,
                 _ ("cannot read the configuration: %s"), local->message);
    return FALSE;
  }
  if (length > MAX_FILE_BYTES || strlen (text) != length) {
    add_error (findings, file, line_of (text + strlen (text), text),
               _ ("not a configuration file: too long, or not text"));
    return TRUE;
  }
  const gchar *start = g_str_has_prefix (text, "\xef\xbb\xbf") ? text + 3 : text;
  g_auto (GStrv) lines = g_strsplit (start, "\n", -1);
  if (!g_utf8_validate (start, -1, NULL)) {
    add_error (findings, file, first_line_not_utf8 (lines), _ ("not UTF-8 text"));
    return TRUE;
  }
  guint from = values->len;
  if (!scan (lines, file, values, findings))
    return TRUE;
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  if (*start != '\0' && !g_key_file_load_from_data (keys, start, (gsize)-1, G_KEY_FILE_NONE, &local)) {
    add_error (findings, file, 0, "%s", local->message);
    return TRUE;
  }
  for (guint i = from; i < values->len; i++) {
    PoConfigValue *value = values->pdata[i];
    if (value->key != NULL)
      value->text = value_of (keys, value->section, value->key, file, value->line, findings);
  }
  return TRUE;
}

static gint compare_names (gconstpointer a, gconstpointer b) {
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

GPtrArray *po_config_lines_files (const gchar *path) {
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *base_dir = g_path_get_dirname (path);
  g_autofree gchar *folder = g_build_filename (base_dir, "conf.d", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const gchar *name = NULL; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    if (g_str_has_suffix (name, ".conf") && *name != '.')
      g_ptr_array_add (files, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (files, compare_names);
  g_ptr_array_insert (files, 0, g_strdup (path));
  return files;
}
