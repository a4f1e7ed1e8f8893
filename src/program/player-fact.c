// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/player-fact.h"

gboolean po_player_fact_is_fault (PoPlayerFactKind kind) {
  return kind == PO_PLAYER_FACT_UNOPENED || kind == PO_PLAYER_FACT_UNSTARTED || kind == PO_PLAYER_FACT_FAILED ||
         kind == PO_PLAYER_FACT_DIED || kind == PO_PLAYER_FACT_VIOLATION;
}
