// SPDX-License-Identifier: GPL-3.0-or-later
// What one channel needs to know to send: by which means, where to, and what it tells when. A plain value.
#pragma once

#include "message/route.h"

typedef enum { PO_MESSAGE_MAIL, PO_MESSAGE_WEBHOOK, PO_MESSAGE_COMMAND } PoMessageKind;
typedef enum { PO_MESSAGE_TLS_REQUIRED, PO_MESSAGE_TLS_IF_OFFERED, PO_MESSAGE_TLS_OFF } PoMessageTls;

/** PoMessageSettings: strings are NULL where they do not apply. */
typedef struct {
  gchar *name;
  gchar *station; // the television channel's name, as people know it
  PoMessageKind kind;
  gchar *uri;
  gchar **argv; // of the command
  gchar **to;
  gchar *from, *user;
  gchar *secret_file; // its first line: the password, or the bearer token; read at each sending
  gchar *ca_file;
  PoMessageTls tls;
  PoRouteRules rules;
  gint64 retry_ms; // after the first failure; then ever more slowly
} PoMessageSettings;

PoMessageSettings *po_message_settings_new (const gchar *name, PoMessageKind kind); // (transfer full)
void po_message_settings_free (PoMessageSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoMessageSettings, po_message_settings_free)
