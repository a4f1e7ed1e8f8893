// SPDX-License-Identifier: GPL-3.0-or-later
#include "wiring/deadlines.h"

#include <string.h>

#include "json/tree.h"
#include "model/text.h"
#include "station/clip.h"

#define AHEAD_NS  (14 * 24 * 3600 * PO_NS_PER_SECOND)
#define LIST_NS   (60 * PO_NS_PER_SECOND)             // how often calendars are read for it anew
#define FORGET_NS (60 * 24 * 3600 * PO_NS_PER_SECOND) // after the event
#define A_LOOK    3                                   // events a second
#define GAP_NS    (60 * PO_NS_PER_SECOND)             // from deleting a clip to copying its next version, by hand
#define PREFIX    "deadline:"
#define TOLD_FILE "deadlines.json"

typedef struct {
  PoOccurrence *occurrence;
  gboolean is_known, is_missing;
  PoTimeNs gone_ns; // since when it lacks what it had; PO_TIME_NONE = it never had it, or has it
  gchar *flaw;      // (nullable) why what is there is not fit for air
} Watched;

struct _PoDeadlines {
  PoStation *station;
  PoRate rate;
  GTimeZone *zone;
  PoAlarms *alarms;
  PoMessages *messages;
  const PoClock *clock;
  PoConfig *config;   // owned
  gchar *path;        // (nullable) of what was told
  GPtrArray *watched; // Watched
  guint next;         // of them to be looked at
  PoTimeNs listed_ns; // PO_TIME_NONE = never
  gchar *revision;    // of the calendars that were read
  JsonObject *told;   // letter id -> end of the event, ns
};

static void watched_free (Watched *watched) {
  po_occurrence_unref (watched->occurrence);
  g_free (watched->flaw);
  g_free (watched);
}

static void recall_told (PoDeadlines *self) {
  g_autofree gchar *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  if (self->path != NULL && g_file_get_contents (self->path, &text, NULL, NULL))
    node = json_from_string (text, NULL);
  JsonObject *told = po_json_node_object (node);
  self->told = told != NULL ? json_object_ref (told) : json_object_new ();
}

static void forget_old (PoDeadlines *self, PoTimeNs now_ns) {
  g_autoptr (GList) ids = json_object_get_members (self->told);
  for (GList *l = ids; l != NULL; l = l->next)
    if (json_object_get_int_member_with_default (self->told, l->data, 0) < now_ns - FORGET_NS)
      json_object_remove_member (self->told, l->data);
}

static void keep_told (PoDeadlines *self, PoTimeNs now_ns) {
  forget_old (self, now_ns);
  g_autofree gchar *text = po_json_object_text (self->told);
  g_autofree gchar *dir = self->path != NULL ? g_path_get_dirname (self->path) : NULL;
  if (self->path != NULL && g_mkdir_with_parents (dir, 0700) == 0)
    g_file_set_contents_full (self->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

PoDeadlines *po_deadlines_new (PoStation *station, PoRate rate, GTimeZone *zone, PoAlarms *alarms, PoMessages *messages,
                               const PoClock *clock, PoConfig *config, const gchar *state_dir) {
  PoDeadlines *self = g_new0 (PoDeadlines, 1);
  self->station = station;
  self->rate = rate;
  self->zone = g_time_zone_ref (zone);
  self->alarms = alarms;
  self->messages = messages;
  self->clock = clock;
  self->config = po_config_ref (config);
  self->path = state_dir != NULL ? g_build_filename (state_dir, "messages", TOLD_FILE, NULL) : NULL;
  self->watched = g_ptr_array_new_with_free_func ((GDestroyNotify)watched_free);
  self->listed_ns = PO_TIME_NONE;
  recall_told (self);
  return self;
}

void po_deadlines_set_config (PoDeadlines *self, PoConfig *config) {
  po_config_ref (config);
  po_config_unref (self->config);
  self->config = config;
}

void po_deadlines_free (PoDeadlines *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->watched);
  json_object_unref (self->told);
  g_time_zone_unref (self->zone);
  po_config_unref (self->config);
  g_free (self->revision);
  g_free (self->path);
  g_free (self);
}

// ---- which events, and whether their media are there ----

static gboolean is_same (const PoOccurrence *a, const PoOccurrence *b) {
  return g_str_equal (a->uid, b->uid) && g_str_equal (a->instance, b->instance);
}

static void add_watched (PoDeadlines *self, PoOccurrence *occurrence, GPtrArray *before) {
  Watched *watched = g_new0 (Watched, 1);
  watched->occurrence = po_occurrence_ref (occurrence);
  watched->gone_ns = PO_TIME_NONE;
  for (guint i = 0; i < before->len; i++) {
    const Watched *old = before->pdata[i];
    if (is_same (old->occurrence, occurrence)) {
      watched->is_known = old->is_known;
      watched->is_missing = old->is_missing;
      watched->gone_ns = old->gone_ns;
      watched->flaw = g_strdup (old->flaw);
    }
  }
  g_ptr_array_add (self->watched, watched);
}

static void list_anew (PoDeadlines *self, PoTimeNs now_ns) {
  PoSchedule *schedule = po_station_schedule (self->station);
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->watched);
  self->watched = g_ptr_array_new_with_free_func ((GDestroyNotify)watched_free);
  self->listed_ns = now_ns;
  g_free (self->revision);
  self->revision = schedule != NULL ? g_strdup (po_schedule_revision (schedule)) : NULL;
  if (schedule == NULL)
    return;
  g_autoptr (GPtrArray) list = po_station_occurrences (self->station, now_ns, now_ns + AHEAD_NS);
  for (guint i = 0; i < list->len; i++) {
    PoOccurrence *one = list->pdata[i];
    if (one->n_deadlines > 0 && !one->transparent && one->status != PO_STATUS_CANCELLED && !one->date_only)
      add_watched (self, one, before);
  }
}

static gchar *flaw_of (PoDeadlines *self, const PoItem *item) {
  const PoMediaFacts *facts =
      item->media != NULL ? po_media_table_lookup (po_station_media (self->station), item->media) : NULL;
  g_autofree gchar *flaw = facts != NULL ? po_clip_flaw (self->config, facts, FALSE) : NULL;
  return flaw != NULL ? g_strdup_printf ("%s: %s", facts->path, flaw) : NULL;
}

// A file that is being looked into may be what it lacks.
static gboolean is_awaited (PoDeadlines *self, PoOccurrence *occurrence) {
  g_autoptr (GPtrArray) servings = po_station_servings_of (self->station, NULL, occurrence);
  for (guint i = 0; i < servings->len; i++)
    if (((PoServing *)servings->pdata[i])->is_awaited)
      return TRUE;
  return FALSE;
}

// By the plan itself, of the event's own slot. What is there and not fit is as good as missing to whoever made it.
static gboolean is_missing (PoDeadlines *self, PoOccurrence *occurrence, gchar **ret_flaw) {
  PoFrame from = po_frame_from_time_ceil (occurrence->start_ns, self->rate);
  PoFrame to = po_frame_from_time_ceil (MAX (occurrence->end_ns, occurrence->start_ns + PO_NS_PER_SECOND), self->rate);
  g_autoptr (PoRundown) rundown = po_station_plan (self->station, NULL, from, to, NULL);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (g_strcmp0 (item->uid, occurrence->uid) != 0 || g_strcmp0 (item->instance, occurrence->instance) != 0)
      continue;
    if (item->reason != PO_REASON_MISSING && *ret_flaw == NULL)
      *ret_flaw = flaw_of (self, item);
    if (*ret_flaw != NULL)
      return TRUE;
    if (item->reason == PO_REASON_MISSING)
      return !is_awaited (self, occurrence);
  }
  return FALSE;
}

// ---- telling ----

static gchar *local_time (PoDeadlines *self, PoTimeNs time_ns) {
  return po_time_format (time_ns, self->zone, _ ("%Y-%m-%d %H:%M"));
}

static const gchar *title_of (const PoOccurrence *occurrence) {
  return *occurrence->summary != '\0' ? occurrence->summary : occurrence->uid;
}

// The files that it lacks, a line each, by the names that they are to have. (transfer full)
static gchar *wanted_of (PoDeadlines *self, PoOccurrence *occurrence) {
  g_autoptr (GPtrArray) servings = po_station_servings_of (self->station, NULL, occurrence);
  g_autoptr (GString) wanted = g_string_new (NULL);
  for (guint i = 0; i < servings->len; i++) {
    const PoServing *serving = servings->pdata[i];
    if (serving->media == NULL && serving->place != NULL)
      g_string_append_printf (wanted, "  %s\n", serving->place);
  }
  return wanted->len > 0 ? g_string_free (g_steal_pointer (&wanted), FALSE) : g_strdup ("  –\n");
}

static PoLetter *letter_of (PoDeadlines *self, const Watched *watched, const PoDeadline *deadline, const gchar *id) {
  const PoOccurrence *o = watched->occurrence;
  const gchar *channel = self->config->name;
  g_autofree gchar *start = local_time (self, o->start_ns), *due = local_time (self, deadline->trigger_ns);
  g_autofree gchar *wanted = wanted_of (self, watched->occurrence);
  g_autofree gchar *subject =
      g_strdup_printf (watched->flaw != NULL ? _ ("[%s] The clip for “%s”, %s, is not fit for air")
                                             : _ ("[%s] No clip yet for “%s”, %s"),
                       channel, title_of (o), start);
  g_autofree gchar *text =
      watched->flaw != NULL
          ? g_strdup_printf (_ ("“%s” airs on %s at %s and its clip is not fit for air. A good one was due at "
                                "%s.\n\n  %s\n\nPut a whole one in its place; until then, what this one has to show "
                                "airs.\n"),
                             title_of (o), channel, start, due, watched->flaw)
          : g_strdup_printf (_ ("“%s” airs on %s at %s and its clip is not there, or not fit for air. It was due at "
                                "%s.\n\nThe calendar names:\n%s\nPut the file into the media folder under that name; "
                                "until it is there, filler stands in.\n"),
                             title_of (o), channel, start, due, wanted);
  g_autofree gchar *own_subject = po_text_pick (subject, NULL), *own_text = po_text_pick (text, NULL);
  PoLetter *letter = po_letter_new ("deadline", id, channel, po_clock_now_ns (self->clock), own_subject, own_text);
  letter->to = g_strdupv (deadline->attendees);
  json_object_set_string_member (letter->json, "uid", o->uid);
  json_object_set_string_member (letter->json, "instance", o->instance);
  return letter;
}

static void tell_once (PoDeadlines *self, const Watched *watched, const PoDeadline *deadline, PoTimeNs now_ns) {
  const PoOccurrence *o = watched->occurrence;
  g_autofree gchar *id = g_strdup_printf ("deadline/%s/%s/%" G_GINT64_FORMAT, o->uid, o->instance,
                                          deadline->trigger_ns / PO_NS_PER_SECOND);
  if (json_object_has_member (self->told, id) || deadline->attendees == NULL || *deadline->attendees == NULL)
    return;
  g_autoptr (PoLetter) letter = letter_of (self, watched, deadline, id);
  if (!po_messages_post_to_producer (self->messages, letter))
    return; // once there is a mail channel
  json_object_set_int_member (self->told, id, o->end_ns);
  keep_told (self, now_ns);
}

static gchar *alarm_id (const PoOccurrence *o) {
  return g_strdup_printf (PREFIX "%s:%s", o->uid, o->instance);
}

static void raise_alarm (PoDeadlines *self, const PoOccurrence *o, PoTimeNs now_ns) {
  const PoAlarmEvent event = {o->uid, o->instance, o->summary};
  g_autofree gchar *id = alarm_id (o), *start = local_time (self, o->start_ns);
  po_alarms_raise_for (self->alarms, id, PO_SEVERITY_WARNING, now_ns, &event,
                       _ ("Call the producer; once the file is in the media folder this ends by itself."),
                       _ ("“%s”, %s, has no clip that is fit for air, and its deadline has passed"), title_of (o),
                       start);
}

static gboolean tells_the_same (const PoDeadline *a, const PoDeadline *b) {
  static const gchar *const nobody[] = {NULL};
  return g_strv_equal (a->attendees != NULL ? (const gchar *const *)a->attendees : nobody,
                       b->attendees != NULL ? (const gchar *const *)b->attendees : nobody);
}

// Whether the same people are told of a later one that has passed too: a calendar that comes late asks for one mail.
static gboolean is_superseded (const PoOccurrence *o, guint index, PoTimeNs now_ns) {
  const PoDeadline *one = &o->deadlines[index];
  for (guint i = 0; i < o->n_deadlines; i++) {
    const PoDeadline *other = &o->deadlines[i];
    const gboolean is_later =
        other->trigger_ns > one->trigger_ns || (other->trigger_ns == one->trigger_ns && i > index);
    if (is_later && other->trigger_ns <= now_ns && tells_the_same (one, other))
      return TRUE;
  }
  return FALSE;
}

static void look_for_clip (PoDeadlines *self, Watched *watched, PoTimeNs now_ns) {
  const gboolean had_it = watched->is_known && !watched->is_missing;
  g_clear_pointer (&watched->flaw, g_free);
  watched->is_missing = watched->occurrence->end_ns > now_ns && is_missing (self, watched->occurrence, &watched->flaw);
  watched->is_known = TRUE;
  if (!watched->is_missing)
    watched->gone_ns = PO_TIME_NONE;
  else if (had_it)
    watched->gone_ns = now_ns;
}

// Who deletes a clip to copy it anew is not told in between that it is missing: that is told but once.
static gboolean may_come_anew (const Watched *watched, PoTimeNs now_ns) {
  return watched->flaw == NULL && watched->gone_ns != PO_TIME_NONE && now_ns >= watched->gone_ns &&
         now_ns - watched->gone_ns < GAP_NS;
}

static void look_at (PoDeadlines *self, Watched *watched, PoTimeNs now_ns) {
  PoOccurrence *o = watched->occurrence;
  gboolean is_passed = FALSE;
  look_for_clip (self, watched, now_ns);
  const gboolean is_lacking = watched->is_missing && !may_come_anew (watched, now_ns);
  for (guint i = 0; is_lacking && i < o->n_deadlines; i++) {
    if (o->deadlines[i].trigger_ns > now_ns)
      continue;
    is_passed = TRUE;
    if (!is_superseded (o, i, now_ns))
      tell_once (self, watched, &o->deadlines[i], now_ns);
  }
  g_autofree gchar *id = alarm_id (o);
  if (is_passed)
    raise_alarm (self, o, now_ns);
  else
    po_alarms_clear (self->alarms, id);
}

// Alarms of events that are over, or gone from the calendar.
static void clear_gone (PoDeadlines *self) {
  g_autoptr (GHashTable) kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < self->watched->len; i++)
    g_hash_table_add (kept, alarm_id (((Watched *)self->watched->pdata[i])->occurrence));
  po_alarms_clear_prefix (self->alarms, PREFIX, kept);
}

static gboolean is_list_old (PoDeadlines *self, PoTimeNs now_ns) {
  PoSchedule *schedule = po_station_schedule (self->station);
  return self->listed_ns == PO_TIME_NONE || now_ns - self->listed_ns >= LIST_NS || now_ns < self->listed_ns ||
         g_strcmp0 (self->revision, schedule != NULL ? po_schedule_revision (schedule) : NULL) != 0;
}

void po_deadlines_look (PoDeadlines *self) {
  const PoTimeNs now_ns = po_clock_now_ns (self->clock);
  if (is_list_old (self, now_ns)) {
    list_anew (self, now_ns);
    clear_gone (self);
  }
  for (guint i = 0; i < A_LOOK && self->watched->len > 0; i++) {
    self->next %= self->watched->len;
    look_at (self, self->watched->pdata[self->next++], now_ns);
  }
}

// ---- asking ----

static JsonObject *to_object (const PoOccurrence *o, const PoDeadline *deadline, PoTimeNs now_ns) {
  JsonObject *object = json_object_new ();
  JsonArray *tell = json_array_new ();
  g_autofree gchar *start = po_time_to_utc_string (o->start_ns), *due = po_time_to_utc_string (deadline->trigger_ns);
  for (guint i = 0; deadline->attendees != NULL && deadline->attendees[i] != NULL; i++)
    json_array_add_string_element (tell, deadline->attendees[i]);
  json_object_set_string_member (object, "uid", o->uid);
  json_object_set_string_member (object, "instance", o->instance);
  json_object_set_string_member (object, "title", o->summary);
  json_object_set_string_member (object, "start", start);
  json_object_set_string_member (object, "deadline", due);
  json_object_set_int_member (object, "in_ms", (deadline->trigger_ns - now_ns) / PO_NS_PER_MS);
  json_object_set_array_member (object, "tell", tell);
  return object;
}

static gint compare (gconstpointer a, gconstpointer b) {
  const gint64 left = json_object_get_int_member (*(JsonObject *const *)a, "in_ms");
  const gint64 right = json_object_get_int_member (*(JsonObject *const *)b, "in_ms");
  return left < right ? -1 : left > right;
}

JsonNode *po_deadlines_to_json (PoDeadlines *self) {
  const PoTimeNs now_ns = po_clock_now_ns (self->clock);
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < self->watched->len; i++) {
    const Watched *watched = self->watched->pdata[i];
    for (guint d = 0; watched->is_missing && d < watched->occurrence->n_deadlines; d++)
      g_ptr_array_add (list, to_object (watched->occurrence, &watched->occurrence->deadlines[d], now_ns));
  }
  g_ptr_array_sort (list, compare);
  for (guint i = 0; i < list->len; i++)
    json_array_add_object_element (array, list->pdata[i]);
  return po_json_array_node (array);
}
