// SPDX-License-Identifier: GPL-3.0-or-later
// What the desk gives out that is made from much: the report of a window, and the programme guide of a week. Main
// thread; the guide is made anew only when the plan has changed, or the day.
#pragma once

#include <json-glib/json-glib.h>

#include "config/config.h"
#include "log/log.h"
#include "station/station.h"

typedef struct {
  PoConfig *config;
  PoStation *station;
  PoLog *log;
  GTimeZone *zone;
} PoPapersParts; // borrowed

typedef struct _PoPapers PoPapers;

PoPapers *po_papers_new (void); // (transfer full)
void po_papers_free (PoPapers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoPapers, po_papers_free)

/** As `playoutctl report --json`; PO_TIME_NONE: this year. (transfer full) */
JsonNode *po_papers_report (const PoPapersParts *parts, PoTimeNs from_ns, PoTimeNs to_ns, PoTimeNs now_ns,
                            GError **error);

/** XMLTV from this morning on. (transfer none) until the next call */
const gchar *po_papers_guide (PoPapers *self, const PoPapersParts *parts, PoTimeNs now_ns);
