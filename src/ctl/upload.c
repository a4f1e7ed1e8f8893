// SPDX-License-Identifier: GPL-3.0-or-later
// `schedule add`: a calendar goes to the daemon, its faults and what it would change come back, a person decides.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/difference.h"
#include "ctl/online.h"
#include "ctl/print.h"

// Yes only by a word: a bare Enter changes nothing.
static gboolean ask_person (void) {
  gchar line[16] = "";
  fputs (_ ("Take it? [y/N] "), stdout);
  fflush (stdout);
  if (fgets (line, sizeof line, stdin) == NULL)
    return FALSE;
  const gchar *typed = g_strstrip (line);
  return g_ascii_strcasecmp (typed, "y") == 0 || g_ascii_strcasecmp (typed, "yes") == 0 ||
         strcmp (typed, _ ("yes")) == 0;
}

static gboolean is_wanted (PoCtl *ctl, const gchar *upload) {
  if (ctl->options.dry_run)
    return FALSE;
  if (ctl->options.yes)
    return TRUE;
  if (!ctl->options.json && isatty (STDIN_FILENO) && isatty (STDOUT_FILENO))
    return ask_person ();
  fprintf (stderr, _ ("Nothing is changed yet; “playoutctl schedule confirm %s” takes it.\n"), upload);
  return FALSE;
}

static int confirm (PoCtl *ctl, const gchar *upload, GError **error) {
  int code = EXIT_SUCCESS;
  g_autoptr (JsonObject) body = json_object_new ();
  json_object_set_string_member (body, "revision", upload);
  g_autoptr (JsonNode) answer = po_ctl_ask (ctl, "POST", "/schedules/confirm", body, &code, error);
  if (answer != NULL && !ctl->options.json)
    printf (_ ("It is in force as version %.12s.\n"), po_print_member (json_node_get_object (answer), "in_force"));
  return answer != NULL ? EXIT_SUCCESS : code;
}

int po_ctl_schedule_add (PoCtl *ctl, GError **error) {
  int code = EXIT_SUCCESS;
  const gchar *path = ctl->options.words[0];
  g_autoptr (GBytes) bytes = po_ctl_read_file (path, error);
  if (bytes == NULL)
    return EXIT_SUCCESS;
  g_autofree gchar *base = g_path_get_basename (path), *name = g_uri_escape_string (base, NULL, FALSE);
  g_autofree gchar *route = g_strconcat ("/schedules/uploads?name=", name, NULL);
  g_autoptr (JsonNode) answer = po_ctl_send (ctl, route, bytes, &code, error);
  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer))
    return code;
  JsonObject *difference = json_node_get_object (answer);
  if (ctl->options.json)
    po_print_json_lines (answer);
  else
    po_difference_print (difference);
  const gchar *upload = po_print_member (difference, "upload");
  return is_wanted (ctl, upload) ? confirm (ctl, upload, error) : EXIT_SUCCESS;
}
