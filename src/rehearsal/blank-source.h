// SPDX-License-Identifier: GPL-3.0-or-later
// A source without media, for rehearsals, which ask only whether a picture is there: endless, of silence, and the
// picture stays as it is.
//
// Thread: as PoSource; po_blank_source_set_ready may be called from any thread.
#pragma once

#include "program/source.h"

/** @flags: HAS_VIDEO, HAS_AUDIO, STILL as wanted; the rest follows. (transfer full) */
PoSource *po_blank_source_new (PoSourceFlags flags);

/** A source is made ready; FALSE makes it say "not yet" to everything until it is set again. */
void po_blank_source_set_ready (PoSource *source, gboolean is_ready);
