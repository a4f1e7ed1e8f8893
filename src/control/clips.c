// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/clips.h"

#include <string.h>

#include "control/body.h"
#include "model/text.h"

// Wish: what a body may say of a clip, and of which type.
typedef struct {
  const gchar *name;
  GType type; // G_TYPE_NONE: whoever gets it looks
} Wish;

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

static gboolean check_wish (JsonObject *body, const Wish *known, GError **error) {
  const gchar *names[16] = {NULL};
  for (guint i = 0; known[i].name != NULL; i++) {
    g_auto (GValue) value = G_VALUE_INIT;
    names[i] = known[i].name;
    if (known[i].type != G_TYPE_NONE && !po_body_read (body, known[i].name, known[i].type, &value, error))
      return FALSE;
  }
  return po_body_check_members (body, names, NULL, error);
}

// What the body asks for, of @known (to an empty one), where it is offered; NULL: that it is not, or what is wrong with
// it, is answered. (transfer full)
static JsonObject *read_wish (const PoApi *api, PoExchange *exchange, const Wish *known) {
  g_autoptr (GError) error = NULL;
  if (!is_offered (api, exchange))
    return NULL;
  g_autoptr (JsonObject) wish = po_exchange_json_body (exchange, &error);
  if (wish != NULL && check_wish (wish, known, &error))
    return g_steal_pointer (&wish);
  po_exchange_answer_error (exchange, error);
  return NULL;
}

void po_clips_answer_begin (const PoApi *api, PoExchange *exchange, const gchar *word) {
  static const Wish known[] = {
      {"size_bytes", G_TYPE_INT64}, {"path", G_TYPE_STRING},   {"name", G_TYPE_STRING}, {"uid", G_TYPE_STRING},
      {"instance", G_TYPE_STRING},  {"episode", G_TYPE_INT64}, {"part", G_TYPE_INT64},  {"tag", G_TYPE_STRING},
      {"replace", G_TYPE_BOOLEAN},  {NULL, G_TYPE_NONE},
  };
  g_autoptr (JsonObject) wish = read_wish (api, exchange, known);
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
  static const Wish known[] = {{"som", G_TYPE_NONE}, {"eom", G_TYPE_NONE}, {NULL, G_TYPE_NONE}};
  g_autoptr (JsonObject) wish = read_wish (api, exchange, known);
  if (wish != NULL)
    api->ops->clip_mark (api->user, path, wish, on_done, po_exchange_ref (exchange));
}

void po_clips_answer_drop (const PoApi *api, PoExchange *exchange, const gchar *id) {
  if (is_offered (api, exchange))
    api->ops->clip_drop (api->user, id, on_done, po_exchange_ref (exchange));
}
