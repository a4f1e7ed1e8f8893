// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/desk.h"

#include <string.h>

#include "control/item-json.h"
#include "desk/asrun-list.h"
#include "desk/command-desk.h"
#include "desk/guide.h"
#include "desk/lists.h"
#include "desk/marks.h"
#include "desk/media-desk.h"
#include "desk/metrics.h"
#include "desk/reports.h"
#include "desk/schedule-desk.h"
#include "desk/status.h"
#include "desk/uploads.h"
#include "model/error.h"
#include "model/recall.h"
#include "model/text.h"
#include "rundown/diff.h"
#include "schedule/occurrence-json.h"

#define WINDOW_NS      (24 * 3600 * PO_NS_PER_SECOND)
#define WINDOW_MOST_NS (400 * WINDOW_NS)

struct _PoDesk {
  PoDeskParts parts;
  PoGuide *guide;
  PoReports *reports;
  PoScheduleDesk *schedules;
  PoUploads *uploads;
  PoMediaDesk *media;
  PoLists *lists;
  PoCommandDesk *commands;
};

PoDesk *po_desk_new (const PoDeskParts *parts) {
  PoDesk *self = g_new0 (PoDesk, 1);
  self->parts = *parts;
  self->guide = po_guide_new ();
  self->lists = po_lists_new ();
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
  po_guide_free (self->guide);
  po_reports_free (self->reports);
  po_schedule_desk_free (self->schedules);
  po_uploads_free (self->uploads);
  po_media_desk_free (self->media);
  g_free (self);
}

static PoRate rate_of (PoDesk *self) {
  return po_rundown_rate (po_air_rundown (self->parts.air));
}

static gboolean check_on_air (PoDesk *self, GError **error) {
  if (po_air_rundown (self->parts.air) != NULL)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("playoutd is still starting; ask again in a second"));
  return FALSE;
}

// The status object of the API. (transfer full)
static JsonNode *status_of (PoDesk *self) {
  return po_status_to_json (&self->parts);
}

gchar *po_desk_status_text (PoDesk *self) {
  return po_status_to_line (&self->parts);
}

// ---- the ops ----

static JsonNode *op_status (gpointer user, GError **error) {
  PoDesk *self = user;
  return check_on_air (self, error) ? status_of (self) : NULL;
}

// ---- long lists ----

/** Listing: what a list is made from, away from the main loop. */
typedef struct {
  PoDesk *desk;
  PoStation *station;     // (nullable) a snapshot
  PoRundown *in_force;    // (nullable)
  PoGuideWork *guide;     // (nullable)
  PoRundown *planned;     // (nullable) found by the thread, with
  GPtrArray *occurrences; // those from @back_ns before
  gint64 back_ns;
  PoList *list;
  PoTimeNs from_ns, to_ns;
  gint64 most;
} Listing;

static void listing_free (gpointer data) {
  Listing *self = data;
  g_clear_pointer (&self->station, po_station_free);
  g_clear_pointer (&self->in_force, po_rundown_unref);
  g_clear_pointer (&self->guide, po_guide_work_free);
  g_clear_pointer (&self->planned, po_rundown_unref);
  g_clear_pointer (&self->occurrences, g_ptr_array_unref);
  g_free (self);
}

// On the main thread, for the one that makes the list: its store and its library are not for others.
static gpointer load_schedule_here (gconstpointer revision, gpointer user) {
  PoStationLoaders loaders = po_inputs_loaders (user);
  return loaders.schedule (revision, loaders.user);
}

static gpointer load_media_here (gconstpointer revision, gpointer user) {
  PoStationLoaders loaders = po_inputs_loaders (user);
  return loaders.media (revision, loaders.user);
}

static PoSchedule *load_schedule (const gchar *revision, gpointer user) {
  Listing *self = user;
  return po_list_ask_main (self->list, load_schedule_here, revision, self->desk->parts.inputs);
}

static PoMediaTable *load_media (const gchar *revision, gpointer user) {
  Listing *self = user;
  return po_list_ask_main (self->list, load_media_here, revision, self->desk->parts.inputs);
}

// (transfer full)
static Listing *listing_new (PoDesk *self, PoTimeNs from_ns, PoTimeNs to_ns) {
  Listing *listing = g_new0 (Listing, 1);
  const PoStationLoaders loaders = {load_schedule, load_media, listing, NULL};
  *listing = (Listing){.desk = self, .from_ns = from_ns, .to_ns = to_ns};
  listing->station = po_station_snapshot (self->parts.station, &loaders);
  return listing;
}

static gboolean read_window (PoDesk *self, PoTimeNs *from_ns, PoTimeNs *to_ns, GError **error) {
  if (!check_on_air (self, error))
    return FALSE;
  if (*from_ns == PO_TIME_NONE)
    *from_ns = po_frame_to_time_floor (po_air_frame (self->parts.air), rate_of (self));
  if (*to_ns == PO_TIME_NONE)
    *to_ns = *from_ns + WINDOW_NS;
  if (*to_ns > *from_ns && *to_ns - WINDOW_MOST_NS <= *from_ns)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("from must lie before to, and at most 400 days"));
  return FALSE;
}

static gboolean list_rundown (PoList *list, gpointer job, GError **error) {
  Listing *self = job;
  self->list = list;
  PoRate rate = po_station_settings (self->station)->rate;
  PoFrame from = po_frame_from_time_ceil (self->from_ns, rate), to = po_frame_from_time_ceil (self->to_ns, rate);
  // What is planned already is not planned again: the page asks for the next hours at every change.
  gboolean is_at_hand = from >= po_rundown_start (self->in_force) && to <= po_rundown_end (self->in_force);
  g_autoptr (PoRundown) rundown =
      is_at_hand ? po_rundown_ref (self->in_force) : po_station_plan (self->station, NULL, from, to, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->end <= from || item->start >= to || !po_list_wants (list))
      continue;
    po_item_write_json (text, item, rate, po_station_settings (self->station)->zone);
    po_list_add_text (list, text->str);
  }
  return TRUE;
}

// Of that window, if it can be had; else NULL, and told. (transfer full)
static Listing *listing_of_window (PoDesk *self, PoTimeNs from_ns, PoTimeNs to_ns, PoControlPageDone done,
                                   gpointer data) {
  g_autoptr (GError) error = NULL;
  if (read_window (self, &from_ns, &to_ns, &error))
    return listing_new (self, from_ns, to_ns);
  done (NULL, NULL, 0, error, data);
  return NULL;
}

static void op_rundown (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page,
                        PoControlPageDone done, gpointer data) {
  PoDesk *self = user;
  Listing *listing = listing_of_window (self, from_ns, to_ns, done, data);
  if (listing == NULL)
    return;
  listing->in_force = po_rundown_ref (po_air_rundown (self->parts.air));
  po_lists_make (self->lists, page, list_rundown, listing, listing_free, done, data);
}

/** Looker: one who waits for a plan. */
typedef struct {
  Listing *listing;
  PoDeskLooked done;
  gpointer data;
} Looker;

static gboolean look_ahead (PoList *list, gpointer job, GError **error) {
  Listing *self = job;
  const PoRate rate = po_station_settings (self->station)->rate;
  self->list = list;
  self->planned = po_station_plan (self->station, NULL, po_frame_from_time_ceil (self->from_ns, rate),
                                   po_frame_from_time_ceil (self->to_ns, rate), NULL);
  self->occurrences = po_station_occurrences (self->station, self->from_ns - self->back_ns, self->to_ns);
  return TRUE;
}

static void on_looked (GBytes *json, const gchar *sum, guint64 total, const GError *error, gpointer data) {
  g_autofree Looker *looker = data;
  if (error == NULL)
    looker->done (looker->listing->planned, looker->listing->occurrences, looker->data);
  else
    looker->done (NULL, NULL, looker->data);
}

void po_desk_look_ahead (PoDesk *self, PoTimeNs from_ns, PoTimeNs to_ns, gint64 back_ns, PoDeskLooked done,
                         gpointer data) {
  static const PoControlPage all = {0, G_MAXUINT64};
  Looker *looker = g_new0 (Looker, 1);
  *looker = (Looker){listing_new (self, from_ns, to_ns), done, data};
  looker->listing->back_ns = back_ns;
  po_lists_make (self->lists, &all, look_ahead, looker->listing, listing_free, on_looked, looker);
}

// How many instances each series has in @list, by UID.
static GHashTable *count_by_uid (GPtrArray *list) {
  GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < list->len; i++) {
    const PoOccurrence *one = list->pdata[i];
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, one->uid));
    g_hash_table_insert (counts, one->uid, GUINT_TO_POINTER (count + 1));
  }
  return counts;
}

static gboolean list_occurrences (PoList *list, gpointer job, GError **error) {
  Listing *self = job;
  self->list = list;
  g_autoptr (GPtrArray) all = po_station_newest_occurrences (self->station, self->from_ns, self->to_ns);
  g_autoptr (GHashTable) counts = count_by_uid (all);
  for (guint i = 0; i < all->len; i++) {
    const PoOccurrence *one = all->pdata[i];
    gboolean is_programme = self->most == 0 || GPOINTER_TO_UINT (g_hash_table_lookup (counts, one->uid)) <= self->most;
    if (!is_programme || !po_list_wants (list))
      continue;
    g_autofree gchar *text = po_occurrence_to_json (one);
    po_list_add_text (list, text);
  }
  return TRUE;
}

static void op_occurrences (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, gint64 most, const PoControlPage *page,
                            PoControlPageDone done, gpointer data) {
  PoDesk *self = user;
  Listing *listing = listing_of_window (self, from_ns, to_ns, done, data);
  if (listing == NULL)
    return;
  listing->most = most;
  po_lists_make (self->lists, page, list_occurrences, listing, listing_free, done, data);
}

static void op_asrun (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page,
                      PoControlPageDone done, gpointer data) {
  PoDesk *self = user;
  if (to_ns == PO_TIME_NONE)
    to_ns = from_ns != PO_TIME_NONE ? MIN (from_ns, G_MAXINT64 - WINDOW_MOST_NS) + WINDOW_MOST_NS
                                    : po_clock_now_ns (self->parts.clock) + WINDOW_NS;
  if (from_ns == PO_TIME_NONE)
    from_ns = to_ns - WINDOW_MOST_NS; // years of rows are asked for in pieces
  po_asrun_list_make (self->lists, self->parts.log, from_ns, to_ns, page, done, data);
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

static PoGuideParts guide_parts (PoDesk *self) {
  return (PoGuideParts){self->parts.config, self->parts.station, self->parts.log, self->parts.zone};
}

/** Reader: one who waits for the guide. */
typedef struct {
  Listing *listing;
  PoControlTextDone done;
  gpointer data;
} Reader;

static gboolean list_guide (PoList *list, gpointer job, GError **error) {
  Listing *self = job;
  self->list = list;
  po_list_take_text (list, po_guide_write (self->guide, self->station));
  return TRUE;
}

static void on_guide (GBytes *xml, const gchar *sum, guint64 total, const GError *error, gpointer data) {
  g_autofree Reader *reader = data;
  gsize length = 0;
  const gchar *bytes = xml != NULL ? g_bytes_get_data (xml, &length) : NULL;
  g_autofree gchar *text = xml != NULL ? g_strndup (bytes, length) : NULL;
  if (text != NULL)
    po_guide_keep (reader->listing->desk->guide, reader->listing->guide, text);
  reader->done (text, error, reader->data);
}

static void op_guide (gpointer user, PoControlTextDone done, gpointer data) {
  static const PoControlPage all = {0, G_MAXUINT64};
  PoDesk *self = user;
  const PoGuideParts parts = guide_parts (self);
  const PoTimeNs now_ns = po_clock_now_ns (self->parts.clock);
  const gchar *kept = po_guide_text (self->guide, &parts, now_ns);
  if (kept != NULL) {
    done (kept, NULL, data);
    return;
  }
  Reader *reader = g_new0 (Reader, 1);
  *reader = (Reader){listing_new (self, 0, 0), done, data};
  reader->listing->guide = po_guide_begin (self->guide, &parts, now_ns);
  po_lists_make (self->lists, &all, list_guide, reader->listing, listing_free, on_guide, reader);
}

static gchar *op_metrics (gpointer user, GError **error) {
  PoDesk *self = user;
  return check_on_air (self, error) ? po_metrics_text (&self->parts) : NULL;
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

static JsonNode *op_schedule_confirm (gpointer user, const gchar *revision, const gchar *who, GError **error) {
  PoDesk *self = user;
  return po_schedule_desk_confirm (self->schedules, revision, who, error);
}

static JsonNode *op_schedule_rollback (gpointer user, const gchar *revision, const gchar *who, GError **error) {
  PoDesk *self = user;
  return po_schedule_desk_rollback (self->schedules, revision, who, error);
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
  if (check_on_air (self, &error))
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
