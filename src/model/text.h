// SPDX-License-Identifier: GPL-3.0-or-later
// Texts for people, in place of <glib/gi18n-lib.h>. A command line speaks one language; a daemon is read by people who
// want several. So its texts can carry all of them: from po_text_carry_all() on, _() gives every language at once,
// between marks, and what is composed of such texts by printf is such a text too. Whoever lets a text out of the
// process picks one language. Any thread; it knows nothing of who reads.
#pragma once

#include <glib/gi18n-lib.h>

#undef _
#undef C_
#define _(id)             po_text (id)
#define C_(context, id)   po_text_in_context (context "\004" id, sizeof context)
#define NG_(one, many, n) po_text_of_number (one, many, n)

/** Before any thread, and once: reads the translations in @dir, which stay as they are. In a process that never calls
 * it the functions below are gettext's. */
void po_text_carry_all (const gchar *dir);

const gchar *po_text (const gchar *id) G_GNUC_FORMAT (1);
const gchar *po_text_in_context (const gchar *context_and_id, gsize id_at);
const gchar *po_text_of_number (const gchar *one, const gchar *many, gulong n) G_GNUC_FORMAT (1) G_GNUC_FORMAT (2);

/** @text in @language ("vi"; NULL, or one that we do not speak: this process's). What carries one language only stays
 * as it is. (transfer full) */
gchar *po_text_pick (const gchar *text, const gchar *language);

/** What we speak: "en" and others, NULL at the end. (transfer none) */
const gchar *const *po_text_languages (void);

/** The one that po_text_pick() takes: "vi". */
const gchar *po_text_language (const gchar *language);

/** FALSE: every language reads the same. */
gboolean po_text_is_carrying (const gchar *text);

/** What says @english and, in the other language, @translated: both, or in a process that does not carry all its own
 * of them. (transfer full) */
gchar *po_text_join (const gchar *english, const gchar *translated);

/** The same within JSON, whose strings are picked from one by one, whatever strangers have written into them.
 * (transfer full) */
GBytes *po_text_pick_json (GBytes *json, const gchar *language);

/** @text as UTF-8, with a space for each character that has no place where it goes. (transfer full) */
gchar *po_text_clean (const gchar *text, gboolean (*has_place) (gunichar c));
