// SPDX-License-Identifier: GPL-3.0-or-later
#include "wiring/errand.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "config/install.h"
#include "model/recall.h"
#include "model/text.h"

#define MOST_AT_ONCE 4
#define NICENESS     10
#define MOST_S       120 // ten years' report takes seconds: what takes longer hangs, on a dead mount for one

struct _PoErrands {
  gchar *config_path, *state_dir;
  GCancellable *cancellable;
  GPtrArray *running; // Errand
  guint most_s;
};

typedef struct {
  PoErrands *errands; // NULL once they are gone, or it was given up
  GSubprocess *process;
  PoErrandDone done;
  gpointer data;
  guint deadline;
} Errand;

PoErrands *po_errands_new (const gchar *config_path, const gchar *state_dir) {
  PoErrands *self = g_new0 (PoErrands, 1);
  self->config_path = g_strdup (config_path);
  self->state_dir = g_strdup (state_dir);
  self->cancellable = g_cancellable_new ();
  self->running = g_ptr_array_new ();
  self->most_s = MOST_S;
  return self;
}

const gchar *po_errands_state_dir (PoErrands *self) {
  return self->state_dir;
}

void po_errands_set_deadline (PoErrands *self, guint most_s) {
  self->most_s = most_s;
}

void po_errands_free (PoErrands *self) {
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < self->running->len; i++) {
    Errand *errand = self->running->pdata[i];
    errand->errands = NULL;
    g_clear_handle_id (&errand->deadline, g_source_remove);
    g_subprocess_force_exit (errand->process);
  }
  g_ptr_array_unref (self->running);
  g_object_unref (self->cancellable);
  g_free (self->config_path);
  g_free (self->state_dir);
  g_free (self);
}

// A process that waits for a dead disk does not even die when it is killed: nobody waits for that.
static gboolean on_deadline (gpointer data) {
  Errand *errand = data;
  g_autoptr (GError) error = g_error_new_literal (
      PO_ERROR, PO_ERROR_SYSTEM, _ ("it took too long and was ended; see whether the disk answers, and ask again"));
  errand->deadline = 0;
  g_ptr_array_remove_fast (errand->errands->running, errand);
  errand->errands = NULL;
  g_subprocess_force_exit (errand->process);
  errand->done (NULL, error, errand->data);
  return G_SOURCE_REMOVE;
}

// By the exit codes of playoutctl.
static PoError fault_of (gint status) {
  return status == EX_USAGE ? PO_ERROR_INPUT : status == EX_NOINPUT ? PO_ERROR_NOT_FOUND : PO_ERROR_SYSTEM;
}

static void on_ended (GObject *source, GAsyncResult *result, gpointer data) {
  g_autofree Errand *errand = data;
  g_autoptr (GSubprocess) process = errand->process;
  g_autofree gchar *text = NULL, *said = NULL;
  g_autoptr (GError) error = NULL, why = NULL;
  gboolean ran = g_subprocess_communicate_utf8_finish (process, result, &text, &said, &error);
  if (errand->errands == NULL)
    return; // whoever would hear of it has gone, or was told at the deadline
  g_ptr_array_remove_fast (errand->errands->running, errand);
  g_clear_handle_id (&errand->deadline, g_source_remove);
  if (ran && g_subprocess_get_if_exited (process) && g_subprocess_get_exit_status (process) == 0) {
    errand->done (text, NULL, errand->data);
    return;
  }
  const gchar *words = error != NULL ? error->message : said != NULL ? g_strstrip (said) : "";
  if (g_str_has_prefix (words, "playoutctl: "))
    words += strlen ("playoutctl: ");
  g_autofree gchar *known = po_text_recall (words); // it spoke one language
  const gint status = ran && g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  g_set_error_literal (&why, PO_ERROR, fault_of (status),
                       *known != '\0' ? known : _ ("it was killed, perhaps for want of memory; ask for less at once"));
  errand->done (NULL, why, errand->data);
}

// Should memory run out, the kernel is to end this one, and not the air. Between fork and exec.
void po_errand_stand_back (gpointer unused) {
  static const gchar most[] = "1000";
  const int fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  setpriority (PRIO_PROCESS, 0, NICENESS);
  if (fd >= 0) {
    const gssize unheeded = write (fd, most, strlen (most));
    (void)unheeded;
    close (fd);
  }
}

static GSubprocess *start (PoErrands *self, const gchar *const *words, const gchar *language, GError **error) {
  g_autofree gchar *program = po_install_find_ctl ();
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_child_setup (launcher, po_errand_stand_back, NULL, NULL);
  if (language != NULL)
    g_subprocess_launcher_setenv (launcher, "LANGUAGE", language, TRUE);
  g_ptr_array_add (arguments, program);
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (arguments, (gpointer)words[i]);
  const gchar *const more[] = {"--state", self->state_dir, "--config", self->config_path};
  for (guint i = 0; i < G_N_ELEMENTS (more); i += 2)
    if (more[i + 1] != NULL) {
      g_ptr_array_add (arguments, (gpointer)more[i]);
      g_ptr_array_add (arguments, (gpointer)more[i + 1]);
    }
  g_ptr_array_add (arguments, NULL);
  return g_subprocess_launcher_spawnv (launcher, (const gchar *const *)arguments->pdata, error);
}

void po_errands_run (PoErrands *self, const gchar *const *words, const gchar *language, PoErrandDone done,
                     gpointer data) {
  g_autoptr (GError) error = NULL;
  if (self->running->len >= MOST_AT_ONCE)
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_SYSTEM,
                         _ ("too much is being asked at once; try again in a moment"));
  GSubprocess *process = error == NULL ? start (self, words, language, &error) : NULL;
  if (process == NULL) {
    done (NULL, error, data);
    return;
  }
  Errand *errand = g_new0 (Errand, 1);
  *errand = (Errand){self, process, done, data, 0};
  errand->deadline = g_timeout_add_seconds (self->most_s, on_deadline, errand);
  g_ptr_array_add (self->running, errand);
  g_subprocess_communicate_utf8_async (process, NULL, self->cancellable, on_ended, errand);
}
