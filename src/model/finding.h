// SPDX-License-Identifier: GPL-3.0-or-later
// One thing that is wrong, or worth knowing, about a calendar, a plan, a clip: what `check` prints and the page shows.
// `file:line: severity: UID property: what is wrong; what was done about it`. A plain value in a GPtrArray.
#pragma once

#include "model/time.h"

typedef enum { PO_SEVERITY_NOTE, PO_SEVERITY_WARNING, PO_SEVERITY_ERROR } PoSeverity;

typedef struct {
  PoSeverity severity;
  gchar *code;               // stable machine word, e.g. "rrule-invalid", "overlap", "missing-media"
  gchar *file;               // (nullable)
  guint line;                // 0 = none
  gchar *uid;                // (nullable)
  gchar *instance;           // (nullable)
  gchar *title;              // (nullable) the event's, for people
  gchar *property;           // (nullable)
  PoTimeNs start_ns, end_ns; // the span on air concerned, or PO_TIME_NONE
  gchar *message;            // translated: what is wrong; what was done about it / what to do
} PoFinding;

PoFinding *po_finding_new (PoSeverity severity, const gchar *code, const gchar *file, guint line, const gchar *uid,
                           const gchar *property, const gchar *format, ...) G_GNUC_PRINTF (7, 8);
PoFinding *po_finding_copy (const PoFinding *self); // (transfer full)
void po_finding_free (PoFinding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoFinding, po_finding_free)
GPtrArray *po_findings_copy (GPtrArray *findings); // (transfer full)

const gchar *po_severity_to_string (PoSeverity severity); // "warning", untranslated

/** The one-line form above. (transfer full) */
gchar *po_finding_to_string (const PoFinding *self);
