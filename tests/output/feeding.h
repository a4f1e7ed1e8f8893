// SPDX-License-Identifier: GPL-3.0-or-later
// For the tests of outputs: coded frames into a rack, and a socket that keeps what a UDP output sends.
#pragma once

#include "output/rack.h"

/** Frame @k of clip 1 with sound whose bytes are all @k, at 25 pictures a second. */
void feed_frame (PoOutputRack *rack, const PoFormat *format, gint64 k);

/** Receiver: a bound UDP socket and a thread that keeps each datagram. */
typedef struct _Receiver Receiver;

Receiver *receiver_new (void); // on 127.0.0.1, at a free port. (transfer full)
guint receiver_port (Receiver *self);
/** Everything that came, when no more does; datagrams that are not of 1316 bytes fail the test. (transfer full) of the
 * bytes and of @self */
GByteArray *receiver_finish (Receiver *self);
