// SPDX-License-Identifier: GPL-3.0-or-later
// The project's one GError domain. Codes say whose fault an error is, so that a caller knows whether to ask the
// operator, try again, or file a bug. Messages are translated, name the file, line or key concerned, and say what to do
// next. Libraries return errors and never log them; only daemon.c, main.c and playoutctl speak to people.
#pragma once

#include <glib.h>

#define PO_ERROR (po_error_quark ())
GQuark po_error_quark (void);

/**
 * PoError:
 * @PO_ERROR_INTERNAL: a broken invariant of ours; a bug
 * @PO_ERROR_INPUT: the caller's or a file's data is wrong (a calendar, a clip, an option, a request)
 * @PO_ERROR_CONFIG: the configuration is wrong; the message names file, line and key
 * @PO_ERROR_SYSTEM: the machine refused (disk, socket, process, permission); worth another try
 * @PO_ERROR_NOT_FOUND: what was named does not exist
 * @PO_ERROR_CONFLICT: the state moved on since the caller looked, or another instance holds it
 * @PO_ERROR_TAKEN: what is to be made is there already, and the caller did not say that it gives way
 * @PO_ERROR_NO_ROOM: the disk is full, or the share of it that is ours; worth another try once somebody has made room
 */
typedef enum {
  PO_ERROR_INTERNAL,
  PO_ERROR_INPUT,
  PO_ERROR_CONFIG,
  PO_ERROR_SYSTEM,
  PO_ERROR_NOT_FOUND,
  PO_ERROR_CONFLICT,
  PO_ERROR_TAKEN,
  PO_ERROR_NO_ROOM,
} PoError;
