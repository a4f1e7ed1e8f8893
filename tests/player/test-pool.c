// SPDX-License-Identifier: GPL-3.0-or-later
// The parents of players against players that die, fall silent or lie: what was published is shown, the fault is told
// once, and nothing is left behind. usage: test-pool PLAYER EVIL-PLAYER
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "fact-words.h"
#include "program/player-pool.h"

#define WIDTH       64
#define HEIGHT      36
#define GOOD_FRAMES 5
#define LONG_NS     (60 * PO_NS_PER_SECOND) // fails a test only when something hangs

#define DEAD "/a-dead-mount/" // where open() does not come back

static const gchar *player_path, *evil_path, *media_path;
static const gchar *spare_folder;   // (nullable)
static gint is_mount_dead, hanging; // atomic

// Stands before the C library's, which every open() of this program comes to.
int open64 (const char *path, int flags, ...) {
  va_list arguments;
  va_start (arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg (arguments, mode_t) : 0;
  va_end (arguments);
  if (strstr (path, DEAD) != NULL) {
    g_atomic_int_inc (&hanging);
    while (g_atomic_int_get (&is_mount_dead))
      g_usleep (1000);
    g_atomic_int_add (&hanging, -1);
    errno = EIO;
    if ((flags & O_CREAT) != 0)
      return -1;
    path = media_path;
  }
  return (int)syscall (SYS_openat, AT_FDCWD, path, flags, mode);
}

typedef struct {
  PoPlayerPool *pool;
  PoPlanes planes;
  guint8 pixels[WIDTH * HEIGHT * 2];
  guint counts[PO_PLAYER_FACT_INFO + 1];
  GString *log;
} Fixture;

static void on_fact (const PoPlayerFact *fact, gpointer user_data) {
  Fixture *fixture = user_data;
  fixture->counts[fact->kind]++;
  g_string_append_printf (fixture->log, "%s: %s; ", fact_kind_to_string (fact->kind), fact->message);
}

static Fixture *fixture_new_from (const gchar *path, guint spares, gboolean nursery, gint64 stopped_ms) {
  Fixture *self = g_new0 (Fixture, 1);
  self->log = g_string_new (NULL);
  self->planes = (PoPlanes){{self->pixels, self->pixels + WIDTH * HEIGHT, self->pixels + WIDTH * HEIGHT * 3 / 2},
                            {WIDTH, WIDTH / 2, WIDTH / 2}};
  const PoPlayerPoolSettings settings = {.format = {WIDTH, HEIGHT, {25, 1}},
                                         .player_path = path,
                                         .spare_folder = spare_folder,
                                         .spares = spares,
                                         .nursery = nursery,
                                         .slots = 8,
                                         .stopped_ms = stopped_ms};
  g_autoptr (GError) error = NULL;
  self->pool = po_player_pool_new (&settings, on_fact, self, &error);
  g_assert_no_error (error);
  return self;
}

static Fixture *fixture_new (const gchar *path, guint spares) {
  return fixture_new_from (path, spares, FALSE, 0);
}

static void fixture_free (Fixture *self) {
  po_player_pool_free (self->pool);
  g_string_free (self->log, TRUE);
  g_free (self);
}

static PoPicture take (Fixture *self, PoSource *source, gint64 frame) {
  guint64 serial = 0;
  return po_source_take_picture (source, frame, 0, &self->planes, &serial);
}

// Turns the main loop until @count facts of @kind came.
static void wait_for_fact (Fixture *self, PoPlayerFactKind kind, guint count) {
  const gint64 deadline_us = g_get_monotonic_time () + LONG_NS / 1000;
  while (self->counts[kind] < count && g_get_monotonic_time () < deadline_us)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  if (self->counts[kind] < count)
    g_error ("no %s fact; so far: %s", fact_kind_to_string (kind), self->log->str);
}

static void wait_until_gone (Fixture *self) {
  const gint64 deadline_us = g_get_monotonic_time () + LONG_NS / 1000;
  PoPlayerPoolStats stats;
  do {
    g_usleep (1000);
    po_player_pool_stats (self->pool, &stats);
  } while ((stats.children > 0 || stats.rings_mapped > 0) && g_get_monotonic_time () < deadline_us);
  g_assert_cmpuint (stats.children, ==, 0);
  g_assert_cmpuint (stats.rings_mapped, ==, 0);
  g_assert_cmpuint (stats.spawned, ==, stats.reaped);
}

static guint count_fds (void) {
  guint n = 0;
  DIR *dir = opendir ("/proc/self/fd");
  while (readdir (dir) != NULL)
    n++;
  closedir (dir);
  return n;
}

static PoSource *prepare (Fixture *self, const gchar *key, const gchar *path) {
  const PoPlayerSpec spec = {.path = path};
  return po_player_pool_prepare (self->pool, key, &spec);
}

typedef struct {
  const gchar *way;
  gint fact;      // PoPlayerFactKind, or -1: none, it just falls silent
  gint64 good;    // frames that must be shown before
  PoPicture then; // the answer for the frame after
} Fault;

static const Fault faults[] = {
    {"exit", PO_PLAYER_FACT_DIED, GOOD_FRAMES, PO_PICTURE_GONE},
    {"abort", PO_PLAYER_FACT_DIED, GOOD_FRAMES, PO_PICTURE_GONE},
    {"segv", PO_PLAYER_FACT_DIED, GOOD_FRAMES, PO_PICTURE_GONE},
    {"stop", -1, GOOD_FRAMES, PO_PICTURE_NOT_YET},
    {"spin", -1, GOOD_FRAMES, PO_PICTURE_NOT_YET},
    {"nothing", -1, 0, PO_PICTURE_NOT_YET},
    {"audio", -1, GOOD_FRAMES, PO_PICTURE_NOT_YET},
    {"repaint", -1, GOOD_FRAMES, PO_PICTURE_NOT_YET},
    {"index-far", PO_PLAYER_FACT_VIOLATION, 0, PO_PICTURE_GONE},
    {"slot", PO_PLAYER_FACT_VIOLATION, 0, PO_PICTURE_GONE},
    {"slot-twice", PO_PLAYER_FACT_VIOLATION, 0, PO_PICTURE_GONE},
    {"stride", PO_PLAYER_FACT_VIOLATION, 0, PO_PICTURE_GONE},
    {"frame", PO_PLAYER_FACT_VIOLATION, 0, PO_PICTURE_GONE},
    {"noise", PO_PLAYER_FACT_VIOLATION, 0, PO_PICTURE_GONE},
    {"talk", PO_PLAYER_FACT_VIOLATION, GOOD_FRAMES, PO_PICTURE_GONE},
    {"mumble", PO_PLAYER_FACT_VIOLATION, GOOD_FRAMES, PO_PICTURE_GONE},
    {"close", PO_PLAYER_FACT_DIED, GOOD_FRAMES, PO_PICTURE_GONE},
};

// Asks until the answer is @wanted: a fault takes a moment to be found.
static void ask_until (Fixture *self, PoSource *source, gint64 frame, PoPicture wanted) {
  const gint64 deadline_us = g_get_monotonic_time () + LONG_NS / 1000;
  PoPicture got;
  while ((got = take (self, source, frame)) != wanted && g_get_monotonic_time () < deadline_us)
    g_usleep (1000);
  g_assert_cmpint (got, ==, wanted);
}

static void test_fault (gconstpointer data) {
  const Fault *fault = data;
  g_setenv ("PO_EVIL", fault->way, TRUE);
  Fixture *fixture = fixture_new (evil_path, 0);
  PoSource *source = prepare (fixture, "run", media_path);
  wait_for_fact (fixture, PO_PLAYER_FACT_FIRST, 1);
  gint16 samples[2 * 1920];
  for (gint64 frame = 0; frame < fault->good; frame++)
    g_assert_cmpint (take (fixture, source, frame), ==, PO_PICTURE_NEW);
  g_assert_cmpuint (po_source_read_samples (source, 0, 1920, samples), ==, 0);
  ask_until (fixture, source, GOOD_FRAMES, fault->then);
  if (fault->fact >= 0) {
    wait_for_fact (fixture, (PoPlayerFactKind)fault->fact, 1);
    g_assert_true (po_source_wait (source, GOOD_FRAMES, 0, LONG_NS));
  } else {
    g_assert_false (po_source_wait (source, GOOD_FRAMES, 0, PO_NS_PER_MS));
  }
  po_player_pool_release (fixture->pool, "run");
  po_source_unref (source);
  wait_until_gone (fixture);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  guint told = fixture->counts[PO_PLAYER_FACT_DIED] + fixture->counts[PO_PLAYER_FACT_VIOLATION] +
               fixture->counts[PO_PLAYER_FACT_FAILED];
  g_assert_cmpuint (told, ==, fault->fact >= 0 ? 1 : 0);
  fixture_free (fixture);
}

// A run may be kept for long after its player died: who writes over its clip need not wait for it. The first may come
// before there is a file for its copy, and then holds nothing.
static void test_given_free (void) {
  g_setenv ("PO_EVIL", "exit", TRUE);
  spare_folder = g_get_tmp_dir ();
  Fixture *fixture = fixture_new (evil_path, 0);
  spare_folder = NULL;
  for (guint i = 0; i < 3; i++) {
    g_autofree gchar *key = g_strdup_printf ("run-%u", i);
    PoSource *source = prepare (fixture, key, media_path);
    wait_for_fact (fixture, PO_PLAYER_FACT_DIED, i + 1);
    po_source_unref (source);
  }
  const gint fd = open (media_path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
  fixture_free (fixture);
}

// What waits in a stopped player is told of before it is due; a spare that is stopped makes room for another.
static void test_stopped (void) {
  g_setenv ("PO_EVIL", "stop", TRUE);
  Fixture *fixture = fixture_new_from (evil_path, 0, FALSE, 1);
  PoSource *source = prepare (fixture, "run", media_path);
  wait_for_fact (fixture, PO_PLAYER_FACT_VIOLATION, 1);
  ask_until (fixture, source, GOOD_FRAMES, PO_PICTURE_GONE);
  po_player_pool_release (fixture->pool, "run");
  po_source_unref (source);
  wait_until_gone (fixture);
  fixture_free (fixture);
}

// A hole punched into the control page reads as a write index gone back: only what was read before counts.
static void test_rewound (gconstpointer data) {
  g_setenv ("PO_EVIL", data, TRUE);
  Fixture *fixture = fixture_new (evil_path, 0);
  PoSource *source = prepare (fixture, "run", media_path);
  wait_for_fact (fixture, PO_PLAYER_FACT_FIRST, 1);
  // Until the index goes back the reader may see pictures; afterwards it either saw more before, or has seen nothing.
  for (guint i = 0; i < 200; i++) {
    take (fixture, source, 0);
    g_usleep (1000);
  }
  const PoPicture later = take (fixture, source, GOOD_FRAMES);
  g_assert_true (later == PO_PICTURE_GONE || later == PO_PICTURE_NOT_YET);
  po_source_unref (source);
  fixture_free (fixture);
}

static void test_stillborn (void) {
  g_setenv ("PO_EVIL", "stillborn", TRUE);
  Fixture *fixture = fixture_new (evil_path, 2);
  PoSource *source = prepare (fixture, "run", media_path);
  wait_for_fact (fixture, PO_PLAYER_FACT_DIED, 1);
  ask_until (fixture, source, 0, PO_PICTURE_GONE);
  po_source_unref (source);
  fixture_free (fixture);
}

// One spare after the other that dies before it is warm: each is waited for longer than the one before.
static void test_backs_off (void) {
  g_setenv ("PO_EVIL", "stillborn", TRUE);
  const gint64 begun_us = g_get_monotonic_time ();
  Fixture *fixture = fixture_new (evil_path, 1);
  wait_for_fact (fixture, PO_PLAYER_FACT_DIED, 3);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, 3 * G_USEC_PER_SEC);
  fixture_free (fixture);
}

static void test_no_program (void) {
  const PoPlayerPoolSettings settings = {.format = {WIDTH, HEIGHT, {25, 1}}, .player_path = "/nonexistent/player"};
  g_autoptr (GError) error = NULL;
  g_assert_null (po_player_pool_new (&settings, NULL, NULL, &error));
  g_assert_nonnull (error);
}

// Missing files, a folder, a FIFO that nobody writes: failed at once, without a child.
static void test_unfit_files (void) {
  g_autofree gchar *folder = g_dir_make_tmp ("playoutd-pool-XXXXXX", NULL);
  g_autofree gchar *fifo = g_build_filename (folder, "fifo", NULL);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  const gchar *const paths[] = {"/nonexistent/clip.mp4", folder, fifo, "/dev/null"};
  Fixture *fixture = fixture_new (player_path, 0);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    PoSource *source = prepare (fixture, paths[i], paths[i]);
    wait_for_fact (fixture, PO_PLAYER_FACT_UNOPENED, i + 1);
    g_assert_cmpint (take (fixture, source, 0), ==, PO_PICTURE_GONE);
    po_player_pool_release (fixture->pool, paths[i]);
    po_source_unref (source);
  }
  wait_until_gone (fixture);
  fixture_free (fixture);
  g_unlink (fifo);
  g_rmdir (folder);
}

static void wait_for_hanging (gint n) {
  const gint64 deadline_us = g_get_monotonic_time () + LONG_NS / 1000;
  while (g_atomic_int_get (&hanging) != n && g_get_monotonic_time () < deadline_us)
    g_usleep (1000);
  g_assert_cmpint (g_atomic_int_get (&hanging), ==, n);
}

#define N_DEAD 20

// However many clips hang in open(), one that lies elsewhere is played; they are told of in time, and then no more of
// their folder is tried; what the mount gives when it comes back is closed.
static void test_dead_mount (void) {
  g_setenv ("PO_EVIL", "nothing", TRUE);
  Fixture *fixture = fixture_new (evil_path, 0);
  const guint fds = count_fds ();
  g_atomic_int_set (&is_mount_dead, TRUE);
  for (guint i = 0; i < N_DEAD; i++) {
    g_autofree gchar *path = g_strdup_printf (DEAD "clip-%u.mp4", i);
    po_source_unref (prepare (fixture, path, path));
  }
  wait_for_hanging (N_DEAD);
  po_source_unref (prepare (fixture, "healthy", media_path));
  wait_for_fact (fixture, PO_PLAYER_FACT_FIRST, 1);
  g_assert_cmpint (g_atomic_int_get (&hanging), ==, N_DEAD);
  wait_for_fact (fixture, PO_PLAYER_FACT_UNOPENED, N_DEAD);
  g_assert_nonnull (strstr (fixture->log->str, "its storage does not answer"));
  PoSource *refused = prepare (fixture, "one more", DEAD "one-more.mp4");
  wait_for_fact (fixture, PO_PLAYER_FACT_UNOPENED, N_DEAD + 1);
  g_assert_cmpint (take (fixture, refused, 0), ==, PO_PICTURE_GONE);
  g_assert_cmpint (g_atomic_int_get (&hanging), ==, N_DEAD);
  po_source_unref (refused);
  g_atomic_int_set (&is_mount_dead, FALSE);
  wait_for_hanging (0);
  PoSource *back = NULL; // they leave one by one
  const gint64 deadline_us = g_get_monotonic_time () + LONG_NS / 1000;
  for (guint i = 0; fixture->counts[PO_PLAYER_FACT_FIRST] < 2 && g_get_monotonic_time () < deadline_us; i++) {
    g_autofree gchar *key = g_strdup_printf ("back-%u", i);
    back = prepare (fixture, key, DEAD "back.mp4");
    const guint told = fixture->counts[PO_PLAYER_FACT_UNOPENED] + fixture->counts[PO_PLAYER_FACT_FIRST];
    while (fixture->counts[PO_PLAYER_FACT_UNOPENED] + fixture->counts[PO_PLAYER_FACT_FIRST] == told)
      g_main_context_iteration (NULL, TRUE);
    po_source_unref (back);
    po_player_pool_release (fixture->pool, key);
  }
  g_assert_cmpuint (fixture->counts[PO_PLAYER_FACT_FIRST], ==, 2);
  po_player_pool_release (fixture->pool, "healthy");
  po_player_pool_release (fixture->pool, "one more");
  for (guint i = 0; i < N_DEAD; i++) {
    g_autofree gchar *path = g_strdup_printf (DEAD "clip-%u.mp4", i);
    po_player_pool_release (fixture->pool, path);
  }
  wait_until_gone (fixture);
  while (count_fds () > fds && g_get_monotonic_time () < deadline_us)
    g_usleep (1000);
  g_assert_cmpuint (count_fds (), <=, fds);
  fixture_free (fixture);
}

// A clip is played though the disk that it would be copied to does not answer.
static void test_dead_spare_folder (void) {
  g_setenv ("PO_EVIL", "nothing", TRUE);
  g_atomic_int_set (&is_mount_dead, TRUE);
  spare_folder = DEAD;
  Fixture *fixture = fixture_new (evil_path, 0);
  po_source_unref (prepare (fixture, "run", media_path));
  wait_for_fact (fixture, PO_PLAYER_FACT_FIRST, 1);
  wait_for_hanging (1);
  po_player_pool_release (fixture->pool, "run");
  wait_until_gone (fixture);
  fixture_free (fixture);
  spare_folder = NULL;
  g_atomic_int_set (&is_mount_dead, FALSE);
  wait_for_hanging (0);
}

// A machine that cannot start a player is at fault, not the clip: the run waits, and is played when there is room.
static void test_no_room (void) {
  g_setenv ("PO_EVIL", "nothing", TRUE);
  g_autofree gchar *folder = g_dir_make_tmp ("playoutd-pool-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "player", NULL);
  g_autofree gchar *program = g_canonicalize_filename (evil_path, NULL);
  g_assert_cmpint (symlink (program, path), ==, 0);
  Fixture *fixture = fixture_new (path, 0);
  g_unlink (path); // what posix_spawn() says of it is as good as any other reason
  PoSource *source = prepare (fixture, "run", media_path);
  PoSource *other = prepare (fixture, "other", media_path);
  wait_for_fact (fixture, PO_PLAYER_FACT_UNSTARTED, 1);
  g_assert_cmpint (take (fixture, source, 0), ==, PO_PICTURE_NOT_YET);
  po_player_pool_release (fixture->pool, "other"); // nobody waits for it any more
  po_source_unref (other);
  g_assert_cmpint (symlink (program, path), ==, 0);
  wait_for_fact (fixture, PO_PLAYER_FACT_STARTED, 1);
  wait_for_fact (fixture, PO_PLAYER_FACT_FIRST, 1);
  g_assert_cmpuint (fixture->counts[PO_PLAYER_FACT_UNSTARTED], ==, 1); // told once
  g_assert_cmpuint (fixture->counts[PO_PLAYER_FACT_FAILED], ==, 0);
  po_player_pool_release (fixture->pool, "run");
  po_source_unref (source);
  wait_until_gone (fixture);
  fixture_free (fixture);
  g_unlink (path);
  g_rmdir (folder);
}

// Nor does one that has no memory for a ring. There is room again when the next run has one.
static void test_no_ring (void) {
  g_setenv ("PO_EVIL", "nothing", TRUE);
  Fixture *fixture = fixture_new (evil_path, 0);
  struct rlimit before, none;
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  none = before;
  none.rlim_cur = 0;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  PoSource *refused = prepare (fixture, "refused", media_path);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  wait_for_fact (fixture, PO_PLAYER_FACT_UNSTARTED, 1);
  g_assert_cmpint (take (fixture, refused, 0), ==, PO_PICTURE_GONE);
  PoSource *source = prepare (fixture, "run", media_path);
  wait_for_fact (fixture, PO_PLAYER_FACT_STARTED, 1);
  po_player_pool_release (fixture->pool, "refused");
  po_player_pool_release (fixture->pool, "run");
  po_source_unref (refused);
  po_source_unref (source);
  wait_until_gone (fixture);
  fixture_free (fixture);
}

// Spares are warm, are used up one a run, and are made again.
static void test_spares (void) {
  Fixture *fixture = fixture_new (player_path, 2);
  PoPlayerPoolStats stats = {0};
  const gint64 deadline_us = g_get_monotonic_time () + LONG_NS / 1000;
  while (stats.spares < 2 && g_get_monotonic_time () < deadline_us) {
    g_usleep (1000);
    po_player_pool_stats (fixture->pool, &stats);
  }
  g_assert_cmpuint (stats.spares, ==, 2);
  PoSource *source = prepare (fixture, "run", media_path);
  PoSource *again = prepare (fixture, "run", media_path);
  g_assert_true (source == again);
  wait_for_fact (fixture, PO_PLAYER_FACT_FAILED, 1); // not a clip
  do {
    g_usleep (1000);
    po_player_pool_stats (fixture->pool, &stats);
  } while ((stats.spares < 2 || stats.spawned < 3) && g_get_monotonic_time () < deadline_us);
  g_assert_cmpuint (stats.spawned, ==, 3);
  po_player_pool_free (fixture->pool);
  fixture->pool = NULL;
  g_assert_cmpint (take (fixture, source, 0), ==, PO_PICTURE_GONE); // still valid
  po_source_unref (source);
  po_source_unref (again);
  g_string_free (fixture->log, TRUE);
  g_free (fixture);
}

static gboolean is_child (pid_t pid, gboolean *ret_is_nursery) {
  g_autofree gchar *stat_path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree gchar *line_path = g_strdup_printf ("/proc/%d/cmdline", pid);
  g_autofree gchar *stat = NULL;
  g_autofree gchar *line = NULL;
  gsize length = 0;
  gchar state;
  gint parent = 0;
  if (!g_file_get_contents (stat_path, &stat, NULL, NULL) || !g_file_get_contents (line_path, &line, &length, NULL) ||
      sscanf (strrchr (stat, ')') + 2, "%c %d", &state, &parent) != 2)
    return FALSE;
  *ret_is_nursery = memmem (line, length, "--nursery", strlen ("--nursery")) != NULL;
  return parent == getpid () && state != 'Z';
}

// One of our living children, 0: there is none.
static pid_t find_child (gboolean nursery) {
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  for (const gchar *name; (name = g_dir_read_name (proc)) != NULL;) {
    const pid_t pid = (pid_t)g_ascii_strtoll (name, NULL, 10);
    gboolean is_nursery = FALSE;
    if (pid > 0 && is_child (pid, &is_nursery) && is_nursery == nursery)
      return pid;
  }
  return 0;
}

static void wait_for_spares (Fixture *self, guint spawned) {
  const gint64 deadline_us = g_get_monotonic_time () + LONG_NS / 1000;
  PoPlayerPoolStats stats = {0};
  while ((stats.spares < 2 || stats.spawned < spawned) && g_get_monotonic_time () < deadline_us) {
    g_usleep (1000);
    po_player_pool_stats (self->pool, &stats);
  }
  g_assert_cmpuint (stats.spares, ==, 2);
  g_assert_cmpuint (stats.spawned, ==, spawned);
}

// Players come from it, are our own children, are reaped, and go on and come without it when it dies or hangs.
static void test_nursery (gconstpointer data) {
  const gint signal = GPOINTER_TO_INT (data);
  Fixture *fixture = fixture_new_from (player_path, 2, TRUE, 0);
  wait_for_spares (fixture, 2);
  const pid_t nursery = find_child (TRUE);
  g_assert_cmpint (nursery, >, 0);
  const pid_t spare = find_child (FALSE);
  g_assert_cmpint (spare, >, 0);
  kill (spare, SIGKILL);
  wait_for_fact (fixture, PO_PLAYER_FACT_DIED, 1);
  g_assert_nonnull (strstr (fixture->log->str, "signal 9"));
  wait_for_spares (fixture, 3);
  kill (nursery, signal);
  for (guint i = 0; i < 3; i++) {
    g_autofree gchar *key = g_strdup_printf ("run-%u", i);
    PoSource *source = prepare (fixture, key, media_path);
    wait_for_fact (fixture, PO_PLAYER_FACT_FAILED, i + 1); // not a clip
    po_player_pool_release (fixture->pool, key);
    po_source_unref (source);
    wait_for_spares (fixture, 4 + i);
  }
  fixture_free (fixture);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1); // no child at all
}

// Many runs, released at every moment of their life: no descriptor, zombie or ring is left.
static void test_many_runs (void) {
  g_setenv ("PO_EVIL", "nothing", TRUE);
  Fixture *fixture = fixture_new (evil_path, 2);
  guint fds = 0;
  for (guint i = 0; i < 150; i++) {
    g_autofree gchar *key = g_strdup_printf ("run-%u", i);
    PoSource *source = prepare (fixture, key, media_path);
    if (i % 3 == 0)
      wait_for_fact (fixture, PO_PLAYER_FACT_FIRST, fixture->counts[PO_PLAYER_FACT_FIRST] + 1);
    else if (i % 3 == 1)
      g_usleep (500);
    po_player_pool_release (fixture->pool, key);
    po_source_unref (source);
    if (i == 20)
      fds = count_fds ();
  }
  PoPlayerPoolStats stats;
  const gint64 deadline_us = g_get_monotonic_time () + LONG_NS / 1000;
  do {
    g_usleep (1000);
    po_player_pool_stats (fixture->pool, &stats);
  } while ((stats.children > 2 || stats.rings_mapped > 0) && g_get_monotonic_time () < deadline_us);
  g_assert_cmpuint (stats.rings_mapped, ==, 0);
  g_assert_cmpuint (stats.children, <=, 2);
  g_assert_cmpuint (count_fds (), <=, fds + 4);
  fixture_free (fixture);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1); // no child at all
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  player_path = argv[1];
  evil_path = argv[2];
  g_autofree gchar *path = NULL;
  const gint fd = g_file_open_tmp ("playoutd-pool-XXXXXX.txt", &path, NULL);
  g_assert_cmpint ((gint)write (fd, "not a clip\n", 11), ==, 11);
  close (fd);
  media_path = path;
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree gchar *name = g_strdup_printf ("/pool/fault/%s", faults[i].way);
    g_test_add_data_func (name, &faults[i], test_fault);
  }
  g_test_add_data_func ("/pool/fault/index-back", "index-back", test_rewound);
  g_test_add_data_func ("/pool/fault/punch", "punch", test_rewound);
  g_test_add_func ("/pool/stillborn", test_stillborn);
  g_test_add_func ("/pool/given-free", test_given_free);
  g_test_add_func ("/pool/stopped", test_stopped);
  g_test_add_func ("/pool/backs-off", test_backs_off);
  g_test_add_func ("/pool/no-program", test_no_program);
  g_test_add_func ("/pool/unfit-files", test_unfit_files);
  g_test_add_func ("/pool/dead-mount", test_dead_mount);
  g_test_add_func ("/pool/dead-spare-folder", test_dead_spare_folder);
  g_test_add_func ("/pool/no-room", test_no_room);
  g_test_add_func ("/pool/no-ring", test_no_ring);
  g_test_add_func ("/pool/spares", test_spares);
  g_test_add_data_func ("/pool/nursery/killed", GINT_TO_POINTER (SIGKILL), test_nursery);
  g_test_add_data_func ("/pool/nursery/hangs", GINT_TO_POINTER (SIGSTOP), test_nursery);
  g_test_add_func ("/pool/many-runs", test_many_runs);
  const gint result = g_test_run ();
  g_unlink (path);
  return result;
}
