// SPDX-License-Identifier: GPL-3.0-or-later
// playoutd: options, language, exit codes. What it does is in daemon.h.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "config/config.h"
#include "config/language.h"
#include "control/server.h"
#include "daemon/daemon.h"
#include "daemon/options.h"
#include "model/error.h"
#include "model/text.h"
#include "program/clock.h"

static int exit_code (const GError *error) {
  if (!g_error_matches (error, PO_ERROR, (gint)error->code))
    return EX_SOFTWARE;
  switch ((PoError)error->code) {
  case PO_ERROR_INPUT:
    return EX_USAGE;
  case PO_ERROR_CONFIG:
  case PO_ERROR_NOT_FOUND:
    return EX_CONFIG;
  case PO_ERROR_SYSTEM:
  case PO_ERROR_CONFLICT:
  case PO_ERROR_TAKEN:
  case PO_ERROR_NO_ROOM:
    return EX_TEMPFAIL;
  case PO_ERROR_INTERNAL:
    break;
  }
  return EX_SOFTWARE;
}

static int complain (const GError *error) {
  g_autofree gchar *text = po_text_pick (error->message, NULL);
  fprintf (stderr, "playoutd: %s\n", text);
  return exit_code (error);
}

static int check_config (const gchar *path) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoConfig) config = po_config_load (path, &error);
  g_autoptr (GTimeZone) zone = config != NULL ? g_time_zone_new_identifier (config->timezone) : NULL;
  const PoClock clock = po_clock_real ();
  if (config != NULL && !po_control_check_tls (config->tls_certificate, config->tls_key, po_clock_now_ns (&clock), zone,
                                               config->notices, &error))
    po_config_prefix_place (config, "control", config->tls_certificate != NULL ? "tls-certificate" : "tls-key", &error);
  if (error != NULL) {
    fprintf (stderr, "%s\n", error->message);
    return EX_CONFIG;
  }
  for (guint i = 0; i < config->notices->len; i++) {
    g_autofree gchar *line = po_finding_to_string (config->notices->pdata[i]);
    fprintf (stderr, "%s\n", line);
  }
  printf (_ ("%s: fine\n"), path);
  return EXIT_SUCCESS;
}

int main (int argc, char **argv) {
  g_auto (PoOptions) options = {0};
  g_autoptr (GError) error = NULL;
  po_language_init ();
  if (!po_options_parse (&options, &argc, &argv, &error)) {
    fprintf (stderr, "playoutd: %s\n", error->message);
    return EX_USAGE;
  }
  if (options.version) {
    printf ("playoutd %s\n", PO_VERSION);
    return EXIT_SUCCESS;
  }
  if (options.help_config) {
    g_autofree gchar *help = po_config_help ();
    fputs (help, stdout);
    return EXIT_SUCCESS;
  }
  if (options.check_config)
    return check_config (options.config_path);
  signal (SIGPIPE, SIG_IGN); // whoever reads its messages, or a program's input, may go: the air stays
  po_language_carry_all ();
  g_autoptr (PoDaemon) daemon = po_daemon_new (&options, &error);
  if (daemon == NULL || !po_daemon_run (daemon, &error))
    return complain (error);
  return EXIT_SUCCESS;
}
