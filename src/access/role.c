// SPDX-License-Identifier: GPL-3.0-or-later
#include "access/role.h"

static const gchar *const names[] = {"none", "viewer", "producer", "operator", "admin"};

const gchar *po_role_to_string (PoRole role) {
  return names[role];
}

gboolean po_role_from_string (const gchar *text, PoRole *ret_role) {
  for (guint i = PO_ROLE_VIEWER; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (text, names[i]) == 0) {
      *ret_role = (PoRole)i;
      return TRUE;
    }
  return FALSE;
}
