// SPDX-License-Identifier: GPL-3.0-or-later
// Whether an MPEG stream is encrypted, as pay television and the discs of film makers are. It reads bytes alone; any
// thread.
#pragma once

#include <glib.h>

typedef enum {
  PO_SCRAMBLED_NOT,
  PO_SCRAMBLED_TRANSPORT, // most of a transport stream, though perhaps not the programme that would air
  PO_SCRAMBLED_DISC,      // some of a program stream
} PoScrambled;

/** By what its packets say, at some places of the file. NOT of anything else. */
PoScrambled po_scrambled_look (gint fd);
