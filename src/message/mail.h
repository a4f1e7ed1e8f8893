// SPDX-License-Identifier: GPL-3.0-or-later
// A letter as the text of a mail: UTF-8 subjects and names in the forms of RFC 2047, the body in base64. Pure.
#pragma once

#include "message/letter.h"

/** With CRLF line ends. (transfer full) */
gchar *po_mail_text (const PoLetter *letter, const gchar *from, const gchar *to);

/** FALSE: it could not stand in a mail's header, or smuggle one in. */
gboolean po_mail_is_address (const gchar *text);
