// SPDX-License-Identifier: GPL-3.0-or-later
// The assignments that configuration files hold, each with the file and line it stands on. GKeyFile reads the values;
// it gives no line numbers, so the lines are found by a scan beside it. Knows no key: that is spec.h. Private to
// config/.
#pragma once

#include "model/finding.h"

/** PoConfigValue: a section's header (key NULL) or one `key=text` in it. */
typedef struct {
  gchar *section;
  gchar *key;       // (nullable)
  gchar *text;      // (nullable) of a header
  gchar *file;      // as shown to people; NULL: a default
  guint line;       // 0 = from a command line or a default
  gboolean restart; // of a value in force: a change needs a restart
} PoConfigValue;

/** @text NULL: nothing is set. (transfer full) */
PoConfigValue *po_config_value_new (const gchar *section, const gchar *key, const gchar *text, const gchar *file,
                                    guint line);
void po_config_value_free (PoConfigValue *self);

/** Adds what @file holds to @values, in order, and a PoFinding to @findings for each line that cannot be read. FALSE:
 * the file itself cannot be read. */
gboolean po_config_lines_read (const gchar *file, GPtrArray *values, GPtrArray *findings, GError **error);

/** The files that make the configuration @path, in the order in which they count: itself, whether there or not, then
 * those of conf.d beside it. (transfer full) of paths */
GPtrArray *po_config_lines_files (const gchar *path);
