// SPDX-License-Identifier: GPL-3.0-or-later
// Certificate and key of the control API, to be replaced while it runs. One in a process. Server's thread only. Private
// to control/.
#pragma once

#include <microhttpd.h>

#include "model/error.h"
#include "model/finding.h"

typedef struct _PoTls PoTls;

PoTls *po_tls_new (void);
/** After the listeners have stopped. */
void po_tls_free (PoTls *self);

/** PEM files (nullable), the certificate with its chain. FALSE: what was loaded before stays. */
gboolean po_tls_load (PoTls *self, const gchar *certificate, const gchar *key, GError **error);

/** Whether the certificate in use, if there is one, is good at @now_ns, all of its chain. */
gboolean po_tls_is_valid (const PoTls *self, PoTimeNs now_ns);
/** What is wrong with it then, or soon will be. (transfer full) (nullable) */
PoFinding *po_tls_judge (const PoTls *self, PoTimeNs now_ns, GTimeZone *zone);

/** For MHD_OPTION_HTTPS_CERT_CALLBACK. */
gpointer po_tls_callback (void);
