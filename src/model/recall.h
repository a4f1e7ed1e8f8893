// SPDX-License-Identifier: GPL-3.0-or-later
// What was said in one language and kept, or came from a process that speaks only one (why a clip cannot air, why an
// airing was not whole, the last words of a player), known again as one of our messages and said in every language.
// What is kept stays as it is. Any thread; it knows nothing of who reads.
#pragma once

#include <glib.h>

/** @text (nullable) as the message that it is, with what was filled in, as po_text_join() says it; as it is where no
 * message reads so. (transfer full) */
gchar *po_text_recall (const gchar *text);
