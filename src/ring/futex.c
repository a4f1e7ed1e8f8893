// SPDX-License-Identifier: GPL-3.0-or-later
// Futex calls.
#include "ring/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void po_futex_wait (guint32 *word, guint32 seen, gint64 timeout_ns) {
  const struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
  syscall (SYS_futex, word, FUTEX_WAIT, seen, &timeout, NULL, 0);
}

void po_futex_wait_for (guint32 *word, guint32 seen, guint32 what, gint64 timeout_ns) {
  struct timespec until; // (of this call it is the end, not the length)
  clock_gettime (CLOCK_MONOTONIC, &until);
  const gint64 end_ns = until.tv_nsec + timeout_ns;
  until.tv_sec += end_ns / 1000000000;
  until.tv_nsec = end_ns % 1000000000;
  syscall (SYS_futex, word, FUTEX_WAIT_BITSET, seen, &until, NULL, what);
}

void po_futex_bump (guint32 *word) {
  po_futex_bump_for (word, PO_FUTEX_ALL);
}

void po_futex_bump_for (guint32 *word, guint32 what) {
  __atomic_add_fetch (word, 1, __ATOMIC_RELEASE);
  syscall (SYS_futex, word, FUTEX_WAKE_BITSET, G_MAXINT, NULL, NULL, what);
}
