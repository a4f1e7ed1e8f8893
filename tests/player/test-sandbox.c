// SPDX-License-Identifier: GPL-3.0-or-later
// What a player may still do once it is shut in, tried in a forked child for each: its one file and nothing else.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
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
};

// Runs @body in a child that has entered the sandbox; its exit status.
static gint in_sandbox (gint (*body) (const gchar *summary, gconstpointer data), gconstpointer data) {
  const pid_t pid = fork ();
  if (pid == 0) {
    const PoSandboxNeeds needs = {.media_fd = media_fd, .address_bytes = 0};
    gchar *summary = NULL;
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

static gpointer idle (gpointer data) {
  return data;
}

// What decoding needs: the file by its descriptor, plugins under /usr, threads, memory.
static gint try_work (const gchar *summary, gconstpointer data) {
  gchar byte;
  g_autofree gchar *path = g_strdup_printf ("/proc/self/fd/%d", media_fd);
  const gint again = open (path, O_RDONLY);
  if (pread (media_fd, &byte, 1, 0) != 1 || (again < 0 && access (path, R_OK) == 0))
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
  const PoSandboxNeeds needs = {.media_fd = -1};
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
  g_test_add_func ("/sandbox/off", test_off);
  const gint result = g_test_run ();
  g_unlink (media_path);
  g_free (media_path);
  return result;
}
