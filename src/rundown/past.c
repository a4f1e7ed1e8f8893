// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/past.h"

#define AT_ONCE   256                             // entries worth reading on for
#define SLACK_NS  (10 * 86400 * PO_NS_PER_SECOND) // plans begin now a little earlier, now a little later
#define RECENT_NS (50 * 86400 * PO_NS_PER_SECOND) // before the last entry: whatever window was asked for

struct _PoPlanPast {
  PoBook *book;
  guint n;                    // entries in it
  const PoJournalEntry *last; // of them
};

PoPlanPast *po_plan_past_new (GTimeZone *zone) {
  PoPlanPast *self = g_new0 (PoPlanPast, 1);
  self->book = po_book_new (zone);
  return self;
}

void po_plan_past_free (PoPlanPast *self) {
  if (self == NULL)
    return;
  po_book_free (self->book);
  g_free (self);
}

// Whether @entries begin with what has been read: one that came later may have an earlier frame.
static gboolean is_of (const PoPlanPast *self, GPtrArray *entries) {
  return self->n == 0 || (self->n <= entries->len && entries->pdata[self->n - 1] == self->last);
}

void po_plan_past_grow (PoPlanPast *self, GPtrArray *entries, PoFrame before, PoRate rate) {
  guint n = self->n;
  if (entries->len == 0 || !is_of (self, entries))
    return;
  const PoJournalEntry *newest = entries->pdata[entries->len - 1];
  PoFrame limit = MIN (before - po_frames_from_duration_ceil (SLACK_NS, rate),
                       newest->frame - po_frames_from_duration_ceil (RECENT_NS, rate));
  while (n < entries->len && ((PoJournalEntry *)entries->pdata[n])->frame < limit)
    n++;
  if (n < self->n + AT_ONCE)
    return;
  for (; self->n < n; self->n++)
    po_book_note (self->book, entries->pdata[self->n]);
  self->last = entries->pdata[n - 1];
}

PoBook *po_plan_past_open (PoPlanPast *self, GTimeZone *zone, GPtrArray *entries, PoFrame before, guint *ret_n) {
  gboolean is_known = self != NULL && self->n > 0 && is_of (self, entries) && self->last->frame < before;
  *ret_n = is_known ? self->n : 0;
  return po_book_new_over (is_known ? self->book : NULL, zone);
}
