// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/template.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"

#define WIDEST 18 // digits of a number; more is a typing mistake

// "{episode:02}" -> 2. FALSE unless it is digits only.
static gboolean parse_width (const gchar *text, guint *ret_width) {
  guint64 width = 0;
  if (!g_ascii_string_to_unsigned (text, 10, 1, WIDEST, &width, NULL))
    return FALSE;
  *ret_width = (guint)width;
  return TRUE;
}

static gboolean append_episode (GString *out, const gchar *format, gint64 episode) {
  guint width = 1;
  if (format != NULL && !parse_width (format, &width))
    return FALSE;
  g_string_append_printf (out, "%0*" G_GINT64_FORMAT, (gint)width, episode);
  return TRUE;
}

static gboolean append_field (GString *out, const gchar *field, const PoTemplateFacts *facts) {
  g_auto (GStrv) halves = g_strsplit (field, ":", 2);
  const gchar *name = halves[0] != NULL ? halves[0] : "";
  const gchar *format = halves[0] != NULL ? halves[1] : NULL;
  if (strcmp (name, "episode") == 0)
    return append_episode (out, format, facts->episode);
  if (format != NULL)
    return FALSE;
  g_autofree gchar *local = po_time_to_local_string (facts->original_ns, facts->zone);
  if (strcmp (name, "date") == 0)
    g_string_append_len (out, local, MIN (10, (gssize)strlen (local)));
  else if (strcmp (name, "year") == 0)
    g_string_append_len (out, local, MIN (4, (gssize)strlen (local)));
  else if (strcmp (name, "uid") == 0)
    g_string_append (out, facts->uid);
  else
    return FALSE;
  return TRUE;
}

gchar *po_template_expand (const gchar *text, const PoTemplateFacts *facts, GError **error) {
  g_autoptr (GString) out = g_string_new (NULL);
  const gchar *rest = text;
  for (const gchar *open = strchr (rest, '{'); open != NULL; open = strchr (rest, '{')) {
    const gchar *close = strchr (open, '}');
    if (close == NULL)
      break;
    g_autofree gchar *field = g_strndup (open + 1, (gsize)(close - open - 1));
    g_string_append_len (out, rest, open - rest);
    if (!append_field (out, field, facts)) {
      g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
                   _ ("“%s” has the unknown field {%s}; known are {episode}, {episode:02}, {date}, {year}, {uid}"),
                   text, field);
      return NULL;
    }
    rest = close + 1;
  }
  g_string_append (out, rest);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
