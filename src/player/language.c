// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/language.h"

#include <gst/tag/tag.h>

gchar *po_language_of (GstPad *pad) {
  g_autofree gchar *found = NULL;
  for (guint i = 0;; i++) {
    g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_TAG, i);
    if (event == NULL)
      break;
    GstTagList *tags;
    gchar *word = NULL;
    gst_event_parse_tag (event, &tags);
    if (gst_tag_list_get_string (tags, GST_TAG_LANGUAGE_CODE, &word)) {
      g_free (found);
      found = word;
    }
  }
  if (g_strcmp0 (found, "und") == 0 || g_strcmp0 (found, "zxx") == 0)
    return NULL; // says that it says nothing
  const gchar *two_letters = found != NULL ? gst_tag_get_language_code_iso_639_1 (found) : NULL;
  return two_letters != NULL ? g_strdup (two_letters) : g_steal_pointer (&found);
}
