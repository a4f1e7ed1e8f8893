// SPDX-License-Identifier: GPL-3.0-or-later
#include "output/complaint.h"

#define PAUSE_NS    PO_NS_PER_SECOND       // without a word for so long, it is over
#define LONG_FOR_NS (PO_NS_PER_SECOND / 2) // a queue that was full for a moment is no fault

void po_complaint_hear (PoComplaint *self, const gchar *words, gint64 now_ns) {
  if (self->words == NULL || now_ns - self->heard_ns > PAUSE_NS)
    self->since_ns = now_ns;
  self->heard_ns = now_ns;
  g_free (self->words);
  self->words = g_strdup (words);
}

gchar *po_complaint_words (const PoComplaint *self, gint64 now_ns) {
  const gboolean is_over = self->words == NULL || now_ns - self->heard_ns > PAUSE_NS;
  return is_over || self->heard_ns - self->since_ns < LONG_FOR_NS ? NULL : g_strdup (self->words);
}

void po_complaint_clear (PoComplaint *self) {
  g_clear_pointer (&self->words, g_free);
}
