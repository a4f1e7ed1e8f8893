// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/table.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GAP_CELLS   2
#define LEAST_CELLS 10 // of a column that is cut: less of it says nothing, and words for a state are shorter

typedef struct {
  PoColour colour;
  gchar **cells;
} Row;

struct _PoTable {
  guint columns;
  GArray *widths;  // gsize
  GPtrArray *rows; // Row; the first holds the titles
};

// Terminals of one colour, by the names that terminfo gives them.
static gboolean is_monochrome (const gchar *term) {
  return term == NULL || *term == '\0' || g_str_equal (term, "dumb") || g_str_has_prefix (term, "vt") ||
         g_str_has_suffix (term, "-m") || g_str_has_suffix (term, "-mono");
}

// TRUE on a terminal that has colours, without NO_COLOR.
static gboolean is_colour_wanted (void) {
  const gchar *no = g_getenv ("NO_COLOR");
  return isatty (STDOUT_FILENO) && (no == NULL || *no == '\0') && !is_monochrome (g_getenv ("TERM"));
}

gchar *po_colour (PoColour colour, const gchar *text) {
  static const gchar *const codes[] = {[PO_COLOUR_BOLD] = "1",
                                       [PO_COLOUR_DIM] = "2",
                                       [PO_COLOUR_RED] = "31",
                                       [PO_COLOUR_GREEN] = "32",
                                       [PO_COLOUR_AMBER] = "33"};
  if (colour == PO_COLOUR_NONE || !is_colour_wanted ())
    return g_strdup (text);
  return g_strdup_printf ("\033[%sm%s\033[0m", codes[colour], text);
}

gsize po_display_width (const gchar *text) {
  gsize width = 0;
  for (const gchar *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (!g_unichar_iszerowidth (c))
      width += g_unichar_iswide (c) ? 2 : 1;
  }
  return width;
}

static void row_free (gpointer data) {
  Row *row = data;
  g_strfreev (row->cells);
  g_free (row);
}

// A cell holds one line of visible characters: a title with a line feed or an escape must not paint the terminal.
static gchar *clean (const gchar *text) {
  g_autofree gchar *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *cell = g_string_new (NULL);
  for (const gchar *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    g_string_append_unichar (cell, g_unichar_iscntrl (c) ? ' ' : c);
  }
  return g_string_free (cell, FALSE);
}

gchar *po_display_fit (const gchar *text, gsize cells) {
  g_autofree gchar *whole = clean (text);
  if (po_display_width (whole) <= cells)
    return g_steal_pointer (&whole);
  GString *cut = g_string_new (NULL);
  gsize width = 1; // of the mark
  for (const gchar *p = whole; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    width += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    if (width > cells)
      break;
    g_string_append_unichar (cut, c);
  }
  if (cells > 0)
    g_string_append (cut, "…");
  return g_string_free (cut, FALSE);
}

// G_MAXSIZE: no terminal, or one that does not say.
static gsize terminal_width (void) {
  struct winsize size;
  return ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : G_MAXSIZE;
}

gchar *po_display_wrap (const gchar *text, gsize cells, gsize used, gsize indent) {
  g_autofree gchar *whole = clean (text);
  GString *lines = g_string_new (NULL);
  gboolean has_word = used > 0;
  for (const gchar *p = whole; *p != '\0';) {
    const gsize spaces = strspn (p, " "), letters = strcspn (p + spaces, " ");
    g_autofree gchar *word = g_strndup (p + spaces, letters);
    const gsize width = po_display_width (word);
    if (has_word && width > 0 && used + spaces + width > cells) {
      g_string_append_printf (lines, "\n%*s", (gint)indent, "");
      used = indent;
    } else {
      g_string_append_len (lines, p, (gssize)spaces);
      used += spaces;
    }
    g_string_append (lines, word);
    used += width;
    has_word = has_word || width > 0;
    p += spaces + letters;
  }
  return g_string_free (lines, FALSE);
}

void po_print_wrapped (PoColour colour, const gchar *text, gsize used, gsize indent) {
  const gsize cells = terminal_width ();
  g_autofree gchar *lines = cells < G_MAXSIZE ? po_display_wrap (text, cells, used, indent) : g_strdup (text);
  g_autofree gchar *shown = po_colour (colour, lines);
  printf ("%s\n", shown);
}

static void take_row (PoTable *self, PoColour colour, gchar **cells) {
  Row *row = g_new0 (Row, 1);
  row->colour = colour;
  row->cells = cells;
  for (guint i = 0; i < self->columns; i++) {
    gsize *width = &g_array_index (self->widths, gsize, i);
    *width = MAX (*width, po_display_width (cells[i]));
  }
  g_ptr_array_add (self->rows, row);
}

PoTable *po_table_new (const gchar *first, ...) {
  PoTable *self = g_new0 (PoTable, 1);
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  va_list args;
  va_start (args, first);
  for (const gchar *title = first; title != NULL; title = va_arg (args, const gchar *))
    g_ptr_array_add (titles, clean (title));
  va_end (args);
  self->columns = titles->len;
  self->widths = g_array_new (FALSE, TRUE, sizeof (gsize));
  g_array_set_size (self->widths, self->columns);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  g_ptr_array_add (titles, NULL);
  take_row (self, PO_COLOUR_BOLD, (gchar **)g_ptr_array_steal (titles, NULL));
  return self;
}

void po_table_free (PoTable *self) {
  if (self == NULL)
    return;
  g_array_unref (self->widths);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

void po_table_add (PoTable *self, PoColour colour, ...) {
  gchar **cells = g_new0 (gchar *, self->columns + 1);
  va_list args;
  va_start (args, colour);
  for (guint i = 0; i < self->columns; i++)
    cells[i] = clean (va_arg (args, const gchar *));
  va_end (args);
  take_row (self, colour, cells);
}

// Names and the like; what is made of figures says something else when it is cut.
static gboolean is_text (PoTable *self, guint column) {
  for (guint i = 1; i < self->rows->len; i++)
    for (const gchar *p = ((const Row *)self->rows->pdata[i])->cells[column]; *p != '\0'; p = g_utf8_next_char (p))
      if (g_unichar_isalpha (g_utf8_get_char (p)))
        return TRUE;
  return FALSE;
}

static gsize *width_of (PoTable *self, guint column) {
  return &g_array_index (self->widths, gsize, column);
}

// To how few cells @column can be cut.
static gsize least_width (PoTable *self, guint column) {
  const gsize width = *width_of (self, column);
  return is_text (self, column) ? MIN (width, LEAST_CELLS) : width;
}

// The column behind the last of those from @first on that have room side by side. One has always.
static guint end_of_line (PoTable *self, guint first, gsize room) {
  gsize all = least_width (self, first);
  guint end = first + 1;
  while (end < self->columns && (all += GAP_CELLS + least_width (self, end)) <= room)
    end++;
  return end;
}

static gsize *widest_text (PoTable *self, guint first, guint end) {
  gsize *widest = NULL;
  for (guint i = first; i < end; i++) {
    gsize *width = width_of (self, i);
    if (is_text (self, i) && *width > LEAST_CELLS && (widest == NULL || *width > *widest))
      widest = width;
  }
  return widest;
}

// A terminal that is too narrow would break each line at its edge: its widest texts are cut instead.
static void narrow (PoTable *self, guint first, guint end, gsize room) {
  gsize all = GAP_CELLS * (end - first - 1);
  for (guint i = first; i < end; i++)
    all += *width_of (self, i);
  for (gsize *widest = NULL; all > room && (widest = widest_text (self, first, end)) != NULL; all--)
    (*widest)--;
}

// The cells of @row from @first on up to @end, or nothing where a line that goes on has none.
static void print_line (PoTable *self, const Row *row, guint first, guint end) {
  g_autoptr (GString) line = g_string_new (NULL);
  for (guint i = first; i < end; i++) {
    const gsize width = *width_of (self, i);
    g_autofree gchar *cell = po_display_fit (row->cells[i], width);
    const gsize missing = width - po_display_width (cell) + GAP_CELLS;
    g_string_append (line, cell);
    for (gsize k = 0; k < missing && i + 1 < end; k++)
      g_string_append_c (line, ' ');
  }
  g_strchomp (line->str);
  if (first > 0 && *line->str == '\0')
    return;
  g_autofree gchar *text = po_colour (row->colour, line->str);
  printf ("%*s%s\n", first > 0 ? PO_INDENT_CELLS : 0, "", text);
}

// Where even cut columns have no room side by side, a row goes on in lines beneath it. What is piped to somewhere is
// whole.
void po_table_print (PoTable *self) {
  const gsize room = terminal_width ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint first = 0; first < self->columns;) {
    const gsize inner = first > 0 ? room - MIN (room, PO_INDENT_CELLS) : room;
    const guint end = end_of_line (self, first, inner);
    narrow (self, first, end, inner);
    g_array_append_val (ends, end);
    first = end;
  }
  for (guint i = 0; i < self->rows->len; i++)
    for (guint j = 0; j < ends->len; j++)
      print_line (self, self->rows->pdata[i], j > 0 ? g_array_index (ends, guint, j - 1) : 0,
                  g_array_index (ends, guint, j));
}
