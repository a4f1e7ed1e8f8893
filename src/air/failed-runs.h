// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that could not be played, each with its alarm until its time is over. One whose file cannot be opened may only
// have lost its storage for a moment: the file is tried again until then, by threads, since open() may hang. Main
// thread. It decides nothing about the air: who made it is told that a file is there again.
#pragma once

#include "message/alarms.h"
#include "model/item.h"
#include "program/clock.h"

typedef struct _PoFailedRuns PoFailedRuns;

/** PoFault: where to look for what is wrong: in the clip itself, where it is stored, or in this machine. */
typedef enum { PO_FAULT_CLIP, PO_FAULT_STORAGE, PO_FAULT_MACHINE } PoFault;

/** The file of @run_key opens again; it is forgotten here. */
typedef void (*PoRecoveredFunc) (const gchar *run_key, const gchar *uid, const gchar *instance, gpointer user);

/** @alarms and @clock are borrowed. (transfer full) */
PoFailedRuns *po_failed_runs_new (PoAlarms *alarms, const PoClock *clock, PoRecoveredFunc recovered, gpointer user);
void po_failed_runs_free (PoFailedRuns *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoFailedRuns, po_failed_runs_free)

/** Raises the alarm. @file: its absolute path. What is the clip's fault is looked at: whether the file opens now; it is
 * at rest if it does. The others are tried again until then. */
void po_failed_runs_add (PoFailedRuns *self, const PoItem *item, const gchar *run_key, const gchar *why,
                         const gchar *file, PoFault fault);

/** Every second or oftener: forgets those that ended before @now, tries those whose turn it is. */
void po_failed_runs_check (PoFailedRuns *self, PoFrame now);
