// SPDX-License-Identifier: GPL-3.0-or-later
// Files named by local time, and the playlist over the newest of them.
#include "output/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "model/error.h"
#include "model/text.h"

#define WINDOW_SEGMENTS 6
#define KEPT_SEGMENTS   12                       // on disk: slow clients still fetch what has left the window
#define STALE_NS        (600 * PO_NS_PER_SECOND) // segments of an earlier life that nobody fetches any more
#define KEY_INTERVAL_NS (2 * PO_NS_PER_SECOND)   // by which a segment may be longer: it ends at a key picture
#define LATE_NS         (10 * PO_NS_PER_SECOND)  // that it may be written late
#define PLAYLIST_NAME   "live.m3u8"

#define HOUR_NS       (3600 * PO_NS_PER_SECOND)
#define OLD_NS        (20 * 24 * HOUR_NS) // of time stamps that end after 24.8 days
#define SPENT_NS      (24 * 24 * HOUR_NS)
#define SMALL_HOUR    3 // local, when few watch: until 05:00
#define N_SMALL_HOURS 2

static gint64 local_offset_ns (PoTimeNs utc_ns, GTimeZone *zone) {
  gint64 seconds = utc_ns / PO_NS_PER_SECOND;
  gint interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, seconds);
  return (gint64)g_time_zone_get_offset (zone, interval) * PO_NS_PER_SECOND;
}

static gint64 whole (gint64 time_ns, gint64 unit_ns) {
  return time_ns / unit_ns - (time_ns % unit_ns < 0);
}

// An hour that comes twice, since the clocks are set back, has two numbers. Whenever they are set, the two parts change
// by the same or by one apart, so that neither makes up for four times the other.
gint64 po_segment_number (PoTimeNs utc_ns, gint64 segment_ns, GTimeZone *zone) {
  gint64 offset_ns = local_offset_ns (utc_ns, zone);
  return 4 * whole (utc_ns + offset_ns, segment_ns) - whole (offset_ns, segment_ns);
}

gboolean po_segment_is_spent (gint64 lasted_ns, PoTimeNs utc_ns, GTimeZone *zone) {
  gint64 hour = whole (utc_ns + local_offset_ns (utc_ns, zone), HOUR_NS) % 24;
  gboolean is_quiet = hour >= SMALL_HOUR && hour < SMALL_HOUR + N_SMALL_HOURS;
  return lasted_ns >= SPENT_NS || (lasted_ns >= OLD_NS && is_quiet);
}

gchar *po_segment_name (PoTimeNs utc_ns, GTimeZone *zone, guint try, const gchar *extension) {
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (utc_ns / PO_NS_PER_SECOND);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  g_autofree gchar *stamp = g_date_time_format (local, "%Y%m%dT%H%M%S%z");
  return try == 0 ? g_strdup_printf ("%s.%s", stamp, extension)
                  : g_strdup_printf ("%s_%u.%s", stamp, try + 1, extension);
}

gboolean po_segment_parse_name (const gchar *name, PoTimeNs *ret_utc_ns) {
  static const gchar *const pattern = "^[0-9]{8}T[0-9]{6}[+-][0-9]{4}([-_][0-9]+)?\\.(ts|mkv)$";
  if (!g_regex_match_simple (pattern, name, G_REGEX_DEFAULT, 0))
    return FALSE;
  g_autofree gchar *stamp = g_strndup (name, strlen ("20270106T194500+0700"));
  g_autoptr (GDateTime) begin = g_date_time_new_from_iso8601 (stamp, NULL);
  if (begin == NULL)
    return FALSE;
  *ret_utc_ns = g_date_time_to_unix (begin) * PO_NS_PER_SECOND;
  return TRUE;
}

gchar *po_segment_create (const gchar *folder, PoTimeNs utc_ns, GTimeZone *zone, const gchar *extension,
                          GError **error) {
  if (g_mkdir_with_parents (folder, 0777) != 0) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%s: cannot make the folder: %s"), folder, g_strerror (errno));
    return NULL;
  }
  for (guint try = 0; try < 1000; try++) {
    g_autofree gchar *name = po_segment_name (utc_ns, zone, try, extension);
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    gint fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) {
      close (fd);
      return g_steal_pointer (&path);
    }
    if (errno != EEXIST) {
      g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%s: cannot make the file: %s"), path, g_strerror (errno));
      return NULL;
    }
  }
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("%s: every name for a new file is taken"), folder);
  return NULL;
}

typedef struct {
  gchar *path;
  PoTimeNs utc_ns;
  gint64 duration_ns;
  gboolean follows_break;
} PoSegment;

struct _PoPlaylist {
  gchar *folder;
  gint64 segment_ns;
  GQueue segments;       // PoSegment, oldest first
  guint64 first_number;  // of the oldest one
  guint64 breaks_before; // that have left the list
  gboolean is_after_break;
  gboolean has_begun;
};

static void segment_free (gpointer data) {
  PoSegment *segment = data;
  g_free (segment->path);
  g_free (segment);
}

// Grows from life to life, yet stays small: hls.js keeps an array of this length and walks it, which held the page for
// minutes when it was the time in seconds.
#define MOST_BREAKS 65536

PoPlaylist *po_playlist_new (const gchar *folder, gint64 segment_ns) {
  PoPlaylist *self = g_new0 (PoPlaylist, 1);
  self->folder = g_strdup (folder);
  self->segment_ns = segment_ns;
  g_queue_init (&self->segments);
  return self;
}

void po_playlist_free (PoPlaylist *self) {
  if (self == NULL)
    return;
  g_queue_clear_full (&self->segments, segment_free);
  g_free (self->folder);
  g_free (self);
}

void po_playlist_break (PoPlaylist *self) {
  self->is_after_break = self->segments.length > 0;
}

static guint window_skip (PoPlaylist *self) {
  return self->segments.length > WINDOW_SEGMENTS ? self->segments.length - WINDOW_SEGMENTS : 0;
}

gchar *po_playlist_to_text (PoPlaylist *self, gboolean is_ended) {
  GString *text = g_string_new ("#EXTM3U\n#EXT-X-VERSION:6\n");
  guint skip = window_skip (self), i = 0;
  guint64 breaks = self->breaks_before;
  for (GList *link = self->segments.head; link != NULL; link = link->next, i++) {
    const PoSegment *segment = link->data;
    breaks += i < skip && segment->follows_break;
  }
  g_string_append_printf (text, "#EXT-X-TARGETDURATION:%" G_GINT64_FORMAT "\n",
                          (self->segment_ns + KEY_INTERVAL_NS + PO_NS_PER_SECOND - 1) / PO_NS_PER_SECOND);
  g_string_append_printf (text, "#EXT-X-MEDIA-SEQUENCE:%" G_GUINT64_FORMAT "\n", self->first_number + skip);
  g_string_append_printf (text, "#EXT-X-DISCONTINUITY-SEQUENCE:%" G_GUINT64_FORMAT "\n", breaks);
  for (GList *link = g_queue_peek_nth_link (&self->segments, skip); link != NULL; link = link->next) {
    const PoSegment *segment = link->data;
    g_autofree gchar *name = g_path_get_basename (segment->path);
    g_autofree gchar *escaped = g_uri_escape_string (name, "+", FALSE); // (of which a player of files undoes nothing)
    g_autofree gchar *date = po_time_to_utc_string (segment->utc_ns / PO_NS_PER_MS * PO_NS_PER_MS);
    if (segment->follows_break)
      g_string_append (text, "#EXT-X-DISCONTINUITY\n");
    g_string_append_printf (text, "#EXT-X-PROGRAM-DATE-TIME:%s\n", date);
    g_string_append_printf (text, "#EXTINF:%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT ",\n%s\n",
                            segment->duration_ns / PO_NS_PER_SECOND, segment->duration_ns % PO_NS_PER_SECOND / 1000,
                            escaped);
  }
  if (is_ended)
    g_string_append (text, "#EXT-X-ENDLIST\n");
  return g_string_free (text, FALSE);
}

static gboolean write_playlist (PoPlaylist *self, gboolean is_ended, GError **error) {
  g_autofree gchar *path = g_build_filename (self->folder, PLAYLIST_NAME, NULL);
  g_autofree gchar *text = po_playlist_to_text (self, is_ended);
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
}

static guint count_of (const gchar *text, const gchar *line) {
  guint n = 0;
  for (const gchar *at = text; (at = strstr (at, line)) != NULL; at += strlen (line))
    n++;
  return n;
}

static guint64 number_of (const gchar *text, const gchar *tag) {
  const gchar *at = strstr (text, tag);
  return at != NULL ? g_ascii_strtoull (at + strlen (tag), NULL, 10) : 0;
}

// An earlier life may have begun a moment ago. FALSE: there was none.
static gboolean go_on_from_list (PoPlaylist *self) {
  g_autofree gchar *path = g_build_filename (self->folder, PLAYLIST_NAME, NULL);
  g_autofree gchar *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  const guint64 number = number_of (text, "\n#EXT-X-MEDIA-SEQUENCE:") + count_of (text, "\n#EXTINF:");
  const guint64 breaks =
      number_of (text, "\n#EXT-X-DISCONTINUITY-SEQUENCE:") + count_of (text, "\n#EXT-X-DISCONTINUITY\n") + 1;
  self->first_number = MAX (self->first_number, number);
  if (breaks < MOST_BREAKS)
    self->breaks_before = MAX (self->breaks_before, breaks);
  return TRUE;
}

// A recording of another output, which is called alike, was written for longer.
static gboolean is_leftover (PoPlaylist *self, const gchar *path, PoTimeNs began_ns, PoTimeNs utc_ns) {
  GStatBuf status;
  if (utc_ns - began_ns <= STALE_NS || g_lstat (path, &status) != 0)
    return FALSE;
  return ABS (status.st_mtime * PO_NS_PER_SECOND - began_ns) <= self->segment_ns + KEY_INTERVAL_NS + LATE_NS;
}

// What an earlier life left behind goes; numbers begin beyond all that it gave, for players that are still there.
static void begin (PoPlaylist *self, const gchar *path, PoTimeNs utc_ns) {
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const gchar *name;
  self->has_begun = TRUE;
  self->first_number = (guint64)(utc_ns / self->segment_ns);
  self->breaks_before = (guint64)(utc_ns / PO_NS_PER_SECOND / 60) % MOST_BREAKS;
  if (!go_on_from_list (self))
    return;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    PoTimeNs began_ns = 0;
    g_autofree gchar *old = g_build_filename (self->folder, name, NULL);
    if (po_segment_parse_name (name, &began_ns) && !g_str_equal (old, path) &&
        is_leftover (self, old, began_ns, utc_ns))
      g_unlink (old);
  }
}

static void drop_oldest (PoPlaylist *self) {
  PoSegment *oldest = g_queue_pop_head (&self->segments);
  self->breaks_before += oldest->follows_break;
  self->first_number++;
  g_unlink (oldest->path);
  segment_free (oldest);
}

// Whoever empties the folder takes what the list names.
static void drop_missing (PoPlaylist *self) {
  while (self->segments.length > 0 && g_access (((PoSegment *)g_queue_peek_head (&self->segments))->path, F_OK) != 0)
    drop_oldest (self);
}

gboolean po_playlist_add (PoPlaylist *self, const gchar *path, PoTimeNs utc_ns, gint64 duration_ns, GError **error) {
  if (!self->has_begun)
    begin (self, path, utc_ns);
  drop_missing (self);
  PoSegment *segment = g_new0 (PoSegment, 1);
  segment->path = g_strdup (path);
  segment->utc_ns = utc_ns;
  segment->duration_ns = duration_ns;
  segment->follows_break = self->is_after_break;
  self->is_after_break = FALSE;
  g_queue_push_tail (&self->segments, segment);
  while (self->segments.length > KEPT_SEGMENTS)
    drop_oldest (self);
  return write_playlist (self, FALSE, error);
}

gboolean po_playlist_end (PoPlaylist *self, GError **error) {
  return self->segments.length == 0 || write_playlist (self, TRUE, error);
}
