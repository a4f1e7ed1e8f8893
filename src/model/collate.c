// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/collate.h"

#define D_STROKE 0x111

// In the alphabet's order: of breve, circumflex and horn each makes another letter, of the others each is a tone.
static const gunichar letter_marks[] = {0x306, 0x302, 0x31b};
static const gunichar tones[] = {0x300, 0x309, 0x303, 0x301, 0x323};

// From 1; 0: none of them.
static guint rank_of (gunichar mark, const gunichar *marks, guint n_marks) {
  for (guint i = 0; i < n_marks; i++)
    if (marks[i] == mark)
      return i + 1;
  return 0;
}

// The letters, each with what makes it another one; then the tones.
static gchar *key_of (const gchar *text) {
  g_autofree gchar *valid = g_utf8_make_valid (text, -1), *folded = g_utf8_casefold (valid, -1);
  g_autofree gchar *marked = g_utf8_normalize (folded, -1, G_NORMALIZE_NFD);
  g_autoptr (GString) tone_key = g_string_new (NULL);
  GString *key = g_string_new (NULL);
  for (const gchar *at = marked; *at != '\0'; at = g_utf8_next_char (at)) {
    const gunichar letter = g_utf8_get_char (at);
    guint mark = letter == D_STROKE ? 1 : 0, tone = 0;
    for (gunichar next; g_unichar_combining_class (next = g_utf8_get_char (g_utf8_next_char (at))) != 0;
         at = g_utf8_next_char (at)) {
      mark = MAX (mark, rank_of (next, letter_marks, G_N_ELEMENTS (letter_marks)));
      tone = MAX (tone, rank_of (next, tones, G_N_ELEMENTS (tones)));
    }
    g_string_append_unichar (key, letter == D_STROKE ? 'd' : letter);
    g_string_append_c (key, (gchar)(1 + mark));
    g_string_append_c (tone_key, (gchar)(1 + tone));
  }
  g_string_append_c (key, 1);
  g_string_append (key, tone_key->str);
  return g_string_free (key, FALSE);
}

gint po_text_collate (const gchar *a, const gchar *b) {
  if (a == NULL || b == NULL)
    return (a != NULL) - (b != NULL);
  g_autofree gchar *left = key_of (a), *right = key_of (b);
  const gint order = g_strcmp0 (left, right);
  return order != 0 ? order : g_strcmp0 (a, b);
}
