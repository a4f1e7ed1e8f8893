// SPDX-License-Identifier: GPL-3.0-or-later
// A row for each kind of file that says how long it is, or of what parts it is made.
#include "player/extent.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/time.h"
#include "player/ts-end.h"

#define MAX_ELEMENTS   1000000
#define HEAD_BYTES     256
#define SYNC           0x47
#define TS_BYTES       188
#define M2TS_BYTES     192
#define M2TS_SYNC_AT   4
#define IFF_HEAD_BYTES 8
#define AVI_HEAD_BYTES 8192
#define STRH_BYTES     44          // up to the end of its length
#define UNKNOWN_LENGTH 0xfffffff0u // and above: was not known when the head was written
#define AVI_UNKNOWN    0x40000000u // pictures, likewise: ffmpeg writes so many where it cannot come back
#define BOX_HEAD_BYTES 16
#define MAX_BOXES      1000000 // a day in fragments
#define FLV_TAG_BYTES  11
#define DV_PAL_BYTES   144000 // a picture
#define DV_NTSC_BYTES  120000
#define PACKS_BYTES    (256 * 1024) // more than one pack of a program stream
#define ASF_HEAD_BYTES (64 * 1024)
#define ASF_LIVE       1            // flag: its length was not known
#define PAGES_BYTES    (128 * 1024) // more than one page of Ogg
#define PAGE_HEAD      27
#define JPEG_BYTES     (64 * 1024 * 1024) // a larger one is not looked at
#define GXF_BYTES      (4 * 1024 * 1024)  // more than one packet of GXF
#define GXF_HEAD       16
#define GXF_END        0xfb
#define ID3_HEAD       10
#define MP3_SHARE      50
#define MP3_SLACK      4096 // bytes by which programs differ in what they count
#define NOTHING_BYTES  4096 // of zeros: more than any kind has in one piece

/** Extent: a file, its first bytes and its size. */
typedef struct {
  gint fd;
  const guint8 *head;
  gint64 size;
} Extent;

static guint64 read_be (const guint8 *at, guint bytes) {
  guint64 value = 0;
  for (guint i = 0; i < bytes; i++)
    value = value << 8 | at[i];
  return value;
}

static guint64 read_le (const guint8 *at, guint bytes) {
  guint64 value = 0;
  for (guint i = bytes; i > 0; i--)
    value = value << 8 | at[i - 1];
  return value;
}

// FALSE: there are not so many.
static gboolean read_at (const Extent *self, gint64 at, guint8 *into, gsize bytes) {
  return at >= 0 && pread (self->fd, into, bytes, at) == (gssize)bytes;
}

static gboolean is_longer (guint64 bytes, gint64 size) {
  return bytes > (guint64)size;
}

// A copy that made room for all of it at once and broke off leaves nothing but zeros behind what it copied. Where sound
// is not coded that may be silence.
static gboolean is_end_unwritten (const Extent *self) {
  guint8 end[NOTHING_BYTES];
  return read_at (self, self->size - NOTHING_BYTES, end, sizeof end) && end[0] == 0 &&
         memcmp (end, end + 1, sizeof end - 1) == 0;
}

// ---- RIFF and AIFF ----

static gboolean is_riff (const Extent *self) {
  return memcmp (self->head, "RIFF", 4) == 0;
}

static gboolean is_riff_cut (const Extent *self) {
  const guint64 length = read_le (self->head + 4, 4);
  return length < UNKNOWN_LENGTH && is_longer (length + IFF_HEAD_BYTES, self->size);
}

static gboolean is_avi (const Extent *self) {
  return is_riff (self) && memcmp (self->head + 8, "AVI ", 4) == 0;
}

// Of the first stream of pictures: so many of a rate each.
static gint64 length_of_avi_ns (const Extent *self) {
  guint8 head[AVI_HEAD_BYTES];
  const gsize bytes = (gsize)MIN (self->size, AVI_HEAD_BYTES);
  const guint8 *end = head + bytes, *at = read_at (self, 0, head, bytes) ? memmem (head, bytes, "strh", 4) : NULL;
  while (at != NULL && at + STRH_BYTES <= end && memcmp (at + 8, "vids", 4) != 0)
    at = memmem (at + 4, (gsize)(end - at) - 4, "strh", 4);
  if (at == NULL || at + STRH_BYTES > end)
    return 0;
  const guint64 scale = read_le (at + 28, 4), rate = read_le (at + 32, 4), length = read_le (at + 40, 4);
  const guint64 pictures_ns = rate > 0 ? scale * PO_NS_PER_SECOND / rate : 0;
  return pictures_ns <= PO_NS_PER_SECOND && length < AVI_UNKNOWN ? (gint64)(length * pictures_ns) : 0;
}

static gboolean is_aiff (const Extent *self) {
  return memcmp (self->head, "FORM", 4) == 0 && memcmp (self->head + 8, "AIF", 3) == 0;
}

static gboolean is_aiff_cut (const Extent *self) {
  const guint64 length = read_be (self->head + 4, 4);
  return length < UNKNOWN_LENGTH && is_longer (length + IFF_HEAD_BYTES, self->size);
}

// ---- transport streams ----

static gboolean is_packets_of (const guint8 *head, gsize packet_bytes, gsize sync_at) {
  return head[sync_at] == SYNC && head[sync_at + packet_bytes] == SYNC;
}

static gboolean is_ts (const Extent *self) {
  return is_packets_of (self->head, TS_BYTES, 0);
}

static gboolean is_ts_cut (const Extent *self) {
  return self->size % TS_BYTES != 0 || is_end_unwritten (self) || po_ts_end_look (self->fd) == PO_TS_END_MISSING;
}

static gboolean is_m2ts (const Extent *self) {
  return is_packets_of (self->head, M2TS_BYTES, M2TS_SYNC_AT);
}

static gboolean is_m2ts_cut (const Extent *self) {
  return self->size % M2TS_BYTES != 0 || is_end_unwritten (self) || po_ts_end_look (self->fd) == PO_TS_END_MISSING;
}

// ---- MP4 and QuickTime ----

// What a movie or its fragments are made of; behind the last of them there may be anything, and behind a fragment
// anything that was written.
static gboolean is_box_of_movie (const guint8 *head) {
  static const gchar *const types[] = {"ftyp", "styp", "moov", "moof", "mdat", "mfra", "sidx",
                                       "free", "skip", "wide", "udta", "uuid", "meta", "pnot"};
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (memcmp (head + 4, types[i], 4) == 0)
      return TRUE;
  return FALSE;
}

static gboolean is_mp4 (const Extent *self) {
  return is_box_of_movie (self->head);
}

static gboolean is_mp4_cut (const Extent *self) {
  gint64 at = 0;
  gboolean is_in_fragments = FALSE;
  for (guint i = 0; i < MAX_BOXES && at < self->size; i++) {
    guint8 head[BOX_HEAD_BYTES] = {0};
    const gssize got = pread (self->fd, head, sizeof head, at);
    if (got < IFF_HEAD_BYTES || !is_box_of_movie (head))
      return is_in_fragments && is_end_unwritten (self);
    is_in_fragments |= memcmp (head + 4, "moof", 4) == 0;
    const guint64 said = read_be (head, 4);
    const guint64 length = said == 1 && got == BOX_HEAD_BYTES ? read_be (head + 8, 8) : said;
    if (said == 0) // to the end, however far that is
      return FALSE;
    if (is_longer (length, self->size - at))
      return TRUE;
    if (length < IFF_HEAD_BYTES)
      return FALSE;
    at += (gint64)length;
  }
  return FALSE;
}

// ---- Matroska ----

// The number at @at, of at most eight bytes; G_MAXUINT64: not known. @ret_bytes: how many it has, 0 = none is there.
static guint64 read_vint (const guint8 *at, guint *ret_bytes) {
  guint bytes = 1;
  while (bytes <= 8 && (*at & 0x100 >> bytes) == 0)
    bytes++;
  *ret_bytes = bytes <= 8 ? bytes : 0;
  if (bytes > 8)
    return 0;
  const guint64 mask = (G_GUINT64_CONSTANT (1) << 7 * bytes) - 1, value = read_be (at, bytes) & mask;
  return value == mask ? G_MAXUINT64 : value;
}

static gboolean is_matroska (const Extent *self) {
  return read_be (self->head, 4) == 0x1a45dfa3;
}

// Whether one of the segment's elements would go on behind the end: it is damaged, and what follows it is not found.
static gboolean has_endless_element (const Extent *self, gint64 at) {
  guint8 head[12];
  for (guint i = 0; i < MAX_ELEMENTS && read_at (self, at, head, sizeof head); i++) {
    guint id_bytes = 0, bytes = 0;
    read_vint (head, &id_bytes);
    if (id_bytes == 0 || id_bytes > 4)
      return FALSE;
    const guint64 length = read_vint (head + id_bytes, &bytes);
    at += id_bytes + bytes;
    if (bytes == 0 || length == G_MAXUINT64)
      return FALSE;
    if (is_longer (length, self->size - at))
      return TRUE;
    at += (gint64)length;
  }
  return FALSE;
}

static gboolean is_matroska_cut (const Extent *self) {
  guint8 segment[12];
  guint bytes = 0;
  const guint64 header = read_vint (self->head + 4, &bytes);
  const gint64 at = 4 + (gint64)bytes + (gint64)MIN (header, HEAD_BYTES * 16);
  if (bytes == 0 || !read_at (self, at, segment, sizeof segment) || read_be (segment, 4) != 0x18538067)
    return FALSE;
  const guint64 length = read_vint (segment + 4, &bytes);
  if (bytes > 0 && length != G_MAXUINT64 && is_longer (length, self->size - at - 4 - bytes))
    return TRUE;
  return bytes > 0 && has_endless_element (self, at + 4 + bytes);
}

// ---- ASF (Windows Media) ----

static gboolean is_asf (const Extent *self) {
  return read_be (self->head, 8) == G_GUINT64_CONSTANT (0x3026b2758e66cf11);
}

static gboolean is_asf_cut (const Extent *self) {
  static const guint8 properties[] = {0xa1, 0xdc, 0xab, 0x8c, 0x47, 0xa9, 0xcf, 0x11,
                                      0x8e, 0xe4, 0x00, 0xc0, 0x0c, 0x20, 0x53, 0x65};
  const gsize bytes = (gsize)MIN (self->size, ASF_HEAD_BYTES);
  g_autofree guint8 *head = g_malloc (bytes);
  const guint8 *found = read_at (self, 0, head, bytes) ? memmem (head, bytes, properties, sizeof properties) : NULL;
  if (found == NULL || found + 92 > head + bytes || (read_le (found + 88, 4) & ASF_LIVE) != 0)
    return FALSE;
  return is_longer (read_le (found + 40, 8), self->size);
}

// ---- FLV ----

static gboolean is_flv (const Extent *self) {
  return memcmp (self->head, "FLV\1", 4) == 0;
}

// At the end stands how long the last tag was.
static gboolean is_flv_cut (const Extent *self) {
  guint8 last[4], tag[FLV_TAG_BYTES];
  if (!read_at (self, self->size - 4, last, sizeof last))
    return FALSE;
  const gint64 length = (gint64)read_be (last, 4);
  const gboolean is_there = length >= FLV_TAG_BYTES && read_at (self, self->size - 4 - length, tag, sizeof tag);
  return !is_there || (gint64)read_be (tag + 1, 3) + FLV_TAG_BYTES != length;
}

// ---- DV ----

static gboolean is_dv (const Extent *self) {
  return read_be (self->head, 3) == 0x1f0700 && read_be (self->head + 80, 3) == 0x3f0700;
}

static gboolean is_dv_cut (const Extent *self) {
  return is_end_unwritten (self) || self->size % ((self->head[3] & 0x80) != 0 ? DV_PAL_BYTES : DV_NTSC_BYTES) != 0;
}

// ---- MPEG program streams ----

static gboolean is_program_stream (const Extent *self) {
  return read_be (self->head, 4) == 0x1ba;
}

// The length of the pack or packet at @at, of which there are @left bytes; 0: it is none.
static gsize length_of_pack (const guint8 *at, gsize left) {
  if (left < 6 || read_be (at, 3) != 1 || at[3] < 0xb9)
    return 0;
  if (at[3] == 0xb9)
    return 4;
  if (at[3] != 0xba)
    return 6 + (gsize)read_be (at + 4, 2);
  return (at[4] & 0xc0) != 0x40 ? 12 : left < 14 ? 14 : 14 + (at[13] & 7);
}

// From the first pack that begins near the end, one follows the other.
static gboolean is_program_stream_cut (const Extent *self) {
  static const guint8 pack[] = {0, 0, 1, 0xba};
  const gsize bytes = (gsize)MIN (self->size, PACKS_BYTES);
  g_autofree guint8 *end = g_malloc (bytes);
  const guint8 *found =
      read_at (self, self->size - (gint64)bytes, end, bytes) ? memmem (end, bytes, pack, sizeof pack) : NULL;
  if (is_end_unwritten (self))
    return TRUE;
  for (gsize at = found != NULL ? (gsize)(found - end) : bytes; at < bytes;) {
    const gsize length = length_of_pack (end + at, bytes - at);
    if (length == 0)
      return FALSE;
    if (length > bytes - at)
      return TRUE;
    at += length;
  }
  return FALSE;
}

// ---- Ogg ----

static gboolean is_ogg (const Extent *self) {
  return memcmp (self->head, "OggS", 4) == 0;
}

// The length of the page at @at, of which there are @left bytes; 0: it is none, or not all of its head is there.
static gsize length_of_page (const guint8 *at, gsize left) {
  if (left < PAGE_HEAD || memcmp (at, "OggS", 4) != 0 || left < PAGE_HEAD + (gsize)at[PAGE_HEAD - 1])
    return 0;
  gsize length = PAGE_HEAD + at[PAGE_HEAD - 1];
  for (guint i = 0; i < at[PAGE_HEAD - 1]; i++)
    length += at[PAGE_HEAD + i];
  return length;
}

// From the first page that begins near the end, one follows the other.
static gboolean is_ogg_cut (const Extent *self) {
  const gsize bytes = (gsize)MIN (self->size, PAGES_BYTES);
  g_autofree guint8 *end = g_malloc (bytes);
  const guint8 *found = read_at (self, self->size - (gint64)bytes, end, bytes) ? memmem (end, bytes, "OggS", 4) : NULL;
  gsize at = found != NULL ? (gsize)(found - end) : bytes;
  for (gsize length = 0; at < bytes && (length = length_of_page (end + at, bytes - at)) > 0;)
    at += length;
  return at > bytes || (at < bytes && memcmp (end + at, "OggS", MIN (bytes - at, 4)) == 0) || is_end_unwritten (self);
}

// ---- MXF ----

static gboolean is_mxf (const Extent *self) {
  static const guint8 header[] = {0x06, 0x0e, 0x2b, 0x34, 0x02, 0x05, 0x01, 0x01, 0x0d, 0x01, 0x02, 0x01, 0x01, 0x02};
  return memcmp (self->head, header, sizeof header) == 0;
}

// The header says where the footer begins, once that was written.
static gboolean is_mxf_cut (const Extent *self) {
  const guint8 form = self->head[16];
  const gsize at = 17 + (form > 0x80 ? form & 7 : 0);
  return read_be (self->head + at + 24, 8) >= (guint64)self->size;
}

// ---- GXF ----

// The type of the packet at @at, of which there are @left bytes; 0: it is none.
static guint8 type_of_gxf (const guint8 *at, gsize left) {
  const gboolean is_packet = left >= GXF_HEAD && read_be (at, 5) == 1 && at[14] == 0xe1 && at[15] == 0xe2;
  return is_packet && read_be (at + 6, 4) >= GXF_HEAD ? at[5] : 0;
}

static gboolean is_gxf (const Extent *self) {
  return type_of_gxf (self->head, HEAD_BYTES) != 0;
}

// From the first packet that begins near the end, one follows the other up to the one that ends them.
static gboolean is_gxf_cut (const Extent *self) {
  const gsize bytes = (gsize)MIN (self->size, GXF_BYTES);
  g_autofree guint8 *end = g_malloc (bytes);
  if (!read_at (self, self->size - (gint64)bytes, end, bytes))
    return FALSE;
  gsize at = 0;
  while (at < bytes && type_of_gxf (end + at, bytes - at) == 0)
    at++;
  const gboolean is_found = at < bytes;
  guint8 type = 0;
  for (guint8 next; at < bytes && type != GXF_END && (next = type_of_gxf (end + at, bytes - at)) != 0; type = next)
    at += (gsize)read_be (end + at + 6, 4);
  return is_found && type != GXF_END;
}

// ---- MP3 ----

static gint64 length_of_tag (const guint8 *at) {
  if (memcmp (at, "ID3", 3) != 0)
    return 0;
  const gint64 length = (at[6] & 0x7f) << 21 | (at[7] & 0x7f) << 14 | (at[8] & 0x7f) << 7 | (at[9] & 0x7f);
  return ID3_HEAD + length + ((at[5] & 0x10) != 0 ? ID3_HEAD : 0);
}

// Of its third layer, with a rate of bits.
static gboolean is_mp3_frame (const guint8 *at) {
  return at[0] == 0xff && (at[1] & 0xe6) == 0xe2 && (at[2] & 0xf0) != 0xf0;
}

static gboolean is_mp3 (const Extent *self) {
  guint8 frame[4];
  return read_at (self, length_of_tag (self->head), frame, sizeof frame) && is_mp3_frame (frame);
}

// Where the first frame of sound would be most programs write how many bytes there are.
static gboolean is_mp3_cut (const Extent *self) {
  guint8 frame[HEAD_BYTES];
  const gint64 from = length_of_tag (self->head);
  if (!read_at (self, from, frame, sizeof frame))
    return FALSE;
  const guint8 *said = memmem (frame, sizeof frame - 16, "Xing", 4);
  if (said == NULL)
    said = memmem (frame, sizeof frame - 16, "Info", 4);
  if (said == NULL || (said[7] & 2) == 0)
    return is_end_unwritten (self);
  const gint64 bytes = (gint64)read_be (said + ((said[7] & 1) != 0 ? 12 : 8), 4);
  return from + bytes - self->size > MIN (MP3_SLACK, bytes / MP3_SHARE) ||
         (from + bytes > self->size - NOTHING_BYTES && is_end_unwritten (self)); // not padding behind all of it
}

// ---- sound without a container ----

static gboolean is_flac (const Extent *self) {
  return memcmp (self->head, "fLaC", 4) == 0;
}

static gboolean is_ac3 (const Extent *self) {
  return read_be (self->head, 2) == 0x0b77;
}

static gboolean is_adts (const Extent *self) {
  return (read_be (self->head, 2) & 0xfff6) == 0xfff0;
}

// ---- JPEG ----

static gboolean is_jpeg (const Extent *self) {
  return read_be (self->head, 3) == 0xffd8ff;
}

// What marks the end stands nowhere within a picture's data, but may within what comes before: in a smaller picture.
static gboolean is_jpeg_cut (const Extent *self) {
  static const guint8 end[] = {0xff, 0xd9};
  const gsize bytes = (gsize)self->size;
  if (self->size > JPEG_BYTES)
    return FALSE;
  g_autofree guint8 *data = g_malloc (bytes);
  gsize at = 2;
  if (!read_at (self, 0, data, bytes))
    return FALSE;
  while (at + 4 <= bytes && data[at] == 0xff && data[at + 1] != 0xda)
    at += data[at + 1] == 0xff ? 1 : 2 + (gsize)read_be (data + at + 2, 2);
  return at >= bytes || (data[at] == 0xff && memmem (data + at, bytes - at, end, sizeof end) == NULL);
}

// FALSE: it is too short to be anything. @head: HEAD_BYTES of room.
static gboolean open_extent (gint fd, guint8 *head, Extent *ret_file) {
  struct stat info;
  if (fstat (fd, &info) != 0 || pread (fd, head, HEAD_BYTES, 0) != HEAD_BYTES)
    return FALSE;
  *ret_file = (Extent){fd, head, info.st_size};
  return TRUE;
}

gint64 po_extent_stated_ns (gint fd) {
  guint8 head[HEAD_BYTES];
  Extent file;
  return open_extent (fd, head, &file) && is_avi (&file) ? length_of_avi_ns (&file) : 0;
}

gboolean po_extent_is_end_doubtful (gint fd) {
  guint8 head[HEAD_BYTES];
  Extent file;
  return open_extent (fd, head, &file) && (is_mp4 (&file) || is_matroska (&file)) && is_end_unwritten (&file);
}

gboolean po_extent_is_cut (gint fd) {
  static const struct {
    gboolean (*is_it) (const Extent *self);
    gboolean (*is_cut) (const Extent *self);
  } kinds[] = {{is_riff, is_riff_cut},      {is_aiff, is_aiff_cut},
               {is_ts, is_ts_cut},          {is_m2ts, is_m2ts_cut},
               {is_mp4, is_mp4_cut},        {is_matroska, is_matroska_cut},
               {is_asf, is_asf_cut},        {is_flv, is_flv_cut},
               {is_dv, is_dv_cut},          {is_program_stream, is_program_stream_cut},
               {is_ogg, is_ogg_cut},        {is_mxf, is_mxf_cut},
               {is_gxf, is_gxf_cut},        {is_mp3, is_mp3_cut},
               {is_flac, is_end_unwritten}, {is_ac3, is_end_unwritten},
               {is_adts, is_end_unwritten}, {is_jpeg, is_jpeg_cut}};
  guint8 head[HEAD_BYTES];
  Extent file;
  if (!open_extent (fd, head, &file))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].is_it (&file))
      return kinds[i].is_cut (&file);
  return FALSE;
}
