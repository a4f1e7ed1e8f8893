// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration's [message NAME] sections made into channels, kept so when the configuration changes, their
// troubles made into alarms. Main thread; what is sent goes out on the channels' own threads.
#pragma once

#include <json-glib/json-glib.h>

#include "config/config.h"
#include "message/alarms.h"
#include "message/letter.h"
#include "program/clock.h"

typedef struct _PoMessages PoMessages;

/** Borrowed pointers must outlive it. @state_dir: (nullable) what is not sent does not survive a restart then.
 * (transfer full) */
PoMessages *po_messages_new (PoConfig *config, const gchar *state_dir, GTimeZone *zone, PoAlarms *alarms,
                             const PoClock *clock);
void po_messages_free (PoMessages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMessages, po_messages_free)

/** Makes what is new, remakes what changed, ends what is gone; leaves the others alone. */
void po_messages_set_config (PoMessages *self, PoConfig *config, GPtrArray *changes);

/** Hands the alarms that are up to every channel: at each change, and once a second. */
void po_messages_tell (PoMessages *self);

/** Raises and clears the channels' own alarms. Once a second is right. */
void po_messages_check (PoMessages *self);

/** The morning report of @date, to every channel that wants it. */
void po_messages_post_morning (PoMessages *self, const gchar *date, const gchar *text);

/** @letter to the addresses that it names, by the first mail channel that takes deadlines; FALSE: there is none.
 * (transfer none) */
gboolean po_messages_post_to_producer (PoMessages *self, const PoLetter *letter);

/** Array of {name, type, waiting, sent, problem}. (transfer full) */
JsonNode *po_messages_to_json (PoMessages *self);
