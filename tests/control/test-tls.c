// SPDX-License-Identifier: GPL-3.0-or-later
// The certificate that is served: what is none, what belongs to another key, what has run out or soon will. It is made
// here; time is an argument.
#include <glib/gstdio.h>
#include <gnutls/x509.h>

#include "control/server.h"
#include "model/finding.h"

#define DAY_S G_GINT64_CONSTANT (86400)
#define NOW_S G_GINT64_CONSTANT (1800000000)
#define NOW   (NOW_S * PO_NS_PER_SECOND)

typedef struct {
  gchar *dir, *certificate, *key, *other_key;
  GTimeZone *zone;
} World;

static void write_out (const gchar *path, gnutls_datum_t *pem) {
  g_assert_true (g_file_set_contents (path, (const gchar *)pem->data, (gssize)pem->size, NULL));
  gnutls_free (pem->data);
}

static gnutls_x509_privkey_t make_key (const gchar *path) {
  gnutls_x509_privkey_t key = NULL;
  gnutls_datum_t pem = {0};
  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (
      gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &pem), ==, 0);
  write_out (path, &pem);
  return key;
}

static void add_certificate (GString *chain, gnutls_x509_privkey_t key, gint64 from_s, gint64 to_s) {
  gnutls_x509_crt_t certificate = NULL;
  gnutls_datum_t pem = {0};
  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, "\1", 1);
  gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, "phat-song", strlen ("phat-song"));
  gnutls_x509_crt_set_key (certificate, key);
  gnutls_x509_crt_set_activation_time (certificate, from_s);
  gnutls_x509_crt_set_expiration_time (certificate, to_s);
  g_assert_cmpint (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &pem), ==, 0);
  g_string_append_len (chain, (const gchar *)pem.data, pem.size);
  gnutls_free (pem.data);
  gnutls_x509_crt_deinit (certificate);
}

// A certificate of those days from NOW; one above it, if @above_to_days is not 0.
static void make (World *world, gint64 from_days, gint64 to_days, gint64 above_to_days) {
  g_autoptr (GString) chain = g_string_new (NULL);
  gnutls_x509_privkey_t key = make_key (world->key);
  add_certificate (chain, key, NOW_S + from_days * DAY_S, NOW_S + to_days * DAY_S);
  if (above_to_days != 0)
    add_certificate (chain, key, NOW_S - 1000 * DAY_S, NOW_S + above_to_days * DAY_S);
  g_assert_true (g_file_set_contents (world->certificate, chain->str, -1, NULL));
  gnutls_x509_privkey_deinit (key);
}

static void world_init (World *world) {
  world->dir = g_dir_make_tmp ("playoutd-tls-XXXXXX", NULL);
  world->certificate = g_build_filename (world->dir, "certificate.pem", NULL);
  world->key = g_build_filename (world->dir, "key.pem", NULL);
  world->other_key = g_build_filename (world->dir, "other.pem", NULL);
  world->zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  gnutls_x509_privkey_deinit (make_key (world->other_key));
}

static void world_clear (World *world) {
  g_unlink (world->certificate);
  g_unlink (world->key);
  g_unlink (world->other_key);
  g_rmdir (world->dir);
  g_free (world->certificate);
  g_free (world->key);
  g_free (world->other_key);
  g_free (world->dir);
  g_time_zone_unref (world->zone);
}

static void test_runs_out (void) {
  static const struct {
    guint line;
    gint64 from_days, to_days, above_to_days;
    gboolean is_good;
    gint severity; // -1 = nothing is said
    const gchar *said;
  } rows[] = {
      {__LINE__, -10, 31, 0, TRUE, -1, ""},
      {__LINE__, -10, 300 * 365, 0, TRUE, -1, ""}, // beyond what nanoseconds can count
      {__LINE__, -10, 30, 0, TRUE, PO_SEVERITY_WARNING, "runs out on 2027-02-14"},
      {__LINE__, -10, 8, 0, TRUE, PO_SEVERITY_WARNING, "runs out on 2027-01-23"},
      {__LINE__, -10, 7, 0, TRUE, PO_SEVERITY_ERROR, "runs out on 2027-01-22"},
      {__LINE__, -10, 0, 0, FALSE, PO_SEVERITY_ERROR, "ran out on 2027-01-15"},
      {__LINE__, -10, -3, 0, FALSE, PO_SEVERITY_ERROR, "ran out on 2027-01-12"},
      {__LINE__, 1, 90, 0, FALSE, PO_SEVERITY_ERROR, "not valid before 2027-01-16"},
      {__LINE__, -10, 90, -1, FALSE, PO_SEVERITY_ERROR, "ran out on 2027-01-14"}, // what signed it has
  };
  World world;
  world_init (&world);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
    make (&world, rows[i].from_days, rows[i].to_days, rows[i].above_to_days);
    const gboolean is_good = po_control_check_tls (world.certificate, world.key, NOW, world.zone, findings, &error);
    const PoFinding *finding = findings->len > 0 ? findings->pdata[0] : NULL;
    if (is_good != rows[i].is_good || (finding != NULL ? (gint)finding->severity : -1) != rows[i].severity ||
        (finding != NULL && strstr (finding->message, rows[i].said) == NULL) || (error != NULL) == is_good)
      g_error ("line %u: %s", rows[i].line, finding != NULL ? finding->message : "nothing");
  }
  world_clear (&world);
}

static void test_other_key (void) {
  World world;
  g_autoptr (GError) error = NULL;
  world_init (&world);
  make (&world, -1, 90, 0);
  g_assert_false (po_control_check_tls (world.certificate, world.other_key, NOW, world.zone, NULL, &error));
  g_assert_nonnull (strstr (error->message, "do not match"));
  world_clear (&world);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tls/runs-out", test_runs_out);
  g_test_add_func ("/tls/other-key", test_other_key);
  return g_test_run ();
}
