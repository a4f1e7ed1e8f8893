// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/marks.h"

#include <gio/gio.h>

#include "json/tree.h"
#include "media/marks.h"
#include "model/error.h"
#include "model/text.h"

typedef struct {
  PoInputs *inputs;
  gchar *dir, *path;
  PoMediaMarks marks;
  PoControlDone done;
  gpointer data;
} Work;

static void work_free (gpointer data) {
  Work *work = data;
  g_free (work->dir);
  g_free (work->path);
  g_free (work);
}

static gboolean read_mark (JsonObject *wish, const gchar *name, PoMark *mark, GError **error) {
  JsonNode *node = json_object_get_member (wish, name);
  const gchar *text = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
  if (node == NULL)
    return TRUE;
  if (JSON_NODE_HOLDS_NULL (node) || g_strcmp0 (text, "") == 0) {
    *mark = (PoMark){.set = FALSE};
    return TRUE;
  }
  if (text != NULL && po_mark_parse (text, mark))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("%s: write HH:MM:SS:FF in the clip's own frames, or a length such as PT1M30.5S"), name);
  return FALSE;
}

static void run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
  Work *work = data;
  GError *error = NULL;
  if (po_media_marks_write (work->dir, work->path, &work->marks, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void set_mark (JsonObject *object, const gchar *name, const PoMark *mark) {
  g_autofree gchar *text = po_mark_to_string (mark);
  po_json_set_text (object, name, text);
}

static void on_written (GObject *source, GAsyncResult *result, gpointer data) {
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    work->done (NULL, error, work->data);
    return;
  }
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "path", work->path);
  set_mark (object, "som", &work->marks.som);
  set_mark (object, "eom", &work->marks.eom);
  po_inputs_rescan (work->inputs);
  work->done (po_json_object_node (object), NULL, work->data);
}

void po_marks_set (PoInputs *inputs, const PoConfig *config, const PoMediaFacts *facts, JsonObject *wish,
                   PoControlDone done, gpointer data) {
  PoMediaMarks marks = {facts->som, facts->eom};
  g_autoptr (GError) error = NULL;
  if (!read_mark (wish, "som", &marks.som, &error) || !read_mark (wish, "eom", &marks.eom, &error) ||
      !po_media_marks_check (&marks, facts, config->format.rate, &error)) {
    done (NULL, error, data);
    return;
  }
  Work *work = g_new0 (Work, 1);
  *work = (Work){inputs, g_strdup (config->media), g_strdup (facts->path), marks, done, data};
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_written, NULL);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, run);
}
