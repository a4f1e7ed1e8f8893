// SPDX-License-Identifier: GPL-3.0-or-later
// What the log is told about one airing, and what it tells again: the events (start, mark, end) and the as-run row that
// is a view over them. Plain values, no clock, no database.
#pragma once

#include "model/item.h"

/** PoAiringStatus: @PO_AIRING_ON_AIR: not over yet. @PO_AIRING_AIRED: all of it was shown. @PO_AIRING_PARTIAL: less
 * than planned. @PO_AIRING_INTERRUPTED: the daemon died during it. @PO_AIRING_FAILED: not a frame of its own was shown.
 * @PO_AIRING_FILLED: filler, a card or the slate, which is what was planned. */
typedef enum {
  PO_AIRING_ON_AIR,
  PO_AIRING_AIRED,
  PO_AIRING_PARTIAL,
  PO_AIRING_INTERRUPTED,
  PO_AIRING_FAILED,
  PO_AIRING_FILLED,
} PoAiringStatus;

const gchar *po_airing_status_to_string (PoAiringStatus status); // "aired"
gboolean po_airing_status_from_string (const gchar *text, PoAiringStatus *ret_status);

/** PoAiringMeasures: what really left during an airing, by measurement; all zero: nothing was measured. Loudness and
 * peak are in thousandths of a LUFS and of a dBTP. */
typedef struct {
  gboolean has_pictures; // black and still pictures and silence were counted
  gint64 frames_black, frames_silent, frames_frozen;
  gboolean has_loudness; // the airing was long enough for an integrated loudness
  gint64 loudness_mlufs, true_peak_mdb;
} PoAiringMeasures;

/** PoAiringMark: how far an airing has come. Frame @frame is the first that is not yet counted. */
typedef struct {
  PoFrame frame;          // planned frame n
  gint64 k;               // output frame
  PoTimeNs utc_ns;        // start of that frame
  gint64 frames_shown;    // pictures of the item itself
  gint64 frames_repeated; // its last picture held for want of the next, or a damaged one
  gint64 frames_filled;   // fallback or slate in its place
  PoAiringMeasures measures;
  gint64 frames_damaged; // of those repeated: the clip has no sound picture for them; told by the reason alone
  gint64 frames_unheard; // silence in place of sound that the clip lost; likewise
} PoAiringMark;

/** PoAiringStart: strings are borrowed for the call. */
typedef struct {
  PoFrame frame;
  gint64 k;
  PoTimeNs utc_ns;
  PoRate rate;
  const gchar *channel;
  const gchar *uid;      // (nullable)
  const gchar *instance; // (nullable)
  gint part;             // -1 = none
  const gchar *title;
  const gchar *media;      // (nullable)
  const gchar *media_hash; // (nullable)
  PoItemKind kind;
  PoReason reason;
  gboolean has_start_type; // an event's airing; plain filler has none
  PoStartType start_type;
  PoFrame planned_start_frame;    // PO_FRAME_NONE = none
  PoTimeNs planned_start_ns;      // PO_TIME_NONE = none
  gint64 planned_duration_frames; // what it was to show, with what a start in progress left out; -1 = none
  gint64 som_ns;                  // position in the media of the first picture shown; -1 = none
} PoAiringStart;

/** Fills @ret_start from an item whose first frame on air is @frame. Strings stay the item's. The planned start is the
 * event's; the planned length what this airing was to show: of one that comes back after another event or after an
 * outage what was left, so that the airings of an event add up, also what its slot now has no room for any more; of one
 * that joined in progress the whole of its part, so that it falls short. */
void po_airing_start_from_item (PoAiringStart *ret_start, const PoItem *item, const gchar *channel, PoRate rate,
                                PoFrame frame, gint64 k, PoTimeNs utc_ns);

/** How many of an airing's @of_frames count as not shown because its last picture was held for @repeated_frames, by an
 * operator or for want of the next: none up to a tenth of it, nor up to a second. */
gint64 po_airing_held_frames (gint64 repeated_frames, gint64 of_frames, PoRate rate);

/** How an airing of @kind that was meant to last @planned_frames (-1: as long as it lasted) ended. Of which more than a
 * tenth was damaged or held, that was not shown whole. */
PoAiringStatus po_airing_judge (PoItemKind kind, gint64 planned_frames, const PoAiringMark *end, PoRate rate);

/** PoAsrunRow: one airing. */
typedef struct {
  gint64 id;                                                    // of the airing: the id of its start event
  gchar *channel, *uid, *instance, *title, *media, *media_hash; // (nullable) uid, instance, media, media_hash
  gint part;
  gchar *kind;       // "media", "live", "filler" …
  gchar *start_type; // (nullable) "FIXED"
  PoRate rate;
  PoFrame planned_start_frame; // PO_FRAME_NONE = none
  PoTimeNs planned_start_ns;
  gint64 planned_duration_frames; // -1 = none
  PoFrame actual_start_frame, actual_end_frame;
  PoTimeNs actual_start_ns, actual_end_ns;
  gint64 start_k, end_k;
  gint64 som_ns; // -1 = none
  gint64 frames_shown, frames_repeated, frames_filled;
  PoAiringMeasures measures;
  PoAiringStatus status;
  gchar *reason; // "planned", or what the end event said
  gchar *node;
  gint64 epoch;

  // The last correction, which gave it its status; all zero without one.
  gint64 correction;
  PoAiringStatus status_before;
  gchar *corrected_by, *corrected_why;
  PoTimeNs corrected_ns;
} PoAsrunRow;

void po_asrun_row_free (PoAsrunRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoAsrunRow, po_asrun_row_free)

/** One flat object; names in snake_case, instants as UTC with Z, absent values null. @out holds nothing else
 * afterwards. Ten years of it are a million rows: written straight, without a tree. */
void po_asrun_row_write_json (GString *out, const PoAsrunRow *self);
