// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/check.h"

#include "model/text.h"
#include "rundown/words.h"

static void add_bug (GPtrArray *findings, const gchar *code, const PoItem *item, const gchar *what) {
  g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_ERROR, code, NULL, 0, item->uid, NULL,
                                             "[%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ") %s “%s”: %s", item->start,
                                             item->end, po_item_kind_to_string (item->kind), item->title, what));
}

static void check_item (const PoItem *item, GPtrArray *findings) {
  gboolean plays = item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_LIVE || item->kind == PO_ITEM_FILLER;
  if (item->end <= item->start)
    add_bug (findings, "empty-item", item, "ends where it starts, or before");
  if (item->title == NULL)
    add_bug (findings, "no-title", item, "has no title");
  if (plays != (item->media != NULL))
    add_bug (findings, "media", item, plays ? "has nothing to play" : "plays, though it should not");
  if (plays && (item->media_in_ns < 0 || item->media_origin > item->start))
    add_bug (findings, "origin", item, "begins before its run of the source");
  if ((item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_LIVE) &&
      (item->uid == NULL || item->instance == NULL || item->part < 0))
    add_bug (findings, "identity", item, "belongs to no event");
}

GPtrArray *po_rundown_check (PoRundown *rundown, PoFrame from, PoFrame to) {
  GPtrArray *findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  PoFrame at = from;
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->start > at)
      add_bug (findings, "hole", item, "a hole comes before it");
    if (item->start < at)
      add_bug (findings, "overlap", item, "overlaps what comes before it");
    check_item (item, findings);
    at = item->end;
  }
  if (at != to && from < to)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "hole", NULL, 0, NULL, NULL,
                                     "the rundown ends at %" G_GINT64_FORMAT " instead of %" G_GINT64_FORMAT, at, to));
  return findings;
}

static gboolean is_gap (const PoItem *item) {
  return item->kind == PO_ITEM_CARD || (item->kind == PO_ITEM_SLATE && item->reason != PO_REASON_COMMAND);
}

static PoFinding *gap_finding (PoFrame start, PoFrame end, PoRate rate, GTimeZone *zone) {
  g_autofree gchar *span = po_words_span (start, end, rate, zone);
  g_autofree gchar *length = po_words_length (end - start, rate);
  PoFinding *finding = po_finding_new (PO_SEVERITY_WARNING, "gap", NULL, 0, NULL, NULL,
                                       _ ("nothing to air from %s (%s): no filler clip fits or there is none; the card "
                                          "stands"),
                                       span, length);
  finding->start_ns = po_frame_to_time_floor (start, rate);
  finding->end_ns = po_frame_to_time_floor (end, rate);
  return finding;
}

GPtrArray *po_rundown_find_gaps (PoRundown *rundown, GTimeZone *zone, gint64 least_ns) {
  GPtrArray *findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  PoRate rate = po_rundown_rate (rundown);
  PoFrame least = po_frames_from_duration_ceil (least_ns, rate);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    PoFrame start = item->start, end = item->end;
    if (!is_gap (item))
      continue;
    while (i + 1 < po_rundown_size (rundown) && is_gap (po_rundown_item (rundown, i + 1)))
      end = po_rundown_item (rundown, ++i)->end;
    if (end - start >= least)
      g_ptr_array_add (findings, gap_finding (start, end, rate, zone));
  }
  return findings;
}
