// SPDX-License-Identifier: GPL-3.0-or-later
// Version 1 (2026-11): journal, airing_event, checkpoint, the asrun view.
// Version 2 (2026-11): alarm_event.
// Version 3 (2026-11): chain, correction; what was measured of an airing. Older rows are linked as they are found.
// Version 4 (2026-11): measure, which comes after an airing's end; forgotten.
// Version 5 (2026-11): alarm_event has numbered rows, so that they can be linked; forgotten.links.
// A later version is a further entry of `steps`: ALTER TABLE … ADD COLUMN, CREATE TABLE/INDEX/TRIGGER, and the view
// made anew. What stands in a row never changes.
#include "log/schema.h"

#include <string.h>

#include "log/chain.h"
#include "model/error.h"
#include "model/text.h"

// The record is `journal` and `airing_event`; triggers refuse to change it, also through INSERT OR REPLACE.
// `checkpoint` is not the record: it says how far each airing has come, so that a killed daemon's next life can append
// `interrupted` with the right figures. One row an airing, moved forward each second: 86,400 rows a day would drown the
// record (31 million a year) and tell nothing that the closing event does not. `open` finds what to close without
// reading ten years. The words of `event` are not said by IN, for which SQLite builds a table of them at each row
// (files of 2026 say it so).
static const gchar version_1[] =
    "CREATE TABLE journal ("
    "  seq INTEGER PRIMARY KEY, frame INTEGER NOT NULL, rate_n INTEGER NOT NULL, rate_d INTEGER NOT NULL,"
    "  at_ns INTEGER NOT NULL, utc_ns INTEGER NOT NULL, kind TEXT NOT NULL, who TEXT, args TEXT NOT NULL,"
    "  node TEXT NOT NULL, epoch INTEGER NOT NULL);"
    "CREATE INDEX journal_at ON journal (at_ns);"
    "CREATE TABLE airing_event ("
    "  id INTEGER PRIMARY KEY, airing INTEGER NOT NULL,"
    "  event TEXT NOT NULL CHECK (event = 'start' OR event = 'end' OR event = 'interrupted'),"
    "  frame INTEGER NOT NULL, k INTEGER NOT NULL, utc_ns INTEGER NOT NULL,"
    "  rate_n INTEGER NOT NULL, rate_d INTEGER NOT NULL, channel TEXT, uid TEXT, instance TEXT, part INTEGER,"
    "  title TEXT, media TEXT, sha256 TEXT, kind TEXT, reason TEXT, start_type TEXT,"
    "  planned_start_frame INTEGER, planned_start_ns INTEGER, planned_duration_frames INTEGER, som_ns INTEGER,"
    "  shown INTEGER, repeated INTEGER, filled INTEGER, status TEXT,"
    "  node TEXT NOT NULL, epoch INTEGER NOT NULL);"
    "CREATE UNIQUE INDEX airing_event_close ON airing_event (airing) WHERE event <> 'start';"
    "CREATE INDEX airing_event_time ON airing_event (utc_ns) WHERE event = 'start';"
    "CREATE INDEX airing_event_uid ON airing_event (uid, instance) WHERE event = 'start';"
    "CREATE INDEX airing_event_media ON airing_event (media) WHERE event = 'start';"
    "CREATE TABLE checkpoint ("
    "  airing INTEGER PRIMARY KEY, frame INTEGER NOT NULL, k INTEGER NOT NULL, utc_ns INTEGER NOT NULL,"
    "  shown INTEGER NOT NULL, repeated INTEGER NOT NULL, filled INTEGER NOT NULL, open INTEGER NOT NULL);"
    "CREATE INDEX checkpoint_open ON checkpoint (airing) WHERE open = 1;"
    "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal"
    "  BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal"
    "  BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal"
    "  WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)"
    "  BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER airing_event_no_update BEFORE UPDATE ON airing_event"
    "  BEGIN SELECT RAISE (ABORT, 'the as-run record is append-only'); END;"
    "CREATE TRIGGER airing_event_no_delete BEFORE DELETE ON airing_event"
    "  BEGIN SELECT RAISE (ABORT, 'the as-run record is append-only'); END;"
    "CREATE TRIGGER airing_event_no_replace BEFORE INSERT ON airing_event"
    "  WHEN EXISTS (SELECT 1 FROM airing_event WHERE id = NEW.id)"
    "    OR NEW.event <> 'start' AND EXISTS (SELECT 1 FROM airing_event WHERE airing = NEW.airing AND event <> 'start')"
    "  BEGIN SELECT RAISE (ABORT, 'the as-run record is append-only'); END;"
    "CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint"
    "  BEGIN SELECT RAISE (ABORT, 'checkpoints are kept'); END;"
    "CREATE TRIGGER checkpoint_forward BEFORE UPDATE ON checkpoint"
    "  WHEN NEW.airing <> OLD.airing OR NEW.k < OLD.k OR NEW.open > OLD.open"
    "  BEGIN SELECT RAISE (ABORT, 'a checkpoint only goes forward'); END;";

// What was wrong, from when to when, and who saw it. `who` is the one who acknowledged it.
static const gchar version_2[] =
    "CREATE TABLE alarm_event ("
    "  epoch INTEGER NOT NULL, number INTEGER NOT NULL, utc_ns INTEGER NOT NULL,"
    "  event TEXT NOT NULL CHECK (event IN ('raised', 'changed', 'acknowledged', 'cleared')),"
    "  alarm TEXT NOT NULL, severity TEXT NOT NULL, since_ns INTEGER NOT NULL, uid TEXT, instance TEXT, title TEXT,"
    "  text TEXT NOT NULL, what_to_do TEXT NOT NULL, who TEXT, node TEXT NOT NULL,"
    "  PRIMARY KEY (epoch, number, utc_ns)) WITHOUT ROWID;"
    "CREATE INDEX alarm_event_time ON alarm_event (utc_ns);"
    "CREATE TRIGGER alarm_event_no_update BEFORE UPDATE ON alarm_event"
    "  BEGIN SELECT RAISE (ABORT, 'the record of alarms is append-only'); END;"
    "CREATE TRIGGER alarm_event_no_delete BEFORE DELETE ON alarm_event"
    "  BEGIN SELECT RAISE (ABORT, 'the record of alarms is append-only'); END;";

#define CORRECTION                                                                                                     \
  "correction (id INTEGER PRIMARY KEY, airing INTEGER, uid TEXT, instance TEXT, utc_ns INTEGER NOT NULL,"              \
  " who TEXT NOT NULL, why TEXT NOT NULL, status TEXT NOT NULL, node TEXT NOT NULL,"                                   \
  " CHECK ((airing IS NULL) = (uid IS NOT NULL AND instance IS NOT NULL)))"

// A correction names an airing, or an obligation that never came to one. Links are rows of their own, so that those of
// older versions need not be touched.
static const gchar version_3[] =
    "ALTER TABLE airing_event ADD COLUMN black INTEGER;"
    "ALTER TABLE airing_event ADD COLUMN silent INTEGER;"
    "ALTER TABLE airing_event ADD COLUMN loudness_mlufs INTEGER;"
    "ALTER TABLE airing_event ADD COLUMN true_peak_mdb INTEGER;"
    "CREATE TABLE " CORRECTION ";"
    "CREATE INDEX correction_airing ON correction (airing) WHERE airing IS NOT NULL;"
    "CREATE TABLE chain (pos INTEGER PRIMARY KEY, source TEXT NOT NULL, row INTEGER NOT NULL, airing INTEGER,"
    "  hash BLOB NOT NULL);"
    "CREATE UNIQUE INDEX chain_row ON chain (source, row);"
    "CREATE TRIGGER correction_no_update BEFORE UPDATE ON correction"
    "  BEGIN SELECT RAISE (ABORT, 'corrections are append-only'); END;"
    "CREATE TRIGGER correction_no_delete BEFORE DELETE ON correction"
    "  BEGIN SELECT RAISE (ABORT, 'corrections are append-only'); END;"
    "CREATE TRIGGER correction_no_replace BEFORE INSERT ON correction"
    "  WHEN EXISTS (SELECT 1 FROM correction WHERE id = NEW.id)"
    "  BEGIN SELECT RAISE (ABORT, 'corrections are append-only'); END;"
    "CREATE TRIGGER chain_no_update BEFORE UPDATE ON chain"
    "  BEGIN SELECT RAISE (ABORT, 'the chain is append-only'); END;"
    "CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain"
    "  BEGIN SELECT RAISE (ABORT, 'the chain is append-only'); END;"
    "CREATE TRIGGER chain_no_replace BEFORE INSERT ON chain"
    "  WHEN EXISTS (SELECT 1 FROM chain WHERE pos = NEW.pos OR source = NEW.source AND row = NEW.row)"
    "  BEGIN SELECT RAISE (ABORT, 'the chain is append-only'); END;";

#define MEASURE                                                                                                        \
  "measure (id INTEGER PRIMARY KEY, airing INTEGER NOT NULL UNIQUE, black INTEGER, silent INTEGER, frozen INTEGER,"    \
  " loudness_mlufs INTEGER, true_peak_mdb INTEGER)"

// `forgotten` says up to which airing rows were given up, by the station's own rule: the links of those that it names
// stay, and nothing else may be missing.
static const gchar version_4[] =
    "CREATE TABLE " MEASURE ";"
    "CREATE TABLE forgotten (id INTEGER PRIMARY KEY, airing INTEGER NOT NULL, before_ns INTEGER NOT NULL,"
    "  utc_ns INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, node TEXT NOT NULL);"
    "CREATE TRIGGER measure_no_update BEFORE UPDATE ON measure"
    "  BEGIN SELECT RAISE (ABORT, 'measurements are append-only'); END;"
    "CREATE TRIGGER measure_no_delete BEFORE DELETE ON measure"
    "  BEGIN SELECT RAISE (ABORT, 'measurements are append-only'); END;"
    "CREATE TRIGGER measure_no_replace BEFORE INSERT ON measure"
    "  WHEN EXISTS (SELECT 1 FROM measure WHERE id = NEW.id OR airing = NEW.airing)"
    "  BEGIN SELECT RAISE (ABORT, 'measurements are append-only'); END;"
    "CREATE TRIGGER forgotten_no_update BEFORE UPDATE ON forgotten"
    "  BEGIN SELECT RAISE (ABORT, 'what was forgotten is append-only'); END;"
    "CREATE TRIGGER forgotten_no_delete BEFORE DELETE ON forgotten"
    "  BEGIN SELECT RAISE (ABORT, 'what was forgotten is append-only'); END;"
    "CREATE TRIGGER forgotten_no_replace BEFORE INSERT ON forgotten"
    "  WHEN EXISTS (SELECT 1 FROM forgotten WHERE id = NEW.id)"
    "  BEGIN SELECT RAISE (ABORT, 'what was forgotten is append-only'); END;";

#define ALARM_COLUMNS                                                                                                  \
  "epoch, number, utc_ns, event, alarm, severity, since_ns, uid, instance, title, text, what_to_do, who, node"

// `forgotten.links` is the digest of the links whose rows the note gives up.
static const gchar version_5[] =
    "ALTER TABLE forgotten ADD COLUMN links BLOB;"
    "CREATE TABLE alarm_row ("
    "  id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, number INTEGER NOT NULL, utc_ns INTEGER NOT NULL,"
    "  event TEXT NOT NULL CHECK (event IN ('raised', 'changed', 'acknowledged', 'cleared')),"
    "  alarm TEXT NOT NULL, severity TEXT NOT NULL, since_ns INTEGER NOT NULL, uid TEXT, instance TEXT, title TEXT,"
    "  text TEXT NOT NULL, what_to_do TEXT NOT NULL, who TEXT, node TEXT NOT NULL, UNIQUE (epoch, number, utc_ns));"
    "INSERT INTO alarm_row (" ALARM_COLUMNS ") SELECT " ALARM_COLUMNS
    " FROM alarm_event ORDER BY utc_ns, epoch, number;"
    "DROP TABLE alarm_event;"
    "ALTER TABLE alarm_row RENAME TO alarm_event;"
    "CREATE INDEX alarm_event_time ON alarm_event (utc_ns);"
    "CREATE TRIGGER alarm_event_no_update BEFORE UPDATE ON alarm_event"
    "  BEGIN SELECT RAISE (ABORT, 'the record of alarms is append-only'); END;"
    "CREATE TRIGGER alarm_event_no_delete BEFORE DELETE ON alarm_event"
    "  BEGIN SELECT RAISE (ABORT, 'the record of alarms is append-only'); END;"
    "CREATE TRIGGER alarm_event_no_replace BEFORE INSERT ON alarm_event"
    "  WHEN EXISTS (SELECT 1 FROM alarm_event WHERE id = NEW.id"
    "    OR epoch = NEW.epoch AND number = NEW.number AND utc_ns = NEW.utc_ns)"
    "  BEGIN SELECT RAISE (ABORT, 'the record of alarms is append-only'); END;";

static const gchar *const steps[] = {version_1, version_2, version_3, version_4, version_5};
G_STATIC_ASSERT (G_N_ELEMENTS (steps) == PO_LOG_SCHEMA_VERSION);

gchar *po_log_schema_asrun_select (const gchar *events, const gchar *marks, const gchar *corrections,
                                   const gchar *measures) {
  return g_strdup_printf (
      "SELECT s.id AS id, s.channel AS channel, s.uid AS uid, s.instance AS instance, s.part AS part,"
      " s.title AS title, s.media AS media, s.sha256 AS media_hash, s.kind AS kind, s.start_type AS start_type,"
      " s.rate_n AS rate_n, s.rate_d AS rate_d, s.planned_start_frame AS planned_start_frame,"
      " s.planned_start_ns AS planned_start_ns, s.planned_duration_frames AS planned_duration_frames,"
      " s.frame AS actual_start_frame, s.utc_ns AS actual_start_ns, s.k AS start_k,"
      " coalesce (e.frame, c.frame, s.frame) AS actual_end_frame,"
      " coalesce (e.utc_ns, c.utc_ns, s.utc_ns) AS actual_end_ns, coalesce (e.k, c.k, s.k) AS end_k,"
      " coalesce (e.frame, c.frame, s.frame) - s.frame AS actual_duration_frames, s.som_ns AS som_ns,"
      " coalesce (e.shown, c.shown, 0) AS frames_shown, coalesce (e.repeated, c.repeated, 0) AS frames_repeated,"
      " coalesce (e.filled, c.filled, 0) AS frames_filled, coalesce (r.status, e.status, 'on-air') AS status,"
      " coalesce (e.reason, s.reason) AS reason, s.node AS node, s.epoch AS epoch,"
      " coalesce (e.black, m.black) AS frames_black, coalesce (e.silent, m.silent) AS frames_silent,"
      " m.frozen AS frames_frozen, coalesce (e.loudness_mlufs, m.loudness_mlufs) AS loudness_mlufs,"
      " coalesce (e.true_peak_mdb, m.true_peak_mdb) AS true_peak_mdb, CASE WHEN r.id IS NOT NULL THEN coalesce "
      "(e.status, 'on-air') END AS"
      " status_before, r.id AS correction, r.who AS corrected_by, r.why AS corrected_why, r.utc_ns AS corrected_ns"
      " FROM %1$s AS s LEFT JOIN %1$s AS e ON e.airing = s.id AND e.event <> 'start'"
      " LEFT JOIN %2$s AS c ON c.airing = s.id"
      " LEFT JOIN %4$s AS m ON m.airing = s.id"
      " LEFT JOIN %3$s AS r ON r.id = (SELECT max (id) FROM %3$s WHERE airing = s.id) WHERE s.event = 'start'",
      events, marks, corrections, measures);
}

gboolean po_log_schema_read_old (PoSql *db, gint64 version, GError **error) {
  if (version < 1 || version >= PO_LOG_SCHEMA_VERSION)
    return TRUE;
  const gchar *lacks =
      version < 3 ? ", NULL AS black, NULL AS silent, NULL AS loudness_mlufs, NULL AS true_peak_mdb" : "";
  g_autofree gchar *select =
      po_log_schema_asrun_select ("temp.old_event", "main.checkpoint", "temp.old_correction", "temp.old_measure");
  g_autofree gchar *text = g_strdup_printf (
      "CREATE TEMP VIEW old_event AS SELECT *%s FROM main.airing_event; CREATE TEMP TABLE %s; CREATE TEMP TABLE %s;"
      "CREATE TEMP VIEW old_correction AS SELECT * FROM %s.correction;"
      "CREATE TEMP VIEW old_measure AS SELECT * FROM %s.measure; CREATE TEMP VIEW asrun AS %s",
      lacks, CORRECTION, MEASURE, version < 3 ? "temp" : "main", version < 4 ? "temp" : "main", select);
  return po_sql_run (db, text, error);
}

static gboolean apply_steps (PoSql *db, gint64 version, GError **error) {
  for (gint64 i = version; i < PO_LOG_SCHEMA_VERSION; i++) {
    if (!po_sql_run (db, steps[i], error))
      return FALSE;
  }
  const PoLogCursor everything = {0};
  if (!po_log_chain_extend (db, &everything, error))
    return FALSE;
  g_autofree gchar *select = po_log_schema_asrun_select ("airing_event", "checkpoint", "correction", "measure");
  g_autofree gchar *text = g_strdup_printf ("DROP VIEW IF EXISTS asrun; CREATE VIEW asrun AS %s; "
                                            "PRAGMA user_version=%d; COMMIT;",
                                            select, PO_LOG_SCHEMA_VERSION);
  return po_sql_run (db, text, error);
}

// Two columns of text, the first by which the second is found. (transfer full)
static GHashTable *read_pairs (PoSql *db, const gchar *text, GError **error) {
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (PoSqlStatement) statement = po_sql_prepare (db, text, error);
  gboolean more = TRUE;
  while (statement != NULL && po_sql_step (statement, &more, error)) {
    if (!more)
      return g_steal_pointer (&pairs);
    g_hash_table_insert (pairs, g_strdup (po_sql_column_text (statement, 0)),
                         g_strdup (po_sql_column_text (statement, 1)));
  }
  return NULL;
}

// Triggers, and the view that other programs read, by name: what they are made by. (transfer full)
static GHashTable *read_rules (PoSql *db, GError **error) {
  return read_pairs (
      db, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' OR type = 'view' AND name = 'asrun'", error);
}

#define OUR_TABLES                                                                                                     \
  "('journal', 'airing_event', 'checkpoint', 'measure', 'correction', 'chain', 'forgotten', 'alarm_event')"

// Our tables by name with their columns (what they are made by says the same in other words in older files), and their
// indexes. (transfer full)
static GHashTable *read_tables (PoSql *db, GError **error) {
  return read_pairs (db,
                     "SELECT m.name, m.type || group_concat (' ' || c.cid || ' ' || c.name || ' ' || c.type || ' '"
                     " || c.\"notnull\" || ' ' || coalesce (c.dflt_value, '') || ' ' || c.pk || ' ' || c.hidden)"
                     " FROM sqlite_master AS m JOIN pragma_table_xinfo (m.name) AS c"
                     " WHERE m.name IN " OUR_TABLES " AND m.type IN ('table', 'view') GROUP BY m.name"
                     " UNION ALL SELECT name, sql FROM sqlite_master"
                     " WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN " OUR_TABLES,
                     error);
}

// As it is to be, without rows. (transfer full)
static PoSql *make_own (GError **error) {
  g_autoptr (PoSql) db = po_sql_open (NULL, PO_SQL_MEMORY, error);
  if (db == NULL || !po_sql_run (db, "BEGIN", error) || !apply_steps (db, 0, error))
    return NULL;
  return g_steal_pointer (&db);
}

static GHashTable *make_rules (GError **error) {
  g_autoptr (PoSql) db = make_own (error);
  return db != NULL ? read_rules (db, error) : NULL;
}

// Those of @a that are not so in @b.
static void add_other (GHashTable *a, GHashTable *b, GPtrArray *names) {
  GHashTableIter iter;
  gpointer name = NULL, text = NULL;
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &name, &text))
    if (g_strcmp0 (text, g_hash_table_lookup (b, name)) != 0 &&
        !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
      g_ptr_array_add (names, g_strdup (name));
}

static gint compare_names (gconstpointer a, gconstpointer b) {
  return strcmp (*(const gchar *const *)a, *(const gchar *const *)b);
}

static GPtrArray *find_other (GHashTable *own, GHashTable *found) {
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  add_other (own, found, names);
  add_other (found, own, names);
  g_ptr_array_sort (names, compare_names);
  return names;
}

GPtrArray *po_log_schema_find_other (PoSql *db, GError **error) {
  g_autoptr (PoSql) own = make_own (error);
  g_autoptr (GHashTable) own_rules = own != NULL ? read_rules (own, error) : NULL;
  g_autoptr (GHashTable) own_tables = own_rules != NULL ? read_tables (own, error) : NULL;
  g_autoptr (GHashTable) rules = own_tables != NULL ? read_rules (db, error) : NULL;
  g_autoptr (GHashTable) tables = rules != NULL ? read_tables (db, error) : NULL;
  if (tables == NULL)
    return NULL;
  GPtrArray *names = find_other (own_rules, rules);
  add_other (own_tables, tables, names);
  add_other (tables, own_tables, names);
  return names;
}

static gboolean restore_rule (PoSql *db, const gchar *name, const gchar *found, const gchar *own, GError **error) {
  const gchar *kind = g_str_equal (name, "asrun") ? "VIEW" : "TRIGGER";
  char *drop = sqlite3_mprintf ("DROP %s \"%w\"", kind, name);
  const gboolean is_gone = found == NULL || po_sql_run (db, drop, error);
  sqlite3_free (drop);
  return is_gone && (own == NULL || po_sql_run (db, own, error));
}

static gboolean restore_rules (PoSql *db, GHashTable *own, GHashTable *found, GPtrArray *names, GError **error) {
  for (guint i = 0; i < names->len; i++) {
    const gchar *name = names->pdata[i];
    if (!restore_rule (db, name, g_hash_table_lookup (found, name), g_hash_table_lookup (own, name), error))
      return FALSE;
  }
  return po_sql_run (db, "COMMIT", error);
}

gboolean po_log_schema_restore (PoSql *db, gchar **ret_names, GError **error) {
  g_autoptr (GHashTable) own = make_rules (error);
  g_autoptr (GHashTable) found = own != NULL ? read_rules (db, error) : NULL;
  if (found == NULL)
    return FALSE;
  g_autoptr (GPtrArray) names = find_other (own, found);
  if (names->len == 0)
    return TRUE;
  if (!po_sql_run (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (!restore_rules (db, own, found, names, error)) {
    po_sql_run (db, "ROLLBACK", NULL);
    return FALSE;
  }
  g_ptr_array_add (names, NULL);
  if (ret_names != NULL)
    *ret_names = g_strjoinv (", ", (gchar **)names->pdata);
  return TRUE;
}

gboolean po_log_schema_migrate (PoSql *db, GError **error) {
  gint64 version = 0;
  if (!po_sql_get_int (db, "PRAGMA user_version", 0, &version, error))
    return FALSE;
  if (version > PO_LOG_SCHEMA_VERSION) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT,
                 _ ("the log was written by a newer playoutd (version %d of its tables; this one knows %d)"),
                 (gint)version, PO_LOG_SCHEMA_VERSION);
    return FALSE;
  }
  if (version == PO_LOG_SCHEMA_VERSION)
    return TRUE;
  if (!po_sql_run (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (apply_steps (db, version, error))
    return po_log_schema_restore (db, NULL, error); // steps of old had other words for the same
  po_sql_run (db, "ROLLBACK", NULL);
  return FALSE;
}

gboolean po_log_schema_check (PoSql *db, GError **error) {
  static const gchar *const probes[] = {
      "SELECT epoch FROM journal ORDER BY seq DESC LIMIT 1",
      "SELECT at_ns FROM journal ORDER BY at_ns DESC LIMIT 1",
      "SELECT epoch FROM airing_event ORDER BY id DESC LIMIT 1",
      "SELECT count (*) FROM checkpoint WHERE open = 1",
      "SELECT max (id) FROM correction",
      "SELECT pos FROM chain ORDER BY pos DESC LIMIT 1",
      "SELECT id FROM asrun ORDER BY id DESC LIMIT 1",
      "SELECT utc_ns FROM alarm_event ORDER BY utc_ns DESC LIMIT 1",
  };
  gint64 ignored = 0;
  for (guint i = 0; i < G_N_ELEMENTS (probes); i++) {
    if (!po_sql_get_int (db, probes[i], 0, &ignored, error))
      return FALSE;
  }
  return TRUE;
}
