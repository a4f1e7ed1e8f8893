// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/tls.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "model/text.h"

#define MOST_CHAIN   8
#define DAY_NS       (86400 * PO_NS_PER_SECOND)
#define RENEW_NS     (30 * DAY_NS) // before it runs out, when those who renew by a timer have done so
#define RENEW_NOW_NS (7 * DAY_NS)

typedef struct {
  gnutls_pcert_st chain[MOST_CHAIN];
  guint n_chain;
  gnutls_privkey_t key;
  gchar *path;                // of the certificate
  PoTimeNs valid_ns, ends_ns; // while all of the chain is good
} Pair;

struct _PoTls {
  GPtrArray *pairs; // the last one is in use; a handshake may still use one before
};

static PoTls *the_one; // libmicrohttpd hands its callback nothing of ours

static void pair_free (Pair *self) {
  for (guint i = 0; i < self->n_chain; i++)
    gnutls_pcert_deinit (&self->chain[i]);
  if (self->key != NULL)
    gnutls_privkey_deinit (self->key);
  g_free (self->path);
  g_free (self);
}

PoTls *po_tls_new (void) {
  PoTls *self = g_new0 (PoTls, 1);
  self->pairs = g_ptr_array_new_with_free_func ((GDestroyNotify)pair_free);
  the_one = self;
  return self;
}

void po_tls_free (PoTls *self) {
  if (self == NULL)
    return;
  if (the_one == self)
    the_one = NULL;
  g_ptr_array_unref (self->pairs);
  g_free (self);
}

static gboolean read_file (const gchar *path, gnutls_datum_t *ret_data, GError **error) {
  g_autoptr (GError) local = NULL;
  gchar *text = NULL;
  gsize length = 0;
  if (!g_file_get_contents (path, &text, &length, &local)) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFIG, _ ("TLS: %s"), local->message);
    return FALSE;
  }
  *ret_data = (gnutls_datum_t){(guchar *)text, (guint)length};
  return TRUE;
}

// Whether both are what they should be, and belong together.
static int check (const gnutls_datum_t *certificate, const gnutls_datum_t *key) {
  gnutls_certificate_credentials_t credentials = NULL;
  int result = gnutls_certificate_allocate_credentials (&credentials);
  if (result >= 0)
    result = gnutls_certificate_set_x509_key_mem (credentials, certificate, key, GNUTLS_X509_FMT_PEM);
  if (credentials != NULL)
    gnutls_certificate_free_credentials (credentials);
  return result;
}

// It may have centuries.
static PoTimeNs to_ns (gint64 time_s) {
  return CLAMP (time_s, -PO_TIME_MAX_S, PO_TIME_MAX_S) * PO_NS_PER_SECOND;
}

// A chain is good as long as all of it is.
static int read_validity (Pair *self) {
  self->valid_ns = 0;
  self->ends_ns = G_MAXINT64;
  for (guint i = 0; i < self->n_chain; i++) {
    gnutls_x509_crt_t certificate = NULL;
    const int result = gnutls_pcert_export_x509 (&self->chain[i], &certificate);
    if (result < 0)
      return result;
    self->valid_ns = MAX (self->valid_ns, to_ns (gnutls_x509_crt_get_activation_time (certificate)));
    self->ends_ns = MIN (self->ends_ns, to_ns (gnutls_x509_crt_get_expiration_time (certificate)));
    gnutls_x509_crt_deinit (certificate);
  }
  return 0;
}

static int fill (Pair *self, const gnutls_datum_t *certificate, const gnutls_datum_t *key) {
  guint count = MOST_CHAIN;
  int result = check (certificate, key);
  if (result >= 0)
    result = gnutls_pcert_list_import_x509_raw (self->chain, &count, certificate, GNUTLS_X509_FMT_PEM, 0);
  if (result < 0)
    return result;
  self->n_chain = count;
  result = read_validity (self);
  if (result >= 0)
    result = gnutls_privkey_init (&self->key);
  return result < 0 ? result : gnutls_privkey_import_x509_raw (self->key, key, GNUTLS_X509_FMT_PEM, NULL, 0);
}

gboolean po_tls_load (PoTls *self, const gchar *certificate, const gchar *key, GError **error) {
  if (certificate == NULL || key == NULL) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_CONFIG,
                         _ ("TLS needs both [control] tls-certificate= and tls-key="));
    return FALSE;
  }
  gnutls_datum_t certificate_data = {0}, key_data = {0};
  Pair *pair = g_new0 (Pair, 1);
  pair->path = g_strdup (certificate);
  gboolean is_read = read_file (certificate, &certificate_data, error) && read_file (key, &key_data, error);
  int result = is_read ? fill (pair, &certificate_data, &key_data) : 0;
  if (result < 0)
    g_set_error (error, PO_ERROR, PO_ERROR_CONFIG, _ ("TLS: %s and %s are no certificate and its key in PEM: %s"),
                 certificate, key, gnutls_strerror (result));
  if (key_data.data != NULL)
    gnutls_memset (key_data.data, 0, key_data.size);
  g_free (certificate_data.data);
  g_free (key_data.data);
  if (!is_read || result < 0) {
    pair_free (pair);
    return FALSE;
  }
  g_ptr_array_add (self->pairs, pair);
  return TRUE;
}

static const Pair *in_use (const PoTls *self) {
  return self != NULL && self->pairs->len > 0 ? self->pairs->pdata[self->pairs->len - 1] : NULL;
}

gboolean po_tls_is_valid (const PoTls *self, PoTimeNs now_ns) {
  const Pair *pair = in_use (self);
  return pair == NULL || (pair->valid_ns <= now_ns && now_ns < pair->ends_ns);
}

PoFinding *po_tls_judge (const PoTls *self, PoTimeNs now_ns, GTimeZone *zone) {
  const Pair *pair = in_use (self);
  if (pair == NULL || (pair->valid_ns <= now_ns && pair->ends_ns - now_ns > RENEW_NS))
    return NULL;
  const gboolean is_early = now_ns < pair->valid_ns, is_over = now_ns >= pair->ends_ns;
  g_autofree gchar *date = po_time_to_local_string (is_early ? pair->valid_ns : pair->ends_ns, zone);
  return po_finding_new (is_early || pair->ends_ns - now_ns <= RENEW_NOW_NS ? PO_SEVERITY_ERROR : PO_SEVERITY_WARNING,
                         is_early || is_over ? "certificate-invalid" : "certificate-ends", pair->path, 0, NULL, NULL,
                         is_early ? _ ("the certificate is not valid before %.10s: browsers and programs refuse it")
                         : is_over
                             ? _ ("the certificate ran out on %.10s: browsers and programs refuse it")
                             : _ ("the certificate runs out on %.10s; browsers and programs refuse it from then on"),
                         date);
}

static int give (gnutls_session_t session, const gnutls_datum_t *names, int n_names,
                 const gnutls_pk_algorithm_t *algorithms, int n_algorithms, gnutls_pcert_st **ret_chain,
                 unsigned int *ret_n_chain, gnutls_privkey_t *ret_key) {
  const Pair *pair = in_use (the_one);
  if (pair == NULL)
    return -1;
  *ret_chain = (gnutls_pcert_st *)pair->chain;
  *ret_n_chain = pair->n_chain;
  *ret_key = pair->key;
  return 0;
}

gpointer po_tls_callback (void) {
  return (gpointer)give;
}
