// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/adoptions.h"

#include <string.h>

#include "json/tree.h"
#include "rundown/summary.h"
#include "schedule/store.h"
#include "station/comparison.h"

#define LATEST  8                                                        // told of so many
#define LOOK_NS (G_GINT64_CONSTANT (100) * 24 * 3600 * PO_NS_PER_SECOND) // and so far from the adoption on
#define FEW     3                                                        // told one by one

// Without clips, so that nothing is said of them. (transfer full)
static PoComparison *compare (PoCtl *ctl, PoSchedule *before, PoSchedule *after, PoTimeNs at_ns) {
  PoPlanSettings settings;
  PoRate rate = ctl->config->format.rate;
  PoFrame at = po_frame_from_time_ceil (at_ns, rate);
  po_plan_settings_init (&settings, rate, ctl->zone);
  settings.has_live = TRUE;
  settings.overrun_ns = ctl->config->live_overrun_ns;
  g_autoptr (PoStation) station = po_station_new (&settings, NULL);
  po_station_put_schedule (station, before);
  po_station_append (
      station, po_journal_entry_new (0, PO_JOURNAL_ADOPT, "plan", "schedule", po_schedule_revision (before), NULL));
  return po_station_compare (station, after, at, po_frame_from_time_ceil (at_ns + LOOK_NS, rate));
}

static JsonArray *sentences (const PoComparison *comparison, PoRate rate) {
  JsonArray *array = json_array_new ();
  gboolean is_few = comparison->changes->len <= FEW;
  for (guint i = 0; i < comparison->changes->len; i++) {
    PoChange *change = comparison->changes->pdata[i];
    is_few = is_few && change->kind != PO_CHANGE_ADDED; // it would be said to lack its clip
    change->new_frames = MAX (change->new_frames, 1);
  }
  for (guint i = 0; is_few && i < comparison->changes->len; i++) {
    const PoChange *change = comparison->changes->pdata[i];
    if (change->kind != PO_CHANGE_FILLER)
      json_array_add_string_element (array, change->text);
  }
  g_auto (GStrv) summary = is_few ? NULL : po_changes_summary (comparison->changes, rate);
  for (guint i = 0; summary != NULL && summary[i] != NULL; i++)
    json_array_add_string_element (array, summary[i]);
  return array;
}

static void describe (PoCtl *ctl, PoScheduleStore *store, const gchar *before, JsonObject *revision) {
  const gchar *name = json_object_get_string_member_with_default (revision, "revision", "");
  const gchar *time = json_object_get_string_member_with_default (revision, "time", "");
  PoTimeNs at_ns = 0;
  g_autoptr (PoSchedule) was = po_schedule_store_at (store, before, NULL),
                         is = po_schedule_store_at (store, name, NULL);
  if (was == NULL || is == NULL || !po_time_parse (time, ctl->zone, &at_ns, NULL))
    return;
  g_autoptr (PoComparison) comparison = compare (ctl, was, is, at_ns);
  json_object_set_array_member (revision, "changes", sentences (comparison, ctl->config->format.rate));
}

void po_adoptions_describe (PoCtl *ctl, JsonObject *schedules) {
  JsonArray *revisions = po_json_get_array (schedules, "revisions");
  const gchar *dir = po_ctl_state (ctl, NULL);
  g_autoptr (PoScheduleStore) store =
      dir != NULL && revisions != NULL ? po_schedule_store_open (dir, ctl->config->timezone, NULL) : NULL;
  guint length = store != NULL ? json_array_get_length (revisions) : 0;
  for (guint i = length > LATEST + 1 ? length - LATEST : 1; i < length; i++) {
    JsonObject *before = json_array_get_object_element (revisions, i - 1);
    describe (ctl, store, json_object_get_string_member_with_default (before, "revision", ""),
              json_array_get_object_element (revisions, i));
  }
}
