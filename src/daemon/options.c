// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/options.h"

#include "config/arguments.h"
#include "config/config.h"
#include "model/error.h"
#include "model/text.h"

gboolean po_options_parse (PoOptions *ret_options, gint *argc, gchar ***argv, GError **error) {
  g_auto (PoOptions) options = {0};
  const GOptionEntry entries[] = {
      {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options.config_path, N_ ("The configuration file"), "FILE"},
      {"check-config", 0, 0, G_OPTION_ARG_NONE, &options.check_config,
       N_ ("Check the configuration, say what is wrong with file and line, and exit"), NULL},
      {"at", 0, 0, G_OPTION_ARG_STRING, &options.at,
       N_ ("Behave as if it were this instant now; needs a state folder of its own"), "ISO8601"},
      {"free-run", 0, 0, G_OPTION_ARG_NONE, &options.free_run,
       N_ ("Run as fast as the media come, without a clock; needs --at and --until"), NULL},
      {"until", 0, 0, G_OPTION_ARG_STRING, &options.until, N_ ("End at this instant of the schedule"), "ISO8601"},
      {"status-line", 0, 0, G_OPTION_ARG_NONE, &options.status_line,
       N_ ("Show on the terminal what is on air, the time left, what is next, and alarms"), NULL},
      {"help-config", 0, 0, G_OPTION_ARG_NONE, &options.help_config,
       N_ ("Print every configuration key with its default and meaning"), NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &options.version, N_ ("Print the version"), NULL},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("— play an iCalendar schedule to air"));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_description (
      context, _ ("Signals: SIGHUP reads the configuration again; SIGINT and SIGTERM end in good order.\n"
                  "Exit codes are those of sysexits.h: 64 wrong use, 78 wrong configuration, 75 try again later."));
  if (!po_arguments_parse (context, entries, "playoutd", argc, argv, error))
    return FALSE;
  if (*argc > 1) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” is not understood; see --help"), (*argv)[1]);
    return FALSE;
  }
  if (options.free_run && (options.at == NULL || options.until == NULL)) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("--free-run needs --at and --until"));
    return FALSE;
  }
  if (options.config_path == NULL)
    options.config_path = g_strdup (PO_CONFIG_DEFAULT_PATH);
  *ret_options = options;
  options = (PoOptions){0};
  return TRUE;
}

void po_options_clear (PoOptions *self) {
  g_clear_pointer (&self->config_path, g_free);
  g_clear_pointer (&self->at, g_free);
  g_clear_pointer (&self->until, g_free);
}
