// SPDX-License-Identifier: GPL-3.0-or-later
// Calendars with what they mean: every cases/NAME.ics beside its NAME.expect. An expectation file has, in any order:
//   zone NAME                      the station's (default Asia/Ho_Chi_Minh); begins anew with each window
//   window FROM TO                 what follows is expected in it
//   START END UID INSTANCE RECURRENCE-ID|- [name=value …] [| SUMMARY]   # comment, usually the local time
//   finding LINE SEVERITY CODE     exactly these findings, in this order
//   unusable                       the file as a whole is refused
// "name" is a member of the JSON form; START and END are UTC.
#include <gio/gio.h>
#include <string.h>

#include "schedule/occurrence-json.h"
#include "schedule/schedule.h"

typedef struct {
  const gchar *name;
  gchar *zone;
  PoSchedule *schedule; // for `zone`
  GBytes *bytes;
  GPtrArray *expected; // gchar *, of the open window
  gchar *from, *to;
  guint window_line;
  GString *findings;
} Case;

static PoTimeNs parse_time (const gchar *text) {
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GError) error = NULL;
  PoTimeNs time_ns = 0;
  if (!po_time_parse (text, utc, &time_ns, &error))
    g_error ("%s", error->message);
  return time_ns;
}

static PoSchedule *load (Case *self) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoSchedule) schedule = po_schedule_new (self->zone, &error);
  g_assert_no_error (error);
  g_autofree gchar *file = g_strconcat (self->name, ".ics", NULL);
  if (!po_schedule_add (schedule, file, self->bytes, &error))
    return NULL;
  po_schedule_seal (schedule);
  return g_steal_pointer (&schedule);
}

// The length of the JSON value that begins at @text; the tests' strings hold no brackets or commas.
static gsize value_length (const gchar *text) {
  gint depth = 0;
  for (gsize n = 0;; n++) {
    if (text[n] == '\0' || (depth == 0 && n > 0 && strchr (",}]", text[n]) != NULL))
      return n;
    depth += text[n] == '[' || text[n] == '{' ? 1 : text[n] == ']' || text[n] == '}' ? -1 : 0;
  }
}

// The members of the JSON form that the expected line asks for, in its form.
static gchar *render (const PoOccurrence *occurrence, const gchar *expected) {
  g_autofree gchar *start = po_time_to_utc_string (occurrence->start_ns),
                   *end = po_time_to_utc_string (occurrence->end_ns);
  g_autofree gchar *json = po_occurrence_to_json (occurrence);
  GString *out = g_string_new (NULL);
  g_string_printf (out, "%s %s %s %s %s", start, end, occurrence->uid, occurrence->instance,
                   occurrence->recurrence_id != NULL ? occurrence->recurrence_id : "-");
  g_auto (GStrv) words = g_strsplit (expected != NULL ? expected : "", " ", -1);
  for (guint i = 0; words[i] != NULL && !g_str_equal (words[i], "|"); i++) {
    gchar *equals = i < 5 ? NULL : strchr (words[i], '=');
    if (equals == NULL)
      continue;
    *equals = '\0';
    g_autofree gchar *key = g_strdup_printf ("\"%s\":", words[i]);
    const gchar *value = strstr (json, key);
    value = value != NULL ? value + strlen (key) : "?";
    g_string_append_printf (out, " %s=%.*s", words[i], (gint)value_length (value), value);
  }
  if (expected != NULL && strstr (expected, " | ") != NULL)
    g_string_append_printf (out, " | %s", occurrence->summary);
  return g_string_free (out, FALSE);
}

static void close_window (Case *self) {
  if (self->from == NULL)
    return;
  g_autoptr (GPtrArray) got = po_schedule_occurrences (self->schedule, parse_time (self->from), parse_time (self->to));
  for (guint i = 0; i < MAX (got->len, self->expected->len); i++) {
    const gchar *expected = i < self->expected->len ? g_ptr_array_index (self->expected, i) : NULL;
    g_autofree gchar *line = i < got->len ? render (g_ptr_array_index (got, i), expected) : NULL;
    if (g_strcmp0 (line, expected) != 0)
      g_error ("%s.expect, window in line %u, row %u\n  expected %s\n  got      %s", self->name, self->window_line,
               i + 1, expected, line);
  }
  g_ptr_array_set_size (self->expected, 0);
  g_clear_pointer (&self->from, g_free);
  g_clear_pointer (&self->to, g_free);
}

static void take_line (Case *self, gchar *line, guint number) {
  gchar *comment = strstr (line, " # ");
  if (comment != NULL)
    *comment = '\0';
  g_strchomp (line);
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  if (line[0] == '\0' || line[0] == '#') {
    return;
  } else if (g_str_equal (words[0], "zone")) {
    close_window (self);
    g_free (self->zone);
    self->zone = g_strdup (words[1]);
    g_clear_pointer (&self->schedule, po_schedule_unref);
    self->schedule = load (self);
  } else if (g_str_equal (words[0], "window")) {
    close_window (self);
    self->from = g_strdup (words[1]);
    self->to = g_strdup (words[2]);
    self->window_line = number;
  } else if (g_str_equal (words[0], "unusable")) {
    g_assert_null (self->schedule);
  } else if (g_str_equal (words[0], "finding")) {
    g_string_append_printf (self->findings, "%s\n", line + strlen ("finding "));
  } else {
    g_assert_nonnull (self->from);
    g_ptr_array_add (self->expected, g_strdup (line));
  }
}

static void check_findings (Case *self) {
  g_autoptr (GString) got = g_string_new (NULL);
  if (self->schedule == NULL)
    return;
  g_autoptr (GPtrArray) findings = po_schedule_findings (self->schedule);
  for (guint i = 0; i < findings->len; i++) {
    const PoFinding *finding = g_ptr_array_index (findings, i);
    g_string_append_printf (got, "%u %s %s\n", finding->line, po_severity_to_string (finding->severity), finding->code);
  }
  if (!g_str_equal (got->str, self->findings->str))
    g_error ("%s.expect: findings\nexpected:\n%sgot:\n%s", self->name, self->findings->str, got->str);
}

static void test_case (gconstpointer data) {
  const gchar *name = data;
  g_autofree gchar *ics = g_strdup_printf ("%s/%s.ics", CASES, name),
                   *expect = g_strdup_printf ("%s/%s.expect", CASES, name);
  g_autofree gchar *bytes = NULL, *text = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (ics, &bytes, &size, NULL));
  g_assert_true (g_file_get_contents (expect, &text, NULL, NULL));
  Case self = {.name = name, .zone = g_strdup ("Asia/Ho_Chi_Minh"), .bytes = g_bytes_new (bytes, size)};
  self.expected = g_ptr_array_new_with_free_func (g_free);
  self.findings = g_string_new (NULL);
  self.schedule = load (&self);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    take_line (&self, lines[i], i + 1);
  close_window (&self);
  check_findings (&self);
  g_clear_pointer (&self.schedule, po_schedule_unref);
  g_string_free (self.findings, TRUE);
  g_ptr_array_unref (self.expected);
  g_bytes_unref (self.bytes);
  g_free (self.zone);
}

static gint compare_names (gconstpointer a, gconstpointer b) {
  return strcmp (*(gchar *const *)a, *(gchar *const *)b);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_autoptr (GDir) dir = g_dir_open (CASES, 0, NULL);
  g_assert_nonnull (dir);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (const gchar *file; (file = g_dir_read_name (dir)) != NULL;)
    if (g_str_has_suffix (file, ".expect"))
      g_ptr_array_add (names, g_strndup (file, strlen (file) - strlen (".expect")));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    g_autofree gchar *path = g_strdup_printf ("/schedule/cases/%s", (gchar *)g_ptr_array_index (names, i));
    g_test_add_data_func (path, g_ptr_array_index (names, i), test_case);
  }
  g_assert_cmpuint (names->len, >=, 10);
  return g_test_run ();
}
