// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/language.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>

#include <glib.h>

#include "model/text.h"

// The locale asked for, as setlocale() would look for it; NULL if none is.
static const gchar *wanted_locale (void) {
  static const gchar *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const gchar *value = g_getenv (names[i]);
    if (value != NULL && *value != '\0')
      return value;
  }
  return NULL;
}

void po_language_init (void) {
  const gchar *wanted = wanted_locale (), *dir = g_getenv ("PLAYOUTD_LOCALEDIR");
  gboolean found = setlocale (LC_CTYPE, "") != NULL && setlocale (LC_MESSAGES, "") != NULL;
  // gettext looks at LANGUAGE only outside the C locale. Debian has C.UTF-8 always, other locales when generated.
  if (!found || wanted == NULL) {
    setlocale (LC_CTYPE, "C.UTF-8");
    setlocale (LC_MESSAGES, "C.UTF-8");
  }
  if (!found && wanted != NULL && g_getenv ("LANGUAGE") == NULL) {
    g_autofree gchar *language = g_strndup (wanted, strcspn (wanted, ".@"));
    setenv ("LANGUAGE", language,
            TRUE); // nocheck: banned it is for gettext in this process, and there is no thread yet
  }
  bindtextdomain (GETTEXT_PACKAGE, dir != NULL && *dir != '\0' ? dir : PO_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}

void po_language_carry_all (void) {
  po_text_carry_all (bindtextdomain (GETTEXT_PACKAGE, NULL));
}
