// SPDX-License-Identifier: GPL-3.0-or-later
#include "subscription/pace.h"

#define MINUTE_NS  (60 * PO_NS_PER_SECOND)
#define FIRST_NS   (30 * PO_NS_PER_SECOND) // after the first failure
#define MOST_NS    (15 * MINUTE_NS)        // a server that is back is heard within this
#define ANSWER_NS  (2 * MINUTE_NS)         // to the last byte of the answer
#define LONGEST_NS (24 * 60 * MINUTE_NS)   // that a server may ask us to stay away

gboolean po_pace_is_due (const PoPace *self, PoTimeNs now_ns) {
  return self->asked_ns == 0 && now_ns >= self->next_ns;
}

gboolean po_pace_is_overdue (const PoPace *self, PoTimeNs now_ns) {
  return self->asked_ns != 0 && now_ns - self->asked_ns > ANSWER_NS;
}

gboolean po_pace_is_stale (const PoPace *self, gint64 stale_ns, PoTimeNs since_ns, PoTimeNs now_ns) {
  return now_ns - (self->good_ns != 0 ? self->good_ns : since_ns) > stale_ns;
}

void po_pace_set_back (PoPace *self, gint64 by_ns) {
  PoTimeNs *const times[] = {&self->asked_ns, &self->good_ns, &self->next_ns};
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    if (*times[i] != 0)
      *times[i] -= by_ns;
}

void po_pace_ask (PoPace *self, PoTimeNs now_ns) {
  self->asked_ns = now_ns;
}

void po_pace_take_good (PoPace *self, gint64 refresh_ns, PoTimeNs now_ns) {
  self->asked_ns = 0;
  self->failures = 0;
  self->good_ns = now_ns;
  self->next_ns = now_ns + refresh_ns;
}

void po_pace_take_bad (PoPace *self, gint64 refresh_ns, gint64 wait_ns, PoTimeNs now_ns) {
  gint64 most_ns = MAX (MOST_NS, refresh_ns), next_ns = MIN (FIRST_NS, refresh_ns);
  for (guint i = 0; i < self->failures && next_ns < most_ns; i++)
    next_ns *= 2;
  self->asked_ns = 0;
  self->failures++;
  self->next_ns = now_ns + MAX (MIN (next_ns, most_ns), MIN (wait_ns, LONGEST_NS));
}
