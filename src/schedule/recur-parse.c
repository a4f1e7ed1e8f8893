// SPDX-License-Identifier: GPL-3.0-or-later
// The grammar of RRULE, and the parts that a rule takes from its DTSTART.
#include "schedule/recur-private.h"

#include <stddef.h>
#include <string.h>

#include "model/text.h"

static const gchar *const FREQ_NAMES[] = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
static const gchar *const SKIP_NAMES[] = {"OMIT", "BACKWARD", "FORWARD"};
static const gchar *const DAY_NAMES[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

static gboolean parse_int (const gchar *text, gint64 min, gint64 max, gint64 *ret_value) {
  const gchar *digits = text + (*text == '+' || *text == '-');
  if (*digits == '\0' || strlen (digits) > 18 || strspn (digits, "0123456789") != strlen (digits))
    return FALSE;
  *ret_value = g_ascii_strtoll (text, NULL, 10);
  return *ret_value >= min && *ret_value <= max;
}

static gint find_name (const gchar *const *names, guint n, const gchar *text) {
  for (guint i = 0; i < n; i++)
    if (g_ascii_strcasecmp (names[i], text) == 0)
      return (gint)i;
  return -1;
}

// The items of a list; white space about them, which some people write by hand, is of no meaning. (transfer full)
static GStrv split_list (const gchar *text) {
  GStrv items = g_strsplit (text, ",", -1);
  for (guint i = 0; items[i] != NULL; i++)
    g_strstrip (items[i]);
  return items;
}

// A list of numbers 1..max, or ±1..max, into bit sets. @negative NULL: no negative values.
static gboolean parse_bits (const gchar *text, gint min, gint max, guint64 *positive, guint64 *negative) {
  g_auto (GStrv) items = split_list (text);
  for (guint i = 0; items[i] != NULL; i++) {
    gint64 n;
    if (!parse_int (items[i], negative != NULL ? -max : min, max, &n) || (n < min && n > -1))
      return FALSE;
    guint64 *set = n < 0 ? negative : positive;
    guint bit = (guint)ABS (n);
    set[bit / 64] |= G_GUINT64_CONSTANT (1) << (bit % 64);
  }
  return items[0] != NULL;
}

static gboolean parse_byday (PoRule *self, const gchar *text) {
  g_auto (GStrv) items = split_list (text);
  for (guint i = 0; items[i] != NULL; i++) {
    gsize length = strlen (items[i]);
    gint weekday = length < 2 ? -1 : find_name (DAY_NAMES, 7, items[i] + length - 2);
    if (weekday < 0)
      return FALSE;
    if (length == 2) {
      self->weekdays |= (guint8)(1 << weekday);
      continue;
    }
    g_autofree gchar *number = g_strndup (items[i], length - 2);
    gint64 n;
    if (!parse_int (number, -53, 53, &n) || n == 0)
      return FALSE;
    PoNthDay *nth = &self->nth[weekday];
    *(n > 0 ? &nth->from_start : &nth->from_end) |= G_GUINT64_CONSTANT (1) << ABS (n);
    self->has_nth = TRUE;
  }
  return items[0] != NULL;
}

static gint compare_setpos (gconstpointer a, gconstpointer b) {
  return *(const gint16 *)a - *(const gint16 *)b;
}

static gboolean parse_setpos (PoRule *self, const gchar *text) {
  g_auto (GStrv) items = split_list (text);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint16));
  for (guint i = 0; items[i] != NULL; i++) {
    gint64 n;
    if (!parse_int (items[i], -366, 366, &n) || n == 0)
      return FALSE;
    gint16 pos = (gint16)n;
    g_array_append_val (list, pos);
  }
  g_array_sort (list, compare_setpos);
  for (guint i = 0; i < list->len; i++)
    if (self->n_setpos == 0 || self->setpos[self->n_setpos - 1] != g_array_index (list, gint16, i)) {
      self->setpos = g_renew (gint16, self->setpos, self->n_setpos + 1);
      self->setpos[self->n_setpos++] = g_array_index (list, gint16, i);
    }
  return self->n_setpos > 0;
}

static gboolean parse_until (PoRule *self, const gchar *text) {
  PoCivil civil;
  if (!po_civil_parse (text, &civil))
    return FALSE;
  self->until_kind = civil.is_date ? PO_UNTIL_DATE : civil.is_utc ? PO_UNTIL_UTC : PO_UNTIL_LOCAL;
  self->until_s = civil.s + (civil.is_date ? PO_DAY_S - 1 : 0);
  return TRUE;
}

static gboolean parse_freq (PoRule *self, const gchar *text) {
  gint freq = find_name (FREQ_NAMES, G_N_ELEMENTS (FREQ_NAMES), text);
  self->freq = (PoFreq)MAX (freq, 0);
  return freq >= 0;
}

static gboolean parse_interval (PoRule *self, const gchar *text) {
  return parse_int (text, 1, G_MAXINT32, &self->interval);
}

static gboolean parse_count (PoRule *self, const gchar *text) {
  return parse_int (text, 1, G_MAXINT64 / 2, &self->count);
}

static gboolean parse_wkst (PoRule *self, const gchar *text) {
  self->wkst = find_name (DAY_NAMES, 7, text);
  return self->wkst >= 0;
}

// RFC 7529, of the calendar that everybody uses.
static gboolean parse_rscale (PoRule *self, const gchar *text) {
  return g_ascii_strcasecmp (text, "GREGORIAN") == 0;
}

static gboolean parse_skip (PoRule *self, const gchar *text) {
  gint skip = find_name (SKIP_NAMES, G_N_ELEMENTS (SKIP_NAMES), text);
  self->skip = (PoSkip)MAX (skip, 0);
  return skip >= 0;
}

// Either a function, or a list of numbers into the bit sets at these offsets (0 = no negative ones).
typedef struct {
  const gchar *name;
  gboolean (*parse) (PoRule *, const gchar *);
  gint min, max;
  gsize positive, negative;
} Part;

#define BITS(field) offsetof (struct _PoRule, field)
static const Part PARTS[] = {
    {"FREQ", parse_freq},
    {"INTERVAL", parse_interval},
    {"COUNT", parse_count},
    {"UNTIL", parse_until},
    {"WKST", parse_wkst},
    {"BYDAY", parse_byday},
    {"BYSETPOS", parse_setpos},
    {"RSCALE", parse_rscale},
    {"SKIP", parse_skip},
    {"BYSECOND", NULL, 0, 60, BITS (seconds), 0},
    {"BYMINUTE", NULL, 0, 59, BITS (minutes), 0},
    {"BYHOUR", NULL, 0, 23, BITS (hours), 0},
    {"BYMONTH", NULL, 1, 12, BITS (months), 0},
    {"BYMONTHDAY", NULL, 1, 31, BITS (monthdays), BITS (monthdays_end)},
    {"BYYEARDAY", NULL, 1, 366, BITS (yeardays), BITS (yeardays_end)},
    {"BYWEEKNO", NULL, 1, 53, BITS (weeks), BITS (weeks_end)},
};
#undef BITS

static gboolean parse_part (PoRule *self, const Part *part, const gchar *value) {
  if (part->parse != NULL)
    return part->parse (self, value);
  guint64 *positive = (gpointer)((guint8 *)self + part->positive);
  guint64 *negative = part->negative != 0 ? (gpointer)((guint8 *)self + part->negative) : NULL;
  return parse_bits (value, part->min, part->max, positive, negative);
}

static gchar *parse_parts (PoRule *self, const gchar *text) {
  guint32 seen = 0;
  g_auto (GStrv) parts = g_strsplit (text, ";", 64);
  for (guint i = 0; parts[i] != NULL; i++) {
    gchar *value = strchr (g_strstrip (parts[i]), '=');
    if (value == NULL && parts[i][0] == '\0')
      continue; // a stray semicolon, as some programs leave at the end
    if (g_ascii_strncasecmp (parts[i], "X-", 2) == 0)
      continue; // RFC 2445 let programs leave notes to themselves here
    if (value == NULL)
      return g_strdup_printf (_ ("“%s” is no part of a rule"), parts[i]);
    *value++ = '\0';
    value = g_strchug (value);
    g_strchomp (parts[i]);
    guint k = 0;
    while (k < G_N_ELEMENTS (PARTS) && g_ascii_strcasecmp (PARTS[k].name, parts[i]) != 0)
      k++;
    if (k == G_N_ELEMENTS (PARTS))
      return g_strdup_printf (_ ("“%s” is no part of a rule"), parts[i]);
    if (seen >> k & 1)
      return g_strdup_printf (_ ("%s is given twice"), PARTS[k].name);
    seen |= 1U << k;
    if (!parse_part (self, &PARTS[k], value))
      return g_strdup_printf (_ ("%s cannot be “%s”"), PARTS[k].name, value);
  }
  return seen & 1 ? NULL : g_strdup (_ ("FREQ is missing"));
}

// What the standard forbids in combination. Returns the reason.
static const gchar *check_parts (const PoRule *self) {
  gboolean by_other = self->seconds || self->minutes || self->hours || self->months || self->has_monthdays ||
                      self->has_yeardays || self->has_weeks || self->weekdays || self->has_nth;
  if (self->has_weeks && self->freq != PO_FREQ_YEARLY)
    return _ ("BYWEEKNO needs FREQ=YEARLY");
  if (self->has_monthdays && self->freq == PO_FREQ_WEEKLY)
    return _ ("BYMONTHDAY cannot be with FREQ=WEEKLY");
  if (self->has_yeardays && self->freq >= PO_FREQ_DAILY && self->freq <= PO_FREQ_MONTHLY)
    return _ ("BYYEARDAY cannot be with FREQ=DAILY, WEEKLY or MONTHLY");
  if (self->has_nth && self->freq < PO_FREQ_MONTHLY)
    return _ ("BYDAY with a number needs FREQ=MONTHLY or YEARLY");
  if (self->has_nth && self->has_weeks)
    return _ ("BYDAY with a number cannot be with BYWEEKNO");
  if (self->n_setpos > 0 && !by_other)
    return _ ("BYSETPOS needs another BY part");
  return NULL;
}

// The parts that are missing come from DTSTART; then FREQ decides which times are named and which are only let in.
static void bind_times (PoRule *self, gint second_of_day) {
  const guint64 all = G_MAXUINT64, first = 1;
  self->limit_hours = self->freq < PO_FREQ_DAILY && self->hours ? self->hours : all;
  self->limit_minutes = self->freq < PO_FREQ_HOURLY && self->minutes ? self->minutes : all;
  self->limit_seconds = self->freq < PO_FREQ_MINUTELY && self->seconds ? self->seconds : all;
  if (self->freq < PO_FREQ_DAILY)
    self->hours = first;
  else if (!self->hours)
    self->hours = first << (second_of_day / 3600);
  if (self->freq < PO_FREQ_HOURLY)
    self->minutes = first;
  else if (!self->minutes)
    self->minutes = first << (second_of_day / 60 % 60);
  if (self->freq < PO_FREQ_MINUTELY)
    self->seconds = first;
  else if (!self->seconds)
    self->seconds = first << (second_of_day % 60);
}

static void bind_days (PoRule *self, gint64 start_days) {
  gint year, month, day;
  po_civil_from_days (start_days, &year, &month, &day);
  gboolean weekday_given = self->weekdays || self->has_nth;
  if (self->freq == PO_FREQ_WEEKLY || (self->freq == PO_FREQ_YEARLY && self->has_weeks)) {
    if (!weekday_given && !self->has_monthdays && !self->has_yeardays)
      self->weekdays = (guint8)(1 << po_civil_weekday (start_days));
  } else if (self->freq >= PO_FREQ_MONTHLY && !weekday_given && !self->has_monthdays && !self->has_yeardays) {
    self->monthdays = G_GUINT64_CONSTANT (1) << day;
    self->has_monthdays = TRUE;
    if (self->freq == PO_FREQ_YEARLY && !self->months)
      self->months = G_GUINT64_CONSTANT (1) << month;
  }
  self->has_days =
      self->months || self->has_monthdays || self->has_yeardays || self->has_weeks || self->weekdays || self->has_nth;
}

// A day that goes forward leaves its month, but never its year: so the months are counted as those of a year. FALSE:
// INTERVAL meets other months in other years.
static gboolean bind_skip (PoRule *self, gint64 start_days) {
  gint year, month, day;
  if (self->freq < PO_FREQ_MONTHLY)
    self->skip = PO_SKIP_OMIT; // every day that it meets is there
  if (self->skip != PO_SKIP_FORWARD || self->freq != PO_FREQ_MONTHLY || !self->has_monthdays)
    return TRUE;
  if (self->n_setpos > 0 || (12 % self->interval != 0 && self->interval % 12 != 0))
    return FALSE;
  po_civil_from_days (start_days, &year, &month, &day);
  guint64 met = 0;
  for (gint64 i = 0; i < 12; i++)
    met |= G_GUINT64_CONSTANT (1) << ((month - 1 + i * (self->interval % 12)) % 12 + 1);
  self->months = self->months ? self->months & met : met;
  self->months |= self->months == 0; // no month at all
  self->freq = PO_FREQ_YEARLY;
  self->interval = MAX (self->interval / 12, 1);
  return TRUE;
}

// A rule that is a plain progression from DTSTART is answered by arithmetic.
static gint64 plain_step (const PoRule *self, gboolean any_by, gint64 start_days) {
  static const gint64 units[] = {1, 60, 3600, PO_DAY_S, 7 * PO_DAY_S};
  if (self->freq > PO_FREQ_WEEKLY || self->n_setpos > 0)
    return 0;
  gboolean own_weekday =
      self->freq == PO_FREQ_WEEKLY && self->weekdays == 1 << po_civil_weekday (start_days) && !self->months;
  gboolean own_time = self->freq < PO_FREQ_WEEKLY || (self->hours & (self->hours - 1)) == 0;
  return !any_by && own_time && (own_weekday || !self->has_days) ? units[self->freq] * self->interval : 0;
}

PoRule *po_rule_parse (const gchar *text, gint64 start_civil_s, gboolean is_date, gchar **ret_why) {
  g_autoptr (PoRule) self = g_new0 (PoRule, 1);
  self->interval = 1;
  self->start_s = start_civil_s;
  self->end_s = G_MAXINT64;
  self->last_s = PO_CIVIL_NONE;
  self->goes_on_s = G_MININT64;
  self->start_is_named = self->is_never = -1;
  *ret_why = parse_parts (self, text);
  if (*ret_why != NULL)
    return NULL;
  self->has_monthdays = self->monthdays || self->monthdays_end;
  self->has_weeks = self->weeks || self->weeks_end;
  for (guint i = 0; i < G_N_ELEMENTS (self->yeardays); i++)
    self->has_yeardays |= self->yeardays[i] || self->yeardays_end[i];
  if (self->seconds >> 60 & 1) // a leap second is read as the second before it
    self->seconds = (self->seconds | G_GUINT64_CONSTANT (1) << 59) & ~(G_GUINT64_CONSTANT (1) << 60);
  const gchar *why = check_parts (self);
  if (why == NULL && is_date && self->freq < PO_FREQ_DAILY)
    why = _ ("FREQ faster than DAILY needs a DTSTART with a time");
  if (why != NULL) {
    *ret_why = g_strdup (why);
    return NULL;
  }
  if (is_date && (self->seconds || self->minutes || self->hours)) {
    *ret_why = g_strdup (_ ("BYHOUR, BYMINUTE and BYSECOND mean nothing for a DTSTART without a time; ignored"));
    self->seconds = self->minutes = self->hours = 0;
  }
  if (*ret_why == NULL && self->count > 0 && self->until_kind != PO_UNTIL_NONE)
    *ret_why = g_strdup (_ ("COUNT and UNTIL exclude each other; the one that ends the series first was taken"));
  gint64 start_days = po_floor_div (start_civil_s, PO_DAY_S);
  gboolean any_time = self->seconds || self->minutes || self->hours;
  bind_times (self, (gint)(start_civil_s - start_days * PO_DAY_S));
  bind_days (self, start_days);
  if (!bind_skip (self, start_days)) {
    g_free (*ret_why);
    *ret_why = g_strdup (_ ("SKIP=FORWARD cannot be counted with this INTERVAL or BYSETPOS"));
    return NULL;
  }
  self->step_s = plain_step (self, any_time, start_days);
  po_rule_bind_blocks (self);
  return g_steal_pointer (&self);
}

void po_rule_free (PoRule *self) {
  if (self == NULL)
    return;
  g_free (self->setpos);
  g_free (self);
}

PoRuleUntil po_rule_until (const PoRule *self, gint64 *ret_s) {
  *ret_s = self->until_s;
  return self->until_kind;
}

void po_rule_set_until (PoRule *self, gint64 civil_s) {
  self->end_s = civil_s;
}

gboolean po_rule_is_endless (const PoRule *self) {
  return self->count == 0 && self->end_s == G_MAXINT64;
}

gint64 po_rule_count (const PoRule *self) {
  return self->count;
}
