// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/clips.h"

#include <string.h>

#include "model/text.h"

static void answer (PoExchange *exchange, JsonNode *result, const GError *error) {
  if (result != NULL)
    po_exchange_answer (exchange, MHD_HTTP_OK, result);
  else
    po_exchange_answer_error (exchange, error);
}

// Answers the exchange that it is given (transfer full).
static void on_done (JsonNode *result, const GError *error, gpointer data) {
  g_autoptr (PoExchange) exchange = data;
  answer (exchange, result, error);
}

static gboolean is_offered (const PoApi *api, PoExchange *exchange) {
  if (api->ops->clip_begin != NULL)
    return TRUE;
  po_exchange_answer_problem (exchange, MHD_HTTP_NOT_FOUND, "not-found", _ ("this daemon does not offer it"), NULL);
  return FALSE;
}

// What the body asks for, where it is offered; NULL: that it is not, or what is wrong with it, is answered.
// (transfer full)
static JsonObject *read_wish (const PoApi *api, PoExchange *exchange) {
  g_autoptr (GError) error = NULL;
  if (!is_offered (api, exchange))
    return NULL;
  JsonObject *wish = po_exchange_json_body (exchange, &error);
  if (wish == NULL)
    po_exchange_answer_error (exchange, error);
  return wish;
}

void po_clips_answer_begin (const PoApi *api, PoExchange *exchange, const gchar *word) {
  g_autoptr (JsonObject) wish = read_wish (api, exchange);
  if (wish != NULL)
    api->ops->clip_begin (api->user, wish, po_exchange_who (exchange), on_done, po_exchange_ref (exchange));
}

void po_clips_answer_state (const PoApi *api, PoExchange *exchange, const gchar *id) {
  g_autoptr (GError) error = NULL;
  if (!is_offered (api, exchange))
    return;
  JsonNode *state = api->ops->clip_state (api->user, id, &error); // @error is read after it
  answer (exchange, state, error);
}

// "bytes FROM-TO/SIZE" for a body of @length bytes.
static gboolean read_range (const gchar *text, gsize length, gint64 *ret_at_bytes, GError **error) {
  guint64 from = 0, to = 0, size = 0;
  g_auto (GStrv) parts = g_strsplit_set (text != NULL ? text : "", " -/", 4);
  if (g_strv_length (parts) == 4 && g_ascii_strcasecmp (parts[0], "bytes") == 0 &&
      g_ascii_string_to_unsigned (parts[1], 10, 0, G_MAXINT64 / 2, &from, NULL) &&
      g_ascii_string_to_unsigned (parts[2], 10, from, G_MAXINT64 / 2, &to, NULL) && to - from + 1 == length &&
      g_ascii_string_to_unsigned (parts[3], 10, to + 1, G_MAXINT64, &size, NULL)) {
    *ret_at_bytes = (gint64)from;
    return TRUE;
  }
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT,
                       _ ("a piece needs “Content-Range: bytes FROM-TO/SIZE”, and just as many bytes"));
  return FALSE;
}

void po_clips_answer_piece (const PoApi *api, PoExchange *exchange, const gchar *id) {
  g_autoptr (GError) error = NULL;
  gint64 at_bytes = 0;
  gsize length = 0;
  if (!is_offered (api, exchange))
    return;
  const guint8 *body = po_exchange_body (exchange, &length);
  if (!read_range (po_exchange_header (exchange, MHD_HTTP_HEADER_CONTENT_RANGE), length, &at_bytes, &error)) {
    po_exchange_answer_error (exchange, error);
    return;
  }
  g_autoptr (GBytes) bytes = g_bytes_new (body, length);
  api->ops->clip_piece (api->user, id, at_bytes, bytes, on_done, po_exchange_ref (exchange));
}

static void on_picture (GBytes *bytes, const GError *error, gpointer data) {
  g_autoptr (PoExchange) exchange = data;
  if (bytes != NULL)
    po_exchange_answer_bytes (exchange, bytes, "image/jpeg");
  else
    po_exchange_answer_error (exchange, error);
}

static void answer_picture (const PoApi *api, PoExchange *exchange, const gchar *path, gboolean strip) {
  const gchar *at = po_exchange_query (exchange, "at_ns");
  g_autoptr (GError) error = NULL;
  guint64 at_ns = 0;
  if (api->ops->clip_picture == NULL) {
    po_exchange_answer_problem (exchange, MHD_HTTP_NOT_FOUND, "not-found", _ ("this daemon does not offer it"), NULL);
  } else if (at != NULL && !g_ascii_string_to_unsigned (at, 10, 0, G_MAXINT64 / 2, &at_ns, NULL)) {
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_INPUT, _ ("at_ns: nanoseconds since the clip's first picture"));
    po_exchange_answer_error (exchange, error);
  } else {
    const PoControlPicture wish = {path, po_exchange_query (exchange, "of"), (gint64)at_ns, strip};
    api->ops->clip_picture (api->user, &wish, on_picture, po_exchange_ref (exchange));
  }
}

void po_clips_answer_thumbnail (const PoApi *api, PoExchange *exchange, const gchar *path) {
  answer_picture (api, exchange, path, FALSE);
}

void po_clips_answer_strip (const PoApi *api, PoExchange *exchange, const gchar *path) {
  answer_picture (api, exchange, path, TRUE);
}

void po_clips_answer_mark (const PoApi *api, PoExchange *exchange, const gchar *path) {
  g_autoptr (JsonObject) wish = read_wish (api, exchange);
  if (wish != NULL)
    api->ops->clip_mark (api->user, path, wish, on_done, po_exchange_ref (exchange));
}

void po_clips_answer_drop (const PoApi *api, PoExchange *exchange, const gchar *id) {
  if (is_offered (api, exchange))
    api->ops->clip_drop (api->user, id, on_done, po_exchange_ref (exchange));
}
