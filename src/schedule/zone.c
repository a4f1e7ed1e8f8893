// SPDX-License-Identifier: GPL-3.0-or-later
// A zone is a GTimeZone, or the table of changes that a VTIMEZONE's rules give up to LAST_YEAR; after that the table's
// last years repeat.
#include "schedule/zone.h"

#include <string.h>

#include "model/text.h"
#include "schedule/recur.h"

#define FIRST_YEAR 1900
#define LAST_YEAR  2100
// A zone changes its offset twice a year; more changes than these are no zone.
#define MAX_CHANGES 4096

typedef struct {
  gint64 utc_s;  // from this instant on
  gint32 offset; // this one holds
} Change;

struct _PoZone {
  gatomicrefcount ref_count;
  GTimeZone *olson; // (nullable)
  GArray *changes;  // Change, in order; NULL for an Olson zone
  gint32 first_offset;
  gint known_to; // from this year on, those before repeat
};

static PoZone *zone_new (GTimeZone *olson, GArray *changes, gint32 first_offset, gint known_to) {
  PoZone *self = g_new0 (PoZone, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->olson = olson;
  self->changes = changes;
  self->first_offset = first_offset;
  self->known_to = known_to;
  return self;
}

PoZone *po_zone_ref (PoZone *self) {
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void po_zone_unref (PoZone *self) {
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->olson, g_time_zone_unref);
  g_clear_pointer (&self->changes, g_array_unref);
  g_free (self);
}

PoZone *po_zone_utc (void) {
  return po_zone_from_offset (0);
}

PoZone *po_zone_from_offset (gint32 offset_s) {
  return zone_new (NULL, g_array_new (FALSE, FALSE, sizeof (Change)), offset_s, LAST_YEAR);
}

static gboolean are_years_alike (GTimeZone *zone, gint a, gint b) {
  for (gint month = 1; month <= 12; month++) {
    gint x = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, po_civil_days (a, month, 15) * PO_DAY_S);
    gint y = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, po_civil_days (b, month, 15) * PO_DAY_S);
    if (g_time_zone_get_offset (zone, MAX (x, 0)) != g_time_zone_get_offset (zone, MAX (y, 0)))
      return FALSE;
  }
  return TRUE;
}

// After the last year that the zone's table lists GLib goes by its rule, which it reads wrong where the other half of
// the year has the offset 0 (Dublin). 2026, 2037 and 2043 begin on the same day of the week.
static gint known_to (GTimeZone *zone) {
  const gboolean is_misread = are_years_alike (zone, 2026, 2037) && !are_years_alike (zone, 2037, 2043);
  return is_misread ? 2038 : G_MAXINT;
}

PoZone *po_zone_from_olson (const gchar *name) {
  static const gchar *const with_signs[] = {"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "GMT0", "GMT+0",
                                            "GMT-0",   "NZ-CHAT", "W-SU",    "GB-Eire", NULL};
  // GLib would take "", a path or a POSIX rule (whose sign is the other way round) as well.
  if (!g_ascii_isalpha (name[0]) || strstr (name, "..") != NULL)
    return NULL;
  if (strchr (name, '/') == NULL && strpbrk (name, "0123456789+-") != NULL && !g_strv_contains (with_signs, name))
    return NULL;
  for (const gchar *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("/_+-", *p) == NULL)
      return NULL;
  GTimeZone *zone = g_time_zone_new_identifier (name);
  return zone != NULL ? zone_new (zone, NULL, 0, known_to (zone)) : NULL;
}

// An instant with the same date, weekday and time in one of the last years that are known.
static gint64 fold_year (const PoZone *self, gint64 utc_s) {
  gint64 days = po_floor_div (utc_s, PO_DAY_S);
  gint year, month, day;
  po_civil_from_days (days, &year, &month, &day);
  if (year < self->known_to)
    return utc_s;
  gint same = self->known_to - 1;
  while (po_civil_is_leap (same) != po_civil_is_leap (year) ||
         po_civil_weekday (po_civil_days (same, 1, 1)) != po_civil_weekday (po_civil_days (year, 1, 1)))
    same--;
  return utc_s - (po_civil_days (year, 1, 1) - po_civil_days (same, 1, 1)) * PO_DAY_S;
}

gint64 po_zone_offset (const PoZone *self, gint64 utc_s) {
  gint64 at = self->known_to < G_MAXINT ? fold_year (self, utc_s) : utc_s;
  if (self->olson != NULL) {
    gint interval = g_time_zone_find_interval (self->olson, G_TIME_TYPE_UNIVERSAL, at);
    return g_time_zone_get_offset (self->olson, MAX (interval, 0));
  }
  guint low = 0, high = self->changes->len;
  while (low < high) {
    guint middle = (low + high) / 2;
    if (g_array_index (self->changes, Change, middle).utc_s <= at)
      low = middle + 1;
    else
      high = middle;
  }
  return low > 0 ? g_array_index (self->changes, Change, low - 1).offset : self->first_offset;
}

gint64 po_zone_to_utc (const PoZone *self, gint64 civil_s) {
  // No zone is a day away from UTC, and none changes twice within two days.
  gint64 before = po_zone_offset (self, civil_s - PO_DAY_S), after = po_zone_offset (self, civil_s + PO_DAY_S);
  if (before == after || po_zone_offset (self, civil_s - before) == before)
    return civil_s - before;
  return po_zone_offset (self, civil_s - after) == after ? civil_s - after : civil_s - before;
}

gint64 po_zone_to_civil (const PoZone *self, gint64 utc_s) {
  return utc_s + po_zone_offset (self, utc_s);
}

// A VTIMEZONE.

// "+0700" or "+070000"; with colons, as some write it, too.
static gboolean parse_offset (const gchar *text, gint32 *ret_offset) {
  gint parts[] = {0, 0, 0};
  guint n = 0;
  if (text[0] != '+' && text[0] != '-')
    return FALSE;
  for (const gchar *p = text + 1; *p != '\0'; p += 2) {
    p += *p == ':' && n > 0;
    if (n == G_N_ELEMENTS (parts) || !g_ascii_isdigit (p[0]) || !g_ascii_isdigit (p[1]))
      return FALSE;
    parts[n++] = (p[0] - '0') * 10 + p[1] - '0';
  }
  if (n < 2 || parts[0] > 18 || parts[1] > 59 || parts[2] > 59)
    return FALSE;
  *ret_offset = (text[0] == '-' ? -1 : 1) * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
  return TRUE;
}

typedef struct {
  GArray *changes;
  gint64 first_s; // earliest change so far
  gint32 first_offset;
} Table;

static void add_change (Table *self, gint64 civil_s, gint32 from, gint32 to) {
  Change change = {civil_s - from, to};
  g_array_append_val (self->changes, change);
  if (self->changes->len == 1 || change.utc_s < self->first_s) {
    self->first_s = change.utc_s;
    self->first_offset = from;
  }
}

static gchar *add_rule (Table *self, const gchar *text, gint64 start_s, gint32 from, gint32 to) {
  g_autofree gchar *why = NULL;
  g_autoptr (PoRule) rule = po_rule_parse (text, start_s, FALSE, &why);
  if (rule == NULL)
    return g_steal_pointer (&why);
  gint64 until;
  PoRuleUntil kind = po_rule_until (rule, &until);
  if (kind != PO_UNTIL_NONE)
    po_rule_set_until (rule, until + (kind == PO_UNTIL_UTC ? from : 0));
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  po_rule_expand (rule, po_civil_days (FIRST_YEAR, 1, 1) * PO_DAY_S, po_civil_days (LAST_YEAR + 1, 1, 1) * PO_DAY_S,
                  MAX_CHANGES, times);
  for (guint i = 0; i < times->len; i++)
    add_change (self, g_array_index (times, gint64, i), from, to);
  return times->len < MAX_CHANGES ? NULL : g_strdup (_ ("it changes too often"));
}

// One STANDARD or DAYLIGHT. Returns what is wrong with it.
static gchar *add_observance (Table *self, const PoIcsComponent *observance) {
  const PoIcsProp *start = po_ics_find (observance, "DTSTART"), *from = po_ics_find (observance, "TZOFFSETFROM"),
                  *to = po_ics_find (observance, "TZOFFSETTO");
  PoCivil civil;
  gint32 offset_from, offset_to;
  if (start == NULL || from == NULL || to == NULL)
    return g_strdup (_ ("DTSTART, TZOFFSETFROM or TZOFFSETTO is missing"));
  if (!po_civil_parse (start->value, &civil))
    return g_strdup_printf (_ ("“%s” is no date and time"), start->value);
  if (!parse_offset (from->value, &offset_from) || !parse_offset (to->value, &offset_to))
    return g_strdup_printf (_ ("“%s” or “%s” is no offset"), from->value, to->value);
  add_change (self, civil.s, offset_from, offset_to);
  for (const PoIcsProp *p = observance->props; p != NULL; p = p->next) {
    g_autofree gchar *why = NULL;
    if (g_str_equal (p->name, "RRULE")) {
      why = add_rule (self, p->value, civil.s, offset_from, offset_to);
    } else if (g_str_equal (p->name, "RDATE")) {
      g_auto (GStrv) dates = g_strsplit (p->value, ",", MAX_CHANGES);
      PoCivil date;
      for (guint i = 0; dates[i] != NULL && self->changes->len < MAX_CHANGES; i++) {
        dates[i][strcspn (dates[i], "/")] = '\0';
        if (po_civil_parse (dates[i], &date))
          add_change (self, date.s, offset_from, offset_to);
      }
    }
    if (why != NULL)
      return g_steal_pointer (&why);
    if (self->changes->len > 4 * MAX_CHANGES)
      return g_strdup (_ ("it changes too often"));
  }
  return NULL;
}

static gint compare_changes (gconstpointer a, gconstpointer b) {
  gint64 x = ((const Change *)a)->utc_s, y = ((const Change *)b)->utc_s;
  return (x > y) - (x < y);
}

PoZone *po_zone_from_vtimezone (const PoIcsComponent *vtimezone, PoFileReport *report) {
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (Change));
  Table table = {.changes = changes};
  for (const PoIcsComponent *c = vtimezone->children; c != NULL; c = c->next) {
    if (c->broken || (!g_str_equal (c->name, "STANDARD") && !g_str_equal (c->name, "DAYLIGHT")))
      continue;
    g_autofree gchar *why = add_observance (&table, c);
    if (why != NULL) {
      po_file_report_error (report, "vtimezone", c->line, NULL, "VTIMEZONE", _ ("%s; the zone's name is taken instead"),
                            why);
      return NULL;
    }
  }
  if (changes->len == 0) {
    po_file_report_warning (report, "vtimezone", vtimezone->line, NULL, "VTIMEZONE",
                            _ ("it has no STANDARD or DAYLIGHT; the zone's name is taken instead"));
    return NULL;
  }
  g_array_sort (changes, compare_changes);
  return zone_new (NULL, g_steal_pointer (&changes), table.first_offset, LAST_YEAR);
}
