// SPDX-License-Identifier: GPL-3.0-or-later
// A glimpse at each of some places of an MPEG stream in a file. It reads bytes alone; any thread.
#pragma once

#include <glib.h>

typedef enum {
  PO_MPEG_TRANSPORT,
  PO_MPEG_PROGRAM,
} PoMpegKind;

/** @size bytes of a stream from any of its bytes on. FALSE: what else there is need not be seen. */
typedef gboolean (*PoMpegPlaceFunc) (PoMpegKind kind, const guint8 *data, gsize size, gpointer user_data);

/** Calls @func with a quarter of a mebibyte, which holds a clock reference at any rate of bits that is aired, at each
 * of
 * @n_places from the beginning on, or with all of a small file; with nothing of what is no MPEG stream. */
void po_mpeg_places_see (gint fd, guint n_places, PoMpegPlaceFunc func, gpointer user_data);

/** The next head of a pack before @end, from @from on, or NULL. */
const guint8 *po_mpeg_find_pack (const guint8 *from, const guint8 *end);
