// SPDX-License-Identifier: GPL-3.0-or-later
// The sections, byte by byte. Numbers in comments are those of EN 300 468.
#include "output/si.h"

#include <string.h>

#include "model/crc32.h"

#define TABLE_SDT      0x42
#define TABLE_EIT      0x4e
#define TABLE_TDT      0x70
#define TAG_SERVICE    0x48 // 6.2.33
#define TAG_SHORT      0x4d // 6.2.37
#define TAG_EXTENDED   0x4e // 6.2.15
#define TAG_PARENTAL   0x55 // 6.2.28
#define UTF8           0x15 // annex A.2: what follows is UTF-8
#define SERVICE_TV     0x01
#define NETWORK_ID     1
#define STREAM_ID      1 // the multiplexer's, in the PAT
#define SERVICE_ID     1 // likewise
#define RUNNING        4
#define NOT_RUNNING    1
#define LANGUAGE       "vie"
#define COUNTRY        "VNM"
#define PROVIDER       "playoutd"
#define MAX_NAME       120 // bytes, of 250 that name and text of a short descriptor have together
#define MAX_SHORT      120
#define MAX_EXTENDED   240
#define MAX_PARTS      12
#define UNIX_EPOCH_MJD 40587

// ---- bytes ----

static void put8 (GByteArray *out, guint value) {
  const guint8 byte = (guint8)value;
  g_byte_array_append (out, &byte, 1);
}

static void put16 (GByteArray *out, guint value) {
  put8 (out, value >> 8);
  put8 (out, value);
}

static void put32 (GByteArray *out, guint32 value) {
  put16 (out, value >> 16);
  put16 (out, value);
}

// At most @most bytes, and no half character.
static gsize fitting (const gchar *text, gsize most) {
  gsize length = strlen (text);
  if (length <= most)
    return length;
  length = most;
  while (length > 0 && ((guchar)text[length] & 0xc0) == 0x80)
    length--;
  return length;
}

static void put_text (GByteArray *out, const gchar *text, gsize length) {
  put8 (out, length > 0 ? (guint)length + 1 : 0);
  if (length > 0)
    put8 (out, UTF8);
  g_byte_array_append (out, (const guint8 *)text, (guint)length);
}

// Writes the length of what came after @from into the byte at @from - 1.
static void close_descriptor (GByteArray *out, guint from) {
  out->data[from - 1] = (guint8)(out->len - from);
}

static guint open_descriptor (GByteArray *out, guint tag) {
  put8 (out, tag);
  put8 (out, 0);
  return out->len;
}

// The length of all that follows the third byte, with four bits before it.
static GBytes *close_section (GByteArray *out, gboolean has_crc) {
  const guint length = out->len - 3 + (has_crc ? 4 : 0);
  out->data[1] = (guint8)((out->data[1] & 0xf0) | length >> 8);
  out->data[2] = (guint8)length;
  if (has_crc)
    put32 (out, po_crc32_mpeg (out->data, out->len));
  return g_byte_array_free_to_bytes (out);
}

static GByteArray *open_section (guint table, guint flags) {
  GByteArray *out = g_byte_array_new ();
  put8 (out, table);
  put16 (out, flags << 12); // the length comes later
  return out;
}

// (transfer full) Never NULL; control characters mean something else there.
static gchar *clean (const gchar *text) {
  gchar *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  for (gchar *c = valid; *c != '\0'; c++)
    if ((guchar)*c < ' ')
      *c = ' ';
  return valid;
}

// ---- programmes ----

PoProgramme *po_programme_copy (const PoProgramme *self) {
  if (self == NULL)
    return NULL;
  PoProgramme *copy = g_new (PoProgramme, 1);
  *copy = *self;
  copy->title = g_strdup (self->title);
  copy->text = g_strdup (self->text);
  return copy;
}

void po_programme_free (PoProgramme *self) {
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->text);
  g_free (self);
}

gboolean po_programme_equal (const PoProgramme *a, const PoProgramme *b) {
  if (a == NULL || b == NULL)
    return a == b;
  return a->event_id == b->event_id && a->start_ns == b->start_ns && a->duration_ns == b->duration_ns &&
         a->from_age == b->from_age && g_strcmp0 (a->title, b->title) == 0 && g_strcmp0 (a->text, b->text) == 0;
}

guint16 po_programme_event_id (const gchar *uid, const gchar *instance) {
  g_autofree gchar *name = g_strconcat (uid, "\n", instance, NULL);
  const guint32 hash = po_crc32_mpeg ((const guint8 *)name, strlen (name));
  const guint16 id = (guint16)(hash ^ hash >> 16);
  return id != 0 ? id : 1;
}

// ---- sections ----

GBytes *po_si_sdt (const gchar *service_name, gboolean has_programmes) {
  g_autofree gchar *name = clean (service_name);
  GByteArray *out = open_section (TABLE_SDT, 0xf);
  put16 (out, STREAM_ID);
  put8 (out, 0xc1); // version 0, in force
  put16 (out, 0);   // section 0 of 0
  put16 (out, NETWORK_ID);
  put8 (out, 0xff);
  put16 (out, SERVICE_ID);
  put8 (out, has_programmes ? 0xfd : 0xfc); // present/following, no schedule
  const guint loop = out->len;
  put16 (out, RUNNING << 13); // not scrambled
  const guint from = open_descriptor (out, TAG_SERVICE);
  put8 (out, SERVICE_TV);
  put_text (out, PROVIDER, strlen (PROVIDER));
  put_text (out, name, fitting (name, MAX_EXTENDED - sizeof PROVIDER));
  close_descriptor (out, from);
  const guint length = out->len - loop - 2;
  out->data[loop] |= (guint8)(length >> 8);
  out->data[loop + 1] = (guint8)length;
  return close_section (out, TRUE);
}

static guint bcd (guint value) {
  return value / 10 << 4 | value % 10;
}

// Modified Julian date and time of day in UTC. (annex C)
static void put_time (GByteArray *out, PoTimeNs utc_ns) {
  const gint64 seconds = utc_ns / PO_NS_PER_SECOND, of_day = seconds % 86400;
  put16 (out, (guint)(seconds / 86400 + UNIX_EPOCH_MJD));
  put8 (out, bcd ((guint)(of_day / 3600)));
  put8 (out, bcd ((guint)(of_day / 60 % 60)));
  put8 (out, bcd ((guint)(of_day % 60)));
}

static void put_duration (GByteArray *out, gint64 duration_ns) {
  const gint64 seconds = MIN ((duration_ns + PO_NS_PER_SECOND - 1) / PO_NS_PER_SECOND, 99 * 3600 + 3599);
  put8 (out, bcd ((guint)(seconds / 3600)));
  put8 (out, bcd ((guint)(seconds / 60 % 60)));
  put8 (out, bcd ((guint)(seconds % 60)));
}

static void put_short_event (GByteArray *out, const gchar *title, const gchar *text) {
  const guint from = open_descriptor (out, TAG_SHORT);
  g_byte_array_append (out, (const guint8 *)LANGUAGE, 3);
  put_text (out, title, fitting (title, MAX_NAME));
  put_text (out, text, fitting (text, MAX_SHORT));
  close_descriptor (out, from);
}

// The whole text, in parts, where the short descriptor has no room for it.
static void put_extended_events (GByteArray *out, const gchar *text) {
  const gchar *parts[MAX_PARTS];
  gsize lengths[MAX_PARTS];
  guint n = 0;
  if (strlen (text) <= MAX_SHORT)
    return;
  for (const gchar *at = text; *at != '\0' && n < MAX_PARTS; at += lengths[n++]) {
    parts[n] = at;
    lengths[n] = fitting (at, MAX_EXTENDED);
  }
  for (guint i = 0; i < n; i++) {
    const guint from = open_descriptor (out, TAG_EXTENDED);
    put8 (out, i << 4 | (n - 1));
    g_byte_array_append (out, (const guint8 *)LANGUAGE, 3);
    put8 (out, 0); // no items
    put_text (out, parts[i], lengths[i]);
    close_descriptor (out, from);
  }
}

// The age, less three.
static void put_parental_rating (GByteArray *out, guint from_age) {
  if (from_age < 4 || from_age > 18)
    return;
  const guint from = open_descriptor (out, TAG_PARENTAL);
  g_byte_array_append (out, (const guint8 *)COUNTRY, 3);
  put8 (out, from_age - 3);
  close_descriptor (out, from);
}

static void put_event (GByteArray *out, const PoProgramme *programme, guint running) {
  g_autofree gchar *title = clean (programme->title);
  g_autofree gchar *text = clean (programme->text);
  put16 (out, programme->event_id);
  put_time (out, programme->start_ns);
  put_duration (out, programme->duration_ns);
  const guint loop = out->len;
  put16 (out, running << 13);
  put_short_event (out, title, text);
  put_extended_events (out, text);
  put_parental_rating (out, programme->from_age);
  const guint length = out->len - loop - 2;
  out->data[loop] |= (guint8)(length >> 8);
  out->data[loop + 1] = (guint8)length;
}

GBytes *po_si_eit (const PoProgramme *programme, gboolean is_following, guint version) {
  GByteArray *out = open_section (TABLE_EIT, 0xf);
  put16 (out, SERVICE_ID);
  put8 (out, 0xc1 | (version & 0x1f) << 1);
  put8 (out, is_following ? 1 : 0);
  put8 (out, 1); // the last section
  put16 (out, STREAM_ID);
  put16 (out, NETWORK_ID);
  put8 (out, 1); // the last section of this segment
  put8 (out, TABLE_EIT);
  if (programme != NULL)
    put_event (out, programme, is_following ? NOT_RUNNING : RUNNING);
  return close_section (out, TRUE);
}

GBytes *po_si_tdt (PoTimeNs utc_ns) {
  GByteArray *out = open_section (TABLE_TDT, 0x7);
  put_time (out, utc_ns);
  return close_section (out, FALSE);
}
