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

void po_futex_bump (guint32 *word) {
  __atomic_add_fetch (word, 1, __ATOMIC_RELEASE);
  syscall (SYS_futex, word, FUTEX_WAKE, G_MAXINT, NULL, NULL, 0);
}
