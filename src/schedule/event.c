// SPDX-License-Identifier: GPL-3.0-or-later
// When: DTSTART, DTEND, DURATION, RRULE, RDATE, EXDATE, RECURRENCE-ID, and the properties that say which version wins.
#include "schedule/event.h"

#include <string.h>

#include "model/text.h"

#define MAX_RULES 32
// The longest slot of a series that is believed: ten years. A window must look back so far for its instances.
#define MAX_LENGTH_DAYS 3660

// Reads a property that holds one time; FALSE with an error if it is none.
static gboolean read_one (const PoReading *reader, const gchar *uid, const PoIcsProp *prop, PoWhen *ret_when) {
  if (po_when_read (reader, uid, prop, prop->value, ret_when))
    return TRUE;
  po_file_report_error (reader->report, "date-invalid", prop->line, uid, prop->name,
                        _ ("“%.40s” is no date or time that exists, such as 20270106T200000; the event was left out"),
                        prop->value);
  return FALSE;
}

// The UID, or for an event that has none a name that stays the same while the event does.
static gchar *read_uid (const PoReading *reader, const PoIcsComponent *vevent) {
  const PoIcsProp *prop = po_ics_find (vevent, "UID");
  g_autofree gchar *uid = prop != NULL ? g_strstrip (po_ics_text (prop->value)) : NULL;
  if (uid != NULL && uid[0] != '\0')
    return g_steal_pointer (&uid);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  for (const PoIcsProp *p = vevent->props; p != NULL; p = p->next) {
    g_checksum_update (checksum, (const guchar *)p->name, -1);
    g_checksum_update (checksum, (const guchar *)p->value, -1);
  }
  g_autofree gchar *made = g_strdup_printf ("no-uid-%s", g_checksum_get_string (checksum));
  po_file_report_warning (reader->report, "no-uid", vevent->line, made, "UID",
                          _ ("it is missing; a name was made up, which changes whenever the event does"));
  return g_steal_pointer (&made);
}

static gboolean read_end (const PoReading *reader, PoEvent *self, const PoIcsProp *prop) {
  PoWhen end;
  if (!read_one (reader, self->uid, prop, &end))
    return FALSE;
  if (self->start.kind == PO_WHEN_DATE && end.kind == PO_WHEN_DATE) {
    self->length.days = (end.civil_s - self->start.civil_s) / PO_DAY_S;
    if (self->length.days == 0)
      self->length.days = 1;
  } else {
    if ((self->start.kind == PO_WHEN_DATE) != (end.kind == PO_WHEN_DATE)) {
      po_file_report_warning (
          reader->report, "dtend-type", prop->line, self->uid, prop->name,
          _ ("one of DTSTART and DTEND is a date, the other a time; midnight was taken for the date"));
      if (end.kind == PO_WHEN_DATE)
        end.utc_s = po_zone_to_utc (self->start.zone, end.civil_s);
    }
    self->length.exact_s = end.utc_s - self->start.utc_s;
  }
  return TRUE;
}

static gint64 longest_s (const PoEvent *self) {
  gboolean single = po_ics_find (self->component, "RRULE") == NULL && po_ics_find (self->component, "RDATE") == NULL;
  gint64 most = MAX_LENGTH_DAYS * (gint64)PO_DAY_S;
  return single && !self->and_future ? MAX (most, PO_TIME_MAX_S - self->start.utc_s) : most;
}

static gboolean read_length (const PoReading *reader, PoEvent *self) {
  const PoIcsProp *end = po_ics_find (self->component, "DTEND"), *duration = po_ics_find (self->component, "DURATION");
  if (end != NULL && duration != NULL)
    po_file_report_warning (reader->report, "dtend-and-duration", duration->line, self->uid, "DURATION",
                            _ ("DTEND is given too; DTEND was taken"));
  if (end != NULL) {
    if (!read_end (reader, self, end))
      return FALSE;
  } else if (duration != NULL) {
    if (!po_length_parse (duration->value, &self->length)) {
      po_file_report_error (reader->report, "duration-invalid", duration->line, self->uid, "DURATION",
                            _ ("“%.40s” is no duration, such as PT30M; the event was left out"), duration->value);
      return FALSE;
    }
  } else if (self->start.kind == PO_WHEN_DATE) {
    self->length.days = 1;
  }
  gint64 total = self->length.days * PO_DAY_S + self->length.exact_s;
  guint line = end != NULL ? end->line : duration != NULL ? duration->line : self->line;
  const gchar *property = end != NULL ? "DTEND" : "DURATION";
  if (total < 0) {
    po_file_report_error (reader->report, "ends-before-start", line, self->uid, property,
                          _ ("it ends before it starts; taken as an event without length"));
    self->length = (PoLength){0, 0};
  } else if (total > longest_s (self)) {
    self->length = (PoLength){0, longest_s (self)};
    po_file_report_error (reader->report, "too-long", line, self->uid, property,
                          _ ("it lasts longer than can be planned; cut to %d days"),
                          (gint)(longest_s (self) / PO_DAY_S));
  }
  return TRUE;
}

// Rules.

// The last civil second of DTSTART's zone at which an instance may begin. @ret_utc_s makes it exact where an hour
// occurs twice.
static gint64 until_civil (const PoReading *reader, const PoEvent *self, const PoIcsProp *prop, PoRule *rule,
                           gint64 *ret_utc_s) {
  gint64 until;
  PoRuleUntil kind = po_rule_until (rule, &until);
  *ret_utc_s = G_MAXINT64;
  if (kind == PO_UNTIL_NONE)
    return G_MAXINT64;
  if (kind == PO_UNTIL_LOCAL && self->start.kind != PO_WHEN_FLOATING)
    po_file_report_note (reader->report, "until-local", prop->line, self->uid, prop->name,
                         _ ("UNTIL is no time in UTC; taken as local time of DTSTART's zone"));
  gint64 second_of_day = until - po_floor_div (until, PO_DAY_S) * PO_DAY_S;
  if (self->start.kind == PO_WHEN_DATE && (second_of_day == 0 || second_of_day == PO_DAY_S - 1))
    return until; // a date, written as the first or the last second of its day in UTC
  if (kind != PO_UNTIL_UTC)
    return until;
  *ret_utc_s = until;
  return until + MAX (po_zone_offset (self->start.zone, until), po_zone_offset (self->start.zone, until - 3 * 3600));
}

static gboolean read_rule (const PoReading *reader, PoEvent *self, const PoIcsProp *prop, gboolean exclude) {
  if (prop->value[0] == '\0') { // some programs write the property for every event
    po_file_report_warning (reader->report, "rule-empty", prop->line, self->uid, prop->name,
                            _ ("it is empty; ignored"));
    return TRUE;
  }
  g_autofree gchar *why = NULL;
  g_autoptr (PoRule) rule = po_rule_parse (prop->value, self->start.civil_s, self->start.kind == PO_WHEN_DATE, &why);
  if (rule == NULL) {
    po_file_report_error (reader->report, "rule-invalid", prop->line, self->uid, prop->name,
                          _ ("%s; the event was left out"), why);
    return FALSE;
  }
  if (why != NULL)
    po_file_report_warning (reader->report, "rule-part-ignored", prop->line, self->uid, prop->name, "%s", why);
  const GPtrArray *same = exclude ? self->exrules : self->rules;
  if (same != NULL && same->len >= MAX_RULES) {
    po_file_report_warning (reader->report, "too-many-rules", prop->line, self->uid, prop->name,
                            _ ("more than %d rules in one event; ignored"), MAX_RULES);
    return TRUE;
  }
  gint64 until_utc;
  po_rule_set_until (rule, until_civil (reader, self, prop, rule, &until_utc));
  if (exclude) {
    if (self->exrules == NULL)
      self->exrules = g_ptr_array_new_with_free_func ((GDestroyNotify)po_rule_free);
    g_ptr_array_add (self->exrules, g_steal_pointer (&rule));
    return TRUE;
  }
  if (self->rules == NULL) {
    self->rules = g_ptr_array_new_with_free_func ((GDestroyNotify)po_rule_free);
    self->until_utc = g_array_new (FALSE, FALSE, sizeof (gint64));
  }
  g_ptr_array_add (self->rules, g_steal_pointer (&rule));
  g_array_append_val (self->until_utc, until_utc);
  return TRUE;
}

static gboolean read_period_end (const PoReading *reader, const PoEvent *self, const PoIcsProp *prop, const gchar *text,
                                 PoRdate *date) {
  date->has_length = TRUE;
  if (po_length_parse (text, &date->length))
    return date->length.days >= 0 && date->length.exact_s >= 0;
  PoWhen end;
  if (!po_when_read (reader, self->uid, prop, text, &end) || end.utc_s < date->when.utc_s)
    return FALSE;
  date->length = (PoLength){0, end.utc_s - date->when.utc_s};
  return TRUE;
}

static gboolean read_date (const PoReading *reader, PoEvent *self, const PoIcsProp *prop, gchar *text,
                           gboolean exclude) {
  gchar *slash = exclude ? NULL : strchr (text, '/');
  if (slash != NULL)
    *slash = '\0';
  PoRdate date = {.has_length = FALSE};
  if (!po_when_read (reader, self->uid, prop, text, &date.when))
    return FALSE;
  if (exclude) {
    if (self->exdates == NULL)
      self->exdates = g_array_new (FALSE, FALSE, sizeof (PoWhen));
    g_array_append_val (self->exdates, date.when);
    return TRUE;
  }
  if (slash != NULL && !read_period_end (reader, self, prop, slash + 1, &date)) {
    *slash = '/'; // as it is told
    return FALSE;
  }
  // A date among times: at DTSTART's time of day; a time among dates: the date.
  if (date.when.kind == PO_WHEN_DATE && self->start.kind != PO_WHEN_DATE) {
    date.when.civil_s += self->start.civil_s - po_floor_div (self->start.civil_s, PO_DAY_S) * PO_DAY_S;
    date.when.zone = self->start.zone;
    date.when.utc_s = po_zone_to_utc (date.when.zone, date.when.civil_s);
  } else if (date.when.kind != PO_WHEN_DATE && self->start.kind == PO_WHEN_DATE) {
    gint64 day = po_when_day (&date.when, self->start.zone);
    date.when = self->start;
    date.when.civil_s = day * PO_DAY_S;
    date.when.utc_s = po_zone_to_utc (date.when.zone, date.when.civil_s);
  }
  if (self->rdates == NULL)
    self->rdates = g_array_new (FALSE, FALSE, sizeof (PoRdate));
  g_array_append_val (self->rdates, date);
  return TRUE;
}

static void read_dates (const PoReading *reader, PoEvent *self, const PoIcsProp *prop, gboolean exclude) {
  g_autofree gchar *list = g_strdup (prop->value);
  for (gchar *text = list, *next = NULL; text != NULL; text = next) {
    next = strchr (text, ',');
    if (next != NULL)
      *next++ = '\0';
    g_strstrip (text);
    if (text[0] != '\0' && !read_date (reader, self, prop, text, exclude))
      po_file_report_error (reader->report, "date-invalid", prop->line, self->uid, prop->name,
                            _ ("“%.40s” is no date or time that exists; this one was left out"), text);
  }
}

static gboolean read_series (const PoReading *reader, PoEvent *self) {
  for (const PoIcsProp *p = self->component->props; p != NULL; p = p->next) {
    gboolean rule = g_str_equal (p->name, "RRULE"), exrule = g_str_equal (p->name, "EXRULE");
    gboolean rdate = g_str_equal (p->name, "RDATE"), exdate = g_str_equal (p->name, "EXDATE");
    if (!rule && !exrule && !rdate && !exdate)
      continue;
    if (self->is_override) {
      po_file_report_warning (reader->report, "rule-in-override", p->line, self->uid, p->name,
                              _ ("an override (RECURRENCE-ID) has no series of its own; ignored"));
    } else if (rdate || exdate) {
      read_dates (reader, self, p, exdate);
    } else if (!read_rule (reader, self, p, exrule)) {
      return FALSE;
    }
  }
  return TRUE;
}

static gint64 read_stamp (const PoReading *reader, const PoEvent *self, const gchar *name) {
  const PoIcsProp *prop = po_ics_find (self->component, name);
  PoCivil civil;
  return prop != NULL && po_civil_parse (prop->value, &civil) ? civil.s : G_MININT64;
}

static void read_version (const PoReading *reader, PoEvent *self) {
  const PoIcsProp *sequence = po_ics_find (self->component, "SEQUENCE");
  if (sequence != NULL) {
    gchar *end;
    self->sequence = g_ascii_strtoll (sequence->value, &end, 10);
    if (end == sequence->value || self->sequence < 0) {
      po_file_report_warning (reader->report, "sequence-invalid", sequence->line, self->uid, "SEQUENCE",
                              _ ("“%.40s” is no number; taken as 0"), sequence->value);
      self->sequence = 0;
    }
  }
  self->dtstamp_s = read_stamp (reader, self, "DTSTAMP");
  self->modified_s = read_stamp (reader, self, "LAST-MODIFIED");
}

// What two edits that were merged by hand leave behind, of what may stand once.
static void tell_repeated (const PoReading *reader, const PoEvent *self) {
  static const gchar *const names[] = {"DTSTART",
                                       "DTEND",
                                       "DURATION",
                                       "UID",
                                       "SEQUENCE",
                                       "STATUS",
                                       "PRIORITY",
                                       "RECURRENCE-ID",
                                       "TRANSP",
                                       "X-PLAYOUT-START",
                                       "X-PLAYOUT-END",
                                       "X-PLAYOUT-JOIN",
                                       "X-PLAYOUT-FALLBACK",
                                       "X-PLAYOUT-EPISODE"};
  const PoIcsProp *first[G_N_ELEMENTS (names)] = {NULL};
  for (const PoIcsProp *p = self->component->props; p != NULL; p = p->next) {
    guint i = 0;
    while (i < G_N_ELEMENTS (names) && (p->name[0] != names[i][0] || !g_str_equal (p->name, names[i])))
      i++;
    if (i == G_N_ELEMENTS (names))
      continue;
    if (first[i] == NULL)
      first[i] = p;
    else
      po_file_report_warning (reader->report, "given-twice", p->line, self->uid, p->name,
                              _ ("it stands on line %u already; that one was taken"), first[i]->line);
  }
}

static void read_related (PoEvent *self) {
  for (const PoIcsProp *p = self->component->props; p != NULL && self->related_to == NULL; p = p->next) {
    if (!g_str_equal (p->name, "RELATED-TO"))
      continue;
    g_autofree gchar *type = po_ics_param (p, "RELTYPE");
    if (type == NULL || g_ascii_strcasecmp (type, "PARENT") == 0)
      self->related_to = g_strstrip (po_ics_text (p->value));
  }
}

static gboolean read_recurrence_id (const PoReading *reader, PoEvent *self) {
  const PoIcsProp *prop = po_ics_find (self->component, "RECURRENCE-ID");
  if (prop == NULL)
    return TRUE;
  self->is_override = TRUE;
  g_autofree gchar *range = po_ics_param (prop, "RANGE");
  self->and_future = range != NULL && g_ascii_strcasecmp (range, "THISANDFUTURE") == 0;
  if (range != NULL && !self->and_future)
    po_file_report_warning (reader->report, "range-unknown", prop->line, self->uid, prop->name,
                            _ ("RANGE=%.40s is not known; only this instance is changed"), range);
  return read_one (reader, self->uid, prop, &self->recurrence_id);
}

PoEvent *po_event_read (const PoReading *reader, const PoIcsComponent *vevent) {
  g_autoptr (PoEvent) self = g_new0 (PoEvent, 1);
  self->file = reader->file;
  self->line = vevent->line;
  self->component = vevent;
  self->uid = read_uid (reader, vevent);
  tell_repeated (reader, self);
  if (!read_recurrence_id (reader, self))
    return NULL;
  const PoIcsProp *start = po_ics_find (vevent, "DTSTART");
  po_event_read_playout (reader, self);
  self->takes_back = reader->cancels;
  self->has_start = TRUE;
  if (start != NULL) {
    if (!read_one (reader, self->uid, start, &self->start))
      return NULL;
    if (reader->adds && !self->is_override) { // one more instance of a series that is elsewhere
      self->is_override = TRUE;
      self->recurrence_id = self->start;
    }
  } else if (self->takes_back && !self->is_override) {
    self->has_start = FALSE;
    read_version (reader, self);
    return g_steal_pointer (&self);
  } else if (self->is_override && self->status == PO_STATUS_CANCELLED) {
    self->start = self->recurrence_id; // a cancellation need not say more
  } else {
    po_file_report_error (reader->report, "no-dtstart", vevent->line, self->uid, "DTSTART",
                          _ ("it is missing; the event was left out"));
    return NULL;
  }
  if (!read_length (reader, self) || !read_series (reader, self))
    return NULL;
  read_version (reader, self);
  read_related (self);
  return g_steal_pointer (&self);
}

static void alarm_clear (gpointer data) {
  g_strfreev (((PoValarm *)data)->attendees);
}

void po_event_free (PoEvent *self) {
  if (self == NULL)
    return;
  g_free (self->uid);
  g_clear_pointer (&self->rules, g_ptr_array_unref);
  g_clear_pointer (&self->exrules, g_ptr_array_unref);
  g_clear_pointer (&self->until_utc, g_array_unref);
  g_clear_pointer (&self->rdates, g_array_unref);
  g_clear_pointer (&self->exdates, g_array_unref);
  g_free (self->related_to);
  g_free (self->fallback);
  for (guint i = 0; i < self->n_attach; i++)
    po_attach_clear (&self->attach[i]);
  g_free (self->attach);
  g_free (self->location_media);
  for (guint i = 0; self->alarms != NULL && i < self->alarms->len; i++)
    alarm_clear (&g_array_index (self->alarms, PoValarm, i));
  g_clear_pointer (&self->alarms, g_array_unref);
  g_free (self);
}
