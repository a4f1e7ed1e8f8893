// SPDX-License-Identifier: GPL-3.0-or-later
// `media mark`: where a clip begins and ends on air. The daemon writes it down; of a folder named by --media that no
// daemon need serve it is written here.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/offline.h"
#include "ctl/online.h"
#include "ctl/print.h"
#include "json/tree.h"
#include "media/marks.h"

gchar *po_ctl_media_path (const gchar *media, const gchar *typed) {
  g_autofree gchar *dir = media != NULL ? g_canonicalize_filename (media, NULL) : NULL;
  g_autofree gchar *full = g_canonicalize_filename (typed, NULL);
  const gsize length = dir != NULL ? strlen (dir) : 0;
  const gboolean is_inside =
      length > 0 && g_str_has_prefix (full, dir) && full[length] == '/' && g_file_test (full, G_FILE_TEST_EXISTS);
  return g_strdup (is_inside ? full + length + 1 : typed);
}

static void set_member (JsonObject *wish, const gchar *name, const gchar *text, gboolean clear) {
  if (text != NULL)
    json_object_set_string_member (wish, name, text);
  else if (clear)
    json_object_set_null_member (wish, name);
}

static gboolean read_option (const gchar *name, const gchar *text, gboolean clear, PoMark *mark, GError **error) {
  if (clear)
    *mark = (PoMark){.set = FALSE};
  if (text == NULL || po_mark_parse (text, mark))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("%s: write HH:MM:SS:FF in the clip's own frames, or a length such as PT1M30.5S"), name);
  return FALSE;
}

// By the clip's length, which takes a look into it.
static gboolean check (PoCtl *ctl, const gchar *path, const PoMediaMarks *marks, GError **error) {
  if (!marks->som.set && !marks->eom.set)
    return TRUE;
  g_autoptr (PoMediaFacts) facts = po_offline_load_clip (ctl, path, error);
  return facts != NULL && po_media_marks_check (marks, facts, ctl->config->format.rate, error);
}

// Without a daemon. (transfer full)
static JsonNode *write_here (PoCtl *ctl, const gchar *path, GError **error) {
  const PoCtlOptions *o = &ctl->options;
  PoMediaMarks marks = {0};
  g_autoptr (PoBeneath) beneath = po_beneath_open (o->media, error);
  if (beneath == NULL)
    return NULL;
  if (po_beneath_stat (beneath, path, NULL) != PO_BENEATH_FILE) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s: there is no such clip under %s"), path, o->media);
    return NULL;
  }
  po_media_marks_read (beneath, path, &marks, NULL); // what makes no sense is written anew
  if (!read_option ("som", o->som, o->clear, &marks.som, error) ||
      !read_option ("eom", o->eom, o->clear, &marks.eom, error) || !check (ctl, path, &marks, error))
    return NULL;
  if (!po_media_marks_write (o->media, path, &marks, error))
    return NULL;
  g_autofree gchar *som = po_mark_to_string (&marks.som), *eom = po_mark_to_string (&marks.eom);
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "path", path);
  set_member (object, "som", som, TRUE);
  set_member (object, "eom", eom, TRUE);
  return po_json_object_node (object);
}

static JsonNode *ask_daemon (PoCtl *ctl, const gchar *path, int *code, GError **error) {
  const PoCtlOptions *o = &ctl->options;
  g_autoptr (JsonObject) wish = json_object_new ();
  g_autofree gchar *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree gchar *route = g_strconcat ("/media/", escaped, "/marks", NULL);
  set_member (wish, "som", o->som, o->clear);
  set_member (wish, "eom", o->eom, o->clear);
  return po_ctl_ask (ctl, "PATCH", route, wish, code, error);
}

int po_ctl_media_mark (PoCtl *ctl, GError **error) {
  const PoCtlOptions *o = &ctl->options;
  int code = EXIT_SUCCESS;
  if (o->som == NULL && o->eom == NULL && !o->clear) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("say which mark: --som, --eom, or --clear"));
    return EXIT_SUCCESS;
  }
  g_autofree gchar *path = po_ctl_media_path (ctl->config->media, o->words[0]);
  g_autoptr (JsonNode) answer = o->media != NULL ? write_here (ctl, path, error) : ask_daemon (ctl, path, &code, error);
  if (answer == NULL)
    return code;
  if (o->json) {
    po_print_json_lines (answer);
    return EXIT_SUCCESS;
  }
  JsonObject *object = json_node_get_object (answer);
  const gchar *som = json_object_get_string_member_with_default (object, "som", NULL);
  const gchar *eom = json_object_get_string_member_with_default (object, "eom", NULL);
  printf (_ ("%s: from %s to %s\n"), json_object_get_string_member (object, "path"),
          som != NULL ? som : _ ("its beginning"), eom != NULL ? eom : _ ("its end"));
  return EXIT_SUCCESS;
}
