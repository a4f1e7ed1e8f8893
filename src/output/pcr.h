// SPDX-License-Identifier: GPL-3.0-or-later
// The clock references of a constant-bitrate transport stream. The multiplexer puts them an eighth of a second before
// the decoding times that they go with; a picture that takes longer than that to send at the stream's rate would arrive
// after it was due. Setting every reference back by one constant keeps the rate exact and gives receivers the buffer
// that the encoder was told of. Pure arithmetic on packets.
#pragma once

#include <glib.h>

#define PO_PCR_PER_MS 27000

/** In place, for every packet of @data that has a reference; @size is a multiple of 188. FALSE: no packets. */
gboolean po_pcr_set_back (guint8 *data, gsize size, guint64 by_ticks);
