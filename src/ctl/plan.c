// SPDX-License-Identifier: GPL-3.0-or-later
// `rundown` and `check`: the plan made from the station's files.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/item-json.h"
#include "ctl/ctl.h"
#include "ctl/offline.h"
#include "ctl/plan-ics.h"
#include "ctl/print.h"
#include "ctl/table.h"
#include "rundown/check.h"

#define DAY_NS        (24 * 3600 * PO_NS_PER_SECOND)
#define CHECK_SPAN_NS (366 * DAY_NS) // a season ahead

typedef struct {
  PoOffline *offline;
  PoRate rate;
  PoFrame from, to;
} Window;

static gboolean open_window (PoCtl *ctl, PoTimeNs default_from_ns, gint64 span_ns, Window *ret_window, GError **error) {
  PoTimeNs from_ns = 0, to_ns = 0;
  if (!po_ctl_window (ctl, default_from_ns, span_ns, &from_ns, &to_ns, error))
    return FALSE;
  ret_window->offline = po_offline_open (ctl, error);
  ret_window->rate = ctl->config->format.rate;
  ret_window->from = po_frame_from_time_ceil (from_ns, ret_window->rate);
  ret_window->to = po_frame_from_time_ceil (to_ns, ret_window->rate);
  return ret_window->offline != NULL;
}

static PoColour colour_of (const PoItem *item) {
  if (item->reason == PO_REASON_MISSING || item->kind == PO_ITEM_SLATE)
    return PO_COLOUR_RED;
  if (item->reason == PO_REASON_WAITING || item->reason == PO_REASON_TENTATIVE)
    return PO_COLOUR_AMBER;
  return item->kind == PO_ITEM_FILLER || item->kind == PO_ITEM_CARD ? PO_COLOUR_DIM : PO_COLOUR_NONE;
}

static void print_rundown (PoRundown *rundown, GTimeZone *zone) {
  PoRate rate = po_rundown_rate (rundown);
  g_autoptr (PoTable) table =
      po_table_new (_ ("START"), _ ("LENGTH"), _ ("KIND"), _ ("WHY"), _ ("TITLE"), _ ("MEDIA"), NULL);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    g_autofree gchar *start = po_print_local (po_frame_to_time_floor (item->start, rate), zone);
    g_autofree gchar *length = po_print_length (po_duration_from_frames_floor (item->end - item->start, rate));
    po_table_add (table, colour_of (item), start, length, po_print_word (po_item_kind_to_string (item->kind)),
                  po_print_word (po_reason_to_string (item->reason)), item->title, item->media);
  }
  po_table_print (table);
}

static void print_rundown_json (PoRundown *rundown, const Window *window, GTimeZone *zone) {
  g_autoptr (GString) line = g_string_new (NULL);
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    if (item->end <= window->from || item->start >= window->to)
      continue;
    po_item_write_json (line, item, window->rate, zone);
    puts (line->str);
  }
}

int po_ctl_rundown (PoCtl *ctl, GError **error) {
  Window window = {0};
  if (!open_window (ctl, ctl->now_ns, DAY_NS, &window, error))
    return EXIT_SUCCESS;
  g_autoptr (PoOffline) offline = window.offline;
  g_autoptr (PoRundown) rundown = po_station_plan (offline->station, NULL, window.from, window.to, NULL);
  if (ctl->options.ics) {
    g_autofree gchar *title = g_strdup_printf (_ ("%s: plan"), ctl->config->name);
    g_autofree gchar *text = po_plan_to_ics (rundown, window.from, window.to, title);
    fputs (text, stdout);
  } else if (ctl->options.json) {
    print_rundown_json (rundown, &window, ctl->zone);
  } else {
    print_rundown (rundown, ctl->zone);
  }
  return EXIT_SUCCESS;
}

static void take_all (GPtrArray *into, GPtrArray *findings) {
  g_ptr_array_extend_and_steal (into, findings);
}

static guint count (GPtrArray *findings, PoSeverity severity) {
  guint n = 0;
  for (guint i = 0; i < findings->len; i++)
    n += ((PoFinding *)findings->pdata[i])->severity == severity;
  return n;
}

// What still lacks its clip is due when the calendar's alarm says so: "…; due 2027-01-05 19:45:00, 3 d 4 h left".
static void tell_deadline (PoCtl *ctl, GHashTable *occurrences, PoFinding *finding) {
  g_autofree gchar *key = finding->instance != NULL ? g_strconcat (finding->uid, "\n", finding->instance, NULL) : NULL;
  const PoOccurrence *o = key != NULL ? g_hash_table_lookup (occurrences, key) : NULL;
  const PoDeadline *next = o != NULL ? po_occurrence_deadline (o, ctl->now_ns) : NULL;
  if (next == NULL)
    return;
  g_autofree gchar *due = po_print_local (next->trigger_ns, ctl->zone);
  g_autofree gchar *left = po_print_left (next->trigger_ns - ctl->now_ns);
  g_autofree gchar *message = finding->message;
  finding->message = next->trigger_ns > ctl->now_ns ? g_strdup_printf (_ ("%s; due %s, %s left"), message, due, left)
                                                    : g_strdup_printf (_ ("%s; it was due %s"), message, due);
}

static void tell_deadlines (PoCtl *ctl, PoSchedule *schedule, const Window *window, GPtrArray *findings) {
  g_autoptr (GHashTable) occurrences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) list = po_schedule_occurrences (schedule, po_frame_to_time_floor (window->from, window->rate),
                                                        po_frame_to_time_floor (window->to, window->rate));
  for (guint i = 0; i < list->len; i++) {
    PoOccurrence *o = list->pdata[i];
    if (o->n_deadlines > 0)
      g_hash_table_replace (occurrences, g_strconcat (o->uid, "\n", o->instance, NULL), o);
  }
  for (guint i = 0; g_hash_table_size (occurrences) > 0 && i < findings->len; i++)
    if (strcmp (((PoFinding *)findings->pdata[i])->code, "missing-media") == 0)
      tell_deadline (ctl, occurrences, findings->pdata[i]);
}

int po_ctl_check (PoCtl *ctl, GError **error) {
  Window window = {0};
  PoTimeNs today_ns = po_time_local_midnight (ctl->now_ns, ctl->zone);
  if (!open_window (ctl, today_ns, CHECK_SPAN_NS, &window, error))
    return EXIT_SUCCESS;
  g_autoptr (PoOffline) offline = window.offline;
  GPtrArray *findings = offline->findings;
  take_all (findings, po_findings_copy (ctl->config->notices));
  g_autoptr (PoRundown) rundown = po_station_plan (offline->station, NULL, window.from, window.to, findings);
  take_all (findings, po_rundown_check (rundown, window.from, window.to));
  tell_deadlines (ctl, po_station_schedule (offline->station), &window, findings);
  po_print_findings (findings, PO_SEVERITY_NOTE, ctl->options.json, stdout);
  guint errors = count (findings, PO_SEVERITY_ERROR), warnings = count (findings, PO_SEVERITY_WARNING);
  if (!ctl->options.json)
    printf (_ ("%u errors, %u warnings, %u notes\n"), errors, warnings, findings->len - errors - warnings);
  return errors > 0 ? 2 : warnings > 0 ? 1 : 0;
}
