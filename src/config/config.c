// SPDX-License-Identifier: GPL-3.0-or-later
// A configuration's life, and loading one from its files and a command line's overrides.
#include "config/config.h"

#include "config/load.h"
#include "config/spec.h"
#include "model/error.h"
#include "model/text.h"

static void output_free (PoConfigOutput *self) {
  g_free (self->name);
  g_free (self->uri);
  g_free (self->path);
  g_free (self->service_name);
  g_free (self);
}

static void source_free (PoConfigSource *self) {
  g_free (self->name);
  g_free (self->uri);
  g_free (self);
}

static void calendar_free (PoConfigCalendar *self) {
  g_free (self->name);
  g_free (self->url);
  g_free (self->username);
  g_free (self->password_file);
  g_free (self);
}

static void message_free (PoConfigMessage *self) {
  g_free (self->name);
  g_free (self->uri);
  g_free (self->command);
  g_free (self->to);
  g_free (self->from);
  g_free (self->user);
  g_free (self->secret_file);
  g_free (self->ca_file);
  g_free (self);
}

PoConfig *po_config_ref (PoConfig *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_config_unref (PoConfig *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  for (const PoConfigKey *key = po_config_keys; key->section != NULL; key++) {
    const gchar *name = NULL;
    if (!po_config_section_find (key->section, &name) || key->type->clear == NULL)
      continue;
    key->type->clear (G_STRUCT_MEMBER_P (self, key->offset));
  }
  g_free (self->path);
  g_free (self->revision);
  g_ptr_array_unref (self->outputs);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->calendars);
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->notices);
  g_ptr_array_unref (self->values);
  g_free (self);
}

static PoConfig *config_new (void) {
  PoConfig *self = g_new0 (PoConfig, 1);
  self->ref_count = 1;
  self->outputs = g_ptr_array_new_with_free_func ((GDestroyNotify)output_free);
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify)source_free);
  self->calendars = g_ptr_array_new_with_free_func ((GDestroyNotify)calendar_free);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify)message_free);
  self->notices = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  self->values = g_ptr_array_new_with_free_func ((GDestroyNotify)po_config_value_free);
  return self;
}

static gboolean read_files (PoConfigLoad *load, const gchar *path, GError **error) {
  g_autoptr (GPtrArray) files = po_config_lines_files (path);
  for (guint i = 0; i < files->len; i++)
    if (!po_config_lines_read (files->pdata[i], load->values, load->findings, error))
      return FALSE;
  return TRUE;
}

static void add_overrides (PoConfigLoad *load, const gchar *const *overrides) {
  for (guint i = 0; overrides != NULL && overrides[i] != NULL; i++) {
    const gchar *dot = strchr (overrides[i], '.'), *equals = dot != NULL ? strchr (dot, '=') : NULL;
    g_return_if_fail (equals != NULL);
    g_autofree gchar *section = g_strndup (overrides[i], (gsize)(dot - overrides[i]));
    g_autofree gchar *key = g_strndup (dot + 1, (gsize)(equals - dot - 1));
    g_autofree gchar *cwd = g_get_current_dir ();
    const PoConfigKey *spec = po_config_key_find (section, key);
    gboolean is_path = spec != NULL && g_str_equal (spec->type->name, "path");
    g_autofree gchar *text = is_path ? g_canonicalize_filename (equals + 1, cwd) : g_strdup (equals + 1);
    g_ptr_array_add (load->values, po_config_value_new (section, key, text, NULL, 0));
  }
}

static void set_error (PoConfigLoad *load, GError **error) {
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < load->findings->len; i++) {
    const PoFinding *finding = load->findings->pdata[i];
    if (i > 0)
      g_string_append_c (text, '\n');
    if (finding->file != NULL && finding->line > 0)
      g_string_append_printf (text, "%s:%u: ", finding->file, finding->line);
    else if (finding->file != NULL)
      g_string_append_printf (text, "%s: ", finding->file);
    g_string_append (text, finding->message);
  }
  g_set_error_literal (error, PO_ERROR, PO_ERROR_CONFIG, text->str);
}

static PoConfig *load_config (const gchar *path, const gchar *const *overrides, gboolean tolerant, GPtrArray *findings,
                              GError **error) {
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func ((GDestroyNotify)po_config_value_free);
  g_autoptr (PoConfig) config = config_new ();
  g_autofree gchar *cwd = g_get_current_dir ();
  config->path = path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
  g_autofree gchar *base_dir = path != NULL ? g_path_get_dirname (config->path) : g_steal_pointer (&cwd);
  PoConfigLoad load = {values, findings, path, base_dir, config};
  if (path != NULL && !read_files (&load, path, error))
    return NULL;
  if (findings->len > 0) { // a text half understood says nothing about the rest
    set_error (&load, error);
    return NULL;
  }
  add_overrides (&load, overrides);
  po_config_load_fill (&load);
  if (findings->len > 0 && !(tolerant && po_config_load_tolerate (&load))) {
    set_error (&load, error);
    return NULL;
  }
  g_autofree gchar *text = po_config_to_text (config);
  config->revision = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  return g_steal_pointer (&config);
}

PoConfig *po_config_load_with (const gchar *path, const gchar *const *overrides, GError **error) {
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  return load_config (path, overrides, FALSE, findings, error);
}

PoConfig *po_config_load (const gchar *path, GError **error) {
  return po_config_load_with (path, NULL, error);
}

PoConfig *po_config_load_tolerant (const gchar *path, GPtrArray *findings, GError **error) {
  return load_config (path, NULL, TRUE, findings, error);
}

// The keys of @running that hold until the next start, as overrides.
static gchar **held_keys (PoConfig *running) {
  g_autoptr (GStrvBuilder) held = g_strv_builder_new ();
  for (guint i = 0; i < running->values->len; i++) {
    const PoConfigValue *value = running->values->pdata[i];
    if (!value->restart || value->text == NULL)
      continue;
    g_autofree gchar *assignment = g_strdup_printf ("%s.%s=%s", value->section, value->key, value->text);
    g_strv_builder_add (held, assignment);
  }
  return g_strv_builder_end (held);
}

PoConfig *po_config_reload (PoConfig *running, const gchar *path, GPtrArray *findings, PoConfig **ret_next,
                            GError **error) {
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_auto (GStrv) held = held_keys (running);
  g_autoptr (PoConfig) next = po_config_load_tolerant (path, findings, error);
  PoConfig *config = next != NULL ? load_config (path, (const gchar *const *)held, TRUE, known, error) : NULL;
  if (config != NULL)
    *ret_next = g_steal_pointer (&next);
  return config;
}

const PoConfigOutput *po_config_output (PoConfig *self, const gchar *name) {
  for (guint i = 0; i < self->outputs->len; i++)
    if (g_str_equal (((PoConfigOutput *)self->outputs->pdata[i])->name, name))
      return self->outputs->pdata[i];
  return NULL;
}

const PoConfigSource *po_config_source (PoConfig *self, const gchar *name) {
  for (guint i = 0; i < self->sources->len; i++)
    if (g_str_equal (((PoConfigSource *)self->sources->pdata[i])->name, name))
      return self->sources->pdata[i];
  return NULL;
}

void po_config_live_buffer (PoConfig *self, const PoConfigSource *source, const gchar *uri, gint64 *ret_ms,
                            gboolean *ret_is_hls) {
  static const gchar *const schemes[] = {"udp",  "rtp",  "srt",
                                         "rtmp", "rtsp", "http"}; // as PoConfigLive; with its own “s”
  *ret_ms = self->live_buffer_ms;
  *ret_is_hls = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (uri, schemes[i], strlen (schemes[i])) == 0) {
      *ret_is_hls = i == PO_CONFIG_LIVE_HLS;
      *ret_ms = self->live_scheme_buffer_ms[i] > 0 ? self->live_scheme_buffer_ms[i] : *ret_ms;
    }
  if (source != NULL && source->buffer_ms > 0)
    *ret_ms = source->buffer_ms;
}

const gchar **po_config_source_names (const PoConfig *self) {
  const gchar **names = g_new0 (const gchar *, self->sources->len + 1);
  for (guint i = 0; i < self->sources->len; i++)
    names[i] = ((const PoConfigSource *)self->sources->pdata[i])->name;
  return names;
}

const gchar **po_config_calendar_names (const PoConfig *self) {
  const gchar **names = g_new0 (const gchar *, self->calendars->len + 1);
  for (guint i = 0; i < self->calendars->len; i++)
    names[i] = ((const PoConfigCalendar *)self->calendars->pdata[i])->name;
  return names;
}

void po_config_prefix_place (const PoConfig *self, const gchar *section, const gchar *key, GError **error) {
  for (guint i = 0; i < self->values->len; i++) {
    const PoConfigValue *value = self->values->pdata[i];
    if (value->file != NULL && g_str_equal (value->section, section) && g_str_equal (value->key, key))
      g_prefix_error (error, "%s:%u: ", value->file, value->line);
  }
}
