// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/arguments.h"

#include <string.h>

#include "model/error.h"
#include "model/nearest.h"
#include "model/text.h"

// The entry that @word, "--name", "--name=value" or "-n", calls. (nullable)
static const GOptionEntry *find_option (const gchar *word, const GOptionEntry *entries) {
  const gboolean is_long = g_str_has_prefix (word, "--");
  g_autofree gchar *name = is_long ? g_strndup (word + 2, strcspn (word + 2, "=")) : NULL;
  for (; entries->long_name != NULL; entries++)
    if (is_long ? g_str_equal (name, entries->long_name) : word[1] != '\0' && word[1] == entries->short_name)
      return entries;
  return NULL;
}

static gboolean is_help (const gchar *word) {
  return g_str_equal (word, "--help") || g_str_equal (word, "-h") || g_str_equal (word, "-?");
}

static void explain_option (const gchar *word, const GOptionEntry *entries, const gchar *program, GError **error) {
  g_autofree gchar *name = g_strndup (word, strcspn (word, "="));
  PoNearest nearest = {0};
  for (const GOptionEntry *entry = entries; g_str_has_prefix (name, "--") && entry->long_name != NULL; entry++)
    po_nearest_consider (&nearest, name + 2, entry->long_name);
  if (nearest.word != NULL)
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("there is no option “%s”; did you mean “--%s”? See %s --help"),
                 name, nearest.word, program);
  else
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("there is no option “%s”; see %s --help"), name, program);
}

// FALSE with @error if @value (nullable) is none for @entry.
static gboolean check_value (const GOptionEntry *entry, const gchar *value, const gchar *program, GError **error) {
  gint64 number = 0;
  if (value == NULL)
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“--%s” needs a value; see %s --help"), entry->long_name, program);
  else if (entry->arg == G_OPTION_ARG_INT && !g_ascii_string_to_signed (value, 10, G_MININT, G_MAXINT, &number, NULL))
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” is no number for “--%s”; see %s --help"), value,
                 entry->long_name, program);
  else
    return TRUE;
  return FALSE;
}

// Of what cannot be parsed, in the reader's language; FALSE: nothing is found wrong.
static gboolean explain_words (gchar **words, const GOptionEntry *entries, const gchar *program, GError **error) {
  for (gchar **word = words; *word != NULL && !g_str_equal (*word, "--"); word++) {
    if (**word != '-' || (*word)[1] == '\0' || is_help (*word))
      continue;
    const GOptionEntry *entry = find_option (*word, entries);
    if (entry == NULL) {
      explain_option (*word, entries, program, error);
      return TRUE;
    }
    if (entry->arg == G_OPTION_ARG_NONE)
      continue;
    const gboolean is_long = g_str_has_prefix (*word, "--");
    const gchar *joined = is_long ? strchr (*word, '=') : (*word)[2] != '\0' ? *word + 1 : NULL;
    const gchar *value = joined != NULL ? joined + 1 : word[1] != NULL ? *++word : NULL;
    if (!check_value (entry, value, program, error))
      return TRUE;
  }
  return FALSE;
}

gboolean po_arguments_parse (GOptionContext *context, const GOptionEntry *entries, const gchar *program, int *argc,
                             char ***argv, GError **error) {
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) given = g_strdupv (*argv); // what parsing takes out
  if (g_option_context_parse (context, argc, argv, &local))
    return TRUE;
  if (!explain_words (given + 1, entries, program, error))
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, local->message);
  return FALSE;
}
