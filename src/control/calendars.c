// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/calendars.h"

#include <string.h>

#include "model/text.h"

#define MOST_SPAN_NS (400 * 24 * 3600 * PO_NS_PER_SECOND)

static void on_compared (JsonNode *result, const GError *error, gpointer data) {
  g_autoptr (PoExchange) exchange = data;
  if (result != NULL)
    po_exchange_answer (exchange, MHD_HTTP_OK, result);
  else
    po_exchange_answer_error (exchange, error);
}

static void compare (const PoApi *api, PoExchange *exchange, const gchar *name, GBytes *bytes, const gchar *revision) {
  PoControlCalendar wish = {name, bytes, revision, po_exchange_language (exchange)};
  if (api->ops->schedule_compare != NULL)
    api->ops->schedule_compare (api->user, &wish, on_compared, po_exchange_ref (exchange));
  else
    po_exchange_answer_problem (exchange, MHD_HTTP_NOT_FOUND, "not-found", _ ("this daemon does not offer it"), NULL);
}

void po_calendars_answer_diff (const PoApi *api, PoExchange *exchange, const gchar *word) {
  compare (api, exchange, NULL, NULL, po_exchange_query (exchange, "revision"));
}

void po_calendars_answer_upload (const PoApi *api, PoExchange *exchange, const gchar *word) {
  const gchar *name = po_exchange_query (exchange, "name");
  gsize length = 0;
  const guint8 *body = po_exchange_body (exchange, &length);
  g_autoptr (GBytes) bytes = g_bytes_new (body, length);
  if (name == NULL || length == 0) {
    po_exchange_answer_problem (exchange, MHD_HTTP_BAD_REQUEST, "bad-request",
                                _ ("an upload is a calendar in the body, and its name: ?name=season-2027.ics"), NULL);
    return;
  }
  compare (api, exchange, name, bytes, NULL);
}

void po_calendars_answer_refresh (const PoApi *api, PoExchange *exchange, const gchar *word) {
  g_autoptr (GError) error = NULL;
  JsonNode *result = api->ops->schedule_refresh != NULL ? api->ops->schedule_refresh (api->user, &error) : NULL;
  if (result != NULL)
    po_exchange_answer (exchange, MHD_HTTP_OK, result);
  else if (error != NULL)
    po_exchange_answer_error (exchange, error);
  else
    po_exchange_answer_problem (exchange, MHD_HTTP_NOT_FOUND, "not-found", _ ("this daemon does not offer it"), NULL);
}

// ---- to be subscribed to ----

static void on_calendar (const gchar *text, const GError *error, gpointer data) {
  g_autoptr (PoExchange) exchange = data;
  if (text == NULL) {
    po_exchange_answer_error (exchange, error);
    return;
  }
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  po_exchange_answer_bytes (exchange, bytes, "text/calendar; charset=utf-8");
}

static void answer_calendar (const PoApi *api, PoExchange *exchange, gboolean is_plan) {
  PoTimeNs from_ns = PO_TIME_NONE, to_ns = PO_TIME_NONE;
  g_autoptr (GError) error = NULL;
  if (api->ops->calendar == NULL)
    po_exchange_answer_problem (exchange, MHD_HTTP_NOT_FOUND, "not-found", _ ("this daemon does not offer it"), NULL);
  else if (!po_route_read_window (api, exchange, MOST_SPAN_NS, &from_ns, &to_ns, &error))
    po_exchange_answer_error (exchange, error);
  else
    api->ops->calendar (api->user, is_plan, from_ns, to_ns, on_calendar, po_exchange_ref (exchange));
}

void po_calendars_answer_plan (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_calendar (api, exchange, TRUE);
}

void po_calendars_answer_asrun (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_calendar (api, exchange, FALSE);
}
