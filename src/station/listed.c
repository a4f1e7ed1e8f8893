// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/listed.h"

#define DAY_NS           ((gint64)86400 * PO_NS_PER_SECOND)
#define MOST_SPAN_NS     (8 * DAY_NS) // a season is listed at once
#define MOST_DAYS        64
#define MOST_OCCURRENCES 100000 // of all days; half a kilobyte each

/** Day: one of UTC. */
typedef struct {
  PoSchedule *schedule;
  PoTimeNs start_ns;
  GPtrArray *list;
} Day;

struct _PoListed {
  GQueue days; // Day, that of the last question first
  guint occurrences;
};

static void day_free (Day *self) {
  po_schedule_unref (self->schedule);
  g_ptr_array_unref (self->list);
  g_free (self);
}

PoListed *po_listed_new (void) {
  PoListed *self = g_new0 (PoListed, 1);
  g_queue_init (&self->days);
  return self;
}

void po_listed_free (PoListed *self) {
  g_queue_clear_full (&self->days, (GDestroyNotify)day_free);
  g_free (self);
}

static void drop_oldest (PoListed *self) {
  Day *oldest = g_queue_pop_tail (&self->days);
  self->occurrences -= oldest->list->len;
  day_free (oldest);
}

// (transfer full)
static GPtrArray *list_day (PoListed *self, PoSchedule *schedule, PoTimeNs start_ns) {
  for (GList *l = self->days.head; l != NULL; l = l->next) {
    const Day *day = l->data;
    if (day->schedule != schedule || day->start_ns != start_ns)
      continue;
    g_queue_unlink (&self->days, l);
    g_queue_push_head_link (&self->days, l);
    return g_ptr_array_ref (day->list);
  }
  Day *day = g_new0 (Day, 1);
  *day = (Day){po_schedule_ref (schedule), start_ns, po_schedule_occurrences (schedule, start_ns, start_ns + DAY_NS)};
  GPtrArray *list = g_ptr_array_ref (day->list);
  g_queue_push_head (&self->days, day);
  self->occurrences += list->len;
  while (self->days.length > MOST_DAYS || self->occurrences > MOST_OCCURRENCES)
    drop_oldest (self);
  return list;
}

static gboolean is_within (const PoOccurrence *one, PoTimeNs from_ns, PoTimeNs to_ns) {
  return one->start_ns < to_ns && (one->end_ns > from_ns || one->start_ns >= from_ns);
}

GPtrArray *po_listed_occurrences (PoListed *self, PoSchedule *schedule, PoTimeNs from_ns, PoTimeNs to_ns) {
  gint64 span_ns = 0;
  if (__builtin_sub_overflow (to_ns, from_ns, &span_ns) || span_ns > MOST_SPAN_NS || from_ns < G_MININT64 + DAY_NS ||
      to_ns > G_MAXINT64 - DAY_NS)
    return po_schedule_occurrences (schedule, from_ns, to_ns);
  const PoTimeNs first_ns = from_ns - ((from_ns % DAY_NS) + DAY_NS) % DAY_NS;
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  for (PoTimeNs at_ns = first_ns; at_ns < to_ns; at_ns += DAY_NS) {
    g_autoptr (GPtrArray) day = list_day (self, schedule, at_ns);
    for (guint i = 0; i < day->len; i++) {
      PoOccurrence *one = day->pdata[i];
      const gboolean is_told = at_ns > first_ns && one->start_ns < at_ns; // by the day on which it began
      if (!is_told && is_within (one, from_ns, to_ns))
        g_ptr_array_add (found, po_occurrence_ref (one));
    }
  }
  return found;
}
