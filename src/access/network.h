// SPDX-License-Identifier: GPL-3.0-or-later
// Who counts as one where askers are counted. An IPv4 address does; of IPv6 every line has 2^64 and more, so that all
// of a /64 do.
#pragma once

#include <gio/gio.h>

/** "192.0.2.1" or "2001:db8:0:1::/64". (transfer full) */
gchar *po_network_of (GInetAddress *address);
