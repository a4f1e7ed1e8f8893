// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody may do: each role may what the ones before it may. Pure.
#pragma once

#include <glib.h>

/**
 * PoRole:
 * @PO_ROLE_NONE: nobody that is known
 * @PO_ROLE_VIEWER: sees everything, changes nothing
 * @PO_ROLE_PRODUCER: brings clips and calendars in, for somebody else to put in force
 * @PO_ROLE_OPERATOR: acts on the air, puts calendars in force
 * @PO_ROLE_ADMIN: everything
 */
typedef enum { PO_ROLE_NONE, PO_ROLE_VIEWER, PO_ROLE_PRODUCER, PO_ROLE_OPERATOR, PO_ROLE_ADMIN } PoRole;

const gchar *po_role_to_string (PoRole role); // "operator"
/** FALSE for anything but viewer, producer, operator, admin. */
gboolean po_role_from_string (const gchar *text, PoRole *ret_role);
