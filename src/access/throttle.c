// SPDX-License-Identifier: GPL-3.0-or-later
#include "access/throttle.h"

#define FREE_TRIES     5
#define FIRST_WAIT_US  ((gint64)2 * G_USEC_PER_SEC)
#define MOST_WAIT_US   ((gint64)900 * G_USEC_PER_SEC)
#define FORGET_US      ((gint64)3600 * G_USEC_PER_SEC)
#define MOST_ADDRESSES 1024
#define TRIES_A_MINUTE 30
#define MINUTE_US      ((gint64)60 * G_USEC_PER_SEC)

typedef struct {
  guint failures;
  gint64 wait_until_us;
  gint64 last_us;
} Record;

struct _PoThrottle {
  GHashTable *addresses; // address -> Record
  gint64 minute_us;
  guint tries; // since then
};

PoThrottle *po_throttle_new (void) {
  PoThrottle *self = g_new0 (PoThrottle, 1);
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void po_throttle_free (PoThrottle *self) {
  if (self == NULL)
    return;
  g_hash_table_unref (self->addresses);
  g_free (self);
}

static guint seconds (gint64 us) {
  return (guint)((us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

guint po_throttle_ask (PoThrottle *self, const gchar *address, gint64 now_us) {
  const Record *record = g_hash_table_lookup (self->addresses, address);
  if (record != NULL && now_us < record->wait_until_us)
    return seconds (record->wait_until_us - now_us);
  if (self->tries == 0 || now_us - self->minute_us >= MINUTE_US) {
    self->minute_us = now_us;
    self->tries = 0;
  }
  if (self->tries >= TRIES_A_MINUTE)
    return MAX (seconds (self->minute_us + MINUTE_US - now_us), 1);
  self->tries++;
  return 0;
}

static gboolean is_old (gpointer address, gpointer record, gpointer now_us) {
  return *(gint64 *)now_us - ((Record *)record)->last_us > FORGET_US;
}

void po_throttle_note (PoThrottle *self, const gchar *address, gboolean succeeded, gint64 now_us) {
  g_hash_table_foreach_remove (self->addresses, is_old, &now_us);
  if (succeeded) {
    g_hash_table_remove (self->addresses, address);
    return;
  }
  Record *record = g_hash_table_lookup (self->addresses, address);
  if (record == NULL && g_hash_table_size (self->addresses) >= MOST_ADDRESSES)
    return; // the tries of all together are bounded still
  if (record == NULL) {
    record = g_new0 (Record, 1);
    g_hash_table_insert (self->addresses, g_strdup (address), record);
  }
  record->last_us = now_us;
  if (++record->failures >= FREE_TRIES)
    record->wait_until_us = now_us + MIN (FIRST_WAIT_US << MIN (record->failures - FREE_TRIES, 16), MOST_WAIT_US);
}
