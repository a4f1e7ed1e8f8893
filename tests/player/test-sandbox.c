// SPDX-License-Identifier: GPL-3.0-or-later
// What a player may still do once it is shut in, tried in a forked child for each: its one file and nothing else.
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "player/sandbox.h"

#define STATUS_SKIP 77

typedef struct {
  const gchar *name;
  gboolean (*refused) (void);
  const gchar *needs; // the word in the summary without which it cannot be refused
} Deed;

static gint media_fd;
static gchar *media_path;
static pid_t neighbour; // of the user that a sandbox runs as
static gint neighbour_pipe;

static gboolean denied (glong result) {
  return result < 0 && (errno == EACCES || errno == EPERM || errno == ENOSYS);
}

static gboolean deed_passwd (void) {
  return denied (open ("/etc/passwd", O_RDONLY));
}
static gboolean deed_other_media (void) {
  return denied (open ("/proc/self/environ", O_RDONLY));
}
static gboolean deed_write (void) {
  return denied (open (media_path, O_WRONLY));
}
static gboolean deed_create (void) {
  return denied (open ("/tmp/playoutd-sandbox-escape", O_CREAT | O_RDWR, 0600));
}
static gboolean deed_unlink (void) {
  return denied (unlink (media_path));
}
static gboolean deed_socket (void) {
  return denied (socket (AF_INET, SOCK_STREAM, 0));
}
static gboolean deed_unix_socket (void) {
  return denied (socket (AF_UNIX, SOCK_STREAM, 0));
}
static gboolean deed_exec (void) {
  char *const argv[] = {(char *)"/bin/true", NULL};
  return denied (execv (argv[0], argv));
}
static gboolean deed_fork (void) {
  return denied (fork ());
}
static gboolean deed_ptrace (void) {
  return denied (ptrace (PTRACE_TRACEME, 0, NULL, NULL));
}
static gboolean deed_kill (void) {
  return denied (kill (getppid (), 0));
}

// What could be done to the daemon, tried on a process of the same user.
static gboolean deed_signal_thread (void) {
  return denied (syscall (SYS_tgkill, neighbour, neighbour, 0));
}
static gboolean deed_queue_signal (void) {
  siginfo_t info = {.si_code = SI_QUEUE};
  return denied (syscall (SYS_rt_sigqueueinfo, neighbour, 0, &info)) &&
         denied (syscall (SYS_rt_tgsigqueueinfo, neighbour, neighbour, 0, &info));
}
static gboolean deed_signal_by_file (void) {
  return denied (fcntl (neighbour_pipe, F_SETOWN, neighbour)) && denied (fcntl (neighbour_pipe, F_SETSIG, SIGKILL));
}
static gboolean deed_limit (void) {
  struct rlimit now;
  return denied (prlimit (neighbour, RLIMIT_NOFILE, NULL, &now));
}
static gboolean deed_slow_down (void) {
  const struct sched_param param = {0};
  cpu_set_t cpus;
  CPU_ZERO (&cpus);
  CPU_SET (0, &cpus);
  return denied (sched_setscheduler (neighbour, SCHED_IDLE, &param)) &&
         denied (sched_setaffinity (neighbour, sizeof cpus, &cpus)) &&
         denied (setpriority (PRIO_PROCESS, (id_t)neighbour, 19)) && denied (setpriority (PRIO_USER, 0, 19));
}
static gboolean deed_slow_down_by_attributes (void) {
  const struct {
    guint32 size, policy;
    guint64 flags;
    gint32 nice;
    guint32 priority;
    guint64 runtime, deadline, period;
  } idle = {.size = 48, .policy = SCHED_IDLE};
  const int before = sched_getscheduler (neighbour);
  return syscall (SYS_sched_setattr, neighbour, &idle, 0) == 0 && sched_getscheduler (neighbour) == before;
}

static const Deed deeds[] = {
    {"passwd", deed_passwd, "landlock=abi"},
    {"environ", deed_other_media, "landlock=abi"},
    {"write", deed_write, "seccomp=yes"},
    {"create", deed_create, "seccomp=yes"},
    {"unlink", deed_unlink, "seccomp=yes"},
    {"socket", deed_socket, "seccomp=yes"},
    {"unix-socket", deed_unix_socket, "seccomp=yes"},
    {"exec", deed_exec, "seccomp=yes"},
    {"fork", deed_fork, "seccomp=yes"},
    {"ptrace", deed_ptrace, "seccomp=yes"},
    {"kill", deed_kill, "seccomp=yes"},
    {"signal-thread", deed_signal_thread, "seccomp=yes"},
    {"queue-signal", deed_queue_signal, "seccomp=yes"},
    {"signal-by-file", deed_signal_by_file, "seccomp=yes"},
    {"limit", deed_limit, "seccomp=yes"},
    {"slow-down", deed_slow_down, "seccomp=yes"},
    {"slow-down-by-attributes", deed_slow_down_by_attributes, "seccomp=yes"},
};

// Runs @body in a child that has entered the sandbox; its exit status.
static gint in_sandbox (gint (*body) (const gchar *summary, gconstpointer data), gconstpointer data) {
  const pid_t pid = fork ();
  if (pid == 0) {
    const PoSandboxNeeds needs = {.address_bytes = 0};
    gchar *summary = NULL;
    prctl (PR_SET_PDEATHSIG, SIGKILL); // as a player does
    po_sandbox_enter (PO_LOAD_SANDBOX_ON, &needs, &summary);
    _exit (body (summary, data));
  }
  gint status = 0;
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static gint try_deed (const gchar *summary, gconstpointer data) {
  const Deed *deed = data;
  if (strstr (summary, deed->needs) == NULL)
    return STATUS_SKIP;
  return deed->refused () ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void test_deed (gconstpointer data) {
  const gint status = in_sandbox (try_deed, data);
  if (status == STATUS_SKIP)
    g_test_skip ("the kernel has not this layer");
  else
    g_assert_cmpint (status, ==, EXIT_SUCCESS);
}

static void begin_neighbour (void) {
  gint ends[2];
  gchar byte;
  g_assert_cmpint (pipe (ends), ==, 0);
  neighbour_pipe = ends[0];
  neighbour = fork ();
  if (neighbour > 0) {
    g_assert_cmpint ((gint)read (ends[0], &byte, 1), ==, 1); // its user is settled
    return;
  }
  if (geteuid () == 0 &&
      (setgroups (0, NULL) != 0 || setresgid (65534, 65534, 65534) != 0 || setresuid (65534, 65534, 65534) != 0))
    _exit (EXIT_FAILURE);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (write (ends[1], "x", 1) == 1)
    for (;;)
      pause ();
  _exit (EXIT_FAILURE);
}

static void end_neighbour (void) {
  kill (neighbour, SIGKILL);
  waitpid (neighbour, NULL, 0);
}

// Root becomes nobody on the way, at which the kernel forgets this.
static gint try_parents_end (const gchar *summary, gconstpointer data) {
  int signal_of_parents_end = 0;
  prctl (PR_GET_PDEATHSIG, &signal_of_parents_end);
  return signal_of_parents_end == SIGKILL ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void test_parents_end (void) {
  g_assert_cmpint (in_sandbox (try_parents_end, NULL), ==, EXIT_SUCCESS);
}

static gpointer idle (gpointer data) {
  return data;
}

// What decoding needs: the file by its descriptor, plugins under /usr, threads, memory.
static gint try_work (const gchar *summary, gconstpointer data) {
  gchar byte;
  if (pread (media_fd, &byte, 1, 0) != 1)
    return 2;
  if (open ("/usr/share/common-licenses/GPL-3", O_RDONLY) < 0)
    return 3;
  g_thread_join (g_thread_new ("idle", idle, NULL));
  void *code = mmap (NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return code == MAP_FAILED ? 4 : EXIT_SUCCESS;
}

static void test_work (void) {
  g_assert_cmpint (in_sandbox (try_work, NULL), ==, EXIT_SUCCESS);
}

static void test_off (void) {
  g_autofree gchar *summary = NULL;
  const PoSandboxNeeds needs = {.address_bytes = 0};
  g_assert_true (po_sandbox_enter (PO_LOAD_SANDBOX_OFF, &needs, &summary));
  g_assert_cmpstr (summary, ==, "off");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  media_fd = g_file_open_tmp ("playoutd-sandbox-XXXXXX", &media_path, NULL);
  g_assert_cmpint ((gint)write (media_fd, "x", 1), ==, 1);
  close (media_fd);
  media_fd = open (media_path, O_RDONLY | O_CLOEXEC);
  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++) {
    g_autofree gchar *name = g_strdup_printf ("/sandbox/refused/%s", deeds[i].name);
    g_test_add_data_func (name, &deeds[i], test_deed);
  }
  g_test_add_func ("/sandbox/work", test_work);
  g_test_add_func ("/sandbox/parents-end", test_parents_end);
  g_test_add_func ("/sandbox/off", test_off);
  begin_neighbour ();
  const gint result = g_test_run ();
  end_neighbour ();
  g_unlink (media_path);
  g_free (media_path);
  return result;
}
