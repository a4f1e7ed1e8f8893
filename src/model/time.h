// SPDX-License-Identifier: GPL-3.0-or-later
// Instants, frames and samples, and the only functions that convert between them.
// Pure integer arithmetic in 128 bits; no clock is read here and no zone is global. Any thread.
//
// Frame n starts at POSIX time n * fps_d / fps_n. An instant becomes the first frame not before it (ceil), for starts
// and ends alike, so that two adjoining slots never overlap or leave a hole, and two machines agree without talking.
#pragma once

#include <glib.h>

typedef gint64 PoTimeNs; // UTC, nanoseconds since 1970-01-01T00:00:00Z; may be negative
typedef gint64 PoFrame;  // absolute frame number at the channel's rate; frame 0 starts at the epoch

#define PO_NS_PER_SECOND G_GINT64_CONSTANT (1000000000)
#define PO_NS_PER_MS     G_GINT64_CONSTANT (1000000)
#define PO_TIME_MAX_S    G_GINT64_CONSTANT (9200000000) // an instant's most, from 1970, before nanoseconds overflow
#define PO_TIME_NONE     G_MININT64
#define PO_FRAME_NONE    G_MININT64
#define PO_AUDIO_RATE    48000 // samples per second of the house format, everywhere

/** PoRate: frames per second as a reduced fraction, e.g. 30000/1001. Both positive. */
typedef struct {
  gint fps_n;
  gint fps_d;
} PoRate;

/** The first frame that starts at or after @time_ns. */
PoFrame po_frame_from_time_ceil (PoTimeNs time_ns, PoRate rate);

/** The frame during which @time_ns falls. */
PoFrame po_frame_from_time_floor (PoTimeNs time_ns, PoRate rate);

/** The instant at which @frame starts, rounded down to a nanosecond (so ceil of it gives @frame back). */
PoTimeNs po_frame_to_time_floor (PoFrame frame, PoRate rate);

/** How many frames a length of @duration_ns covers when it starts on a frame edge: ceil. */
PoFrame po_frames_from_duration_ceil (gint64 duration_ns, PoRate rate);

/** The length of @frames frames, rounded down to a nanosecond. */
gint64 po_duration_from_frames_floor (PoFrame frames, PoRate rate);

/** Samples before the start of output frame @k: floor(k * PO_AUDIO_RATE * fps_d / fps_n). Frame k holds the samples
 * from this of @k up to this of @k + 1. */
gint64 po_samples_before_frame (gint64 k, PoRate rate);

/** Reads "25", "25/1", "30000/1001", or "29.97"/"23.976"/"59.94" (taken as the NTSC fractions). Bounds: 1 to 120 fps.
 */
gboolean po_rate_parse (const gchar *text, PoRate *ret_rate, GError **error);

/** "25" or "30000/1001". (transfer full) */
gchar *po_rate_to_string (PoRate rate);

/** "2027-01-06T12:45:00Z", with a fraction of as many digits as needed. (transfer full) */
gchar *po_time_to_utc_string (PoTimeNs time_ns);

/** "2027-01-06T19:45:00+07:00" in @zone, with a fraction where needed. (transfer full) */
gchar *po_time_to_local_string (PoTimeNs time_ns, GTimeZone *zone);

/** The same into @text. */
#define PO_TIME_TEXT_BYTES (sizeof "-2027-01-06T19:45:00.123456789+07:00")
void po_time_write_utc (gchar text[PO_TIME_TEXT_BYTES], PoTimeNs time_ns);
void po_time_write_local (gchar text[PO_TIME_TEXT_BYTES], PoTimeNs time_ns, GTimeZone *zone);

/** As people write it in @zone: @format is that of g_date_time_format(), "%d/%m/%Y %H:%M". "" where there is no such
 * time. (transfer full) */
gchar *po_time_format (PoTimeNs time_ns, GTimeZone *zone, const gchar *format);

/** Reads an ISO 8601 instant (with Z or an offset; without, local in @zone) or a date (midnight local in @zone).
 * A local time that occurs twice is the first; one that does not exist takes the offset before the gap. What lies
 * beyond PO_TIME_MAX_S (the years 1678 to 2261) becomes that. */
gboolean po_time_parse (const gchar *text, GTimeZone *zone, PoTimeNs *ret_time_ns, GError **error);

/** Civil time in @zone to an instant by the same rule; day overflow is the caller's error. */
PoTimeNs po_time_from_local (GTimeZone *zone, gint year, gint month, gint day, gint hour, gint minute, gint second);

/** The instant of local midnight that begins the day in which @time_ns falls. */
PoTimeNs po_time_local_midnight (PoTimeNs time_ns, GTimeZone *zone);

/** The day number (days since 1970-01-01) of the local date of @time_ns. */
gint64 po_time_local_day_number (PoTimeNs time_ns, GTimeZone *zone);

/** Reads an RFC 5545 duration ("PT15M", "-P1DT2H") as exact nanoseconds (a day = 24 h); @ret_ns may be negative. */
gboolean po_duration_parse (const gchar *text, gint64 *ret_ns, GError **error);
