// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into the daemon: its standard error passes for one that systemd gave it, and what it sends to the journal
// goes to the test's own socket, $JOURNAL_SHIM. What libsystemd and GLib make of that is theirs.
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define JOURNAL "/run/systemd/journal/"

int getpeername (int fd, struct sockaddr *restrict address, socklen_t *restrict length) {
  static int (*real) (int, struct sockaddr *restrict, socklen_t *restrict);
  const struct sockaddr_un journal = {AF_UNIX, JOURNAL "stdout"};
  if (real == NULL)
    *(void **)&real = dlsym (RTLD_NEXT, "getpeername");
  if (fd != STDERR_FILENO || getenv ("JOURNAL_SHIM") == NULL || *length < sizeof journal)
    return real (fd, address, length);
  memcpy (address, &journal, sizeof journal);
  *length = sizeof journal;
  return 0;
}

ssize_t sendmsg (int fd, const struct msghdr *message, int flags) {
  static ssize_t (*real) (int, const struct msghdr *, int);
  const struct sockaddr_un *to = message->msg_name;
  const char *instead = getenv ("JOURNAL_SHIM");
  struct sockaddr_un shim = {.sun_family = AF_UNIX};
  struct msghdr changed = *message;
  if (real == NULL)
    *(void **)&real = dlsym (RTLD_NEXT, "sendmsg");
  if (instead != NULL && message->msg_namelen > offsetof (struct sockaddr_un, sun_path) && to->sun_family == AF_UNIX &&
      strncmp (to->sun_path, JOURNAL, strlen (JOURNAL)) == 0) {
    strncpy (shim.sun_path, instead, sizeof shim.sun_path - 1);
    changed.msg_name = &shim;
    changed.msg_namelen = sizeof shim;
  }
  return real (fd, &changed, flags);
}
