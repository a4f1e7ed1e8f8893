// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/finding.h"

#include "model/text.h"

PoFinding *po_finding_new (PoSeverity severity, const gchar *code, const gchar *file, guint line, const gchar *uid,
                           const gchar *property, const gchar *format, ...) {
  va_list args;
  PoFinding *self = g_new0 (PoFinding, 1);
  self->severity = severity;
  self->code = g_strdup (code);
  self->file = g_strdup (file);
  self->line = line;
  self->uid = g_strdup (uid);
  self->property = g_strdup (property);
  self->start_ns = self->end_ns = PO_TIME_NONE;
  va_start (args, format);
  self->message = g_strdup_vprintf (format, args);
  va_end (args);
  return self;
}

PoFinding *po_finding_copy (const PoFinding *self) {
  PoFinding *copy = po_finding_new (self->severity, self->code, self->file, self->line, self->uid, self->property, "%s",
                                    self->message);
  copy->instance = g_strdup (self->instance);
  copy->title = g_strdup (self->title);
  copy->start_ns = self->start_ns;
  copy->end_ns = self->end_ns;
  return copy;
}

void po_finding_free (PoFinding *self) {
  if (self == NULL)
    return;
  g_free (self->code);
  g_free (self->file);
  g_free (self->uid);
  g_free (self->instance);
  g_free (self->title);
  g_free (self->property);
  g_free (self->message);
  g_free (self);
}

GPtrArray *po_findings_copy (GPtrArray *findings) {
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  for (guint i = 0; i < findings->len; i++)
    g_ptr_array_add (copy, po_finding_copy (findings->pdata[i]));
  return copy;
}

const gchar *po_severity_to_string (PoSeverity severity) {
  static const gchar *const names[] = {"note", "warning", "error"};
  return names[severity];
}

static const gchar *severity_for_people (PoSeverity severity) {
  static const gchar *const names[] = {N_ ("note"), N_ ("warning"), N_ ("error")};
  return _ (names[severity]);
}

gchar *po_finding_to_string (const PoFinding *self) {
  GString *text = g_string_new (NULL);
  if (self->file != NULL && self->line > 0)
    g_string_append_printf (text, "%s:%u: ", self->file, self->line);
  else if (self->file != NULL)
    g_string_append_printf (text, "%s: ", self->file);
  g_string_append_printf (text, "%s: ", severity_for_people (self->severity));
  if (self->uid != NULL)
    g_string_append_printf (text, self->property != NULL ? "%s " : "%s: ", self->uid);
  if (self->property != NULL)
    g_string_append_printf (text, "%s: ", self->property);
  g_string_append (text, self->message);
  return g_string_free (text, FALSE);
}
