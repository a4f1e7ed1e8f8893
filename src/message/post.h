// SPDX-License-Identifier: GPL-3.0-or-later
// Sends one letter: by SMTP, by HTTP, or through a program. It blocks for a minute at most: a channel's own thread.
#pragma once

#include <gio/gio.h>

#include "message/letter.h"
#include "message/settings.h"

/** PO_ERROR_INPUT: this letter was refused, others may not be. Any other error: nothing can be sent now. @cancellable
 * ends it early. */
gboolean po_post (const PoMessageSettings *settings, const PoLetter *letter, GCancellable *cancellable, GError **error);
