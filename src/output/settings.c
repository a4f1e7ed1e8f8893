// SPDX-License-Identifier: GPL-3.0-or-later
// The value that says what an output is.
#include "output/settings.h"

PoOutputSettings *po_output_settings_new (const gchar *name, const gchar *type) {
  PoOutputSettings *self = g_new0 (PoOutputSettings, 1);
  self->name = g_strdup (name);
  self->type = g_strdup (type);
  self->keep_free_bytes = -1;
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
  copy->state_path = g_strdup (self->state_path);
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
  g_free (self->state_path);
  g_free (self);
}

static gchar *without_match (const gchar *text, const gchar *pattern, const gchar *by) {
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS, G_REGEX_MATCH_DEFAULT, NULL);
  return g_regex_replace (regex, text, -1, 0, by, G_REGEX_MATCH_DEFAULT, NULL);
}

gchar *po_output_settings_where (const PoOutputSettings *self) {
  if (self->uri == NULL)
    return g_strdup (self->path != NULL ? self->path : self->type);
  g_autofree gchar *valid = g_utf8_make_valid (self->uri, -1);
  g_autofree gchar *no_password = without_match (valid, "(?<=://)[^/@]*@", "");
  g_autofree gchar *no_phrase = without_match (no_password, "(?<=[?&]passphrase=)[^&]*", "…");
  gboolean is_rtmp = g_str_has_prefix (no_phrase, "rtmp");
  // rtmp://HOST/APPLICATION/KEY: whoever has the key can take the channel's place.
  return is_rtmp ? without_match (no_phrase, "(?<=.)(?<!/)/[^/]+/?$", "/…") : g_steal_pointer (&no_phrase);
}

gint po_output_default_bitrate_kbps (gint width, gint height, PoRate rate) {
  // 6 Mbit/s at 1080p25, in proportion, but never so little that text falls apart.
  gint64 pixels = (gint64)width * height * rate.fps_n / rate.fps_d;
  return (gint)CLAMP (pixels * 6000 / ((gint64)1920 * 1080 * 25), 600, 50000);
}
