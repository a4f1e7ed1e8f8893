// SPDX-License-Identifier: GPL-3.0-or-later
#include "air/live-watch.h"

#include <string.h>

#include "json/tree.h"
#include "model/text.h"

#define AGAIN_US      G_USEC_PER_SEC                     // until a player that fell over is replaced
#define MISSED_US     (15 * 60 * (gint64)G_USEC_PER_SEC) // that a show was missed is told for so long
#define MISSED_PREFIX "source-missed:"
#define STALE_US      G_USEC_PER_SEC // a word older than this is not of what keeps a well source away next

/** Show: a run that it is for. */
typedef struct {
  gchar *run_key;
  gchar *uid, *instance, *title; // (nullable) of the event
  PoFrame begins;
  gboolean has_come; // there was a signal in its time
} Show;

typedef struct {
  gchar *name;
  gchar *said;    // (nullable)
  gint64 said_us; // when
  gchar *format;  // (nullable) what it sends
  GQueue shows;   // Show, by their begin; never empty
  PoSource *source;
  gint64 again_at_us; // when to give it a new player; 0 = it has one
} Watched;

struct _PoLiveWatch {
  PoAlarms *alarms;
  const PoClock *clock;
  GHashTable *lines; // player key -> Watched
  gboolean is_away;  // the live item on air, as the journal has it
  gint64 missed_us;  // when a show was last missed; 0 = none is told of
  gchar *seen;       // (nullable) the last show of which pictures were on air
  gint64 now_us;     // monotonic, as of the last check: the wall clock may be set
};

static void show_free (gpointer data) {
  Show *self = data;
  g_free (self->run_key);
  g_free (self->uid);
  g_free (self->instance);
  g_free (self->title);
  g_free (self);
}

static void watched_free (Watched *self) {
  po_source_unref (self->source);
  g_queue_clear_full (&self->shows, show_free);
  g_free (self->said);
  g_free (self->format);
  g_free (self->name);
  g_free (self);
}

PoLiveWatch *po_live_watch_new (PoAlarms *alarms, const PoClock *clock) {
  PoLiveWatch *self = g_new0 (PoLiveWatch, 1);
  self->alarms = alarms;
  self->clock = clock;
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)watched_free);
  return self;
}

void po_live_watch_free (PoLiveWatch *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->lines);
  g_free (self->seen);
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

static gint compare_shows (gconstpointer a, gconstpointer b, gpointer user) {
  const PoFrame left = ((const Show *)a)->begins, right = ((const Show *)b)->begins;
  return left < right ? -1 : left > right;
}

// The one on air, or the next one.
static Show *show_of (const Watched *watched) {
  return g_queue_peek_head ((GQueue *)&watched->shows);
}

// Whether there was a signal while @item was on air, though too short for a picture of it.
static gboolean has_come (PoLiveWatch *self, const PoItem *item) {
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Show *show = show_of (value);
    if (show->has_come && g_strcmp0 (show->uid, item->uid) == 0 && g_strcmp0 (show->instance, item->instance) == 0)
      return TRUE;
  }
  return FALSE;
}

static Watched *watched_new (const PoItem *item, PoSource *source) {
  Watched *self = g_new0 (Watched, 1);
  self->name = public_name (item->media);
  self->source = po_source_ref (source);
  g_queue_init (&self->shows);
  return self;
}

void po_live_watch_add (PoLiveWatch *self, const gchar *player_key, const gchar *run_key, const PoItem *item,
                        PoSource *source) {
  Watched *watched = g_hash_table_lookup (self->lines, player_key);
  Show *show = g_new0 (Show, 1);
  show->run_key = g_strdup (run_key);
  show->uid = g_strdup (item->uid);
  show->instance = g_strdup (item->instance);
  show->title = g_strdup (item->title);
  show->begins = item->start;
  if (watched == NULL) {
    watched = watched_new (item, source);
    g_hash_table_insert (self->lines, g_strdup (player_key), watched);
  }
  g_queue_insert_sorted (&watched->shows, show, compare_shows, NULL);
}

static const gchar *const kinds[] = {"source", "source-sound", "source-black", "source-freeze"};

static gchar *alarm_id (const Watched *watched, const gchar *kind) {
  return g_strdup_printf ("%s:%s", kind, watched->name);
}

static void remove_shows (Watched *watched, const gchar *run_key) {
  for (GList *link = watched->shows.head, *next; link != NULL; link = next) {
    next = link->next;
    if (run_key != NULL && !g_str_equal (((const Show *)link->data)->run_key, run_key))
      continue;
    show_free (link->data);
    g_queue_delete_link (&watched->shows, link);
  }
}

gboolean po_live_watch_remove (PoLiveWatch *self, const gchar *player_key, const gchar *run_key) {
  Watched *watched = g_hash_table_lookup (self->lines, player_key);
  if (watched == NULL)
    return FALSE;
  remove_shows (watched, run_key);
  if (watched->shows.length > 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree gchar *id = alarm_id (watched, kinds[i]);
    po_alarms_clear (self->alarms, id);
  }
  g_hash_table_remove (self->lines, player_key);
  return TRUE;
}

// A player that fell over gets a successor, whatever the reason: the line is expected to come back.
gboolean po_live_watch_take_fact (PoLiveWatch *self, const PoPlayerFact *fact) {
  Watched *watched = g_hash_table_lookup (self->lines, fact->run_key);
  if (watched == NULL)
    return FALSE;
  if (fact->kind == PO_PLAYER_FACT_FORMAT) {
    g_free (watched->format);
    watched->format = g_strdup (fact->message);
  } else if (*fact->message != '\0' && !g_str_has_prefix (fact->message, "sandbox:")) {
    g_free (watched->said);
    watched->said = g_strdup (fact->message);
    watched->said_us = self->now_us;
  }
  if (po_player_fact_is_fault (fact->kind))
    watched->again_at_us = g_get_monotonic_time () + AGAIN_US;
  return TRUE;
}

gchar *po_live_watch_fallen (PoLiveWatch *self) {
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Watched *watched = value;
    if (watched->again_at_us != 0 && watched->again_at_us <= g_get_monotonic_time ())
      return g_strdup (key);
  }
  return NULL;
}

// Whether pictures of @item's show were on air: now, or before something interrupted it.
static gboolean was_seen (PoLiveWatch *self, const PoItem *item, gint64 shown) {
  g_autofree gchar *show = g_strjoin (" ", item->uid, item->instance, NULL);
  if (shown == 0)
    return g_strcmp0 (self->seen, show) == 0;
  g_free (self->seen);
  self->seen = g_steal_pointer (&show);
  return TRUE;
}

// A show of which not one picture was seen is over.
static void tell_if_missed (PoLiveWatch *self, const PoHeadEvent *event) {
  const PoItem *item = event->item;
  if (event->kind != PO_HEAD_END || item == NULL || item->kind != PO_ITEM_LIVE ||
      was_seen (self, item, event->counts.shown) || event->n < item->end)
    return;
  g_autofree gchar *id = g_strconcat (MISSED_PREFIX, item->uid, NULL);
  const PoAlarmEvent about = {item->uid, item->instance, item->title};
  self->missed_us = self->now_us;
  po_alarms_raise_for (self->alarms, id, PO_SEVERITY_ERROR, po_clock_now_ns (self->clock), &about,
                       _ ("Find another time for it, or a recording of it."),
                       has_come (self, item) ? _ ("The live source came too late to be shown: %s")
                                             : _ ("The live source never came: %s"),
                       item->title);
}

PoJournalEntry *po_live_watch_take_event (PoLiveWatch *self, const PoHeadEvent *event) {
  const PoItem *item = event->item;
  tell_if_missed (self, event);
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

static gboolean lasts (gint samples, gint64 threshold_ns) {
  return threshold_ns > 0 && (gint64)samples * PO_NS_PER_SECOND / PO_AUDIO_RATE >= threshold_ns;
}

static gboolean is_well (PoSignal signal) {
  return signal == PO_SIGNAL_PICTURE || signal == PO_SIGNAL_NO_SOUND;
}

// The one word for what a source brings: the worst of it.
static const gchar *state_of (const PoReception *reception, const PoConfig *config) {
  if (!is_well (reception->signal))
    return po_signal_to_string (reception->signal);
  if (lasts (reception->black_for, config->watch_black_ns))
    return "black";
  if (lasts (reception->still_for, config->watch_freeze_ns))
    return "frozen";
  if (reception->signal == PO_SIGNAL_PICTURE && lasts (reception->silent_for, config->watch_silence_ns))
    return "silent";
  return po_signal_to_string (reception->signal);
}

static PoReception reception_of (const Watched *watched) {
  PoReception reception = {.signal = PO_SIGNAL_AWAY};
  po_source_reception (watched->source, &reception);
  return reception;
}

// @text: (nullable) NULL: all is well.
static void raise_or_clear (PoLiveWatch *self, const Watched *watched, const gchar *kind, PoSeverity severity,
                            const gchar *what_to_do, const gchar *text) {
  g_autofree gchar *id = alarm_id (watched, kind);
  const Show *show = show_of (watched);
  const PoAlarmEvent event = {show->uid, show->instance, show->title};
  if (text != NULL)
    po_alarms_raise_for (self->alarms, id, severity, po_clock_now_ns (self->clock), &event, what_to_do, "%s", text);
  else
    po_alarms_clear (self->alarms, id);
}

// (transfer full) (nullable)
static gchar *absence (const Watched *watched, PoSignal signal, gboolean is_on_air) {
  g_autofree gchar *why = watched->said != NULL ? g_strconcat (": ", watched->said, NULL) : g_strdup ("");
  switch (signal) {
  case PO_SIGNAL_CONNECTING:
    return is_on_air
               ? g_strdup_printf (_ ("Live source %s has not come yet, though it is on the air%s"), watched->name, why)
               : g_strdup_printf (_ ("Live source %s has not come yet%s"), watched->name, why);
  case PO_SIGNAL_AWAY:
    return g_strdup_printf (_ ("Live source %s is away%s"), watched->name, why);
  case PO_SIGNAL_NO_PICTURE:
    return g_strdup_printf (_ ("Live source %s brings sound but no picture"), watched->name);
  case PO_SIGNAL_FORMAT:
    return g_strdup_printf (_ ("Live source %s sends what cannot be shown%s"), watched->name, why);
  case PO_SIGNAL_PICTURE:
  case PO_SIGNAL_NO_SOUND:
    return NULL;
  }
  return NULL;
}

// What its player said before it was well is not why it is away or unreadable after; what it said just now may be: the
// signal is seen to go a moment later.
static void forget_stale (PoLiveWatch *self, Watched *watched, PoSignal signal) {
  if (is_well (signal) && self->now_us - watched->said_us > STALE_US)
    g_clear_pointer (&watched->said, g_free);
}

static void check_one (PoLiveWatch *self, Watched *watched, const PoConfig *config, PoFrame now) {
  const PoReception reception = reception_of (watched);
  forget_stale (self, watched, reception.signal);
  const gchar *state = state_of (&reception, config);
  const gboolean is_on_air = now >= show_of (watched)->begins;
  show_of (watched)->has_come |= is_on_air && is_well (reception.signal);
  const PoSeverity severity = is_on_air ? PO_SEVERITY_ERROR : PO_SEVERITY_WARNING;
  g_autofree gchar *away = absence (watched, reception.signal, is_on_air);
  g_autofree gchar *mute = NULL, *black = NULL, *still = NULL;
  if (reception.signal == PO_SIGNAL_NO_SOUND)
    mute = g_strdup_printf (_ ("Live source %s has no sound"), watched->name);
  else if (lasts (reception.silent_for, config->watch_silence_ns))
    mute = g_strdup_printf (_ ("Live source %s is silent"), watched->name);
  if (g_str_equal (state, "black"))
    black = g_strdup_printf (_ ("Live source %s is black"), watched->name);
  if (g_str_equal (state, "frozen"))
    still = g_strdup_printf (_ ("Live source %s stands still"), watched->name);
  raise_or_clear (self, watched, "source", severity,
                  _ ("Call the place that sends it; it is connected by itself as soon as it comes."), away);
  raise_or_clear (self, watched, "source-sound", severity, _ ("Have the place that sends it look at its sound."), mute);
  raise_or_clear (self, watched, "source-black", severity, _ ("Have the place that sends it look at its camera."),
                  black);
  raise_or_clear (self, watched, "source-freeze", PO_SEVERITY_WARNING,
                  _ ("Have the place that sends it look at its camera."), still);
}

void po_live_watch_check (PoLiveWatch *self, const PoConfig *config, PoFrame now, gint64 now_us) {
  self->now_us = now_us;
  GHashTableIter iter;
  gpointer watched;
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &watched))
    check_one (self, watched, config, now);
  if (self->missed_us != 0 && now_us - self->missed_us > MISSED_US) {
    po_alarms_clear_prefix (self->alarms, MISSED_PREFIX, NULL);
    self->missed_us = 0;
  }
}

// What was wrong before is no word for one that is well. @watched: (nullable)
static void add_source (JsonArray *array, const gchar *name, const gchar *state, const Watched *watched,
                        PoSignal signal) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "state", state);
  po_json_set_text (object, "message", watched != NULL && !is_well (signal) ? watched->said : NULL);
  po_json_set_text (object, "format", watched != NULL ? watched->format : NULL);
  po_json_set_text (object, "uid", watched != NULL ? show_of (watched)->uid : NULL);
  po_json_set_text (object, "title", watched != NULL ? show_of (watched)->title : NULL);
  json_array_add_object_element (array, object);
}

JsonNode *po_live_watch_to_json (PoLiveWatch *self, const PoConfig *config) {
  JsonArray *array = json_array_new ();
  g_autoptr (GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Watched *watched = value;
    const PoReception reception = reception_of (watched);
    if (g_hash_table_add (listed, watched->name))
      add_source (array, watched->name, state_of (&reception, config), watched, reception.signal);
  }
  for (guint i = 0; i < config->sources->len; i++) {
    const PoConfigSource *source = config->sources->pdata[i];
    if (!g_hash_table_contains (listed, source->name))
      add_source (array, source->name, "idle", NULL, PO_SIGNAL_AWAY);
  }
  return po_json_array_node (array);
}
