// SPDX-License-Identifier: GPL-3.0-or-later
#include "access/network.h"

#include <string.h>

#define V6_BYTES      16
#define NETWORK_BYTES 8
#define MAPPED_BYTES  12 // before the IPv4 address within

// How an IPv4 client of a socket that takes both is seen.
static gboolean is_mapped (const guint8 *bytes) {
  static const guint8 prefix[MAPPED_BYTES] = {[10] = 0xff, [11] = 0xff};
  return memcmp (bytes, prefix, MAPPED_BYTES) == 0;
}

gchar *po_network_of (GInetAddress *address) {
  const guint8 *bytes = g_inet_address_to_bytes (address);
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return g_inet_address_to_string (address);
  if (is_mapped (bytes)) {
    g_autoptr (GInetAddress) within = g_inet_address_new_from_bytes (bytes + MAPPED_BYTES, G_SOCKET_FAMILY_IPV4);
    return g_inet_address_to_string (within);
  }
  guint8 network[V6_BYTES] = {0};
  memcpy (network, bytes, NETWORK_BYTES);
  g_autoptr (GInetAddress) first = g_inet_address_new_from_bytes (network, G_SOCKET_FAMILY_IPV6);
  g_autofree gchar *text = g_inet_address_to_string (first);
  return g_strconcat (text, "/64", NULL);
}
