// SPDX-License-Identifier: GPL-3.0-or-later
// Saves what can still be read of a damaged log into a new one. The damaged file is only read. Internal to `log`.
#pragma once

#include "store/sql.h"

/** Copies rows of the database at @from into the empty log @into, forwards up to the damage and backwards from the end
 * down to it. What cannot be read is left out: it stays where it was. */
void po_log_salvage (PoSql *into, const gchar *from, guint *ret_rows);
