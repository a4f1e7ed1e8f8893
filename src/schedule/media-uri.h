// SPDX-License-Identifier: GPL-3.0-or-later
// What a URI in a calendar is to the channel: a file or folder of the library, a live source, or nothing that plays.
// Pure text; it looks at no file.
#pragma once

#include "model/occurrence.h"

typedef enum { PO_MEDIA_URI_NONE, PO_MEDIA_URI_FILE, PO_MEDIA_URI_LIVE } PoMediaUri;

/** @fmttype: (nullable). For NONE, @ret_why says what it is instead ("a web page"), translated. */
PoMediaUri po_media_uri_classify (const gchar *uri, const gchar *fmttype, const gchar **ret_why);

/** A URI has no escapes in iCalendar, but programs write them; white space around it goes. (transfer full) */
gchar *po_media_uri_unescape (const gchar *value);
