// SPDX-License-Identifier: GPL-3.0-or-later
// `schedule diff`: what the folder, a file laid over it, or an earlier version would change on the air.
#include "ctl/difference.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/offline.h"
#include "ctl/print.h"
#include "ctl/table.h"
#include "json/tree.h"
#include "station/comparison.h"

#define SEASON_NS    (G_GINT64_CONSTANT (400) * 24 * 3600 * PO_NS_PER_SECOND)
#define MOST_CHANGES 2000 // of them in one answer; the summary counts all

// ---- what is compared ----

static void put_file (GPtrArray *candidate, const gchar *name, GBytes *bytes) {
  for (guint i = candidate->len; i > 0; i--)
    if (strcmp (((PoCalendarFile *)candidate->pdata[i - 1])->name, name) == 0)
      g_ptr_array_remove_index (candidate, i - 1);
  g_ptr_array_add (candidate, po_calendar_file_new (name, bytes));
}

// @offline's store, or, before anything was ever adopted, one that holds the folder. (transfer full)
static PoScheduleStore *open_store (PoCtl *ctl, PoOffline *offline, GPtrArray *folder, GError **error) {
  const gchar *state = offline->store != NULL ? ctl->config->state : NULL;
  g_autoptr (PoScheduleStore) kept = po_schedule_store_open (state, ctl->config->timezone, error);
  g_autoptr (GPtrArray) history = kept != NULL ? po_schedule_store_list (kept) : NULL;
  if (history == NULL || history->len > 0)
    return g_steal_pointer (&kept);
  PoScheduleStore *store = po_schedule_store_open (NULL, ctl->config->timezone, error);
  if (store != NULL)
    po_schedule_store_offer (store, folder, ctl->now_ns);
  return store;
}

/** Other: the version that is held against the one in force. */
typedef struct {
  PoSchedule *schedule;
  gchar *name; // (nullable) of the file that was laid over the folder
} Other;

static void other_clear (Other *self) {
  g_clear_pointer (&self->schedule, po_schedule_unref);
  g_free (self->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Other, other_clear)

// The word is a file, or else the beginning of a revision.
static gboolean find_other (PoCtl *ctl, PoScheduleStore *store, GPtrArray *folder, Other *other, GError **error) {
  const gchar *word = ctl->options.words != NULL ? ctl->options.words[0] : NULL;
  if (word != NULL && !g_file_test (word, G_FILE_TEST_EXISTS)) {
    const gchar *revision = po_schedule_store_find (store, word, error);
    other->schedule = revision != NULL ? po_schedule_store_at (store, revision, error) : NULL;
    if (other->schedule == NULL)
      g_prefix_error (error, _ ("“%s” is neither a file nor a version: "), word);
    return other->schedule != NULL;
  }
  g_autoptr (GBytes) bytes = word != NULL ? po_ctl_read_file (word, error) : NULL;
  if (word != NULL && bytes == NULL)
    return FALSE;
  other->name = word != NULL ? g_path_get_basename (word) : NULL;
  if (word != NULL)
    put_file (folder, other->name, bytes);
  other->schedule = po_schedule_store_preview (store, folder, other->name, ctl->now_ns, error);
  return other->schedule != NULL;
}

// ---- as JSON ----

static JsonArray *changes_array (GPtrArray *changes, PoRate rate) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < changes->len && i < MOST_CHANGES; i++) {
    const PoChange *change = changes->pdata[i];
    JsonObject *object = json_object_new ();
    po_json_set_text (object, "kind", po_change_kind_to_string (change->kind));
    po_json_set_text (object, "uid", change->uid);
    po_json_set_text (object, "instance", change->instance);
    po_json_set_text (object, "title", change->title);
    if (change->episode > 0)
      json_object_set_int_member (object, "episode", change->episode);
    else
      json_object_set_null_member (object, "episode");
    po_json_set_frame (object, "old_start", change->old_start, rate);
    po_json_set_frame (object, "old_end", change->old_end, rate);
    po_json_set_frame (object, "new_start", change->new_start, rate);
    po_json_set_frame (object, "new_end", change->new_end, rate);
    po_json_set_text (object, "text", change->text);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *findings_array (GPtrArray *findings, const gchar *file) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < findings->len; i++) {
    const PoFinding *finding = findings->pdata[i];
    g_autofree gchar *text = po_finding_to_string (finding);
    if (file == NULL || g_strcmp0 (file, finding->file) == 0)
      json_array_add_string_element (array, text);
  }
  return array;
}

static JsonArray *lines_array (GStrv lines) {
  JsonArray *array = json_array_new ();
  for (guint i = 0; lines[i] != NULL; i++)
    json_array_add_string_element (array, lines[i]);
  return array;
}

static JsonNode *to_json (PoCtl *ctl, const PoComparison *comparison, const gchar *in_force, const Other *other) {
  PoRate rate = ctl->config->format.rate;
  JsonObject *object = json_object_new ();
  g_autoptr (GPtrArray) faults = po_schedule_findings (other->schedule);
  po_json_set_text (object, "name", other->name);
  po_json_set_text (object, "in_force", in_force);
  po_json_set_text (object, "revision", po_schedule_revision (other->schedule));
  po_json_set_frame (object, "earliest", comparison->adopted, rate);
  json_object_set_array_member (object, "summary", lines_array (comparison->summary));
  po_json_set_text (object, "undisturbed", comparison->undisturbed);
  json_object_set_int_member (object, "n_changes", comparison->changes->len);
  json_object_set_array_member (object, "changes", changes_array (comparison->changes, rate));
  json_object_set_array_member (object, "problems", findings_array (comparison->problems, NULL));
  json_object_set_array_member (object, "faults", findings_array (faults, other->name));
  return po_json_object_node (object);
}

// ---- for people ----

static void print_texts (JsonObject *object, const gchar *member, const gchar *heading, PoColour colour) {
  JsonArray *array = json_object_get_array_member (object, member);
  if (json_array_get_length (array) == 0)
    return;
  g_autofree gchar *title = po_colour (PO_COLOUR_BOLD, heading);
  printf ("%s\n", title);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    fputs ("  ", stdout);
    po_print_wrapped (colour, json_array_get_string_element (array, i), 2, PO_INDENT_CELLS);
  }
}

static PoColour colour_of (const gchar *kind) {
  if (g_str_equal (kind, "removed") || g_str_equal (kind, "missing"))
    return PO_COLOUR_RED;
  if (g_str_equal (kind, "added") || g_str_equal (kind, "found"))
    return PO_COLOUR_GREEN;
  return g_str_equal (kind, "filler") ? PO_COLOUR_DIM : PO_COLOUR_AMBER;
}

static void print_changes (JsonObject *object) {
  JsonArray *changes = json_object_get_array_member (object, "changes");
  guint shown = json_array_get_length (changes);
  gint64 all = json_object_get_int_member (object, "n_changes");
  g_autofree gchar *title = po_colour (PO_COLOUR_BOLD, all > 0 ? _ ("On the air") : _ ("Nothing changes on the air"));
  printf ("%s\n", title);
  for (guint i = 0; i < shown; i++) {
    JsonObject *change = json_array_get_object_element (changes, i);
    fputs ("  ", stdout);
    po_print_wrapped (colour_of (po_print_member (change, "kind")), po_print_member (change, "text"), 2,
                      PO_INDENT_CELLS);
  }
  if (all > shown)
    printf (_ ("  and %d more\n"), (gint)(all - shown));
}

void po_difference_print (JsonObject *difference) {
  const gchar *undisturbed = po_print_member (difference, "undisturbed");
  print_texts (difference, "faults", _ ("Faults"), PO_COLOUR_AMBER);
  print_texts (difference, "summary", _ ("In short"), PO_COLOUR_NONE);
  print_changes (difference);
  print_texts (difference, "problems", _ ("New problems"), PO_COLOUR_RED);
  if (*undisturbed != '\0')
    printf ("%s\n", undisturbed);
}

int po_ctl_schedule_diff (PoCtl *ctl, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  PoRate rate = ctl->config->format.rate;
  g_auto (Other) other = {0};
  if (!po_ctl_window (ctl, ctl->now_ns, SEASON_NS, &from_ns, &to_ns, error))
    return EXIT_SUCCESS;
  g_autoptr (PoOffline) offline = po_offline_open_adopted (ctl, error);
  g_autoptr (GPtrArray) folder = offline != NULL ? po_offline_read_folder (ctl, offline->findings, error) : NULL;
  g_autoptr (PoScheduleStore) store = folder != NULL ? open_store (ctl, offline, folder, error) : NULL;
  if (store == NULL || !find_other (ctl, store, folder, &other, error))
    return EXIT_SUCCESS;
  po_station_put_schedule (offline->station, po_schedule_store_current (store));
  g_autoptr (PoComparison) comparison = po_station_compare (
      offline->station, other.schedule, po_frame_from_time_ceil (from_ns, rate), po_frame_from_time_ceil (to_ns, rate));
  g_autoptr (JsonNode) node = to_json (ctl, comparison, po_schedule_store_revision (store), &other);
  if (ctl->options.json)
    po_print_json_lines (node);
  else
    po_difference_print (json_node_get_object (node));
  return EXIT_SUCCESS;
}
