// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/page.h"

#include "model/text.h"
#include "web/web.h"

// Nothing but the page's own files, no inline script or style, nothing framed. blob: is the monitor's own media buffer.
#define POLICY                                                                                                         \
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "                   \
  "connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; "             \
  "frame-ancestors 'none'"

static void free_bytes (gpointer bytes) {
  g_bytes_unref (bytes);
}

static struct MHD_Response *new_response (GBytes *bytes, const gchar *type) {
  static const gchar *const headers[][2] = {
      {"Content-Security-Policy", POLICY},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", "no-cache"},
  };
  gsize length = 0;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  struct MHD_Response *response =
      MHD_create_response_from_buffer_with_free_callback_cls (length, (void *)data, free_bytes, g_bytes_ref (bytes));
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    MHD_add_response_header (response, headers[i][0], headers[i][1]);
  MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  return response;
}

static void answer_left_out (PoExchange *exchange) {
  g_autofree gchar *said = po_text_pick (_ ("This playoutd was built without its page (-Dweb=disabled). "
                                            "Its API is under /api/v1; playoutctl speaks it."),
                                         po_exchange_language (exchange));
  g_autofree gchar *text = g_strconcat (said, "\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  po_exchange_answer_with (exchange, MHD_HTTP_NOT_FOUND, new_response (bytes, "text/plain; charset=utf-8"));
}

gboolean po_page_answer (PoExchange *exchange) {
  const gchar *method = po_exchange_method (exchange), *path = po_exchange_path (exchange);
  const gboolean is_read = g_str_equal (method, MHD_HTTP_METHOD_GET) || g_str_equal (method, MHD_HTTP_METHOD_HEAD);
  if (is_read && !po_web_is_built () && g_str_equal (path, "/")) {
    answer_left_out (exchange);
    return TRUE;
  }
  const gchar *type = NULL;
  g_autofree gchar *etag = NULL;
  g_autoptr (GBytes) bytes = po_web_lookup (path, &type, &etag);
  if (bytes == NULL)
    return FALSE;
  if (!is_read) {
    g_autofree gchar *detail = g_strdup_printf (_ ("this path takes %s"), "GET, HEAD");
    po_exchange_answer_problem (exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "method-not-allowed", detail, "GET, HEAD");
    return TRUE;
  }
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  const gboolean is_known = po_exchange_knows (exchange, etag);
  struct MHD_Response *response = new_response (is_known ? nothing : bytes, type);
  MHD_add_response_header (response, MHD_HTTP_HEADER_ETAG, etag);
  po_exchange_answer_with (exchange, is_known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response);
  return TRUE;
}
