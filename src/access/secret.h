// SPDX-License-Identifier: GPL-3.0-or-later
// Passwords, which people choose and a slow hash keeps, and keys, which are drawn at random and a fast one keeps. Pure
// but for the machine's random numbers. Any thread.
#pragma once

#include "model/error.h"

#define PO_PASSWORD_LEAST_CHARS 8
#define PO_PASSWORD_MOST_BYTES  256

/** As crypt (5) writes it, by the system's preferred method. Takes a tenth of a second or more. (transfer full) */
gchar *po_password_hash (const gchar *password, GError **error);
/** Takes as long, whether it matches or not; a NULL @hash, of nobody, as long too. */
gboolean po_password_matches (const gchar *hash, const gchar *password);

/** @prefix and 256 random bits as text. (transfer full) */
gchar *po_key_new (const gchar *prefix);
/** What is kept of a key. (transfer full) */
gchar *po_key_digest (const gchar *key);
