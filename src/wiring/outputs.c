// SPDX-License-Identifier: GPL-3.0-or-later
#include "wiring/outputs.h"

#include "json/tree.h"
#include "model/text.h"
#include "output/rack.h"

#define FINISH_NS           (10 * PO_NS_PER_SECOND)
#define DAY_NS              (24 * 3600 * PO_NS_PER_SECOND)
#define LONGEST_MONTH_NS    (31 * DAY_NS)
#define BYTES_PER_GB        G_GINT64_CONSTANT (1000000000)
#define STATE_RESERVE_BYTES ((gint64)256 << 20) // on a disk shared with recordings: years of log

struct _PoOutputs {
  PoConfig *config;
  PoOutputRack *rack;
  PoAlarms *alarms;
  const PoClock *clock;
  GHashTable *refused; // {name: what is wrong}: outputs that cannot be made as their sections say
  PoTimeNs utc_at_zero_ns;
  gboolean is_utc_right;
  guint64 frames_seen; // of those running, when it was last asked
};

// (transfer full)
static PoOutputSettings *to_settings (PoOutputs *self, const PoConfigOutput *config) {
  PoOutputSettings *settings = po_output_settings_new (config->name, po_config_output_type_to_string (config->type));
  settings->uri = g_strdup (config->uri);
  settings->path = g_strdup (config->path);
  settings->codec = config->codec == PO_CONFIG_CODEC_LOSSLESS ? PO_OUTPUT_CODEC_LOSSLESS : PO_OUTPUT_CODEC_H264;
  settings->container = config->container == PO_CONFIG_CONTAINER_MKV ? PO_OUTPUT_CONTAINER_MKV : PO_OUTPUT_CONTAINER_TS;
  if (config->type == PO_CONFIG_OUTPUT_WINDOW)
    settings->codec = PO_OUTPUT_CODEC_RAW;
  settings->video_bitrate_kbps = (gint)config->video_bitrate_kbps;
  settings->audio_bitrate_kbps = (gint)config->audio_bitrate_kbps;
  settings->width = config->width;
  settings->height = config->height;
  settings->segment_ns = config->type == PO_CONFIG_OUTPUT_HLS ? config->segment_seconds * PO_NS_PER_SECOND
                                                              : config->segment_minutes * 60 * PO_NS_PER_SECOND;
  settings->service_name = g_strdup (config->service_name);
  settings->keep_ns = config->keep_months * LONGEST_MONTH_NS;
  if (config->keep_free_gb > 0)
    settings->keep_free_bytes = config->keep_free_gb * BYTES_PER_GB;
  settings->state_path = g_strdup (self->config->state);
  settings->state_free_bytes = STATE_RESERVE_BYTES;
  return settings;
}

static gchar *alarm_id (const gchar *name) {
  return g_strconcat ("output:", name, NULL);
}

static gchar *room_alarm_id (const gchar *name) {
  return g_strconcat ("recording:", name, NULL);
}

static gchar *renewal_alarm_id (const gchar *name) {
  return g_strconcat ("renewed:", name, NULL);
}

static void add_output (PoOutputs *self, const PoConfigOutput *config) {
  g_autoptr (PoOutputSettings) settings = to_settings (self, config);
  g_autoptr (GError) error = NULL;
  if (po_output_rack_add (self->rack, settings, &error))
    g_hash_table_remove (self->refused, config->name);
  else
    g_hash_table_replace (self->refused, g_strdup (config->name), g_strdup (error->message));
}

PoOutputs *po_outputs_new (PoConfig *config, GTimeZone *zone, PoAlarms *alarms, const PoClock *clock,
                           gboolean is_free_run) {
  PoOutputs *self = g_new0 (PoOutputs, 1);
  self->config = po_config_ref (config);
  self->alarms = alarms;
  self->clock = clock;
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->utc_at_zero_ns = po_clock_now_ns (clock);
  self->rack = po_output_rack_new (&config->format, zone, is_free_run, self->utc_at_zero_ns);
  for (guint i = 0; i < config->outputs->len; i++)
    add_output (self, config->outputs->pdata[i]);
  po_outputs_check (self);
  return self;
}

void po_outputs_free (PoOutputs *self) {
  if (self == NULL)
    return;
  po_output_rack_finish (self->rack, FINISH_NS);
  po_output_rack_free (self->rack);
  g_hash_table_unref (self->refused);
  po_config_unref (self->config);
  g_free (self);
}

PoFeed po_outputs_feed (PoOutputs *self) {
  return (PoFeed){po_output_rack_push, self->rack};
}

void po_outputs_set_utc (PoOutputs *self, PoTimeNs utc_at_zero_ns, gboolean is_right) {
  self->is_utc_right = is_right;
  if (utc_at_zero_ns == self->utc_at_zero_ns)
    return;
  self->utc_at_zero_ns = utc_at_zero_ns;
  po_output_rack_set_utc (self->rack, utc_at_zero_ns);
}

void po_outputs_set_programmes (PoOutputs *self, const PoServiceTable *tables, guint n_tables) {
  po_output_rack_set_programmes (self->rack, tables, n_tables);
}

void po_outputs_set_config (PoOutputs *self, PoConfig *config, GPtrArray *changes) {
  g_autoptr (PoConfig) before = g_steal_pointer (&self->config);
  self->config = po_config_ref (config);
  for (guint i = 0; i < before->outputs->len; i++) { // also of those that could not be made
    const gchar *name = ((const PoConfigOutput *)before->outputs->pdata[i])->name;
    if (po_config_output (config, name) != NULL)
      continue;
    g_autofree gchar *id = alarm_id (name);
    g_autofree gchar *room_id = room_alarm_id (name);
    g_autofree gchar *renewal_id = renewal_alarm_id (name);
    po_output_rack_remove (self->rack, name);
    g_hash_table_remove (self->refused, name);
    po_alarms_clear (self->alarms, id);
    po_alarms_clear (self->alarms, room_id);
    po_alarms_clear (self->alarms, renewal_id);
  }
  for (guint i = 0; i < config->outputs->len; i++) {
    const PoConfigOutput *output = config->outputs->pdata[i];
    g_autofree gchar *section = g_strconcat ("output ", output->name, NULL);
    if (po_config_changes_touch (changes, section))
      add_output (self, output);
  }
  po_outputs_check (self);
}

// ---- what recordings need ----

// With the transport stream's overhead; of lossless ones nothing can be foretold.
static gint64 bytes_per_second (const PoConfigOutput *config) {
  gint64 kbps = config->video_bitrate_kbps + config->audio_bitrate_kbps;
  return config->codec == PO_CONFIG_CODEC_LOSSLESS ? 0 : kbps * 1000 / 8 * 104 / 100;
}

// Disk: what all the recordings on one have, and take; and what room there is for the one that is asked about, which
// may be wanted to leave more of it free than the others.
typedef struct {
  gint64 kept_bytes, room_bytes, bytes_per_second;
} Disk;

static Disk disk_of (PoOutputs *self, GPtrArray *list, const PoKeeping *asked) {
  Disk disk = {.room_bytes = MAX (asked->room_bytes, 0)};
  for (guint i = 0; i < list->len; i++) {
    const PoOutputStatus *status = list->pdata[i];
    const PoConfigOutput *config = po_config_output (self->config, status->name);
    if (config == NULL || !status->is_kept || status->keeping.device != asked->device)
      continue;
    disk.kept_bytes += status->keeping.kept_bytes;
    disk.bytes_per_second += bytes_per_second (config);
  }
  return disk;
}

// How long the recordings on it can be kept, all together: what is kept, and what is free, at all their rates.
static gint64 forecast_ns (const Disk *disk) {
  const gint64 have_bytes = disk->kept_bytes + disk->room_bytes;
  return disk->bytes_per_second > 0 ? po_retention_forecast_ns (have_bytes, disk->bytes_per_second) : G_MAXINT64;
}

GPtrArray *po_outputs_list (PoOutputs *self) {
  return po_output_rack_status (self->rack);
}

gint64 po_outputs_disk_fills_in_ns (PoOutputs *self, GPtrArray *list, gchar **ret_name) {
  gint64 first_ns = G_MAXINT64;
  *ret_name = NULL;
  for (guint i = 0; i < list->len; i++) {
    const PoOutputStatus *status = list->pdata[i];
    const PoConfigOutput *config = po_config_output (self->config, status->name);
    if (config == NULL || !status->is_kept)
      continue;
    const Disk disk = disk_of (self, list, &status->keeping);
    const gboolean lasts = forecast_ns (&disk) >= config->keep_months * LONGEST_MONTH_NS;
    const gint64 full_ns = po_retention_forecast_ns (disk.room_bytes, disk.bytes_per_second);
    if (lasts || disk.room_bytes == 0 || full_ns >= first_ns)
      continue;
    first_ns = full_ns;
    g_free (*ret_name);
    *ret_name = g_strdup (status->name);
  }
  return first_ns;
}

static void check_room (PoOutputs *self, GPtrArray *list, const PoOutputStatus *status) {
  const PoConfigOutput *config = po_config_output (self->config, status->name);
  g_autofree gchar *id = room_alarm_id (status->name);
  if (config == NULL || !status->is_kept)
    return;
  gint64 wanted_ns = config->keep_months * LONGEST_MONTH_NS;
  const Disk disk = disk_of (self, list, &status->keeping);
  gint64 can_ns = forecast_ns (&disk);
  if (can_ns >= wanted_ns) {
    po_alarms_clear (self->alarms, id);
    return;
  }
  g_autofree gchar *size = g_format_size ((guint64)(wanted_ns / PO_NS_PER_SECOND) * (guint64)bytes_per_second (config));
  gint days = (gint)(can_ns / DAY_NS);
  po_alarms_raise (self->alarms, id, PO_SEVERITY_WARNING, po_clock_now_ns (self->clock),
                   _ ("Give it a larger disk, a lower video-bitrate-kbps= or a smaller keep-months=; until then the "
                      "oldest files go when the disk is full."),
                   NG_ ("Recording %s is to be kept for %d months, which takes %s; the disk holds %d day of it",
                        "Recording %s is to be kept for %d months, which takes %s; the disk holds %d days of it",
                        (gulong)days),
                   status->name, (gint)config->keep_months, size, days);
}

static const gchar *mend_section (void) {
  return _ ("Mend the section in the configuration and send SIGHUP; the other outputs go on.");
}

static gboolean is_named (gconstpointer status, gconstpointer name) {
  return g_str_equal (((const PoOutputStatus *)status)->name, name);
}

static void raise_trouble (PoOutputs *self, const PoOutputStatus *status) {
  const gchar *refusal = g_hash_table_lookup (self->refused, status->name);
  g_autofree gchar *id = alarm_id (status->name);
  const PoTimeNs now_ns = po_clock_now_ns (self->clock);
  if (status->problem != NULL)
    po_alarms_raise (self->alarms, id, PO_SEVERITY_ERROR, now_ns,
                     _ ("Check the place it goes to; it is tried again by itself."), _ ("Output %s (%s): %s"),
                     status->name, status->where, status->problem);
  else if (refusal != NULL)
    po_alarms_raise (self->alarms, id, PO_SEVERITY_ERROR, now_ns, mend_section (),
                     _ ("Output %s goes on as it was before its section was changed: %s"), status->name, refusal);
  else
    po_alarms_clear (self->alarms, id);
}

// So that the log says who ended the connection.
static void note_renewal (PoOutputs *self, const PoOutputStatus *status) {
  g_autofree gchar *id = renewal_alarm_id (status->name);
  if (!status->is_renewed) {
    po_alarms_clear (self->alarms, id);
    return;
  }
  po_alarms_raise (
      self->alarms, id, PO_SEVERITY_NOTE, po_clock_now_ns (self->clock),
      _ ("Nothing is to be done; viewers may have seen a short break."),
      _ ("Output %s has called anew and begun its stream at zero: the time stamps of RTMP end after 24 days"),
      status->name);
}

// @list: those that there are.
static void raise_absent (PoOutputs *self, GPtrArray *list) {
  GHashTableIter iter;
  gpointer name, why;
  g_hash_table_iter_init (&iter, self->refused);
  while (g_hash_table_iter_next (&iter, &name, &why)) {
    g_autofree gchar *id = alarm_id (name);
    if (!g_ptr_array_find_with_equal_func (list, name, is_named, NULL))
      po_alarms_raise (self->alarms, id, PO_SEVERITY_ERROR, po_clock_now_ns (self->clock), mend_section (),
                       _ ("Output %s is off: %s"), (const gchar *)name, (const gchar *)why);
  }
}

void po_outputs_check (PoOutputs *self) {
  g_autoptr (GPtrArray) list = po_output_rack_status (self->rack);
  const gboolean is_trusted = self->is_utc_right && !self->clock->pretended && po_clock_synchronised (self->clock);
  po_output_rack_set_clock_trusted (self->rack, is_trusted);
  for (guint i = 0; i < list->len; i++) {
    check_room (self, list, list->pdata[i]);
    raise_trouble (self, list->pdata[i]);
    note_renewal (self, list->pdata[i]);
  }
  raise_absent (self, list);
}

gboolean po_outputs_are_alive (PoOutputs *self) {
  g_autoptr (GPtrArray) list = po_output_rack_status (self->rack);
  guint64 frames = 0;
  gboolean is_any_running = FALSE;
  for (guint i = 0; i < list->len; i++) {
    const PoOutputStatus *status = list->pdata[i];
    is_any_running |= status->state == PO_OUTPUT_RUNNING;
    frames += status->state == PO_OUTPUT_RUNNING ? status->frames : 0;
  }
  gboolean has_moved = frames != self->frames_seen;
  self->frames_seen = frames;
  return has_moved || !is_any_running;
}

static JsonObject *keeping_object (const PoKeeping *keeping) {
  JsonObject *object = json_object_new ();
  json_object_set_int_member (object, "kept_bytes", keeping->kept_bytes);
  json_object_set_int_member (object, "room_bytes", keeping->room_bytes);
  po_json_set_time (object, "oldest", keeping->oldest_ns);
  json_object_set_int_member (object, "removed_old", (gint64)keeping->removed_old);
  json_object_set_int_member (object, "removed_for_room", (gint64)keeping->removed_for_room);
  return object;
}

static JsonObject *status_object (const PoOutputStatus *status) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "name", status->name);
  json_object_set_string_member (object, "type", status->type);
  json_object_set_string_member (object, "state", po_output_state_to_string (status->state));
  json_object_set_string_member (object, "where", status->where != NULL ? status->where : "");
  json_object_set_int_member (object, "bytes", (gint64)status->bytes);
  if (status->peers >= 0)
    json_object_set_int_member (object, "peers", status->peers);
  else
    json_object_set_null_member (object, "peers");
  json_object_set_int_member (object, "frames", (gint64)status->frames);
  json_object_set_int_member (object, "dropped", (gint64)status->dropped);
  json_object_set_int_member (object, "queued", status->queued);
  json_object_set_int_member (object, "unencoded", status->unencoded);
  json_object_set_int_member (object, "errors", (gint64)status->errors);
  json_object_set_int_member (object, "restarts", (gint64)status->restarts);
  if (status->is_kept)
    json_object_set_object_member (object, "recording", keeping_object (&status->keeping));
  po_json_set_text (object, "problem", status->problem);
  return object;
}

JsonNode *po_outputs_to_json (GPtrArray *list) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < list->len; i++)
    json_array_add_object_element (array, status_object (list->pdata[i]));
  return po_json_array_node (array);
}
