// SPDX-License-Identifier: GPL-3.0-or-later
#include "access/secret.h"

#include <crypt.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "model/text.h"

#define KEY_BYTES 32

gchar *po_password_hash (const gchar *password, GError **error) {
  struct crypt_data data = {0};
  gchar setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (g_utf8_strlen (password, -1) < PO_PASSWORD_LEAST_CHARS || strlen (password) > PO_PASSWORD_MOST_BYTES) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("a password has %d characters at least, and %d bytes at most"),
                 PO_PASSWORD_LEAST_CHARS, PO_PASSWORD_MOST_BYTES);
    return NULL;
  }
  const gchar *hash = crypt_gensalt_rn (NULL, 0, NULL, 0, setting, sizeof setting) != NULL
                          ? crypt_rn (password, setting, &data, sizeof data)
                          : NULL;
  if (hash != NULL)
    return g_strdup (hash);
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("the password cannot be hashed: %s"), g_strerror (errno));
  return NULL;
}

// In the same time wherever they differ.
static gboolean is_equal (const gchar *a, const gchar *b) {
  const gsize length = strlen (a);
  guint8 differs = 0;
  if (length != strlen (b))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    differs |= (guint8)(a[i] ^ b[i]);
  return differs == 0;
}

// A hash that no password has, of the same method, so that an unknown name is not told by its speed.
static gchar *nobody (void) {
  gchar setting[CRYPT_GENSALT_OUTPUT_SIZE] = "";
  crypt_gensalt_rn (NULL, 0, "................", 16, setting, sizeof setting);
  return g_strdup (setting);
}

gboolean po_password_matches (const gchar *hash, const gchar *password) {
  struct crypt_data data = {0};
  g_autofree gchar *other = hash == NULL ? nobody () : NULL;
  if (strlen (password) > PO_PASSWORD_MOST_BYTES)
    return FALSE;
  const gchar *got = crypt_rn (password, hash != NULL ? hash : other, &data, sizeof data);
  return hash != NULL && got != NULL && is_equal (got, hash);
}

gchar *po_key_new (const gchar *prefix) {
  guint8 bytes[KEY_BYTES];
  for (gsize got = 0; got < sizeof bytes;) {
    gssize n = getrandom (bytes + got, sizeof bytes - got, 0);
    got += n > 0 ? (gsize)n : 0;
  }
  g_autofree gchar *text = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (g_strdelimit (text, "+", '-'), "/", '_');
  return g_strdup_printf ("%s%.*s", prefix, (gint)strcspn (text, "="), text);
}

gchar *po_key_digest (const gchar *key) {
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
}
