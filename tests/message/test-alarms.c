// SPDX-License-Identifier: GPL-3.0-or-later
// The one list of alarms: each change is told once; what comes and goes is one alarm; who has seen it stays known, over
// a restart too.
#include "message/alarms.h"

#include "model/error.h"

#define S(seconds) ((gint64)(seconds)*PO_NS_PER_SECOND)

typedef struct {
  guint count[PO_ALARM_LAST_ + 1];
  gchar *text; // of the last
  gchar *uid, *title;
} Told;

static void told_clear (Told *told) {
  g_free (told->text);
  g_free (told->uid);
  g_free (told->title);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Told, told_clear)

static void on_change (const PoAlarm *alarm, PoAlarmChange change, PoTimeNs now_ns, gpointer user) {
  Told *told = user;
  told->count[change]++;
  told_clear (told);
  told->text = g_strdup (alarm->text);
  told->uid = g_strdup (alarm->uid);
  told->title = g_strdup (alarm->title);
}

static void put_up (PoAlarms *alarms, const gchar *id, PoSeverity severity, PoTimeNs now_ns, const gchar *text) {
  po_alarms_raise (alarms, id, severity, now_ns, "Act.", "%s", text);
}

static const PoAlarm *only (PoAlarms *alarms) {
  g_autoptr (GPtrArray) list = po_alarms_list (alarms);
  g_assert_cmpuint (list->len, ==, 1);
  return list->pdata[0];
}

// Words that keep changing are told at once when they are news, and then not more often than once a minute.
static void test_once (void) {
  g_auto (Told) told = {0};
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  for (gint i = 0; i < 5; i++)
    put_up (alarms, "disk", PO_SEVERITY_ERROR, S (i), "/srv is full");
  g_assert_cmpuint (told.count[PO_ALARM_RAISED], ==, 1);
  put_up (alarms, "disk", PO_SEVERITY_ERROR, S (9), "/srv is fuller");
  g_assert_cmpuint (told.count[PO_ALARM_CHANGED], ==, 1);
  g_assert_cmpstr (told.text, ==, "/srv is fuller");
  put_up (alarms, "disk", PO_SEVERITY_ERROR, S (10), "/srv is fullest");
  po_alarms_tick (alarms, S (68));
  g_assert_cmpuint (told.count[PO_ALARM_CHANGED], ==, 1);
  po_alarms_tick (alarms, S (69));
  po_alarms_tick (alarms, S (70));
  g_assert_cmpuint (told.count[PO_ALARM_CHANGED], ==, 2);
  g_assert_cmpstr (told.text, ==, "/srv is fullest");
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_ERROR), ==, 1);
  po_alarms_clear (alarms, "disk");
  po_alarms_clear (alarms, "disk");
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 1);
}

// The instant an alarm began stays when its words change, and the worst comes first.
static void test_list (void) {
  g_auto (Told) told = {0};
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  const PoAlarmEvent event = {"u@s", "2027-01-06T12:00:00Z", "Thời sự"};
  put_up (alarms, "note", PO_SEVERITY_WARNING, 0, "older and milder");
  po_alarms_raise_for (alarms, "bad", PO_SEVERITY_ERROR, S (1), &event, "Act.", "first words");
  po_alarms_raise_for (alarms, "bad", PO_SEVERITY_ERROR, S (5), &event, "Act.", "second words");
  g_autoptr (JsonNode) list = po_alarms_to_json (alarms);
  JsonObject *first = json_array_get_object_element (json_node_get_array (list), 0);
  JsonObject *about = json_object_get_object_member (first, "event");
  g_assert_cmpstr (json_object_get_string_member (first, "id"), ==, "bad");
  g_assert_cmpstr (json_object_get_string_member (first, "since"), ==, "1970-01-01T00:00:01Z");
  g_assert_cmpstr (json_object_get_string_member (first, "text"), ==, "second words");
  g_assert_cmpstr (json_object_get_string_member (first, "what_to_do"), ==, "Act.");
  g_assert_cmpstr (json_object_get_string_member (about, "title"), ==, "Thời sự");
  g_assert_true (json_object_get_null_member (first, "acknowledged"));
}

// Findings that are gone take their alarms with them; notes raise none.
static void test_findings (void) {
  g_auto (Told) told = {0};
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_ERROR, "a", "x.ics", 3, "u", NULL, "wrong"));
  g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_WARNING, "a", "x.ics", 9, "v", NULL, "odd"));
  g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_WARNING, "a", "x.ics", 9, "v", NULL, "odd on another day"));
  g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_NOTE, "b", "x.ics", 4, "w", NULL, "by the way"));
  put_up (alarms, "other", PO_SEVERITY_ERROR, 0, "stays");
  po_alarms_raise_findings (alarms, "schedule:", findings, 0, "Mend it.");
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_NOTE), ==, 3);
  g_assert_cmpstr (told.uid, ==, "v");
  g_ptr_array_remove_index (findings, 0);
  po_alarms_raise_findings (alarms, "schedule:", findings, 0, "Mend it.");
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_NOTE), ==, 2);
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 1);
}

// A programme comes first, and then where it stands; of what names none, where it is.
static void test_finding_texts (void) {
  static const struct {
    const gchar *file;
    guint line;
    const gchar *property, *title, *message, *text;
  } rows[] = {
      {"mua.ics", 3, "ATTACH", "Tập 7", "“Tập 7”, 19:45: no clip", "“Tập 7”, 19:45: no clip (in mua.ics, line 3)"},
      {"tap-7.mp4", 0, NULL, "Tập 7", "“Tập 7” airs as it is", "“Tập 7” airs as it is (concerning tap-7.mp4)"},
      {"mua.ics", 3, "DTSTART", NULL, "it is missing", "mua.ics:3: DTSTART: it is missing"},
      {"mua.ics", 0, NULL, "Tập 7", "cannot be read", "mua.ics: cannot be read"},
      {NULL, 0, NULL, "Tập 7", "“Tập 7” is odd", "“Tập 7” is odd"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (Told) told = {0};
    g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
    g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
    PoFinding *finding = po_finding_new (PO_SEVERITY_WARNING, "a", rows[i].file, rows[i].line, "u", rows[i].property,
                                         "%s", rows[i].message);
    finding->title = g_strdup (rows[i].title);
    g_ptr_array_add (findings, finding);
    po_alarms_raise_findings (alarms, "plan:", findings, 0, "Mend it.");
    g_assert_cmpstr (told.text, ==, rows[i].text);
  }
}

// A fault in each of a thousand events is told of a hundred, the errors first, and as one of all the rest.
static void test_storm (void) {
  g_auto (Told) told = {0};
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  for (guint i = 0; i < 20000; i++)
    g_ptr_array_add (findings, po_finding_new (i < 4000 ? PO_SEVERITY_WARNING : PO_SEVERITY_ERROR, "a", "x.ics", i + 1,
                                               "u", NULL, "wrong"));
  for (guint i = 0; i < 3; i++)
    po_alarms_raise_findings (alarms, "schedule:", findings, S (i), "Mend it.");
  g_assert_cmpuint (told.count[PO_ALARM_RAISED], ==, 101);
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 0);
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_ERROR), ==, 101);
  g_assert_nonnull (strstr (told.text, "19900 more"));
  g_ptr_array_set_size (findings, 1);
  po_alarms_raise_findings (alarms, "schedule:", findings, S (3), "Mend it.");
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_NOTE), ==, 1);
}

// An output that falls over every ten seconds is told three times, not all night; and once that it is over.
static void test_flapping (void) {
  g_auto (Told) told = {0};
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  for (gint i = 0; i < 100; i++) {
    put_up (alarms, "output:main", PO_SEVERITY_ERROR, S (10 * i), "no route");
    po_alarms_tick (alarms, S (10 * i + 5));
    po_alarms_clear (alarms, "output:main");
  }
  g_assert_cmpuint (told.count[PO_ALARM_RAISED], ==, 3);
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 2);
  g_assert_nonnull (strstr (only (alarms)->text, "comes and goes"));
  po_alarms_tick (alarms, S (995 + 299));
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 2);
  po_alarms_tick (alarms, S (995 + 300));
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 3);
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_NOTE), ==, 0);
}

// A clock that is set back by hours does not keep up for hours what is over, nor untold what has changed.
static void test_clock_set_back (void) {
  g_auto (Told) told = {0};
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  for (gint i = 0; i < 3; i++) {
    put_up (alarms, "output:main", PO_SEVERITY_ERROR, S (90000 + 10 * i), "no route");
    po_alarms_clear (alarms, "output:main");
  }
  put_up (alarms, "disk", PO_SEVERITY_ERROR, S (90020), "full");
  put_up (alarms, "disk", PO_SEVERITY_ERROR, S (90020), "fuller");
  put_up (alarms, "disk", PO_SEVERITY_ERROR, S (90020), "fullest");
  g_assert_cmpuint (told.count[PO_ALARM_CHANGED], ==, 1);
  po_alarms_tick (alarms, S (100));
  po_alarms_tick (alarms, S (100 + 59));
  g_assert_cmpuint (told.count[PO_ALARM_CHANGED], ==, 1);
  po_alarms_tick (alarms, S (100 + 60));
  g_assert_cmpuint (told.count[PO_ALARM_CHANGED], ==, 2);
  po_alarms_tick (alarms, S (100 + 299));
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 2);
  po_alarms_tick (alarms, S (100 + 300));
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 3);
  po_alarms_tick (alarms, S (100 + 900));
  put_up (alarms, "output:main", PO_SEVERITY_ERROR, S (100 + 900), "no route"); // it does not come and go now
  po_alarms_clear (alarms, "output:main");
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 4);
}

// It counts for what was seen: not for something worse, nor for the next time.
static void test_acknowledge (void) {
  g_auto (Told) told = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  g_assert_false (po_alarms_acknowledge (alarms, "x", "Lan", 0, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  put_up (alarms, "x", PO_SEVERITY_WARNING, S (1), "odd");
  g_assert_true (po_alarms_acknowledge (alarms, "x", "Lan", S (2), NULL));
  g_assert_true (po_alarms_acknowledge (alarms, "x", "Minh", S (3), NULL));
  g_assert_cmpstr (only (alarms)->acknowledged_by, ==, "Lan");
  g_assert_cmpint (only (alarms)->acknowledged_ns, ==, S (2));
  g_assert_cmpuint (told.count[PO_ALARM_ACKNOWLEDGED], ==, 1);
  put_up (alarms, "x", PO_SEVERITY_ERROR, S (4), "worse");
  g_assert_null (only (alarms)->acknowledged_by);
  g_assert_true (po_alarms_acknowledge (alarms, "x", "Lan", S (5), NULL));
  po_alarms_clear (alarms, "x");
  put_up (alarms, "x", PO_SEVERITY_ERROR, S (6), "again");
  g_assert_null (only (alarms)->acknowledged_by);
}

static PoAlarm *left_up (const gchar *id, const gchar *who) {
  PoAlarm *alarm = po_alarm_new (id, PO_SEVERITY_ERROR, S (10));
  alarm->acknowledged_by = g_strdup (who);
  alarm->acknowledged_ns = who != NULL ? S (20) : PO_TIME_NONE;
  return alarm;
}

// Over a restart an alarm keeps its beginning and who has seen it; what is not raised again was over.
static void test_inherit (void) {
  g_auto (Told) told = {0};
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func ((GDestroyNotify)po_alarm_free);
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  g_ptr_array_add (before, left_up ("early", "Lan"));
  g_ptr_array_add (before, left_up ("late", "Minh"));
  g_ptr_array_add (before, left_up ("gone", NULL));
  put_up (alarms, "early", PO_SEVERITY_ERROR, S (100), "before the record could be read");
  po_alarms_inherit (alarms, before, S (160));
  put_up (alarms, "late", PO_SEVERITY_ERROR, S (110), "after");
  g_autoptr (GPtrArray) list = po_alarms_list (alarms);
  for (guint i = 0; i < 2; i++) {
    const PoAlarm *alarm = list->pdata[i];
    g_assert_cmpint (alarm->since_ns, ==, S (10));
    g_assert_cmpint (alarm->acknowledged_ns, ==, S (20));
    g_assert_cmpstr (alarm->acknowledged_by, ==, i == 0 ? "Lan" : "Minh");
  }
  po_alarms_tick (alarms, S (159));
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 0);
  po_alarms_tick (alarms, S (160));
  po_alarms_tick (alarms, S (161));
  g_assert_cmpuint (told.count[PO_ALARM_CLEARED], ==, 1);
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_NOTE), ==, 2);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/alarms/once", test_once);
  g_test_add_func ("/message/alarms/list", test_list);
  g_test_add_func ("/message/alarms/findings", test_findings);
  g_test_add_func ("/message/alarms/finding-texts", test_finding_texts);
  g_test_add_func ("/message/alarms/storm", test_storm);
  g_test_add_func ("/message/alarms/flapping", test_flapping);
  g_test_add_func ("/message/alarms/clock-set-back", test_clock_set_back);
  g_test_add_func ("/message/alarms/acknowledge", test_acknowledge);
  g_test_add_func ("/message/alarms/inherit", test_inherit);
  return g_test_run ();
}
