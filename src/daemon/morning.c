// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/morning.h"

#include <gio/gio.h>
#include <string.h>

#include "config/install.h"
#include "wiring/errand.h"

#define FIRST_S  5 // after the start: what is on air comes first
#define LOOK_S   60
#define RETRY_NS (3600 * PO_NS_PER_SECOND)

struct _PoMorning {
  PoMorningSettings settings;
  gchar *config_path, *state_dir;
  GCancellable *cancellable;
  gchar *making;          // (nullable) the day that is being made
  PoTimeNs not_before_ns; // after a failure
  guint look_id;
};

// "2027-01-06" of the day before that of @now_ns. (transfer full)
static gchar *find_day (PoMorning *self, PoTimeNs now_ns) {
  PoTimeNs today_ns = po_time_local_midnight (now_ns, self->settings.zone);
  g_autofree gchar *local = po_time_to_local_string (today_ns - PO_NS_PER_SECOND, self->settings.zone);
  return g_strndup (local, strlen ("2027-01-06"));
}

static gchar *path_of (PoMorning *self, const gchar *date) {
  g_autofree gchar *name = g_strconcat (date, ".txt", NULL);
  return g_build_filename (self->state_dir, "morning", name, NULL);
}

static void fail (PoMorning *self, const gchar *date, const gchar *why) {
  self->not_before_ns = po_clock_now_ns (self->settings.clock) + RETRY_NS;
  self->settings.failed (date, why, self->settings.user);
}

static void on_made (GObject *source, GAsyncResult *result, gpointer user) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *said = NULL, *text = NULL;
  GSubprocess *process = G_SUBPROCESS (source);
  gboolean ran = g_subprocess_communicate_utf8_finish (process, result, NULL, &said, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; // the keeper is gone
  PoMorning *self = user;
  g_autofree gchar *date = g_steal_pointer (&self->making), *path = path_of (self, date);
  gboolean made = ran && g_subprocess_get_if_exited (process) && g_subprocess_get_exit_status (process) == 0;
  if (made && g_file_get_contents (path, &text, NULL, &error))
    self->settings.told (date, text, self->settings.user);
  else
    fail (self, date, error != NULL ? error->message : said != NULL ? g_strstrip (said) : "");
}

static void make (PoMorning *self, const gchar *date) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *program = po_install_find_ctl ();
  const gchar *arguments[] = {program, "morning", "--keep", "--date", date, "--config", self->config_path, NULL};
  if (self->config_path == NULL)
    arguments[5] = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_child_setup (launcher, po_errand_stand_back, NULL, NULL);
  g_autoptr (GSubprocess) process = g_subprocess_launcher_spawnv (launcher, arguments, &error);
  if (process == NULL) {
    fail (self, date, error->message);
    return;
  }
  self->making = g_strdup (date);
  g_subprocess_communicate_utf8_async (process, NULL, self->cancellable, on_made, self);
}

void po_morning_look (PoMorning *self) {
  PoTimeNs now_ns = po_clock_now_ns (self->settings.clock);
  PoTimeNs due_ns = po_time_local_midnight (now_ns, self->settings.zone) + self->settings.after_ns;
  g_autofree gchar *date = find_day (self, now_ns), *path = path_of (self, date);
  if (self->making == NULL && now_ns >= due_ns && now_ns >= self->not_before_ns &&
      !g_file_test (path, G_FILE_TEST_EXISTS))
    make (self, date);
}

static gboolean look_again (gpointer user) {
  po_morning_look (user);
  return G_SOURCE_CONTINUE;
}

static gboolean look_first (gpointer user) {
  PoMorning *self = user;
  self->look_id = g_timeout_add_seconds (LOOK_S, look_again, self);
  po_morning_look (self);
  return G_SOURCE_REMOVE;
}

PoMorning *po_morning_new (const PoMorningSettings *settings) {
  PoMorning *self = g_new0 (PoMorning, 1);
  self->settings = *settings;
  self->config_path = g_strdup (settings->config_path);
  self->state_dir = g_strdup (settings->state_dir);
  self->cancellable = g_cancellable_new ();
  self->not_before_ns = PO_TIME_NONE;
  self->look_id = g_timeout_add_seconds (FIRST_S, look_first, self);
  return self;
}

void po_morning_free (PoMorning *self) {
  if (self == NULL)
    return;
  g_source_remove (self->look_id);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_free (self->making);
  g_free (self->config_path);
  g_free (self->state_dir);
  g_free (self);
}
