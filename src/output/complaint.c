// SPDX-License-Identifier: GPL-3.0-or-later
#include "output/complaint.h"

#include <string.h>

#include <gst/gst.h>

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

// The details' first line is where in the element's source it happened.
gchar *po_complaint_read (const GError *error, const gchar *details) {
  static const gchar mark[] = "reason: ";
  const gchar *reason = details != NULL ? strstr (details, mark) : NULL;
  if (reason != NULL)
    return g_strdup (reason + strlen (mark));
  g_autofree gchar *general = gst_error_get_message (error->domain, error->code);
  const gchar *line = details != NULL ? strrchr (details, '\n') : NULL;
  const gchar *words = line != NULL && g_str_equal (error->message, general) ? g_strrstr (line, ": ") : NULL;
  return g_strdup (words != NULL ? words + strlen (": ") : error->message);
}
