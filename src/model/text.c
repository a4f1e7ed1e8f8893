// SPDX-License-Identifier: GPL-3.0-or-later
// A text that carries its languages: BEGIN english NEXT vietnamese END, and the same again within what was filled in.
// The marks are characters that nothing else uses, so that such a text may go through printf, JSON and strcmp.
#include "model/text.h"

#include <string.h>

#include "model/translations.h"

#define BEGIN       "\xf3\xb0\x80\x80" // U+F0000 … U+F0002
#define NEXT        "\xf3\xb0\x80\x81"
#define END         "\xf3\xb0\x80\x82"
#define STEM        "\xf3\xb0\x80" // of all three
#define STEM_BYTES  3
#define MARK_BYTES  4
#define MOST_NESTED 64

// What we speak; the source is English.
static const gchar *const languages[] = {"en", "vi", NULL};
#define TRANSLATED 1 // of the languages

// Both stay as they are from po_text_carry_all() on.
static GHashTable *carried, *carried_many; // msgid -> all languages; the second one of plurals, by the singular

// ---- making them ----

static gchar *join (const gchar *english, const gchar *translated) {
  return g_strconcat (BEGIN, english, NEXT, translated, END, NULL);
}

// The end of the conversion that begins at @c, after its %; NULL: it is none of printf's. @n_args: how many it takes.
static const gchar *conversion_end (const gchar *c, guint *n_args) {
  *n_args = 1;
  for (c += strspn (c, "-+ #0'"); g_ascii_isdigit (*c) || *c == '.' || *c == '*'; c++)
    *n_args += *c == '*';
  c += strspn (c, "hlLqjzt");
  return *c != '\0' && strchr ("diouxXcsfFeEgGaAp", *c) != NULL ? c + 1 : NULL;
}

// Writes the conversion from @c to @end so that it names the arguments that it takes.
static void add_numbered (GString *out, const gchar *c, const gchar *end, guint first, guint n_args) {
  g_string_append_printf (out, "%%%u$", first + n_args - 1);
  for (guint star = first; c < end; c++)
    if (*c == '*')
      g_string_append_printf (out, "*%u$", star++);
    else
      g_string_append_c (out, *c);
}

// TRUE if it numbers its arguments already.
static gboolean is_numbered (const gchar *c) {
  const gchar *digits = c + strspn (c, "0123456789");
  return digits > c && *digits == '$';
}

// @format in such a way that the same arguments serve another one beside it. NULL: it is no format of printf's, or one
// that takes nothing. (transfer full)
static gchar *numbered (const gchar *format) {
  g_autoptr (GString) out = g_string_new (NULL);
  guint next = 1, n_args = 0;
  for (const gchar *c = format; *c != '\0';) {
    if (*c != '%' || c[1] == '%' || is_numbered (c + 1)) {
      const gsize length = *c == '%' ? 2 : 1;
      g_string_append_len (out, c, (gssize)length);
      next += length == 2 && c[1] != '%';
      c += length;
      continue;
    }
    const gchar *end = conversion_end (c + 1, &n_args);
    if (end == NULL)
      return NULL;
    add_numbered (out, c + 1, end, next, n_args);
    next += n_args;
    c = end;
  }
  return next > 1 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

// (transfer full)
static gchar *carry (const gchar *english, const gchar *translated) {
  g_autofree gchar *one = numbered (english), *other = one != NULL ? numbered (translated) : NULL;
  return one != NULL && other != NULL ? join (one, other) : join (english, translated);
}

// What is behind the context, which people do not read.
static const gchar *without_context (const gchar *id) {
  const gchar *end = strchr (id, '\004');
  return end != NULL ? end + 1 : id;
}

static void take (const gchar *id, const gchar *plural, const gchar *text, gpointer user) {
  g_hash_table_insert (carried, g_strdup (id), carry (without_context (id), text));
  if (plural != NULL)
    g_hash_table_insert (carried_many, g_strdup (id), carry (plural, text));
}

void po_text_carry_all (const gchar *dir) {
  g_autofree gchar *path = g_build_filename (dir, languages[TRANSLATED], "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL);
  carried = g_hash_table_new (g_str_hash, g_str_equal);
  carried_many = g_hash_table_new (g_str_hash, g_str_equal);
  po_translations_read (path, take, NULL);
}

// ---- saying them ----

static const gchar *find (GHashTable *texts, const gchar *id, const gchar *otherwise) {
  const gchar *all = g_hash_table_lookup (texts, id);
  return all != NULL ? all : otherwise;
}

const gchar *po_text (const gchar *id) {
  return carried != NULL ? find (carried, id, id) : g_dgettext (GETTEXT_PACKAGE, id);
}

const gchar *po_text_in_context (const gchar *context_and_id, gsize id_at) {
  return carried != NULL ? find (carried, context_and_id, context_and_id + id_at)
                         : g_dpgettext (GETTEXT_PACKAGE, context_and_id, id_at);
}

// Vietnamese has one form for any number, English two.
const gchar *po_text_of_number (const gchar *one, const gchar *many, gulong n) {
  if (carried == NULL)
    return g_dngettext (GETTEXT_PACKAGE, one, many, n);
  return n == 1 ? find (carried, one, one) : find (carried_many, one, many);
}

// ---- picking one language ----

typedef struct {
  guint language; // that is kept
  guint depth;    // of texts that carry several, one within the other
  guint at[MOST_NESTED];
  gboolean was_kept[MOST_NESTED];
  gboolean is_kept; // what comes now
} Pick;

static void pass_mark (Pick *self, gchar kind) {
  if (kind == BEGIN[STEM_BYTES] && self->depth < MOST_NESTED) {
    self->at[self->depth] = 0;
    self->was_kept[self->depth++] = self->is_kept;
    self->is_kept = self->is_kept && self->language == 0;
  } else if (kind == NEXT[STEM_BYTES] && self->depth > 0) {
    const guint top = self->depth - 1;
    self->is_kept = self->was_kept[top] && ++self->at[top] == self->language;
  } else if (kind == END[STEM_BYTES] && self->depth > 0) {
    self->is_kept = self->was_kept[--self->depth];
  }
}

// What @c begins with, as far as the next mark: as many bytes, or 0 at a mark.
static gsize plain_bytes (const gchar *c, const gchar *end) {
  const gchar *mark = memmem (c, (gsize)(end - c), STEM, STEM_BYTES);
  return (gsize)((mark != NULL && end - mark >= MARK_BYTES ? mark : end) - c);
}

static void pick (const gchar *text, gsize length, guint language, GString *out) {
  Pick state = {.language = language, .is_kept = TRUE};
  for (const gchar *c = text, *end = text + length; c < end;) {
    const gsize plain = plain_bytes (c, end);
    if (state.is_kept)
      g_string_append_len (out, c, (gssize)plain);
    c += plain;
    if (c < end) {
      pass_mark (&state, c[STEM_BYTES]);
      c += MARK_BYTES;
    }
  }
}

// The process's own, by the head of the translations that gettext has for it.
static guint own (void) {
  return strstr (g_dgettext (GETTEXT_PACKAGE, ""), "\nLanguage: vi\n") != NULL ? TRANSLATED : 0;
}

const gchar *const *po_text_languages (void) {
  return languages;
}

static guint index_of (const gchar *language) {
  for (guint i = 0; language != NULL && languages[i] != NULL; i++)
    if (g_ascii_strncasecmp (language, languages[i], strlen (languages[i])) == 0)
      return i;
  return own ();
}

const gchar *po_text_language (const gchar *language) {
  return languages[index_of (language)];
}

gboolean po_text_is_carrying (const gchar *text) {
  return text != NULL && strstr (text, STEM) != NULL;
}

gchar *po_text_join (const gchar *english, const gchar *translated) {
  g_autofree gchar *both = join (english, translated);
  return carried != NULL ? g_steal_pointer (&both) : po_text_pick (both, NULL);
}

gchar *po_text_pick (const gchar *text, const gchar *language) {
  if (!po_text_is_carrying (text))
    return g_strdup (text);
  GString *out = g_string_new (NULL);
  pick (text, strlen (text), index_of (language), out);
  return g_string_free (out, FALSE);
}

// The quotation mark that ends the string in which @c is; @end: there is none.
static const gchar *string_end (const gchar *c, const gchar *end) {
  for (; c < end && *c != '"'; c++)
    c += *c == '\\' && c + 1 < end;
  return c;
}

GBytes *po_text_pick_json (GBytes *json, const gchar *language) {
  gsize length = 0;
  const gchar *c = g_bytes_get_data (json, &length), *end = c + length;
  if (carried == NULL || memmem (c, length, STEM, STEM_BYTES) == NULL)
    return g_bytes_ref (json);
  GString *out = g_string_sized_new (length);
  const guint index = index_of (language);
  while (c < end) {
    const gchar *begin = memchr (c, '"', (gsize)(end - c));
    begin = begin != NULL ? begin + 1 : end;
    g_string_append_len (out, c, begin - c);
    const gchar *close = string_end (begin, end);
    pick (begin, (gsize)(close - begin), index, out);
    if (close < end)
      g_string_append_c (out, '"');
    c = close < end ? close + 1 : end;
  }
  return g_string_free_to_bytes (out);
}

gchar *po_text_clean (const gchar *text, gboolean (*has_place) (gunichar c)) {
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  GString *cleaned = g_string_sized_new (strlen (valid));
  for (const gchar *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    g_string_append_unichar (cleaned, has_place (g_utf8_get_char (c)) ? g_utf8_get_char (c) : ' ');
  return g_string_free (cleaned, FALSE);
}
