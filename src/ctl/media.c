// SPDX-License-Identifier: GPL-3.0-or-later
// `media list` and `media when`: what the clips are worth, and what they are for.
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/item-json.h"
#include "ctl/ctl.h"
#include "ctl/offline.h"
#include "ctl/print.h"
#include "ctl/table.h"
#include "station/clip.h"

#define WHEN_SPAN_NS (60 * 24 * 3600 * PO_NS_PER_SECOND)

static void print_clip (const PoClip *clip) {
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, po_clip_to_json (clip));
  po_print_json_lines (node);
}

static void add_row (PoTable *table, const PoClip *clip) {
  const PoMediaFacts *facts = clip->facts;
  const PoMediaDetails *details = clip->details;
  const PoFitness *fitness = clip->fitness;
  static const PoColour colours[] = {PO_COLOUR_NONE, PO_COLOUR_AMBER, PO_COLOUR_RED};
  g_autofree gchar *length = po_print_length (facts->duration_ns);
  g_autofree gchar *size = facts->width > 0 ? g_strdup_printf ("%dx%d", facts->width, facts->height) : NULL;
  g_autofree gchar *loudness = isnan (details->loudness_lufs) ? NULL : g_strdup_printf ("%.1f", details->loudness_lufs);
  const gchar *verdict = po_print_word (po_fitness_verdict_to_string (fitness->verdict));
  for (guint i = 0; i == 0 || i < fitness->reasons->len; i++) {
    const PoFitnessReason *reason = i < fitness->reasons->len ? fitness->reasons->pdata[i] : NULL;
    const gchar *text = reason != NULL ? reason->text : NULL;
    if (i == 0)
      po_table_add (table, colours[fitness->verdict], facts->path, verdict, length, size, loudness, text);
    else
      po_table_add (table, colours[fitness->verdict], NULL, NULL, NULL, NULL, NULL, text);
  }
}

int po_ctl_media_list (PoCtl *ctl, GError **error) {
  g_autoptr (PoMediaTable) media = po_offline_load_media (ctl, NULL, error);
  if (media == NULL)
    return EXIT_SUCCESS;
  g_autoptr (GPtrArray) list = po_media_table_list (media);
  g_autoptr (PoTable) table =
      po_table_new (_ ("CLIP"), _ ("VERDICT"), _ ("LENGTH"), _ ("SIZE"), _ ("LUFS"), _ ("WHY"), NULL);
  for (guint i = 0; i < list->len; i++) {
    g_auto (PoClip) clip;
    po_clip_init (&clip, ctl->config, list->pdata[i]);
    if (ctl->options.json)
      print_clip (&clip);
    else
      add_row (table, &clip);
  }
  if (!ctl->options.json)
    po_table_print (table);
  return EXIT_SUCCESS;
}

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

// Pieces of one run after another are one airing.
static gboolean goes_on (const PoItem *item, const PoItem *before) {
  return before != NULL && before->end == item->start && g_strcmp0 (before->uid, item->uid) == 0 &&
         g_strcmp0 (before->instance, item->instance) == 0 && before->part == item->part;
}

// (transfer container) The items of the rundown that show @path for an event; @ret_filler counts the others.
static GPtrArray *airings_of (PoRundown *rundown, const gchar *path, guint *ret_filler) {
  GPtrArray *airings = g_ptr_array_new ();
  const PoItem *before = NULL;
  *ret_filler = 0;
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (g_strcmp0 (item->media, path) != 0)
      continue;
    if (item->kind == PO_ITEM_MEDIA && !goes_on (item, before))
      g_ptr_array_add (airings, (gpointer)item);
    *ret_filler += item->kind == PO_ITEM_FILLER;
    before = item;
  }
  return airings;
}

static void print_airings (GPtrArray *airings, PoRate rate, GTimeZone *zone) {
  g_autoptr (PoTable) table = po_table_new (_ ("START"), _ ("LENGTH"), _ ("WHY"), _ ("TITLE"), NULL);
  for (guint i = 0; i < airings->len; i++) {
    const PoItem *item = airings->pdata[i];
    g_autofree gchar *start = po_print_local (po_frame_to_time_floor (item->start, rate), zone);
    g_autofree gchar *length = po_print_length (po_duration_from_frames_floor (item->end - item->start, rate));
    po_table_add (table, PO_COLOUR_NONE, start, length, po_print_word (po_reason_to_string (item->reason)),
                  item->title);
  }
  po_table_print (table);
}

static void print_when (PoCtl *ctl, const gchar *path, GPtrArray *airings, guint filler) {
  if (airings->len > 0)
    print_airings (airings, ctl->config->format.rate, ctl->zone);
  else
    printf (_ ("%s: no event of this time shows it\n"), path);
  if (filler > 0)
    printf (_ ("as filler: %u times\n"), filler);
}

int po_ctl_media_when (PoCtl *ctl, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  guint filler = 0;
  const PoRate rate = ctl->config->format.rate;
  if (!po_ctl_window (ctl, ctl->now_ns, WHEN_SPAN_NS, &from_ns, &to_ns, error))
    return EXIT_SUCCESS;
  g_autoptr (PoOffline) offline = po_offline_open (ctl, error);
  const PoMediaFacts *facts =
      offline != NULL ? find_clip (ctl, po_station_media (offline->station), ctl->options.words[0], error) : NULL;
  if (facts == NULL)
    return EXIT_SUCCESS;
  g_autoptr (PoRundown) rundown = po_station_plan (offline->station, NULL, po_frame_from_time_ceil (from_ns, rate),
                                                   po_frame_from_time_ceil (to_ns, rate), NULL);
  g_autoptr (GPtrArray) airings = airings_of (rundown, facts->path, &filler);
  if (!ctl->options.json)
    print_when (ctl, facts->path, airings, filler);
  for (guint i = 0; ctl->options.json && i < airings->len; i++) {
    g_autoptr (JsonNode) node = po_item_to_json (airings->pdata[i], rate, ctl->zone);
    po_print_json_lines (node);
  }
  return EXIT_SUCCESS;
}
