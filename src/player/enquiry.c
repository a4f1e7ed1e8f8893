// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/enquiry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "json/text.h"
#include "player/sandbox.h"

#define HD_WIDTH        1920
#define HD_HEIGHT       1080
#define MOST_DATA_BYTES (G_GUINT64_CONSTANT (3) << 29) // with threads' stacks; the parent allows 1 GiB in use

// What is printed when memory runs out: made before.
static gchar *too_big;

// O_NONBLOCK: a FIFO or device is refused here and never waited for.
static gint open_file (const gchar *path, gchar **ret_problem) {
  const gint fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat info;
  if (fd < 0) {
    *ret_problem = g_strdup_printf (_ ("cannot be opened: %s"), g_strerror (errno));
    return -1;
  }
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_size > 0)
    return fd;
  *ret_problem = g_strdup (S_ISREG (info.st_mode) ? _ ("the file is empty") : _ ("not a regular file"));
  close (fd);
  return -1;
}

// An allocation that fails ends the process by a fatal message: it gets to say why.
static GLogWriterOutput on_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data) {
  for (gsize i = 0; (level & G_LOG_LEVEL_ERROR) != 0 && i < n_fields; i++) {
    if (g_strcmp0 (fields[i].key, "MESSAGE") == 0 && strstr (fields[i].value, "failed to allocate") != NULL &&
        write (STDOUT_FILENO, too_big, strlen (too_big)) > 0)
      _exit (EXIT_SUCCESS);
  }
  return g_log_writer_default (level, fields, n_fields, user_data);
}

static void expect_too_big (void) {
  GString *out = g_string_new ("{");
  po_json_string (out, "problem", _ ("given up: it needs more than 1 GiB of memory; encode it anew in a smaller size"));
  g_string_append (out, "}\n");
  too_big = g_string_free (out, FALSE);
  g_log_set_writer_func (on_log, NULL, NULL);
}

// Whoever asked was killed, perhaps; nobody else would end what decodes a whole clip for nothing.
static gboolean on_nobody_listens (gint fd, GIOCondition condition, gpointer user_data) {
  _exit (EXIT_FAILURE);
}

gint po_enquiry_open (const gchar *path, const PoEnquiryOptions *options, gchar **ret_problem) {
  expect_too_big ();
  const gint fd = open_file (path, ret_problem);
  if (fd < 0)
    return -1;
  const PoSandboxNeeds needs = {.address_bytes = po_sandbox_address_bytes (HD_WIDTH, HD_HEIGHT),
                                .data_bytes = MOST_DATA_BYTES};
  g_autofree gchar *summary = NULL;
  if (!po_sandbox_enter (options->sandbox, &needs, &summary)) {
    g_printerr ("playoutd-player: sandbox: %s\n", summary);
    _exit (EXIT_FAILURE);
  }
  g_unix_fd_add (STDOUT_FILENO, G_IO_ERR, on_nobody_listens, NULL);
  return fd;
}

void po_enquiry_print_clip (GString *out, const PoEnquiryClip *clip) {
  po_json_string (out, "kind", clip->kind);
  po_json_int (out, "duration_ns", clip->duration_ns);
  po_json_int (out, "frames", clip->frames);
  po_json_rate (out, "rate", clip->rate);
  po_json_int (out, "width", clip->turned ? clip->height : clip->width);
  po_json_int (out, "height", clip->turned ? clip->width : clip->height);
  po_json_bool (out, "has_audio", clip->has_audio);
}

void po_enquiry_answer (GString *out, const gchar *problem) {
  po_json_string (out, "problem", problem);
  g_string_append (out, "}\n");
  fputs (out->str, stdout);
  fflush (stdout);
  _exit (EXIT_SUCCESS);
}
