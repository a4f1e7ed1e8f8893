// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/live-watch.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define AGAIN_US G_USEC_PER_SEC // until a player that fell over is replaced

typedef struct {
  gchar *name;
  gchar *said; // (nullable)
  PoSource *source;
  gint64 again_at_us; // when to give it a new player; 0 = it has one
} Watched;

struct _PoLiveWatch {
  PoAlarms *alarms;
  const PoClock *clock;
  GHashTable *runs; // run key -> Watched
  gboolean is_away; // the live item on air, as the journal has it
};

static void watched_free (Watched *self) {
  po_source_unref (self->source);
  g_free (self->said);
  g_free (self->name);
  g_free (self);
}

PoLiveWatch *po_live_watch_new (PoAlarms *alarms, const PoClock *clock) {
  PoLiveWatch *self = g_new0 (PoLiveWatch, 1);
  self->alarms = alarms;
  self->clock = clock;
  self->runs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)watched_free);
  return self;
}

void po_live_watch_free (PoLiveWatch *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->runs);
  g_free (self);
}

// The NAME of live:NAME; of a URI what is no parameter, password or stream key's likely place.
static gchar *public_name (const gchar *media) {
  if (g_str_has_prefix (media, "live:"))
    return g_strdup (media + strlen ("live:"));
  g_autoptr (GUri) uri = g_uri_parse (media, G_URI_FLAGS_NON_DNS, NULL);
  if (uri == NULL)
    return g_strdup (_ ("live source"));
  const gchar *host = g_uri_get_host (uri);
  return g_strdup_printf ("%s://%s:%d", g_uri_get_scheme (uri), host != NULL ? host : "", g_uri_get_port (uri));
}

void po_live_watch_add (PoLiveWatch *self, const gchar *run_key, const gchar *media, PoSource *source) {
  Watched *watched = g_new0 (Watched, 1);
  watched->name = public_name (media);
  watched->source = po_source_ref (source);
  g_hash_table_replace (self->runs, g_strdup (run_key), watched);
}

static gchar *alarm_id (const Watched *watched, const gchar *kind) {
  return g_strdup_printf ("%s:%s", kind, watched->name);
}

gboolean po_live_watch_remove (PoLiveWatch *self, const gchar *run_key) {
  Watched *watched = g_hash_table_lookup (self->runs, run_key);
  if (watched == NULL)
    return FALSE;
  g_autofree gchar *away = alarm_id (watched, "source");
  g_autofree gchar *mute = alarm_id (watched, "source-sound");
  po_alarms_clear (self->alarms, away);
  po_alarms_clear (self->alarms, mute);
  g_hash_table_remove (self->runs, run_key);
  return TRUE;
}

// A player that fell over gets a successor, whatever the reason: the line is expected to come back.
gboolean po_live_watch_take_fact (PoLiveWatch *self, const PoPlayerFact *fact) {
  Watched *watched = g_hash_table_lookup (self->runs, fact->run_key);
  if (watched == NULL)
    return FALSE;
  if (*fact->message != '\0' && !g_str_has_prefix (fact->message, "sandbox:")) {
    g_free (watched->said);
    watched->said = g_strdup (fact->message);
  }
  if (fact->kind == PO_PLAYER_FACT_FAILED || fact->kind == PO_PLAYER_FACT_DIED ||
      fact->kind == PO_PLAYER_FACT_VIOLATION)
    watched->again_at_us = g_get_monotonic_time () + AGAIN_US;
  return TRUE;
}

gchar *po_live_watch_fallen (PoLiveWatch *self) {
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Watched *watched = value;
    if (watched->again_at_us != 0 && watched->again_at_us <= g_get_monotonic_time ())
      return g_strdup (key);
  }
  return NULL;
}

PoJournalEntry *po_live_watch_take_event (PoLiveWatch *self, const PoHeadEvent *event) {
  const PoItem *item = event->item;
  if (event->kind == PO_HEAD_START)
    self->is_away = FALSE;
  const gboolean is_away = event->screen == PO_SCREEN_FALLBACK;
  if ((event->kind != PO_HEAD_SCREEN && event->kind != PO_HEAD_CHECKPOINT) || item == NULL ||
      item->kind != PO_ITEM_LIVE || event->screen == PO_SCREEN_HOLD || event->screen == PO_SCREEN_FROZEN ||
      is_away == self->is_away)
    return NULL;
  g_autofree gchar *run_key = po_item_run_key (item);
  g_autofree gchar *part = g_strdup_printf ("%d", item->part);
  g_autofree gchar *at = g_strdup_printf ("%" G_GINT64_FORMAT, event->n);
  self->is_away = is_away;
  return po_journal_entry_new (0, PO_JOURNAL_LIVE, "daemon", "run", run_key, "uid", item->uid, "instance",
                               item->instance, "part", part, "state", is_away ? "away" : "here", "at", at, NULL);
}

static void check_one (PoLiveWatch *self, Watched *watched) {
  PoSignal signal = PO_SIGNAL_AWAY;
  po_source_signal (watched->source, &signal);
  g_autofree gchar *away = alarm_id (watched, "source");
  g_autofree gchar *mute = alarm_id (watched, "source-sound");
  const PoTimeNs now_ns = po_clock_now_ns (self->clock);
  if (signal == PO_SIGNAL_AWAY || signal == PO_SIGNAL_CONNECTING)
    po_alarms_raise (self->alarms, away, PO_SEVERITY_ERROR, now_ns,
                     _ ("Call the place that sends it; it is connected by itself as soon as it comes."),
                     _ ("Live source %s is away%s%s"), watched->name, watched->said != NULL ? ": " : "",
                     watched->said != NULL ? watched->said : "");
  else
    po_alarms_clear (self->alarms, away);
  if (signal == PO_SIGNAL_NO_SOUND)
    po_alarms_raise (self->alarms, mute, PO_SEVERITY_WARNING, now_ns,
                     _ ("Have the place that sends it look at its sound."), _ ("Live source %s has no sound"),
                     watched->name);
  else
    po_alarms_clear (self->alarms, mute);
}

void po_live_watch_check (PoLiveWatch *self) {
  GHashTableIter iter;
  gpointer watched;
  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, NULL, &watched))
    check_one (self, watched);
}

static void add_source (JsonArray *array, const gchar *name, const gchar *state, const gchar *said) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "state", state);
  if (said != NULL)
    json_object_set_string_member (object, "message", said);
  else
    json_object_set_null_member (object, "message");
  json_array_add_object_element (array, object);
}

JsonNode *po_live_watch_to_json (PoLiveWatch *self, const PoConfig *config) {
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  g_autoptr (GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, self->runs);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Watched *watched = value;
    PoSignal signal = PO_SIGNAL_AWAY;
    po_source_signal (watched->source, &signal);
    if (g_hash_table_add (listed, watched->name))
      add_source (array, watched->name, po_signal_to_string (signal), watched->said);
  }
  for (guint i = 0; i < config->sources->len; i++) {
    const PoConfigSource *source = config->sources->pdata[i];
    if (!g_hash_table_contains (listed, source->name))
      add_source (array, source->name, "idle", NULL);
  }
  json_node_take_array (node, array);
  return node;
}
