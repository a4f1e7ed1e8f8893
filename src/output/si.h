// SPDX-License-Identifier: GPL-3.0-or-later
// Service information in a transport stream (EN 300 468): the service's name, what is on now and next, the time. Builds
// the sections, all text as UTF-8, and a carousel that puts them in the place of a constant-bitrate stream's padding,
// so that neither its rate nor its clock references change, or between the packets of a stream that has no rate, in a
// file. Pure arithmetic on bytes.
//
// The multiplexer could carry sections too, but keeps one of each table only: it has no place for now *and* next.
#pragma once

#include "model/time.h"

#define PO_SI_PID_SDT 0x11
#define PO_SI_PID_EIT 0x12
#define PO_SI_PID_TDT 0x14

/** PoProgramme: one programme as viewers are told of it. */
typedef struct {
  guint16 event_id;
  PoTimeNs start_ns;
  gint64 duration_ns;
  guint from_age; // in years; 0 = nothing is said
  gchar *title;
  gchar *text; // (nullable)
} PoProgramme;

PoProgramme *po_programme_copy (const PoProgramme *self); // (nullable) gives NULL. (transfer full)
void po_programme_free (PoProgramme *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoProgramme, po_programme_free)
gboolean po_programme_equal (const PoProgramme *a, const PoProgramme *b); // (nullable) of both

/** The same for one airing whatever the plan makes of it; never 0. */
guint16 po_programme_event_id (const gchar *uid, const gchar *instance);

/** Sections, whole with their checksums. (transfer full) */
GBytes *po_si_sdt (const gchar *service_name, gboolean has_programmes);
/** @programme: (nullable) nothing is on. @is_following: what comes next. */
GBytes *po_si_eit (const PoProgramme *programme, gboolean is_following, guint version);
GBytes *po_si_tdt (PoTimeNs utc_ns);

/** PoSiCarousel: sections that come again and again. */
typedef struct _PoSiCarousel PoSiCarousel;

PoSiCarousel *po_si_carousel_new (void); // (transfer full)
void po_si_carousel_free (PoSiCarousel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSiCarousel, po_si_carousel_free)

typedef enum { PO_SI_PRESENT, PO_SI_FOLLOWING, PO_SI_TIME, PO_N_SI_PLACES } PoSiPlace;

/** From now on @section (nullable: none) is in @place, and due; but the time keeps its turn. Takes a reference. */
void po_si_carousel_set (PoSiCarousel *self, PoSiPlace place, GBytes *section);

/** The next packets of the stream, at @running_ns: padding among them becomes what is due. @size is a multiple of 188.
 */
void po_si_carousel_fill (PoSiCarousel *self, gint64 running_ns, guint8 *packets, gsize size);
/** What is due at @running_ns, as packets to put between others; NULL: nothing. (transfer full) (nullable) */
GByteArray *po_si_carousel_take (PoSiCarousel *self, gint64 running_ns);
