// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/cue.h"

#include <string.h>

void po_cue_settings_init (PoCueSettings *self) {
  *self = (PoCueSettings){
      .lead_ns = 3 * PO_NS_PER_SECOND, .live_lead_ns = 60 * PO_NS_PER_SECOND, .least_ahead = 1, .most_ahead = 4};
}

void po_cue_command_free (PoCueCommand *self) {
  if (self == NULL)
    return;
  g_free (self->run_key);
  g_free (self);
}

gboolean po_cue_needs_player (const PoItem *item) {
  return item->kind == PO_ITEM_MEDIA || item->kind == PO_ITEM_LIVE || item->kind == PO_ITEM_FILLER;
}

gint64 po_cue_media_position_ns (const PoItem *item, PoFrame frame, PoRate rate) {
  if (item->kind == PO_ITEM_LIVE || item->media_kind == PO_MEDIA_STILL)
    return item->media_in_ns;
  return item->media_in_ns + po_duration_from_frames_floor (MAX (frame - item->media_origin, 0), rate);
}

static PoCueCommand *command_new (PoCueKind kind, const gchar *run_key) {
  PoCueCommand *self = g_new0 (PoCueCommand, 1);
  self->kind = kind;
  self->run_key = g_strdup (run_key);
  return self;
}

// Looks ahead from @first until the lead times and counts are satisfied. Fills @wanted with run key -> nothing and
// @prepare with commands, in order of time.
static void look_ahead (PoRundown *rundown, guint first, PoFrame now, const PoCueSettings *settings, GHashTable *wanted,
                        GPtrArray *prepare) {
  PoRate rate = po_rundown_rate (rundown);
  PoFrame lead = po_frames_from_duration_ceil (settings->lead_ns, rate);
  PoFrame live_lead = po_frames_from_duration_ceil (settings->live_lead_ns, rate);
  PoFrame far = MAX (lead, live_lead);
  guint files_ahead = 0;
  for (guint i = first; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    PoFrame away = item->start - now;
    if (away > far && files_ahead >= settings->least_ahead)
      break;
    if (!po_cue_needs_player (item))
      continue;
    gboolean live = item->kind == PO_ITEM_LIVE, on_air = away <= 0;
    gboolean file_is_due = files_ahead < settings->least_ahead || (away <= lead && files_ahead < settings->most_ahead);
    if (!on_air && !(live ? away <= live_lead : file_is_due))
      continue;
    g_autofree gchar *key = po_item_run_key (item);
    if (g_hash_table_contains (wanted, key))
      continue;
    files_ahead += !on_air && !live;
    PoCueCommand *command = command_new (PO_CUE_PREPARE, key);
    command->index = i;
    command->due = MAX (item->start, now);
    command->media_in_ns = po_cue_media_position_ns (item, command->due, rate);
    g_ptr_array_add (prepare, command);
    g_hash_table_add (wanted, g_steal_pointer (&key));
  }
}

static gboolean is_running (const gchar *const *running, const gchar *key) {
  return running != NULL && g_strv_contains (running, key);
}

GPtrArray *po_cue_next (PoRundown *rundown, const gchar *const *running, PoFrame now, const PoCueSettings *settings) {
  GPtrArray *commands = g_ptr_array_new_with_free_func ((GDestroyNotify)po_cue_command_free);
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) prepare = g_ptr_array_new_with_free_func ((GDestroyNotify)po_cue_command_free);
  gint first = po_rundown_index_at (rundown, now);
  if (first < 0 && now >= po_rundown_start (rundown))
    return commands; // it says nothing of now: nobody is taken away
  look_ahead (rundown, (guint)MAX (first, 0), now, settings, wanted, prepare);
  for (guint i = 0; running != NULL && running[i] != NULL; i++) {
    if (!g_hash_table_contains (wanted, running[i]))
      g_ptr_array_add (commands, command_new (PO_CUE_RELEASE, running[i]));
  }
  for (guint i = 0; i < prepare->len; i++) {
    PoCueCommand *command = prepare->pdata[i];
    if (!is_running (running, command->run_key))
      g_ptr_array_add (commands, g_steal_pointer (&prepare->pdata[i]));
  }
  return commands;
}
