// SPDX-License-Identifier: GPL-3.0-or-later
// The files that got their name from that of an unfinished copy since the last look. Whoever copies so says by the
// rename that the file is whole: it need not settle. One thread hears, another one takes.
#pragma once

#include "store/settle.h"

typedef struct _PoRenamed PoRenamed;
PoRenamed *po_renamed_new (const gchar *dir); // (transfer full)
void po_renamed_free (PoRenamed *self);

/** A PoScanHeard for a PoRenamed: what is not below its folder does not count. */
void po_renamed_hear (const gchar *path, const gchar *old, gpointer self);

/** Tells @settle of them, and forgets them. */
void po_renamed_take (PoRenamed *self, PoSettle *settle);
