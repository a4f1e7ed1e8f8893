// SPDX-License-Identifier: GPL-3.0-or-later
// Where the readers of one calendar file put what they find: PoFinding with the file's name filled in, and an end to
// it, so that a file of a million faults does not fill the memory. Used by one thread at a time.
#pragma once

#include "model/finding.h"

typedef struct {
  GPtrArray *findings; // (transfer none) PoFinding
  const gchar *file;   // base name
  guint taken[3];      // of each severity
} PoFileReport;

/** So many findings of one severity are kept for one file; one more says that there were others. */
#define PO_FILE_REPORT_MAX 500

void po_file_report_add (PoFileReport *self, PoSeverity severity, const gchar *code, guint line, const gchar *uid,
                         const gchar *property, const gchar *format, ...) G_GNUC_PRINTF (7, 8);

#define po_file_report_error(self, code, line, uid, property, ...)                                                     \
  po_file_report_add (self, PO_SEVERITY_ERROR, code, line, uid, property, __VA_ARGS__)
#define po_file_report_warning(self, code, line, uid, property, ...)                                                   \
  po_file_report_add (self, PO_SEVERITY_WARNING, code, line, uid, property, __VA_ARGS__)
#define po_file_report_note(self, code, line, uid, property, ...)                                                      \
  po_file_report_add (self, PO_SEVERITY_NOTE, code, line, uid, property, __VA_ARGS__)
