// SPDX-License-Identifier: GPL-3.0-or-later
// The head of the chain, kept in a file beside the database, so that rows taken from its end are missed. It goes
// forward only from a head that the chain still holds: one that it does not hold is evidence, and stays. Internal to
// `log`.
#pragma once

#include "log/chain.h"

#define PO_LOG_HEAD_FILE "log.head"

typedef struct {
  gint64 pos; // links up to there
  guint8 hash[PO_LOG_HASH_SIZE];
} PoLogHead;

/** FALSE with PO_ERROR_NOT_FOUND: there is none; with PO_ERROR_INPUT: it cannot be read. */
gboolean po_log_head_read (const gchar *state_dir, PoLogHead *ret_head, GError **error);

/** Before the chain of a new @db is begun: a head of no links, so that none is missing when its first rows are there
 * and their head is not yet. */
void po_log_head_begin (const gchar *state_dir, PoSql *db);

/** Writes the chain's head of @db. FALSE with PO_ERROR_CONFLICT: the chain does not hold the head that was written
 * before: rows are missing at its end. */
gboolean po_log_head_keep (const gchar *state_dir, PoSql *db, GError **error);

/** Likewise once rows were committed, which stand whatever comes of their head: one that cannot be written lags, and
 * the next makes up for it; one that does not hold is told by the daemon and by `asrun verify`. */
void po_log_head_follow (const gchar *state_dir, PoSql *db);

/** When the database at @aside was moved aside: its head goes with it. */
void po_log_head_move_aside (const gchar *state_dir, const gchar *aside);

gchar *po_log_hash_to_string (const guint8 *hash); // (transfer full) hex
