// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/alarms.h"

#include <string.h>

#include "json/tree.h"
#include "message/alarm-json.h"
#include "model/error.h"
#include "model/text.h"

#define RETELL_NS     (60 * PO_NS_PER_SECOND)  // words that changed again are told this often at most
#define MOST_FINDINGS 100                      // alarms of one kind
#define MOST_EXAMINED 5000                     // findings of one kind; these are looked at each second
#define FLAP_TIMES    3                        // raised so often
#define FLAP_NS       (600 * PO_NS_PER_SECOND) // within this: it comes and goes
#define FLAP_QUIET_NS (300 * PO_NS_PER_SECOND) // then it is over only after so long without it

typedef struct {
  PoAlarm alarm; // in this process's language
  gchar *words;  // its text, without what is said of one that comes and goes
  gchar *text;   // and with it; both in all languages, as is
  gchar *what_to_do;
  PoTimeNs told_ns;   // when a change of its words was last told; PO_TIME_NONE: not yet
  gboolean is_retold; // a change of words alone is worth telling
  gboolean is_changed;
  gboolean is_flapping;
  PoTimeNs quiet_ns; // since when a flapping one is not raised; PO_TIME_NONE: it is
} Entry;

typedef struct {
  PoTimeNs raised_ns[FLAP_TIMES]; // the latest first; PO_TIME_NONE = none
} Past;

struct _PoAlarms {
  GHashTable *by_id;     // id -> Entry, owned
  GHashTable *past;      // id -> Past
  GHashTable *inherited; // id -> PoAlarm
  PoTimeNs inherited_until_ns;
  PoTimeNs now_ns; // the latest that was heard of
  PoAlarmFunc on_change;
  gpointer user;
};

static void entry_free (Entry *entry) {
  g_free (entry->alarm.id);
  g_free (entry->alarm.uid);
  g_free (entry->alarm.instance);
  g_free (entry->alarm.title);
  g_free (entry->alarm.text);
  g_free (entry->alarm.what_to_do);
  g_free (entry->alarm.acknowledged_by);
  g_free (entry->words);
  g_free (entry->text);
  g_free (entry->what_to_do);
  g_free (entry);
}

PoAlarms *po_alarms_new (PoAlarmFunc on_change, gpointer user) {
  PoAlarms *self = g_new0 (PoAlarms, 1);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)entry_free);
  self->past = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->inherited = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)po_alarm_free);
  self->on_change = on_change;
  self->user = user;
  return self;
}

void po_alarms_free (PoAlarms *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->past);
  g_hash_table_unref (self->inherited);
  g_free (self);
}

static void tell (PoAlarms *self, Entry *entry, PoAlarmChange change) {
  if (change == PO_ALARM_RAISED || change == PO_ALARM_CHANGED) {
    entry->told_ns = change == PO_ALARM_CHANGED ? self->now_ns : PO_TIME_NONE;
    entry->is_changed = FALSE;
  }
  self->on_change (&entry->alarm, change, self->now_ns, self->user);
}

// The first change of words is news (a source that brought no picture is gone now); what keeps changing is none.
static gboolean is_worth_telling (PoAlarms *self, const Entry *entry) {
  return entry->is_changed && entry->is_retold &&
         (entry->told_ns == PO_TIME_NONE || self->now_ns - entry->told_ns >= RETELL_NS);
}

// ---- the clock ----

static void set_back (PoTimeNs *at_ns, gint64 by_ns) {
  if (*at_ns != PO_TIME_NONE)
    *at_ns -= by_ns;
}

// A clock that is set back sets back all that is counted from, lest an alarm stay up or a word untold for as long.
static void hear (PoAlarms *self, PoTimeNs now_ns) {
  const gint64 back_ns = self->now_ns - now_ns;
  GHashTableIter iter;
  gpointer value = NULL;
  self->now_ns = now_ns;
  if (back_ns <= 0)
    return;
  set_back (&self->inherited_until_ns, back_ns);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    set_back (&((Entry *)value)->told_ns, back_ns);
    set_back (&((Entry *)value)->quiet_ns, back_ns);
  }
  g_hash_table_iter_init (&iter, self->past);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    for (guint i = 0; i < FLAP_TIMES; i++)
      set_back (&((Past *)value)->raised_ns[i], back_ns);
}

// ---- coming and going ----

// TRUE: it has come often enough in a short time.
static gboolean note_raising (PoAlarms *self, const gchar *id) {
  Past *past = g_hash_table_lookup (self->past, id);
  if (past == NULL) {
    past = g_new0 (Past, 1);
    for (guint i = 0; i < FLAP_TIMES; i++)
      past->raised_ns[i] = PO_TIME_NONE;
    g_hash_table_insert (self->past, g_strdup (id), past);
  }
  memmove (past->raised_ns + 1, past->raised_ns, sizeof past->raised_ns - sizeof *past->raised_ns);
  past->raised_ns[0] = self->now_ns;
  const PoTimeNs first_ns = past->raised_ns[FLAP_TIMES - 1];
  return first_ns != PO_TIME_NONE && self->now_ns - first_ns < FLAP_NS;
}

static gboolean is_forgotten (gpointer id, gpointer value, gpointer user) {
  PoAlarms *self = user;
  return self->now_ns - ((const Past *)value)->raised_ns[0] > FLAP_NS;
}

// ---- raising ----

static gchar *shown_text (const Entry *entry) {
  return entry->is_flapping ? g_strdup_printf (_ ("%s (it comes and goes)"), entry->words) : g_strdup (entry->words);
}

static Entry *add_entry (PoAlarms *self, const gchar *id) {
  Entry *entry = g_new0 (Entry, 1);
  PoAlarm *before = g_hash_table_lookup (self->inherited, id);
  entry->alarm.id = g_strdup (id);
  entry->alarm.since_ns = before != NULL ? before->since_ns : self->now_ns;
  entry->alarm.acknowledged_by = before != NULL ? g_strdup (before->acknowledged_by) : NULL;
  entry->alarm.acknowledged_ns = before != NULL ? before->acknowledged_ns : PO_TIME_NONE;
  entry->alarm.severity = before != NULL ? before->severity : PO_SEVERITY_NOTE;
  entry->quiet_ns = PO_TIME_NONE;
  entry->is_flapping = note_raising (self, id);
  g_hash_table_remove (self->inherited, id);
  g_hash_table_insert (self->by_id, entry->alarm.id, entry);
  return entry;
}

static void set_text (gchar **place, const gchar *text) {
  if (g_strcmp0 (*place, text) == 0)
    return;
  g_free (*place);
  *place = g_strdup (text);
}

static void set_severity (Entry *entry, PoSeverity severity) {
  if (severity > entry->alarm.severity) { // worse than what was seen
    g_clear_pointer (&entry->alarm.acknowledged_by, g_free);
    entry->alarm.acknowledged_ns = PO_TIME_NONE;
  }
  entry->alarm.severity = severity;
}

static void say (Entry *entry, const gchar *words, const gchar *what_to_do) {
  set_text (&entry->words, words);
  set_text (&entry->what_to_do, what_to_do);
  g_free (entry->text);
  g_free (entry->alarm.text);
  g_free (entry->alarm.what_to_do);
  entry->text = shown_text (entry);
  entry->alarm.text = po_text_pick (entry->text, NULL);
  entry->alarm.what_to_do = po_text_pick (what_to_do, NULL);
}

// @text: (transfer full). @is_retold: a change of words alone is told too.
static void put (PoAlarms *self, const gchar *id, PoSeverity severity, const PoAlarmEvent *event,
                 const gchar *what_to_do, gchar *text, gboolean is_retold) {
  static const PoAlarmEvent nothing;
  g_autofree gchar *words = text;
  Entry *entry = g_hash_table_lookup (self->by_id, id);
  gboolean is_new = entry == NULL;
  if (is_new)
    entry = add_entry (self, id);
  entry->quiet_ns = PO_TIME_NONE;
  gboolean is_news = is_new || entry->alarm.severity != severity;
  if (!is_news && strcmp (entry->words, words) == 0)
    return;
  event = event != NULL ? event : &nothing;
  set_severity (entry, severity);
  say (entry, words, what_to_do);
  set_text (&entry->alarm.uid, event->uid);
  set_text (&entry->alarm.instance, event->instance);
  set_text (&entry->alarm.title, event->title);
  entry->is_changed = TRUE;
  entry->is_retold = is_retold;
  if (is_news)
    tell (self, entry, PO_ALARM_RAISED);
  else if (is_worth_telling (self, entry))
    tell (self, entry, PO_ALARM_CHANGED);
}

G_GNUC_PRINTF (7, 0)
static void raise_with (PoAlarms *self, const gchar *id, PoSeverity severity, PoTimeNs now_ns,
                        const PoAlarmEvent *event, const gchar *what_to_do, const gchar *format, va_list args) {
  hear (self, now_ns);
  put (self, id, severity, event, what_to_do, g_strdup_vprintf (format, args), TRUE);
}

void po_alarms_raise (PoAlarms *self, const gchar *id, PoSeverity severity, PoTimeNs now_ns, const gchar *what_to_do,
                      const gchar *format, ...) {
  va_list args;
  va_start (args, format);
  raise_with (self, id, severity, now_ns, NULL, what_to_do, format, args);
  va_end (args);
}

void po_alarms_raise_for (PoAlarms *self, const gchar *id, PoSeverity severity, PoTimeNs now_ns,
                          const PoAlarmEvent *event, const gchar *what_to_do, const gchar *format, ...) {
  va_list args;
  va_start (args, format);
  raise_with (self, id, severity, now_ns, event, what_to_do, format, args);
  va_end (args);
}

// ---- clearing ----

static void end_entry (PoAlarms *self, Entry *entry) {
  g_hash_table_steal (self->by_id, entry->alarm.id);
  tell (self, entry, PO_ALARM_CLEARED);
  entry_free (entry);
}

void po_alarms_clear (PoAlarms *self, const gchar *id) {
  Entry *entry = g_hash_table_lookup (self->by_id, id);
  if (entry == NULL)
    return;
  if (!entry->is_flapping)
    end_entry (self, entry);
  else if (entry->quiet_ns == PO_TIME_NONE)
    entry->quiet_ns = self->now_ns;
}

void po_alarms_set (PoAlarms *self, const gchar *id, PoSeverity severity, PoTimeNs now_ns, const gchar *problem,
                    const gchar *what_to_do) {
  if (problem != NULL)
    po_alarms_raise (self, id, severity, now_ns, what_to_do, "%s", problem);
  else
    po_alarms_clear (self, id);
}

void po_alarms_clear_prefix (PoAlarms *self, const gchar *prefix, GHashTable *keep) {
  GHashTableIter iter;
  gpointer id = NULL;
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    if (g_str_has_prefix (id, prefix) && (keep == NULL || !g_hash_table_contains (keep, id)))
      g_ptr_array_add (gone, g_strdup (id));
  }
  for (guint i = 0; i < gone->len; i++)
    po_alarms_clear (self, gone->pdata[i]);
}

// What nobody raised again since the earlier life was over before anybody looked.
static void end_inherited (PoAlarms *self) {
  GHashTableIter iter;
  gpointer alarm = NULL;
  if (self->now_ns < self->inherited_until_ns || g_hash_table_size (self->inherited) == 0)
    return;
  g_autoptr (GHashTable) over = g_steal_pointer (&self->inherited);
  self->inherited = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)po_alarm_free);
  g_hash_table_iter_init (&iter, over);
  while (g_hash_table_iter_next (&iter, NULL, &alarm))
    self->on_change (alarm, PO_ALARM_CLEARED, self->now_ns, self->user);
}

void po_alarms_tick (PoAlarms *self, PoTimeNs now_ns) {
  GHashTableIter iter;
  gpointer value = NULL;
  g_autoptr (GPtrArray) over = g_ptr_array_new ();
  hear (self, now_ns);
  end_inherited (self);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Entry *entry = value;
    if (entry->quiet_ns != PO_TIME_NONE && now_ns - entry->quiet_ns >= FLAP_QUIET_NS)
      g_ptr_array_add (over, entry);
    else if (is_worth_telling (self, entry))
      tell (self, entry, PO_ALARM_CHANGED);
  }
  for (guint i = 0; i < over->len; i++)
    end_entry (self, over->pdata[i]);
  g_hash_table_foreach_remove (self->past, is_forgotten, self);
}

// ---- findings ----

// What is wrong with one event in the same way on many days is one alarm.
static gchar *finding_id (const gchar *prefix, const PoFinding *finding) {
  return g_strdup_printf ("%s%s:%s:%u:%s", prefix, finding->code, finding->file != NULL ? finding->file : "",
                          finding->line, finding->uid != NULL ? finding->uid : "");
}

// Of the first @n of @findings.
static GHashTable *count_findings (const gchar *prefix, GPtrArray *findings, guint n) {
  GHashTable *counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < n; i++) {
    gchar *id = finding_id (prefix, findings->pdata[i]);
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, id));
    g_hash_table_insert (counts, id, GUINT_TO_POINTER (count + 1));
  }
  return counts;
}

// (transfer full)
static gchar *with_more (const gchar *text, guint more) {
  if (more == 0)
    return g_strdup (text);
  return g_strdup_printf (NG_ ("%s (and %u more like it)", "%s (and %u more like it)", more), text, more);
}

// What names a programme begins with it, since whoever is woken by it knows programmes, and not lines of files; of
// other things the place comes first. The severity is the alarm's own. (transfer full)
static gchar *finding_text (const PoFinding *finding, guint more) {
  const gboolean is_named = finding->title != NULL && strstr (finding->message, finding->title) != NULL;
  g_autofree gchar *text = with_more (finding->message, more);
  if (finding->file == NULL)
    return g_steal_pointer (&text);
  if (is_named && finding->line > 0)
    return g_strdup_printf (_ ("%s (in %s, line %u)"), text, finding->file, finding->line);
  if (is_named)
    return g_strdup_printf (_ ("%s (concerning %s)"), text, finding->file);
  const gchar *property = finding->property != NULL ? finding->property : "", *mark = *property != '\0' ? ": " : "";
  if (finding->line == 0)
    return g_strdup_printf ("%s: %s%s%s", finding->file, property, mark, text);
  return g_strdup_printf ("%s:%u: %s%s%s", finding->file, finding->line, property, mark, text);
}

typedef struct {
  PoAlarms *alarms;
  const gchar *prefix, *what_to_do;
  GHashTable *counts, *up; // by id: how many there are; those that are raised
  guint n_left;            // findings that are not raised
  PoSeverity worst_left;
} Raising;

static void leave (Raising *self, const PoFinding *finding) {
  self->n_left++;
  self->worst_left = MAX (self->worst_left, finding->severity);
}

static void raise_finding (Raising *self, const PoFinding *finding) {
  g_autofree gchar *id = finding_id (self->prefix, finding);
  if (g_hash_table_contains (self->up, id))
    return;
  if (g_hash_table_size (self->up) >= MOST_FINDINGS) {
    leave (self, finding);
    return;
  }
  const PoAlarmEvent event = {finding->uid, finding->instance, finding->title};
  guint more = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, id)) - 1;
  // As time goes on, the first of them passes and the words change; that is no news.
  put (self->alarms, id, finding->severity, &event, self->what_to_do, finding_text (finding, more), FALSE);
  g_hash_table_add (self->up, g_steal_pointer (&id));
}

// A calendar with a fault in each of a thousand events is one thing to act on, and no thousand letters.
static void raise_rest (Raising *self) {
  if (self->n_left == 0)
    return;
  gchar *id = g_strconcat (self->prefix, "more", NULL);
  put (self->alarms, id, self->worst_left, NULL, self->what_to_do,
       g_strdup_printf (NG_ ("%u more fault besides those listed", "%u more faults besides those listed", self->n_left),
                        self->n_left),
       FALSE);
  g_hash_table_add (self->up, id);
}

void po_alarms_raise_findings (PoAlarms *self, const gchar *prefix, GPtrArray *findings, PoTimeNs now_ns,
                               const gchar *what_to_do) {
  const guint n = MIN (findings->len, MOST_EXAMINED);
  g_autoptr (GHashTable) up = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) counts = count_findings (prefix, findings, n);
  Raising raising = {self, prefix, what_to_do, counts, up, 0, PO_SEVERITY_NOTE};
  hear (self, now_ns);
  for (PoSeverity severity = PO_SEVERITY_ERROR; severity > PO_SEVERITY_NOTE; severity--)
    for (guint i = 0; i < findings->len; i++) {
      const PoFinding *finding = findings->pdata[i];
      if (finding->severity == severity && i < n)
        raise_finding (&raising, finding);
      else if (finding->severity == severity)
        leave (&raising, finding);
    }
  raise_rest (&raising);
  po_alarms_clear_prefix (self, prefix, up);
}

// ---- who has seen it ----

gboolean po_alarms_acknowledge (PoAlarms *self, const gchar *id, const gchar *who, PoTimeNs now_ns, GError **error) {
  Entry *entry = g_hash_table_lookup (self->by_id, id);
  if (entry == NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("there is no alarm “%s” now; it may be over already"), id);
    return FALSE;
  }
  if (entry->alarm.acknowledged_by != NULL)
    return TRUE; // the first who saw it stands
  hear (self, now_ns);
  entry->alarm.acknowledged_by = g_strdup (who);
  entry->alarm.acknowledged_ns = now_ns;
  tell (self, entry, PO_ALARM_ACKNOWLEDGED);
  return TRUE;
}

// One that was raised before the record could be read.
static void take_past (Entry *entry, const PoAlarm *before) {
  entry->alarm.since_ns = MIN (entry->alarm.since_ns, before->since_ns);
  if (entry->alarm.severity > before->severity || entry->alarm.acknowledged_by != NULL)
    return;
  entry->alarm.acknowledged_by = g_strdup (before->acknowledged_by);
  entry->alarm.acknowledged_ns = before->acknowledged_ns;
}

void po_alarms_inherit (PoAlarms *self, GPtrArray *alarms, PoTimeNs until_ns) {
  self->inherited_until_ns = until_ns;
  for (guint i = 0; i < alarms->len; i++) {
    const PoAlarm *before = alarms->pdata[i];
    Entry *entry = g_hash_table_lookup (self->by_id, before->id);
    if (entry != NULL)
      take_past (entry, before);
    else {
      PoAlarm *alarm = po_alarm_copy (before);
      g_hash_table_replace (self->inherited, alarm->id, alarm);
    }
  }
}

// ---- asking ----

guint po_alarms_count (PoAlarms *self, PoSeverity at_least) {
  GHashTableIter iter;
  gpointer entry = NULL;
  guint count = 0;
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    count += ((Entry *)entry)->alarm.severity >= at_least;
  return count;
}

GPtrArray *po_alarms_list (PoAlarms *self) {
  GHashTableIter iter;
  gpointer entry = NULL;
  GPtrArray *list = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    g_ptr_array_add (list, &((Entry *)entry)->alarm);
  g_ptr_array_sort (list, po_alarm_compare);
  return list;
}

JsonNode *po_alarms_to_json (PoAlarms *self) {
  g_autoptr (GPtrArray) list = po_alarms_list (self);
  JsonArray *array = json_array_new ();
  for (guint i = 0; i < list->len; i++) {
    const Entry *entry = list->pdata[i]; // begins with its alarm
    PoAlarm shown = entry->alarm;
    shown.text = entry->text;
    shown.what_to_do = entry->what_to_do;
    json_array_add_object_element (array, po_alarm_to_json (&shown));
  }
  return po_json_array_node (array);
}
