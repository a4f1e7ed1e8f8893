// SPDX-License-Identifier: GPL-3.0-or-later
// The programme guide of a week for those who ask over the API. Main thread, but for the writing itself, which plans a
// week; it is made anew only when the plan has changed, or the day.
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
typedef struct _PoGuideWork PoGuideWork;

PoGuide *po_guide_new (void); // (transfer full)
void po_guide_free (PoGuide *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoGuide, po_guide_free)

/** XMLTV from this day's midnight on, if it is kept and still holds. (transfer none) until the next call (nullable) */
const gchar *po_guide_text (PoGuide *self, const PoGuideParts *parts, PoTimeNs now_ns);

/** Else it is begun here, (transfer full), */
PoGuideWork *po_guide_begin (PoGuide *self, const PoGuideParts *parts, PoTimeNs now_ns);
/** written in any thread by a @station of that thread, (transfer full), */
gchar *po_guide_write (PoGuideWork *work, PoStation *station);
/** and kept here. */
void po_guide_keep (PoGuide *self, const PoGuideWork *work, const gchar *text);
void po_guide_work_free (PoGuideWork *work);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoGuideWork, po_guide_work_free)

/** Changes with all that a plan from @from_ns on depends on. (transfer full) */
gchar *po_guide_key (const PoGuideParts *parts, PoTimeNs from_ns);
