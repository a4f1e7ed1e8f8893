// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into the daemon: the wall clock is off by the nanoseconds in the file $CLOCK_SHIM, which may change.
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *shift_ns;

__attribute__ ((constructor)) static void open_shift (void) {
  const char *path = getenv ("CLOCK_SHIM");
  const int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void *memory = fd >= 0 ? mmap (NULL, sizeof *shift_ns, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
  if (memory != MAP_FAILED)
    shift_ns = memory;
  if (fd >= 0)
    close (fd);
}

int clock_gettime (clockid_t clock, struct timespec *time) {
  const int result = (int)syscall (SYS_clock_gettime, clock, time);
  if (clock != CLOCK_REALTIME || shift_ns == NULL)
    return result;
  const int64_t ns = (int64_t)time->tv_sec * 1000000000 + time->tv_nsec + *shift_ns;
  time->tv_sec = ns / 1000000000;
  time->tv_nsec = ns % 1000000000;
  return result;
}
