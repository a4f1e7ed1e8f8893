// SPDX-License-Identifier: GPL-3.0-or-later
// One file of translations as msgfmt writes it, read for itself: gettext speaks the one language of the process. Plain
// values; it knows nothing of who asks.
#pragma once

#include <glib.h>

/** Told each message of the file once. @id: what stands in the source, a context before it and \4 between; @plural:
 * (nullable) the same for many; @text: its translation, the first form. All borrowed. */
typedef void (*PoTranslationFunc) (const gchar *id, const gchar *plural, const gchar *text, gpointer user);

/** Nothing is told of what cannot be read. */
void po_translations_read (const gchar *path, PoTranslationFunc func, gpointer user);
