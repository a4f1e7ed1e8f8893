// SPDX-License-Identifier: GPL-3.0-or-later
// A rehearsal: the real planner, the real head and the real log over any stretch of the future, as fast as they go,
// with sources made of arithmetic in place of media. Every frame is planned; the head and the log run around every
// change of item (or through every frame). Its rows are what the as-run of an untroubled air would say, passed on while
// it goes: a year of short fillers has millions. One thread, beside the log's; reads no clock, opens no media. What it
// writes it writes into a throw-away folder.
#pragma once

#include "log/airing.h"
#include "station/station.h"

typedef struct {
  const gchar *channel;
  PoFrame from, to;
  gboolean is_every_frame;                                       // not only 3 frames before and after each change
  void (*progress) (PoFrame done, PoFrame total, gpointer user); // (nullable) about once a planned day
  void (*row) (const PoAsrunRow *row, gpointer user);            // (nullable) each row of the log, in order
  gpointer user;
} PoRehearsalSettings;

typedef struct {
  GPtrArray *findings; // PoFinding: what the plan warned about
  guint n_rows, n_items;
  guint n_media, n_filler, n_cards, n_missing; // items by what they are
} PoRehearsal;

/** NULL with @error: the throw-away folder cannot be made, or its log not be read. (transfer full) */
PoRehearsal *po_rehearse (PoStation *station, const PoRehearsalSettings *settings, GError **error);
void po_rehearsal_free (PoRehearsal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoRehearsal, po_rehearsal_free)
