// SPDX-License-Identifier: GPL-3.0-or-later
// What the parent of players has to tell of them.
#pragma once

#include <glib.h>

typedef enum {
  PO_PLAYER_FACT_FIRST,     // FILE: its first pictures and their sound are in the ring; LIVE: the first picture is
  PO_PLAYER_FACT_ENDED,     // the source ended in good order before `frame`
  PO_PLAYER_FACT_UNOPENED,  // its file cannot be opened: `message`
  PO_PLAYER_FACT_UNSTARTED, // the machine has no room for a player (`run_key` "": it is tried again): `message`
  PO_PLAYER_FACT_STARTED,   // players can be started again
  PO_PLAYER_FACT_FAILED,    // it cannot be played, or not any further: `message`
  PO_PLAYER_FACT_DIED,      // the process ended by itself or by a foreign hand: `message`
  PO_PLAYER_FACT_VIOLATION, // it broke the ring's protocol and was killed: `message`
  PO_PLAYER_FACT_FORMAT,    // what a live source sends: `message`
  PO_PLAYER_FACT_INFO,      // worth a line in the log: decoder warnings, the sandbox in force
} PoPlayerFactKind;

typedef struct {
  PoPlayerFactKind kind;
  const gchar *run_key; // "" for a spare
  gint64 frame;         // house frames from media_in: ENDED: the first one without picture; else -1
  const gchar *message; // for people; never NULL
} PoPlayerFact;

/** Whether a run that wanted it has lost its picture, or will not have any. */
gboolean po_player_fact_is_fault (PoPlayerFactKind kind);

/** Runs in the pool's main context; @fact is valid during the call. */
typedef void (*PoPlayerFactFunc) (const PoPlayerFact *fact, gpointer user_data);
