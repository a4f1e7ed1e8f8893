// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/replay.h"

#include <string.h>

#include "model/text.h"

#define HEADER    "Idempotency-Key"
#define MOST_KEPT 2000
#define MOST_KEY  200
#define KEEP_US   (24 * 3600 * (gint64)G_USEC_PER_SEC)
#define MOST_BODY (256 * 1024)

typedef struct {
  gchar *key;
  gchar *fingerprint; // of the request
  gint64 since_us;
  guint status; // 0 = it is on its way
  gchar *body;
} Kept;

struct _PoReplay {
  gint ref_count;
  GHashTable *by_key; // key -> Kept
  GQueue in_order;    // Kept, oldest first
};

typedef struct {
  PoReplay *replay; // a reference
  gchar *key;
  gboolean is_answered; // and what is kept by that key may be another request's by now
} Watch;

static void kept_free (Kept *self) {
  g_free (self->key);
  g_free (self->fingerprint);
  g_free (self->body);
  g_free (self);
}

PoReplay *po_replay_new (void) {
  PoReplay *self = g_new0 (PoReplay, 1);
  self->ref_count = 1;
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)kept_free);
  g_queue_init (&self->in_order);
  return self;
}

void po_replay_free (PoReplay *self) {
  if (self == NULL || --self->ref_count > 0)
    return;
  g_queue_clear (&self->in_order);
  g_hash_table_unref (self->by_key);
  g_free (self);
}

static void forget (PoReplay *self, Kept *kept) {
  g_queue_remove (&self->in_order, kept);
  g_hash_table_remove (self->by_key, kept->key);
}

static void forget_old (PoReplay *self, gint64 now_us) {
  for (Kept *oldest; (oldest = g_queue_peek_head (&self->in_order)) != NULL;) {
    if (now_us - oldest->since_us <= KEEP_US && self->in_order.length <= MOST_KEPT)
      return;
    forget (self, oldest);
  }
}

gchar *po_replay_key (PoExchange *exchange) {
  const gchar *given = po_exchange_header (exchange, HEADER);
  if (given == NULL || *given == '\0')
    return NULL;
  g_autofree gchar *owned = g_strdup_printf ("%s\n%s", po_exchange_who (exchange), given);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, owned, -1);
}

gchar *po_replay_fingerprint (PoExchange *exchange) {
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = 0;
  const guint8 *body = po_exchange_body (exchange, &length);
  const gchar *method = po_exchange_method (exchange), *path = po_exchange_path (exchange);
  g_autofree gchar *query = po_exchange_query_text (exchange);
  g_checksum_update (checksum, (const guchar *)method, -1);
  g_checksum_update (checksum, (const guchar *)path, (gssize)strlen (path) + 1);
  g_checksum_update (checksum, (const guchar *)query, (gssize)strlen (query) + 1);
  g_checksum_update (checksum, body, (gssize)length);
  return g_strdup (g_checksum_get_string (checksum));
}

void po_replay_refuse (PoExchange *exchange) {
  po_exchange_answer_problem (exchange, MHD_HTTP_UNPROCESSABLE_CONTENT, "key-reused",
                              _ ("this Idempotency-Key was sent with another request; use a new one"), NULL);
}

static void on_answered (PoExchange *exchange, guint status, const gchar *body, gpointer data) {
  Watch *watch = data;
  Kept *kept = g_hash_table_lookup (watch->replay->by_key, watch->key);
  watch->is_answered = TRUE;
  if (kept != NULL && status / 100 == 2 && body != NULL && strlen (body) <= MOST_BODY) {
    kept->status = status;
    kept->body = g_strdup (body);
  } else if (kept != NULL) {
    forget (watch->replay, kept); // what was refused may be tried again
  }
}

static void watch_free (gpointer data) {
  Watch *watch = data;
  Kept *kept = watch->is_answered ? NULL : g_hash_table_lookup (watch->replay->by_key, watch->key);
  if (kept != NULL)
    forget (watch->replay, kept);
  po_replay_free (watch->replay);
  g_free (watch->key);
  g_free (watch);
}

static void keep (PoReplay *self, PoExchange *exchange, const gchar *key, const gchar *fingerprint, gint64 now_us) {
  Kept *kept = g_new0 (Kept, 1);
  Watch *watch = g_new0 (Watch, 1);
  *kept = (Kept){g_strdup (key), g_strdup (fingerprint), now_us, 0, NULL};
  g_hash_table_replace (self->by_key, kept->key, kept);
  g_queue_push_tail (&self->in_order, kept);
  self->ref_count++;
  *watch = (Watch){self, g_strdup (key), FALSE};
  po_exchange_watch_answer (exchange, on_answered, watch, watch_free);
}

static gboolean is_sane (const gchar *given) {
  for (const gchar *c = given; *c != '\0'; c++)
    if (!g_ascii_isprint (*c))
      return FALSE;
  return strlen (given) <= MOST_KEY;
}

gboolean po_replay_answer (PoReplay *self, PoExchange *exchange) {
  gint64 now_us = g_get_monotonic_time ();
  g_autofree gchar *key = po_replay_key (exchange);
  if (key == NULL)
    return FALSE;
  if (!is_sane (po_exchange_header (exchange, HEADER))) {
    po_exchange_answer_problem (exchange, MHD_HTTP_BAD_REQUEST, "bad-request",
                                _ ("an Idempotency-Key has 200 printable ASCII characters at most"), NULL);
    return TRUE;
  }
  forget_old (self, now_us);
  g_autofree gchar *fingerprint = po_replay_fingerprint (exchange);
  const Kept *kept = g_hash_table_lookup (self->by_key, key);
  if (kept == NULL) {
    keep (self, exchange, key, fingerprint, now_us);
    return FALSE;
  }
  if (strcmp (kept->fingerprint, fingerprint) != 0) {
    po_replay_refuse (exchange);
  } else if (kept->status == 0) {
    po_exchange_answer_problem (exchange, MHD_HTTP_CONFLICT, "in-progress",
                                _ ("the first request with this Idempotency-Key is not answered yet"), NULL);
  } else {
    po_exchange_add_header (exchange, "Idempotent-Replayed", "true");
    po_exchange_answer (exchange, kept->status, json_from_string (kept->body, NULL));
  }
  return TRUE;
}
