// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/ics-text.h"

#include <string.h>

#define FOLD_OCTETS 73

void po_ics_text_line (GString *self, const gchar *name, const gchar *value) {
  g_autofree gchar *line = g_strconcat (name, ":", value, NULL);
  gsize column = 0;
  for (const gchar *c = line; *c != '\0'; c = g_utf8_next_char (c)) {
    gsize size = (gsize)(g_utf8_next_char (c) - c);
    if (column + size > FOLD_OCTETS) {
      g_string_append (self, "\r\n ");
      column = 1;
    }
    g_string_append_len (self, c, (gssize)size);
    column += size;
  }
  g_string_append (self, "\r\n");
}

void po_ics_text_add (GString *self, const gchar *name, const gchar *text) {
  g_autoptr (GString) escaped = g_string_new (NULL);
  g_autofree gchar *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  for (const gchar *c = valid; *c != '\0'; c++) {
    if (strchr ("\\;,", *c) != NULL)
      g_string_append_c (escaped, '\\');
    if (*c == '\n')
      g_string_append (escaped, "\\n");
    else if ((guchar)*c >= ' ' || *c == '\t')
      g_string_append_c (escaped, *c);
  }
  po_ics_text_line (self, name, escaped->str);
}

void po_ics_text_instant (GString *self, const gchar *name, PoTimeNs time_ns) {
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_ns / PO_NS_PER_SECOND);
  g_autofree gchar *text = time != NULL ? g_date_time_format (time, "%Y%m%dT%H%M%SZ") : NULL;
  if (text != NULL)
    po_ics_text_line (self, name, text);
}

GString *po_ics_text_new (const gchar *what, const gchar *title) {
  GString *self = g_string_new ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
  g_string_append_printf (self, "PRODID:-//playoutd//%s//EN\r\n", what);
  if (title != NULL) {
    po_ics_text_add (self, "NAME", title); // RFC 7986
    po_ics_text_add (self, "X-WR-CALNAME", title);
    g_string_append (self, "REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\nX-PUBLISHED-TTL:PT15M\r\n");
  }
  return self;
}

gchar *po_ics_text_end (GString *self) {
  g_string_append (self, "END:VCALENDAR\r\n");
  return g_string_free (self, FALSE);
}
