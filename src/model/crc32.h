// SPDX-License-Identifier: GPL-3.0-or-later
// The check at the end of the tables of transport streams and DVB (ISO/IEC 13818-1, annex A). Pure.
#pragma once

#include <glib.h>

/** Of @size bytes; 0 of those that end with their own, its highest byte first. */
guint32 po_crc32_mpeg (const guint8 *data, gsize size);
