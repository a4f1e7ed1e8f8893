// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/catalogue.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "json/text.h"
#include "json/tree.h"
#include "model/text.h"
#include "rundown/words.h"

#define DAY_NS         (24 * 3600 * PO_NS_PER_SECOND)
#define FILLER_NS      (24 * 3600 * PO_NS_PER_SECOND)
#define LASTS_NS       (3600 * PO_NS_PER_SECOND) // the count of filler moves on
#define MOST_AIRINGS   10                        // told of one clip
#define MOST_FIT_LINES 3                         // slots that one clip does not fit, told one by one
#define HEAD_BYTES     2048                      // about what a clip's JSON takes

// What is known of a clip alone. Shared by catalogues.
typedef struct {
  PoMediaFacts *facts;
  PoFitness *fitness;
  gdouble loudness_lufs;
  gchar *head; // its JSON object, without the end
} Card;        // g_atomic_rc_box

typedef struct {
  PoCatalogueClip clip;
  Card *card;
  gchar *tail;
} Entry;

struct _PoCatalogue {
  PoConfig *config;
  PoRate rate;
  GPtrArray *entries;  // Entry, owned, in natural order
  GHashTable *by_path; // path -> Entry
  GPtrArray *servings; // PoServing, owned, by time
  GPtrArray *missing;  // PoServing
  GHashTable *fills;   // path -> count
  GHashTable *pool;    // set of paths
  gboolean has_plan;   // there are calendars to plan by
  gchar *stamp;
  PoTimeNs until_ns;
};

static void card_clear (gpointer data) {
  Card *card = data;
  po_media_facts_free (card->facts);
  po_fitness_free (card->fitness);
  g_free (card->head);
}

static void card_unref (Card *card) {
  g_atomic_rc_box_release_full (card, card_clear);
}

static void reason_free (gpointer data) {
  PoFitnessReason *reason = data;
  g_free (reason->text);
  g_free (reason);
}

static void entry_free (gpointer data) {
  Entry *entry = data;
  g_ptr_array_unref (entry->clip.reasons);
  g_clear_pointer (&entry->clip.servings, g_ptr_array_unref);
  g_free (entry->tail);
  card_unref (entry->card);
  g_free (entry);
}

void po_catalogue_free (PoCatalogue *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->by_path, g_hash_table_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->missing, g_ptr_array_unref);
  g_clear_pointer (&self->servings, g_ptr_array_unref);
  g_clear_pointer (&self->fills, g_hash_table_unref);
  g_clear_pointer (&self->pool, g_hash_table_unref);
  po_config_unref (self->config);
  g_free (self->stamp);
  g_free (self);
}

// ---- JSON in pieces ----

static void add_text (GString *out, const gchar *name, const gchar *text) {
  po_json_string (out, name, text == NULL || *text == '\0' ? NULL : text);
}

static void add_frame (GString *out, const gchar *name, PoFrame frame, PoRate rate) {
  po_json_time (out, name, po_frame_to_time_floor (frame, rate));
}

static void set_text (JsonObject *object, const gchar *name, const gchar *text) {
  if (text == NULL || *text == '\0') {
    json_object_set_null_member (object, name);
    return;
  }
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  json_object_set_string_member (object, name, valid);
}

// ---- how a clip fits its slot ----

const gchar *po_serving_state (const PoServing *serving) {
  if (serving->is_tentative)
    return "tentative";
  if (serving->air != PO_FRAME_NONE)
    return "planned";
  return serving->start_type == PO_START_MANUAL ? "manual" : "no-room";
}

gchar *po_serving_warning (const PoServing *serving, PoRate rate) {
  g_autofree gchar *cut = po_words_length (serving->cut, rate), *lacking = po_words_length (serving->lacking, rate);
  if (serving->cut > 0)
    return g_strdup_printf (_ ("it is %s too long for its slot, and its end is cut; shorten it, make the event longer, "
                               "or give it X-PLAYOUT-END:MEDIA"),
                            cut);
  if (serving->lacking > 0)
    return g_strdup_printf (_ ("it ends %s before its slot, and filler airs to the end of it; make the event shorter, "
                               "or attach what follows"),
                            lacking);
  return NULL;
}

static const gchar *title_of (const PoServing *serving) {
  const PoOccurrence *o = serving->occurrence;
  return *o->summary != '\0' ? o->summary : o->uid;
}

static void add_reason (PoCatalogueClip *clip, PoFitnessVerdict verdict, const gchar *code, gchar *text) {
  PoFitnessReason *reason = g_new0 (PoFitnessReason, 1);
  *reason = (PoFitnessReason){verdict, code, text};
  g_ptr_array_add (clip->reasons, reason);
  clip->verdict = MAX (clip->verdict, verdict);
}

static gboolean fits_alike (const PoServing *a, const PoServing *b) {
  return a->cut == b->cut && a->lacking == b->lacking && strcmp (a->occurrence->uid, b->occurrence->uid) == 0;
}

// One line for all airings of a series that it fits alike.
static void judge_slots (PoCatalogueClip *clip, PoRate rate, GTimeZone *zone) {
  g_autoptr (GPtrArray) told = g_ptr_array_new ();
  for (guint i = 0; clip->servings != NULL && i < clip->servings->len && told->len < MOST_FIT_LINES; i++) {
    const PoServing *serving = clip->servings->pdata[i];
    g_autofree gchar *warning = po_serving_warning (serving, rate);
    gboolean is_told = warning == NULL;
    for (guint t = 0; !is_told && t < told->len; t++)
      is_told = fits_alike (told->pdata[t], serving);
    if (is_told)
      continue;
    g_ptr_array_add (told, (gpointer)serving);
    g_autofree gchar *start = po_words_time (po_frame_to_time_floor (serving->start, rate), zone);
    add_reason (clip, serving->cut > 0 ? PO_FITNESS_WARN : PO_FITNESS_FIT,
                serving->cut > 0 ? "slot-long" : "slot-short",
                g_strdup_printf (_ ("for “%s”, %s: %s"), title_of (serving), start, warning));
  }
}

// ---- one clip ----

// Adds an element to the array that is open.
static void add_serving (GString *out, const PoServing *serving, PoRate rate) {
  g_autofree gchar *warning = po_serving_warning (serving, rate);
  po_json_begin (out, NULL, '{');
  add_frame (out, "start", serving->air != PO_FRAME_NONE ? serving->air : serving->start, rate);
  add_text (out, "uid", serving->occurrence->uid);
  add_text (out, "instance", serving->instance);
  po_json_int (out, "part", serving->part);
  po_json_int (out, "episode", serving->episode);
  add_text (out, "title", title_of (serving));
  add_text (out, "why", po_served_by_to_string (serving->by));
  add_text (out, "state", po_serving_state (serving));
  add_frame (out, "slot_start", serving->start, rate);
  add_frame (out, "slot_end", serving->end, rate);
  po_json_int (out, "cut_ns", po_duration_from_frames_floor (serving->cut, rate));
  po_json_int (out, "lacking_ns", po_duration_from_frames_floor (serving->lacking, rate));
  add_text (out, "warning", warning);
  po_json_end (out, '}');
}

gchar *po_serving_json (const PoServing *serving, PoRate rate) {
  GString *out = g_string_new (NULL);
  add_serving (out, serving, rate);
  return g_string_free (out, FALSE);
}

static gboolean will_air (const PoServing *serving) {
  const gchar *state = po_serving_state (serving);
  return serving->by != PO_SERVED_BY_FALLBACK && (strcmp (state, "planned") == 0 || strcmp (state, "manual") == 0);
}

// (nullable)
static const PoServing *first_that_airs (const PoCatalogueClip *clip, guint count) {
  for (guint i = 0; i < count; i++)
    if (will_air (clip->servings->pdata[i]))
      return clip->servings->pdata[i];
  return NULL;
}

static void add_airings (GString *out, const PoCatalogueClip *clip, PoRate rate) {
  const guint count = clip->servings != NULL ? clip->servings->len : 0;
  const PoServing *next = first_that_airs (clip, count);
  if (next != NULL)
    add_frame (out, "airs", next->air != PO_FRAME_NONE ? next->air : next->start, rate);
  else
    po_json_null (out, "airs");
  po_json_begin (out, "airings", '[');
  for (guint i = 0; i < MIN (count, MOST_AIRINGS); i++)
    add_serving (out, clip->servings->pdata[i], rate);
  po_json_end (out, ']');
  po_json_int (out, "airings_total", count);
  po_json_bool (out, "filler", clip->is_filler);
  po_json_int (out, "fills", clip->fills);
  po_json_bool (out, "serves", count > 0 || clip->is_filler);
}

// The reasons in words alone, and with a code for programs.
static void add_reasons (GString *out, const PoCatalogueClip *clip) {
  po_json_string (out, "verdict", po_fitness_verdict_to_string (clip->verdict));
  po_json_begin (out, "reasons", '[');
  for (guint i = 0; i < clip->reasons->len; i++)
    po_json_string (out, NULL, ((const PoFitnessReason *)clip->reasons->pdata[i])->text);
  po_json_end (out, ']');
  po_json_begin (out, "findings", '[');
  for (guint i = 0; i < clip->reasons->len; i++) {
    const PoFitnessReason *reason = clip->reasons->pdata[i];
    po_json_begin (out, NULL, '{');
    po_json_string (out, "code", reason->code);
    po_json_string (out, "verdict", po_fitness_verdict_to_string (reason->verdict));
    po_json_string (out, "text", reason->text);
    po_json_end (out, '}');
  }
  po_json_end (out, ']');
}

static Card *card_new (const PoConfig *config, const PoMediaFacts *facts) {
  Card *card = g_atomic_rc_box_new0 (Card);
  g_auto (PoClip) clip;
  card->facts = po_media_facts_copy (facts);
  po_clip_init (&clip, config, card->facts);
  card->loudness_lufs = clip.details->loudness_lufs;
  g_autoptr (GString) head = g_string_sized_new (HEAD_BYTES);
  po_json_begin (head, NULL, '{');
  po_clip_add_json (&clip, head);
  card->head = g_strndup (head->str, head->len);
  card->fitness = g_steal_pointer (&clip.fitness);
  return card;
}

static gboolean is_card_of (const Card *card, const PoMediaFacts *facts) {
  const PoMediaFacts *known = card->facts;
  return known->probe == facts->probe && po_media_facts_equal (known, facts);
}

static Card *find_card (PoCatalogue *self, const PoMediaFacts *facts, PoCatalogue *before) {
  const Entry *known =
      before != NULL && before->config == self->config ? g_hash_table_lookup (before->by_path, facts->path) : NULL;
  return known != NULL && is_card_of (known->card, facts) ? g_atomic_rc_box_acquire (known->card)
                                                          : card_new (self->config, facts);
}

static void add_clip (PoCatalogue *self, const PoMediaFacts *facts, GPtrArray *servings, PoCatalogue *before,
                      GTimeZone *zone) {
  Entry *entry = g_new0 (Entry, 1);
  PoCatalogueClip *clip = &entry->clip;
  g_autoptr (GString) tail = g_string_new (","); // follows the head
  entry->card = find_card (self, facts, before);
  clip->facts = entry->card->facts;
  clip->loudness_lufs = entry->card->loudness_lufs;
  clip->head = entry->card->head;
  clip->servings = servings != NULL ? g_ptr_array_ref (servings) : NULL;
  clip->fills = GPOINTER_TO_UINT (g_hash_table_lookup (self->fills, facts->path));
  clip->is_filler = clip->fills > 0 || g_hash_table_contains (self->pool, facts->path);
  clip->reasons = g_ptr_array_new_with_free_func (reason_free);
  clip->verdict = entry->card->fitness->verdict;
  for (guint i = 0; i < entry->card->fitness->reasons->len; i++) {
    const PoFitnessReason *reason = entry->card->fitness->reasons->pdata[i];
    add_reason (clip, reason->verdict, reason->code, g_strdup (reason->text));
  }
  judge_slots (clip, self->rate, zone);
  add_reasons (tail, clip);
  if (self->has_plan)
    add_airings (tail, clip, self->rate);
  po_json_end (tail, '}');
  clip->tail = entry->tail = g_string_free (g_steal_pointer (&tail), FALSE);
  g_ptr_array_add (self->entries, entry);
  g_hash_table_insert (self->by_path, clip->facts->path, entry);
}

// ---- what lacks its clip ----

static const gchar *lack_of (const PoServing *serving) {
  if (serving->part < 0)
    return "nameless";
  return serving->is_unfit ? "unfit" : serving->is_awaited ? "awaited" : "missing";
}

static void set_deadline (JsonObject *object, const PoServing *serving, PoTimeNs now_ns) {
  const PoDeadline *deadline = po_occurrence_deadline (serving->occurrence, now_ns);
  JsonArray *tell = json_array_new ();
  for (guint i = 0; deadline != NULL && deadline->attendees != NULL && deadline->attendees[i] != NULL; i++)
    json_array_add_string_element (tell, deadline->attendees[i]);
  json_object_set_null_member (object, "deadline");
  json_object_set_null_member (object, "in_ms");
  if (deadline != NULL) {
    po_json_set_time (object, "deadline", deadline->trigger_ns);
    json_object_set_int_member (object, "in_ms", (deadline->trigger_ns - now_ns) / PO_NS_PER_MS);
  }
  json_object_set_array_member (object, "tell", tell);
}

gchar *po_catalogue_missing_json (PoCatalogue *self, guint index, PoTimeNs now_ns) {
  const PoServing *serving = self->missing->pdata[index];
  const PoOccurrence *o = serving->occurrence;
  g_autoptr (JsonObject) object = json_object_new ();
  JsonArray *expected = json_array_new ();
  if (serving->place != NULL)
    json_array_add_string_element (expected, serving->place);
  set_text (object, "uid", o->uid);
  set_text (object, "instance", serving->instance);
  json_object_set_int_member (object, "part", MAX (serving->part, 0));
  json_object_set_int_member (object, "episode", serving->episode);
  set_text (object, "title", title_of (serving));
  po_json_set_frame (object, "start", serving->start, self->rate);
  po_json_set_frame (object, "end", serving->end, self->rate);
  set_text (object, "state", lack_of (serving));
  set_text (object, "why", serving->problem != NULL ? serving->problem : _ ("the calendar names no clip for it"));
  json_object_set_array_member (object, "expected", expected);
  set_text (object, "producer", o->organizer != NULL ? o->organizer : o->contact);
  json_object_set_int_member (object, "left_ms",
                              (po_frame_to_time_floor (serving->start, self->rate) - now_ns) / PO_NS_PER_MS);
  set_deadline (object, serving, now_ns);
  return po_json_object_text (object);
}

// ---- all of it ----

// path -> GPtrArray of PoServing
static GHashTable *group_servings (PoCatalogue *self) {
  GHashTable *groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < self->servings->len; i++) {
    PoServing *serving = self->servings->pdata[i];
    const gboolean is_clip = serving->by != PO_SERVED_BY_LIVE;
    if (serving->media == NULL && is_clip)
      g_ptr_array_add (self->missing, serving);
    if (serving->media == NULL || !is_clip)
      continue;
    GPtrArray *group = g_hash_table_lookup (groups, serving->media);
    if (group == NULL) {
      group = g_ptr_array_new ();
      g_hash_table_insert (groups, serving->media, group);
    }
    g_ptr_array_add (group, serving);
  }
  return groups;
}

static void count_filler (PoCatalogue *self, PoStation *station, PoTimeNs now_ns, PoTimeNs to_ns) {
  const PoFrame from = po_frame_from_time_ceil (now_ns, self->rate);
  const PoTimeNs day_ns = MIN (now_ns + FILLER_NS, to_ns);
  g_autoptr (PoRundown) day = po_station_plan (station, NULL, from, po_frame_from_time_ceil (day_ns, self->rate), NULL);
  g_autoptr (GHashTable) pool = po_station_pool (station, from, po_frame_from_time_ceil (to_ns, self->rate));
  self->pool = g_steal_pointer (&pool);
  for (guint i = 0; i < po_rundown_size (day); i++) {
    const PoItem *item = po_rundown_item (day, i);
    guint count = 0;
    if (item->kind != PO_ITEM_FILLER || item->media == NULL)
      continue;
    count = GPOINTER_TO_UINT (g_hash_table_lookup (self->fills, item->media));
    g_hash_table_replace (self->fills, g_strdup (item->media), GUINT_TO_POINTER (count + 1));
  }
}

// FNV-1a: it only tells versions apart, and a digest of the many megabytes of a large library takes long.
static guint64 hash_on (guint64 hash, const gchar *text) {
  for (; *text != '\0'; text++)
    hash = (hash ^ (guchar)*text) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

static void stamp (PoCatalogue *self) {
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = self->entries->pdata[i];
    hash = hash_on (hash_on (hash, entry->clip.head), entry->clip.tail);
  }
  self->stamp = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", hash);
}

// It holds until the first airing of it is over.
static void set_until (PoCatalogue *self, PoTimeNs now_ns) {
  self->until_ns = now_ns + LASTS_NS;
  for (guint i = 0; i < self->servings->len; i++) {
    const PoServing *serving = self->servings->pdata[i];
    const PoTimeNs end_ns = po_frame_to_time_floor (serving->end, self->rate);
    if (end_ns > now_ns)
      self->until_ns = MIN (self->until_ns, end_ns);
  }
}

PoCatalogue *po_catalogue_new (PoStation *station, PoConfig *config, PoTimeNs now_ns, PoTimeNs to_ns,
                               PoCatalogue *before) {
  PoCatalogue *self = g_new0 (PoCatalogue, 1);
  const PoPlanSettings *settings = po_station_settings (station);
  self->config = po_config_ref (config);
  self->rate = settings->rate;
  self->has_plan = po_station_schedule (station) != NULL;
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->missing = g_ptr_array_new ();
  self->fills = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->servings = po_station_servings (station, po_frame_from_time_ceil (now_ns, self->rate),
                                        po_frame_from_time_ceil (to_ns, self->rate));
  count_filler (self, station, now_ns, to_ns);
  g_autoptr (GHashTable) groups = group_servings (self);
  g_autoptr (GPtrArray) list = po_media_table_list (po_station_media (station));
  for (guint i = 0; i < list->len; i++) {
    const PoMediaFacts *facts = list->pdata[i];
    add_clip (self, facts, g_hash_table_lookup (groups, facts->path), before, settings->zone);
  }
  stamp (self);
  set_until (self, now_ns);
  return self;
}

guint po_catalogue_size (PoCatalogue *self) {
  return self->entries->len;
}

const PoCatalogueClip *po_catalogue_clip (PoCatalogue *self, guint index) {
  return &((Entry *)self->entries->pdata[index])->clip;
}

const PoCatalogueClip *po_catalogue_find (PoCatalogue *self, const gchar *path) {
  const Entry *entry = g_hash_table_lookup (self->by_path, path);
  return entry != NULL ? &entry->clip : NULL;
}

const gchar *po_catalogue_stamp (PoCatalogue *self) {
  return self->stamp;
}

PoTimeNs po_catalogue_until_ns (PoCatalogue *self) {
  return self->until_ns;
}

GPtrArray *po_catalogue_missing (PoCatalogue *self) {
  return self->missing;
}
