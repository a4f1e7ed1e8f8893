// SPDX-License-Identifier: GPL-3.0-or-later
// If-Match against the rundown's revision: what holds, and what is said where it does not.
#include "control/precondition.h"

#define REVISION "\"rundown_revision\":\"r2\""
#define COMMANDS                                                                                                       \
  "\"last_commands\":{\"skip\":{\"who\":\"lan\",\"time\":\"2027-03-01T12:00:05Z\"},"                                   \
  "\"hold\":{\"who\":\"minh\",\"time\":\"2027-03-01T12:00:09Z\"},\"take\":{\"who\":\"lan\",\"time\":\"2027-02-01T12:"  \
  "00:09Z\"}}"
#define SAME_SECOND                                                                                                    \
  "\"last_commands\":{\"skip\":{\"who\":\"lan\",\"time\":\"2027-03-01T12:00:05Z\"},"                                   \
  "\"hold\":{\"who\":\"minh\",\"time\":\"2027-03-01T12:00:05.5Z\"}}"

static const struct {
  const gchar *if_match, *status, *said; // said: what must stand in it; NULL: it holds
} cases[] = {
    {NULL, "{" REVISION "}", NULL},
    {"\"r2\"", "{" REVISION "}", NULL},
    {"*", "{" REVISION "}", NULL},
    {"\"r1\", \"r2\"", "{" REVISION "}", NULL},
    {"\"r1\"", "{" REVISION "}", "by itself"},
    {"r2", "{" REVISION "}", "by itself"},
    {"W/\"r2\"", "{" REVISION "}", "by itself"},
    {"", "{" REVISION "}", "by itself"},
    {"\"r2", "{" REVISION "}", "by itself"},
    {"\"r1\"", "{" REVISION ",\"last_commands\":{}}", "by itself"},
    {"\"r1\"", "{" REVISION "," COMMANDS "}", "“hold”, by minh at 19:00:09"},
    {"\"r1\"", "{" REVISION "," SAME_SECOND "}", "“hold”, by minh"},
    {"\"\"", "{}", NULL},
    {"\"r1\"", "{}", "moved on"},
};

static void test_cases (void) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonNode) status = json_from_string (cases[i].status, NULL);
    g_autofree gchar *said = po_precondition_broken (cases[i].if_match, json_node_get_object (status), zone);
    g_test_message ("case %u: %s", i, said != NULL ? said : "holds");
    g_assert_cmpint (said != NULL, ==, cases[i].said != NULL);
    if (said != NULL)
      g_assert_nonnull (strstr (said, cases[i].said));
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/precondition", test_cases);
  return g_test_run ();
}
