// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rundown/cue.h"

#define DAY_NS (86400 * PO_NS_PER_SECOND)

PoStage *po_stage_new (void) {
  PoStage *self = g_new0 (PoStage, 1);
  self->zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  g_assert_nonnull (self->zone);
  po_plan_settings_init (&self->settings, (PoRate){25, 1}, self->zone);
  self->schedules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)po_media_table_unref);
  self->occurrences = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  self->table = po_media_table_new ();
  g_hash_table_insert (self->schedules, g_strdup (""), self->occurrences);
  g_hash_table_insert (self->tables, g_strdup (""), self->table);
  self->journal = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  self->year = 2027;
  self->month = 1;
  self->day = 6;
  return self;
}

void po_stage_free (PoStage *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->schedules);
  g_hash_table_unref (self->tables);
  g_ptr_array_unref (self->journal);
  g_time_zone_unref (self->zone);
  g_free (self->filler);
  g_strfreev (self->live_names);
  g_free (self);
}

PoTimeNs po_stage_time (PoStage *self, const gchar *text) {
  gint hour = 0, minute = 0, second = 0, n = 0;
  PoTimeNs time_ns = 0;
  if (strchr (text, 'T') != NULL) {
    g_assert_true (po_time_parse (text, self->zone, &time_ns, NULL));
    return time_ns;
  }
  n = sscanf (text, "%d:%d:%d", &hour, &minute, &second);
  g_assert_cmpint (n, >=, 2);
  // Hours over 24 are the days after.
  g_autoptr (GDateTime) date = g_date_time_new_utc (self->year, self->month, self->day, 0, 0, 0);
  g_autoptr (GDateTime) later = g_date_time_add_days (date, hour / 24);
  return po_time_from_local (self->zone, g_date_time_get_year (later), g_date_time_get_month (later),
                             g_date_time_get_day_of_month (later), hour % 24, minute, second);
}

PoFrame po_stage_frame (PoStage *self, const gchar *text) {
  gint64 frame = 0;
  if (strchr (text, ':') == NULL && g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &frame, NULL))
    return frame;
  return po_frame_from_time_ceil (po_stage_time (self, text), self->settings.rate);
}

static gint64 parse_length (const gchar *text) {
  gint64 seconds = 0;
  if (g_str_has_suffix (text, "f"))
    return strtoll (text, NULL, 10) * PO_NS_PER_SECOND / 25;
  g_auto (GStrv) words = g_strsplit (text, ":", 3);
  guint n = g_strv_length (words);
  for (guint i = 0; i + 1 < n; i++)
    seconds = (seconds + strtoll (words[i], NULL, 10)) * 60;
  gdouble last = g_ascii_strtod (words[n - 1], NULL);
  return seconds * PO_NS_PER_SECOND + (gint64)(last * 1000.0 + 0.5) * PO_NS_PER_MS;
}

static const gchar *option (gchar **words, const gchar *key) {
  gsize length = strlen (key);
  for (guint i = 0; words[i] != NULL; i++) {
    if (strncmp (words[i], key, length) == 0 && words[i][length] == '=')
      return words[i] + length + 1;
  }
  return NULL;
}

static gboolean flag (gchar **words, const gchar *name) {
  return g_strv_contains ((const gchar *const *)words, name);
}

static gint64 number (gchar **words, const gchar *key, gint64 fallback) {
  const gchar *text = option (words, key);
  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : fallback;
}

static void line_clip (PoStage *self, gchar **words) {
  PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
  facts->path = g_strdup (words[1]);
  facts->sha256 = g_strdup_printf ("sha-%s", words[1]);
  facts->kind = flag (words, "still") ? PO_MEDIA_STILL : flag (words, "audio") ? PO_MEDIA_AUDIO : PO_MEDIA_VIDEO;
  facts->duration_ns = facts->kind == PO_MEDIA_STILL ? 0 : parse_length (words[2]);
  facts->rate = flag (words, "vfr") ? (PoRate){0, 1} : (PoRate){25, 1};
  if (option (words, "rate") != NULL)
    g_assert_true (po_rate_parse (option (words, "rate"), &facts->rate, NULL));
  facts->frames = facts->duration_ns / 40000000;
  facts->width = 640;
  facts->height = 360;
  facts->has_audio = TRUE;
  facts->problem = flag (words, "bad") ? g_strdup ("no picture and no sound in it") : NULL;
  po_media_table_add (self->table, facts);
}

static gboolean is_option (const gchar *word) {
  static const gchar *const flags[] = {"tentative", "transparent", "dateonly", NULL};
  return strchr (word, '=') != NULL || g_strv_contains (flags, word);
}

static void set_mark (PoMark *mark, const gchar *text) {
  if (text == NULL)
    return;
  gint hour = 0, minute = 0, second = 0, frame = 0;
  mark->set = TRUE;
  if (sscanf (text, "%d:%d:%d:%d", &hour, &minute, &second, &frame) == 4) {
    mark->timecode = TRUE;
    mark->offset_ns = (hour * 3600 + minute * 60 + second) * PO_NS_PER_SECOND;
    mark->frames = frame;
  } else {
    mark->offset_ns = parse_length (text);
  }
}

static void set_media (PoOccurrence *o, gchar **words) {
  GArray *attach = g_array_new (FALSE, TRUE, sizeof (PoAttach));
  for (guint i = 4; words[i] != NULL && !is_option (words[i]); i++) {
    PoAttach one = {.uri = g_strdup (words[i]),
                    .is_live = g_str_has_prefix (words[i], "live:") || strstr (words[i], "://") != NULL};
    set_mark (&one.som, option (words, "som"));
    set_mark (&one.eom, option (words, "eom"));
    g_array_append_val (attach, one);
  }
  o->n_attach = attach->len;
  o->attach = (PoAttach *)(gpointer)g_array_free (attach, attach->len == 0);
  o->location_media = g_strdup (option (words, "location"));
}

static void set_kinds (PoOccurrence *o, gchar **words) {
  const gchar *start = option (words, "start"), *end = option (words, "end"), *join = option (words, "join");
  static const gchar *const starts[] = {"fixed", "soft", "follow", "manual"};
  static const gchar *const ends[] = {"fixed", "media", "manual"};
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_strcmp0 (start, starts[i]) == 0)
      o->start = (PoStartType)i;
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_strcmp0 (end, ends[i]) == 0)
      o->end = (PoEndType)i;
  o->end_set = end != NULL;
  o->join = join != NULL ? strcmp (join, "yes") == 0 : o->start == PO_START_FIXED;
  o->wait_ns = number (words, "wait", 600) * PO_NS_PER_SECOND;
  o->overrun_ns = option (words, "overrun") != NULL ? number (words, "overrun", 0) * PO_NS_PER_SECOND : -1;
}

static void line_event (PoStage *self, gchar **words) {
  PoOccurrence *o = po_occurrence_new ();
  o->uid = g_strdup (words[1]);
  o->start_ns = po_stage_time (self, words[2]);
  o->end_ns = strcmp (words[3], "-") == 0 ? o->start_ns : po_stage_time (self, words[3]);
  o->original_ns = option (words, "original") != NULL ? po_stage_time (self, option (words, "original")) : o->start_ns;
  g_autofree gchar *utc = po_time_to_utc_string (o->original_ns);
  g_autoptr (GString) compact = g_string_new (NULL);
  for (const gchar *p = utc; *p != '\0'; p++)
    if (*p != '-' && *p != ':')
      g_string_append_c (compact, *p);
  o->instance = g_strdup (option (words, "instance") != NULL ? option (words, "instance") : compact->str);
  o->series_uid = g_strdup (option (words, "series") != NULL ? option (words, "series") : words[1]);
  o->summary = g_strdup (option (words, "title") != NULL ? option (words, "title") : words[1]);
  o->categories = g_new0 (gchar *, 1);
  o->status = flag (words, "tentative") ? PO_STATUS_TENTATIVE : PO_STATUS_CONFIRMED;
  o->transparent = flag (words, "transparent");
  o->date_only = flag (words, "dateonly");
  o->priority = (gint)number (words, "priority", 5);
  o->recurring = option (words, "ordinal") != NULL;
  o->ordinal = number (words, "ordinal", 0);
  o->first_episode = number (words, "first", 1);
  o->fallback = g_strdup (option (words, "fallback"));
  o->file = g_strdup ("test.ics");
  o->line = self->occurrences->len + 1;
  set_kinds (o, words);
  set_media (o, words);
  g_ptr_array_add (self->occurrences, o);
}

static PoJournalKind parse_kind (const gchar *word) {
  PoJournalKind kind = PO_JOURNAL_ADOPT;
  if (!po_journal_kind_from_string (word, &kind))
    g_error ("no such journal entry: %s", word);
  return kind;
}

static void line_entry (PoStage *self, gchar **words) {
  PoJournalEntry *entry = po_journal_entry_new (po_stage_frame (self, words[1]), parse_kind (words[2]), "test", NULL);
  for (guint i = 3; words[i] != NULL; i++) {
    g_auto (GStrv) halves = g_strsplit (words[i], "=", 2);
    if (strcmp (halves[0], "lost") == 0) // a time: the first frame that was lost
      g_hash_table_insert (entry->args, g_strdup ("lost_until"),
                           g_strdup_printf ("%" G_GINT64_FORMAT, po_stage_frame (self, halves[1]) - 1));
    else if (strcmp (halves[0], "by") == 0)
      g_hash_table_insert (
          entry->args, g_strdup ("by_ns"),
          g_strdup_printf ("%" G_GINT64_FORMAT, g_ascii_strtoll (halves[1], NULL, 10) * PO_NS_PER_SECOND));
    else if (strcmp (halves[0], "of") == 0) { // UID of the first occurrence that has it
      g_hash_table_insert (entry->args, g_strdup ("uid"), g_strdup (halves[1]));
      for (guint k = 0; k < self->occurrences->len; k++) {
        const PoOccurrence *o = self->occurrences->pdata[k];
        if (strcmp (o->uid, halves[1]) == 0)
          g_hash_table_insert (entry->args, g_strdup ("instance"), g_strdup (o->instance));
      }
    } else if (strcmp (halves[0], "run") == 0 && g_strcmp0 (halves[1], "last") == 0) {
      const PoJournalEntry *last = self->journal->pdata[self->journal->len - 1];
      g_hash_table_insert (entry->args, g_strdup ("run"), g_strdup (po_journal_entry_get (last, "run")));
    } else if (strcmp (halves[0], "run") == 0) { // a time: the run that is on air then
      PoFrame at = po_stage_frame (self, halves[1]);
      g_autoptr (PoRundown) rundown = po_stage_plan (self, at, at + 1, NULL);
      g_hash_table_insert (entry->args, g_strdup ("run"), po_item_run_key (po_rundown_item (rundown, 0)));
    } else {
      g_hash_table_insert (entry->args, g_strdup (halves[0]), g_strdup (halves[1] != NULL ? halves[1] : "1"));
    }
  }
  g_ptr_array_add (self->journal, entry);
}

static void line_setting (PoStage *self, gchar **words) {
  if (strcmp (words[0], "zone") == 0) {
    g_time_zone_unref (self->zone);
    self->zone = g_time_zone_new_identifier (words[1]);
    g_assert_nonnull (self->zone);
    self->settings.zone = self->zone;
  } else if (strcmp (words[0], "rate") == 0) {
    g_assert_true (po_rate_parse (words[1], &self->settings.rate, NULL));
  } else if (strcmp (words[0], "day") == 0) {
    g_assert_cmpint (sscanf (words[1], "%d-%d-%d", &self->year, &self->month, &self->day), ==, 3);
  } else if (strcmp (words[0], "live") == 0) {
    self->settings.has_live = TRUE;
    g_strfreev (self->live_names);
    self->live_names = words[1] != NULL ? g_strdupv (words + 1) : NULL; // else any is known
    self->settings.live_names = (const gchar *const *)self->live_names;
  } else if (strcmp (words[0], "filler") == 0) {
    g_free (self->filler);
    self->filler = g_strdup (words[1]);
    self->settings.filler_media = self->filler;
  } else if (strcmp (words[0], "revise") == 0) {
    self->occurrences = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
    g_hash_table_replace (self->schedules, g_strdup (words[1]), self->occurrences);
  } else if (strcmp (words[0], "remedia") == 0) {
    self->table = po_media_table_new ();
    g_hash_table_replace (self->tables, g_strdup (words[1]), self->table);
  } else if (strcmp (words[0], "await") == 0) {
    po_media_table_await (self->table, words[1]);
  } else if (strcmp (words[0], "plan") == 0) {
    self->from = po_stage_frame (self, words[1]);
    self->to = po_stage_frame (self, words[2]);
  } else {
    g_error ("what is “%s”?", words[0]);
  }
}

void po_stage_line (PoStage *self, const gchar *line) {
  g_autofree gchar *copy = g_strdup (line);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gchar *hash = strchr (copy, '#');
  if (hash != NULL)
    *hash = '\0';
  g_auto (GStrv) raw = g_strsplit_set (copy, " \t\r", -1);
  for (guint i = 0; raw[i] != NULL; i++)
    if (*raw[i] != '\0')
      g_strv_builder_add (builder, raw[i]);
  g_auto (GStrv) words = g_strv_builder_end (builder);
  if (words[0] == NULL)
    return;
  if (strcmp (words[0], "clip") == 0)
    line_clip (self, words);
  else if (strcmp (words[0], "event") == 0)
    line_event (self, words);
  else if (strcmp (words[0], "entry") == 0)
    line_entry (self, words);
  else
    line_setting (self, words);
}

void po_stage_script (PoStage *self, const gchar *script) {
  g_auto (GStrv) lines = g_strsplit_set (script, ";\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    po_stage_line (self, lines[i]);
}

static GPtrArray *stage_occurrences (gpointer user, const gchar *revision, PoTimeNs from_ns, PoTimeNs to_ns) {
  PoStage *self = user;
  GPtrArray *all = g_hash_table_lookup (self->schedules, revision != NULL ? revision : "");
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)po_occurrence_unref);
  for (guint i = 0; all != NULL && i < all->len; i++) {
    PoOccurrence *o = all->pdata[self->reversed ? all->len - 1 - i : i];
    gboolean zero = o->start_ns == o->end_ns;
    if (o->start_ns < to_ns && (zero ? o->start_ns >= from_ns : o->end_ns > from_ns))
      g_ptr_array_add (found, po_occurrence_ref (o));
  }
  return found;
}

static PoMediaTable *stage_media (gpointer user, const gchar *revision) {
  PoStage *self = user;
  return g_hash_table_lookup (self->tables, revision != NULL ? revision : "");
}

static gint64 stage_count_before (gpointer user, const gchar *revision, const gchar *series, PoTimeNs original_ns) {
  PoStage *self = user;
  GPtrArray *all = g_hash_table_lookup (self->schedules, revision != NULL ? revision : "");
  gint64 count = 0;
  for (guint i = 0; all != NULL && i < all->len; i++) {
    const PoOccurrence *o = all->pdata[i];
    count += strcmp (o->series_uid, series) == 0 && o->original_ns < original_ns;
  }
  return count;
}

PoPlanSource po_stage_source (PoStage *self) {
  return (PoPlanSource){stage_occurrences, stage_media, stage_count_before, self};
}

PoRundown *po_stage_plan (PoStage *self, PoFrame from, PoFrame to, GPtrArray *findings) {
  PoPlanSource source = po_stage_source (self);
  return po_plan (&self->settings, &source, self->journal, from, to, findings);
}

static void append_time (PoStage *self, GString *out, PoFrame frame) {
  PoTimeNs time_ns = po_frame_to_time_floor (frame, self->settings.rate);
  g_autofree gchar *local = po_time_to_local_string (time_ns, self->zone);
  gboolean whole = strncmp (local + 16, ":00", 3) == 0 && local[19] != '.';
  g_string_append_len (out, local + 11, whole ? 5 : 8);
  PoFrame second = po_frame_from_time_ceil (time_ns - time_ns % PO_NS_PER_SECOND, self->settings.rate);
  if (frame > second)
    g_string_append_printf (out, "+%" G_GINT64_FORMAT, frame - second);
}

static void append_media (PoStage *self, GString *out, const PoItem *item) {
  g_string_append (out, item->uid);
  if (item->part > 0)
    g_string_append_printf (out, "#%d", item->part);
  gint64 at_ns = po_cue_media_position_ns (item, item->start, self->settings.rate);
  if (at_ns > 0)
    g_string_append_printf (out, "@%" G_GINT64_FORMAT, at_ns / PO_NS_PER_SECOND);
  if (item->reason == PO_REASON_COMMAND)
    g_string_append (out, "*");
}

static void append_filler (GString *out, const PoItem *item, gboolean details) {
  g_string_append_printf (out, "~%s", po_reason_to_string (item->reason));
  if (item->uid != NULL)
    g_string_append_printf (out, " %s", item->uid);
  if (details)
    g_string_append_printf (out, " %s", item->media != NULL ? item->media : po_item_kind_to_string (item->kind));
}

static gboolean is_filler (const PoItem *item) {
  return item->kind == PO_ITEM_FILLER || item->kind == PO_ITEM_CARD ||
         (item->kind == PO_ITEM_SLATE && item->reason != PO_REASON_COMMAND);
}

gchar *po_stage_show (PoStage *self, PoRundown *rundown, gboolean details) {
  GString *out = g_string_new (NULL);
  const PoItem *before = NULL;
  for (guint i = 0; i < po_rundown_size (rundown); i++) {
    const PoItem *item = po_rundown_item (rundown, i);
    gboolean same = before != NULL && is_filler (before) && is_filler (item) && before->reason == item->reason &&
                    g_strcmp0 (before->uid, item->uid) == 0 && before->held == item->held;
    before = item;
    if (same && !details)
      continue;
    if (out->len > 0)
      g_string_append (out, " | ");
    append_time (self, out, item->start);
    g_string_append_c (out, ' ');
    if (is_filler (item))
      append_filler (out, item, details);
    else if (item->kind == PO_ITEM_SLATE)
      g_string_append (out, "slate");
    else
      append_media (self, out, item);
    if (item->held)
      g_string_append (out, "!");
  }
  return g_string_free (out, FALSE);
}
