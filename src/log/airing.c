// SPDX-License-Identifier: GPL-3.0-or-later
// Words and JSON of the as-run; the judgement of how an airing ended.
#include "log/airing.h"

#include <string.h>

#include "json/text.h"

#define SPOILT_PART 10 // more than a tenth of an airing damaged or held: not all of it was shown

static const gchar *const status_names[] = {"on-air", "aired", "partial", "interrupted", "failed", "filled"};
G_STATIC_ASSERT (G_N_ELEMENTS (status_names) == PO_AIRING_FILLED + 1);

const gchar *po_airing_status_to_string (PoAiringStatus status) {
  return status_names[status];
}

gboolean po_airing_status_from_string (const gchar *text, PoAiringStatus *ret_status) {
  for (guint i = 0; i < G_N_ELEMENTS (status_names); i++) {
    if (strcmp (status_names[i], text) == 0) {
      *ret_status = (PoAiringStatus)i;
      return TRUE;
    }
  }
  return FALSE;
}

// How much of its part is over at its first frame without having been shown by it: what a start in progress left out.
// What comes back after another event has its own first row for what was before.
static PoFrame left_out (const PoItem *item, PoRate rate) {
  if (item->reason != PO_REASON_PLANNED || item->slot_start == PO_FRAME_NONE)
    return 0;
  if (item->kind == PO_ITEM_LIVE)
    return item->join && item->part <= 0 ? MAX (item->start - item->slot_start, 0) : 0;
  gint64 over_ns = item->kind == PO_ITEM_MEDIA ? item->media_in_ns - item->media_som_ns : 0;
  PoFrame over = po_frames_from_duration_ceil (MAX (over_ns, 0), rate);
  return over + MAX (item->start - item->media_origin, 0);
}

// What of its part will be left over at its end, though its slot had room for it before something else had the air.
static PoFrame left_over (const PoItem *item) {
  return item->put_off > 0 ? CLAMP (item->media_end - item->end, 0, item->put_off) : 0;
}

void po_airing_start_from_item (PoAiringStart *ret_start, const PoItem *item, const gchar *channel, PoRate rate,
                                PoFrame frame, gint64 k, PoTimeNs utc_ns) {
  gboolean own = item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_LIVE;
  PoFrame planned = own && item->part <= 0 && item->slot_start != PO_FRAME_NONE ? item->slot_start : item->start;
  gint64 into_ns = item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_FILLER
                       ? po_duration_from_frames_floor (frame - item->media_origin, rate)
                       : 0;
  *ret_start = (PoAiringStart){
      .frame = frame,
      .k = k,
      .utc_ns = utc_ns,
      .rate = rate,
      .channel = channel,
      .uid = item->uid,
      .instance = item->instance,
      .part = item->part,
      .title = item->title,
      .media = item->media,
      .media_hash = item->sha256,
      .kind = item->kind,
      .reason = item->reason,
      .has_start_type = own && item->uid != NULL,
      .start_type = item->start_type,
      .planned_start_frame = planned,
      .planned_start_ns = po_frame_to_time_floor (planned, rate),
      .planned_duration_frames = item->end - item->start + (own ? left_out (item, rate) + left_over (item) : 0),
      .som_ns = item->media != NULL && item->kind != PO_ITEM_LIVE ? item->media_in_ns + into_ns : -1,
  };
}

gint64 po_airing_held_frames (gint64 repeated_frames, gint64 of_frames, PoRate rate) {
  const gboolean is_short = po_duration_from_frames_floor (repeated_frames, rate) <= PO_NS_PER_SECOND;
  return is_short || repeated_frames * SPOILT_PART <= of_frames ? 0 : repeated_frames;
}

PoAiringStatus po_airing_judge (PoItemKind kind, gint64 planned_frames, const PoAiringMark *end, PoRate rate) {
  if (kind == PO_ITEM_CARD || kind == PO_ITEM_SLATE || kind == PO_ITEM_FILLER)
    return PO_AIRING_FILLED;
  if (end->frames_shown == 0)
    return PO_AIRING_FAILED;
  gboolean whole = planned_frames < 0 || end->frames_shown + end->frames_repeated >= planned_frames;
  gint64 of_frames = planned_frames < 0 ? end->frames_shown + end->frames_repeated : planned_frames;
  whole = whole && end->frames_damaged * SPOILT_PART <= of_frames &&
          po_airing_held_frames (end->frames_repeated, of_frames, rate) == 0;
  return whole && end->frames_filled == 0 ? PO_AIRING_AIRED : PO_AIRING_PARTIAL;
}

void po_asrun_row_free (PoAsrunRow *self) {
  if (self == NULL)
    return;
  g_free (self->channel);
  g_free (self->uid);
  g_free (self->instance);
  g_free (self->title);
  g_free (self->media);
  g_free (self->media_hash);
  g_free (self->kind);
  g_free (self->start_type);
  g_free (self->reason);
  g_free (self->node);
  g_free (self->corrected_by);
  g_free (self->corrected_why);
  g_free (self);
}

static void add_int (GString *out, const gchar *name, gint64 value, gint64 none) {
  if (value != none)
    po_json_int (out, name, value);
  else
    po_json_null (out, name);
}

static void add_frames (GString *out, const PoAsrunRow *self) {
  add_int (out, "planned_start_frame", self->planned_start_frame, PO_FRAME_NONE);
  po_json_time (out, "planned_start", self->planned_start_ns);
  add_int (out, "planned_duration_frames", self->planned_duration_frames, -1);
  add_int (out, "actual_start_frame", self->actual_start_frame, PO_FRAME_NONE);
  po_json_time (out, "actual_start", self->actual_start_ns);
  add_int (out, "actual_end_frame", self->actual_end_frame, PO_FRAME_NONE);
  po_json_time (out, "actual_end", self->actual_end_ns);
  po_json_int (out, "actual_duration_frames", self->actual_end_frame - self->actual_start_frame);
  add_int (out, "som_ns", self->som_ns, -1);
  po_json_int (out, "frames_shown", self->frames_shown);
  po_json_int (out, "frames_repeated", self->frames_repeated);
  po_json_int (out, "frames_filled", self->frames_filled);
}

// As many decimals as there are, at least one: -23.0, -23.105.
static void add_thousandths (GString *out, const gchar *name, gboolean known, gint64 value) {
  gchar text[sizeof "-9223372036854775.807"] = "null";
  const gint64 whole = ABS (value) / 1000, rest = ABS (value) % 1000;
  if (known) {
    gint length =
        g_snprintf (text, sizeof text, "%s%" G_GINT64_FORMAT ".%03d", value < 0 ? "-" : "", whole, (gint)rest);
    for (gint i = 0; i < 2 && text[length - 1] == '0'; i++)
      text[--length] = '\0';
  }
  po_json_raw (out, name, text);
}

static void add_measures (GString *out, const PoAiringMeasures *measures) {
  add_int (out, "frames_black", measures->has_pictures ? measures->frames_black : -1, -1);
  add_int (out, "frames_silent", measures->has_pictures ? measures->frames_silent : -1, -1);
  add_int (out, "frames_frozen", measures->has_pictures ? measures->frames_frozen : -1, -1);
  add_thousandths (out, "loudness_lufs", measures->has_loudness, measures->loudness_mlufs);
  add_thousandths (out, "true_peak_dbtp", measures->has_loudness, measures->true_peak_mdb);
}

static void add_correction (GString *out, const PoAsrunRow *self) {
  if (self->correction == 0) {
    po_json_null (out, "correction");
    return;
  }
  po_json_begin (out, "correction", '{');
  po_json_int (out, "id", self->correction);
  po_json_string (out, "status_before", po_airing_status_to_string (self->status_before));
  po_json_string (out, "who", self->corrected_by);
  po_json_string (out, "why", self->corrected_why);
  po_json_time (out, "time", self->corrected_ns);
  po_json_end (out, '}');
}

void po_asrun_row_write_json (GString *out, const PoAsrunRow *self) {
  g_autofree gchar *rate = po_rate_to_string (self->rate);
  g_string_truncate (out, 0);
  po_json_begin (out, NULL, '{');
  po_json_int (out, "id", self->id);
  po_json_string (out, "channel", self->channel);
  po_json_string (out, "uid", self->uid);
  po_json_string (out, "instance", self->instance);
  add_int (out, "part", self->part, -1);
  po_json_string (out, "title", self->title);
  po_json_string (out, "kind", self->kind);
  po_json_string (out, "media", self->media);
  po_json_string (out, "media_hash", self->media_hash);
  po_json_string (out, "start_type", self->start_type);
  po_json_string (out, "rate", rate);
  add_frames (out, self);
  po_json_string (out, "status", po_airing_status_to_string (self->status));
  po_json_string (out, "reason", self->reason);
  po_json_string (out, "node", self->node);
  po_json_int (out, "epoch", self->epoch);
  add_measures (out, &self->measures);
  add_correction (out, self);
  po_json_end (out, '}');
}
