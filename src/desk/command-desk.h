// SPDX-License-Identifier: GPL-3.0-or-later
// Commands as the API takes them: an entry for the journal, handed to the air; the answer once it is on disk. What one
// would do is found when nothing else waits. Main thread.
#pragma once

#include "desk/desk.h"

typedef struct _PoCommandDesk PoCommandDesk;

/** Of @parts, which it does not keep, the air, station, log and zone, borrowed. (transfer full) */
PoCommandDesk *po_command_desk_new (const PoDeskParts *parts);
/** Whoever still waits for an answer gets one. */
void po_command_desk_free (PoCommandDesk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoCommandDesk, po_command_desk_free)

/** Only after the channel's start; else as PoControlOps's `command`. */
void po_command_desk_take (PoCommandDesk *self, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                           PoControlDone done, gpointer data);

/** As PoControlOps's `command_given`. */
JsonNode *po_command_desk_given (PoCommandDesk *self, const gchar *key, gchar **ret_request);
