// SPDX-License-Identifier: GPL-3.0-or-later
// qtdemux (1.22) ends a movie where its header says, but counts each track's time before the edit list or with the
// composition offset still in it; so the last packets of AAC with priming and the last pictures of H.264 without an
// edit list are lost. It is shown headers that are longer by just that much; a track still ends where its tables do.
// Of a movie in fragments it begins to count, after a seek into the first, at the time of showing that the index of
// random access has for it; and takes for granted that each fragment in that index begins with a key picture. And it
// leaves out, as a preview picture, any track that lasts less than a fifth of the
// movie: also the only one, where the movie's header is wrong or the track begins late. And of sound in 32 or 64 bits
// it does not heed that the low byte comes first, so that it would be noise as loud as can be. Of PCM as the second
// version of its description has it (QuickTime's own; always above 65 kHz) it takes each sample for one of its own, and
// loses their times while it joins them; where it is not said to be compressed it goes by chunks, as of other PCM. And
// it reads beside where a movie says that its pictures are of full range, and takes what it finds for the truth,
// whatever the pictures themselves say. And which channel is which it does not read at all.
#include "player/mend-movie.h"

#include <gst/video/video.h>
#include <string.h>

#include "player/caps-event.h"
#include "player/inner-pad.h"
#include "player/movie-layout.h"

#define CUT_KEY          "po-movie-is-cut"
#define LANGUAGE_KEY     "po-movie-language"
#define BOX_HEADER_BYTES 8
#define MAX_TRACKS       64
#define TFRA_ENTRIES_AT  16
#define STSD_ENTRIES_AT  8
#define SOUND_VERSION_AT 8
#define COMPRESSION_AT   20
#define PICTURE_PARTS_AT 78
#define COLOURS_RANGE_AT 10
#define NO_LANGUAGE_MAC  0x7fff
#define NO_LANGUAGE_ISO  0x55c4 // "und"
#define RUN_PARTS_AT     8
#define RUN_FIRST_FLAGS  0x4
#define RUN_FLAGS        0x400
#define TRACK_PARTS_AT   8
#define TRACK_FLAGS      0x20
#define NEEDS_OTHERS     0x10000
#define LOOKED_AT        8         // fragments of an index
#define LONGEST_FRAGMENT (1 << 20) // its header
#define SOUND_PARTS_AT   44        // in an entry of version 1, which alone can say in which order its bytes are
#define SOUND_FIRST_AT   28        // likewise of version 0
#define SOUND_SECOND_AT  64        // and of version 2

// Boxes begin anywhere.
static guint16 read16 (const guint8 *at) {
  return (guint16)(at[0] << 8 | at[1]);
}

static guint32 read32 (const guint8 *at) {
  guint32 value = 0;
  memcpy (&value, at, sizeof value);
  return GUINT32_FROM_BE (value);
}

static guint64 read64 (const guint8 *at) {
  guint64 value = 0;
  memcpy (&value, at, sizeof value);
  return GUINT64_FROM_BE (value);
}

static void write32 (guint8 *at, guint32 value) {
  const guint32 big = GUINT32_TO_BE (value);
  memcpy (at, &big, sizeof big);
}

static void write64 (guint8 *at, guint64 value) {
  const guint64 big = GUINT64_TO_BE (value);
  memcpy (at, &big, sizeof big);
}

/** Box: the payload of one box, in place. data is NULL for none. */
typedef struct {
  guint8 *data;
  gsize size;
} Box;

// The next child of @parent of type @type at or after *@at, which moves past it.
static Box next_box (Box parent, gsize *at, const gchar *type) {
  while (parent.data != NULL && *at + BOX_HEADER_BYTES <= parent.size) {
    const gsize start = *at;
    const gsize size = read32 (parent.data + start);
    if (size < BOX_HEADER_BYTES || size > parent.size - start)
      break;
    *at += size;
    if (memcmp (parent.data + start + 4, type, 4) == 0)
      return (Box){parent.data + start + BOX_HEADER_BYTES, size - BOX_HEADER_BYTES};
  }
  return (Box){NULL, 0};
}

static Box find_box (Box parent, const gchar *type) {
  gsize at = 0;
  return next_box (parent, &at, type);
}

/** Track: what its header says. */
typedef struct {
  guint32 number;
  guint language; // 0: none
  gboolean is_picture;
  PoMovieLayout layout; // of its sound
} Track;

/** Movie: what of a qtdemux's movie is found before its streams are. Of its streaming thread. */
typedef struct {
  gboolean is_little;      // its samples of 32 or 64 bits have the low byte first
  gboolean is_full;        // its pictures have the full range, it says
  gboolean is_cut;         // of several edits
  GstClockTime lengthened; // by so much, of what its header says
  guint n_tracks;
  Track tracks[MAX_TRACKS];
} Movie;

/** Header: the time fields that mvhd and mdhd have in common. Version 1 has 64-bit times. */
typedef struct {
  guint8 *duration; // NULL: not usable
  gboolean wide;
  guint32 timescale;
} Header;

static Header read_header (Box box) {
  const gboolean wide = box.size > 0 && box.data[0] == 1;
  const gsize timescale_at = wide ? 20 : 12;
  if (box.size < timescale_at + 4 + (wide ? 8 : 4) || read32 (box.data + timescale_at) == 0)
    return (Header){NULL, FALSE, 1};
  return (Header){box.data + timescale_at + 4, wide, read32 (box.data + timescale_at)};
}

// A duration of all ones means unknown and stays.
static void lengthen (Header header, guint64 by) {
  if (header.duration == NULL)
    return;
  if (header.wide) {
    const guint64 duration = read64 (header.duration);
    if (duration < G_MAXUINT64 - by)
      write64 (header.duration, duration + by);
  } else {
    const guint32 duration = read32 (header.duration);
    if (by < G_MAXUINT32 && duration < G_MAXUINT32 - (guint32)by)
      write32 (header.duration, duration + (guint32)by);
  }
}

/** Edits: what a track's edit list says. */
typedef struct {
  guint64 latest; // where the latest begins in the track's media, in its own timescale; 0 = nowhere later
  guint count;    // without those that are nothing for a while
} Edits;

static Edits read_edits (Box trak) {
  const Box elst = find_box (find_box (trak, "edts"), "elst");
  const gboolean wide = elst.size > 0 && elst.data[0] == 1;
  const gsize entry_bytes = wide ? 20 : 12;
  Edits edits = {0, 0};
  for (gsize at = 8; elst.data != NULL && at + entry_bytes <= elst.size; at += entry_bytes) {
    const gint64 start = wide ? (gint64)read64 (elst.data + at + 8) : (gint32)read32 (elst.data + at + 4);
    edits.latest = MAX (edits.latest, (guint64)MAX (start, 0));
    edits.count += read32 (elst.data + at + (wide ? 8 : 4)) != G_MAXUINT32;
  }
  return edits;
}

// How much later than its decoding time the first picture is shown.
static guint64 composition_offset (Box mdia) {
  const Box ctts = find_box (find_box (find_box (mdia, "minf"), "stbl"), "ctts");
  if (ctts.size < 16)
    return 0;
  const gint32 offset = (gint32)read32 (ctts.data + 12);
  return offset > 0 ? (guint64)offset : 0;
}

static guint32 count_samples (Box mdia) {
  const Box stsz = find_box (find_box (find_box (mdia, "minf"), "stbl"), "stsz");
  return stsz.size < 12 ? 0 : read32 (stsz.data + 8);
}

static guint64 duration_of (Header header) {
  if (header.duration == NULL)
    return 0;
  const guint64 duration = header.wide ? read64 (header.duration) : read32 (header.duration);
  return duration == (header.wide ? G_MAXUINT64 : G_MAXUINT32) ? 0 : duration;
}

static gboolean is_picture (Box mdia) {
  const Box hdlr = find_box (mdia, "hdlr");
  return hdlr.size >= 12 && memcmp (hdlr.data + 8, "vide", 4) == 0;
}

// qtdemux takes what is shorter than a fifth of the movie for a preview, and leaves it out.
static void mend_short (Header header, Header movie) {
  const guint64 wanted = gst_util_uint64_scale_ceil (duration_of (movie), header.timescale, movie.timescale);
  if (duration_of (header) < wanted)
    lengthen (header, wanted - duration_of (header));
}

// What has to be added to the movie, in its timescale; mends the track's own header where it has no edit list.
static guint64 mend_track (Box trak, Header movie) {
  const Box mdia = find_box (trak, "mdia");
  const Header header = read_header (find_box (mdia, "mdhd"));
  guint64 late = read_edits (trak).latest;
  if (find_box (trak, "edts").data == NULL) {
    late = composition_offset (mdia);
    lengthen (header, late);
  }
  if (is_picture (mdia) || count_samples (mdia) > 1)
    mend_short (header, movie);
  return late == 0 ? 0 : gst_util_uint64_scale_ceil (late, movie.timescale, header.timescale);
}

static Box find_entries (Box trak) {
  return find_box (find_box (find_box (find_box (trak, "mdia"), "minf"), "stbl"), "stsd");
}

// The description of the track's samples, where it is of type @type.
static Box find_entry (Box trak, const gchar *type) {
  const Box stsd = find_entries (trak);
  if (stsd.size < STSD_ENTRIES_AT)
    return (Box){NULL, 0};
  return find_box ((Box){stsd.data + STSD_ENTRIES_AT, stsd.size - STSD_ENTRIES_AT}, type);
}

static void mend_pcm (Box trak) {
  const Box entry = find_entry (trak, "lpcm");
  if (entry.size >= COMPRESSION_AT + 2 && read16 (entry.data + SOUND_VERSION_AT) == 2)
    memset (entry.data + COMPRESSION_AT, 0, 2);
}

// Whether the track is sound of which qtdemux takes the low byte for the high one.
static gboolean is_little (Box trak) {
  static const gchar *const types[] = {"in32", "fl32", "fl64"};
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    const Box entry = find_entry (trak, types[i]);
    const Box parts = {entry.data + SOUND_PARTS_AT, entry.size - SOUND_PARTS_AT};
    const Box order = entry.size > SOUND_PARTS_AT ? find_box (find_box (parts, "wave"), "enda") : (Box){NULL, 0};
    if (order.size >= 2 && read16 (order.data) == 1)
      return TRUE;
  }
  return FALSE;
}

// Codecs that qtdemux does not know by all of their names: the newer DNxHD, DVCPRO HD of 720 lines and of 60 fields.
static void mend_name (Box trak) {
  static const gchar *const names[][2] = {
      {"AVdh", "AVdn"}, {"dvhp", "dvh5"}, {"dvhq", "dvh5"}, {"dvh2", "dvh5"}, {"dvh3", "dvh5"}};
  const Box stsd = find_entries (trak);
  if (stsd.size < STSD_ENTRIES_AT + BOX_HEADER_BYTES)
    return;
  guint8 *name = stsd.data + STSD_ENTRIES_AT + 4;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (memcmp (name, names[i][0], 4) == 0) {
      memcpy (name, names[i][1], 4);
      return;
    }
}

// Whether the track says that its pictures have the full range.
static gboolean is_full (Box trak) {
  const Box stsd = find_entries (trak);
  if (stsd.size < STSD_ENTRIES_AT + BOX_HEADER_BYTES + PICTURE_PARTS_AT || !is_picture (find_box (trak, "mdia")))
    return FALSE;
  const gsize parts_at = STSD_ENTRIES_AT + BOX_HEADER_BYTES + PICTURE_PARTS_AT;
  const Box colours = find_box ((Box){stsd.data + parts_at, stsd.size - parts_at}, "colr");
  return colours.size > COLOURS_RANGE_AT && memcmp (colours.data, "nclx", 4) == 0 &&
         (colours.data[COLOURS_RANGE_AT] & 0x80) != 0;
}

// By QuickTime's own numbers, of which the first is 0, or by three letters in one.
static guint read_language (Box mdhd) {
  const Header header = read_header (mdhd);
  const gsize at = header.duration == NULL ? mdhd.size : (gsize)(header.duration - mdhd.data) + (header.wide ? 8 : 4);
  if (mdhd.size < at + 2)
    return 0;
  const guint16 code = read16 (mdhd.data + at);
  return code == NO_LANGUAGE_MAC || code == NO_LANGUAGE_ISO ? 0 : code + 1u;
}

// Which of its channels is which. The parts of a description lie behind what its version has.
static PoMovieLayout read_layout (Box trak) {
  static const gsize parts_at[] = {SOUND_FIRST_AT, SOUND_PARTS_AT, SOUND_SECOND_AT};
  const Box stsd = find_entries (trak);
  if (stsd.size < STSD_ENTRIES_AT + BOX_HEADER_BYTES + SOUND_VERSION_AT + 2 || is_picture (find_box (trak, "mdia")))
    return (PoMovieLayout){0};
  const gsize entry_at = STSD_ENTRIES_AT + BOX_HEADER_BYTES;
  const guint16 version = read16 (stsd.data + entry_at + SOUND_VERSION_AT);
  const gsize at = entry_at + (version < G_N_ELEMENTS (parts_at) ? parts_at[version] : stsd.size);
  const Box chan = find_box ((Box){stsd.data + at, stsd.size - MIN (at, stsd.size)}, "chan");
  return po_movie_layout_read (chan.data, chan.size);
}

static Track read_track (Box trak) {
  const Box tkhd = find_box (trak, "tkhd"), mdia = find_box (trak, "mdia");
  const gsize number_at = tkhd.size > 0 && tkhd.data[0] == 1 ? 20 : 12;
  return (Track){
      .number = tkhd.size < number_at + 4 ? 0 : read32 (tkhd.data + number_at),
      .language = read_language (find_box (mdia, "mdhd")),
      .is_picture = is_picture (mdia),
      .layout = read_layout (trak),
  };
}

static void mend_movie (Box moov, Movie *found) {
  const Header movie = read_header (find_box (moov, "mvhd"));
  guint64 longest = 0;
  gsize at = 0;
  found->n_tracks = 0;
  for (guint i = 0; i < MAX_TRACKS; i++) {
    const Box trak = next_box (moov, &at, "trak");
    if (trak.data == NULL)
      break;
    const guint64 late = mend_track (trak, movie);
    longest = MAX (longest, late);
    found->is_little |= is_little (trak);
    found->is_full |= is_full (trak);
    found->is_cut |= read_edits (trak).count > 1;
    found->tracks[found->n_tracks++] = read_track (trak);
    mend_pcm (trak);
    mend_name (trak);
  }
  lengthen (movie, longest);
  if (movie.duration != NULL)
    found->lengthened = gst_util_uint64_scale (longest, GST_SECOND, movie.timescale);
}

static const Track *find_track (const Movie *movie, guint64 number) {
  for (guint i = 0; i < movie->n_tracks; i++)
    if (movie->tracks[i].number == number)
      return &movie->tracks[i];
  return NULL;
}

// (nullable) (transfer full)
static GstBuffer *pull (GstPad *pad, guint64 offset, guint size) {
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  GstBuffer *buffer = NULL;
  return peer != NULL && gst_pad_get_range (peer, offset, size, &buffer) == GST_FLOW_OK ? buffer : NULL;
}

// What a track's part of a fragment says of its first sample; 0: nothing.
static guint32 first_flags (Box traf) {
  const Box tfhd = find_box (traf, "tfhd"), trun = find_box (traf, "trun");
  if (trun.size < RUN_PARTS_AT || tfhd.size < TRACK_PARTS_AT)
    return 0;
  const guint32 has = read32 (trun.data), defaults = read32 (tfhd.data);
  gsize at = RUN_PARTS_AT + (has & 1 ? 4 : 0);
  if ((has & RUN_FIRST_FLAGS) != 0)
    return at + 4 <= trun.size ? read32 (trun.data + at) : 0;
  at += (has & 0x100 ? 4 : 0) + (has & 0x200 ? 4 : 0);
  if ((has & RUN_FLAGS) != 0)
    return at + 4 <= trun.size ? read32 (trun.data + at) : 0;
  at = TRACK_PARTS_AT + (defaults & 1 ? 8 : 0) + (defaults & 2 ? 4 : 0) + (defaults & 8 ? 4 : 0) +
       (defaults & 0x10 ? 4 : 0);
  return (defaults & TRACK_FLAGS) != 0 && at + 4 <= tfhd.size ? read32 (tfhd.data + at) : 0;
}

// Whether the fragment at @offset begins with a picture of track @number that needs others.
static gboolean begins_amid (GstPad *pad, guint64 offset, guint32 number) {
  guint8 head[BOX_HEADER_BYTES];
  g_autoptr (GstBuffer) front = pull (pad, offset, sizeof head);
  if (front == NULL || gst_buffer_extract (front, 0, head, sizeof head) < sizeof head)
    return FALSE;
  const guint32 size = read32 (head);
  g_autoptr (GstBuffer) whole =
      memcmp (head + 4, "moof", 4) == 0 && size <= LONGEST_FRAGMENT ? pull (pad, offset, size) : NULL;
  GstMapInfo map;
  if (whole == NULL || !gst_buffer_map (whole, &map, GST_MAP_READ))
    return FALSE;
  const Box moof = {map.data + BOX_HEADER_BYTES, map.size - MIN (map.size, BOX_HEADER_BYTES)};
  gboolean amid = FALSE;
  gsize at = 0;
  for (Box traf = next_box (moof, &at, "traf"); traf.data != NULL; traf = next_box (moof, &at, "traf")) {
    const Box tfhd = find_box (traf, "tfhd");
    if (tfhd.size >= TRACK_PARTS_AT && read32 (tfhd.data + 4) == number)
      amid |= (first_flags (traf) & NEEDS_OTHERS) != 0;
  }
  gst_buffer_unmap (whole, &map);
  return amid;
}

// Whether the index of a track leads amid its pictures, by some of its entries.
static gboolean leads_amid (const Movie *movie, GstPad *pad, Box tfra) {
  const gsize time_bytes = tfra.size > 0 && tfra.data[0] == 1 ? 8 : 4;
  const Track *track = tfra.size < TFRA_ENTRIES_AT ? NULL : find_track (movie, read32 (tfra.data + 4));
  if (track == NULL || !track->is_picture)
    return FALSE;
  const guint32 lengths = read32 (tfra.data + 8), n_entries = read32 (tfra.data + 12);
  const gsize entry_bytes = 2 * time_bytes + (lengths & 3) + (lengths >> 2 & 3) + (lengths >> 4 & 3) + 3;
  if (n_entries > (tfra.size - TFRA_ENTRIES_AT) / entry_bytes)
    return FALSE;
  gboolean amid = FALSE;
  for (guint i = 1; i <= LOOKED_AT && !amid; i++) {
    const gsize entry = (gsize)i * n_entries / (LOOKED_AT + 1);
    const guint8 *offset = tfra.data + TFRA_ENTRIES_AT + entry * entry_bytes + time_bytes;
    amid = n_entries > 0 && begins_amid (pad, time_bytes == 8 ? read64 (offset) : read32 (offset), track->number);
  }
  return amid;
}

// The first fragment's own time, where it is not 0, goes before what is said here. An index that leads amid the
// pictures is none: fragments were cut by the clock alone. Then the demuxer makes one of all fragments.
static void mend_random_access (const Movie *movie, GstPad *pad, Box mfra) {
  gboolean is_none = FALSE;
  gsize at = 0;
  for (Box tfra = next_box (mfra, &at, "tfra"); tfra.data != NULL; tfra = next_box (mfra, &at, "tfra")) {
    const gsize time_bytes = tfra.size > 0 && tfra.data[0] == 1 ? 8 : 4;
    if (tfra.size >= TFRA_ENTRIES_AT + time_bytes)
      memset (tfra.data + TFRA_ENTRIES_AT, 0, time_bytes);
    is_none |= leads_amid (movie, pad, tfra);
  }
  at = 0;
  for (Box tfra = next_box (mfra, &at, "tfra"); is_none && tfra.data != NULL; tfra = next_box (mfra, &at, "tfra"))
    memcpy (tfra.data - 4, "free", 4);
}

// qtdemux pulls each of these boxes at once.
static GstPadProbeReturn on_pulled (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  guint8 head[BOX_HEADER_BYTES];
  if (buffer == NULL || gst_buffer_extract (buffer, 0, head, sizeof head) < sizeof head)
    return GST_PAD_PROBE_OK;
  const gboolean is_movie = memcmp (head + 4, "moov", 4) == 0;
  if (!is_movie && memcmp (head + 4, "mfra", 4) != 0)
    return GST_PAD_PROBE_OK;
  GstBuffer *copy = gst_buffer_copy_deep (buffer);
  GstMapInfo map;
  if (gst_buffer_map (copy, &map, GST_MAP_READWRITE)) {
    const Box box = {map.data + BOX_HEADER_BYTES, map.size - BOX_HEADER_BYTES};
    if (is_movie)
      mend_movie (box, user_data);
    else
      mend_random_access (user_data, pad, box);
    gst_buffer_unmap (copy, &map);
  }
  gst_buffer_unref (buffer);
  GST_PAD_PROBE_INFO_DATA (info) = copy;
  return GST_PAD_PROBE_OK;
}

static gboolean mend_sound (GstStructure *caps, const Movie *movie) {
  static const gchar *const formats[][2] = {{"S32BE", "S32LE"}, {"F32BE", "F32LE"}, {"F64BE", "F64LE"}};
  const gchar *format = movie->is_little ? gst_structure_get_string (caps, "format") : NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (g_strcmp0 (format, formats[i][0]) != 0)
      continue;
    gst_structure_set (caps, "format", G_TYPE_STRING, formats[i][1], NULL);
    return TRUE;
  }
  return FALSE;
}

// Where the movie does not say full range, the decoder is asked, who knows what the pictures say.
static gboolean mend_range (GstStructure *caps, const Movie *movie) {
  const gchar *said = gst_structure_get_string (caps, "colorimetry");
  GstVideoColorimetry colours;
  if (said == NULL || !gst_video_colorimetry_from_string (&colours, said))
    return FALSE;
  colours.range = movie->is_full ? GST_VIDEO_COLOR_RANGE_0_255 : GST_VIDEO_COLOR_RANGE_UNKNOWN;
  g_autofree gchar *mended = gst_video_colorimetry_to_string (&colours);
  gst_structure_set (caps, "colorimetry", G_TYPE_STRING, mended, NULL);
  return TRUE;
}

static GstPadProbeReturn on_caps (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  GstCaps *caps = po_caps_event_caps (info);
  if (caps == NULL)
    return GST_PAD_PROBE_OK;
  g_autoptr (GstCaps) mended = gst_caps_copy (caps);
  GstStructure *structure = gst_caps_get_structure (mended, 0);
  if (!mend_sound (structure, user_data) && !mend_range (structure, user_data))
    return GST_PAD_PROBE_OK;
  po_caps_event_replace (info, mended);
  return GST_PAD_PROBE_OK;
}

// Whoever asks is told what the header said.
static GstPadProbeReturn on_length (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  const Movie *movie = user_data;
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  GstFormat format = GST_FORMAT_UNDEFINED;
  gint64 length_ns = -1;
  if (GST_QUERY_TYPE (query) != GST_QUERY_DURATION)
    return GST_PAD_PROBE_OK;
  gst_query_parse_duration (query, &format, &length_ns);
  if (format == GST_FORMAT_TIME && length_ns > (gint64)movie->lengthened)
    gst_query_set_duration (query, format, length_ns - (gint64)movie->lengthened);
  return GST_PAD_PROBE_OK;
}

// From one edit to the next, decoders are to give what they have and to begin anew: the next one begins at a key
// picture that need not follow upon what came before. They do at the start of a stream.
static GstPadProbeReturn on_edit (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  gint *edits = user_data;
  const GstEventType type = GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info));
  if (type == GST_EVENT_FLUSH_STOP)
    g_atomic_int_set (edits, 0);
  if (type != GST_EVENT_SEGMENT || g_atomic_int_add (edits, 1) == 0)
    return GST_PAD_PROBE_OK;
  g_autoptr (GstEvent) start = gst_pad_get_sticky_event (pad, GST_EVENT_STREAM_START, 0);
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  if (start != NULL && peer != NULL)
    gst_pad_send_event (peer, gst_event_copy (start));
  return GST_PAD_PROBE_OK;
}

// Its streams' names end with the number of the track. (nullable)
static const Track *track_of_pad (const Movie *movie, GstPad *pad) {
  g_autofree gchar *name = gst_pad_get_stream_id (pad);
  const gchar *number = name != NULL ? strrchr (name, '/') : NULL;
  return number != NULL ? find_track (movie, g_ascii_strtoull (number + 1, NULL, 10)) : NULL;
}

static void on_movie_pad (GstElement *demuxer, GstPad *pad, gpointer user_data) {
  Movie *movie = user_data;
  const Track *track = track_of_pad (movie, pad);
  if (track != NULL)
    g_object_set_data (G_OBJECT (pad), LANGUAGE_KEY, GUINT_TO_POINTER (track->language));
  if (movie->is_cut)
    g_object_set_data (G_OBJECT (demuxer), CUT_KEY, GINT_TO_POINTER (TRUE));
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_caps, g_atomic_rc_box_acquire (movie),
                     g_atomic_rc_box_release);
  if (track != NULL && track->layout.n_channels > 0)
    po_movie_layout_mend (pad, &track->layout); // after the order of bytes
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_UPSTREAM | GST_PAD_PROBE_TYPE_PULL, on_length,
                     g_atomic_rc_box_acquire (movie), g_atomic_rc_box_release);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH, on_edit,
                     g_new0 (gint, 1), g_free);
}

void po_mend_movie (GstElement *demuxer) {
  g_autoptr (GstPad) sink = gst_element_get_static_pad (demuxer, "sink");
  Movie *movie = g_atomic_rc_box_new0 (Movie);
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER, on_pulled,
                     g_atomic_rc_box_acquire (movie), g_atomic_rc_box_release);
  g_signal_connect_data (demuxer, "pad-added", G_CALLBACK (on_movie_pad), movie,
                         (GClosureNotify)(void (*) (void))g_atomic_rc_box_release, 0);
}

gboolean po_mend_movie_is_cut (GstElement *pipeline) {
  g_autoptr (GstIterator) elements = gst_bin_iterate_recurse (GST_BIN (pipeline));
  g_auto (GValue) item = G_VALUE_INIT;
  gboolean is_cut = FALSE;
  while (!is_cut && gst_iterator_next (elements, &item) == GST_ITERATOR_OK) {
    is_cut = g_object_get_data (g_value_get_object (&item), CUT_KEY) != NULL;
    g_value_reset (&item);
  }
  return is_cut;
}

guint po_mend_movie_language (GstPad *pad) {
  guint language = 0;
  for (GstPad *at = po_inner_pad (pad); at != NULL;) {
    language = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (at), LANGUAGE_KEY));
    GstPad *before = language == 0 ? po_pad_before (at) : NULL;
    gst_object_unref (at);
    at = before;
  }
  return language;
}
