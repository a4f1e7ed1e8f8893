// SPDX-License-Identifier: GPL-3.0-or-later
// Present and following as sections, with one version for both, and the time.
#include "output/service.h"

struct _PoService {
  gint ref_count; // atomic
  GMutex mutex;   // protects the rest
  PoTimeNs utc_at_zero_ns;
  PoProgramme *programmes[2]; // (nullable) by PO_SI_PRESENT, PO_SI_FOLLOWING
  GBytes *sections[2];        // likewise; NULL before anything was set
  guint version;
  guint serial; // of the sections; never 0
};

PoService *po_service_new (PoTimeNs utc_at_zero_ns) {
  PoService *self = g_new0 (PoService, 1);
  self->ref_count = 1;
  self->utc_at_zero_ns = utc_at_zero_ns;
  self->serial = 1;
  g_mutex_init (&self->mutex);
  return self;
}

PoService *po_service_ref (PoService *self) {
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void po_service_unref (PoService *self) {
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->sections); i++) {
    po_programme_free (self->programmes[i]);
    g_clear_pointer (&self->sections[i], g_bytes_unref);
  }
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void po_service_set_utc (PoService *self, PoTimeNs utc_at_zero_ns) {
  g_mutex_lock (&self->mutex);
  self->utc_at_zero_ns = utc_at_zero_ns;
  g_mutex_unlock (&self->mutex);
}

void po_service_set_programmes (PoService *self, const PoProgramme *present, const PoProgramme *following) {
  const PoProgramme *given[2] = {present, following};
  g_mutex_lock (&self->mutex);
  gboolean is_first = self->sections[0] == NULL;
  gboolean is_same =
      po_programme_equal (present, self->programmes[0]) && po_programme_equal (following, self->programmes[1]);
  if (is_first || !is_same) {
    self->version += is_first ? 0 : 1;
    self->serial = self->serial + 1 != 0 ? self->serial + 1 : 1;
    for (guint i = 0; i < G_N_ELEMENTS (given); i++) {
      po_programme_free (self->programmes[i]);
      g_clear_pointer (&self->sections[i], g_bytes_unref);
      self->programmes[i] = po_programme_copy (given[i]);
      self->sections[i] = po_si_eit (given[i], i == PO_SI_FOLLOWING, self->version);
    }
  }
  g_mutex_unlock (&self->mutex);
}

void po_service_update (PoService *self, PoSiCarousel *carousel, guint *serial, gint64 running_ns) {
  g_mutex_lock (&self->mutex);
  if (*serial != self->serial) {
    *serial = self->serial;
    po_si_carousel_set (carousel, PO_SI_PRESENT, self->sections[PO_SI_PRESENT]);
    po_si_carousel_set (carousel, PO_SI_FOLLOWING, self->sections[PO_SI_FOLLOWING]);
  }
  PoTimeNs utc_ns = self->utc_at_zero_ns + running_ns;
  g_mutex_unlock (&self->mutex);
  g_autoptr (GBytes) time = po_si_tdt (utc_ns);
  po_si_carousel_set (carousel, PO_SI_TIME, time);
}
