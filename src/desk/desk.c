// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/desk.h"

#include "desk/asrun-list.h"
#include "desk/command-desk.h"
#include "desk/lists.h"
#include "desk/marks.h"
#include "desk/media-desk.h"
#include "desk/metrics.h"
#include "desk/plan-lists.h"
#include "desk/reports.h"
#include "desk/schedule-desk.h"
#include "desk/status.h"
#include "desk/uploads.h"
#include "model/error.h"
#include "model/text.h"

struct _PoDesk {
  PoDeskParts parts;
  PoReports *reports;
  PoScheduleDesk *schedules;
  PoUploads *uploads;
  PoMediaDesk *media;
  PoLists *lists;
  PoCommandDesk *commands;
  PoPlanLists *plans;
};

PoDesk *po_desk_new (const PoDeskParts *parts) {
  PoDesk *self = g_new0 (PoDesk, 1);
  self->parts = *parts;
  self->lists = po_lists_new ();
  self->plans = po_plan_lists_new (&self->parts, self->lists);
  self->reports = po_reports_new (parts->errands);
  self->schedules = po_schedule_desk_new (parts->errands, parts->inputs, parts->station, parts->clock, parts->zone);
  self->uploads = po_uploads_new (parts->inputs, parts->station, parts->clock, parts->zone);
  self->media = po_media_desk_new (parts->station, parts->clock);
  self->commands = po_command_desk_new (parts);
  return self;
}

void po_desk_set_config (PoDesk *self, PoConfig *config) {
  self->parts.config = config;
}

void po_desk_prepare (PoDesk *self) {
  po_media_desk_prepare (self->media, self->parts.config);
}

void po_desk_free (PoDesk *self) {
  if (self == NULL)
    return;
  po_command_desk_free (self->commands);
  po_lists_free (self->lists);
  po_plan_lists_free (self->plans);
  po_reports_free (self->reports);
  po_schedule_desk_free (self->schedules);
  po_uploads_free (self->uploads);
  po_media_desk_free (self->media);
  g_free (self);
}

gchar *po_desk_status_text (PoDesk *self) {
  return po_status_to_line (&self->parts);
}

// ---- the ops ----

static JsonNode *op_status (gpointer user, GError **error) {
  PoDesk *self = user;
  return po_status_check_on_air (&self->parts, error) ? po_status_to_json (&self->parts) : NULL;
}

static void op_rundown (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page,
                        PoControlPageDone done, gpointer data) {
  PoDesk *self = user;
  po_plan_lists_rundown (self->plans, from_ns, to_ns, page, done, data);
}

static void op_occurrences (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, gint64 most, const PoControlPage *page,
                            PoControlPageDone done, gpointer data) {
  PoDesk *self = user;
  po_plan_lists_occurrences (self->plans, from_ns, to_ns, most, page, done, data);
}

static void op_guide (gpointer user, PoControlTextDone done, gpointer data) {
  PoDesk *self = user;
  po_plan_lists_guide (self->plans, done, data);
}

void po_desk_look_ahead (PoDesk *self, PoTimeNs from_ns, PoTimeNs to_ns, gint64 back_ns, PoDeskLooked done,
                         gpointer data) {
  po_plan_lists_look_ahead (self->plans, from_ns, to_ns, back_ns, done, data);
}

static void op_asrun (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page,
                      PoControlPageDone done, gpointer data) {
  PoDesk *self = user;
  const PoTimeNs now_ns = po_clock_now_ns (self->parts.clock);
  po_asrun_list_make (self->lists, self->parts.log, from_ns, to_ns, now_ns, page, done, data);
}

static void op_report (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const gchar *language, PoControlTextDone done,
                       gpointer data) {
  PoDesk *self = user;
  po_reports_make (self->reports, from_ns, to_ns, language, done, data);
}

static void op_correct (gpointer user, JsonObject *wish, const gchar *who, const gchar *language, PoControlDone done,
                        gpointer data) {
  PoDesk *self = user;
  po_reports_correct (self->reports, wish, who, language, done, data);
}

static gchar *op_metrics (gpointer user, GError **error) {
  PoDesk *self = user;
  return po_status_check_on_air (&self->parts, error) ? po_metrics_text (&self->parts) : NULL;
}

static JsonNode *op_alarms (gpointer user, GError **error) {
  PoDesk *self = user;
  return po_alarms_to_json (self->parts.alarms);
}

static JsonNode *op_acknowledge (gpointer user, const gchar *id, const gchar *who, GError **error) {
  PoDesk *self = user;
  if (!po_alarms_acknowledge (self->parts.alarms, id, who, po_clock_now_ns (self->parts.clock), error))
    return NULL;
  return po_alarms_to_json (self->parts.alarms);
}

static JsonNode *op_acknowledge_each (gpointer user, const gchar *const *ids, const gchar *who, GError **error) {
  PoDesk *self = user;
  const PoTimeNs now_ns = po_clock_now_ns (self->parts.clock);
  JsonArray *results = json_array_new ();
  for (; *ids != NULL; ids++) {
    g_autoptr (GError) problem = NULL;
    JsonObject *result = json_object_new ();
    json_object_set_string_member (result, "id", *ids);
    json_object_set_boolean_member (result, "acknowledged",
                                    po_alarms_acknowledge (self->parts.alarms, *ids, who, now_ns, &problem));
    json_object_set_string_member (result, "problem", problem != NULL ? problem->message : NULL);
    json_array_add_object_element (results, result);
  }
  return json_node_init_array (json_node_alloc (), results);
}

static void op_media (gpointer user, PoControlListDone done, gpointer data) {
  PoDesk *self = user;
  po_media_desk_list (self->media, self->parts.config, done, data);
}

static void op_media_missing (gpointer user, PoControlListDone done, gpointer data) {
  PoDesk *self = user;
  po_media_desk_missing (self->media, self->parts.config, done, data);
}

static void op_clip_begin (gpointer user, JsonObject *wish, const gchar *who, PoControlDone done, gpointer data) {
  PoDesk *self = user;
  po_uploads_begin (self->uploads, self->parts.config->media, wish, done, data);
}

static void op_clip_piece (gpointer user, const gchar *id, gint64 at_bytes, GBytes *bytes, PoControlDone done,
                           gpointer data) {
  PoDesk *self = user;
  po_uploads_add (self->uploads, id, at_bytes, bytes, done, data);
}

static void op_clip_drop (gpointer user, const gchar *id, PoControlDone done, gpointer data) {
  PoDesk *self = user;
  po_uploads_drop (self->uploads, id, done, data);
}

static JsonNode *op_clip_state (gpointer user, const gchar *id, GError **error) {
  PoDesk *self = user;
  return po_uploads_state (self->uploads, id, error);
}

// (nullable)
static const PoMediaFacts *find_clip (PoDesk *self, const gchar *path) {
  PoMediaTable *table = po_station_media (self->parts.station);
  const PoMediaFacts *facts = po_media_table_lookup (table, path);
  return facts != NULL ? facts : po_media_table_resolve (table, path, NULL);
}

static GError *no_clip (const gchar *path) {
  return g_error_new (PO_ERROR, PO_ERROR_NOT_FOUND, _ ("there is no clip “%s” in the media folder"), path);
}

static void op_clip_mark (gpointer user, const gchar *path, JsonObject *wish, PoControlDone done, gpointer data) {
  PoDesk *self = user;
  const PoMediaFacts *facts = find_clip (self, path);
  g_autoptr (GError) error = facts == NULL ? no_clip (path) : NULL;
  if (facts == NULL)
    done (NULL, error, data);
  else
    po_marks_set (self->parts.inputs, self->parts.config, facts, wish, done, data);
}

static void op_clip_picture (gpointer user, const PoControlPicture *wish, PoControlBytesDone done, gpointer data) {
  PoDesk *self = user;
  const PoMediaFacts *facts = find_clip (self, wish->path);
  if (facts != NULL && (wish->of == NULL || g_str_has_prefix (facts->sha256, wish->of))) {
    const PoGalleryWish picture = {wish->at_ns, wish->strip};
    po_gallery_ask (po_inputs_gallery (self->parts.inputs), facts, &picture, done, data);
    return;
  }
  g_autoptr (GError) error = facts == NULL ? no_clip (wish->path)
                                           : g_error_new (PO_ERROR, PO_ERROR_NOT_FOUND,
                                                          _ ("the clip “%s” has other contents by now"), wish->path);
  done (NULL, error, data);
}

static gchar *op_hls_folder (gpointer user, const gchar *name) {
  PoDesk *self = user;
  const PoConfigOutput *output = po_config_output (self->parts.config, name);
  return output != NULL && output->type == PO_CONFIG_OUTPUT_HLS ? g_strdup (output->path) : NULL;
}

static JsonNode *op_schedules (gpointer user, GError **error) {
  PoDesk *self = user;
  return po_schedule_desk_list (self->schedules);
}

static void op_schedule_confirm (gpointer user, const gchar *revision, const gchar *who, PoControlDone done,
                                 gpointer data) {
  PoDesk *self = user;
  po_schedule_desk_confirm (self->schedules, revision, who, done, data);
}

static void op_schedule_rollback (gpointer user, const gchar *revision, const gchar *who, PoControlDone done,
                                  gpointer data) {
  PoDesk *self = user;
  po_schedule_desk_rollback (self->schedules, revision, who, done, data);
}

static JsonNode *op_schedule_refresh (gpointer user, GError **error) {
  PoDesk *self = user;
  return po_schedule_desk_refresh (self->schedules);
}

static void op_schedule_compare (gpointer user, const PoControlCalendar *wish, PoControlDone done, gpointer data) {
  PoDesk *self = user;
  po_schedule_desk_compare (self->schedules, wish, done, data);
}

static void op_calendar (gpointer user, gboolean is_plan, PoTimeNs from_ns, PoTimeNs to_ns, PoControlTextDone done,
                         gpointer data) {
  PoDesk *self = user;
  po_schedule_desk_calendar (self->schedules, is_plan, from_ns, to_ns, done, data);
}

static JsonNode *op_command_given (gpointer user, const gchar *key, gchar **ret_request) {
  PoDesk *self = user;
  return po_command_desk_given (self->commands, key, ret_request);
}

static void op_command (gpointer user, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                        PoControlDone done, gpointer data) {
  PoDesk *self = user;
  g_autoptr (GError) error = NULL;
  if (po_status_check_on_air (&self->parts, &error))
    po_command_desk_take (self->commands, verb, args, dry_run, who, done, data);
  else
    done (NULL, error, data);
}

const PoControlOps *po_desk_ops (void) {
  static const PoControlOps ops = {
      .status = op_status,
      .rundown = op_rundown,
      .occurrences = op_occurrences,
      .asrun = op_asrun,
      .report = op_report,
      .correct = op_correct,
      .guide = op_guide,
      .metrics = op_metrics,
      .alarms = op_alarms,
      .acknowledge = op_acknowledge,
      .acknowledge_each = op_acknowledge_each,
      .media = op_media,
      .media_missing = op_media_missing,
      .clip_begin = op_clip_begin,
      .clip_piece = op_clip_piece,
      .clip_drop = op_clip_drop,
      .clip_state = op_clip_state,
      .clip_mark = op_clip_mark,
      .clip_picture = op_clip_picture,
      .hls_folder = op_hls_folder,
      .schedules = op_schedules,
      .schedule_compare = op_schedule_compare,
      .schedule_refresh = op_schedule_refresh,
      .calendar = op_calendar,
      .schedule_confirm = op_schedule_confirm,
      .schedule_rollback = op_schedule_rollback,
      .command_given = op_command_given,
      .command = op_command,
  };
  return &ops;
}
