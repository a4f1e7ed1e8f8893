// SPDX-License-Identifier: GPL-3.0-or-later
// The programme guide as XMLTV: what the plan will air, with what the calendars say about it. Pure; any thread.
#pragma once

#include "model/item.h"

typedef struct {
  const gchar *channel_id; // like a domain: "vtv.playoutd.invalid"
  const gchar *channel_name;
  GTimeZone *zone; // in which times are written
} PoXmltvSettings;

/** Each unbroken stretch of one event in @rundown becomes a programme, so that none overlap; fill between events is
 * none. @occurrences: PoOccurrence that the plan was made from. (transfer full), UTF-8 */
gchar *po_xmltv_write (const PoXmltvSettings *settings, PoRundown *rundown, GPtrArray *occurrences);
