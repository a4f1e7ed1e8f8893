// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json-text.h"

#include <string.h>

#include "model/json-text.h"

struct _PoJsonText {
  GString *text;
  gboolean follows; // something stands before, in what is open
};

PoJsonText *po_json_text_new (void) {
  PoJsonText *self = g_new0 (PoJsonText, 1);
  self->text = g_string_sized_new (1 << 16);
  return self;
}

gchar *po_json_text_end (PoJsonText *self) {
  gchar *text = g_string_free (self->text, FALSE);
  g_free (self);
  return text;
}

static void add_name (PoJsonText *self, const gchar *name) {
  if (self->follows)
    g_string_append_c (self->text, ',');
  self->follows = TRUE;
  if (name == NULL)
    return;
  po_json_quote (self->text, name);
  g_string_append_c (self->text, ':');
}

void po_json_text_begin (PoJsonText *self, const gchar *name, gchar bracket) {
  add_name (self, name);
  g_string_append_c (self->text, bracket);
  self->follows = FALSE;
}

void po_json_text_close (PoJsonText *self, gchar bracket) {
  g_string_append_c (self->text, bracket);
  self->follows = TRUE;
}

void po_json_text_string (PoJsonText *self, const gchar *name, const gchar *value) {
  add_name (self, name);
  if (value != NULL)
    po_json_quote (self->text, value);
  else
    g_string_append (self->text, "null");
}

void po_json_text_int (PoJsonText *self, const gchar *name, gint64 value) {
  add_name (self, name);
  g_string_append_printf (self->text, "%" G_GINT64_FORMAT, value);
}

void po_json_text_bool (PoJsonText *self, const gchar *name, gboolean value) {
  add_name (self, name);
  g_string_append (self->text, value ? "true" : "false");
}

void po_json_text_double (PoJsonText *self, const gchar *name, gdouble value) {
  gchar digits[G_ASCII_DTOSTR_BUF_SIZE];
  add_name (self, name);
  g_ascii_formatd (digits, sizeof digits, "%.15g", value);
  g_string_append (self->text, digits);
  if (strpbrk (digits, ".e") == NULL)
    g_string_append (self->text, ".0"); // a double stays one
}

void po_json_text_time (PoJsonText *self, const gchar *name, PoTimeNs time_ns) {
  g_autofree gchar *text = time_ns != PO_TIME_NONE ? po_time_to_utc_string (time_ns) : NULL;
  po_json_text_string (self, name, text);
}
