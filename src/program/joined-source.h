// SPDX-License-Identifier: GPL-3.0-or-later
// A source that was joined in progress: its player began at frame `first` of the run, so that what it calls frame 0 is
// that frame. Shifts every position between the two counts and adds nothing else. Threads: as PoSource.
#pragma once

#include "program/source.h"

/** @inner delivers the run from its frame @first_frame on, counting from 0. (transfer full) of @inner and the result */
PoSource *po_joined_source_new (PoSource *inner, gint64 first_frame, PoRate rate);
