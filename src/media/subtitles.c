// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/subtitles.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "json/tree.h"
#include "media/tracks.h"

#define MEMBER "\"subtitles\":[{"

gchar *po_media_subtitles_take (PoMediaFacts *facts) {
  g_autoptr (JsonParser) parser = json_parser_new ();
  if (facts->probe == NULL || strstr (facts->probe, MEMBER) == NULL ||
      !json_parser_load_from_data (parser, facts->probe, -1, NULL) ||
      !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return NULL;
  JsonObject *object = json_node_get_object (json_parser_get_root (parser));
  JsonNode *node = json_object_get_member (object, "subtitles");
  JsonArray *tracks = po_json_node_array (node);
  g_autofree gchar *all = tracks != NULL ? json_to_string (node, FALSE) : NULL;
  for (guint i = 0; tracks != NULL && i < json_array_get_length (tracks); i++)
    if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (tracks, i)))
      json_object_remove_member (json_array_get_object_element (tracks, i), "script");
  g_autofree gchar *rest = json_to_string (json_parser_get_root (parser), FALSE);
  g_ref_string_release (facts->probe);
  facts->probe = g_ref_string_new (rest);
  return g_steal_pointer (&all);
}

static const gchar *text_of (JsonArray *tracks, guint i, const gchar *name) {
  JsonObject *track = po_json_node_object (json_array_get_element (tracks, i));
  return track != NULL ? json_object_get_string_member_with_default (track, name, NULL) : NULL;
}

// G_MAXUINT: none.
static guint choose (JsonArray *tracks, const gchar *wishes) {
  const guint n = json_array_get_length (tracks);
  g_autofree const gchar **languages = g_new0 (const gchar *, n + 1);
  for (guint i = 0; i < n; i++)
    languages[i] = text_of (tracks, i, "language");
  if (n == 0 || wishes == NULL || *wishes == '\0')
    return n == 0 ? G_MAXUINT : 0;
  const gint found = po_media_languages_choose (languages, n, wishes);
  guint track = found >= 0 ? (guint)found : 0;
  while (found < 0 && track < n && languages[track] != NULL)
    track++;
  return track < n ? track : G_MAXUINT;
}

gchar *po_media_subtitles_choose (const gchar *json, const gchar *wishes) {
  g_autoptr (JsonParser) parser = json_parser_new ();
  if (json == NULL || !json_parser_load_from_data (parser, json, -1, NULL))
    return NULL;
  JsonArray *tracks = po_json_node_array (json_parser_get_root (parser));
  const guint track = tracks != NULL ? choose (tracks, wishes) : G_MAXUINT;
  const gchar *script = track != G_MAXUINT ? text_of (tracks, track, "script") : NULL;
  return script != NULL && *script != '\0' ? g_strdup (script) : NULL;
}
