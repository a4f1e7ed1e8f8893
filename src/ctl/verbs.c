// SPDX-License-Identifier: GPL-3.0-or-later
// The table of verbs, and the window that many of them take.
#include <glib/gi18n-lib.h>

#include "ctl/ctl.h"

#define DAY_NS    (24 * 3600 * PO_NS_PER_SECOND)
#define MOST_DAYS 3660 // ten years

#define OFFLINE (PO_CTL_SCHEDULES | PO_CTL_MEDIA | PO_CTL_STATE | PO_CTL_TIMEZONE | PO_CTL_WINDOW | PO_CTL_JSON)
#define ONLINE  (PO_CTL_STATE | PO_CTL_JSON)
#define COMMAND (ONLINE | PO_CTL_DRY_RUN)
#define ACT     (COMMAND | PO_CTL_SEEN)

const PoCtlVerb po_ctl_verbs[] = {
    {"occurrences", NULL, N_ ("What the calendars say: every instance in a window"),
     PO_CTL_SCHEDULES | PO_CTL_TIMEZONE | PO_CTL_WINDOW | PO_CTL_JSON, po_ctl_occurrences},
    {"check", NULL, N_ ("Everything wrong with the plan: 0 clean, 1 warnings, 2 errors"), OFFLINE, po_ctl_check},
    {"rundown", NULL, N_ ("What airs when, item by item"), OFFLINE | PO_CTL_ICS, po_ctl_rundown},
    {"media list", NULL, N_ ("Every clip, its size as displayed, whether it is fit for air, and what it is for"),
     PO_CTL_SCHEDULES | PO_CTL_MEDIA | PO_CTL_STATE | PO_CTL_TIMEZONE | PO_CTL_JSON, po_ctl_media_list},
    {"media add", "FILE", N_ ("Send a clip to the station: by its name, as a path, or to an episode"),
     ONLINE | PO_CTL_AIRING | PO_CTL_ADD, po_ctl_media_add},
    {"media mark", "FILE", N_ ("Where a clip begins and ends on air; kept beside it"),
     ONLINE | PO_CTL_MEDIA | PO_CTL_MARK, po_ctl_media_mark},
    {"media picture", "FILE", N_ ("How a clip looks: one picture of it, or a strip from all of it, as JPEG"),
     PO_CTL_STATE | PO_CTL_PICTURE, po_ctl_media_picture},
    {"media when", "FILE", N_ ("When a clip airs: the season ahead, or a window"), OFFLINE, po_ctl_media_when},
    {"media missing", NULL,
     N_ ("What still lacks its clip, where it belongs, and until when: the season ahead, or a window"), OFFLINE,
     po_ctl_media_missing},
    {"rehearse", NULL, N_ ("The plan played through the real head and log, faster than real time"),
     OFFLINE | PO_CTL_EVERY_FRAME, po_ctl_rehearse},
    {"asrun verify", NULL, N_ ("Whether the record is as it was written: 0 intact, 1 warnings, 2 changed or missing"),
     PO_CTL_STATE | PO_CTL_JSON, po_ctl_asrun_verify},
    {"asrun correct", "[ID]", N_ ("A new row that says what is held of an airing from now on, by whom and why"),
     PO_CTL_STATE | PO_CTL_JSON | PO_CTL_CORRECT, po_ctl_asrun_correct},
    {"asrun forget", NULL, N_ ("Gives up airings older than [log] keep-months=, and writes down that it did"),
     PO_CTL_STATE | PO_CTL_JSON, po_ctl_asrun_forget},
    {"asrun", NULL, N_ ("What aired"),
     PO_CTL_STATE | PO_CTL_TIMEZONE | PO_CTL_WINDOW | PO_CTL_JSON | PO_CTL_SERIES | PO_CTL_ASRUN | PO_CTL_SHEET,
     po_ctl_asrun},
    {"report", NULL, N_ ("Planned against aired: series, clips, hours, faults"),
     PO_CTL_STATE | PO_CTL_TIMEZONE | PO_CTL_WINDOW | PO_CTL_JSON | PO_CTL_SERIES | PO_CTL_TEXT | PO_CTL_SHEET,
     po_ctl_report},
    {"morning", NULL, N_ ("What aired yesterday, what did not, what needs a hand today and this week"),
     PO_CTL_SCHEDULES | PO_CTL_MEDIA | PO_CTL_STATE | PO_CTL_TIMEZONE | PO_CTL_JSON | PO_CTL_MORNING, po_ctl_morning},
    {"guide", NULL, N_ ("The programme guide, as XMLTV"),
     PO_CTL_SCHEDULES | PO_CTL_MEDIA | PO_CTL_STATE | PO_CTL_TIMEZONE | PO_CTL_WINDOW, po_ctl_guide},
    {"status", NULL, N_ ("What is on air now, what is next, and what is wrong"), ONLINE, po_ctl_status},
    {"watch", NULL, N_ ("The same on the whole terminal, as it changes; q ends it"), ONLINE, po_ctl_watch},
    {"alarms acknowledge", "[ID]", N_ ("You have seen an alarm, or all: nobody is reminded of it again"),
     ONLINE | PO_CTL_WHO | PO_CTL_ALL, po_ctl_alarms_acknowledge},
    {"alarms history", NULL, N_ ("When which alarm was raised, seen and over, from the record"),
     PO_CTL_STATE | PO_CTL_TIMEZONE | PO_CTL_WINDOW | PO_CTL_JSON, po_ctl_alarms_history},
    {"alarms", NULL, N_ ("What is wrong now, since when, and what to do"), ONLINE, po_ctl_alarms},
    {"schedule list", NULL, N_ ("The versions of the calendars: in force, waiting, earlier"), ONLINE,
     po_ctl_schedule_list},
    {"schedule diff", "[FILE|REVISION]", N_ ("What the folder, a file laid over it, or another version would change"),
     OFFLINE, po_ctl_schedule_diff},
    {"schedule add", "FILE", N_ ("Upload a calendar, see what it would change, and take it"), COMMAND | PO_CTL_YES,
     po_ctl_schedule_add},
    {"schedule refresh", NULL, N_ ("Ask for the calendars elsewhere now"), ONLINE, po_ctl_schedule_refresh},
    {"schedule confirm", "[REVISION]", N_ ("Take the calendars as they lie in the folder"), ONLINE,
     po_ctl_schedule_change},
    {"schedule rollback", "[REVISION]", N_ ("Go back to an earlier version of the calendars"), ONLINE,
     po_ctl_schedule_change},
    {"take", NULL, N_ ("Put the waiting item, or a named one, on air now"), ACT | PO_CTL_AIRING | PO_CTL_ASAP,
     po_ctl_command},
    {"take-next", NULL, N_ ("Start the next item now, whole"), ACT | PO_CTL_ASAP, po_ctl_command},
    {"skip", NULL, N_ ("End the item on air"), ACT | PO_CTL_ASAP, po_ctl_command},
    {"hold", NULL, N_ ("Freeze the picture and silence the sound"), ACT, po_ctl_command},
    {"resume", NULL, N_ ("Go on after a hold"), ACT, po_ctl_command},
    {"extend", "DURATION", N_ ("Let the item on air last longer, such as PT5M"), ACT, po_ctl_command},
    {"end-live", NULL, N_ ("End the live show on air"), ACT | PO_CTL_ASAP, po_ctl_command},
    {"slate", NULL, N_ ("Show the slate at once"), ACT, po_ctl_command},
    {"back", NULL, N_ ("Go back to the schedule"), ACT | PO_CTL_ASAP, po_ctl_command},
    {"fill", NULL, N_ ("Show filler until the next item"), ACT | PO_CTL_ASAP, po_ctl_command},
    {"insert", "CLIP", N_ ("Air a clip now, after what is on air, or at an instant"), ACT | PO_CTL_INSERT | PO_CTL_ASAP,
     po_ctl_command},
    {"replace", "CLIP", N_ ("Give one airing another clip"), ACT | PO_CTL_AIRING | PO_CTL_ASAP, po_ctl_command},
    {"cancel", NULL, N_ ("Cancel one airing"), ACT | PO_CTL_EVENT | PO_CTL_ASAP, po_ctl_command},
    {"metrics", NULL, N_ ("Figures for Prometheus"), PO_CTL_STATE, po_ctl_metrics},
    {"user list", NULL, N_ ("Who may log in, and what they may"), ONLINE, po_ctl_user_list},
    {"user add", "NAME", N_ ("Let somebody log in; asks for the password, or reads it from a pipe"),
     PO_CTL_STATE | PO_CTL_JSON | PO_CTL_ROLE, po_ctl_user_add},
    {"user password", "NAME", N_ ("Give somebody another password; logs them out everywhere"),
     PO_CTL_STATE | PO_CTL_JSON, po_ctl_user_password},
    {"user role", "NAME", N_ ("Change what somebody may"), PO_CTL_STATE | PO_CTL_JSON | PO_CTL_ROLE, po_ctl_user_role},
    {"user remove", "NAME", N_ ("Let somebody log in no more"), PO_CTL_STATE | PO_CTL_JSON, po_ctl_user_remove},
    {"token list", NULL, N_ ("Which programs hold a key, and what they may"), ONLINE, po_ctl_token_list},
    {"token add", "NAME", N_ ("Make a key for a program, and print it this once"),
     PO_CTL_STATE | PO_CTL_JSON | PO_CTL_ROLE | PO_CTL_DAYS, po_ctl_token_add},
    {"token revoke", "NAME", N_ ("End a program's key"), PO_CTL_STATE | PO_CTL_JSON, po_ctl_token_revoke},
    {NULL, NULL, NULL, 0, NULL},
};

// Of days that begin at midnight the end is midnight too, though the clocks change between.
static PoTimeNs end_of_window (PoTimeNs from_ns, gint64 span_ns, GTimeZone *zone) {
  const gboolean is_days = span_ns % DAY_NS == 0 && from_ns < G_MAXINT64 - span_ns - DAY_NS &&
                           po_time_local_midnight (from_ns, zone) == from_ns;
  return is_days ? po_time_local_midnight (from_ns + span_ns + DAY_NS / 2, zone)
                 : MIN (from_ns, G_MAXINT64 - span_ns) + span_ns;
}

gboolean po_ctl_window (PoCtl *self, PoTimeNs from_ns, gint64 span_ns, PoTimeNs *ret_from_ns, PoTimeNs *ret_to_ns,
                        GError **error) {
  *ret_from_ns = from_ns;
  if (self->options.from != NULL && !po_time_parse (self->options.from, self->zone, ret_from_ns, error)) {
    g_prefix_error (error, "--from: ");
    return FALSE;
  }
  *ret_to_ns = end_of_window (*ret_from_ns, span_ns, self->zone);
  if (self->options.to != NULL && !po_time_parse (self->options.to, self->zone, ret_to_ns, error)) {
    g_prefix_error (error, "--to: ");
    return FALSE;
  }
  if (*ret_to_ns <= *ret_from_ns) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("--to must be after --from"));
    return FALSE;
  }
  // What is planned is held in memory; the record and the calendars are no longer than they are.
  gint64 length_ns = 0;
  const gboolean is_endless = __builtin_sub_overflow (*ret_to_ns, *ret_from_ns, &length_ns);
  if ((self->verb->options & PO_CTL_MEDIA) == 0 || (!is_endless && length_ns <= MOST_DAYS * DAY_NS))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("--to may come at most %d days after --from"), MOST_DAYS);
  return FALSE;
}
