// SPDX-License-Identifier: GPL-3.0-or-later
// The file is copied once, unfolded in place in that copy, and cut into strings there; properties are records in one
// array. libical would build a tree of small objects and forget the line numbers.
#include "schedule/ics.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"

// Deeper nesting than this is no calendar (the deepest of the standard is 3); such components are skipped.
#define MAX_DEPTH 16

typedef struct {
  gchar *text;
  guint number;
} Line;

struct _PoIcsFile {
  gchar *text;             // the copy, cut into strings
  GStringChunk *converted; // lines that were not UTF-8
  PoIcsProp *props;        // one array for all
  GPtrArray *components;   // PoIcsComponent, owned
  PoIcsComponent *calendars, *last_calendar;
};

void po_ics_file_free (PoIcsFile *self) {
  if (self == NULL)
    return;
  g_free (self->text);
  g_clear_pointer (&self->converted, g_string_chunk_free);
  g_free (self->props);
  g_clear_pointer (&self->components, g_ptr_array_unref);
  g_free (self);
}

const PoIcsComponent *po_ics_file_calendars (const PoIcsFile *self) {
  return self->calendars;
}

// How UTF-16 shows itself: by its mark, or without one by the zero byte in "B".
static const gchar *utf16_name (const gchar *data, gsize size) {
  if (size < 2)
    return NULL;
  if (memcmp (data, "\xff\xfe", 2) == 0 || memcmp (data, "\xfe\xff", 2) == 0)
    return "UTF-16";
  if (g_ascii_isalpha (data[0]) && data[1] == '\0')
    return "UTF-16LE";
  return data[0] == '\0' && g_ascii_isalpha (data[1]) ? "UTF-16BE" : NULL;
}

// Text encodings that calendar programs have been seen to write. NUL bytes become spaces.
static gchar *decode (GBytes *bytes, PoFileReport *report, gsize *ret_size) {
  gsize size;
  const gchar *data = g_bytes_get_data (bytes, &size);
  gchar *text = NULL;
  const gchar *utf16 = utf16_name (data, size);
  if (utf16 != NULL) {
    text = g_convert (data, (gssize)size, "UTF-8", utf16, NULL, ret_size, NULL);
    po_file_report_note (report, "encoding", 1, NULL, NULL, _ ("the file is UTF-16; read as such"));
  }
  if (text == NULL) {
    *ret_size = size;
    text = g_malloc (*ret_size + 1);
    if (*ret_size > 0)
      memcpy (text, data, *ret_size);
    text[*ret_size] = '\0';
  }
  gchar *end = text + *ret_size;
  for (gchar *nul = text; nul < end && (nul = memchr (nul, '\0', (gsize)(end - nul))) != NULL;)
    *nul = ' ';
  return text;
}

// Behind the marks of UTF-8 with which a file begins, and in the middle of one what was joined from several.
static gchar *skip_marks (gchar *text, const gchar *end) {
  while (end - text >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    text += 3;
  return text;
}

// Joins folded lines and ends each with a NUL, in place. A fold may fall inside a UTF-8 character, so bytes are joined
// before anything looks at characters. There is room for every NUL: a line end was read, or the copy's last byte is it.
static GArray *unfold (gchar *text, gsize size) {
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));
  gchar *read = text, *end = text + size, *write = text;
  guint number = 0;
  while (read < end) {
    number++;
    if ((*read == ' ' || *read == '\t') && lines->len > 0) {
      read++;
      write--; // over the NUL of the line before
    } else {
      read = skip_marks (read, end);
      Line line = {write, number};
      g_array_append_val (lines, line);
    }
    gchar *stop = read;
    while (stop < end && *stop != '\n' && *stop != '\r')
      stop++;
    memmove (write, read, (gsize)(stop - read));
    write += stop - read;
    read = stop;
    if (end - read > 2 && memcmp (read, "\r\r\n", 3) == 0) // a line end that was converted twice
      read++;
    if (read < end && *read == '\r')
      read++;
    if (read < end && *read == '\n')
      read++;
    *write++ = '\0';
  }
  return lines;
}

static void make_valid (PoIcsFile *self, GArray *lines, PoFileReport *report) {
  for (guint i = 0; i < lines->len; i++) {
    Line *line = &g_array_index (lines, Line, i);
    if (g_utf8_validate (line->text, -1, NULL))
      continue;
    if (self->converted == NULL) {
      self->converted = g_string_chunk_new (4096);
      po_file_report_warning (report, "encoding", line->number, NULL, NULL,
                              _ ("not valid UTF-8; such lines are read as Windows-1252"));
    }
    g_autofree gchar *text = g_convert (line->text, -1, "UTF-8", "WINDOWS-1252", NULL, NULL, NULL);
    if (text == NULL)
      text = g_utf8_make_valid (line->text, -1);
    line->text = g_string_chunk_insert (self->converted, text);
  }
}

// Old Exchange servers leave the quotes out: "DTSTART;TZID=(UTC+07:00) Bangkok, Hanoi:20270301T190000". A date holds no
// colon, so where one follows the last, the others are the zone's. Returns the one before the value.
static gchar *colon_before_date (gchar *params, gchar *colon) {
  gchar *param = g_strrstr_len (params, colon - params, ";"), *last = strrchr (colon, ':');
  const gboolean is_zone = param != NULL && g_ascii_strncasecmp (param + 1, "TZID=", 5) == 0;
  return is_zone && strspn (last + 1, "0123456789") == strlen ("20270301") ? last : colon;
}

// Cuts "NAME;PARAMS:VALUE" into its three strings. A quote that never closes does not swallow the value.
static gboolean cut_line (const Line *line, PoIcsProp *prop) {
  gchar *p = line->text;
  while (g_ascii_isalnum (*p) || *p == '-' || *p == '_') {
    *p = g_ascii_toupper (*p);
    p++;
  }
  if (p == line->text || (*p != ':' && *p != ';'))
    return FALSE;
  gchar *colon = p;
  gboolean quoted = FALSE;
  for (; *colon != '\0' && (quoted || *colon != ':'); colon++)
    if (*colon == '"')
      quoted = !quoted;
  if (*colon == '\0')
    colon = strchr (p, ':');
  if (colon == NULL)
    return FALSE;
  colon = colon_before_date (p, colon);
  *prop = (PoIcsProp){.name = line->text, .params = "", .value = colon + 1, .line = line->number};
  if (colon > p)
    prop->params = p + 1;
  *p = '\0';
  *colon = '\0';
  // In no value is white space at either end of any meaning.
  while (g_ascii_isspace (*prop->value))
    prop->value++;
  g_strchomp ((gchar *)prop->value);
  return TRUE;
}

typedef struct {
  PoIcsFile *file;
  PoFileReport *report;
  PoIcsComponent *open; // innermost, NULL outside of all
  guint depth;
  guint skipped; // BEGINs that were too deep, not yet ended
  gboolean told_outside;
} Builder;

static void begin (Builder *self, const PoIcsProp *prop) {
  g_autofree gchar *name = g_ascii_strup (g_strstrip ((gchar *)prop->value), -1);
  if (self->skipped > 0 || self->depth >= MAX_DEPTH) {
    if (self->skipped++ == 0)
      po_file_report_error (self->report, "nesting", prop->line, NULL, prop->name,
                            _ ("components nested too deep; those within were skipped"));
    return;
  }
  // No other component of the standard holds an event: the one before was never ended.
  gboolean event = g_str_equal (name, "VEVENT");
  for (PoIcsComponent *c = self->open; c != NULL && event; c = c->parent)
    if (c->parent != NULL && g_str_equal (c->parent->name, "VCALENDAR") && !g_str_has_prefix (c->name, "X-")) {
      po_file_report_error (self->report, "no-end", c->line, NULL, c->name,
                            _ ("its END is missing (line %u begins another); it was left out"), prop->line);
      c->broken = TRUE;
      for (; self->open != c->parent; self->open = self->open->parent)
        self->depth--;
      break;
    }
  PoIcsComponent *component = g_new0 (PoIcsComponent, 1);
  g_ptr_array_add (self->file->components, component);
  component->name = strcpy ((gchar *)prop->value, name); // nocheck: banned it moves within its own line
  component->line = prop->line;
  component->parent = self->open;
  PoIcsComponent **first = self->open != NULL ? &self->open->children : &self->file->calendars;
  PoIcsComponent **last = self->open != NULL ? &self->open->last_child : &self->file->last_calendar;
  *(*first != NULL ? &(*last)->next : first) = component;
  *last = component;
  self->open = component;
  self->depth++;
}

// What one that never ended seems to hold stands behind it: it does not take others with it. It is its parent's last.
static void hand_back (PoIcsComponent *broken) {
  PoIcsComponent *parent = broken->parent;
  if (parent == NULL || broken->children == NULL)
    return;
  for (PoIcsComponent *c = broken->children; c != NULL; c = c->next)
    c->parent = parent;
  broken->next = broken->children;
  parent->last_child = broken->last_child;
  broken->children = broken->last_child = NULL;
}

static void end (Builder *self, const PoIcsProp *prop) {
  const gchar *name = g_strstrip ((gchar *)prop->value);
  if (self->skipped > 0) {
    self->skipped--;
    return;
  }
  PoIcsComponent *match = self->open;
  while (match != NULL && g_ascii_strcasecmp (match->name, name) != 0)
    match = match->parent;
  if (match == NULL) {
    po_file_report_warning (self->report, "stray-end", prop->line, NULL, prop->name,
                            _ ("ends %s, which was not begun; ignored"), name);
    return;
  }
  for (; self->open != match; self->open = self->open->parent, self->depth--) {
    self->open->broken = TRUE;
    hand_back (self->open);
    po_file_report_error (self->report, "no-end", self->open->line, NULL, self->open->name,
                          _ ("its END is missing (line %u ends %s); it was left out"), prop->line, name);
  }
  self->open = match->parent;
  self->depth--;
}

static void add_line (Builder *self, const Line *line, PoIcsProp *prop) {
  if (!cut_line (line, prop)) {
    if (line->text[0] != '\0' && (self->open != NULL || !self->told_outside)) {
      self->told_outside |= self->open == NULL;
      po_file_report_warning (self->report, "not-a-property", line->number, NULL, NULL,
                              _ ("the line is no property (NAME:value); ignored"));
    }
    prop->name = NULL;
  } else if (g_str_equal (prop->name, "BEGIN")) {
    begin (self, prop);
  } else if (g_str_equal (prop->name, "END")) {
    end (self, prop);
  } else if (self->open != NULL && self->skipped == 0) {
    *(self->open->props != NULL ? &self->open->last_prop->next : &self->open->props) = prop;
    self->open->last_prop = prop;
  } else if (self->skipped == 0 && !self->told_outside) {
    self->told_outside = TRUE;
    po_file_report_warning (self->report, "outside", prop->line, NULL, prop->name,
                            _ ("stands outside of a calendar; ignored"));
  }
}

PoIcsFile *po_ics_file_parse (GBytes *bytes, PoFileReport *report, GError **error) {
  g_autoptr (PoIcsFile) self = g_new0 (PoIcsFile, 1);
  self->components = g_ptr_array_new_with_free_func (g_free);
  gsize size;
  self->text = decode (bytes, report, &size);
  gboolean valid = g_utf8_validate (self->text, (gssize)size, NULL);
  g_autoptr (GArray) lines = unfold (self->text, size);
  if (!valid)
    make_valid (self, lines, report);
  self->props = g_new (PoIcsProp, lines->len + 1);
  Builder builder = {.file = self, .report = report};
  for (guint i = 0; i < lines->len; i++)
    add_line (&builder, &g_array_index (lines, Line, i), &self->props[i]);
  if (self->calendars == NULL || !g_str_equal (self->calendars->name, "VCALENDAR")) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("%s: not an iCalendar file (no BEGIN:VCALENDAR)"), report->file);
    return NULL;
  }
  if (builder.open != NULL) {
    guint line = lines->len > 0 ? g_array_index (lines, Line, lines->len - 1).number : 0;
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("%s:%u: the file is cut off: no END:%s for line %u"), report->file,
                 line, builder.open->name, builder.open->line);
    return NULL;
  }
  return g_steal_pointer (&self);
}

static const PoIcsProp *skip_stamps (const PoIcsProp *prop) {
  static const gchar *const stamps[] = {"DTSTAMP", "CREATED", "LAST-MODIFIED", NULL};
  while (prop != NULL && g_strv_contains (stamps, prop->name))
    prop = prop->next;
  return prop;
}

static gboolean have_same_props (const PoIcsComponent *a, const PoIcsComponent *b) {
  const PoIcsProp *x = skip_stamps (a->props), *y = skip_stamps (b->props);
  for (; x != NULL && y != NULL; x = skip_stamps (x->next), y = skip_stamps (y->next))
    if (!g_str_equal (x->name, y->name) || !g_str_equal (x->params, y->params) || !g_str_equal (x->value, y->value))
      return FALSE;
  return x == y;
}

// The next of the tree under @root after @component, children first.
static const PoIcsComponent *next_below (const PoIcsComponent *component, const PoIcsComponent *root, gint *depth) {
  if (component->children != NULL) {
    ++*depth;
    return component->children;
  }
  for (; component != root; component = component->parent, --*depth)
    if (component->next != NULL)
      return component->next;
  return NULL;
}

gboolean po_ics_says_the_same (const PoIcsComponent *a, const PoIcsComponent *b) {
  gint depth = 0, other_depth = 0;
  const PoIcsComponent *x = a, *y = b;
  while (x != NULL && y != NULL && depth == other_depth && g_str_equal (x->name, y->name) && have_same_props (x, y)) {
    x = next_below (x, a, &depth);
    y = next_below (y, b, &other_depth);
  }
  return x == NULL && y == NULL;
}

const PoIcsProp *po_ics_find (const PoIcsComponent *component, const gchar *name) {
  for (const PoIcsProp *p = component->props; p != NULL; p = p->next)
    if (p->name[0] == name[0] && strcmp (p->name, name) == 0)
      return p;
  return NULL;
}

// The raw span of a parameter's value within the property's text.
static gboolean find_param (const PoIcsProp *prop, const gchar *name, const gchar **ret_start, gsize *ret_length) {
  gsize name_length = strlen (name);
  const gchar *p = prop->params;
  while (*p != '\0') {
    gboolean here = g_ascii_strncasecmp (p, name, name_length) == 0 && p[name_length] == '=';
    const gchar *start = p + name_length + 1;
    gboolean quoted = FALSE;
    for (; *p != '\0' && (quoted || *p != ';'); p++)
      if (*p == '"')
        quoted = !quoted;
    if (here) {
      *ret_start = start;
      *ret_length = (gsize)(p - start);
      return TRUE;
    }
    if (*p == ';')
      p++;
  }
  return FALSE;
}

gchar *po_ics_param (const PoIcsProp *prop, const gchar *name) {
  const gchar *start;
  gsize length;
  if (!find_param (prop, name, &start, &length))
    return NULL;
  if (memchr (start, '"', length) == NULL && memchr (start, '^', length) == NULL)
    return g_strndup (start, length);
  GString *out = g_string_sized_new (length);
  for (const gchar *p = start; p < start + length; p++) {
    gboolean caret = *p == '^' && p + 1 < start + length && strchr ("n^'", p[1]) != NULL;
    if (caret) {
      p++;
      g_string_append_c (out, *p == 'n' ? '\n' : *p == '^' ? '^' : '"');
    } else if (*p != '"') {
      g_string_append_c (out, *p);
    }
  }
  return g_string_free (out, FALSE);
}

gboolean po_ics_param_is (const PoIcsProp *prop, const gchar *name, const gchar *value) {
  const gchar *start;
  gsize length;
  if (!find_param (prop, name, &start, &length))
    return FALSE;
  if (length >= 2 && start[0] == '"' && start[length - 1] == '"') {
    start++;
    length -= 2;
  }
  return length == strlen (value) && g_ascii_strncasecmp (start, value, length) == 0;
}

static void append_unescaped (GString *out, const gchar **p) {
  if (**p != '\\' || (*p)[1] == '\0') {
    g_string_append_c (out, **p);
    return;
  }
  (*p)++;
  if (**p == 'n' || **p == 'N')
    g_string_append_c (out, '\n');
  else if (strchr ("\\;,:\"", **p) != NULL)
    g_string_append_c (out, **p);
  else
    g_string_append_printf (out, "\\%c", **p);
}

gchar *po_ics_text (const gchar *value) {
  if (strchr (value, '\\') == NULL)
    return g_strdup (value);
  GString *out = g_string_sized_new (strlen (value));
  for (const gchar *p = value; *p != '\0'; p++)
    append_unescaped (out, &p);
  return g_string_free (out, FALSE);
}

GPtrArray *po_ics_text_list (const gchar *value) {
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) item = g_string_new (NULL);
  for (const gchar *p = value;; p++) {
    if (*p == ',' || *p == '\0') {
      g_strstrip (item->str);
      if (item->str[0] != '\0')
        g_ptr_array_add (list, g_strdup (item->str));
      g_string_truncate (item, 0);
      if (*p == '\0')
        return list;
    } else {
      append_unescaped (item, &p);
    }
  }
}
