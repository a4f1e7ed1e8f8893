// SPDX-License-Identifier: GPL-3.0-or-later
// What stands on a program's command line, for both programs: GOption parses it, but what is wrong with it is said
// here, in the reader's language, and with the option that is near.
#pragma once

#include <glib.h>

/** @entries: the context's. @program: the name, and verb, to which --help may be added. PO_ERROR_INPUT says what is
 * wrong. */
gboolean po_arguments_parse (GOptionContext *context, const GOptionEntry *entries, const gchar *program, int *argc,
                             char ***argv, GError **error);
