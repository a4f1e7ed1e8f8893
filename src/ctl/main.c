// SPDX-License-Identifier: GPL-3.0-or-later
// playoutctl: what every verb needs: language, options, configuration, exit code.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "config/language.h"
#include "ctl/ctl.h"
#include "ctl/options.h"

static void add_override (GPtrArray *overrides, const gchar *key, const gchar *value) {
  if (value != NULL)
    g_ptr_array_add (overrides, g_strconcat (key, "=", value, NULL));
}

// What the daemon itself goes on with while its file is broken; the desk must not go blind when it is needed most.
static PoConfig *load_kept (const gchar *path, const GError *broken) {
  g_autoptr (GPtrArray) untold = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free); // the daemon does
  PoConfig *kept = po_config_load_kept (path, untold, NULL);
  if (kept != NULL)
    fprintf (stderr, _ ("%s\nplayoutctl: the last good configuration is used\n"), broken->message);
  return kept;
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
  g_autoptr (GError) broken = NULL;
  ctl->config = po_config_load_with (path, (const gchar *const *)overrides->pdata, &broken);
  if (ctl->config == NULL && path == NULL)
    broken->code = PO_ERROR_INPUT; // then nothing but the command line can be wrong
  if (ctl->config == NULL && path != NULL && overrides->len == 1)
    ctl->config = load_kept (path, broken);
  if (ctl->config == NULL) {
    g_propagate_error (error, g_steal_pointer (&broken));
    return FALSE;
  }
  ctl->zone = g_time_zone_new_identifier (ctl->config->timezone);
  ctl->now_ns = g_get_real_time () * 1000;
  return TRUE;
}

static int exit_code (const GError *error) {
  static const int codes[] = {
      [PO_ERROR_INTERNAL] = EX_SOFTWARE, [PO_ERROR_INPUT] = EX_USAGE,       [PO_ERROR_CONFIG] = EX_CONFIG,
      [PO_ERROR_SYSTEM] = EX_TEMPFAIL,   [PO_ERROR_NOT_FOUND] = EX_NOINPUT, [PO_ERROR_CONFLICT] = EX_TEMPFAIL,
      [PO_ERROR_TAKEN] = EX_TEMPFAIL,    [PO_ERROR_NO_ROOM] = EX_CANTCREAT,
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

static gboolean has_ended;

// Whatever of it could not be written makes the run a failure: a backup, a report, a sheet would be cut short unseen.
static gboolean end_output (GError **error) {
  has_ended = TRUE;
  errno = 0;
  const gboolean was_cut = ferror (stdout) != 0;
  if (fflush (stdout) == 0 && !was_cut && fclose (stdout) == 0)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("what it prints cannot be written: %s"),
               g_strerror (errno != 0 ? errno : EIO));
  return FALSE;
}

// --help ends the program inside the library.
static void end_help (void) {
  g_autoptr (GError) error = NULL;
  if (has_ended || end_output (&error))
    return;
  fprintf (stderr, "playoutctl: %s\n", error->message);
  _exit (EX_IOERR);
}

int main (int argc, char **argv) {
  PoCtl ctl = {0};
  g_autoptr (GError) error = NULL;
  po_language_init ();
  g_set_print_handler (print_raw); // --help too is UTF-8, whatever the locale
  atexit (end_help);
  int code = run (&ctl, argc, argv, &error);
  const gboolean is_told = error != NULL || end_output (&error);
  has_ended = TRUE;
  if (error != NULL) {
    fprintf (stderr, "playoutctl: %s\n", error->message);
    code = !is_told ? EX_IOERR : code != EXIT_SUCCESS ? code : exit_code (error);
  }
  po_ctl_options_clear (&ctl.options);
  g_clear_pointer (&ctl.zone, g_time_zone_unref);
  g_clear_pointer (&ctl.config, po_config_unref);
  return code;
}
