// SPDX-License-Identifier: GPL-3.0-or-later
#include "air/watch.h"

#include <math.h>

#include "json/tree.h"
#include "model/text.h"
#include "output/monitor.h"

#define BIT(fault) (1u << (fault))

struct _PoAirWatch {
  PoAirWatchSettings settings; // config owned by reference
  PoMonitor *monitor;
  guint expected;                // of what is on air
  gchar *uid, *instance, *title; // (nullable) likewise
};

// ---- what is meant to be so ----

static const PoMediaFacts *facts_of (PoAirWatch *self, const PoItem *item) {
  return item->media != NULL ? po_media_table_lookup (po_station_media (self->settings.station), item->media) : NULL;
}

static guint expected_of_item (PoAirWatch *self, const PoItem *item) {
  const PoMediaFacts *facts;
  if (item->held || item->kind == PO_ITEM_CARD || item->kind == PO_ITEM_SLATE)
    return BIT (PO_FAULT_FREEZE) | BIT (PO_FAULT_SILENCE);
  if (item->kind == PO_ITEM_LIVE || (facts = facts_of (self, item)) == NULL)
    return 0;
  return (facts->kind != PO_MEDIA_VIDEO ? BIT (PO_FAULT_FREEZE) : 0) | (facts->has_audio ? 0 : BIT (PO_FAULT_SILENCE));
}

// A fallback has an alarm of its own.
static guint expected_of (PoAirWatch *self, const PoItem *item, PoScreen screen) {
  guint expected = item != NULL ? expected_of_item (self, item) : BIT (PO_FAULT_FREEZE) | BIT (PO_FAULT_SILENCE);
  if (screen == PO_SCREEN_FALLBACK || screen == PO_SCREEN_FROZEN)
    expected |= BIT (PO_FAULT_FREEZE) | BIT (PO_FAULT_SILENCE);
  return expected;
}

// ---- alarms ----

static gchar *alarm_id (PoFault fault) {
  return g_strconcat ("programme:", po_fault_to_string (fault), NULL);
}

static gchar *words_for (PoFault fault, const gchar *title) {
  switch (fault) {
  case PO_FAULT_BLACK:
    return g_strdup_printf (_ ("The programme is black: %s"), title);
  case PO_FAULT_FREEZE:
    return g_strdup_printf (_ ("The programme's picture stands still: %s"), title);
  case PO_FAULT_SILENCE:
    return g_strdup_printf (_ ("The programme is silent: %s"), title);
  }
  return NULL;
}

static void raise_alarm (PoAirWatch *self, PoFault fault) {
  g_autofree gchar *id = alarm_id (fault);
  g_autofree gchar *text = words_for (fault, self->title != NULL && *self->title != '\0' ? self->title : "–");
  const PoAlarmEvent event = {self->uid, self->instance, self->title};
  po_alarms_raise_for (
      self->settings.alarms, id, fault == PO_FAULT_FREEZE ? PO_SEVERITY_WARNING : PO_SEVERITY_ERROR,
      po_clock_now_ns (self->settings.clock), &event,
      _ ("Look at what is on air. If it is not meant to be so: `playoutctl skip`, or `playoutctl take` of "
         "something else."),
      "%s", text);
}

// ---- the record ----

static void record_airing (PoAirWatch *self, const PoMonitorAiring *airing) {
  const PoLoudnessReading *loudness = &airing->loudness;
  PoAiringMeasures measures = {.has_pictures = TRUE,
                               .frames_black = airing->frames[PO_FAULT_BLACK],
                               .frames_silent = airing->frames[PO_FAULT_SILENCE],
                               .frames_frozen = airing->frames[PO_FAULT_FREEZE]};
  if (!isnan (loudness->integrated_lufs) && !isnan (loudness->true_peak_dbtp)) {
    measures.has_loudness = TRUE;
    measures.loudness_mlufs = llround (loudness->integrated_lufs * 1000);
    measures.true_peak_mdb = llround (loudness->true_peak_dbtp * 1000);
  }
  po_recorder_take_measures (self->settings.recorder, airing->from_k, &measures);
}

static void on_monitor (const PoMonitorEvent *event, gpointer user) {
  PoAirWatch *self = user;
  g_autofree gchar *id = alarm_id (event->fault);
  switch (event->change) {
  case PO_FAULT_SAME:
    record_airing (self, &event->airing);
    break;
  case PO_FAULT_RAISED: // what began to be meant since is told to the monitor, and ends it
    if ((self->expected & BIT (event->fault)) == 0)
      raise_alarm (self, event->fault);
    break;
  case PO_FAULT_CLEARED:
    po_alarms_clear (self->settings.alarms, id);
    break;
  }
}

// ---- life ----

static void forget_event (PoAirWatch *self) {
  g_clear_pointer (&self->uid, g_free);
  g_clear_pointer (&self->instance, g_free);
  g_clear_pointer (&self->title, g_free);
}

static void set_monitor (PoAirWatch *self) {
  const PoConfig *config = self->settings.config;
  const PoMonitorSettings settings = {.threshold_ns = {[PO_FAULT_BLACK] = config->watch_black_ns,
                                                       [PO_FAULT_FREEZE] = config->watch_freeze_ns,
                                                       [PO_FAULT_SILENCE] = config->watch_silence_ns},
                                      .silence_dbfs = config->watch_silence_dbfs};
  po_monitor_set (self->monitor, &settings);
}

PoAirWatch *po_air_watch_new (const PoAirWatchSettings *settings) {
  PoAirWatch *self = g_new0 (PoAirWatch, 1);
  self->settings = *settings;
  po_config_ref (settings->config);
  self->monitor = po_monitor_new (&settings->config->format, settings->is_free_run, on_monitor, self);
  set_monitor (self);
  return self;
}

void po_air_watch_free (PoAirWatch *self) {
  if (self == NULL)
    return;
  po_monitor_free (self->monitor);
  po_config_unref (self->settings.config);
  forget_event (self);
  g_free (self);
}

void po_air_watch_set_config (PoAirWatch *self, PoConfig *config) {
  po_config_ref (config);
  po_config_unref (self->settings.config);
  self->settings.config = config;
  set_monitor (self);
}

PoFeed po_air_watch_feed (PoAirWatch *self) {
  return po_monitor_feed (self->monitor);
}

void po_air_watch_take_event (PoAirWatch *self, const PoHeadEvent *event) {
  const gboolean begins = event->kind == PO_HEAD_START;
  if (!begins && event->kind != PO_HEAD_SCREEN && event->kind != PO_HEAD_CHECKPOINT)
    return;
  // An item begins on the screen of the one before.
  const guint expected = expected_of (self, event->item, begins ? PO_SCREEN_SOURCE : event->screen);
  if (begins) {
    forget_event (self);
    self->uid = event->item != NULL ? g_strdup (event->item->uid) : NULL;
    self->instance = event->item != NULL ? g_strdup (event->item->instance) : NULL;
    self->title = event->item != NULL ? g_strdup (event->item->title) : NULL;
  }
  if (begins || expected != self->expected)
    po_monitor_mark (self->monitor, event->k, begins, expected);
  self->expected = expected;
}

// ---- what others ask ----

static void add_level (JsonObject *object, const gchar *name, gdouble value) {
  if (isnan (value))
    json_object_set_null_member (object, name);
  else
    json_object_set_double_member (object, name, round (value * 10) / 10);
}

JsonNode *po_air_watch_loudness (PoAirWatch *self) {
  PoLoudnessReading reading;
  JsonObject *object = json_object_new ();
  po_monitor_loudness (self->monitor, &reading);
  add_level (object, "momentary_lufs", reading.momentary_lufs);
  add_level (object, "short_term_lufs", reading.short_term_lufs);
  add_level (object, "integrated_lufs", reading.integrated_lufs);
  add_level (object, "true_peak_dbtp", reading.true_peak_dbtp);
  return po_json_object_node (object);
}

JsonNode *po_air_watch_faults (PoAirWatch *self) {
  const guint faults = po_monitor_faults (self->monitor);
  JsonArray *array = json_array_new ();
  for (guint fault = 0; fault < PO_N_FAULTS; fault++)
    if (faults & BIT (fault))
      json_array_add_string_element (array, po_fault_to_string ((PoFault)fault));
  return po_json_array_node (array);
}
