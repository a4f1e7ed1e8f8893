// SPDX-License-Identifier: GPL-3.0-or-later
// An alarm is told once, again when its words change, and once more when it is over.
#include "daemon/alarms.h"

typedef struct {
  guint raised, cleared;
} Told;

static void on_change (const gchar *id, PoSeverity severity, const gchar *text, gboolean raised, gpointer user) {
  Told *told = user;
  if (raised)
    told->raised++;
  else
    told->cleared++;
}

static void test_once (void) {
  Told told = {0};
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  for (gint i = 0; i < 5; i++)
    po_alarms_raise (alarms, "disk", PO_SEVERITY_ERROR, i, "Make room.", "%s is full", "/srv");
  g_assert_cmpuint (told.raised, ==, 1);
  po_alarms_raise (alarms, "disk", PO_SEVERITY_ERROR, 9, "Make room.", "%s is full", "/var");
  g_assert_cmpuint (told.raised, ==, 2);
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_ERROR), ==, 1);
  po_alarms_clear (alarms, "disk");
  po_alarms_clear (alarms, "disk");
  g_assert_cmpuint (told.cleared, ==, 1);
}

// The instant an alarm began stays when its words change, and the worst comes first.
static void test_list (void) {
  Told told = {0};
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  po_alarms_raise (alarms, "note", PO_SEVERITY_WARNING, 0, "", "older and milder");
  po_alarms_raise (alarms, "bad", PO_SEVERITY_ERROR, PO_NS_PER_SECOND, "Act.", "first words");
  po_alarms_raise (alarms, "bad", PO_SEVERITY_ERROR, 5 * PO_NS_PER_SECOND, "Act.", "second words");
  g_autoptr (JsonNode) list = po_alarms_to_json (alarms);
  JsonObject *first = json_array_get_object_element (json_node_get_array (list), 0);
  g_assert_cmpstr (json_object_get_string_member (first, "id"), ==, "bad");
  g_assert_cmpstr (json_object_get_string_member (first, "since"), ==, "1970-01-01T00:00:01Z");
  g_assert_cmpstr (json_object_get_string_member (first, "text"), ==, "second words");
  g_assert_cmpstr (json_object_get_string_member (first, "what_to_do"), ==, "Act.");
}

// Findings that are gone take their alarms with them; notes raise none.
static void test_findings (void) {
  Told told = {0};
  g_autoptr (PoAlarms) alarms = po_alarms_new (on_change, &told);
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_ERROR, "a", "x.ics", 3, "u", NULL, "wrong"));
  g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_WARNING, "a", "x.ics", 9, "v", NULL, "odd"));
  g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_WARNING, "a", "x.ics", 9, "v", NULL, "odd on another day"));
  g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_NOTE, "b", "x.ics", 4, "w", NULL, "by the way"));
  po_alarms_raise (alarms, "other", PO_SEVERITY_ERROR, 0, "", "stays");
  po_alarms_raise_findings (alarms, "schedule:", findings, 0, "Mend it.");
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_NOTE), ==, 3);
  g_ptr_array_remove_index (findings, 0);
  po_alarms_raise_findings (alarms, "schedule:", findings, 0, "Mend it.");
  g_assert_cmpuint (po_alarms_count (alarms, PO_SEVERITY_NOTE), ==, 2);
  g_assert_cmpuint (told.cleared, ==, 1);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/alarms/once", test_once);
  g_test_add_func ("/daemon/alarms/list", test_list);
  g_test_add_func ("/daemon/alarms/findings", test_findings);
  return g_test_run ();
}
