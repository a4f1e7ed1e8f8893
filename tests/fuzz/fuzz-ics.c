// SPDX-License-Identifier: GPL-3.0-or-later
// The .ics reader: any bytes are read, expanded over some weeks, counted, described and printed, without harm and in
// bounded time. Properties held: instances are in order and within the window, a window is the sum of its halves.
#include <stdint.h>

#include "schedule/occurrence-json.h"
#include "schedule/schedule.h"

#define DAY_NS (86400 * PO_NS_PER_SECOND)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void check_window (PoSchedule *schedule, PoTimeNs from_ns, PoTimeNs to_ns) {
  PoTimeNs middle_ns = from_ns + (to_ns - from_ns) / 2;
  g_autoptr (GPtrArray) all = po_schedule_occurrences (schedule, from_ns, to_ns);
  g_autoptr (GPtrArray) head = po_schedule_occurrences (schedule, from_ns, middle_ns);
  g_autoptr (GPtrArray) tail = po_schedule_occurrences (schedule, middle_ns, to_ns);
  guint across = 0;
  for (guint i = 0; i < all->len; i++) {
    const PoOccurrence *occurrence = g_ptr_array_index (all, i);
    g_assert_true (occurrence->start_ns < to_ns && occurrence->end_ns >= from_ns);
    g_assert_true (i == 0 || po_occurrence_compare (&g_ptr_array_index (all, i - 1), &g_ptr_array_index (all, i)) <= 0);
    across += occurrence->start_ns < middle_ns && occurrence->end_ns > middle_ns;
    if (i < 100)
      g_free (po_occurrence_to_json (occurrence));
  }
  if (all->len < PO_SCHEDULE_MAX_OF_SERIES / 2)
    g_assert_cmpuint (head->len + tail->len, ==, all->len + across);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size) {
  g_autoptr (PoSchedule) schedule = po_schedule_new ("Europe/Berlin", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  gboolean usable = po_schedule_add (schedule, "fuzz.ics", bytes, &error);
  g_assert_true (usable == (error == NULL));
  po_schedule_seal (schedule);
  const PoTimeNs march_ns = 1805500800 * PO_NS_PER_SECOND; // 20 March 2027
  check_window (schedule, march_ns, march_ns + 20 * DAY_NS);
  check_window (schedule, 0, 2 * DAY_NS);
  g_autoptr (GPtrArray) findings = po_schedule_findings (schedule);
  for (guint i = 0; i < findings->len; i++)
    g_free (po_finding_to_string (g_ptr_array_index (findings, i)));
  return 0;
}
