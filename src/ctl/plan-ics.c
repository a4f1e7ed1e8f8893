// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/plan-ics.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "ctl/ics-text.h"
#include "ctl/print.h"

// Items of one airing that follow each other.
typedef struct {
  const PoItem *first;
  PoFrame end;
  PoReason reason; // the worst of them
} Stretch;

static gboolean goes_on (const Stretch *stretch, const PoItem *item) {
  return stretch->first != NULL && stretch->end == item->start && item->uid != NULL &&
         g_strcmp0 (stretch->first->uid, item->uid) == 0 && g_strcmp0 (stretch->first->instance, item->instance) == 0;
}

static gboolean is_wanting (PoReason reason) {
  return reason == PO_REASON_MISSING || reason == PO_REASON_TENTATIVE || reason == PO_REASON_WAITING;
}

static gchar *summary_of (const Stretch *stretch) {
  const PoItem *item = stretch->first;
  g_autofree gchar *name = item->episode > 0 ? g_strdup_printf (_ ("%s, episode %" PRId64), item->title, item->episode)
                                             : g_strdup (item->title);
  if (!is_wanting (stretch->reason))
    return g_steal_pointer (&name);
  return g_strdup_printf ("⚠ %s (%s)", name, po_print_word (po_reason_to_string (stretch->reason)));
}

static void write_stretch (GString *ics, const Stretch *stretch, PoRate rate) {
  const PoItem *item = stretch->first;
  g_autofree gchar *summary = summary_of (stretch);
  g_autofree gchar *uid = g_strdup_printf ("plan-%" PRId64 "-%s-%s", item->start, item->instance, item->uid);
  PoTimeNs start_ns = po_frame_to_time_floor (item->start, rate);
  g_string_append (ics, "BEGIN:VEVENT\r\n");
  po_ics_text_add (ics, "UID", uid);
  po_ics_text_instant (ics, "DTSTAMP", start_ns); // the same as long as the plan is
  po_ics_text_instant (ics, "DTSTART", start_ns);
  po_ics_text_instant (ics, "DTEND", po_frame_to_time_floor (stretch->end, rate));
  po_ics_text_add (ics, "SUMMARY", summary);
  if (item->media != NULL && item->kind == PO_ITEM_MEDIA)
    po_ics_text_add (ics, "DESCRIPTION", item->media);
  po_ics_text_add (ics, "CATEGORIES", item->kind == PO_ITEM_LIVE ? "live" : po_reason_to_string (stretch->reason));
  po_ics_text_line (ics, "STATUS", is_wanting (stretch->reason) ? "TENTATIVE" : "CONFIRMED");
  g_string_append (ics, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

gchar *po_plan_to_ics (PoRundown *rundown, PoFrame from, PoFrame to, const gchar *title) {
  PoRate rate = po_rundown_rate (rundown);
  GString *ics = po_ics_text_new ("plan", title);
  Stretch stretch = {0};
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->end <= from || item->start >= to)
      continue;
    if (goes_on (&stretch, item)) {
      stretch.end = item->end;
      if (is_wanting (item->reason))
        stretch.reason = item->reason;
      continue;
    }
    if (stretch.first != NULL)
      write_stretch (ics, &stretch, rate);
    stretch = item->uid != NULL ? (Stretch){item, item->end, item->reason} : (Stretch){0};
  }
  if (stretch.first != NULL)
    write_stretch (ics, &stretch, rate);
  return po_ics_text_end (ics);
}
