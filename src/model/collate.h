// SPDX-License-Identifier: GPL-3.0-or-later
// The order in which people look for titles: that of the Vietnamese alphabet (a ă â b c d đ e ê … o ô ơ … u ư), then
// by tones; whatever the process' locale. Pure; any thread.
#pragma once

#include <glib.h>

/** Less, equal or greater than 0. (nullable) of both: comes first. */
gint po_text_collate (const gchar *a, const gchar *b);
