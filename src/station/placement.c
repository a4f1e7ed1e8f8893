// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/placement.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/error.h"
#include "rundown/template.h"

#define DAY_NS    (G_GINT64_CONSTANT (24) * 3600 * PO_NS_PER_SECOND)
#define BEHIND_NS (400 * DAY_NS)
#define AHEAD_NS  (800 * DAY_NS)

static gint64 episode_of (const PoOccurrence *one) {
  return one->recurring ? one->first_episode + one->ordinal : 0;
}

static gboolean is_meant (const PoOccurrence *one, const PoPlace *place, GTimeZone *zone) {
  PoTimeNs at_ns = 0;
  if (strcmp (one->uid, place->uid) != 0)
    return FALSE;
  if (place->instance == NULL)
    return place->episode == 0 || episode_of (one) == place->episode;
  return strcmp (one->instance, place->instance) == 0 ||
         (po_time_parse (place->instance, zone, &at_ns, NULL) && at_ns == one->original_ns);
}

static const PoOccurrence *find (GPtrArray *list, const PoPlace *place, GTimeZone *zone, GError **error) {
  for (guint i = 0; i < list->len; i++) {
    const PoOccurrence *one = list->pdata[i];
    if (is_meant (one, place, zone) && place->part < one->n_attach && !one->attach[place->part].is_live)
      return one;
  }
  g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND,
               _ ("the calendars have no such episode of “%s” that takes a clip; see playoutctl occurrences"),
               place->uid);
  return NULL;
}

static const gchar *extension_of (const gchar *path) {
  const gchar *dot = strrchr (path, '.'), *slash = strrchr (path, '/');
  return dot != NULL && dot != path && (slash == NULL || dot > slash + 1) ? dot : "";
}

// (transfer full) of @path
static gchar *same_kind (gchar *path, const gchar *file_name, GError **error) {
  if (g_ascii_strcasecmp (extension_of (path), extension_of (file_name)) == 0)
    return path;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("the calendar asks for %s; give it a %s file, or write another name into its ATTACH"), path,
               extension_of (path));
  g_free (path);
  return NULL;
}

// The name after @last: its last number, one up. (transfer full)
static gchar *name_after (const gchar *last, const gchar *extension) {
  g_autofree gchar *stem = g_strndup (last, strlen (last) - strlen (extension_of (last)));
  gsize end = strlen (stem), start = 0;
  while (end > 0 && !g_ascii_isdigit (stem[end - 1]) && stem[end - 1] != '/')
    end--;
  for (start = end; start > 0 && g_ascii_isdigit (stem[start - 1]);)
    start--;
  if (start == end)
    return g_strdup_printf ("%s-02%s", stem, extension);
  const guint64 number = g_ascii_strtoull (stem + start, NULL, 10) + 1;
  g_autofree gchar *head = g_strndup (stem, start);
  return g_strdup_printf ("%s%0*" G_GUINT64_FORMAT "%s%s", head, (gint)(end - start), number, stem + end, extension);
}

static gchar *path_in_folder (PoMediaTable *table, const gchar *typed, gint64 episode, const gchar *file_name,
                              GError **error) {
  g_autoptr (GPtrArray) files = po_media_table_folder (table, typed);
  const gint64 wanted = MAX (episode, 1);
  if (files->len >= wanted)
    return same_kind (g_strdup (((PoMediaFacts *)files->pdata[wanted - 1])->path), file_name, error);
  if (files->len < wanted - 1) {
    g_set_error (
        error, PO_ERROR, PO_ERROR_INPUT,
        _ ("%s gives its files to the episodes in their order and holds %u: bring episode %u first, or write a "
           "name with {episode} into ATTACH"),
        typed, files->len, files->len + 1);
    return NULL;
  }
  if (files->len == 0)
    return g_strdup_printf ("%s%stap-01%s", typed, g_str_has_suffix (typed, "/") ? "" : "/", extension_of (file_name));
  const gchar *last = ((PoMediaFacts *)files->pdata[files->len - 1])->path;
  g_autofree gchar *path = name_after (last, extension_of (file_name));
  if (po_natural_compare (last, path) < 0 && po_media_table_lookup (table, path) == NULL)
    return g_steal_pointer (&path);
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("no name after %s could be found; give one by hand that sorts after it"), last);
  return NULL;
}

gchar *po_placement_path (PoSchedule *schedule, PoMediaTable *table, GTimeZone *zone, PoTimeNs now_ns,
                          const PoPlace *place, const gchar *file_name, GError **error) {
  g_autoptr (GPtrArray) list = po_schedule_occurrences (schedule, now_ns - BEHIND_NS, now_ns + AHEAD_NS);
  const PoOccurrence *one = find (list, place, zone, error);
  if (one == NULL)
    return NULL;
  const gint64 episode = place->episode > 0 ? place->episode : episode_of (one);
  const PoTemplateFacts facts = {episode, one->original_ns, one->uid, zone};
  const gchar *typed = one->attach[place->part].uri;
  while (g_str_has_prefix (typed, "./"))
    typed += 2;
  g_autofree gchar *expanded =
      strchr (typed, '{') != NULL ? po_template_expand (typed, &facts, error) : g_strdup (typed);
  if (expanded == NULL)
    return NULL;
  gchar *path = g_uri_unescape_string (expanded, NULL);
  if (path == NULL)
    path = g_strdup (expanded);
  if (!g_str_has_suffix (path, "/") && *extension_of (path) != '\0')
    return same_kind (path, file_name, error);
  gchar *within = path_in_folder (table, path, episode, file_name, error);
  g_free (path);
  return within;
}
