// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/series.h"

#include <string.h>

#include "model/text.h"
#include "rundown/words.h"

#define HOUR_NS  (3600 * PO_NS_PER_SECOND)
#define DAY_NS   (24 * HOUR_NS)
#define REACH_NS (62 * DAY_NS) // back to the instance before

typedef struct {
  const PoPlanSettings *settings;
  PoTimeNs from_ns, to_ns;
  GPtrArray *findings;
} Check;

static gboolean is_in_window (const Check *self, const PoOccurrence *occurrence) {
  return occurrence->start_ns >= self->from_ns && occurrence->start_ns < self->to_ns;
}

static void add_finding (Check *self, const PoOccurrence *occurrence, PoFinding *finding) {
  finding->instance = g_strdup (occurrence->instance);
  finding->start_ns = occurrence->start_ns;
  finding->end_ns = occurrence->end_ns;
  g_ptr_array_add (self->findings, finding);
}

static gint offset_at (Check *self, PoTimeNs time_ns) {
  gint interval = g_time_zone_find_interval (self->settings->zone, G_TIME_TYPE_UNIVERSAL, time_ns / PO_NS_PER_SECOND);
  return interval >= 0 ? g_time_zone_get_offset (self->settings->zone, interval) : 0;
}

// Clocks went forward over the time that the calendar names: the instance airs as much later by the clock.
static void check_clock_change (Check *self, const PoOccurrence *before, const PoOccurrence *occurrence) {
  if (before == NULL || !is_in_window (self, occurrence) || occurrence->recurrence_id != NULL)
    return;
  gint jump = offset_at (self, occurrence->start_ns) - offset_at (self, occurrence->start_ns - 3 * HOUR_NS);
  g_autofree gchar *here = po_words_time (occurrence->start_ns, self->settings->zone);
  g_autofree gchar *there = po_words_time (before->start_ns, self->settings->zone);
  if (jump <= 0 || strcmp (here + 11, there + 11) == 0 || occurrence->start_ns - before->start_ns < DAY_NS / 2)
    return;
  add_finding (self, occurrence,
               po_finding_new (PO_SEVERITY_NOTE, "moved-by-dst", occurrence->file, occurrence->line, occurrence->uid,
                               "DTSTART", _ ("“%s” airs at %s: the clocks go forward over its usual time, %s"),
                               occurrence->summary, here, there + 11));
}

void po_series_check (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book, PoFrame from,
                      PoFrame to, GPtrArray *findings) {
  Check self = {settings, po_frame_to_time_floor (from, settings->rate), po_frame_to_time_floor (to, settings->rate),
                findings};
  g_autoptr (GPtrArray) all =
      source->occurrences (source->user, po_book_schedule_rev (book), self.from_ns - REACH_NS, self.to_ns);
  g_autoptr (GHashTable) previous = g_hash_table_new (g_str_hash, g_str_equal);
  g_ptr_array_sort (all, po_occurrence_compare);
  for (guint i = 0; i < all->len; i++) {
    const PoOccurrence *occurrence = all->pdata[i];
    if (!occurrence->recurring || occurrence->transparent)
      continue;
    check_clock_change (&self, g_hash_table_lookup (previous, occurrence->uid), occurrence);
    g_hash_table_replace (previous, occurrence->uid, (gpointer)occurrence);
  }
}
