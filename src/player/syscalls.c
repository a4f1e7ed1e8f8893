// SPDX-License-Identifier: GPL-3.0-or-later
// The seccomp filter.
#include "player/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <asm/sockios.h>
#include <sys/resource.h>
#include <unistd.h>

static const int always[] = {
    SCMP_SYS (execve),
    SCMP_SYS (execveat),
    SCMP_SYS (fork),
    SCMP_SYS (vfork),
    SCMP_SYS (process_vm_readv),
    SCMP_SYS (process_vm_writev),
    SCMP_SYS (kcmp),
    SCMP_SYS (pidfd_getfd),
    SCMP_SYS (pidfd_send_signal),
    SCMP_SYS (kill),
    SCMP_SYS (tkill),
    SCMP_SYS (rt_sigqueueinfo),
    SCMP_SYS (ioprio_set),
    SCMP_SYS (mount),
    SCMP_SYS (umount2),
    SCMP_SYS (pivot_root),
    SCMP_SYS (chroot),
    SCMP_SYS (setns),
    SCMP_SYS (unshare),
    SCMP_SYS (fsopen),
    SCMP_SYS (fsmount),
    SCMP_SYS (open_tree),
    SCMP_SYS (move_mount),
    SCMP_SYS (creat),
    SCMP_SYS (unlink),
    SCMP_SYS (unlinkat),
    SCMP_SYS (rename),
    SCMP_SYS (renameat),
    SCMP_SYS (renameat2),
    SCMP_SYS (link),
    SCMP_SYS (linkat),
    SCMP_SYS (symlink),
    SCMP_SYS (symlinkat),
    SCMP_SYS (mkdir),
    SCMP_SYS (mkdirat),
    SCMP_SYS (rmdir),
    SCMP_SYS (mknod),
    SCMP_SYS (mknodat),
    SCMP_SYS (chmod),
    SCMP_SYS (fchmod),
    SCMP_SYS (fchmodat),
    SCMP_SYS (chown),
    SCMP_SYS (fchown),
    SCMP_SYS (lchown),
    SCMP_SYS (fchownat),
    SCMP_SYS (truncate),
    SCMP_SYS (setxattr),
    SCMP_SYS (lsetxattr),
    SCMP_SYS (fsetxattr),
    SCMP_SYS (utimensat),
    SCMP_SYS (bpf),
    SCMP_SYS (perf_event_open),
    SCMP_SYS (userfaultfd),
    SCMP_SYS (add_key),
    SCMP_SYS (request_key),
    SCMP_SYS (keyctl),
    SCMP_SYS (init_module),
    SCMP_SYS (finit_module),
    SCMP_SYS (delete_module),
    SCMP_SYS (kexec_load),
    SCMP_SYS (reboot),
    SCMP_SYS (swapon),
    SCMP_SYS (swapoff),
    SCMP_SYS (acct),
    SCMP_SYS (quotactl),
    SCMP_SYS (open_by_handle_at),
    SCMP_SYS (sethostname),
    SCMP_SYS (setdomainname),
    SCMP_SYS (settimeofday),
    SCMP_SYS (clock_settime),
    SCMP_SYS (adjtimex),
    SCMP_SYS (clock_adjtime),
    SCMP_SYS (syslog),
    SCMP_SYS (fanotify_init),
    SCMP_SYS (personality),
    SCMP_SYS (iopl),
    SCMP_SYS (ioperm),
};

static const int sockets[] = {
    SCMP_SYS (socket), SCMP_SYS (connect), SCMP_SYS (bind), SCMP_SYS (listen), SCMP_SYS (accept), SCMP_SYS (accept4),
};

// glibc and GLib know how to do without these; a filter cannot look into their arguments.
static const int absent[] = {
    SCMP_SYS (clone3),         SCMP_SYS (openat2),           SCMP_SYS (io_uring_setup),
    SCMP_SYS (io_uring_enter), SCMP_SYS (io_uring_register),
};

static gboolean deny_all (scmp_filter_ctx filter, int with, const int *calls, gsize n_calls) {
  gboolean done = TRUE;
  for (gsize i = 0; i < n_calls; i++)
    done = seccomp_rule_add (filter, SCMP_ACT_ERRNO ((uint32_t)with), calls[i], 0) == 0 && done;
  return done;
}

static gboolean deny_flags (scmp_filter_ctx filter, int call, unsigned argument, scmp_datum_t mask,
                            scmp_datum_t value) {
  const struct scmp_arg_cmp match = {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
  return seccomp_rule_add_array (filter, SCMP_ACT_ERRNO (EPERM), call, 1, &match) == 0;
}

// All but @allowed.
static gboolean deny_others (scmp_filter_ctx filter, int call, unsigned argument, scmp_datum_t allowed) {
  const struct scmp_arg_cmp match = {.arg = argument, .op = SCMP_CMP_NE, .datum_a = allowed};
  return seccomp_rule_add_array (filter, SCMP_ACT_ERRNO (EPERM), call, 1, &match) == 0;
}

// The daemon runs as the same user where that is not root: neither signals to it nor limits and priorities of its
// threads. Of other threads of its own only signals; GLib sets each one's to what it has, and is told that it did.
static gboolean deny_other_processes (scmp_filter_ctx filter) {
  static const int with_pid[] = {SCMP_SYS (prlimit64), SCMP_SYS (sched_setscheduler), SCMP_SYS (sched_setparam),
                                 SCMP_SYS (sched_setaffinity)};
  static const scmp_datum_t owners[] = {F_SETOWN, F_SETOWN_EX, F_SETSIG};
  const int set_attr = SCMP_SYS (sched_setattr);
  gboolean done = deny_others (filter, SCMP_SYS (tgkill), 0, (scmp_datum_t)getpid ()) &&
                  deny_others (filter, SCMP_SYS (rt_tgsigqueueinfo), 0, (scmp_datum_t)getpid ()) &&
                  deny_others (filter, SCMP_SYS (setpriority), 0, PRIO_PROCESS) &&
                  deny_others (filter, SCMP_SYS (setpriority), 1, 0) && deny_all (filter, 0, &set_attr, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (with_pid); i++)
    done = deny_others (filter, with_pid[i], 0, 0) && done;
  for (gsize i = 0; i < G_N_ELEMENTS (owners); i++)
    done = deny_flags (filter, SCMP_SYS (fcntl), 1, G_MAXUINT32, owners[i]) && done;
  return done && deny_flags (filter, SCMP_SYS (ioctl), 1, G_MAXUINT32, FIOSETOWN) &&
         deny_flags (filter, SCMP_SYS (ioctl), 1, G_MAXUINT32, SIOCSPGRP);
}

static gboolean deny_writing (scmp_filter_ctx filter) {
  static const scmp_datum_t flags[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};
  gboolean done = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    done = deny_flags (filter, SCMP_SYS (open), 1, flags[i], flags[i]) &&
           deny_flags (filter, SCMP_SYS (openat), 2, flags[i], flags[i]) && done;
  return done;
}

gboolean po_syscalls_deny (gboolean keep_sockets, gboolean for_sanitizer) {
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);
  if (filter == NULL)
    return FALSE;
  gboolean done = deny_all (filter, EPERM, always, G_N_ELEMENTS (always)) &&
                  deny_all (filter, ENOSYS, absent, G_N_ELEMENTS (absent)) && deny_writing (filter) &&
                  deny_other_processes (filter);
  if (!keep_sockets)
    done = deny_all (filter, EPERM, sockets, G_N_ELEMENTS (sockets)) && done;
  if (!for_sanitizer) {
    const int ptrace_call = SCMP_SYS (ptrace);
    done =
        deny_all (filter, EPERM, &ptrace_call, 1) && deny_flags (filter, SCMP_SYS (clone), 0, CLONE_THREAD, 0) && done;
  }
  done = done && seccomp_attr_set (filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && seccomp_load (filter) == 0;
  seccomp_release (filter);
  return done;
}
