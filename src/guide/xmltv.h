// SPDX-License-Identifier: GPL-3.0-or-later
// The programme guide as XMLTV: what the plan will air, with what the calendars say about it. Pure; any thread.
#pragma once

#include "model/item.h"

/** "kenh-mot.playoutd.invalid": what is no letter or digit of ASCII becomes a dash. (transfer full) */
gchar *po_xmltv_channel_id (const gchar *name);

typedef struct {
  const gchar *channel_id; // like a domain: "vtv.playoutd.invalid"
  const gchar *channel_name;
  GTimeZone *zone;   // in which times are written
  GHashTable *aired; // (nullable) clip -> gint64 pointer: when it first aired, before the window
} PoXmltvSettings;

/** A category that is an age mark of the Vietnamese rules (P, K, T13, T16, T18, C13, C16, C18, C) becomes the rating. A
 * clip shown before, in the window or by `aired`, is a repeat. Each unbroken stretch of one event in @rundown becomes a
 * programme, so that none overlap; fill between events is none. @occurrences: PoOccurrence that the plan was made from.
 * (transfer full), UTF-8 */
gchar *po_xmltv_write (const PoXmltvSettings *settings, PoRundown *rundown, GPtrArray *occurrences);
