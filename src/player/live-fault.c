// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/live-fault.h"

#include <string.h>

#include <glib/gi18n-lib.h>

gboolean po_live_fault_is_unreadable (const GError *error) {
  static const gint codes[] = {GST_STREAM_ERROR_TYPE_NOT_FOUND,  GST_STREAM_ERROR_WRONG_TYPE,
                               GST_STREAM_ERROR_CODEC_NOT_FOUND, GST_STREAM_ERROR_DECODE,
                               GST_STREAM_ERROR_DEMUX,           GST_STREAM_ERROR_FORMAT};
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, GST_STREAM_ERROR, codes[i]))
      return TRUE;
  return g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN);
}

// A source element that gives up without a reason of its own: nothing came for those after it to judge.
static gboolean is_of_the_line (GstMessage *message, const GError *error) {
  return GST_IS_ELEMENT (GST_MESSAGE_SRC (message)) &&
         GST_OBJECT_FLAG_IS_SET (GST_MESSAGE_SRC (message), GST_ELEMENT_FLAG_SOURCE) &&
         g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED);
}

const gchar *po_live_fault_words (const GError *error, GstMessage *message) {
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED))
    return _ ("it refuses our name or password; mend them in its address");
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND) ||
      strstr (error->message, "stream not found") != NULL)
    return _ ("who answers there does not have it; check the name at the end of its address, and whether it sends");
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY))
    return error->message;
  if (is_of_the_line (message, error) || error->domain == GST_RESOURCE_ERROR || strstr (error->message, "://") != NULL)
    return _ ("it cannot be reached; check host and port in its address, and whether it sends");
  return error->message;
}
