// SPDX-License-Identifier: GPL-3.0-or-later
// Comparing two configurations, and writing one down: both walk the values in force.
#include <string.h>

#include "config/lines.h"
#include "config/spec.h"

void po_config_change_free (PoConfigChange *self) {
  if (self == NULL)
    return;
  g_free (self->section);
  g_free (self->key);
  g_free (self->before);
  g_free (self->after);
  g_free (self);
}

static const PoConfigValue *find_value (PoConfig *self, const PoConfigValue *like) {
  for (guint i = 0; i < self->values->len; i++) {
    const PoConfigValue *value = self->values->pdata[i];
    if (g_str_equal (value->section, like->section) && g_str_equal (value->key, like->key))
      return value;
  }
  return NULL;
}

static void add_change (GPtrArray *changes, const PoConfigValue *before, const PoConfigValue *after) {
  const PoConfigValue *either = before != NULL ? before : after;
  PoConfigChange *change = g_new0 (PoConfigChange, 1);
  change->section = g_strdup (either->section);
  change->key = g_strdup (either->key);
  change->before = g_strdup (before != NULL ? before->text : NULL);
  change->after = g_strdup (after != NULL ? after->text : NULL);
  g_ptr_array_add (changes, change);
}

GPtrArray *po_config_diff (PoConfig *before, PoConfig *after) {
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify)po_config_change_free);
  for (guint i = 0; i < before->values->len; i++) {
    const PoConfigValue *old = before->values->pdata[i], *new = find_value (after, old);
    if (g_strcmp0 (old->text, new != NULL ? new->text : NULL) != 0)
      add_change (changes, old, new);
  }
  for (guint i = 0; i < after->values->len; i++) {
    const PoConfigValue *new = after->values->pdata[i];
    if (new->text != NULL && find_value (before, new) == NULL)
      add_change (changes, NULL, new);
  }
  return changes;
}

gboolean po_config_changes_touch (GPtrArray *changes, const gchar *section) {
  for (guint i = 0; i < changes->len; i++)
    if (g_str_equal (((PoConfigChange *)changes->pdata[i])->section, section))
      return TRUE;
  return FALSE;
}

gchar *po_config_to_text (PoConfig *self) {
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  for (guint i = 0; i < self->values->len; i++) {
    const PoConfigValue *value = self->values->pdata[i];
    if (value->text != NULL)
      g_key_file_set_string (keys, value->section, value->key, value->text);
  }
  return g_key_file_to_data (keys, NULL, NULL);
}
