// SPDX-License-Identifier: GPL-3.0-or-later
// The format is in gettext's manual, "The Format of GNU MO Files". Messages with a number of <inttypes.h> in them come
// in pieces, so that a file suits every machine.
#include "model/translations.h"

#include <inttypes.h>
#include <string.h>

#define MAGIC    0x950412deu
#define MOST_REV 1 // minor revision
#define LAST     0xffffffffu

typedef struct {
  const gchar *bytes;
  gsize length;
} File;

// Where each of them stands.
enum {
  MAJOR_MINOR = 4,
  N_STRINGS = 8,
  IDS = 12,
  TEXTS = 16,
  N_SEGMENTS = 28,
  SEGMENTS = 32,
  N_PIECED = 36,
  PIECED_IDS = 40,
  PIECED_TEXTS = 44
};

static guint32 number_at (const File *file, gsize at) {
  guint32 number = 0;
  if (at + sizeof number <= file->length)
    memcpy (&number, file->bytes + at, sizeof number);
  return number;
}

// NULL: no text that ends within the file.
static const gchar *text_at (const File *file, gsize at, gsize length) {
  const gboolean is_inside = at < file->length && length < file->length - at && file->bytes[at + length] == '\0';
  return is_inside ? file->bytes + at : NULL;
}

static const gchar *macro_of (const gchar *name) {
  static const gchar *const macros[][2] = {{"PRId64", PRId64}, {"PRIu64", PRIu64}, {"PRIx64", PRIx64}};
  for (guint i = 0; i < G_N_ELEMENTS (macros); i++)
    if (name != NULL && strcmp (name, macros[i][0]) == 0)
      return macros[i][1];
  return NULL;
}

// A message in pieces, for this machine. NULL: it is of another kind. (transfer full)
static gchar *join (const File *file, gsize at, gsize *ret_length) {
  gsize text = number_at (file, at);
  g_autoptr (GString) joined = g_string_new (NULL);
  for (at += 4; at < file->length; at += 8) {
    const guint32 length = number_at (file, at), segment = number_at (file, at + 4);
    if (text > file->length || length > file->length - text)
      return NULL;
    g_string_append_len (joined, file->bytes + text, length);
    text += length;
    if (segment == LAST && joined->len > 0) {
      *ret_length = joined->len - 1; // its end is among the pieces
      return g_string_free (g_steal_pointer (&joined), FALSE);
    }
    const gsize place = number_at (file, SEGMENTS) + 8 * (gsize)segment;
    const gchar *macro = segment < number_at (file, N_SEGMENTS)
                             ? macro_of (text_at (file, number_at (file, place + 4), number_at (file, place) - 1))
                             : NULL;
    if (macro == NULL)
      return NULL;
    g_string_append (joined, macro);
  }
  return NULL;
}

// Only the first form of an id comes in pieces; in the one for many, which gettext never reads, a macro is spelt out:
// "%<PRId64> frames". (transfer full)
static gchar *replace_macros (const gchar *text) {
  g_autoptr (GString) all = g_string_new (text);
  for (const gchar *begin = strstr (all->str, "%<"); begin != NULL; begin = strstr (begin + 1, "%<")) {
    const gchar *end = strchr (begin, '>');
    g_autofree gchar *name = end != NULL ? g_strndup (begin + 2, (gsize)(end - begin - 2)) : NULL;
    const gchar *macro = macro_of (name);
    const gssize at = begin + 1 - all->str;
    if (macro == NULL)
      continue;
    g_string_erase (all, at, end + 1 - begin - 1);
    g_string_insert (all, at, macro);
    begin = all->str + at;
  }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static void tell (const gchar *id, gsize length, const gchar *text, PoTranslationFunc func, gpointer user) {
  const gsize first = strlen (id);
  g_autofree gchar *many = first < length ? replace_macros (id + first + 1) : NULL;
  if (first > 0) // else it is the head of the file
    func (id, many, text, user);
}

static void read_plain (const File *file, PoTranslationFunc func, gpointer user) {
  for (guint32 i = 0; i < number_at (file, N_STRINGS); i++) {
    const gsize id = number_at (file, IDS) + 8 * (gsize)i, said = number_at (file, TEXTS) + 8 * (gsize)i;
    const gchar *key = text_at (file, number_at (file, id + 4), number_at (file, id));
    const gchar *text = text_at (file, number_at (file, said + 4), number_at (file, said));
    if (key == NULL || text == NULL)
      return;
    tell (key, number_at (file, id), text, func, user);
  }
}

static void read_pieced (const File *file, PoTranslationFunc func, gpointer user) {
  gsize length = 0, unused = 0;
  if ((number_at (file, MAJOR_MINOR) & 0xffff) < 1)
    return;
  for (guint32 i = 0; i < number_at (file, N_PIECED); i++) {
    g_autofree gchar *key = join (file, number_at (file, number_at (file, PIECED_IDS) + 4 * (gsize)i), &length);
    g_autofree gchar *text = join (file, number_at (file, number_at (file, PIECED_TEXTS) + 4 * (gsize)i), &unused);
    if (key != NULL && text != NULL)
      tell (key, length, text, func, user);
  }
}

void po_translations_read (const gchar *path, PoTranslationFunc func, gpointer user) {
  g_autoptr (GMappedFile) mapped = g_mapped_file_new (path, FALSE, NULL);
  const File file = {mapped != NULL ? g_mapped_file_get_contents (mapped) : NULL,
                     mapped != NULL ? g_mapped_file_get_length (mapped) : 0};
  if (number_at (&file, 0) != MAGIC || number_at (&file, MAJOR_MINOR) > MOST_REV)
    return;
  read_plain (&file, func, user);
  read_pieced (&file, func, user);
}
