// SPDX-License-Identifier: GPL-3.0-or-later
// Finds out from decoded pictures whether the two fields of each were taken at two times, and which first, whatever the
// header says: lines of the next picture are laid between those of this one, once the even and once the odd ones. In
// interlaced material the nearer field fits better than the farther one; in progressive material both fit as badly, and
// what moves fits its neighbours' lines better than those of its own field.
// Looks at pairs of neighbours now and then. One streaming thread; read after the end.
#pragma once

#include <gst/gst.h>

#include "model/format.h"

typedef struct _PoFields PoFields;

PoFields *po_fields_new (void); // (transfer full)
void po_fields_free (PoFields *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoFields, po_fields_free)

void po_fields_take (PoFields *self, GstSample *sample);

/** AS_SAID: too little moves to tell, or it is now this, now that. */
PoFieldOrder po_fields_found (const PoFields *self);
