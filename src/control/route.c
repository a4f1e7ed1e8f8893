// SPDX-License-Identifier: GPL-3.0-or-later
// The route table and its handlers, each of which reads its arguments, asks the daemon, and answers.
#include "control/route.h"

#include <gio/gio.h>
#include <string.h>

#include "control/body.h"
#include "control/calendars.h"
#include "control/clips.h"
#include "control/openapi.h"
#include "control/page-of.h"
#include "control/people.h"
#include "control/precondition.h"
#include "control/session.h"
#include "model/text.h"

// A longer rundown is playoutctl's, offline.
#define MAX_PLANNED_SPAN_NS  (8 * 24 * 3600 * PO_NS_PER_SECOND)
#define MAX_REPORTED_SPAN_NS (G_GINT64_CONSTANT (3670) * 24 * 3600 * PO_NS_PER_SECOND) // ten years
#define MAX_RECORDED_SPAN_NS (400 * 24 * 3600 * PO_NS_PER_SECOND)

// The commands, and what each takes besides dry_run.
static const struct {
  const gchar *verb;
  const gchar *const *args;
} commands[] = {
    {"take", (const gchar *const[]){"uid", "instance", "part", "asap", NULL}},
    {"take-next", (const gchar *const[]){"asap", NULL}},
    {"skip", (const gchar *const[]){"asap", NULL}},
    {"hold", (const gchar *const[]){NULL}},
    {"resume", (const gchar *const[]){NULL}},
    {"extend", (const gchar *const[]){"by", NULL}},
    {"end-live", (const gchar *const[]){"asap", NULL}},
    {"slate", (const gchar *const[]){NULL}},
    {"back", (const gchar *const[]){"asap", NULL}},
    {"fill", (const gchar *const[]){"asap", NULL}},
    {"insert", (const gchar *const[]){"media", "how", "at", "asap", NULL}},
    {"replace", (const gchar *const[]){"uid", "instance", "part", "media", "asap", NULL}},
    {"cancel", (const gchar *const[]){"uid", "instance", "asap", NULL}},
};

const gchar *const *po_control_verbs (void) {
  static const gchar *verbs[G_N_ELEMENTS (commands) + 1];
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    verbs[i] = commands[i].verb;
  return verbs;
}

static gboolean is_list (PoExchange *exchange, JsonNode *result) {
  return g_str_equal (po_exchange_method (exchange), "GET") && JSON_NODE_HOLDS_ARRAY (result);
}

static void answer_result (PoExchange *exchange, JsonNode *result, const GError *error) {
  if (result != NULL && is_list (exchange, result))
    po_page_of_answer (exchange, result);
  else if (result != NULL)
    po_exchange_answer (exchange, MHD_HTTP_OK, result);
  else
    po_exchange_answer_error (exchange, error);
}

static void answer_unsupported (PoExchange *exchange) {
  po_exchange_answer_problem (exchange, MHD_HTTP_NOT_FOUND, "not-found", _ ("this daemon does not offer it"), NULL);
}

typedef JsonNode *(*PlainOp) (gpointer user, GError **error);

static void answer_plain (const PoApi *api, PoExchange *exchange, PlainOp op) {
  g_autoptr (GError) error = NULL;
  if (op == NULL) {
    answer_unsupported (exchange);
    return;
  }
  JsonNode *result = op (api->user, &error);
  answer_result (exchange, result, error);
}

// A time in the query; PO_TIME_NONE where it is not given. A "+" that was not escaped arrives as a blank.
static gboolean read_time (const PoApi *api, PoExchange *exchange, const gchar *name, PoTimeNs *ret_ns,
                           GError **error) {
  *ret_ns = PO_TIME_NONE;
  const gchar *text = po_exchange_query (exchange, name);
  if (text == NULL)
    return TRUE;
  g_autofree gchar *mended = g_strdelimit (g_strdup (text), " ", '+');
  if (po_time_parse (mended, api->zone, ret_ns, error))
    return TRUE;
  g_prefix_error (error, "%s: ", name);
  return FALSE;
}

gboolean po_route_read_window (const PoApi *api, PoExchange *exchange, gint64 max_span_ns, PoTimeNs *ret_from_ns,
                               PoTimeNs *ret_to_ns, GError **error) {
  if (!read_time (api, exchange, "from", ret_from_ns, error) || !read_time (api, exchange, "to", ret_to_ns, error))
    return FALSE;
  if (*ret_from_ns == PO_TIME_NONE || *ret_to_ns == PO_TIME_NONE)
    return TRUE;
  gint64 span_ns = 0;
  gboolean overflow = __builtin_sub_overflow (*ret_to_ns, *ret_from_ns, &span_ns);
  if (!overflow && span_ns > 0 && span_ns <= max_span_ns)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“to” must be after “from”, by %d days at most"),
               (gint)(max_span_ns / (24 * 3600 * PO_NS_PER_SECOND)));
  return FALSE;
}

// Asking: a page of a list that is on its way.
typedef struct {
  PoExchange *exchange;
  PoControlPage page;
} Asking;

static void on_page (GBytes *json, const gchar *sum, guint64 total, const GError *error, gpointer data) {
  g_autofree Asking *asking = data;
  g_autoptr (PoExchange) exchange = asking->exchange;
  if (json != NULL)
    po_page_of_answer_page (exchange, &asking->page, json, sum, total);
  else
    po_exchange_answer_error (exchange, error);
}

typedef void (*WindowOp) (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page,
                          PoControlPageDone done, gpointer data);

static void answer_window (const PoApi *api, PoExchange *exchange, WindowOp op, gint64 max_span_ns) {
  PoTimeNs from_ns = 0, to_ns = 0;
  PoControlPage page;
  g_autoptr (GError) error = NULL;
  if (op == NULL)
    answer_unsupported (exchange);
  else if (!po_route_read_window (api, exchange, max_span_ns, &from_ns, &to_ns, &error))
    po_exchange_answer_error (exchange, error);
  else if (po_page_of_read (exchange, &page)) {
    Asking *asking = g_new0 (Asking, 1);
    *asking = (Asking){po_exchange_ref (exchange), page};
    op (api->user, from_ns, to_ns, &page, on_page, asking);
  }
}

static void answer_status (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_plain (api, exchange, api->ops->status);
}

static void answer_events (const PoApi *api, PoExchange *exchange, const gchar *word) {
  po_events_answer (api->events, exchange);
}

static void answer_alarms (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_plain (api, exchange, api->ops->alarms);
}

// Answers the exchange that it is given (transfer full).
static void on_listed (const PoControlList *list, const GError *error, gpointer data) {
  g_autoptr (PoExchange) exchange = data;
  if (list != NULL)
    po_page_of_answer_list (exchange, list);
  else
    po_exchange_answer_error (exchange, error);
}

typedef void (*ListOp) (gpointer user, PoControlListDone done, gpointer data);

static void answer_list (const PoApi *api, PoExchange *exchange, ListOp op) {
  if (op == NULL)
    answer_unsupported (exchange);
  else
    op (api->user, on_listed, po_exchange_ref (exchange));
}

static void answer_media (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_list (api, exchange, api->ops->media);
}

static void answer_missing (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_list (api, exchange, api->ops->media_missing);
}

static void answer_schedules (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_plain (api, exchange, api->ops->schedules);
}

static void answer_rundown (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_window (api, exchange, api->ops->rundown, MAX_PLANNED_SPAN_NS);
}

static gboolean read_count (PoExchange *exchange, const gchar *name, gint64 *ret_count, GError **error) {
  *ret_count = 0;
  const gchar *text = po_exchange_query (exchange, name);
  guint64 count = 0;
  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT, &count, NULL)) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("%s: “%s” is not a number over 0"), name, text);
    return FALSE;
  }
  *ret_count = (gint64)count;
  return TRUE;
}

static void answer_occurrences (const PoApi *api, PoExchange *exchange, const gchar *word) {
  PoTimeNs from_ns = 0, to_ns = 0;
  PoControlPage page;
  gint64 most = 0;
  g_autoptr (GError) error = NULL;
  if (api->ops->occurrences == NULL)
    answer_unsupported (exchange);
  else if (!po_route_read_window (api, exchange, MAX_RECORDED_SPAN_NS, &from_ns, &to_ns, &error) ||
           !read_count (exchange, "most", &most, &error))
    po_exchange_answer_error (exchange, error);
  else if (po_page_of_read (exchange, &page)) {
    Asking *asking = g_new0 (Asking, 1);
    *asking = (Asking){po_exchange_ref (exchange), page};
    api->ops->occurrences (api->user, from_ns, to_ns, most, &page, on_page, asking);
  }
}

static void answer_text (PoExchange *exchange, const gchar *text, const GError *error, const gchar *type) {
  if (text == NULL) {
    po_exchange_answer_error (exchange, error);
    return;
  }
  struct MHD_Response *response = MHD_create_response_from_buffer (strlen (text), (gchar *)text, MHD_RESPMEM_MUST_COPY);
  MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  po_exchange_answer_with (exchange, MHD_HTTP_OK, response);
}

static void on_guide (const gchar *text, const GError *error, gpointer data) {
  g_autoptr (PoExchange) exchange = data;
  if (text == NULL) {
    po_exchange_answer_error (exchange, error);
    return;
  }
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  po_exchange_answer_bytes (exchange, bytes, "application/xml; charset=utf-8");
}

static void answer_guide (const PoApi *api, PoExchange *exchange, const gchar *word) {
  if (api->ops->guide == NULL)
    answer_unsupported (exchange);
  else
    api->ops->guide (api->user, on_guide, po_exchange_ref (exchange));
}

static void answer_metrics (const PoApi *api, PoExchange *exchange, const gchar *word) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = api->ops->metrics != NULL ? api->ops->metrics (api->user, &error) : NULL;
  if (api->ops->metrics == NULL)
    answer_unsupported (exchange);
  else
    answer_text (exchange, text, error, "text/plain; version=0.0.4; charset=utf-8");
}

static void answer_openapi (const PoApi *api, PoExchange *exchange, const gchar *word) {
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (po_openapi_get_resource (), "/control/openapi.json", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  po_exchange_answer_bytes (exchange, bytes, "application/json");
}

static void answer_asrun (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_window (api, exchange, api->ops->asrun, MAX_RECORDED_SPAN_NS);
}

// Answers the exchange that it is given (transfer full).
static void on_done (JsonNode *result, const GError *error, gpointer data) {
  g_autoptr (PoExchange) exchange = data;
  answer_result (exchange, result, error);
}

static void on_reported (const gchar *text, const GError *error, gpointer data) {
  g_autoptr (PoExchange) exchange = data;
  if (text == NULL) {
    po_exchange_answer_error (exchange, error);
    return;
  }
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  po_exchange_answer_text (exchange, bytes, NULL);
}

static void answer_report (const PoApi *api, PoExchange *exchange, const gchar *word) {
  PoTimeNs from_ns = PO_TIME_NONE, to_ns = PO_TIME_NONE;
  g_autoptr (GError) error = NULL;
  if (api->ops->report == NULL) {
    answer_unsupported (exchange);
    return;
  }
  if (!po_route_read_window (api, exchange, MAX_REPORTED_SPAN_NS, &from_ns, &to_ns, &error))
    po_exchange_answer_error (exchange, error);
  else if (from_ns == PO_TIME_NONE || to_ns == PO_TIME_NONE)
    po_exchange_answer_problem (exchange, MHD_HTTP_BAD_REQUEST, "bad-request", _ ("a report needs “from” and “to”"),
                                NULL);
  else
    api->ops->report (api->user, from_ns, to_ns, po_exchange_language (exchange), on_reported,
                      po_exchange_ref (exchange));
}

typedef void (*RevisionOp) (gpointer user, const gchar *revision, const gchar *who, PoControlDone done, gpointer data);

static void answer_revision (const PoApi *api, PoExchange *exchange, RevisionOp op) {
  static const gchar *const known[] = {"revision", NULL};
  g_autoptr (GError) error = NULL;
  g_auto (GValue) revision = G_VALUE_INIT;
  if (op == NULL) {
    answer_unsupported (exchange);
    return;
  }
  g_autoptr (JsonObject) body = po_exchange_json_body (exchange, &error);
  if (body != NULL && po_body_check_members (body, known, NULL, &error) &&
      po_body_read (body, "revision", G_TYPE_STRING, &revision, &error))
    op (api->user, G_IS_VALUE (&revision) ? g_value_get_string (&revision) : NULL, po_exchange_who (exchange), on_done,
        po_exchange_ref (exchange));
  else
    po_exchange_answer_error (exchange, error);
}

static void answer_confirm (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_revision (api, exchange, api->ops->schedule_confirm);
}

static void answer_rollback (const PoApi *api, PoExchange *exchange, const gchar *word) {
  answer_revision (api, exchange, api->ops->schedule_rollback);
}

static void answer_acknowledge (const PoApi *api, PoExchange *exchange, const gchar *word) {
  static const gchar *const known[] = {"id", "who", NULL};
  g_autoptr (GError) error = NULL;
  g_auto (GValue) id = G_VALUE_INIT, typed = G_VALUE_INIT;
  if (api->ops->acknowledge == NULL) {
    answer_unsupported (exchange);
    return;
  }
  g_autoptr (JsonObject) body = po_exchange_json_body (exchange, &error);
  JsonNode *result = NULL;
  if (body != NULL && po_body_check_members (body, known, NULL, &error) &&
      po_body_read (body, "id", G_TYPE_STRING, &id, &error) &&
      po_body_read (body, "who", G_TYPE_STRING, &typed, &error)) {
    g_autofree gchar *who = po_body_who (exchange, &typed);
    if (G_IS_VALUE (&id))
      result = api->ops->acknowledge (api->user, g_value_get_string (&id), who, &error);
    else
      g_set_error_literal (&error, PO_ERROR, PO_ERROR_INPUT, _ ("the body must name the alarm: {\"id\": …}"));
  }
  answer_result (exchange, result, error);
}

// Each of several: one that is over by now holds up none of the others.
static void answer_acknowledgements (const PoApi *api, PoExchange *exchange, const gchar *word) {
  static const gchar *const known[] = {"ids", "who", NULL};
  g_autoptr (GError) error = NULL;
  g_auto (GValue) typed = G_VALUE_INIT;
  if (api->ops->acknowledge_each == NULL) {
    answer_unsupported (exchange);
    return;
  }
  g_autoptr (JsonObject) body = po_exchange_json_body (exchange, &error);
  g_auto (GStrv) ids = NULL;
  JsonNode *result = NULL;
  if (body != NULL && po_body_check_members (body, known, NULL, &error) &&
      po_body_read (body, "who", G_TYPE_STRING, &typed, &error) &&
      (ids = po_body_read_texts (body, "ids", &error)) != NULL) {
    g_autofree gchar *who = po_body_who (exchange, &typed);
    result = api->ops->acknowledge_each (api->user, (const gchar *const *)ids, who, &error);
  }
  answer_result (exchange, result, error);
}

static void answer_correct (const PoApi *api, PoExchange *exchange, const gchar *word) {
  static const gchar *const known[] = {"airing", "uid", "instance", "status", "why", "who", NULL};
  g_autoptr (GError) error = NULL;
  g_auto (GValue) typed = G_VALUE_INIT;
  if (api->ops->correct == NULL) {
    answer_unsupported (exchange);
    return;
  }
  g_autoptr (JsonObject) body = po_exchange_json_body (exchange, &error);
  if (body == NULL || !po_body_check_members (body, known, NULL, &error) ||
      !po_body_read (body, "who", G_TYPE_STRING, &typed, &error)) {
    po_exchange_answer_error (exchange, error);
    return;
  }
  g_autofree gchar *who = po_body_who (exchange, &typed);
  api->ops->correct (api->user, body, who, po_exchange_language (exchange), on_done, po_exchange_ref (exchange));
}

const gchar *const *po_control_verb_arguments (const gchar *verb) {
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].verb, verb))
      return commands[i].args;
  return NULL;
}

// Answers 412 where the rundown is no longer the one that the asker saw.
static gboolean check_precondition (const PoApi *api, PoExchange *exchange) {
  const gchar *if_match = po_exchange_header (exchange, MHD_HTTP_HEADER_IF_MATCH);
  if (if_match == NULL || api->ops->status == NULL)
    return TRUE;
  g_autoptr (JsonNode) status = api->ops->status (api->user, NULL);
  g_autofree gchar *broken =
      status != NULL ? po_precondition_broken (if_match, json_node_get_object (status), api->zone) : NULL;
  if (broken != NULL)
    po_exchange_answer_problem (exchange, MHD_HTTP_PRECONDITION_FAILED, "precondition-failed", broken, NULL);
  return broken == NULL;
}

// Answers a command that an earlier life of the daemon has carried out by the same key; this life's are in the replay.
static gboolean answer_given (const PoApi *api, PoExchange *exchange, const gchar *key, const gchar *request) {
  g_autofree gchar *before = NULL;
  JsonNode *given = api->ops->command_given != NULL ? api->ops->command_given (api->user, key, &before) : NULL;
  if (given == NULL)
    return FALSE;
  if (before != NULL && strcmp (before, request) != 0) {
    json_node_unref (given);
    po_replay_refuse (exchange);
    return TRUE;
  }
  po_exchange_add_header (exchange, "Idempotent-Replayed", "true");
  po_exchange_answer (exchange, MHD_HTTP_OK, given);
  return TRUE;
}

static void answer_command (const PoApi *api, PoExchange *exchange, const gchar *verb) {
  const gchar *const *args = po_control_verb_arguments (verb);
  g_autoptr (GError) error = NULL;
  g_auto (GValue) dry_run = G_VALUE_INIT;
  if (api->ops->command == NULL || args == NULL) {
    g_autofree gchar *all = g_strjoinv (", ", (gchar **)po_control_verbs ());
    g_autofree gchar *detail = g_strdup_printf (_ ("there is no command “%s”; there are %s"), verb, all);
    po_exchange_answer_problem (exchange, MHD_HTTP_NOT_FOUND, "not-found", detail, NULL);
    return;
  }
  g_autoptr (JsonObject) body = po_exchange_json_body (exchange, &error);
  if (body == NULL || !po_body_check_members (body, args, "dry_run", &error) ||
      !po_body_read (body, "dry_run", G_TYPE_BOOLEAN, &dry_run, &error)) {
    po_exchange_answer_error (exchange, error);
    return;
  }
  if (json_object_has_member (body, "dry_run"))
    json_object_remove_member (body, "dry_run");
  gboolean is_dry = G_IS_VALUE (&dry_run) && g_value_get_boolean (&dry_run);
  g_autofree gchar *key = !is_dry ? po_replay_key (exchange) : NULL;
  g_autofree gchar *request = key != NULL ? po_replay_fingerprint (exchange) : NULL;
  if ((key != NULL && answer_given (api, exchange, key, request)) || !check_precondition (api, exchange))
    return;
  if (key != NULL) {
    json_object_set_string_member (body, "key", key);
    json_object_set_string_member (body, "request", request);
  }
  api->ops->command (api->user, verb, body, is_dry, po_exchange_who (exchange), on_done, po_exchange_ref (exchange));
}

static const gchar *const diff_query[] = {"revision", NULL};
static const gchar *const upload_query[] = {"name", NULL};
#define PO_METRICS_PATH "/metrics"

static const gchar *const span_query[] = {"from", "to", NULL};
static const gchar *const events_query[] = {PO_LANGUAGE_QUERY, NULL};
static const gchar *const list_query[] = {PO_PAGE_QUERY, NULL};
static const gchar *const window_query[] = {"from", "to", PO_PAGE_QUERY, NULL};
static const gchar *const occurrences_query[] = {"from", "to", "most", PO_PAGE_QUERY, NULL};

static const gchar *const thumbnail_query[] = {"of", "at_ns", NULL};
static const gchar *const strip_query[] = {"of", NULL};

const PoRoute po_routes[] = {
    {"GET", "/session", PO_ROLE_NONE, po_session_answer, NULL, "Who asks, and what they may do"},
    {"POST", "/session", PO_ROLE_NONE, po_session_log_in, NULL, "Logs in: a name and a password for a cookie"},
    {"DELETE", "/session", PO_ROLE_NONE, po_session_log_out, NULL, "Logs out"},
    {"GET", "/openapi.json", PO_ROLE_NONE, answer_openapi, NULL, "This description"},
    {"GET", "/status", PO_ROLE_VIEWER, answer_status, NULL, "What is on air, what is next, outputs, players, alarms"},
    {"GET", "/events", PO_ROLE_VIEWER, answer_events, events_query,
     "The status again and again, as a stream of server-sent events"},
    {"GET", "/rundown", PO_ROLE_VIEWER, answer_rundown, window_query, "What airs when"},
    {"GET", "/occurrences", PO_ROLE_VIEWER, answer_occurrences, occurrences_query, "What the calendars say"},
    {"GET", "/asrun", PO_ROLE_VIEWER, answer_asrun, window_query, "What aired"},
    {"POST", "/asrun/corrections", PO_ROLE_OPERATOR, answer_correct, NULL,
     "What is held from now on of an airing, or of what never aired: by whom, and why"},
    {"GET", "/report", PO_ROLE_VIEWER, answer_report, span_query, "Planned against aired"},
    {"GET", "/guide.xml", PO_ROLE_VIEWER, answer_guide, NULL, "The programme guide of a week, as XMLTV"},
    {"GET", PO_METRICS_PATH, PO_ROLE_VIEWER, answer_metrics, NULL, "Figures for Prometheus; also at /metrics"},
    {"GET", "/alarms", PO_ROLE_VIEWER, answer_alarms, list_query, "What is wrong now, and what to do"},
    {"POST", "/alarms/acknowledge", PO_ROLE_OPERATOR, answer_acknowledge, NULL,
     "Somebody has seen an alarm: {id, who}"},
    {"POST", "/alarms/acknowledgements", PO_ROLE_OPERATOR, answer_acknowledgements, NULL,
     "Somebody has seen several alarms: {ids, who}; what became of each"},
    {"GET", "/media", PO_ROLE_VIEWER, answer_media, list_query,
     "The clips, what is known of them, and which airings each serves"},
    {"GET", "/media/missing", PO_ROLE_VIEWER, answer_missing, list_query,
     "The airings that have no clip, where it belongs, and until when"},
    {"POST", "/media/uploads", PO_ROLE_PRODUCER, po_clips_answer_begin, NULL,
     "Begins to take in a clip, or goes on: by a path, or for an episode"},
    {"GET", "/media/uploads/{id}", PO_ROLE_PRODUCER, po_clips_answer_state, NULL, "How much of it is here"},
    {"PATCH", "/media/uploads/{id}", PO_ROLE_PRODUCER, po_clips_answer_piece, NULL,
     "The next piece of it; the last one puts it in its place", PO_CLIP_PIECE_BYTES},
    {"DELETE", "/media/uploads/{id}", PO_ROLE_PRODUCER, po_clips_answer_drop, NULL, "Gives it up"},
    {"GET", "/media/{path}/thumbnail", PO_ROLE_VIEWER, po_clips_answer_thumbnail, thumbnail_query,
     "A small picture of a clip: its first one, or that at a time"},
    {"PATCH", "/media/{path}/marks", PO_ROLE_PRODUCER, po_clips_answer_mark, NULL,
     "Where a clip begins and ends on air: {som, eom}; kept beside it"},
    {"GET", "/media/{path}/strip", PO_ROLE_VIEWER, po_clips_answer_strip, strip_query,
     "Small pictures from all of a clip, side by side"},
    {"GET", "/schedules", PO_ROLE_VIEWER, answer_schedules, NULL,
     "The calendars adopted, and those that wait for a decision"},
    {"GET", "/schedules/diff", PO_ROLE_VIEWER, po_calendars_answer_diff, diff_query,
     "What the folder, or an earlier version, would change on the air"},
    {"POST", "/schedules/uploads", PO_ROLE_PRODUCER, po_calendars_answer_upload, upload_query,
     "Takes a calendar in, and says what it would change; it waits for a confirm", PO_UPLOAD_BYTES},
    {"POST", "/schedules/refresh", PO_ROLE_OPERATOR, po_calendars_answer_refresh, NULL,
     "Asks for the calendars elsewhere now"},
    {"GET", "/plan.ics", PO_ROLE_VIEWER, po_calendars_answer_plan, span_query,
     "The plan as a calendar to subscribe to"},
    {"GET", "/asrun.ics", PO_ROLE_VIEWER, po_calendars_answer_asrun, span_query, "What aired, likewise"},
    {"POST", "/schedules/confirm", PO_ROLE_OPERATOR, answer_confirm, NULL, "Takes the calendars as they are now"},
    {"POST", "/schedules/rollback", PO_ROLE_OPERATOR, answer_rollback, NULL,
     "Goes back to an earlier version of the calendars"},
    {"GET", "/users", PO_ROLE_ADMIN, po_people_answer_users, list_query, "Who may log in, and what they may"},
    {"POST", "/users", PO_ROLE_ADMIN, po_people_answer_user_add, NULL, "Lets somebody log in"},
    {"PATCH", "/users/{name}", PO_ROLE_ADMIN, po_people_answer_user_change, NULL,
     "Another role or password; a password logs its owner out everywhere"},
    {"DELETE", "/users/{name}", PO_ROLE_ADMIN, po_people_answer_user_remove, NULL, "Lets somebody log in no more"},
    {"GET", "/tokens", PO_ROLE_ADMIN, po_people_answer_tokens, list_query,
     "Which programs hold a key, and what they may"},
    {"POST", "/tokens", PO_ROLE_ADMIN, po_people_answer_token_add, NULL,
     "Makes a key for a program, and tells it this once"},
    {"DELETE", "/tokens/{name}", PO_ROLE_ADMIN, po_people_answer_token_revoke, NULL, "Ends a program's key"},
    {"POST", "/commands/{verb}", PO_ROLE_OPERATOR, answer_command, NULL, "Acts on the air at once"},
    {NULL, NULL, PO_ROLE_NONE, NULL, NULL, NULL},
};

// TRUE if @path, under the API's root, is what @pattern stands for: {path} is a clip's, with slashes, any other word
// has none. (transfer full) of @ret_word
static gboolean matches (const gchar *pattern, const gchar *path, gchar **ret_word) {
  const gchar *brace = strchr (pattern, '{');
  if (brace == NULL)
    return g_str_equal (pattern, path);
  const gchar *rest = strchr (brace, '}') + 1;
  const gsize fixed = (gsize)(brace - pattern), length = strlen (path), tail = strlen (rest);
  if (strncmp (pattern, path, fixed) != 0 || length <= fixed + tail || !g_str_has_suffix (path + fixed, rest))
    return FALSE;
  g_autofree gchar *word = g_strndup (path + fixed, length - fixed - tail);
  if (strchr (word, '/') != NULL && !g_str_has_prefix (brace, "{path}"))
    return FALSE;
  g_free (*ret_word);
  *ret_word = g_steal_pointer (&word);
  return TRUE;
}

const PoRoute *po_route_find (const gchar *method, const gchar *path, gchar **ret_word, gchar **ret_allow) {
  *ret_word = *ret_allow = NULL;
  const gboolean is_metrics = g_str_equal (path, PO_METRICS_PATH); // where Prometheus looks by itself
  if (!is_metrics && !g_str_has_prefix (path, PO_API_ROOT "/"))
    return NULL;
  const gchar *rest = is_metrics ? path : path + strlen (PO_API_ROOT);
  const gchar *wanted = g_str_equal (method, "HEAD") ? "GET" : method;
  g_autoptr (GString) allow = g_string_new (NULL);
  for (const PoRoute *route = po_routes; route->method != NULL; route++) {
    if (!matches (route->path, rest, ret_word))
      continue;
    if (g_str_equal (route->method, wanted))
      return route;
    g_string_append_printf (allow, "%s, ", g_str_equal (route->method, "GET") ? "GET, HEAD" : route->method);
  }
  if (allow->len > 0) {
    g_string_append (allow, "OPTIONS");
    *ret_allow = g_string_free (g_steal_pointer (&allow), FALSE);
  }
  return NULL;
}
