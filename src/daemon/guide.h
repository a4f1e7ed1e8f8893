// SPDX-License-Identifier: GPL-3.0-or-later
// The programme guide of a week for those who ask over the API. Main thread; it is made anew only when the plan has
// changed, or the day.
#pragma once

#include "config/config.h"
#include "log/log.h"
#include "station/station.h"

typedef struct {
  PoConfig *config;
  PoStation *station;
  PoLog *log;
  GTimeZone *zone;
} PoGuideParts; // borrowed

typedef struct _PoGuide PoGuide;

PoGuide *po_guide_new (void); // (transfer full)
void po_guide_free (PoGuide *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoGuide, po_guide_free)

/** XMLTV from this day's midnight on. (transfer none) until the next call */
const gchar *po_guide_text (PoGuide *self, const PoGuideParts *parts, PoTimeNs now_ns);

/** Changes with all that a plan from @from_ns on depends on. (transfer full) */
gchar *po_guide_key (const PoGuideParts *parts, PoTimeNs from_ns);
