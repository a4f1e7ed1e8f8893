// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of schemes, endings and media types.
#include "schedule/media-uri.h"

#include <string.h>

#include "model/live-schemes.h"
#include "model/text.h"

static const gchar *const STREAM_TYPES[] = {"application/vnd.apple.mpegurl",
                                            "application/x-mpegurl",
                                            "audio/mpegurl",
                                            "audio/x-mpegurl",
                                            "application/dash+xml",
                                            "video/mp2t",
                                            "video/mpegts",
                                            NULL};
static const gchar *const MEDIA_TYPES[] = {"application/mxf", "application/ogg", "application/octet-stream", NULL};
static const gchar *const DOCUMENT_ENDINGS[] = {".pdf", ".doc", ".docx", ".odt", ".rtf", ".xls",  ".xlsx",
                                                ".ods", ".ppt", ".pptx", ".odp", ".txt", ".html", ".htm",
                                                ".ics", ".zip", ".csv",  ".md",  ".vcf", NULL};

static gboolean in_list (const gchar *const *list, const gchar *text, gsize length) {
  for (guint i = 0; list[i] != NULL; i++)
    if (strlen (list[i]) == length && g_ascii_strncasecmp (list[i], text, length) == 0)
      return TRUE;
  return FALSE;
}

static gboolean ends_with (const gchar *const *endings, const gchar *text, gsize length) {
  for (guint i = 0; endings[i] != NULL; i++) {
    gsize n = strlen (endings[i]);
    if (length > n && g_ascii_strncasecmp (text + length - n, endings[i], n) == 0)
      return TRUE;
  }
  return FALSE;
}

// The length of the scheme, 0 if there is none. One letter is a drive, not a scheme.
static gsize scheme_length (const gchar *uri) {
  gsize n = 0;
  if (!g_ascii_isalpha (uri[0]))
    return 0;
  while (g_ascii_isalnum (uri[n]) || (uri[n] != '\0' && strchr ("+-.", uri[n]) != NULL))
    n++;
  return uri[n] == ':' && n > 1 ? n : 0;
}

static gboolean type_is_media (const gchar *fmttype) {
  return g_ascii_strncasecmp (fmttype, "video/", 6) == 0 || g_ascii_strncasecmp (fmttype, "audio/", 6) == 0 ||
         g_ascii_strncasecmp (fmttype, "image/", 6) == 0 || in_list (STREAM_TYPES, fmttype, strlen (fmttype)) ||
         in_list (MEDIA_TYPES, fmttype, strlen (fmttype));
}

static PoMediaUri classify_web (const gchar *uri, const gchar *fmttype, const gchar **ret_why) {
  static const gchar *const playlists[] = {".m3u8", ".mpd", NULL};
  gboolean stream = fmttype != NULL && in_list (STREAM_TYPES, fmttype, strlen (fmttype));
  if (stream || ends_with (playlists, uri, strcspn (uri, "?#")))
    return PO_MEDIA_URI_LIVE;
  *ret_why = _ ("a web page");
  return PO_MEDIA_URI_NONE;
}

static PoMediaUri classify_path (const gchar *path, const gchar *fmttype, const gchar **ret_why) {
  if ((fmttype != NULL && fmttype[0] != '\0' && !type_is_media (fmttype)) ||
      ends_with (DOCUMENT_ENDINGS, path, strlen (path))) {
    *ret_why = _ ("a document");
    return PO_MEDIA_URI_NONE;
  }
  return PO_MEDIA_URI_FILE;
}

PoMediaUri po_media_uri_classify (const gchar *uri, const gchar *fmttype, const gchar **ret_why) {
  static const gchar *const web[] = {"http", "https", NULL}, *const file[] = {"file", NULL},
                            *const cid[] = {"cid", NULL}, *const data[] = {"data", NULL},
                            *const named[] = {"live", NULL};
  gsize scheme = scheme_length (uri);
  *ret_why = _ ("empty");
  if (uri[0] == '\0')
    return PO_MEDIA_URI_NONE;
  if (scheme == 0)
    return classify_path (uri, fmttype, ret_why);
  if (in_list (po_live_schemes, uri, scheme) || in_list (named, uri, scheme))
    return PO_MEDIA_URI_LIVE;
  if (in_list (web, uri, scheme))
    return classify_web (uri, fmttype, ret_why);
  if (in_list (file, uri, scheme))
    return classify_path (uri, fmttype, ret_why);
  *ret_why = in_list (cid, uri, scheme)    ? _ ("a part of a mail")
             : in_list (data, uri, scheme) ? _ ("inline data")
                                           : _ ("an address of a kind that cannot be played");
  return PO_MEDIA_URI_NONE;
}

gchar *po_media_uri_unescape (const gchar *value) {
  if (strchr (value, '\\') == NULL)
    return g_strstrip (g_strdup (value));
  GString *out = g_string_sized_new (strlen (value));
  for (const gchar *p = value; *p != '\0'; p++) {
    if (*p == '\\' && p[1] != '\0' && strchr (",;\\", p[1]) != NULL)
      p++;
    g_string_append_c (out, *p);
  }
  return g_strstrip (g_string_free (out, FALSE));
}
