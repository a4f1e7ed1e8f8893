// SPDX-License-Identifier: GPL-3.0-or-later
// Present and following as sections, with one version for both, made when the first stream comes to them; and the time.
#include "output/service.h"

typedef struct {
  gint64 from_ns;
  PoProgramme *programmes[2]; // (nullable) by PO_SI_PRESENT, PO_SI_FOLLOWING
  GBytes *sections[2];        // likewise; NULL: no stream has come to it
  guint serial;               // of the sections
} Table;

struct _PoService {
  gint ref_count; // atomic
  GMutex mutex;   // protects the rest
  PoTimeNs utc_at_zero_ns;
  GPtrArray *tables; // Table in order of time; the first one holds before its time too
  guint serial;      // the last that was given
};

static void table_free (Table *self) {
  for (guint i = 0; i < G_N_ELEMENTS (self->sections); i++) {
    po_programme_free (self->programmes[i]);
    g_clear_pointer (&self->sections[i], g_bytes_unref);
  }
  g_free (self);
}

static GPtrArray *tables_new (void) {
  return g_ptr_array_new_with_free_func ((GDestroyNotify)table_free);
}

PoService *po_service_new (PoTimeNs utc_at_zero_ns) {
  PoService *self = g_new0 (PoService, 1);
  self->ref_count = 1;
  self->utc_at_zero_ns = utc_at_zero_ns;
  self->tables = tables_new ();
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
  g_ptr_array_unref (self->tables);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void po_service_set_utc (PoService *self, PoTimeNs utc_at_zero_ns) {
  g_mutex_lock (&self->mutex);
  self->utc_at_zero_ns = utc_at_zero_ns;
  g_mutex_unlock (&self->mutex);
}

static gboolean is_same (const Table *table, const PoServiceTable *given) {
  return po_programme_equal (table->programmes[PO_SI_PRESENT], given->present) &&
         po_programme_equal (table->programmes[PO_SI_FOLLOWING], given->following);
}

// The one of @before that says the same, whenever it was to; else a new one. (transfer full)
static Table *take_table (GPtrArray *before, const PoServiceTable *given) {
  Table *table = NULL;
  for (guint i = 0; i < before->len && table == NULL; i++)
    if (is_same (before->pdata[i], given))
      table = g_ptr_array_steal_index (before, i);
  if (table == NULL) {
    table = g_new0 (Table, 1);
    table->programmes[PO_SI_PRESENT] = po_programme_copy (given->present);
    table->programmes[PO_SI_FOLLOWING] = po_programme_copy (given->following);
  }
  table->from_ns = given->from_ns;
  return table;
}

// What streams that lag behind still tell: the last of @before that began before @from_ns.
static void keep_last (GPtrArray *tables, GPtrArray *before, gint64 from_ns) {
  for (guint i = before->len; i-- > 0;) {
    if (((const Table *)before->pdata[i])->from_ns >= from_ns)
      continue;
    g_ptr_array_insert (tables, 0, g_ptr_array_steal_index (before, i));
    return;
  }
}

void po_service_set_programmes (PoService *self, const PoServiceTable *tables, guint n_tables) {
  if (n_tables == 0)
    return;
  g_mutex_lock (&self->mutex);
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->tables);
  self->tables = tables_new ();
  for (guint i = 0; i < n_tables; i++)
    if (i == 0 || !is_same (self->tables->pdata[self->tables->len - 1], &tables[i]))
      g_ptr_array_add (self->tables, take_table (before, &tables[i]));
  keep_last (self->tables, before, tables[0].from_ns);
  g_mutex_unlock (&self->mutex);
}

static void make_sections (PoService *self, Table *table) {
  if (table->serial != 0)
    return;
  table->serial = ++self->serial != 0 ? self->serial : ++self->serial;
  for (guint i = 0; i < G_N_ELEMENTS (table->sections); i++)
    table->sections[i] = po_si_eit (table->programmes[i], i == PO_SI_FOLLOWING, table->serial - 1);
}

static void tell_programmes (PoService *self, PoSiCarousel *carousel, PoServiceTold *told, gint64 running_ns) {
  Table *table = NULL;
  for (guint i = 0; i < self->tables->len; i++)
    if (table == NULL || ((const Table *)self->tables->pdata[i])->from_ns <= running_ns)
      table = self->tables->pdata[i];
  if (table == NULL)
    return;
  make_sections (self, table);
  if (told->serial == table->serial)
    return;
  told->serial = table->serial;
  po_si_carousel_set (carousel, PO_SI_PRESENT, table->sections[PO_SI_PRESENT]);
  po_si_carousel_set (carousel, PO_SI_FOLLOWING, table->sections[PO_SI_FOLLOWING]);
}

void po_service_update (PoService *self, PoSiCarousel *carousel, PoServiceTold *told, gint64 running_ns) {
  g_mutex_lock (&self->mutex);
  tell_programmes (self, carousel, told, running_ns);
  const PoTimeNs utc_ns = self->utc_at_zero_ns + running_ns;
  g_mutex_unlock (&self->mutex);
  if (running_ns < told->time_due_ns && running_ns >= told->time_due_ns - PO_NS_PER_SECOND)
    return;
  told->time_due_ns = running_ns + PO_NS_PER_SECOND;
  g_autoptr (GBytes) time = po_si_tdt (utc_ns);
  po_si_carousel_set (carousel, PO_SI_TIME, time);
}
