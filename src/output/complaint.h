// SPDX-License-Identifier: GPL-3.0-or-later
// PoComplaint: what a place says again and again without being broken: datagrams that find no way to it. They may find
// one at any time, and it is not given up for that. Pure; its owner locks.
#pragma once

#include "model/time.h"

/** PoComplaint: begin with zeros, end with po_complaint_clear(). */
typedef struct {
  gchar *words;              // (nullable) the last ones
  gint64 since_ns, heard_ns; // monotonic: since when without a pause, and when last
} PoComplaint;

void po_complaint_hear (PoComplaint *self, const gchar *words, gint64 now_ns);

/** What is complained of at @now_ns; a single time is nothing. (transfer full) (nullable) */
gchar *po_complaint_words (const PoComplaint *self, gint64 now_ns);

void po_complaint_clear (PoComplaint *self);

/** What an element's message says is wrong: the system's words, where they stand in its @details (nullable) alone.
 * (transfer full) */
gchar *po_complaint_read (const GError *error, const gchar *details);
