// SPDX-License-Identifier: GPL-3.0-or-later
// The value that says what an output is.
#include "output/settings.h"

PoOutputSettings *po_output_settings_new (const gchar *name, const gchar *type) {
  PoOutputSettings *self = g_new0 (PoOutputSettings, 1);
  self->name = g_strdup (name);
  self->type = g_strdup (type);
  return self;
}

PoOutputSettings *po_output_settings_copy (const PoOutputSettings *self) {
  PoOutputSettings *copy = g_new (PoOutputSettings, 1);
  *copy = *self;
  copy->name = g_strdup (self->name);
  copy->type = g_strdup (self->type);
  copy->uri = g_strdup (self->uri);
  copy->path = g_strdup (self->path);
  copy->service_name = g_strdup (self->service_name);
  return copy;
}

void po_output_settings_free (PoOutputSettings *self) {
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->type);
  g_free (self->uri);
  g_free (self->path);
  g_free (self->service_name);
  g_free (self);
}

gint po_output_default_bitrate_kbps (gint width, gint height, PoRate rate) {
  // 6 Mbit/s at 1080p25, in proportion, but never so little that text falls apart.
  gint64 pixels = (gint64)width * height * rate.fps_n / rate.fps_d;
  return (gint)CLAMP (pixels * 6000 / ((gint64)1920 * 1080 * 25), 600, 50000);
}
