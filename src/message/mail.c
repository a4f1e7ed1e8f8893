// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/mail.h"

#include <string.h>

#define WORD_BYTES 42 // of UTF-8 in one encoded word, which may be 75 characters long
#define LINE_BYTES 57 // in a line of base64, which is then 76 characters long

gboolean po_mail_is_address (const gchar *text) {
  const gchar *at = strchr (text, '@');
  if (at == NULL || at == text || at[1] == '\0' || strlen (text) > 254)
    return FALSE;
  for (const gchar *p = text; *p != '\0'; p++)
    if ((guchar)*p <= ' ' || *p == 0x7f || strchr ("<>,;:\"()[]\\", *p) != NULL)
      return FALSE;
  return TRUE;
}

// "=?UTF-8?B?…?=", as many words as it takes, cut between characters.
static void add_encoded (GString *out, const gchar *text) {
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  for (const gchar *p = valid; *p != '\0';) {
    const gchar *end = p;
    while (*end != '\0' && g_utf8_next_char (end) - p <= WORD_BYTES)
      end = g_utf8_next_char (end);
    g_autofree gchar *word = g_base64_encode ((const guchar *)p, (gsize)(end - p));
    g_string_append_printf (out, "%s=?UTF-8?B?%s?=", p == valid ? "" : "\r\n ", word);
    p = end;
  }
}

static void add_body (GString *out, const gchar *text) {
  const gsize length = strlen (text);
  for (gsize i = 0; i < length; i += LINE_BYTES) {
    g_autofree gchar *line = g_base64_encode ((const guchar *)text + i, MIN (LINE_BYTES, length - i));
    g_string_append_printf (out, "%s\r\n", line);
  }
}

static gchar *date_of (PoTimeNs time_ns) {
  static const gchar *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static const gchar *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_ns / PO_NS_PER_SECOND);
  if (utc == NULL)
    return g_strdup ("");
  g_autofree gchar *time = g_date_time_format (utc, "%Y %H:%M:%S +0000");
  return g_strdup_printf ("%s, %d %s %s", days[g_date_time_get_day_of_week (utc) - 1],
                          g_date_time_get_day_of_month (utc), months[g_date_time_get_month (utc) - 1], time);
}

gchar *po_mail_text (const PoLetter *letter, const gchar *from, const gchar *to) {
  GString *out = g_string_new (NULL);
  g_autofree gchar *date = date_of (letter->time_ns);
  g_autofree gchar *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, letter->id, -1);
  const gchar *at = strchr (from, '@');
  g_string_append_printf (out, "Date: %s\r\nFrom: %s\r\nTo: %s\r\nSubject: ", date, from, to);
  add_encoded (out, letter->subject);
  g_string_append_printf (out, "\r\nMessage-ID: <%.32s%s>\r\n", sum, at != NULL ? at : "@playoutd");
  g_string_append (out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
  add_body (out, letter->text);
  return g_string_free (out, FALSE);
}
