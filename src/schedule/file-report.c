// SPDX-License-Identifier: GPL-3.0-or-later
// Counts what one file has reported.
#include "schedule/file-report.h"

#include "model/text.h"

void po_file_report_add (PoFileReport *self, PoSeverity severity, const gchar *code, guint line, const gchar *uid,
                         const gchar *property, const gchar *format, ...) {
  if (self->taken[severity] > PO_FILE_REPORT_MAX)
    return;
  if (self->taken[severity]++ == PO_FILE_REPORT_MAX) {
    g_ptr_array_add (self->findings,
                     po_finding_new (severity, "too-many-findings", self->file, line, NULL, NULL,
                                     _ ("too many faults; those of the same kind that follow are not listed")));
    return;
  }
  va_list args;
  va_start (args, format);
  g_autofree gchar *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (self->findings, po_finding_new (severity, code, self->file, line, uid, property, "%s", message));
}
