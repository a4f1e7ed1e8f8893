// SPDX-License-Identifier: GPL-3.0-or-later
// The daemon's command line. A plain value made once by main().
#pragma once

#include "model/time.h"

typedef struct {
  gchar *config_path;
  gchar *at;    // (nullable) --at, as typed: read once the channel's zone is known
  gchar *until; // (nullable) --until
  gboolean check_config;
  gboolean free_run;
  gboolean status_line;
  gboolean version;
  gboolean help_config;
} PoOptions;

/** Reads @argv; --help prints and exits. FALSE with @error: wrong use. */
gboolean po_options_parse (PoOptions *ret_options, gint *argc, gchar ***argv, GError **error);
void po_options_clear (PoOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PoOptions, po_options_clear)
