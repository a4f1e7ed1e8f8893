// SPDX-License-Identifier: GPL-3.0-or-later
// One stretch of air with one source, and the rundown: the immutable list of them that covers a window without hole or
// overlap. `rundown` makes it, the head reads it, log and control show it. Reference counted, any thread.
#pragma once

#include "model/media-facts.h"
#include "model/occurrence.h"

typedef enum {
  PO_ITEM_MEDIA,  // a clip, still or sound of an event
  PO_ITEM_LIVE,   // a live source of an event
  PO_ITEM_FILLER, // a clip of the filler pool
  PO_ITEM_CARD,   // the "up next" card
  PO_ITEM_SLATE,  // the slate, asked for by an operator or for want of everything else
} PoItemKind;

typedef enum {
  PO_REASON_PLANNED,   // as the calendar says
  PO_REASON_GAP,       // fills: nothing is scheduled
  PO_REASON_MISSING,   // fills: the event's media is missing or unfit
  PO_REASON_TENTATIVE, // fills: a placeholder
  PO_REASON_SHORT,     // fills: the media ended before the slot
  PO_REASON_WAITING,   // fills: a manual start not yet taken, a live source not there
  PO_REASON_COMMAND,   // an operator's command put it here
  PO_REASON_RETURN,    // a pre-empted event comes back
} PoReason;

/** The UID of what an operator put on air: no calendar has it. */
#define PO_INSERT_UID "playout-insert"

const gchar *po_item_kind_to_string (PoItemKind kind); // "media"
const gchar *po_reason_to_string (PoReason reason);    // "planned"

/** PoItem: its texts are borrowed; those of one made by po_item_copy() lie in the same block of memory. */
typedef struct {
  PoFrame start; // on air during [start, end)
  PoFrame end;
  PoItemKind kind;
  PoReason reason;

  // Who it is: the airing. Filler, cards and slates carry the event they stand in for, if any, and part -1.
  const gchar *uid;      // (nullable)
  const gchar *instance; // (nullable)
  gint part;             // index of the ATTACH; -1 = none
  const gchar
      *title; // for people, never NULL: the event's; of plain filler the clip's name, of a card what it announces

  // What plays.
  const gchar *media;  // (nullable) path under the media folder, or the live URI
  const gchar *sha256; // (nullable) of the content planned
  PoMediaKind media_kind;
  gint64 media_in_ns;    // position in the media shown at `media_origin`, from the first picture (SOM + join offset)
  gint64 media_som_ns;   // the SOM alone: how far media_in_ns lies behind it was left out by joining in progress
  PoFrame media_origin;  // the frame at which media_in_ns is shown; pieces of one run of a source share it, so that a
                         // replan that splits an item does not restart its player
  gint64 media_out_ns;   // exclusive EOM, or -1
  PoFrame media_end;     // MEDIA: the frame by which it would have been shown to its end; `end` may come before
  PoFrame put_off;       // MEDIA: so much later than its slot had promised it, since something else had the air
  const gchar *fallback; // (nullable) LIVE: what plays while it is away

  // What the calendar had said, for the log and the page.
  PoFrame slot_start, slot_end; // of the event (planned), PO_FRAME_NONE for plain filler
  PoFrame due; // LIVE, MEDIA: when that slot ends, moved with its start and extended by command; PO_FRAME_NONE else
  PoStartType start_type;
  PoEndType end_type;
  gboolean join;           // what starts late joins where it would be now
  gint64 episode;          // 0 = none
  const gchar *series_uid; // (nullable) whose numbering the episode belongs to
  gboolean picked;         // its file was picked from a folder by its number, so that the pick wants a pin

  // An operator's hold: picture frozen at the last one before the first held item, sound silent, while the schedule
  // runs on underneath. Not part of the run key.
  gboolean held;
} PoItem;

PoItem *po_item_copy (const PoItem *self); // (transfer full) in one block, with its texts: a year has millions of them
void po_item_free (PoItem *self);          // of such a one
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoItem, po_item_free)

/** Stable name of the run of the source behind an item: equal for two items exactly when one player serves both.
 * (transfer full) */
gchar *po_item_run_key (const PoItem *self);
/** When it is due to leave the air: with its slot, or before that for what begins then. A person may let it go on to
 * its end. Of LIVE and MEDIA. */
PoFrame po_item_due (const PoItem *self);
/** Whether @run_key is that of a filler clip, on whose behalf ever. */
gboolean po_run_key_is_filler (const gchar *run_key);

/** Whether it is the slate by command: it lasts until another command, and its end is only how far was planned. */
gboolean po_item_is_endless (const PoItem *self);

typedef struct _PoRundown PoRundown;
/** (transfer full) of the array and its PoItem; they must adjoin. */
PoRundown *po_rundown_new (PoRate rate, GPtrArray *items);
PoRundown *po_rundown_ref (PoRundown *self);
void po_rundown_unref (PoRundown *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoRundown, po_rundown_unref)

PoRate po_rundown_rate (PoRundown *self);
PoFrame po_rundown_start (PoRundown *self);
PoFrame po_rundown_end (PoRundown *self); // exclusive
guint po_rundown_size (PoRundown *self);
const PoItem *po_rundown_item (PoRundown *self, guint index);
/** The item that owns @frame, by bisection; NULL outside the window. */
const PoItem *po_rundown_at (PoRundown *self, PoFrame frame);
/** Its index, or -1. */
gint po_rundown_index_at (PoRundown *self, PoFrame frame);
/** Content hash, worked out when first asked for: equal rundowns have equal revisions. (transfer none) */
const gchar *po_rundown_revision (PoRundown *self);
