// SPDX-License-Identifier: GPL-3.0-or-later
// The page in the program's own resources.
#include "web/web.h"

#ifdef PO_HAVE_PAGE
#include "web/page.h"
#endif

gboolean po_web_is_built (void) {
#ifdef PO_HAVE_PAGE
  return TRUE;
#else
  return FALSE;
#endif
}

static GResource *resource (void) {
#ifdef PO_HAVE_PAGE
  return po_page_get_resource ();
#else
  return NULL;
#endif
}

// By suffix, not by guessing from content: browsers are told not to guess either.
static const gchar *type_of (const gchar *name) {
  static const gchar *const types[][2] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".woff2", "font/woff2"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (name, types[i][0]))
      return types[i][1];
  return "application/octet-stream";
}

GBytes *po_web_lookup (const gchar *path, const gchar **ret_type, gchar **ret_etag) {
  const gchar *name = g_str_equal (path, "/")               ? "index.html"
                      : g_str_has_prefix (path, "/assets/") ? path + strlen ("/assets/")
                      : g_str_equal (path, "/favicon.ico")  ? "icon.svg"
                                                            : NULL;
  if (name == NULL || resource () == NULL || *name == '\0' || strchr (name, '/') != NULL)
    return NULL;
  g_autofree gchar *inside = g_strconcat ("/page/", name, NULL);
  GBytes *bytes = g_resource_lookup_data (resource (), inside, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (bytes == NULL)
    return NULL;
  g_autofree gchar *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  *ret_type = type_of (name);
  *ret_etag = g_strdup_printf ("\"%.32s\"", sum);
  return bytes;
}
