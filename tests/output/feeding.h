// SPDX-License-Identifier: GPL-3.0-or-later
// For the tests of outputs: coded frames into a rack, and a socket that keeps what a UDP output sends.
#pragma once

#include "output/rack.h"

/** Frame @k of clip 1 with sound whose bytes are all @k; the rate divides 48000. */
void feed_frame (PoOutputRack *rack, const PoFormat *format, gint64 k);

/** The same with noise below the code, which takes all the bitrate that an encoder has. */
void feed_noisy_frame (PoOutputRack *rack, const PoFormat *format, gint64 k);

/** Receiver: a bound UDP socket and a thread that keeps each datagram. */
typedef struct _Receiver Receiver;

/** At a free port of 127.0.0.1, or in @group (nullable) on the loopback network. (transfer full) */
Receiver *receiver_new (const gchar *group);
guint receiver_port (Receiver *self);
/** Waits until all that the first output of @rack has sent is here: a socket has no back-pressure of its own. */
void receiver_catch_up (Receiver *self, PoOutputRack *rack);
/** Everything that came, when no more does; datagrams that are not of 1316 bytes fail the test. (transfer full) of the
 * bytes and of @self */
GByteArray *receiver_finish (Receiver *self);
