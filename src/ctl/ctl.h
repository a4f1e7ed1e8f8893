// SPDX-License-Identifier: GPL-3.0-or-later
// One run of playoutctl: the options given, the configuration they are laid over, and the table of verbs from which
// parsing, help and dispatch are made. Verbs have no logic of their own: they call the same libraries as the daemon, or
// ask the daemon, and print. One thread.
#pragma once

#include <json-glib/json-glib.h>

#include "config/config.h"
#include "model/error.h"

typedef enum {
  PO_CTL_SCHEDULES = 1 << 0,
  PO_CTL_MEDIA = 1 << 1,
  PO_CTL_TIMEZONE = 1 << 2,
  PO_CTL_WINDOW = 1 << 3, // --from, --to
  PO_CTL_JSON = 1 << 4,
  PO_CTL_EVERY_FRAME = 1 << 5,
  PO_CTL_AIRING = 1 << 6, // --uid, --instance, --part
  PO_CTL_ASAP = 1 << 7,
  PO_CTL_DRY_RUN = 1 << 8,
  PO_CTL_STATE = 1 << 9,
  PO_CTL_SERIES = 1 << 10,
  PO_CTL_TEXT = 1 << 11,    // --text, --template
  PO_CTL_ASRUN = 1 << 12,   // --media PATH, --csv, --ics
  PO_CTL_CORRECT = 1 << 20, // --uid, --instance, --status, --who, --why
  PO_CTL_SHEET = 1 << 21,   // --html, --pdf
  PO_CTL_MORNING = 1 << 22, // --date, --keep
  PO_CTL_INSERT = 1 << 23,  // --after, --at
  PO_CTL_WHO = 1 << 24,     // --who
  PO_CTL_ROLE = 1 << 25,    // --role
  PO_CTL_DAYS = 1 << 26,    // --days
  PO_CTL_ICS = 1 << 27,
  PO_CTL_YES = 1 << 28,
  PO_CTL_ADD = 1 << 29,     // --as, --episode, --replace
  PO_CTL_SEEN = 1 << 30,    // --revision
  PO_CTL_MARK = 1 << 13,    // --som, --eom, --clear
  PO_CTL_PICTURE = 1 << 14, // --output, --at, --strip
  PO_CTL_EVENT = 1 << 15,   // --uid, --instance
  PO_CTL_ALL = 1 << 16,     // --all
} PoCtlOptionSet;

/** PoCtlOptions: as typed; NULL, FALSE or -1 where not given. */
typedef struct {
  gchar *config, *schedules, *media, *state, *timezone, *from, *to, *uid, *instance, *series, *clip, *status, *who,
      *template, *date, *why, *at, *as, *role, *revision, *som, *eom, *output;
  gint episode;
  gint part, days;
  gboolean replace;
  gboolean json, every_frame, asap, dry_run, text, csv, ics, html, pdf, keep, yes, after, clear, strip, all;
  gchar **words; // what stands besides options
} PoCtlOptions;

typedef struct _PoCtl PoCtl;

typedef struct {
  const gchar *name;    // "rundown", "schedule list"
  const gchar *words;   // (nullable) what it takes besides options: "DURATION"; "[REVISION]" when it may be left out
  const gchar *summary; // untranslated
  PoCtlOptionSet options;
  /** Returns the exit code; with @error set, the shell prints it and finds the code. */
  int (*run) (PoCtl *ctl, GError **error);
} PoCtlVerb;

struct _PoCtl {
  const PoCtlVerb *verb;
  PoCtlOptions options;
  PoConfig *config;
  GTimeZone *zone;
  PoTimeNs now_ns;
};

extern const PoCtlVerb po_ctl_verbs[]; // ends with a NULL name

/** The state folder of which configuration or --state tells; NULL with @error. */
const gchar *po_ctl_state (PoCtl *self, GError **error);

/** The window asked for; where --from is not given it starts at @from_ns, where --to is not, it lasts @span_ns. */
gboolean po_ctl_window (PoCtl *self, PoTimeNs from_ns, gint64 span_ns, PoTimeNs *ret_from_ns, PoTimeNs *ret_to_ns,
                        GError **error);

int po_ctl_occurrences (PoCtl *ctl, GError **error);
int po_ctl_check (PoCtl *ctl, GError **error);
int po_ctl_rundown (PoCtl *ctl, GError **error);
int po_ctl_media_list (PoCtl *ctl, GError **error);
int po_ctl_media_add (PoCtl *ctl, GError **error);
int po_ctl_media_mark (PoCtl *ctl, GError **error);
int po_ctl_media_picture (PoCtl *ctl, GError **error);
int po_ctl_media_when (PoCtl *ctl, GError **error);
int po_ctl_media_missing (PoCtl *ctl, GError **error);
int po_ctl_asrun (PoCtl *ctl, GError **error);
int po_ctl_asrun_verify (PoCtl *ctl, GError **error);
int po_ctl_asrun_forget (PoCtl *ctl, GError **error);
int po_ctl_morning (PoCtl *ctl, GError **error);
int po_ctl_asrun_correct (PoCtl *ctl, GError **error);
int po_ctl_guide (PoCtl *ctl, GError **error);
int po_ctl_report (PoCtl *ctl, GError **error);
int po_ctl_rehearse (PoCtl *ctl, GError **error);
int po_ctl_status (PoCtl *ctl, GError **error);
int po_ctl_metrics (PoCtl *ctl, GError **error);
int po_ctl_watch (PoCtl *ctl, GError **error);
int po_ctl_alarms (PoCtl *ctl, GError **error);
int po_ctl_alarms_acknowledge (PoCtl *ctl, GError **error);
int po_ctl_alarms_history (PoCtl *ctl, GError **error);
int po_ctl_command (PoCtl *ctl, GError **error);
int po_ctl_schedule_diff (PoCtl *ctl, GError **error);
int po_ctl_schedule_add (PoCtl *ctl, GError **error);
int po_ctl_schedule_refresh (PoCtl *ctl, GError **error);
int po_ctl_user_add (PoCtl *ctl, GError **error);
int po_ctl_user_password (PoCtl *ctl, GError **error);
int po_ctl_user_role (PoCtl *ctl, GError **error);
int po_ctl_user_remove (PoCtl *ctl, GError **error);
int po_ctl_user_list (PoCtl *ctl, GError **error);
int po_ctl_token_add (PoCtl *ctl, GError **error);
int po_ctl_token_revoke (PoCtl *ctl, GError **error);
int po_ctl_token_list (PoCtl *ctl, GError **error);
int po_ctl_schedule_list (PoCtl *ctl, GError **error);
int po_ctl_schedule_change (PoCtl *ctl, GError **error);

/** The path under the folder @media of what was typed: that, or any path that leads there. (transfer full) */
gchar *po_ctl_media_path (const gchar *media, const gchar *typed);

/** What the file at @path holds. (transfer full) */
GBytes *po_ctl_read_file (const gchar *path, GError **error);
