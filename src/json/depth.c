// SPDX-License-Identifier: GPL-3.0-or-later
#include "json/depth.h"

#define MOST_DEPTH 32 // more nesting than anything of ours has

gboolean po_json_is_shallow (const gchar *text, gsize length) {
  guint depth = 0;
  gboolean quoted = FALSE;
  for (gsize i = 0; i < length; i++) {
    const gchar c = text[i];
    if (c == '\\' && quoted)
      i++;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '/' || c == '\''))
      return FALSE;
    else if (!quoted && (c == '[' || c == '{') && ++depth > MOST_DEPTH)
      return FALSE;
    else if (!quoted && (c == ']' || c == '}') && depth > 0)
      depth--;
  }
  return TRUE;
}
