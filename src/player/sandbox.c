// SPDX-License-Identifier: GPL-3.0-or-later
// The layers, from the outside in.
#include "player/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "player/syscalls.h"

#define NOBODY_ID              65534
#define MAX_FILES              256
#define BASE_ADDRESS_BYTES     (G_GUINT64_CONSTANT (3) << 30) // a 1080p player reaches 0.9 GB, threads' stacks included
#define PICTURE_BYTES_MULTIPLE 256                            // decoders' and converters' pictures, generously

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

static const gchar *const readable[] = {
    "/usr", "/lib", "/lib64", "/etc/fonts", "/etc/ld.so.cache", "/etc/alternatives"};

// What names, addresses and certificates are looked up in.
static const gchar *const readable_with_network[] = {"/etc/hosts",     "/etc/resolv.conf",    "/etc/nsswitch.conf",
                                                     "/etc/gai.conf",  "/etc/services",       "/etc/ssl",
                                                     "/etc/host.conf", "/run/systemd/resolve"};

guint64 po_sandbox_address_bytes (guint width, guint height) {
  return BASE_ADDRESS_BYTES + (guint64)width * height * 3 / 2 * PICTURE_BYTES_MULTIPLE;
}

static void limit (int resource, rlim_t value) {
  struct rlimit now;
  if (getrlimit (resource, &now) == 0 && now.rlim_max > value) {
    const struct rlimit to = {.rlim_cur = value, .rlim_max = value};
    setrlimit (resource, &to); // a limit that cannot be set is one layer less, no reason not to play
  }
}

static void set_limits (const PoSandboxNeeds *needs) {
  limit (RLIMIT_CORE, 0);
  limit (RLIMIT_NOFILE, MAX_FILES);
  if (needs->address_bytes != 0 && !UNDER_SANITIZER)
    limit (RLIMIT_AS, needs->address_bytes);
  if (needs->data_bytes != 0 && !UNDER_SANITIZER)
    limit (RLIMIT_DATA, needs->data_bytes);
}

// The kernel forgets on the way whose end is to be ours, too.
static gboolean drop_user (void) {
  int signal_of_parents_end = 0;
  if (geteuid () != 0)
    return FALSE;
  prctl (PR_GET_PDEATHSIG, &signal_of_parents_end);
  const gboolean dropped = setgroups (0, NULL) == 0 && setresgid (NOBODY_ID, NOBODY_ID, NOBODY_ID) == 0 &&
                           setresuid (NOBODY_ID, NOBODY_ID, NOBODY_ID) == 0;
  prctl (PR_SET_PDEATHSIG, signal_of_parents_end);
  return dropped;
}

static void allow_reading (int ruleset, int fd, guint64 access) {
  const struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = fd};
  syscall (SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

static gboolean is_folder (int fd) {
  struct stat info;
  return fstat (fd, &info) == 0 && S_ISDIR (info.st_mode);
}

static void allow_reading_all (int ruleset, const gchar *const *paths, gsize n_paths) {
  for (gsize i = 0; i < n_paths; i++) {
    const int fd = open (paths[i], O_PATH | O_CLOEXEC);
    if (fd < 0)
      continue;
    const guint64 file = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;
    allow_reading (ruleset, fd, is_folder (fd) ? file | LANDLOCK_ACCESS_FS_READ_DIR : file);
    close (fd);
  }
}

// The ABI in force, or 0. Rights that an older kernel does not know are not asked for.
static gint enter_landlock (const PoSandboxNeeds *needs) {
  const long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1)
    return 0;
  struct landlock_ruleset_attr attr = {.handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1};
  if (abi >= 2)
    attr.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
  const int ruleset = (int)syscall (SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
  if (ruleset < 0)
    return 0;
  allow_reading_all (ruleset, readable, G_N_ELEMENTS (readable));
  if (needs->network)
    allow_reading_all (ruleset, readable_with_network, G_N_ELEMENTS (readable_with_network));
  const gboolean entered = syscall (SYS_landlock_restrict_self, ruleset, 0) == 0;
  close (ruleset);
  return entered ? (gint)abi : 0;
}

gboolean po_sandbox_enter (PoLoadSandbox mode, const PoSandboxNeeds *needs, gchar **ret_summary) {
  if (mode == PO_LOAD_SANDBOX_OFF) {
    *ret_summary = g_strdup ("off");
    return TRUE;
  }
  set_limits (needs);
  const gboolean no_net = !needs->network && unshare (CLONE_NEWNET) == 0;
  const gboolean nobody = drop_user ();
  const gboolean nnp = prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  const gint abi = nnp ? enter_landlock (needs) : 0;
  const gboolean filtered = nnp && po_syscalls_deny (needs->network, UNDER_SANITIZER);
  g_autofree gchar *landlock = abi > 0 ? g_strdup_printf ("abi%d", abi) : g_strdup ("UNAVAILABLE");
  *ret_summary = g_strdup_printf ("net=%s uid=%s nnp=%s landlock=%s seccomp=%s", no_net ? "none" : "kept",
                                  nobody ? "nobody" : "kept", nnp ? "yes" : "NO", landlock, filtered ? "yes" : "NO");
  return mode != PO_LOAD_SANDBOX_REQUIRED || (nnp && abi > 0 && filtered);
}
