// SPDX-License-Identifier: GPL-3.0-or-later
// What probing found of one file, and the table of them that a plan reads. Plain immutable values, any thread.
// A library revision is the content hash of its table: the same facts give the same revision on any machine.
#pragma once

#include "model/mark.h"

typedef enum {
  PO_MEDIA_VIDEO, // moving picture, with or without sound
  PO_MEDIA_STILL, // one picture, lasts as long as it is asked to
  PO_MEDIA_AUDIO, // sound only: aired with a card
} PoMediaKind;

typedef struct {
  gchar *path;   // under the media folder, '/'-separated, as on disk
  gchar *sha256; // hex of the content; "" while not yet hashed
  gint64 size_bytes;
  gint64 mtime_ns;
  PoMediaKind kind;
  gint64 duration_ns; // counted by decoding, snapped to the clip's own frame grid; 0 for a still
  gint64 frames;      // pictures counted; 0 for sound only
  PoRate rate;        // the clip's own; 0/1 when variable or none
  gint width, height; // as displayed, after rotation and pixel aspect
  gboolean has_audio;
  PoMark som, eom; // kept beside it in the library; a calendar's own go before them
  gchar *problem;  // (nullable) why it cannot air at all; such a file is as good as missing
  gchar *probe;    // (nullable) GRefString: all that probing printed, for whoever judges or shows the clip; "" when
                   // it printed nothing, NULL when it was not kept. No part of the revision: no plan reads it.
} PoMediaFacts;

void po_media_facts_free (PoMediaFacts *self);
PoMediaFacts *po_media_facts_copy (const PoMediaFacts *self); // (transfer full)
/** In all but what probing printed; a path, which keys them, is not compared. */
gboolean po_media_facts_equal (const PoMediaFacts *a, const PoMediaFacts *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMediaFacts, po_media_facts_free)

/** PoMediaTable: path -> facts, immutable once built, reference counted. */
typedef struct _PoMediaTable PoMediaTable;
PoMediaTable *po_media_table_new (void); // (transfer full)
PoMediaTable *po_media_table_ref (PoMediaTable *self);
void po_media_table_unref (PoMediaTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMediaTable, po_media_table_unref)

/** While building only. (transfer full) of @facts; an equal path replaces. */
void po_media_table_add (PoMediaTable *self, PoMediaFacts *facts);

/** While building only: a file that is there, but nothing is known of it yet. No part of the revision. */
void po_media_table_await (PoMediaTable *self, const gchar *path);

/** Whether such a file, or one in the folder @typed, which ends in '/', is awaited; as po_media_table_resolve() reads
 * names. */
gboolean po_media_table_is_awaited (PoMediaTable *self, const gchar *typed);

/** Exactly @path. (transfer none) (nullable) */
const PoMediaFacts *po_media_table_lookup (PoMediaTable *self, const gchar *path);

/** As SCHEDULE.md has it: as typed, then percent-decoded, compared in Unicode NFC; a leading "./" or "file:" under
 * @media_dir is understood. Two different files that match are an error. (transfer none) (nullable, no error = none) */
const PoMediaFacts *po_media_table_resolve (PoMediaTable *self, const gchar *typed, GError **error);

/** The files directly or deeper in the folder @typed (resolved likewise), in natural sort order of their names, sound
 * and picture alike. (transfer container) of (transfer none) PoMediaFacts */
GPtrArray *po_media_table_folder (PoMediaTable *self, const gchar *typed);

/** All, in natural sort order. (transfer container) */
GPtrArray *po_media_table_list (PoMediaTable *self);

/** Whether both say the same of the same files, what probing printed and what is awaited too. */
gboolean po_media_table_equal (PoMediaTable *a, PoMediaTable *b);

/** Hex SHA-256 over the sorted facts. (transfer none) valid while the table lives */
const gchar *po_media_table_revision (PoMediaTable *self);

/** NFC of @text, or its bytes as they are where it is not UTF-8: such names exist on disk. (transfer full) */
gchar *po_media_name_nfc (const gchar *text);

/** Natural order: "tap-2" before "tap-10", NFC, case-folded first, then byte order. */
gint po_natural_compare (const gchar *a, const gchar *b);
