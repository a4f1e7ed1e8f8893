// SPDX-License-Identifier: GPL-3.0-or-later
// Segments of a recording and of an HLS stream: where one ends, what its file is called, what the playlist says.
// Pure but for the two functions that touch the folder. Cuts stand at whole multiples of the segment length in local
// time, so that recordings of two machines have the same files.
#pragma once

#include "model/time.h"

/** The number of the segment in which @utc_ns falls; where it becomes another one, so does the file. */
gint64 po_segment_number (PoTimeNs utc_ns, gint64 segment_ns, GTimeZone *zone);

/** Whether a stream with time stamps of 31 bits of milliseconds, which end after 24.8 days, should begin anew at
 * @utc_ns when it has lasted for @lasted_ns: in the small hours, as long as those can be waited for. */
gboolean po_segment_is_spent (gint64 lasted_ns, PoTimeNs utc_ns, GTimeZone *zone);

/** "20270106T194500+0700.ts"; @try > 0 makes further ones: "20270106T194500+0700_2.ts", which sorts behind it.
 * (transfer full) */
gchar *po_segment_name (PoTimeNs utc_ns, GTimeZone *zone, guint try, const gchar *extension);

/** When the segment called @name begins. FALSE: the name is no segment's. */
gboolean po_segment_parse_name (const gchar *name, PoTimeNs *ret_utc_ns);

/** The path of a new, empty file in @folder (made if absent), never one that was there. (transfer full) */
gchar *po_segment_create (const gchar *folder, PoTimeNs utc_ns, GTimeZone *zone, const gchar *extension,
                          GError **error);

/** PoPlaylist: the live window of an HLS stream. */
typedef struct _PoPlaylist PoPlaylist;
PoPlaylist *po_playlist_new (const gchar *folder, gint64 segment_ns);
void po_playlist_free (PoPlaylist *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoPlaylist, po_playlist_free)

/** The next segment begins at @utc_ns after a break in the stream. */
void po_playlist_break (PoPlaylist *self);
/** A finished segment. Writes the playlist by rename, and deletes what has long left the window. (transfer none) */
gboolean po_playlist_add (PoPlaylist *self, const gchar *path, PoTimeNs utc_ns, gint64 duration_ns, GError **error);
/** The text as written. (transfer full) */
gchar *po_playlist_to_text (PoPlaylist *self, gboolean is_ended);
/** The stream has ended: says so in the playlist. */
gboolean po_playlist_end (PoPlaylist *self, GError **error);
