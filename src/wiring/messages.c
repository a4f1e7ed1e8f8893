// SPDX-License-Identifier: GPL-3.0-or-later
#include "wiring/messages.h"

#include <string.h>

#include "json/tree.h"
#include "message/channel.h"
#include "model/text.h"

struct _PoMessages {
  PoConfig *config;
  gchar *dir; // (nullable)
  GTimeZone *zone;
  PoAlarms *alarms;
  const PoClock *clock;
  GPtrArray *channels; // PoChannel
};

// ---- channels ----

static gchar **split_addresses (const gchar *text) {
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  g_auto (GStrv) parts = g_strsplit_set (text != NULL ? text : "", ",; ", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (list, parts[i]);
  return g_strv_builder_end (list);
}

// (transfer full)
static PoMessageSettings *to_settings (PoMessages *self, const PoConfigMessage *config) {
  PoMessageSettings *settings = po_message_settings_new (config->name, (PoMessageKind)config->type);
  g_free (settings->station);
  settings->station = g_strdup (self->config->name);
  settings->uri = g_strdup (config->uri);
  settings->to = split_addresses (config->to);
  settings->from = g_strdup (config->from);
  settings->user = g_strdup (config->user);
  settings->secret_file = g_strdup (config->secret_file);
  settings->ca_file = g_strdup (config->ca_file);
  settings->tls = (PoMessageTls)config->tls;
  if (config->command != NULL)
    g_shell_parse_argv (config->command, NULL, &settings->argv, NULL); // as the configuration has checked
  settings->rules = (PoRouteRules){.severity = config->severity,
                                   .quiet_from_minute = config->quiet_minutes[0],
                                   .quiet_to_minute = config->quiet_minutes[1],
                                   .quiet_severity = config->quiet_severity,
                                   .group_ns = config->group_ns,
                                   .repeat_ns = config->repeat_ns,
                                   .most_per_hour = config->most_per_hour};
  return settings;
}

static void add_channel (PoMessages *self, const PoConfigMessage *config) {
  g_autofree gchar *dir = self->dir != NULL ? g_build_filename (self->dir, config->name, NULL) : NULL;
  g_ptr_array_add (self->channels,
                   po_channel_new (to_settings (self, config), dir, self->zone, po_clock_now_ns (self->clock)));
}

static gchar *alarm_id (PoChannel *channel) {
  return g_strconcat ("message:", po_channel_name (channel), NULL);
}

static void remove_channel (PoMessages *self, guint index) {
  g_autofree gchar *id = alarm_id (self->channels->pdata[index]);
  po_alarms_clear (self->alarms, id);
  g_ptr_array_remove_index (self->channels, index);
}

PoMessages *po_messages_new (PoConfig *config, const gchar *state_dir, GTimeZone *zone, PoAlarms *alarms,
                             const PoClock *clock) {
  PoMessages *self = g_new0 (PoMessages, 1);
  self->config = po_config_ref (config);
  self->dir = state_dir != NULL ? g_build_filename (state_dir, "messages", NULL) : NULL;
  self->zone = g_time_zone_ref (zone);
  self->alarms = alarms;
  self->clock = clock;
  self->channels = g_ptr_array_new_with_free_func ((GDestroyNotify)po_channel_free);
  for (guint i = 0; i < config->messages->len; i++)
    add_channel (self, config->messages->pdata[i]);
  return self;
}

void po_messages_free (PoMessages *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->channels);
  po_config_unref (self->config);
  g_time_zone_unref (self->zone);
  g_free (self->dir);
  g_free (self);
}

void po_messages_set_config (PoMessages *self, PoConfig *config, GPtrArray *changes) {
  po_config_ref (config);
  po_config_unref (self->config);
  self->config = config;
  for (guint i = self->channels->len; i > 0; i--) {
    g_autofree gchar *section = g_strconcat ("message ", po_channel_name (self->channels->pdata[i - 1]), NULL);
    if (po_config_changes_touch (changes, section))
      remove_channel (self, i - 1);
  }
  for (guint i = 0; i < config->messages->len; i++) {
    const PoConfigMessage *message = config->messages->pdata[i];
    g_autofree gchar *section = g_strconcat ("message ", message->name, NULL);
    if (po_config_changes_touch (changes, section))
      add_channel (self, message);
  }
}

static const PoConfigMessage *config_of (PoMessages *self, PoChannel *channel) {
  for (guint i = 0; i < self->config->messages->len; i++) {
    const PoConfigMessage *message = self->config->messages->pdata[i];
    if (g_str_equal (message->name, po_channel_name (channel)))
      return message;
  }
  return NULL;
}

// ---- telling ----

void po_messages_tell (PoMessages *self) {
  g_autoptr (GPtrArray) up = po_alarms_list (self->alarms);
  for (guint i = 0; i < self->channels->len; i++)
    po_channel_tell (self->channels->pdata[i], up, po_clock_now_ns (self->clock));
}

void po_messages_check (PoMessages *self) {
  for (guint i = 0; i < self->channels->len; i++) {
    PoChannel *channel = self->channels->pdata[i];
    g_auto (PoChannelState) state = {0};
    g_autofree gchar *id = alarm_id (channel);
    po_channel_state (channel, &state);
    if (state.problem == NULL)
      po_alarms_clear (self->alarms, id);
    else // without the number that wait, which would make news of it again and again
      po_alarms_raise (self->alarms, id, PO_SEVERITY_WARNING, po_clock_now_ns (self->clock),
                       _ ("Look at its section [message …] and at the server; what waits is kept and sent later."),
                       _ ("Messages by %s do not go out: %s"), po_channel_name (channel), state.problem);
  }
}

void po_messages_post_morning (PoMessages *self, const gchar *date, const gchar *text) {
  PoTimeNs day_ns = 0;
  g_autofree gchar *day = po_time_parse (date, self->zone, &day_ns, NULL)
                              ? po_time_format (day_ns, self->zone, _ ("%Y-%m-%d"))
                              : g_strdup (date);
  for (guint i = 0; i < self->channels->len; i++) {
    PoChannel *channel = self->channels->pdata[i];
    const PoConfigMessage *config = config_of (self, channel);
    if (config == NULL || config->morning == 0)
      continue;
    g_autofree gchar *id = g_strdup_printf ("morning/%s/%s", self->config->name, date);
    g_autofree gchar *said = g_strdup_printf (_ ("%s: what aired on %s"), self->config->name, day);
    g_autofree gchar *subject = po_text_pick (said, NULL);
    PoLetter *letter = po_letter_new ("morning", id, self->config->name, po_clock_now_ns (self->clock), subject, text);
    json_object_set_string_member (letter->json, "date", date);
    po_channel_post (channel, letter);
  }
}

gboolean po_messages_post_to_producer (PoMessages *self, const PoLetter *letter) {
  g_autofree gchar *text = po_letter_to_text (letter);
  for (guint i = 0; i < self->channels->len; i++) {
    PoChannel *channel = self->channels->pdata[i];
    const PoConfigMessage *config = config_of (self, channel);
    if (po_channel_kind (channel) != PO_MESSAGE_MAIL || config == NULL || config->deadlines == 0)
      continue;
    po_channel_post (channel, po_letter_from_text (text));
    return TRUE;
  }
  return FALSE;
}

JsonNode *po_messages_to_json (PoMessages *self) {
  static const gchar *const kinds[] = {"mail", "webhook", "command"};
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < self->channels->len; i++) {
    PoChannel *channel = self->channels->pdata[i];
    JsonObject *object = json_object_new ();
    g_auto (PoChannelState) state = {0};
    po_channel_state (channel, &state);
    json_object_set_string_member (object, "name", po_channel_name (channel));
    json_object_set_string_member (object, "type", kinds[po_channel_kind (channel)]);
    json_object_set_int_member (object, "waiting", state.waiting);
    json_object_set_int_member (object, "sent", (gint64)state.sent);
    po_json_set_text (object, "problem", state.problem);
    json_array_add_object_element (array, object);
  }
  return po_json_array_node (array);
}
