// SPDX-License-Identifier: GPL-3.0-or-later
// From what a calendar names to what can play: episode numbers, templates, folders, pins, marks in and out, and the
// length on air of each part. Private to `rundown`; one plan, one thread. It knows no time of day.
#pragma once

#include "rundown/book.h"
#include "rundown/serving.h"

#define PO_FRAMES_ENDLESS (G_GINT64_CONSTANT (1) << 50) // a live source, or a still to the end of its slot
#define PO_FRAMES_MOST    (G_GINT64_CONSTANT (1) << 60) // sums stop here

/** PoPart: one ATTACH as it would air. Immutable, reference counted. */
typedef struct {
  gchar *media;  // path of the file, or the live URI; NULL = cannot air
  gchar *sha256; // (nullable)
  PoMediaKind kind;
  gboolean live;
  gint64 in_ns;    // SOM
  gint64 out_ns;   // exclusive EOM, or -1
  PoFrame frames;  // on air; 0 when it cannot air; PO_FRAMES_ENDLESS
  gboolean picked; // by number from a folder
  gboolean still;
  PoServedBy by;
  gchar *place;        // (nullable) where the file is looked for: a path, or a folder, which ends in '/'
  gboolean is_there;   // the file is
  gboolean is_awaited; // it is, but nothing is known of it yet
  gchar *expected;     // what was looked for, for people
  gchar *problem;      // (nullable) why it cannot air, translated; with `media`, why only its fallback can
  gchar *notice;       // (nullable) worth a warning though it airs, translated
} PoPart;

PoPart *po_part_ref (PoPart *self);
void po_part_unref (PoPart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoPart, po_part_unref)

typedef struct _PoResolver PoResolver;

/** Everything is borrowed; the revisions are those that the book holds now. (transfer full) */
PoResolver *po_resolver_new (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book);
void po_resolver_free (PoResolver *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoResolver, po_resolver_free)

PoMediaTable *po_resolver_table (PoResolver *self); // (transfer none) (nullable)

/** 0 when the occurrence is no part of a numbered series. */
gint64 po_resolver_episode (PoResolver *self, const PoOccurrence *occurrence);

/** The parts of one airing, in order. A last still lasts to the end of the slot when @stretch. (transfer full) of
 * PoPart */
GPtrArray *po_resolver_parts (PoResolver *self, const PoOccurrence *occurrence, const gchar *instance,
                              gboolean stretch);

/** One file outside any event, such as an inserted clip. (transfer full) */
PoPart *po_resolver_file (PoResolver *self, const gchar *typed);

/** The clips that @typed offers as filler: a file, or the files of a folder. @attach (nullable) gives marks. Appends
 * PoPart; FALSE when there is none. */
gboolean po_resolver_pool (PoResolver *self, const gchar *typed, const PoAttach *attach, GPtrArray *clips);
gboolean po_resolver_pool_of (PoResolver *self, const PoOccurrence *occurrence, GPtrArray *clips);

/** TRUE if the event names anything that might be media. */
gboolean po_resolver_has_media (PoResolver *self, const PoOccurrence *occurrence);
