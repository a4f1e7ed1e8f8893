// SPDX-License-Identifier: GPL-3.0-or-later
// The letters of one channel that are not sent yet, in a folder, a file each, so that neither a dead mail server nor a
// power cut loses one. Where the folder cannot be written they wait in memory. One thread.
#pragma once

#include "message/letter.h"

typedef struct _PoSpool PoSpool;

/** What lies in @dir already comes first. @dir: (nullable) in memory only. (transfer full) */
PoSpool *po_spool_open (const gchar *dir);
void po_spool_free (PoSpool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoSpool, po_spool_free)

/** FALSE: it is kept in memory only. A letter whose id waits already is not put twice. */
gboolean po_spool_put (PoSpool *self, const PoLetter *letter, GError **error);

guint po_spool_count (PoSpool *self);

/** The oldest letter that may be tried at @now_us; NULL if there is none. (transfer full) */
PoLetter *po_spool_next (PoSpool *self, gint64 now_us);

/** When the next one may be tried; G_MAXINT64 = nothing waits. */
gint64 po_spool_due_us (PoSpool *self);

/** How often @id has been put off. */
guint po_spool_tries (PoSpool *self, const gchar *id);

/** Not before @until_us. */
void po_spool_put_off (PoSpool *self, const gchar *id, gint64 until_us);

/** Sent. */
void po_spool_drop (PoSpool *self, const gchar *id);

/** Nobody takes it: it goes to the folder "refused" inside, to be looked at. */
void po_spool_set_aside (PoSpool *self, const gchar *id);
