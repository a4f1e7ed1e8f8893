// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/placement.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"

#define DAY_NS         (G_GINT64_CONSTANT (24) * 3600 * PO_NS_PER_SECOND)
#define BEHIND_NS      (400 * DAY_NS)
#define AHEAD_NS       (800 * DAY_NS)
#define MOST_INSTANCES 3000
#define PRETENDED_NS   (60 * PO_NS_PER_SECOND)

// ---- which airing ----

static gboolean is_named (const PoOccurrence *one, const gchar *instance, GTimeZone *zone) {
  PoTimeNs at_ns = 0;
  return strcmp (one->instance, instance) == 0 ||
         (po_time_parse (instance, zone, &at_ns, NULL) && at_ns == one->original_ns);
}

static PoOccurrence *choose (PoStation *station, GPtrArray *list, const PoPlace *place) {
  GTimeZone *zone = po_station_settings (station)->zone;
  for (guint i = 0; place->instance != NULL && i < list->len; i++)
    if (is_named (list->pdata[i], place->instance, zone))
      return list->pdata[i];
  if (place->instance != NULL || place->episode > 0)
    return po_station_find (station, list, place->instance, place->episode);
  return place->instance == NULL && list->len == 1 ? list->pdata[0] : NULL;
}

// (transfer full)
static PoOccurrence *find (PoStation *station, PoTimeNs now_ns, const PoPlace *place, GError **error) {
  gboolean is_whole = FALSE;
  g_autoptr (GPtrArray) list = po_schedule_instances (po_station_schedule (station), place->uid, now_ns - BEHIND_NS,
                                                      now_ns + AHEAD_NS, MOST_INSTANCES, &is_whole);
  PoOccurrence *one = choose (station, list, place);
  if (one == NULL)
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND,
                 _ ("the calendars have no such episode of “%s”; see playoutctl occurrences"), place->uid);
  else if (place->part >= one->n_attach)
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
                 _ ("the calendar names no file for this airing of “%s”; write one into its ATTACH, for a series with "
                    "{episode} in the name"),
                 place->uid);
  else if (one->attach[place->part].is_live)
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("this airing of “%s” is live; it takes no clip"), place->uid);
  else
    return po_occurrence_ref (one);
  return NULL;
}

// ---- what it may be called ----

static const gchar *extension_of (const gchar *path) {
  const gchar *dot = strrchr (path, '.'), *slash = strrchr (path, '/');
  return dot != NULL && dot != path && (slash == NULL || dot > slash + 1) ? dot : "";
}

static gboolean check_kind (const gchar *path, const gchar *file_name, GError **error) {
  if (g_ascii_strcasecmp (extension_of (path), extension_of (file_name)) == 0)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("the calendar asks for %s; give it a %s file, or write another name into its ATTACH"), path,
               extension_of (path));
  return FALSE;
}

// The name after @last: its last number, one up, or with one that sorts behind the dot. (transfer full)
static gchar *name_after (const gchar *last, const gchar *extension) {
  g_autofree gchar *stem = g_strndup (last, strlen (last) - strlen (extension_of (last)));
  gsize end = strlen (stem), start = 0;
  while (end > 0 && !g_ascii_isdigit (stem[end - 1]) && stem[end - 1] != '/')
    end--;
  for (start = end; start > 0 && g_ascii_isdigit (stem[start - 1]);)
    start--;
  if (start == end)
    return g_strdup_printf ("%s_02%s", stem, extension);
  const guint64 number = g_ascii_strtoull (stem + start, NULL, 10) + 1;
  g_autofree gchar *head = g_strndup (stem, start);
  return g_strdup_printf ("%s%0*" G_GUINT64_FORMAT "%s%s", head, (gint)(end - start), number, stem + end, extension);
}

// The folder's own way of naming goes on; an empty one begins with the number of the episode.
static void add_names (GPtrArray *names, PoMediaTable *table, const gchar *folder, gint64 episode,
                       const gchar *extension) {
  g_autoptr (GPtrArray) files = po_media_table_folder (table, folder);
  const gchar *slash = g_str_has_suffix (folder, "/") ? "" : "/";
  if (files->len > 0)
    g_ptr_array_add (names, name_after (((PoMediaFacts *)files->pdata[files->len - 1])->path, extension));
  g_ptr_array_add (names,
                   g_strdup_printf ("%s%stap-%02" G_GINT64_FORMAT "%s", folder, slash, MAX (episode, 1), extension));
}

// ---- whether the planner then picks it ----

// @table with a good clip at @path. (transfer full)
static PoMediaTable *pretend (PoMediaTable *table, const gchar *path) {
  PoMediaTable *pretended = po_media_table_new ();
  g_autoptr (GPtrArray) list = po_media_table_list (table);
  PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
  for (guint i = 0; i < list->len; i++)
    po_media_table_add (pretended, po_media_facts_copy (list->pdata[i]));
  facts->path = g_strdup (path);
  facts->sha256 = g_strdup ("");
  facts->kind = PO_MEDIA_VIDEO;
  facts->duration_ns = PRETENDED_NS;
  facts->rate = (PoRate){25, 1};
  po_media_table_add (pretended, facts);
  return pretended;
}

static gboolean is_picked (PoStation *station, PoOccurrence *one, guint part, const gchar *path) {
  g_autoptr (PoMediaTable) table = pretend (po_station_media (station), path);
  g_autoptr (GPtrArray) servings = po_station_servings_of (station, table, one);
  return part < servings->len && g_strcmp0 (((PoServing *)servings->pdata[part])->media, path) == 0;
}

// The first name that gives the episode its clip. (transfer full)
static gchar *name_in_folder (PoStation *station, PoOccurrence *one, const PoPlace *place, const PoServing *serving,
                              const gchar *folder, const gchar *file_name, GError **error) {
  PoMediaTable *table = po_station_media (station);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  add_names (names, table, folder, serving->episode, extension_of (file_name));
  for (guint i = 0; i < names->len; i++)
    if (po_media_table_resolve (table, names->pdata[i], NULL) == NULL &&
        is_picked (station, one, place->part, names->pdata[i]))
      return g_strdup (names->pdata[i]);
  g_set_error (
      error, PO_ERROR, PO_ERROR_CONFLICT,
      _ ("%s gives its files to the episodes in their order, and a file sent now would not be this one's: send "
         "those of the episodes before it first, or write a name with {episode} into ATTACH"),
      folder);
  return NULL;
}

// A name that the calendar itself gives. (transfer full)
static gchar *check_name (PoStation *station, PoOccurrence *one, const PoPlace *place, const gchar *name,
                          const gchar *file_name, GError **error) {
  const gchar *typed = name;
  while (g_str_has_prefix (typed, "./"))
    typed += 2;
  g_autofree gchar *decoded = g_uri_unescape_string (typed, NULL);
  const gchar *path = decoded != NULL ? decoded : typed;
  if (!check_kind (path, file_name, error))
    return NULL;
  if (is_picked (station, one, place->part, path))
    return g_strdup (path);
  g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
               _ ("a file at %s would not be picked for this airing; see playoutctl check, and send it by its path"),
               path);
  return NULL;
}

static gboolean is_folder (const PoServing *serving) {
  return g_str_has_suffix (serving->place, "/") || (serving->media == NULL && *extension_of (serving->place) == '\0');
}

gchar *po_placement_path (PoStation *station, PoTimeNs now_ns, const PoPlace *place, const gchar *file_name,
                          GError **error) {
  g_autoptr (PoOccurrence) one = find (station, now_ns, place, error);
  if (one == NULL)
    return NULL;
  g_autoptr (GPtrArray) servings = po_station_servings_of (station, NULL, one);
  const PoServing *serving = place->part < servings->len ? servings->pdata[place->part] : NULL;
  if (serving == NULL || serving->place == NULL) { // cancelled, or two files whose names differ only in their encoding
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT, _ ("this airing takes no clip now: %s"),
                 serving != NULL && serving->problem != NULL ? serving->problem : _ ("it does not air"));
    return NULL;
  }
  if (serving->by == PO_SERVED_BY_COMMAND) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
                 _ ("an operator has given this airing “%s”; replace that clip, or send this one by its path"),
                 serving->place);
    return NULL;
  }
  if (is_folder (serving))
    return name_in_folder (station, one, place, serving, serving->place, file_name, error);
  return check_name (station, one, place, serving->place, file_name, error);
}
