// SPDX-License-Identifier: GPL-3.0-or-later
#include "wiring/calendars.h"

#include <string.h>

#include "json/tree.h"
#include "subscription/kept.h"

struct _PoCalendars {
  gchar *state_dir;
  PoSubscriptionFunc changed;
  gpointer user;
  GPtrArray *entries; // Entry, in the configuration's order
};

typedef struct {
  gchar *key; // all that its section says
  PoSubscription *subscription;
} Entry;

static void entry_free (gpointer data) {
  Entry *entry = data;
  po_subscription_free (entry->subscription);
  g_free (entry->key);
  g_free (entry);
}

PoCalendars *po_calendars_new (const gchar *state_dir, PoSubscriptionFunc changed, gpointer user) {
  PoCalendars *self = g_new0 (PoCalendars, 1);
  self->state_dir = g_strdup (state_dir);
  self->changed = changed;
  self->user = user;
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  return self;
}

void po_calendars_free (PoCalendars *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->entries);
  g_free (self->state_dir);
  g_free (self);
}

static gchar *key_of (const PoConfigCalendar *calendar) {
  return g_strdup_printf ("%s\n%s\n%s\n%s\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT, calendar->name, calendar->url,
                          calendar->username, calendar->password_file, calendar->refresh_ns, calendar->stale_ns);
}

// Takes the one with that key out of @entries. (transfer full) (nullable)
static Entry *steal (GPtrArray *entries, const gchar *key) {
  for (guint i = 0; i < entries->len; i++)
    if (strcmp (((Entry *)entries->pdata[i])->key, key) == 0)
      return g_ptr_array_steal_index (entries, i);
  return NULL;
}

static Entry *entry_new (PoCalendars *self, const PoConfigCalendar *calendar, PoTimeNs now_ns) {
  PoSubscriptionSettings settings = {.name = calendar->name,
                                     .url = calendar->url,
                                     .username = calendar->username,
                                     .password_file = calendar->password_file,
                                     .refresh_ns = calendar->refresh_ns,
                                     .stale_ns = calendar->stale_ns,
                                     .state_dir = self->state_dir};
  Entry *entry = g_new0 (Entry, 1);
  entry->key = key_of (calendar);
  entry->subscription = po_subscription_new (&settings, now_ns, self->changed, self->user);
  return entry;
}

gboolean po_calendars_set_config (PoCalendars *self, PoConfig *config, PoTimeNs now_ns) {
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->entries);
  gboolean changed = old->len != config->calendars->len;
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  for (guint i = 0; i < config->calendars->len; i++) {
    g_autofree gchar *key = key_of (config->calendars->pdata[i]);
    Entry *entry = steal (old, key);
    changed |= entry == NULL;
    g_ptr_array_add (self->entries, entry != NULL ? entry : entry_new (self, config->calendars->pdata[i], now_ns));
  }
  return changed;
}

static PoSubscription *at (PoCalendars *self, guint index) {
  return ((Entry *)self->entries->pdata[index])->subscription;
}

void po_calendars_check (PoCalendars *self, PoTimeNs now_ns) {
  for (guint i = 0; i < self->entries->len; i++)
    po_subscription_check (at (self, i), now_ns);
}

void po_calendars_hurry (PoCalendars *self) {
  for (guint i = 0; i < self->entries->len; i++)
    po_subscription_hurry (at (self, i));
}

GPtrArray *po_calendars_files (PoCalendars *self) {
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify)po_calendar_file_free);
  for (guint i = 0; i < self->entries->len; i++) {
    const PoCalendarFile *file = po_subscription_file (at (self, i));
    if (file != NULL)
      g_ptr_array_add (files, po_calendar_file_new (file->name, file->bytes));
  }
  return files;
}

GPtrArray *po_calendars_findings (PoCalendars *self, PoTimeNs now_ns) {
  GPtrArray *findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  for (guint i = 0; i < self->entries->len; i++) {
    PoFinding *finding = po_subscription_finding (at (self, i), now_ns);
    if (finding != NULL)
      g_ptr_array_add (findings, finding);
  }
  return findings;
}

// Of a subscription, 0 = never.
static void set_time (JsonObject *object, const gchar *name, PoTimeNs time_ns) {
  po_json_set_time (object, name, time_ns != 0 ? time_ns : PO_TIME_NONE);
}

JsonArray *po_calendars_to_json (PoCalendars *self) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < self->entries->len; i++) {
    PoSubscriptionState state = po_subscription_state (at (self, i));
    JsonObject *object = json_object_new ();
    g_autofree gchar *host = state.host, *file = po_kept_file_name (state.name);
    json_object_set_string_member (object, "name", state.name);
    json_object_set_string_member (object, "file", file);
    json_object_set_string_member (object, "host", host);
    set_time (object, "good", state.good_ns);
    set_time (object, "next", state.next_ns);
    po_json_set_text (object, "problem", state.problem);
    json_array_add_object_element (array, object);
  }
  return array;
}
