// SPDX-License-Identifier: GPL-3.0-or-later
// `asrun verify` and `asrun correct`: whether the record is as it was written, and what is held of it from now on.
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/print.h"
#include "json/tree.h"
#include "log/correction.h"
#include "log/forget.h"
#include "log/verify.h"
#include "record/evidence.h"

enum { EXIT_INTACT = 0, EXIT_WARNINGS = 1, EXIT_BROKEN = 2 }; // as `check`

const gchar *po_ctl_state (PoCtl *ctl, GError **error) {
  if (ctl->config->state == NULL)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("whose log? Give --config FILE or --state DIR"));
  return ctl->config->state;
}

static void set_int_or_null (JsonObject *object, const gchar *name, gint64 value) {
  if (value != 0)
    json_object_set_int_member (object, name, value);
  else
    json_object_set_null_member (object, name);
}

static void print_verdict_json (const PoLogVerdict *verdict, gboolean intact) {
  JsonObject *object = json_object_new ();
  JsonArray *faults = json_array_new ();
  json_object_set_boolean_member (object, "intact", intact);
  json_object_set_int_member (object, "rows", verdict->links);
  json_object_set_string_member (object, "head", verdict->head);
  for (guint i = 0; i < verdict->faults->len; i++) {
    const PoLogFault *fault = verdict->faults->pdata[i];
    JsonObject *one = json_object_new ();
    json_object_set_string_member (one, "code", fault->code);
    json_object_set_string_member (one, "severity", fault->warning ? "warning" : "error");
    po_json_set_text (one, "source", fault->source);
    set_int_or_null (one, "row", fault->row);
    set_int_or_null (one, "airing", fault->airing);
    json_object_set_string_member (one, "message", fault->message);
    json_array_add_object_element (faults, one);
  }
  json_object_set_array_member (object, "faults", faults);
  g_autoptr (JsonNode) node = po_json_object_node (object);
  po_print_json_lines (node);
}

int po_ctl_asrun_verify (PoCtl *ctl, GError **error) {
  const gchar *state = po_ctl_state (ctl, error);
  g_autoptr (PoLogVerdict) verdict = state != NULL ? po_log_verify (state, error) : NULL;
  int code = EXIT_INTACT;
  if (verdict == NULL)
    return EXIT_SUCCESS;
  for (guint i = 0; i < verdict->faults->len; i++) {
    const PoLogFault *fault = verdict->faults->pdata[i];
    code = MAX (code, fault->warning ? EXIT_WARNINGS : EXIT_BROKEN);
    if (!ctl->options.json)
      printf ("%s\n", fault->message);
  }
  if (ctl->options.json)
    print_verdict_json (verdict, code != EXIT_BROKEN);
  else if (code != EXIT_BROKEN)
    printf (_ ("%" PRId64 " rows, every one as it was written; the chain ends at %s\n"), verdict->links, verdict->head);
  return code;
}

// What is corrected: an as-run row by its id, or with --uid and --instance an obligation that came to none.
static gboolean find_subject (PoCtl *ctl, PoCorrection *correction, GError **error) {
  const gchar *id = ctl->options.words != NULL ? ctl->options.words[0] : NULL;
  gboolean obligation = ctl->options.uid != NULL && ctl->options.instance != NULL;
  if (id != NULL && !obligation && g_ascii_string_to_signed (id, 10, 1, G_MAXINT64, &correction->airing, NULL))
    return TRUE;
  if (id == NULL && obligation) {
    correction->uid = g_strdup (ctl->options.uid);
    correction->instance = g_strdup (ctl->options.instance);
    return TRUE;
  }
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT,
                       _ ("what is corrected? Give the id of a row of playoutctl asrun --json, or --uid and "
                          "--instance of what never aired"));
  return FALSE;
}

// An obligation is named by its original start as reports write it: in UTC, or as a date.
static gboolean name_instance (PoCtl *ctl, PoCorrection *correction, PoTimeNs *ret_start_ns, GError **error) {
  if (!po_time_parse (correction->instance, ctl->zone, ret_start_ns, error))
    return FALSE;
  if (strchr (correction->instance, 'T') == NULL)
    return TRUE;
  g_free (correction->instance);
  correction->instance = po_time_to_utc_string (*ret_start_ns);
  return TRUE;
}

// A correction of what nobody ever promised would stand in the record for good and mean nothing.
static gboolean check_obligation (PoCtl *ctl, const gchar *state, PoCorrection *correction, GError **error) {
  PoTimeNs start_ns = 0;
  PoReportState became = PO_REPORT_TO_COME;
  if (!name_instance (ctl, correction, &start_ns, error))
    return FALSE;
  g_autoptr (PoEvidence) evidence = po_evidence_read (state, ctl->config->timezone, ctl->config->format.rate, start_ns,
                                                      start_ns + 1, ctl->now_ns, error);
  if (evidence == NULL)
    return FALSE;
  if (!po_report_find (&evidence->source, correction->uid, correction->instance, &became))
    g_set_error (
        error, PO_ERROR, PO_ERROR_INPUT,
        _ ("no calendar in force ever held “%s” at %s, and nothing of it aired; playoutctl report --json names "
           "what there is to correct"),
        correction->uid, correction->instance);
  else if (became == PO_REPORT_AIRED)
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
                 _ ("“%s” of %s has aired; correct its row, by the id that playoutctl report --json gives"),
                 correction->uid, correction->instance);
  else
    return TRUE;
  return FALSE;
}

int po_ctl_asrun_correct (PoCtl *ctl, GError **error) {
  gint64 id = 0;
  const gchar *state = po_ctl_state (ctl, error);
  g_autoptr (PoCorrection) correction = g_new0 (PoCorrection, 1);
  if (state == NULL || !find_subject (ctl, correction, error))
    return EXIT_SUCCESS;
  if (ctl->options.status == NULL || ctl->options.why == NULL) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("a correction needs --status and --why"));
    return EXIT_SUCCESS;
  }
  correction->utc_ns = ctl->now_ns;
  correction->who = g_strdup (ctl->options.who != NULL ? ctl->options.who : g_get_user_name ());
  correction->why = g_strdup (ctl->options.why);
  correction->status = g_strdup (ctl->options.status);
  if (correction->airing == 0 && !check_obligation (ctl, state, correction, error))
    return EXIT_SUCCESS;
  if (!po_log_correct (state, g_get_host_name (), correction, &id, error))
    return EXIT_SUCCESS;
  if (ctl->options.json)
    printf ("{\"correction\":%" G_GINT64_FORMAT "}\n", id);
  else
    printf (_ ("correction %" PRId64 " was written; the row that it names stays as it was\n"), id);
  return EXIT_SUCCESS;
}

// So many months before now, to the day; a day that the month does not have is its last.
static PoTimeNs months_ago (PoCtl *ctl, gint64 months) {
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (ctl->now_ns / PO_NS_PER_SECOND);
  g_autoptr (GDateTime) local = now != NULL ? g_date_time_to_timezone (now, ctl->zone) : NULL;
  g_autoptr (GDateTime) then = local != NULL ? g_date_time_add_months (local, -(gint)months) : NULL;
  return then != NULL ? po_time_local_midnight (g_date_time_to_unix (then) * PO_NS_PER_SECOND, ctl->zone) : G_MININT64;
}

int po_ctl_asrun_forget (PoCtl *ctl, GError **error) {
  gint64 airings = 0;
  const gchar *state = po_ctl_state (ctl, error);
  gint64 months = ctl->config->log_keep_months;
  g_autofree gchar *why = g_strdup_printf ("[log] keep-months=%" G_GINT64_FORMAT, months);
  if (state == NULL || !po_log_forget (state, g_get_host_name (), g_get_user_name (), why, months_ago (ctl, months),
                                       ctl->now_ns, &airings, error))
    return EXIT_SUCCESS;
  if (ctl->options.json)
    printf ("{\"forgotten\":%" G_GINT64_FORMAT "}\n", airings);
  else
    printf (_ ("%" PRId64 " airings older than %" PRId64 " months were given up\n"), airings, months);
  return EXIT_SUCCESS;
}
