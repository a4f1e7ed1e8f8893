// SPDX-License-Identifier: GPL-3.0-or-later
// `media picture`: how a clip looks, as JPEG: one picture of it, or a strip from all of it.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/online.h"
#include "model/mark.h"

static gchar *route_of (PoCtl *ctl, gint64 at_ns) {
  const PoCtlOptions *o = &ctl->options;
  g_autofree gchar *path = po_ctl_media_path (ctl->config->media, o->words[0]);
  g_autofree gchar *escaped = g_uri_escape_string (path, "/", FALSE);
  if (o->strip)
    return g_strdup_printf ("/media/%s/strip", escaped);
  return g_strdup_printf ("/media/%s/thumbnail?at_ns=%" G_GINT64_FORMAT, escaped, at_ns);
}

static gboolean write_out (const gchar *output, GBytes *jpeg, GError **error) {
  g_autoptr (GError) why = NULL;
  gsize size = 0;
  const gchar *data = g_bytes_get_data (jpeg, &size);
  if (output == NULL)
    return fwrite (data, 1, size, stdout) == size;
  if (g_file_set_contents (output, data, (gssize)size, &why))
    return TRUE;
  g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM, why->message);
  return FALSE;
}

static gboolean read_at (const gchar *text, gint64 *ret_at_ns, GError **error) {
  PoMark at = {.set = FALSE};
  *ret_at_ns = 0;
  if (text == NULL)
    return TRUE;
  if (po_mark_parse (text, &at) && !at.timecode) {
    *ret_at_ns = at.offset_ns;
    return TRUE;
  }
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("--at: “%s” is not a length from the clip's first picture; write it like PT1M30.5S"), text);
  return FALSE;
}

int po_ctl_media_picture (PoCtl *ctl, GError **error) {
  const PoCtlOptions *o = &ctl->options;
  gboolean away = FALSE;
  int code = EXIT_SUCCESS;
  gint64 at_ns = 0;
  if (o->output == NULL && isatty (STDOUT_FILENO)) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("say where the picture goes: --output FILE.jpg"));
    return code;
  }
  if (!read_at (o->at, &at_ns, error))
    return code;
  g_autofree gchar *socket = po_ctl_socket (ctl, error);
  g_autofree gchar *route = route_of (ctl, at_ns);
  g_autoptr (GBytes) jpeg = socket != NULL ? po_client_fetch (socket, route, &away, error) : NULL;
  if (jpeg != NULL)
    write_out (o->output, jpeg, error);
  else if (away)
    po_ctl_say_away (ctl, socket, &code, error);
  return code;
}
