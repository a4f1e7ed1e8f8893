// SPDX-License-Identifier: GPL-3.0-or-later
// Certificate and key of the control API, to be replaced while it runs. One in a process. Server's thread only. Private
// to control/.
#pragma once

#include <microhttpd.h>

#include "model/error.h"

typedef struct _PoTls PoTls;

PoTls *po_tls_new (void);
/** After the listeners have stopped. */
void po_tls_free (PoTls *self);

/** PEM files (nullable), the certificate with its chain. FALSE: what was loaded before stays. */
gboolean po_tls_load (PoTls *self, const gchar *certificate, const gchar *key, GError **error);

/** For MHD_OPTION_HTTPS_CERT_CALLBACK. */
gpointer po_tls_callback (void);
