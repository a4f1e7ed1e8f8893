// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/route.h"

#include "json/tree.h"
#include "message/alarm-json.h"

#define GRACE_NS (60 * PO_NS_PER_SECOND) // after a start, until every alarm that is still up has been raised again
#define BURST    4                       // messages at once beyond the even pace
#define HOUR_NS  (3600 * PO_NS_PER_SECOND)

typedef struct {
  PoAlarm *alarm;   // as it was told
  PoTimeNs told_ns; // last
} Told;

struct _PoAlarmRoute {
  PoRouteRules rules;
  GTimeZone *zone;
  PoTimeNs begun_ns;
  GHashTable *told;    // id -> Told
  GHashTable *seen;    // id -> PoAlarm: to be told, since waiting_ns
  PoTimeNs waiting_ns; // since when something waits to be told; PO_TIME_NONE = nothing
  PoTimeNs paced_ns;   // when, at an even pace, the next message would be due
};

static void told_free (Told *self) {
  po_alarm_free (self->alarm);
  g_free (self);
}

void po_news_free (PoNews *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->fresh);
  g_ptr_array_unref (self->again);
  g_ptr_array_unref (self->over);
  g_free (self);
}

static PoNews *news_new (void) {
  PoNews *self = g_new0 (PoNews, 1);
  self->fresh = g_ptr_array_new_with_free_func ((GDestroyNotify)po_alarm_free);
  self->again = g_ptr_array_new_with_free_func ((GDestroyNotify)po_alarm_free);
  self->over = g_ptr_array_new_with_free_func ((GDestroyNotify)po_alarm_free);
  return self;
}

PoAlarmRoute *po_alarm_route_new (const PoRouteRules *rules, GTimeZone *zone, PoTimeNs begun_ns) {
  PoAlarmRoute *self = g_new0 (PoAlarmRoute, 1);
  self->rules = *rules;
  self->zone = g_time_zone_ref (zone);
  self->begun_ns = begun_ns;
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)told_free);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)po_alarm_free);
  self->waiting_ns = PO_TIME_NONE;
  self->paced_ns = begun_ns;
  return self;
}

void po_alarm_route_free (PoAlarmRoute *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->told);
  g_hash_table_unref (self->seen);
  g_time_zone_unref (self->zone);
  g_free (self);
}

// ---- by severity and hour ----

static gboolean is_quiet (PoAlarmRoute *self, PoTimeNs now_ns) {
  const gint from = self->rules.quiet_from_minute, to = self->rules.quiet_to_minute;
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_ns / PO_NS_PER_SECOND);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, self->zone) : NULL;
  if (from == to || local == NULL)
    return FALSE;
  const gint minute = g_date_time_get_hour (local) * 60 + g_date_time_get_minute (local);
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

static PoSeverity least_severity (PoAlarmRoute *self, PoTimeNs now_ns) {
  return is_quiet (self, now_ns) ? MAX (self->rules.severity, self->rules.quiet_severity) : self->rules.severity;
}

// ---- what there is to tell ----

static gboolean is_same (const Told *told, const PoAlarm *alarm) {
  return told->alarm->since_ns == alarm->since_ns;
}

static void add (GPtrArray *list, const PoAlarm *alarm) {
  g_ptr_array_add (list, po_alarm_copy (alarm));
}

static void note_seen (PoAlarmRoute *self, const PoAlarm *alarm) {
  PoAlarm *copy = po_alarm_copy (alarm);
  g_hash_table_replace (self->seen, copy->id, copy);
}

static void look_at (PoAlarmRoute *self, const PoAlarm *alarm, PoTimeNs now_ns, PoNews *news) {
  Told *told = g_hash_table_lookup (self->told, alarm->id);
  if (alarm->acknowledged_by != NULL)
    return; // somebody knows
  if (told != NULL)
    told->told_ns = MIN (told->told_ns, now_ns); // the clock was set back
  if (told == NULL || !is_same (told, alarm) || told->alarm->severity < alarm->severity) {
    add (news->fresh, alarm);
    note_seen (self, alarm);
  } else if (self->rules.repeat_ns > 0 && now_ns - told->told_ns >= self->rules.repeat_ns)
    add (news->again, alarm);
}

// The ids of @alarms, to be asked for one by one: there may be thousands of each. Valid while @alarms is. (transfer
// full)
static GHashTable *ids_of (GPtrArray *alarms) {
  GHashTable *ids = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < alarms->len; i++)
    g_hash_table_add (ids, ((const PoAlarm *)alarms->pdata[i])->id);
  return ids;
}

static void look_for_over (PoAlarmRoute *self, GHashTable *up, PoSeverity least, PoTimeNs now_ns, PoNews *news) {
  GHashTableIter iter;
  gpointer value = NULL;
  if (now_ns - self->begun_ns < GRACE_NS && now_ns >= self->begun_ns)
    return;
  g_hash_table_iter_init (&iter, self->told);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Told *told = value;
    if (told->alarm->severity >= least && !g_hash_table_contains (up, told->alarm->id))
      add (news->over, told->alarm);
  }
}

// What came and went while others were waited for is told all the same.
static void look_for_gone (PoAlarmRoute *self, GHashTable *up, PoNews *news) {
  GHashTableIter iter;
  gpointer id = NULL, alarm = NULL;
  g_autoptr (GHashTable) over = ids_of (news->over);
  g_hash_table_iter_init (&iter, self->seen);
  while (g_hash_table_iter_next (&iter, &id, &alarm))
    if (!g_hash_table_contains (up, id) && !g_hash_table_contains (over, id))
      add (news->over, alarm);
}

static PoNews *gather (PoAlarmRoute *self, GPtrArray *alarms, PoTimeNs now_ns) {
  PoNews *news = news_new ();
  const PoSeverity least = least_severity (self, now_ns);
  g_autoptr (GHashTable) up = ids_of (alarms);
  for (guint i = 0; i < alarms->len; i++) {
    const PoAlarm *alarm = alarms->pdata[i];
    if (alarm->severity >= least)
      look_at (self, alarm, now_ns, news);
  }
  look_for_over (self, up, least, now_ns, news);
  look_for_gone (self, up, news);
  return news;
}

// ---- not too often ----

static gint64 pace_ns (PoAlarmRoute *self) {
  return HOUR_NS / MAX (self->rules.most_per_hour, 1);
}

static gboolean may_send (PoAlarmRoute *self, PoTimeNs now_ns) {
  if (self->paced_ns - now_ns > (BURST + 1) * pace_ns (self))
    self->paced_ns = now_ns; // the clock was set back
  return self->paced_ns - now_ns <= BURST * pace_ns (self);
}

static gboolean is_grouped (PoAlarmRoute *self, const PoNews *news, PoTimeNs now_ns) {
  if (news->fresh->len == 0 && news->over->len == 0) {
    self->waiting_ns = PO_TIME_NONE;
    return TRUE; // a reminder has waited long enough
  }
  if (self->waiting_ns == PO_TIME_NONE || self->waiting_ns > now_ns)
    self->waiting_ns = now_ns;
  return now_ns - self->waiting_ns >= self->rules.group_ns;
}

// ---- telling ----

static void remember (PoAlarmRoute *self, GPtrArray *alarms, PoTimeNs now_ns) {
  for (guint i = 0; i < alarms->len; i++) {
    Told *told = g_new0 (Told, 1);
    told->alarm = po_alarm_copy (alarms->pdata[i]);
    told->told_ns = now_ns;
    g_hash_table_replace (self->told, told->alarm->id, told);
  }
}

PoNews *po_alarm_route_next (PoAlarmRoute *self, GPtrArray *alarms, PoTimeNs now_ns) {
  g_autoptr (PoNews) news = gather (self, alarms, now_ns);
  if (news->fresh->len + news->again->len + news->over->len == 0) {
    self->waiting_ns = PO_TIME_NONE;
    return NULL;
  }
  if (!is_grouped (self, news, now_ns) || !may_send (self, now_ns))
    return NULL;
  remember (self, news->fresh, now_ns);
  remember (self, news->again, now_ns);
  for (guint i = 0; i < news->over->len; i++)
    g_hash_table_remove (self->told, ((const PoAlarm *)news->over->pdata[i])->id);
  g_hash_table_remove_all (self->seen);
  self->waiting_ns = PO_TIME_NONE;
  self->paced_ns = MAX (self->paced_ns, now_ns) + pace_ns (self);
  return g_steal_pointer (&news);
}

// ---- over a restart ----

gchar *po_alarm_route_to_text (PoAlarmRoute *self) {
  GHashTableIter iter;
  gpointer value = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *told = json_array_new ();
  g_hash_table_iter_init (&iter, self->told);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Told *one = value;
    JsonObject *entry = po_alarm_to_json (one->alarm);
    json_object_set_int_member (entry, "told_ns", one->told_ns);
    json_array_add_object_element (told, entry);
  }
  json_object_set_int_member (object, "paced_ns", self->paced_ns);
  json_object_set_array_member (object, "told", told);
  return po_json_object_text (object);
}

static void remember_one (PoAlarmRoute *self, JsonNode *node) {
  JsonObject *entry = po_json_node_object (node);
  PoAlarm *alarm = entry != NULL ? po_alarm_from_json (entry) : NULL;
  if (alarm == NULL)
    return;
  Told *told = g_new0 (Told, 1);
  told->alarm = alarm;
  told->told_ns = json_object_get_int_member_with_default (entry, "told_ns", self->begun_ns);
  g_hash_table_replace (self->told, alarm->id, told);
}

void po_alarm_route_remember (PoAlarmRoute *self, const gchar *text) {
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object = po_json_node_object (node);
  JsonArray *told = po_json_get_array (object, "told");
  if (told == NULL)
    return;
  self->paced_ns = json_object_get_int_member_with_default (object, "paced_ns", self->begun_ns);
  for (guint i = 0; i < json_array_get_length (told); i++)
    remember_one (self, json_array_get_element (told, i));
}
