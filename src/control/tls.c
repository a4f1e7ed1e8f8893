// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/tls.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "model/text.h"

#define MOST_CHAIN 8

typedef struct {
  gnutls_pcert_st chain[MOST_CHAIN];
  guint n_chain;
  gnutls_privkey_t key;
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

static int fill (Pair *self, const gnutls_datum_t *certificate, const gnutls_datum_t *key) {
  guint count = MOST_CHAIN;
  int result = check (certificate, key);
  if (result >= 0)
    result = gnutls_pcert_list_import_x509_raw (self->chain, &count, certificate, GNUTLS_X509_FMT_PEM, 0);
  if (result < 0)
    return result;
  self->n_chain = count;
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

static int give (gnutls_session_t session, const gnutls_datum_t *names, int n_names,
                 const gnutls_pk_algorithm_t *algorithms, int n_algorithms, gnutls_pcert_st **ret_chain,
                 unsigned int *ret_n_chain, gnutls_privkey_t *ret_key) {
  if (the_one == NULL || the_one->pairs->len == 0)
    return -1;
  Pair *pair = the_one->pairs->pdata[the_one->pairs->len - 1];
  *ret_chain = pair->chain;
  *ret_n_chain = pair->n_chain;
  *ret_key = pair->key;
  return 0;
}

gpointer po_tls_callback (void) {
  return (gpointer)give;
}
