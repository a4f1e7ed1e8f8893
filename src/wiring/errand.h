// SPDX-License-Identifier: GPL-3.0-or-later
// What takes long or reads what strangers wrote is done by `playoutctl`, a process of its own, and its output is handed
// back here: neither a plan of a season nor a calendar that somebody uploaded holds the main loop. Main thread.
#pragma once

#include "model/error.h"

typedef struct _PoErrands PoErrands;

/** @text: what it said on standard output, or NULL with @error. */
typedef void (*PoErrandDone) (const gchar *text, const GError *error, gpointer data);

/** Strings are copied; @config_path: (nullable) the default file; @state_dir: (nullable). (transfer full) */
PoErrands *po_errands_new (const gchar *config_path, const gchar *state_dir);
const gchar *po_errands_state_dir (PoErrands *self); // (nullable)
/** From now on an errand that takes longer is ended and fails. */
void po_errands_set_deadline (PoErrands *self, guint most_s);
/** Ends those under way; nobody hears of them any more. */
void po_errands_free (PoErrands *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoErrands, po_errands_free)

/** Runs `playoutctl WORDS --config … --state …`. @language: (nullable) in which it speaks, "vi". @done is called once,
 * later or at once; PO_ERROR_SYSTEM: too many are under way. */
void po_errands_run (PoErrands *self, const gchar *const *words, const gchar *language, PoErrandDone done,
                     gpointer data);

/** For g_subprocess_launcher_set_child_setup(): the air, whose priority a child inherits, comes first. */
void po_errand_stand_back (gpointer unused);
