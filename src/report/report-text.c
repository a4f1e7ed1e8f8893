// SPDX-License-Identifier: GPL-3.0-or-later
// The report in sentences, as they are pasted into the station's own.
#include "model/text.h"
#include "report/report.h"

#define DAY_NS (24 * 3600 * PO_NS_PER_SECOND)

guint po_report_series_permille (const PoReportSeries *self) {
  return self->planned > 0 ? (self->count[PO_REPORT_AIRED] + self->made_up) * 1000 / self->planned : 0;
}

// How often, from the middle step between its starts; a change of clocks does not make a week another. (transfer full)
static gchar *step_text (gint64 step_ns) {
  gint64 days = (step_ns + DAY_NS / 2) / DAY_NS;
  if (step_ns <= 0)
    return g_strdup (_ ("once"));
  if (days == 0)
    return g_strdup (_ ("several times a day"));
  if (days == 1)
    return g_strdup (_ ("daily"));
  if (days >= 28 && days <= 31)
    return g_strdup (_ ("monthly"));
  if (days >= 89 && days <= 92)
    return g_strdup (_ ("quarterly"));
  if (days % 7 == 0)
    return g_strdup_printf (NG_ ("every week", "every %d weeks", (gulong)(days / 7)), (gint)(days / 7));
  return g_strdup_printf (_ ("every %d days"), (gint)days);
}

// (transfer full)
static gchar *percent_text (guint permille) {
  return permille % 10 == 0 ? g_strdup_printf ("%u", permille / 10)
                            : g_strdup_printf (_ ("%u.%u"), permille / 10, permille % 10);
}

gchar *po_report_step_text (const PoReportSeries *self) {
  return step_text (self->step_ns);
}

gchar *po_report_percent_text (const PoReportSeries *self) {
  return percent_text (po_report_series_permille (self));
}

static void add_count (GString *text, const gchar *format, guint count) {
  if (count == 0)
    return;
  g_string_append (text, ", ");
  g_string_append_printf (text, format, count);
}

gchar *po_report_series_sentence (const PoReportSeries *self) {
  g_autofree gchar *step = step_text (self->step_ns);
  g_autofree gchar *percent = percent_text (po_report_series_permille (self));
  guint done = self->count[PO_REPORT_AIRED] + self->made_up;
  GString *text = g_string_new (NULL);
  g_string_append_printf (text,
                          self->live ? _ ("%02u/%02u live programmes of “%s” were carried out (%s), %s%% of the plan")
                                     : _ ("%02u/%02u programmes of “%s” were aired (%s), %s%% of the plan"),
                          done, self->planned, self->title != NULL ? self->title : self->uid, step, percent);
  add_count (text, _ ("%u of them moved"), self->moved);
  add_count (text, _ ("%u made up by a repeat"), self->made_up);
  add_count (text, _ ("%u in part only"), self->count[PO_REPORT_PARTIAL]);
  add_count (text, _ ("%u cancelled"), self->count[PO_REPORT_CANCELLED]);
  add_count (text, _ ("%u missed"), self->count[PO_REPORT_MISSED]);
  add_count (text, _ ("%u removed from the calendar"), self->count[PO_REPORT_REMOVED]);
  add_count (text, _ ("%u withdrawn"), self->count[PO_REPORT_WITHDRAWN]);
  add_count (text, _ ("%u still to come"), self->count[PO_REPORT_TO_COME]);
  add_count (text, _ ("%u owed"), self->owed);
  return g_string_free (text, FALSE);
}

gchar *po_report_paragraph (const PoReport *self) {
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < self->series->len; i++) {
    g_autofree gchar *sentence = po_report_series_sentence (self->series->pdata[i]);
    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", sentence);
  }
  // Translators: around all the sentences of a report, such as “Thực hiện %s.”
  return text->len > 0 ? g_strdup_printf (_ ("%s."), text->str) : g_strdup ("");
}
