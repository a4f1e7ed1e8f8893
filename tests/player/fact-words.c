// SPDX-License-Identifier: GPL-3.0-or-later
#include "fact-words.h"

const gchar *fact_kind_to_string (PoPlayerFactKind kind) {
  static const gchar *const words[] = {
      [PO_PLAYER_FACT_FIRST] = "first",         [PO_PLAYER_FACT_ENDED] = "ended",
      [PO_PLAYER_FACT_FAILED] = "failed",       [PO_PLAYER_FACT_DIED] = "died",
      [PO_PLAYER_FACT_VIOLATION] = "violation", [PO_PLAYER_FACT_INFO] = "info",
      [PO_PLAYER_FACT_FORMAT] = "format",       [PO_PLAYER_FACT_UNOPENED] = "unopened",
      [PO_PLAYER_FACT_UNSTARTED] = "unstarted", [PO_PLAYER_FACT_STARTED] = "started",
  };
  return words[kind];
}
