// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/verify.h"

#include <inttypes.h>
#include <string.h>

#include "log/head-file.h"
#include "log/schema.h"
#include "model/error.h"
#include "model/text.h"
#include "model/time.h"

typedef struct {
  PoSql *db;
  const gchar *dir;
  PoLogVerdict *verdict;
  PoLogHead kept; // as it was before the database was looked at: the daemon may write on
  gboolean has_head;
  PoSqlStatement *find[PO_LOG_N_SOURCES];
  gint64 forgotten;     // airings up to this one were given up, 0 = none, and
  gint64 forgotten_pos; // the link of the row that says so
  gboolean has_digest;  // of the links that it excuses; an older playoutd wrote none
  guint8 digest[PO_LOG_HASH_SIZE];
  gint64 pos;
  guint8 hash[PO_LOG_HASH_SIZE]; // of the last link, as it stands there
} Walk;

static void fault_free (PoLogFault *self) {
  g_free (self->message);
  g_free (self);
}

void po_log_verdict_free (PoLogVerdict *self) {
  if (self == NULL)
    return;
  g_free (self->head);
  g_ptr_array_unref (self->faults);
  g_free (self);
}

static void walk_clear (Walk *walk) {
  for (guint i = 0; i < PO_LOG_N_SOURCES; i++)
    sqlite3_finalize (walk->find[i]);
  g_clear_pointer (&walk->db, po_sql_close);
  po_log_verdict_free (walk->verdict);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

static PoLogFault *add_fault (Walk *walk, const gchar *code, gchar *message) {
  PoLogFault *fault = g_new0 (PoLogFault, 1);
  fault->code = code;
  fault->message = message;
  g_ptr_array_add (walk->verdict->faults, fault);
  return fault;
}

// "airing 17 (Tập 1, 2027-01-06T12:45:00Z)", as far as the record still tells. (transfer full)
static gchar *describe_airing (Walk *walk, gint64 airing) {
  gboolean more = FALSE;
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (walk->db, "SELECT title, utc_ns FROM airing_event WHERE id = ? AND event = 'start'", NULL);
  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, airing);
  if (!po_sql_step (statement, &more, NULL) || !more)
    return g_strdup_printf (_ ("as-run row %" PRId64), airing);
  g_autofree gchar *time = po_time_to_utc_string (sqlite3_column_int64 (statement, 1));
  const gchar *title = po_sql_column_text (statement, 0);
  return g_strdup_printf (_ ("as-run row %" PRId64 " (%s, %s)"), airing, title != NULL ? title : "", time);
}

static gchar *describe (Walk *walk, PoLogSource source, gint64 row, gint64 airing) {
  if (source == PO_LOG_SOURCE_JOURNAL)
    return g_strdup_printf (_ ("journal entry %" PRId64), row);
  if (source == PO_LOG_SOURCE_FORGOTTEN)
    return g_strdup_printf (_ ("note %" PRId64 " of rows given up"), row);
  if (source == PO_LOG_SOURCE_CORRECTION)
    return g_strdup_printf (_ ("correction %" PRId64), row);
  if (source == PO_LOG_SOURCE_ALARM)
    return g_strdup_printf (_ ("row %" PRId64 " of the record of alarms"), row);
  g_autofree gchar *of = describe_airing (walk, airing);
  if (source == PO_LOG_SOURCE_MEASURE)
    return g_strdup_printf (_ ("what was measured of %s"), of);
  return g_strdup_printf (row == airing ? _ ("the start of %s") : _ ("the end of %s"), of);
}

static void add_row_fault (Walk *walk, const gchar *code, const gchar *format, PoLogSource source, gint64 row,
                           gint64 airing) {
  g_autofree gchar *what = describe (walk, source, row, airing);
  g_auto (GStrv) around = g_strsplit (format, "%s", 2);
  PoLogFault *fault = add_fault (walk, code, g_strconcat (around[0], what, around[1], NULL));
  fault->source = po_log_source_name (source);
  fault->row = row;
  fault->airing = airing;
}

static gboolean find_source (const gchar *name, PoLogSource *ret_source) {
  for (guint i = 0; i < PO_LOG_N_SOURCES; i++) {
    if (g_strcmp0 (name, po_log_source_name ((PoLogSource)i)) == 0) {
      *ret_source = (PoLogSource)i;
      return TRUE;
    }
  }
  return FALSE;
}

static void add_link_changed (Walk *walk, gint64 pos) {
  add_fault (walk, "link-changed", g_strdup_printf (_ ("link %" PRId64 " of the chain was changed"), pos));
}

static gboolean check_row (Walk *walk, PoLogSource source, gint64 row, gint64 airing, const guint8 *hash,
                           GError **error) {
  gboolean more = FALSE;
  guint8 found[PO_LOG_HASH_SIZE];
  PoSqlStatement *statement = walk->find[source];
  sqlite3_reset (statement);
  sqlite3_bind_int64 (statement, 1, row);
  if (!po_sql_step (statement, &more, error))
    return FALSE;
  gboolean given_up = airing != 0 && airing <= walk->forgotten && walk->pos < walk->forgotten_pos;
  if (!more && given_up && (source == PO_LOG_SOURCE_EVENT || source == PO_LOG_SOURCE_MEASURE))
    return TRUE;
  if (!more) {
    add_row_fault (walk, "row-missing", _ ("%s is missing: it was taken out of the log"), source, row, airing);
    return TRUE;
  }
  po_log_chain_link (walk->hash, source, statement, found);
  if (memcmp (found, hash, PO_LOG_HASH_SIZE) != 0)
    add_row_fault (walk, "row-changed", _ ("%s was changed after it was written"), source, row, airing);
  else if (po_log_chain_airing (statement) != airing)
    add_link_changed (walk, walk->pos);
  return TRUE;
}

static void check_place (Walk *walk, gint64 pos) {
  if (pos == walk->pos + 1)
    return;
  add_fault (walk, "link-missing",
             g_strdup_printf (
                 _ ("links %" PRId64 " to %" PRId64 " of the chain are missing: rows were taken out, or replaced"),
                 walk->pos + 1, pos - 1));
}

static gboolean check_link (Walk *walk, PoSqlStatement *link, GError **error) {
  PoLogSource source = PO_LOG_SOURCE_JOURNAL;
  gint64 pos = sqlite3_column_int64 (link, 0), row = sqlite3_column_int64 (link, 2);
  const guint8 *hash = sqlite3_column_blob (link, 4);
  gboolean whole = find_source (po_sql_column_text (link, 1), &source) && hash != NULL &&
                   sqlite3_column_bytes (link, 4) == PO_LOG_HASH_SIZE;
  gboolean follows = pos == walk->pos + 1;
  check_place (walk, pos);
  walk->verdict->links++;
  walk->pos = pos;
  if (!whole) {
    add_link_changed (walk, pos);
    return TRUE;
  }
  // After a hole the link before is not known: then the row is taken as it is.
  gboolean ok = !follows || check_row (walk, source, row, sqlite3_column_int64 (link, 3), hash, error);
  memcpy (walk->hash, hash, PO_LOG_HASH_SIZE);
  return ok;
}

static gboolean walk_chain (Walk *walk, GError **error) {
  gboolean more = TRUE;
  g_autoptr (PoSqlStatement) links =
      po_sql_prepare (walk->db, "SELECT pos, source, row, airing, hash FROM chain ORDER BY pos", error);
  for (guint i = 0; i < PO_LOG_N_SOURCES; i++) {
    g_autofree gchar *text = g_strdup_printf ("SELECT * FROM %s WHERE %s = ?", po_log_source_table ((PoLogSource)i),
                                              po_log_source_key ((PoLogSource)i));
    walk->find[i] = po_sql_prepare (walk->db, text, error);
    if (walk->find[i] == NULL)
      return FALSE;
  }
  if (links == NULL)
    return FALSE;
  for (;;) {
    if (!po_sql_step (links, &more, error))
      return FALSE;
    if (!more)
      return TRUE;
    if (!check_link (walk, links, error))
      return FALSE;
  }
}

// Rows without a link.
static gboolean find_added (Walk *walk, PoLogSource source, GError **error) {
  gboolean more = TRUE;
  const gchar *airing = source == PO_LOG_SOURCE_EVENT || source == PO_LOG_SOURCE_MEASURE ? "airing" : "0";
  g_autofree gchar *text =
      g_strdup_printf ("SELECT %2$s, %4$s FROM %1$s WHERE NOT EXISTS (SELECT 1 FROM chain WHERE source = '%3$s'"
                       " AND chain.row = %1$s.%2$s) ORDER BY %2$s",
                       po_log_source_table (source), po_log_source_key (source), po_log_source_name (source), airing);
  g_autoptr (PoSqlStatement) rows = po_sql_prepare (walk->db, text, error);
  if (rows == NULL)
    return FALSE;
  for (;;) {
    if (!po_sql_step (rows, &more, error))
      return FALSE;
    if (!more)
      return TRUE;
    add_row_fault (walk, "row-added", _ ("%s has no link in the chain: something other than playoutd wrote it"), source,
                   sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1));
  }
}

static gboolean check_head (Walk *walk, GError **error) {
  const PoLogHead *head = &walk->kept;
  gboolean holds = TRUE;
  if (!po_log_chain_holds (walk->db, head->pos, head->hash, &holds, error))
    return FALSE;
  if (!walk->has_head && walk->pos > 0)
    add_fault (walk, "head-missing",
               g_strdup_printf (_ ("%s/%s is missing: rows taken from the end of the log would not be noticed"),
                                walk->dir, PO_LOG_HEAD_FILE))
        ->warning = TRUE;
  else if (head->pos > walk->pos)
    add_fault (walk, "end-missing",
               g_strdup_printf (_ ("the end of the log is missing: it had %" PRId64 " links, now it ends at %" PRId64),
                                head->pos, walk->pos));
  else if (!holds)
    add_fault (walk, "link-changed",
               g_strdup_printf (_ ("link %" PRId64 " of the chain is not the one kept beside the log: rows at "
                                   "the end were taken out and others written, or the chain was made anew"),
                                head->pos));
  return TRUE;
}

static void find_aside (Walk *walk) {
  g_autoptr (GDir) dir = g_dir_open (walk->dir, 0, NULL);
  for (const gchar *name = dir != NULL ? g_dir_read_name (dir) : NULL; name != NULL; name = g_dir_read_name (dir)) {
    if (g_str_has_prefix (name, PO_LOG_FILE ".aside") && !g_str_has_suffix (name, "-wal") &&
        !g_str_has_suffix (name, "-shm") && !g_str_has_suffix (name, ".head"))
      add_fault (walk, "moved-aside",
                 g_strdup_printf (_ ("an earlier log could not be used and lies in %s/%s"), walk->dir, name))
          ->warning = TRUE;
  }
}

// A note that was changed or has no link excuses nothing: that it is wrong is found when its link is walked.
static gboolean find_forgotten (Walk *walk, GError **error) {
  gboolean more = FALSE;
  g_autoptr (PoSqlStatement) statement =
      po_sql_prepare (walk->db,
                      "SELECT f.airing, c.pos, f.links FROM forgotten AS f JOIN chain AS c ON c.source = 'forgotten'"
                      " AND c.row = f.id ORDER BY f.id DESC LIMIT 1",
                      error);
  if (statement == NULL || !po_sql_step (statement, &more, error))
    return FALSE;
  if (more) {
    walk->forgotten = sqlite3_column_int64 (statement, 0);
    walk->forgotten_pos = sqlite3_column_int64 (statement, 1);
    walk->has_digest = sqlite3_column_bytes (statement, 2) == PO_LOG_HASH_SIZE;
    if (walk->has_digest)
      memcpy (walk->digest, sqlite3_column_blob (statement, 2), PO_LOG_HASH_SIZE);
  }
  return TRUE;
}

// Of rows that are gone nothing but the note says which they were: a link that calls its row one of them, and was none,
// would excuse that it is missing.
static gboolean check_forgotten (Walk *walk, GError **error) {
  guint8 found[PO_LOG_HASH_SIZE];
  if (!walk->has_digest)
    return TRUE;
  if (!po_log_chain_digest (walk->db, walk->forgotten, walk->forgotten_pos, found, error))
    return FALSE;
  if (memcmp (found, walk->digest, sizeof found) != 0)
    add_fault (walk, "link-changed",
               g_strdup_printf (_ ("the links up to as-run row %" PRId64 ", which was given up, are not those of then: "
                                   "one was changed, or taken out"),
                                walk->forgotten));
  return TRUE;
}

// What rows stand in, what other programs read through, and what keeps them from changing rows or changes rows as they
// are written.
static gboolean check_rules (Walk *walk, GError **error) {
  g_autoptr (GPtrArray) names = po_log_schema_find_other (walk->db, error);
  for (guint i = 0; names != NULL && i < names->len; i++)
    add_fault (walk, "schema-changed",
               g_strdup_printf (_ ("“%s” of the log is not as playoutd makes it: what other programs read there may "
                                   "not be what the rows say, and rows can be changed"),
                                (const gchar *)names->pdata[i]));
  return names != NULL;
}

// How far an airing without an end has come, in what is not linked since it moves on every second: an airing that
// began, not back behind its start nor beyond the next one's, with no more pictures than have left since.
static const gchar wrong_marks[] =
    "SELECT airing FROM checkpoint AS c WHERE NOT EXISTS (SELECT 1 FROM chain WHERE source = 'event' AND row = "
    "c.airing)"
    " UNION ALL SELECT s.id FROM airing_event AS s LEFT JOIN checkpoint AS c ON c.airing = s.id WHERE s.event = 'start'"
    " AND NOT EXISTS (SELECT 1 FROM airing_event AS e WHERE e.airing = s.id AND e.event <> 'start')"
    " AND (c.airing IS NULL OR c.open <> 1 OR c.frame < s.frame OR c.k < s.k"
    " OR min (c.shown, c.repeated, c.filled) < 0"
    " OR c.shown + c.repeated + c.filled > max (c.frame - s.frame, c.k - s.k) + 1"
    " OR c.k > (SELECT n.k FROM airing_event AS n WHERE n.id > s.id AND n.event = 'start' AND n.epoch = s.epoch"
    " ORDER BY n.id LIMIT 1))";

static gboolean is_told (Walk *walk, gint64 airing) {
  GPtrArray *faults = walk->verdict->faults;
  for (guint i = 0; i < faults->len; i++)
    if (((const PoLogFault *)faults->pdata[i])->airing == airing)
      return TRUE;
  return FALSE;
}

static gboolean check_marks (Walk *walk, GError **error) {
  gboolean more = TRUE;
  g_autoptr (PoSqlStatement) marks = po_sql_prepare (walk->db, wrong_marks, error);
  if (marks == NULL)
    return FALSE;
  for (;;) {
    if (!po_sql_step (marks, &more, error))
      return FALSE;
    if (!more)
      return TRUE;
    const gint64 airing = sqlite3_column_int64 (marks, 0);
    if (is_told (walk, airing))
      continue;
    g_autofree gchar *of = describe_airing (walk, airing);
    add_fault (walk, "mark-changed", g_strdup_printf (_ ("how far %s has come is not as it was written"), of))->airing =
        airing;
  }
}

static void add_damage (Walk *walk, const gchar *why) {
  add_fault (
      walk, "damaged",
      g_strdup_printf (_ ("the log is damaged (%s): keep it, and a copy, as evidence, and start the daemon, which "
                          "moves it aside and saves what can be read of it"),
                       why));
}

// A row that is whole may still be missing where it is looked for: in an index.
static gboolean check_file (Walk *walk, GError **error) {
  gboolean more = TRUE;
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (PoSqlStatement) found = po_sql_prepare (walk->db, "PRAGMA integrity_check (8)", error);
  if (found == NULL)
    return FALSE;
  while (more) {
    if (!po_sql_step (found, &more, error))
      return FALSE;
    if (more)
      g_string_append_printf (said, "%s%s", said->len > 0 ? "; " : "", po_sql_column_text (found, 0));
  }
  if (!g_str_equal (said->str, "ok"))
    add_damage (walk, said->str);
  return TRUE;
}

static gboolean check_all (Walk *walk, gint64 version, GError **error) {
  if (!find_forgotten (walk, error) || !walk_chain (walk, error) || !check_forgotten (walk, error) ||
      !check_head (walk, error))
    return FALSE;
  for (guint i = 0; i < PO_LOG_N_SOURCES; i++) {
    if (!find_added (walk, (PoLogSource)i, error))
      return FALSE;
  }
  return check_marks (walk, error) && (version != PO_LOG_SCHEMA_VERSION || check_rules (walk, error)) &&
         check_file (walk, error);
}

static gboolean open_log (Walk *walk, const gchar *path, gint64 *ret_version, GError **error) {
  walk->db = po_sql_open (path, PO_SQL_READ, error);
  if (walk->db == NULL || !po_sql_run (walk->db, "BEGIN", error) ||
      !po_sql_get_int (walk->db, "PRAGMA user_version", 0, ret_version, error))
    return FALSE;
  if (*ret_version > 0)
    return TRUE;
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("there is no log in it"));
  return FALSE;
}

// What cannot be read is not as it was written: something found, unless the machine is in the way.
static gboolean verify (Walk *walk, const gchar *path, GError **error) {
  g_autoptr (GError) why = NULL;
  gint64 version = 0;
  const gboolean is_known = open_log (walk, path, &version, &why);
  if (is_known && version < PO_LOG_SCHEMA_VERSION) {
    g_set_error (
        error, PO_ERROR, PO_ERROR_INPUT,
        _ ("%s: the log was written by an older playoutd; it can be verified when the daemon has started on it"),
        walk->dir);
    return FALSE;
  }
  if (!is_known || !check_all (walk, version, &why)) {
    if (!g_error_matches (why, PO_ERROR, PO_ERROR_INPUT)) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    add_damage (walk, why->message);
  }
  find_aside (walk);
  walk->verdict->head = po_log_hash_to_string (walk->hash);
  return TRUE;
}

// No log: there has been none, or what is kept beside it knows better.
static PoLogVerdict *without_log (Walk *walk, const gchar *path, GError **error) {
  if (walk->verdict->faults->len == 0 && (!walk->has_head || walk->kept.pos == 0)) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s: no log there yet: the channel has not been on air"),
                 path);
    return NULL;
  }
  add_fault (walk, "end-missing", g_strdup_printf (_ ("%s is gone: it had %" PRId64 " links"), path, walk->kept.pos));
  find_aside (walk);
  walk->verdict->head = po_log_hash_to_string (walk->hash);
  return g_steal_pointer (&walk->verdict);
}

// What stands in the place of the kept head, and is none, is a fault by itself.
static gboolean read_head (Walk *walk, GError **error) {
  g_autoptr (GError) why = NULL;
  walk->has_head = po_log_head_read (walk->dir, &walk->kept, &why);
  if (walk->has_head || g_error_matches (why, PO_ERROR, PO_ERROR_NOT_FOUND))
    return TRUE;
  if (g_error_matches (why, PO_ERROR, PO_ERROR_INPUT)) {
    add_fault (walk, "head-changed", g_strdup (why->message));
    walk->has_head = TRUE;
    walk->kept = (PoLogHead){0};
    return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

PoLogVerdict *po_log_verify (const gchar *state_dir, GError **error) {
  g_autofree gchar *path = g_build_filename (state_dir, PO_LOG_FILE, NULL);
  g_auto (Walk) walk = {.dir = state_dir};
  walk.verdict = g_new0 (PoLogVerdict, 1);
  walk.verdict->faults = g_ptr_array_new_with_free_func ((GDestroyNotify)fault_free);
  if (!read_head (&walk, error))
    return NULL;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return without_log (&walk, path, error);
  return verify (&walk, path, error) ? g_steal_pointer (&walk.verdict) : NULL;
}
