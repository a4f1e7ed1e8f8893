// SPDX-License-Identifier: GPL-3.0-or-later
// Which daemon a verb asks, and asking it.
#pragma once

#include "ctl/ctl.h"

/** The control socket of the daemon that the options name. (transfer full) */
gchar *po_ctl_socket (PoCtl *ctl, GError **error);

/** NULL with @error; *@code is then the exit code, if the error alone does not say it. (transfer full) */
JsonNode *po_ctl_ask (PoCtl *ctl, const gchar *method, const gchar *path, JsonObject *body, int *code, GError **error);
/** Turns @error into words for a daemon that is not there. */
void po_ctl_say_away (PoCtl *ctl, const gchar *socket, int *code, GError **error);
/** As po_ctl_ask(), for a POST of a calendar. (transfer full) */
JsonNode *po_ctl_send (PoCtl *ctl, const gchar *path, GBytes *calendar, int *code, GError **error);
