// SPDX-License-Identifier: GPL-3.0-or-later
// playoutd-player: the child that decodes one source. Without options it warms up and waits for its one order on
// descriptor 3, with --nursery once for each player that is wanted; with --probe it says what a file is. It speaks to
// people on stderr, in one line.
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <gst/gst.h>

#include "player/glance.h"
#include "player/loas-parse.h"
#include "player/mend.h"
#include "player/nursery.h"
#include "player/preload.h"
#include "player/probe.h"
#include "player/serve.h"
#include "player/stills.h"
#include "player/warm.h"
#include "ring/message.h"

#define MOST_COLUMNS 32
#define MAPPED_BYTES (512 * 1024)
#define MOST_ARENAS  2

// What to do with the file, besides probing it.
typedef struct {
  gboolean glance;
  gint64 picture_at_ns; // -1: no picture
  gint columns;         // 0: no strip
} Wish;

static gint run_probe (const gchar *path, const Wish *wish, PoEnquiryOptions *options, const gchar *sandbox) {
  if (!po_serve_parse_sandbox (sandbox, &options->sandbox)) {
    g_printerr (_ ("playoutd-player: --sandbox takes on, off or required, not \"%s\"\n"), sandbox);
    return EX_USAGE;
  }
  if (wish->picture_at_ns >= 0 || wish->columns > 0)
    po_stills_run (path, options, MAX (wish->picture_at_ns, 0), (guint)CLAMP (wish->columns, 0, MOST_COLUMNS));
  if (wish->glance)
    po_glance_run (path, options);
  po_probe_run (path, options);
}

// Pictures come from the system and go back to it: glibc, once one is freed, would keep the next ones in the arena of
// each decoder's thread, where the holes that they leave are never given back.
static void spare_memory (void) {
  mallopt (M_MMAP_THRESHOLD, MAPPED_BYTES);
  mallopt (M_ARENA_MAX, MOST_ARENAS);
}

// In the list of processes a player that was born in a nursery is not to be taken for one.
static void forget_nursery (gchar *word) {
  if (word != NULL)
    memset (word, 0, strlen (word));
}

// As one that no nursery has born and nothing has warmed.
static void start_anew (void) {
  gchar *const argv[] = {"playoutd-player", NULL};
  execv ("/proc/self/exe", argv);
  _exit (EXIT_FAILURE);
}

int main (int argc, char **argv) {
  gchar *first = argc > 1 ? argv[1] : NULL; // where the system reads it
  spare_memory ();
  signal (SIGINT, SIG_IGN);  // Ctrl-C is for the parent, which ends its players itself
  signal (SIGPIPE, SIG_IGN); // a library's warning that nobody reads any more costs no item
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C");
  const gchar *translations = g_getenv ("PLAYOUTD_LOCALEDIR"); // of an uninstalled run
  bindtextdomain (GETTEXT_PACKAGE, translations != NULL ? translations : PO_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_autofree gchar *probe = NULL;
  g_autofree gchar *sandbox = NULL;
  PoEnquiryOptions options = {.timeout_ms = 60000};
  Wish wish = {.picture_at_ns = -1};
  gboolean registry = FALSE, nursery = FALSE;
  const GOptionEntry entries[] = {
      {"probe", 0, 0, G_OPTION_ARG_FILENAME, &probe, N_ ("Say what FILE is, as JSON"), "FILE"},
      {"glance", 0, 0, G_OPTION_ARG_NONE, &wish.glance,
       N_ ("With --probe: only what its header and its first picture say, at once"), NULL},
      {"picture", 0, 0, G_OPTION_ARG_INT64, &wish.picture_at_ns,
       N_ ("With --probe: only the picture at NS nanoseconds of it, as a small JPEG"), "NS"},
      {"strip", 0, 0, G_OPTION_ARG_INT, &wish.columns,
       N_ ("With --probe: only N pictures from all of it side by side, as a small JPEG"), "N"},
      {"hash", 0, 0, G_OPTION_ARG_NONE, &options.hash, N_ ("With --probe: add its SHA-256"), NULL},
      {"timeout-ms", 0, 0, G_OPTION_ARG_INT, &options.timeout_ms, N_ ("With --probe: give up after this long"), "MS"},
      {"sandbox", 0, 0, G_OPTION_ARG_STRING, &sandbox, N_ ("With --probe: on, off or required"), "MODE"},
      {"make-registry", 0, 0, G_OPTION_ARG_NONE, &registry, N_ ("Make the plugin registry and end"), NULL},
      {"nursery", 0, 0, G_OPTION_ARG_NONE, &nursery, N_ ("Bring players into being that share this one's plugins"),
       NULL},
      {0},
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ ("Decodes one source for playoutd, which starts it."));
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("playoutd-player: %s\n", error->message);
    return EX_USAGE;
  }
  if (probe == NULL && !registry)
    prctl (PR_SET_PDEATHSIG, SIGKILL); // the parent spawns from a thread that never ends
  gst_init (NULL, NULL);
  if (registry)
    return EXIT_SUCCESS;
  po_mend_ranks ();
  po_loas_parse_register ();
  if (probe != NULL)
    return run_probe (probe, &wish, &options, sandbox == NULL ? "on" : sandbox);
  po_preload (nursery);
  if (nursery && !po_nursery_run (PO_MESSAGE_CHILD_FD))
    return EXIT_SUCCESS;
  forget_nursery (first);
  if (nursery && !po_warm_up ())
    start_anew ();
  return po_serve_run (PO_MESSAGE_CHILD_FD);
}
