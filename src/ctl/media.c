// SPDX-License-Identifier: GPL-3.0-or-later
// `media list`, `media when` and `media missing`: what the clips are worth, what they are for, and what is lacking.
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/item-json.h"
#include "ctl/ctl.h"
#include "ctl/offline.h"
#include "ctl/print.h"
#include "ctl/table.h"
#include "station/catalogue.h"

// ---- media list ----

// When it airs next, or what else it is for.
static gchar *next_of (const PoCatalogueClip *clip, PoRate rate, GTimeZone *zone) {
  gboolean is_planned = FALSE, is_fallback = FALSE;
  for (guint i = 0; clip->servings != NULL && i < clip->servings->len; i++) {
    const PoServing *serving = clip->servings->pdata[i];
    const gboolean stands_in = serving->by == PO_SERVED_BY_FALLBACK;
    if (!stands_in && serving->air != PO_FRAME_NONE)
      return po_print_local (po_frame_to_time_floor (serving->air, rate), zone);
    is_fallback |= stands_in;
    is_planned |= !stands_in;
  }
  if (is_planned)
    return g_strdup (po_print_word ("waiting"));
  return g_strdup (clip->is_filler ? po_print_word ("filler")
                   : is_fallback   ? po_print_word ("fallback")
                                   : _ ("serves nothing"));
}

static void add_row (PoTable *table, const PoCatalogueClip *clip, const gchar *airs) {
  const PoMediaFacts *facts = clip->facts;
  static const PoColour colours[] = {PO_COLOUR_NONE, PO_COLOUR_AMBER, PO_COLOUR_RED};
  g_autofree gchar *length = po_print_length (facts->duration_ns);
  g_autofree gchar *size = facts->width > 0 ? g_strdup_printf ("%dx%d", facts->width, facts->height) : NULL;
  g_autofree gchar *loudness = isnan (clip->loudness_lufs) ? NULL : g_strdup_printf ("%.1f", clip->loudness_lufs);
  const gchar *verdict = po_print_word (po_fitness_verdict_to_string (clip->verdict));
  for (guint i = 0; i == 0 || i < clip->reasons->len; i++) {
    const PoFitnessReason *reason = i < clip->reasons->len ? clip->reasons->pdata[i] : NULL;
    const gchar *text = reason != NULL ? reason->text : NULL;
    if (i == 0)
      po_table_add (table, colours[clip->verdict], facts->path, verdict, length, size, loudness, airs, text);
    else
      po_table_add (table, colours[clip->verdict], NULL, NULL, NULL, NULL, NULL, NULL, text);
  }
}

static void print_catalogue (PoCtl *ctl, PoCatalogue *catalogue, gboolean has_plan) {
  g_autoptr (PoTable) table =
      po_table_new (_ ("CLIP"), _ ("VERDICT"), _ ("LENGTH"), _ ("SIZE"), _ ("LUFS"), _ ("AIRS"), _ ("WHY"), NULL);
  for (guint i = 0; i < po_catalogue_size (catalogue); i++) {
    const PoCatalogueClip *clip = po_catalogue_clip (catalogue, i);
    g_autofree gchar *airs = has_plan ? next_of (clip, ctl->config->format.rate, ctl->zone) : NULL;
    if (ctl->options.json)
      printf ("%s%s\n", clip->head, clip->tail);
    else
      add_row (table, clip, airs);
  }
  if (!ctl->options.json)
    po_table_print (table);
}

// The clips alone, where no calendars are named.
static PoCatalogue *list_clips (PoCtl *ctl, GError **error) {
  PoPlanSettings settings;
  g_autoptr (PoMediaTable) media = po_offline_load_media (ctl, NULL, error);
  if (media == NULL)
    return NULL;
  po_plan_settings_init (&settings, ctl->config->format.rate, ctl->zone);
  g_autoptr (PoStation) station = po_station_new (&settings, NULL);
  po_station_put_media (station, media);
  return po_catalogue_new (station, ctl->config, ctl->now_ns, ctl->now_ns + PO_CATALOGUE_SPAN_NS, NULL);
}

int po_ctl_media_list (PoCtl *ctl, GError **error) {
  const gboolean has_plan = ctl->config->schedules != NULL && g_file_test (ctl->config->schedules, G_FILE_TEST_IS_DIR);
  g_autoptr (PoOffline) offline = has_plan ? po_offline_open (ctl, error) : NULL;
  if (has_plan && offline == NULL)
    return EXIT_SUCCESS;
  g_autoptr (PoCatalogue) catalogue = offline != NULL ? po_catalogue_new (offline->station, ctl->config, ctl->now_ns,
                                                                          ctl->now_ns + PO_CATALOGUE_SPAN_NS, NULL)
                                                      : list_clips (ctl, error);
  if (catalogue != NULL)
    print_catalogue (ctl, catalogue, has_plan);
  return EXIT_SUCCESS;
}

// ---- media when ----

// The clip that @typed names: a path under the media folder, or any path that leads there.
static const PoMediaFacts *find_clip (PoCtl *ctl, PoMediaTable *media, const gchar *typed, GError **error) {
  if (ctl->config->media == NULL) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("no clips are named: give --media DIR or --config FILE"));
    return NULL;
  }
  g_autoptr (GError) local = NULL;
  const PoMediaFacts *facts = po_media_table_resolve (media, typed, &local);
  if (facts != NULL)
    return facts;
  g_autofree gchar *dir = g_canonicalize_filename (ctl->config->media, NULL);
  g_autofree gchar *full = g_canonicalize_filename (typed, NULL);
  const gsize length = strlen (dir);
  if (local == NULL && g_str_has_prefix (full, dir) && full[length] == '/')
    facts = po_media_table_resolve (media, full + length + 1, &local);
  if (facts != NULL)
    return facts;
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s: there is no such clip under %s"), typed, dir);
  return NULL;
}

static void print_airings (const PoCatalogueClip *clip, PoRate rate, GTimeZone *zone) {
  g_autoptr (PoTable) table = po_table_new (_ ("START"), _ ("EPISODE"), _ ("WHY"), _ ("TITLE"), _ ("NOTE"), NULL);
  for (guint i = 0; clip->servings != NULL && i < clip->servings->len; i++) {
    const PoServing *serving = clip->servings->pdata[i];
    const gboolean airs = serving->air != PO_FRAME_NONE;
    g_autofree gchar *start =
        po_print_local (po_frame_to_time_floor (airs ? serving->air : serving->start, rate), zone);
    g_autofree gchar *episode = serving->episode > 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, serving->episode) : NULL;
    g_autofree gchar *warning = po_serving_warning (serving, rate);
    po_table_add (table, warning != NULL || !airs ? PO_COLOUR_AMBER : PO_COLOUR_NONE, start, episode,
                  po_print_word (po_served_by_to_string (serving->by)), serving->occurrence->summary,
                  airs ? warning : po_print_word (po_serving_state (serving)));
  }
  po_table_print (table);
}

static void print_when (PoCtl *ctl, const PoCatalogueClip *clip) {
  if (clip->servings != NULL)
    print_airings (clip, ctl->config->format.rate, ctl->zone);
  else
    printf (_ ("%s: no event of this time shows it\n"), clip->facts->path);
  if (clip->fills > 0)
    printf (_ ("as filler: %u times\n"), clip->fills);
  else if (clip->is_filler)
    fputs (_ ("it is filler\n"), stdout);
}

static void add_member (JsonObject *object, const gchar *name, JsonNode *node, gpointer into) {
  if (!json_object_has_member (into, name))
    json_object_set_member (into, name, json_node_copy (node));
}

// The item of the rundown, where it airs, and why it is this clip.
static void print_airing_json (const PoServing *serving, PoRundown *rundown, PoRate rate, GTimeZone *zone) {
  const PoFrame shown = MAX (serving->air, po_rundown_start (rundown));
  const PoItem *item = serving->air != PO_FRAME_NONE ? po_rundown_at (rundown, shown) : NULL;
  g_autoptr (JsonNode) node = item != NULL ? po_item_to_json (item, rate, zone) : json_node_new (JSON_NODE_OBJECT);
  g_autofree gchar *text = po_serving_json (serving, rate);
  g_autoptr (JsonNode) airing = json_from_string (text, NULL);
  if (item == NULL)
    json_node_set_object (node, json_node_get_object (airing));
  else
    json_object_foreach_member (json_node_get_object (airing), add_member, json_node_get_object (node));
  po_print_json_lines (node);
}

int po_ctl_media_when (PoCtl *ctl, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  const PoRate rate = ctl->config->format.rate;
  if (!po_ctl_window (ctl, ctl->now_ns, PO_CATALOGUE_SPAN_NS, &from_ns, &to_ns, error))
    return EXIT_SUCCESS;
  g_autoptr (PoOffline) offline = po_offline_open (ctl, error);
  const PoMediaFacts *facts =
      offline != NULL ? find_clip (ctl, po_station_media (offline->station), ctl->options.words[0], error) : NULL;
  if (facts == NULL)
    return EXIT_SUCCESS;
  g_autoptr (PoCatalogue) catalogue = po_catalogue_new (offline->station, ctl->config, from_ns, to_ns, NULL);
  const PoCatalogueClip *clip = po_catalogue_find (catalogue, facts->path);
  if (!ctl->options.json) {
    print_when (ctl, clip);
    return EXIT_SUCCESS;
  }
  g_autoptr (PoRundown) rundown = po_station_outline (offline->station, NULL, po_frame_from_time_ceil (from_ns, rate),
                                                      po_frame_from_time_ceil (to_ns, rate), NULL);
  for (guint i = 0; clip->servings != NULL && i < clip->servings->len; i++)
    print_airing_json (clip->servings->pdata[i], rundown, rate, ctl->zone);
  return EXIT_SUCCESS;
}

// ---- media missing ----

static void add_missing (PoCtl *ctl, PoTable *table, const PoServing *serving) {
  const PoRate rate = ctl->config->format.rate;
  const PoOccurrence *o = serving->occurrence;
  const PoDeadline *deadline = po_occurrence_deadline (o, ctl->now_ns);
  const PoTimeNs start_ns = po_frame_to_time_floor (serving->start, rate);
  const PoTimeNs due_ns = deadline != NULL ? deadline->trigger_ns : start_ns;
  g_autofree gchar *start = po_print_local (start_ns, ctl->zone), *due = po_print_local (due_ns, ctl->zone);
  g_autofree gchar *left = po_print_left (due_ns - ctl->now_ns);
  g_autofree gchar *title = serving->episode > 0
                                ? g_strdup_printf (_ ("%s, episode %" PRId64), o->summary, serving->episode)
                                : g_strdup (o->summary);
  po_table_add (table, due_ns <= ctl->now_ns ? PO_COLOUR_RED : PO_COLOUR_AMBER, start, title, serving->place, due, left,
                o->organizer != NULL ? o->organizer : o->contact,
                serving->problem != NULL ? serving->problem : _ ("the calendar names no clip for it"));
}

int po_ctl_media_missing (PoCtl *ctl, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  if (!po_ctl_window (ctl, ctl->now_ns, PO_CATALOGUE_SPAN_NS, &from_ns, &to_ns, error))
    return EXIT_SUCCESS;
  g_autoptr (PoOffline) offline = po_offline_open (ctl, error);
  if (offline == NULL)
    return EXIT_SUCCESS;
  g_autoptr (PoCatalogue) catalogue = po_catalogue_new (offline->station, ctl->config, from_ns, to_ns, NULL);
  GPtrArray *missing = po_catalogue_missing (catalogue);
  g_autoptr (PoTable) table =
      po_table_new (_ ("START"), _ ("TITLE"), _ ("FILE"), _ ("DUE"), _ ("LEFT"), _ ("PRODUCER"), _ ("WHY"), NULL);
  for (guint i = 0; i < missing->len; i++) {
    g_autofree gchar *object = po_catalogue_missing_json (catalogue, i, ctl->now_ns);
    if (ctl->options.json)
      printf ("%s\n", object);
    else
      add_missing (ctl, table, missing->pdata[i]);
  }
  if (!ctl->options.json && missing->len > 0)
    po_table_print (table);
  if (!ctl->options.json && missing->len == 0)
    fputs (_ ("every airing has its clip\n"), stdout);
  return EXIT_SUCCESS;
}
