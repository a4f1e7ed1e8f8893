// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration's manual, made from the table of keys: a sample file in which every key stands with its meaning.
#include <glib/gi18n-lib.h>

#include "config/spec.h"

static void append_key (GString *text, const PoConfigKey *key) {
  g_string_append_printf (text, "# %s", _ (key->help));
  g_string_append_printf (text, " (%s", _ (key->type->name));
  if (key->choices != NULL) {
    g_autofree gchar *all = g_strjoinv (" | ", (gchar **)key->choices);
    g_string_append_printf (text, ": %s", all);
  }
  if (key->max > key->min)
    g_string_append_printf (text, ", %" G_GINT64_FORMAT "–%" G_GINT64_FORMAT, key->min, key->max);
  if (key->required)
    g_string_append_printf (text, "; %s", _ ("must be given"));
  if (key->restart)
    g_string_append_printf (text, "; %s", _ ("takes effect at the next start"));
  g_string_append (text, ")\n");
  g_string_append_printf (text, "%s%s=%s\n", key->required ? "" : "#", key->key,
                          key->fallback != NULL ? key->fallback : "");
}

gchar *po_config_help (void) {
  GString *text = g_string_new (NULL);
  for (const PoConfigSection *section = po_config_sections; section->name != NULL; section++) {
    g_string_append_printf (text, "%s# %s\n[%s%s]\n", text->len > 0 ? "\n" : "", _ (section->help), section->name,
                            section->named ? " NAME" : "");
    for (const PoConfigKey *key = po_config_keys; key->section != NULL; key++)
      if (g_str_equal (key->section, section->name))
        append_key (text, key);
  }
  return g_string_free (text, FALSE);
}
