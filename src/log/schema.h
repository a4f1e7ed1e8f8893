// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of the log, how an older file becomes a newer one, and the one definition of the as-run view.
// Steps only add: no step deletes or rewrites a row. Internal to `log` and its tests.
#pragma once

#include "store/sql.h"

#define PO_LOG_SCHEMA_VERSION 5
#define PO_LOG_FILE           "log.sqlite"

/** Brings @db from its version to ours in one transaction. FALSE with PO_ERROR_CONFLICT: made by a newer playoutd;
 * otherwise damaged or not writable. */
gboolean po_log_schema_migrate (PoSql *db, GError **error);

/** Names of triggers, of indexes and of the as-run view that are missing in @db, are not as we make them, or are none
 * of ours, and of tables whose columns are others. (transfer full) */
GPtrArray *po_log_schema_find_other (PoSql *db, GError **error);

/** Makes triggers and view as they are to be, and takes away what is none of ours: who wrote to the file may have
 * let rows be changed, or change as they are written. @ret_names (transfer full): which it was; untouched if all was
 * well. */
gboolean po_log_schema_restore (PoSql *db, gchar **ret_names, GError **error);

/** Whether the tables and their last rows can be read: what can be known at once, whatever the size. */
gboolean po_log_schema_check (PoSql *db, GError **error);

/** The SELECT of the as-run over tables of these names. (transfer full) */
gchar *po_log_schema_asrun_select (const gchar *events, const gchar *marks, const gchar *corrections,
                                   const gchar *measures);

/** For reading a file of an older version as it lies: temporary views with what its tables lack. */
gboolean po_log_schema_read_old (PoSql *db, gint64 version, GError **error);
