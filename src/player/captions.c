// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/captions.h"

#include <stdlib.h>
#include <string.h>

#define MARK      "\xef\xbb\xbf"
#define ARROW     "-->"
#define TOP       "{\\an8}"
#define JOINER    "\xe2\x81\xa0"
#define MAX_HOURS 1000

static void caption_free (gpointer data) {
  PoCaption *self = data;
  g_free (self->text);
  g_free (self);
}

// The encoding of UTF-16, with its mark or without: no other one has NULs. NULL: it is none.
static const gchar *utf_16_of (const gchar *bytes, gsize length) {
  if (length < 2)
    return NULL;
  if (memcmp (bytes, "\xff\xfe", 2) == 0 || memcmp (bytes, "\xfe\xff", 2) == 0)
    return "UTF-16";
  return bytes[0] != '\0' && bytes[1] == '\0' ? "UTF-16LE" : bytes[0] == '\0' && bytes[1] != '\0' ? "UTF-16BE" : NULL;
}

// A byte that was lost or broken makes no other encoding of it: in Windows-1258 hardly any letter is one of UTF-8.
static gboolean is_utf_8 (const gchar *bytes, gsize length) {
  gsize letters = 0, broken = 0;
  for (gsize at = 0; at < length;) {
    const gunichar letter = g_utf8_get_char_validated (bytes + at, (gssize)(length - at));
    const gboolean is_letter = letter < (gunichar)-2;
    letters += is_letter && letter >= 0x80;
    broken += !is_letter;
    at += is_letter ? (gsize)g_unichar_to_utf8 (letter, NULL) : 1;
  }
  return broken == 0 || letters > broken;
}

gchar *po_captions_to_utf8 (const gchar *bytes, gsize length) {
  g_autofree gchar *text = NULL;
  const gchar *utf_16 = utf_16_of (bytes, length);
  if (utf_16 != NULL)
    text = g_convert (bytes, (gssize)length, "UTF-8", utf_16, NULL, NULL, NULL);
  else if (!is_utf_8 (bytes, length))
    text = g_convert (bytes, (gssize)length, "UTF-8", "WINDOWS-1258", NULL, NULL, NULL);
  if (text == NULL)
    text = g_utf8_make_valid (bytes, (gssize)length);
  const gchar *begin = g_str_has_prefix (text, MARK) ? text + strlen (MARK) : text;
  gchar *composed = g_utf8_normalize (begin, -1, G_NORMALIZE_NFC);
  return composed != NULL ? composed : g_strdup (begin);
}

gboolean po_captions_is_script (const gchar *text) {
  while (g_ascii_isspace (*text))
    text++;
  return g_ascii_strncasecmp (text, "[script info]", strlen ("[script info]")) == 0;
}

// "1:02:03,4", "02:03.456", "2:3": moves *@at behind it.
static gboolean read_time (const gchar **at, gint64 *ret_ms) {
  gint64 parts[3] = {0}, fraction_ms = 0;
  guint n = 0;
  const gchar *c = *at;
  while (g_ascii_isspace (*c))
    c++;
  for (;;) {
    if (!g_ascii_isdigit (*c) || n == G_N_ELEMENTS (parts))
      return FALSE;
    parts[n++] = g_ascii_strtoll (c, (gchar **)&c, 10);
    if (*c != ':')
      break;
    c++;
  }
  if (*c == ',' || *c == '.')
    for (gint64 unit = 100; g_ascii_isdigit (*++c); unit /= 10)
      fraction_ms += unit * (*c - '0');
  *at = c;
  gint64 seconds = 0;
  for (guint i = 0; i < n; i++) {
    if (parts[i] > MAX_HOURS * 3600)
      return FALSE;
    seconds = seconds * 60 + parts[i];
  }
  *ret_ms = seconds * 1000 + fraction_ms;
  return n >= 2;
}

static gboolean read_times (const gchar *line, PoCaption *caption, gboolean *ret_at_top) {
  const gchar *c = line;
  if (strstr (line, ARROW) == NULL || !read_time (&c, &caption->from_ms))
    return FALSE;
  while (*c == ' ' || *c == '\t')
    c++;
  if (!g_str_has_prefix (c, ARROW))
    return FALSE;
  c += strlen (ARROW);
  if (!read_time (&c, &caption->to_ms))
    return FALSE;
  // WebVTT's place: a line from the top, or in the upper half.
  const gchar *place = strstr (c, " line:");
  gchar *after = NULL;
  const gint64 where = place != NULL ? g_ascii_strtoll (place + strlen (" line:"), &after, 10) : -1;
  *ret_at_top = where >= 0 && after != place + strlen (" line:") && (*after != '%' || where < 50);
  return TRUE;
}

static gboolean append_entity (GString *out, const gchar **at) {
  static const struct {
    const gchar *name, *text;
  } entities[] = {{"&amp;", "&"}, {"&lt;", "<"},   {"&gt;", ">"},          {"&quot;", "\""}, {"&apos;", "'"},
                  {"&#39;", "'"}, {"&#34;", "\""}, {"&nbsp;", "\xc2\xa0"}, {"&lrm;", ""},    {"&rlm;", ""}};
  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    if (g_str_has_prefix (*at, entities[i].name)) {
      g_string_append (out, entities[i].text);
      *at += strlen (entities[i].name);
      return TRUE;
    }
  return FALSE;
}

// A tag at *@at, which moves behind it. FALSE: a lone '<'.
static gboolean append_tag (GString *out, const gchar **at) {
  const gchar *name = *at + 1, *end = strchr (name, '>');
  const gboolean closing = *name == '/';
  name += closing;
  if (end == NULL || !(g_ascii_isalnum (*name) || (closing && name == end)))
    return FALSE;
  const gboolean is_one_letter = name + 1 == end || name[1] == '.' || name[1] == ' ';
  if (is_one_letter && strchr ("ibu", g_ascii_tolower (*name)) != NULL)
    g_string_append_printf (out, "{\\%c%d}", g_ascii_tolower (*name), !closing);
  *at = end + 1;
  return TRUE;
}

// "{\an8}" of SubRip as some programs write it; any other brace is text.
static gboolean append_place (GString *out, const gchar **at) {
  const gchar *c = *at;
  if (!g_str_has_prefix (c, "{\\an") || c[4] < '1' || c[4] > '9' || c[5] != '}')
    return FALSE;
  g_string_append_len (out, c, 6);
  *at = c + 6;
  return TRUE;
}

gchar *po_captions_to_ass (const gchar *markup) {
  g_autoptr (GString) out = g_string_new (NULL);
  for (const gchar *c = markup; *c != '\0';) {
    if ((*c == '&' && append_entity (out, &c)) || (*c == '<' && append_tag (out, &c)) ||
        (*c == '{' && append_place (out, &c)))
      continue;
    if (*c == '\n')
      g_string_append (out, "\\N");
    else if (*c == '{' || *c == '}')
      g_string_append_printf (out, "\\%c", *c);
    else if (*c == '\\' && c[1] != '\0' && strchr ("Nnh{}", c[1]) != NULL)
      g_string_append (out, "\\" JOINER); // no code begins here
    else if (*c != '\r')
      g_string_append_c (out, *c);
    c++;
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean is_number (const gchar *line) {
  return *line != '\0' && strspn (line, "0123456789") == strlen (line);
}

// The lines from @lines[at] up to an empty one or the next caption's; a SubRip number before that is none of it.
static gchar *read_text (gchar **lines, guint *at) {
  g_autoptr (GString) text = g_string_new (NULL);
  for (; lines[*at] != NULL && *lines[*at] != '\0' && strstr (lines[*at], ARROW) == NULL; ++*at)
    if (!is_number (lines[*at]) || lines[*at + 1] == NULL || strstr (lines[*at + 1], ARROW) == NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", lines[*at]);
  return po_captions_to_ass (text->str);
}

GPtrArray *po_captions_parse (const gchar *text) {
  GPtrArray *captions = g_ptr_array_new_with_free_func (caption_free);
  g_auto (GStrv) lines = g_strsplit (text, strchr (text, '\n') != NULL ? "\n" : "\r", -1); // as old Macs end them
  for (guint i = 0; lines[i] != NULL; i++)
    g_strchomp (lines[i]);
  for (guint i = 0; lines[i] != NULL;) {
    PoCaption caption = {0};
    gboolean at_top = FALSE;
    if (!read_times (lines[i++], &caption, &at_top))
      continue;
    g_autofree gchar *said = read_text (lines, &i);
    if (*said == '\0' || caption.to_ms <= caption.from_ms)
      continue;
    caption.text = g_strconcat (at_top ? TOP : "", said, NULL);
    g_ptr_array_add (captions, g_memdup2 (&caption, sizeof caption));
  }
  return captions;
}
