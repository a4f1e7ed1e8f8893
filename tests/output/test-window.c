// SPDX-License-Identifier: GPL-3.0-or-later
// A display that goes away takes its window along and nothing else; when it is back, so is the window.
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "feeding.h"
#include "reading.h"

#define N_FRAMES_WELL 50
#define MAX_AHEAD     20 // frames that the recording may be behind
#define STEP_US       10000

static const PoFormat format = {192, 108, {50, 1}};

typedef struct {
  PoOutputRack *rack;
  gint64 k;
  gchar *folder, *number; // of the recording; of the display
} Scene;

// (transfer full) (nullable) @number: (inout) of the display; NULL: a free one
static GSubprocess *start_display (gchar **number) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *wanted = *number != NULL ? g_strconcat (":", *number, NULL) : NULL;
  const gchar *const anyhow[] = {"Xvfb", "-displayfd", "1", "-screen", "0", "320x240x24", NULL};
  const gchar *const again[] = {"Xvfb", wanted, "-displayfd", "1", "-screen", "0", "320x240x24", NULL};
  GSubprocess *process = g_subprocess_newv (wanted != NULL ? again : anyhow,
                                            G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_autoptr (GDataInputStream) said = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_free (*number);
  *number = g_data_input_stream_read_line (said, NULL, NULL, &error); // it can be called
  g_assert_nonnull (*number);
  return process;
}

static void kill_display (GSubprocess *process) {
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  g_object_unref (process);
}

static PoOutputStatus *status_of (Scene *scene, guint index) {
  g_autoptr (GPtrArray) list = po_output_rack_status (scene->rack);
  return g_ptr_array_steal_index (list, index);
}

static void step (Scene *scene) {
  for (;;) {
    g_autoptr (PoOutputStatus) recording = status_of (scene, 1);
    if (scene->k - (gint64)recording->frames < MAX_AHEAD)
      break;
    g_usleep (1000);
  }
  feed_frame (scene->rack, &format, scene->k++);
  g_usleep (STEP_US);
}

// Of the first failure, while nobody has tried again: it was not found out by waiting.
static void check_told (const PoOutputStatus *window) {
  if (window->state == PO_OUTPUT_FAILED && window->errors == 1)
    g_assert_nonnull (strstr (window->problem, "has gone away"));
}

static void until (Scene *scene, PoOutputState state) {
  for (;;) {
    g_autoptr (PoOutputStatus) window = status_of (scene, 0);
    if (window->state == state) {
      check_told (window);
      break;
    }
    step (scene);
  }
  for (guint i = 0; i < N_FRAMES_WELL; i++)
    step (scene);
}

static void add (Scene *scene, PoOutputSettings *settings) {
  g_autoptr (PoOutputSettings) owned = settings;
  g_autoptr (GError) error = NULL;
  g_assert_true (po_output_rack_add (scene->rack, settings, &error));
}

static void check_recording (Scene *scene) {
  g_autoptr (GPtrArray) paths = recording_list (scene->folder, ".ts");
  g_autoptr (Recording) recording = recording_new ();
  g_assert_cmpint (paths->len, ==, 1);
  g_assert_true (recording_read (recording, paths->pdata[0], &format));
  recording_assert_whole (recording, scene->k);
}

static void test_window (void) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  Scene scene = {.rack = po_output_rack_new (&format, zone, FALSE, 0),
                 .folder = g_dir_make_tmp ("po-window-XXXXXX", NULL)};
  GSubprocess *display = start_display (&scene.number);
  g_autofree gchar *name = g_strconcat (":", scene.number, NULL);
  g_setenv ("DISPLAY", name, TRUE);
  PoOutputSettings *recorder = po_output_settings_new ("rec", "file");
  recorder->path = g_strdup (scene.folder);
  add (&scene, po_output_settings_new ("window", "window"));
  add (&scene, recorder);
  until (&scene, PO_OUTPUT_RUNNING);
  kill_display (display);
  until (&scene, PO_OUTPUT_FAILED);
  display = start_display (&scene.number);
  until (&scene, PO_OUTPUT_RUNNING);
  g_assert_true (po_output_rack_finish (scene.rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (PoOutputStatus) window = status_of (&scene, 0), recording = status_of (&scene, 1);
  g_assert_cmpuint (window->restarts, ==, 1);
  g_assert_cmpstr (window->where, ==, "window");
  g_assert_cmpuint (recording->errors + recording->dropped, ==, 0);
  kill_display (display);
  check_recording (&scene);
  po_output_rack_free (scene.rack);
  recording_remove_folder (scene.folder);
  g_free (scene.folder);
  g_free (scene.number);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/window/display", test_window);
  return g_test_run ();
}
