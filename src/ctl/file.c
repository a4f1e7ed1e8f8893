// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a file that somebody named.
#include "ctl/ctl.h"

GBytes *po_ctl_read_file (const gchar *path, GError **error) {
  gchar *text = NULL;
  gsize length = 0;
  g_autoptr (GError) local = NULL;
  if (g_file_get_contents (path, &text, &length, &local))
    return g_bytes_new_take (text, length);
  g_set_error_literal (error, PO_ERROR, PO_ERROR_NOT_FOUND, local->message);
  return NULL;
}
