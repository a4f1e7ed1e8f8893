// SPDX-License-Identifier: GPL-3.0-or-later
// playoutctl: the table of verbs, and what every one of them needs: language, options, configuration, exit code.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "config/language.h"
#include "ctl/ctl.h"
#include "ctl/options.h"

#define OFFLINE (PO_CTL_SCHEDULES | PO_CTL_MEDIA | PO_CTL_STATE | PO_CTL_TIMEZONE | PO_CTL_WINDOW | PO_CTL_JSON)
#define ONLINE  (PO_CTL_STATE | PO_CTL_JSON)
#define COMMAND (ONLINE | PO_CTL_DRY_RUN)

const PoCtlVerb po_ctl_verbs[] = {
    {"occurrences", NULL, N_ ("What the calendars say: every instance in a window"),
     PO_CTL_SCHEDULES | PO_CTL_TIMEZONE | PO_CTL_WINDOW | PO_CTL_JSON, po_ctl_occurrences},
    {"check", NULL, N_ ("Everything wrong with the plan: 0 clean, 1 warnings, 2 errors"), OFFLINE, po_ctl_check},
    {"rundown", NULL, N_ ("What airs when, item by item"), OFFLINE, po_ctl_rundown},
    {"rehearse", NULL, N_ ("The plan played through the real head and log, faster than real time"),
     OFFLINE | PO_CTL_EVERY_FRAME, po_ctl_rehearse},
    {"asrun", NULL, N_ ("What aired"), PO_CTL_STATE | PO_CTL_TIMEZONE | PO_CTL_WINDOW | PO_CTL_JSON, po_ctl_asrun},
    {"status", NULL, N_ ("What is on air now, what is next, and what is wrong"), ONLINE, po_ctl_status},
    {"schedule list", NULL, N_ ("The versions of the calendars: in force, waiting, earlier"), ONLINE,
     po_ctl_schedule_list},
    {"schedule confirm", "[REVISION]", N_ ("Take the calendars as they lie in the folder"), ONLINE,
     po_ctl_schedule_change},
    {"schedule rollback", "[REVISION]", N_ ("Go back to an earlier version of the calendars"), ONLINE,
     po_ctl_schedule_change},
    {"take", NULL, N_ ("Put the waiting item, or a named one, on air now"), COMMAND | PO_CTL_AIRING | PO_CTL_ASAP,
     po_ctl_command},
    {"take-next", NULL, N_ ("Start the next item now, whole"), COMMAND | PO_CTL_ASAP, po_ctl_command},
    {"skip", NULL, N_ ("End the item on air"), COMMAND, po_ctl_command},
    {"hold", NULL, N_ ("Freeze the picture and silence the sound"), COMMAND, po_ctl_command},
    {"resume", NULL, N_ ("Go on after a hold"), COMMAND, po_ctl_command},
    {"extend", "DURATION", N_ ("Let the item on air last longer, such as PT5M"), COMMAND, po_ctl_command},
    {"end-live", NULL, N_ ("End the live show on air"), COMMAND, po_ctl_command},
    {"slate", NULL, N_ ("Show the slate at once"), COMMAND, po_ctl_command},
    {"back", NULL, N_ ("Go back to the schedule"), COMMAND, po_ctl_command},
    {NULL, NULL, NULL, 0, NULL},
};

gboolean po_ctl_window (PoCtl *self, PoTimeNs from_ns, gint64 span_ns, PoTimeNs *ret_from_ns, PoTimeNs *ret_to_ns,
                        GError **error) {
  *ret_from_ns = from_ns;
  if (self->options.from != NULL && !po_time_parse (self->options.from, self->zone, ret_from_ns, error)) {
    g_prefix_error (error, "--from: ");
    return FALSE;
  }
  *ret_to_ns = *ret_from_ns + span_ns;
  if (self->options.to != NULL && !po_time_parse (self->options.to, self->zone, ret_to_ns, error)) {
    g_prefix_error (error, "--to: ");
    return FALSE;
  }
  if (*ret_to_ns > *ret_from_ns)
    return TRUE;
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("--to must be after --from"));
  return FALSE;
}

static void add_override (GPtrArray *overrides, const gchar *key, const gchar *value) {
  if (value != NULL)
    g_ptr_array_add (overrides, g_strconcat (key, "=", value, NULL));
}

// The configuration with the options laid over it. Without --config, a machine without the default file has defaults.
static gboolean load_config (PoCtl *ctl, GError **error) {
  const PoCtlOptions *o = &ctl->options;
  g_autoptr (GPtrArray) overrides = g_ptr_array_new_with_free_func (g_free);
  add_override (overrides, "channel.timezone", o->timezone);
  add_override (overrides, "paths.schedules", o->schedules);
  add_override (overrides, "paths.media", o->media);
  add_override (overrides, "paths.state", o->state);
  g_ptr_array_add (overrides, NULL);
  const gchar *path = o->config;
  if (path == NULL && g_file_test (PO_CONFIG_DEFAULT_PATH, G_FILE_TEST_EXISTS))
    path = PO_CONFIG_DEFAULT_PATH;
  ctl->config = po_config_load_with (path, (const gchar *const *)overrides->pdata, error);
  if (ctl->config == NULL && path == NULL && error != NULL)
    (*error)->code = PO_ERROR_INPUT; // then nothing but the command line can be wrong
  if (ctl->config == NULL)
    return FALSE;
  ctl->zone = g_time_zone_new_identifier (ctl->config->timezone);
  ctl->now_ns = g_get_real_time () * 1000;
  return TRUE;
}

static int exit_code (const GError *error) {
  static const int codes[] = {
      [PO_ERROR_INTERNAL] = EX_SOFTWARE, [PO_ERROR_INPUT] = EX_USAGE,       [PO_ERROR_CONFIG] = EX_CONFIG,
      [PO_ERROR_SYSTEM] = EX_TEMPFAIL,   [PO_ERROR_NOT_FOUND] = EX_NOINPUT, [PO_ERROR_CONFLICT] = EX_TEMPFAIL,
  };
  if (error->domain == G_OPTION_ERROR)
    return EX_USAGE;
  return error->domain == PO_ERROR && (guint)error->code < G_N_ELEMENTS (codes) ? codes[error->code] : EX_SOFTWARE;
}

static int run (PoCtl *ctl, int argc, char **argv, GError **error) {
  if (!po_ctl_options_parse (ctl, argc, argv, error) || ctl->verb == NULL)
    return EXIT_SUCCESS;
  if (!load_config (ctl, error))
    return EXIT_SUCCESS;
  return ctl->verb->run (ctl, error);
}

static void print_raw (const gchar *text) {
  fputs (text, stdout);
}

int main (int argc, char **argv) {
  PoCtl ctl = {0};
  g_autoptr (GError) error = NULL;
  po_language_init ();
  g_set_print_handler (print_raw); // --help too is UTF-8, whatever the locale
  int code = run (&ctl, argc, argv, &error);
  if (fflush (stdout) != 0 && code == EXIT_SUCCESS)
    code = EX_IOERR;
  if (error != NULL) {
    fprintf (stderr, "playoutctl: %s\n", error->message);
    code = code != EXIT_SUCCESS ? code : exit_code (error);
  }
  po_ctl_options_clear (&ctl.options);
  g_clear_pointer (&ctl.zone, g_time_zone_unref);
  g_clear_pointer (&ctl.config, po_config_unref);
  return code;
}
