// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/settings.h"

#define RETRY_MS 2000

PoMessageSettings *po_message_settings_new (const gchar *name, PoMessageKind kind) {
  PoMessageSettings *self = g_new0 (PoMessageSettings, 1);
  self->name = g_strdup (name);
  self->station = g_strdup ("");
  self->kind = kind;
  self->retry_ms = RETRY_MS;
  self->rules =
      (PoRouteRules){.severity = PO_SEVERITY_WARNING, .quiet_severity = PO_SEVERITY_ERROR, .most_per_hour = 12};
  return self;
}

void po_message_settings_free (PoMessageSettings *self) {
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->station);
  g_free (self->uri);
  g_strfreev (self->argv);
  g_strfreev (self->to);
  g_free (self->from);
  g_free (self->user);
  g_free (self->secret_file);
  g_free (self->ca_file);
  g_free (self);
}
