// SPDX-License-Identifier: GPL-3.0-or-later
// The child speaks through one pipe; whatever it does, it is killed in time and reaped.
#include "media/prober.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "json/depth.h"
#include "model/error.h"

#define TIMEOUT_MS        60000
#define MS_PER_MIB        1000  // hours of programme are decoded to count them, beside what is on air, at low priority
#define GLANCE_MS         10000 // for one glance
#define PICTURE_MS        20000 // for a few pictures
#define GRACE_MS          5000  // after its own time limit, to say so
#define POLL_MS           100   // how soon a stop, or too much memory, is noticed
#define MOST_MEMORY_BYTES (G_GINT64_CONSTANT (1) << 30)
#define MAX_ANSWER_BYTES  (4 * 1024 * 1024) // with the subtitles
#define NICENESS          15
#define SOON_NICENESS     0 // of what is wanted soon, and takes a moment
#define AS_WE_ARE         G_MININT
#define SMALL_BYTES       (1 << 20) // decoded in hardly more time than a glance takes

typedef struct {
  PoProber base;
  gchar *player;
  guint timeout_ms;
} PlayerProber;

static JsonNode *member (JsonObject *object, const gchar *name, GType type) {
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type ? node : NULL;
}

static gint64 int_member (JsonObject *object, const gchar *name, gint64 max) {
  JsonNode *node = member (object, name, G_TYPE_INT64);
  return node != NULL ? CLAMP (json_node_get_int (node), 0, max) : 0;
}

static const gchar *text_member (JsonObject *object, const gchar *name) {
  JsonNode *node = member (object, name, G_TYPE_STRING);
  return node != NULL ? json_node_get_string (node) : NULL;
}

static gboolean bool_member (JsonObject *object, const gchar *name) {
  return member (object, name, G_TYPE_BOOLEAN) != NULL && json_object_get_boolean_member (object, name);
}

static gboolean read_kind (const gchar *text, PoMediaKind *ret_kind) {
  static const gchar *const names[] = {"video", "still", "audio"};
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (names); i++) {
    if (strcmp (text, names[i]) == 0) {
      *ret_kind = (PoMediaKind)i;
      return TRUE;
    }
  }
  return FALSE;
}

static PoRate read_rate (JsonObject *object) {
  JsonNode *node = json_object_get_member (object, "rate");
  PoRate rate = {0, 1};
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return rate;
  JsonObject *members = json_node_get_object (node);
  gint64 n = int_member (members, "n", G_MAXINT), d = int_member (members, "d", G_MAXINT);
  return n > 0 && d > 0 ? (PoRate){(gint)n, (gint)d} : rate;
}

PoMediaFacts *po_probe_parse (const gchar *json, gssize length, GError **error) {
  g_autoptr (JsonParser) parser = json_parser_new ();
  const gsize n_bytes = length < 0 ? strlen (json) : (gsize)length;
  gboolean parsed = n_bytes != 0 && po_json_is_shallow (json, n_bytes) &&
                    json_parser_load_from_data (parser, json, (gssize)n_bytes, NULL);
  JsonNode *root = parsed ? json_parser_get_root (parser) : NULL;
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("looking into it gave no answer that makes sense"));
    return NULL;
  }
  JsonObject *object = json_node_get_object (root);
  if (bool_member (object, "unread")) {
    g_set_error_literal (
        error, PO_ERROR, PO_ERROR_SYSTEM,
        _ ("a clip could not be read to its end while it was looked into; look after the disk or share "
           "that it is on"));
    return NULL;
  }
  g_autoptr (PoMediaFacts) facts = g_new0 (PoMediaFacts, 1);
  facts->problem = g_strdup (text_member (object, "problem"));
  facts->probe = g_ref_string_new_len (json, (gssize)n_bytes);
  facts->duration_ns = int_member (object, "duration_ns", G_MAXINT64);
  facts->frames = int_member (object, "frames", G_MAXINT64);
  facts->rate = read_rate (object);
  facts->width = (gint)int_member (object, "width", G_MAXINT);
  facts->height = (gint)int_member (object, "height", G_MAXINT);
  facts->has_audio = bool_member (object, "has_audio");
  gboolean known = read_kind (text_member (object, "kind"), &facts->kind);
  if (facts->problem == NULL && (!known || (facts->kind != PO_MEDIA_STILL && facts->duration_ns == 0)))
    facts->problem = g_strdup (_ ("nothing in it can be shown"));
  return g_steal_pointer (&facts);
}

// The time that a file of this size may take.
static guint limit_ms (const PlayerProber *self, const gchar *file) {
  struct stat st;
  gint64 mebibytes = stat (file, &st) == 0 ? st.st_size >> 20 : 0;
  return (guint)MIN (self->timeout_ms + mebibytes * MS_PER_MIB, G_MAXINT / 2);
}

// What the player is asked for.
typedef struct {
  const gchar *option, *value; // (nullable) besides --probe
  guint timeout_ms;
  gint niceness; // AS_WE_ARE: the air waits for it
} Question;

// Not by fork(): the pages that the air process then would have to copy cost the head's thread its time.
static gint spawn_with (gchar *const *argv, gint out, pid_t *ret_pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  sigemptyset (&none);
  sigfillset (&all);
  posix_spawn_file_actions_init (&actions);
  posix_spawnattr_init (&attributes);
  posix_spawn_file_actions_addopen (&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2 (&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np (&actions, STDERR_FILENO + 1);
  posix_spawnattr_setsigmask (&attributes, &none);
  posix_spawnattr_setsigdefault (&attributes, &all);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const gint result = posix_spawnp (ret_pid, argv[0], &actions, &attributes, argv, environ);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return result;
}

static gboolean spawn (const PlayerProber *self, const gchar *file, const Question *question, GPid *ret_pid,
                       gint *ret_out, GError **error) {
  g_autofree gchar *limit = g_strdup_printf ("%u", question->timeout_ms);
  const gchar *argv[] = {self->player, "--timeout-ms", limit, "--probe", file, question->option, question->value, NULL};
  gint ends[2];
  gint result = pipe2 (ends, O_CLOEXEC) == 0 ? 0 : errno;
  if (result == 0) {
    result = spawn_with ((gchar *const *)argv, ends[1], ret_pid);
    close (ends[1]);
    *ret_out = ends[0];
  }
  if (result == 0) {
    if (question->niceness != AS_WE_ARE)
      setpriority (PRIO_PROCESS, (id_t)*ret_pid, question->niceness);
    return TRUE;
  }
  if (*ret_out >= 0)
    close (*ret_out);
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("clips cannot be looked into: %s"), g_strerror (result));
  return FALSE;
}

typedef enum { READ_WHOLE, READ_TOO_LONG, READ_TOO_LATE, READ_TOO_BIG, READ_STOPPED } ReadEnd;

// What the child holds of its own in memory.
static gint64 memory_bytes (GPid pid) {
  g_autofree gchar *path = g_strdup_printf ("/proc/%d/statm", pid);
  g_autofree gchar *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  g_auto (GStrv) fields = g_strsplit (text, " ", 4); // all, resident, of which shared
  if (g_strv_length (fields) < 4)
    return 0;
  return (g_ascii_strtoll (fields[1], NULL, 10) - g_ascii_strtoll (fields[2], NULL, 10)) * sysconf (_SC_PAGESIZE);
}

static ReadEnd read_answer (GPid pid, gint fd, GByteArray *answer, gint64 until_us, const gint *stop) {
  guint8 chunk[4096];
  for (;;) {
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    gint ready = poll (&poller, 1, POLL_MS);
    if (g_atomic_int_get (stop) != 0)
      return READ_STOPPED;
    if (g_get_monotonic_time () >= until_us)
      return READ_TOO_LATE;
    if (memory_bytes (pid) > MOST_MEMORY_BYTES)
      return READ_TOO_BIG;
    if (ready <= 0)
      continue;
    gssize got = read (fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return READ_WHOLE;
    if (answer->len + (gsize)got > MAX_ANSWER_BYTES)
      return READ_TOO_LONG;
    g_byte_array_append (answer, chunk, (guint)got);
  }
}

static void reap_later (GPid pid, gint status, gpointer user) {
  g_spawn_close_pid (pid);
}

// Waits for the end of a child that closed its pipe or was killed; one that the kernel holds (a dead mount) is left to
// the main loop, so that nothing here waits for ever. -1: not known.
static gint reap (GPid pid, gint wait_ms) {
  gint status = -1;
  gint pidfd = (gint)syscall (SYS_pidfd_open, pid, 0);
  struct pollfd poller = {.fd = pidfd, .events = POLLIN};
  if (pidfd >= 0) {
    poll (&poller, 1, wait_ms);
    close (pidfd);
  }
  if (waitpid (pid, &status, pidfd >= 0 ? WNOHANG : 0) == pid)
    return status;
  kill (pid, SIGKILL);
  g_child_watch_add (pid, reap_later, NULL);
  return -1;
}

static gboolean is_whole (ReadEnd end, gint status, guint timeout_ms, GError **error) {
  if (end == READ_STOPPED)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("stopped"));
  else if (end == READ_TOO_LATE)
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
                 _ ("given up: not decoded within %d s; encode it anew, for example as H.264 in MP4"),
                 (gint)(timeout_ms / 1000));
  else if (end == READ_TOO_BIG)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT,
                         _ ("given up: it needs more than 1 GiB of memory; encode it anew in a smaller size"));
  else if (end == READ_TOO_LONG || !WIFEXITED (status) || WEXITSTATUS (status) != 0)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("it made the decoder fail; encode it anew"));
  else
    return TRUE;
  return FALSE;
}

// What the player printed; NULL with @error where it did not come to that. (transfer full)
static GByteArray *ask_player (PlayerProber *self, const gchar *file, const Question *question, const gint *stop,
                               GError **error) {
  GPid pid = 0;
  gint out = -1;
  gint64 begun_us = g_get_monotonic_time ();
  gint64 limit_us = ((gint64)question->timeout_ms + MIN (GRACE_MS, question->timeout_ms)) * 1000;
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  if (!spawn (self, file, question, &pid, &out, error))
    return NULL;
  ReadEnd end = read_answer (pid, out, answer, begun_us + limit_us, stop);
  close (out);
  if (end != READ_WHOLE)
    kill (pid, SIGKILL);
  gint status = reap (pid, GRACE_MS);
  return is_whole (end, status, question->timeout_ms, error) ? g_steal_pointer (&answer) : NULL;
}

static PoMediaFacts *probe_with_player (PoProber *prober, const gchar *file, const gint *stop, GError **error) {
  PlayerProber *self = (PlayerProber *)prober;
  const Question question = {.timeout_ms = limit_ms (self, file), .niceness = NICENESS};
  gint64 begun_us = g_get_monotonic_time ();
  g_autoptr (GByteArray) answer = ask_player (self, file, &question, stop, error);
  gint64 took_ms = (g_get_monotonic_time () - begun_us) / 1000;
  g_autoptr (PoMediaFacts) facts =
      answer != NULL ? po_probe_parse ((const gchar *)answer->data, answer->len, error) : NULL;
  if (facts != NULL && facts->problem != NULL && took_ms >= question.timeout_ms) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, facts->problem);
    return NULL;
  }
  return g_steal_pointer (&facts);
}

static PoMediaFacts *glance_with_player (PoProber *prober, const gchar *file, const gint *stop, gboolean *ret_whole,
                                         GError **error) {
  struct stat st;
  const Question glance = {.option = "--glance", .timeout_ms = GLANCE_MS, .niceness = AS_WE_ARE};
  const Question probe = {.timeout_ms = GLANCE_MS, .niceness = SOON_NICENESS};
  const gboolean is_small = stat (file, &st) == 0 && st.st_size <= SMALL_BYTES;
  const Question question = is_small ? probe : glance;
  g_autoptr (GByteArray) answer = ask_player ((PlayerProber *)prober, file, &question, stop, error);
  g_autoptr (PoMediaFacts) facts =
      answer != NULL ? po_probe_parse ((const gchar *)answer->data, answer->len, error) : NULL;
  *ret_whole = is_small && facts != NULL && facts->problem == NULL;
  if (facts == NULL || facts->problem == NULL)
    return g_steal_pointer (&facts);
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, facts->problem);
  return NULL;
}

// Out of memory it says so in words instead.
static gboolean is_jpeg (const GByteArray *bytes) {
  static const guint8 begin[] = {0xff, 0xd8, 0xff};
  return bytes->len > sizeof begin && memcmp (bytes->data, begin, sizeof begin) == 0;
}

static GBytes *picture_with_player (PoProber *prober, const gchar *file, gint64 at_ns, guint columns, const gint *stop,
                                    GError **error) {
  g_autofree gchar *value =
      columns > 0 ? g_strdup_printf ("%u", columns) : g_strdup_printf ("%" G_GINT64_FORMAT, MAX (at_ns, 0));
  const Question question = {
      .option = columns > 0 ? "--strip" : "--picture", .value = value, .timeout_ms = PICTURE_MS, .niceness = NICENESS};
  g_autoptr (GByteArray) answer = ask_player ((PlayerProber *)prober, file, &question, stop, error);
  if (answer == NULL || is_jpeg (answer))
    return answer != NULL ? g_byte_array_free_to_bytes (g_steal_pointer (&answer)) : NULL;
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("it made the decoder fail; encode it anew"));
  return NULL;
}

static void player_prober_free (PoProber *prober) {
  PlayerProber *self = (PlayerProber *)prober;
  g_free (self->player);
  g_free (self);
}

PoProber *po_prober_new_player (const gchar *player_path, guint timeout_ms) {
  PlayerProber *self = g_new0 (PlayerProber, 1);
  self->base.probe = probe_with_player;
  self->base.glance = glance_with_player;
  self->base.picture = picture_with_player;
  self->base.free = player_prober_free;
  self->player = g_strdup (player_path);
  self->timeout_ms = timeout_ms != 0 ? timeout_ms : TIMEOUT_MS;
  return &self->base;
}

void po_prober_free (PoProber *self) {
  if (self != NULL)
    self->free (self);
}
