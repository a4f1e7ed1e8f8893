// SPDX-License-Identifier: GPL-3.0-or-later
// Facts of players as the tests tell them.
#pragma once

#include "program/player-fact.h"

const gchar *fact_kind_to_string (PoPlayerFactKind kind); // "first"
