// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/marks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "media/intake.h"
#include "model/error.h"
#include "model/text.h"

#define MOST_BYTES 4096
#define GROUP      "marks"

static gboolean read_mark (GKeyFile *file, const gchar *key, PoMark *ret_mark, GError **error) {
  g_autofree gchar *text = g_key_file_get_value (file, GROUP, key, NULL);
  *ret_mark = (PoMark){.set = FALSE};
  if (text == NULL || *g_strstrip (text) == '\0' || po_mark_parse (text, ret_mark))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("%s=%s is no mark: write HH:MM:SS:FF in the clip's own frames, or a length such as PT1M30.5S"), key,
               text);
  return FALSE;
}

static gboolean parse (GKeyFile *file, PoMediaMarks *ret_marks, GError **error) {
  if (!g_key_file_has_group (file, GROUP)) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("it has no [marks] with som= and eom="));
    return FALSE;
  }
  if (!read_mark (file, "som", &ret_marks->som, error) || !read_mark (file, "eom", &ret_marks->eom, error))
    return FALSE;
  if (!ret_marks->som.set || !ret_marks->eom.set || po_mark_compare (&ret_marks->som, &ret_marks->eom) < 0)
    return TRUE;
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("the mark out does not come after the mark in"));
  return FALSE;
}

gboolean po_media_marks_read (PoBeneath *beneath, const gchar *path, PoMediaMarks *ret_marks, GError **error) {
  g_autofree gchar *name = g_strconcat (path, PO_MEDIA_MARKS_SUFFIX, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) why = NULL;
  gsize length = 0;
  g_autoptr (GBytes) bytes = po_beneath_read (beneath, name, MOST_BYTES, &why);
  const gchar *text = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  *ret_marks = (PoMediaMarks){0};
  if (bytes != NULL && g_key_file_load_from_data (file, text != NULL ? text : "", length, G_KEY_FILE_NONE, &why) &&
      parse (file, ret_marks, &why))
    return TRUE;
  *ret_marks = (PoMediaMarks){0};
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, "%s: %s", name, why->message);
  return FALSE;
}

// (transfer full)
static gchar *to_text (const PoMediaMarks *marks) {
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree gchar *som = po_mark_to_string (&marks->som), *eom = po_mark_to_string (&marks->eom);
  g_string_append (text,
                   "# Where this clip begins and ends on air: HH:MM:SS:FF in its own frames, or a length such as\n"
                   "# PT1M30.5S, from its first picture; eom is the first moment that does not air.\n[" GROUP "]\n");
  if (som != NULL)
    g_string_append_printf (text, "som=%s\n", som);
  if (eom != NULL)
    g_string_append_printf (text, "eom=%s\n", eom);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean fail (GError **error, const gchar *path, gint number) {
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "%s" PO_MEDIA_MARKS_SUFFIX ": %s", path, g_strerror (number));
  return FALSE;
}

static gboolean put (gint folder, const gchar *base, const gchar *text) {
  g_autofree gchar *hidden = g_strdup_printf (".%s.part", base);
  const gint fd = openat (folder, hidden, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0664);
  const gssize length = (gssize)strlen (text);
  const gboolean good = fd >= 0 && write (fd, text, (gsize)length) == length && fsync (fd) == 0 &&
                        renameat (folder, hidden, folder, base) == 0;
  const gint saved = errno;
  if (fd >= 0)
    close (fd);
  if (fd >= 0 && !good)
    unlinkat (folder, hidden, 0);
  errno = saved;
  return good;
}

gboolean po_media_marks_move (const gchar *dir, const gchar *from, const gchar *to) {
  g_autofree gchar *from_name = g_path_get_basename (from), *to_name = g_path_get_basename (to);
  g_autofree gchar *from_base = g_strconcat (from_name, PO_MEDIA_MARKS_SUFFIX, NULL);
  g_autofree gchar *to_base = g_strconcat (to_name, PO_MEDIA_MARKS_SUFFIX, NULL);
  const gint old = po_intake_open_folder (dir, from, FALSE), new = po_intake_open_folder (dir, to, FALSE);
  const gboolean good = old >= 0 && new >= 0 && renameat2 (old, from_base, new, to_base, RENAME_NOREPLACE) == 0;
  if (old >= 0)
    close (old);
  if (new >= 0)
    close (new);
  return good;
}

gboolean po_media_marks_check (const PoMediaMarks *marks, const PoMediaFacts *facts, PoRate house, GError **error) {
  const gint64 som_ns = po_mark_to_ns (&marks->som, facts->rate, house);
  const gint64 eom_ns = po_mark_to_ns (&marks->eom, facts->rate, house);
  const gint64 end_ns = facts->duration_ns;
  if (marks->eom.set && eom_ns <= som_ns)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("the mark out does not come after the mark in"));
  else if (facts->problem == NULL && (som_ns >= end_ns || eom_ns > end_ns) && (marks->som.set || marks->eom.set))
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("the clip ends after %.3f s: the marks must lie before that"),
                 (gdouble)end_ns / PO_NS_PER_SECOND);
  else
    return TRUE;
  return FALSE;
}

gboolean po_media_marks_write (const gchar *dir, const gchar *path, const PoMediaMarks *marks, GError **error) {
  g_autofree gchar *name = g_path_get_basename (path);
  g_autofree gchar *base = g_strconcat (name, PO_MEDIA_MARKS_SUFFIX, NULL);
  g_autofree gchar *text = to_text (marks);
  const gint folder = po_intake_open_folder (dir, path, FALSE);
  if (folder < 0)
    return fail (error, path, errno);
  errno = 0;
  const gboolean is_any = marks->som.set || marks->eom.set;
  const gboolean good = is_any ? put (folder, base, text) : unlinkat (folder, base, 0) == 0 || errno == ENOENT;
  const gint saved = errno;
  close (folder);
  return good || fail (error, path, saved);
}
