// SPDX-License-Identifier: GPL-3.0-or-later
// The operators' page as it was built into the program: bytes by path, with what HTTP says of them. Whether there is a
// page at all is decided at build time (-Dweb=). It knows neither HTTP server nor playout. Any thread.
#pragma once

#include <gio/gio.h>

/** FALSE where the page was left out of the build. */
gboolean po_web_is_built (void);

/** What lies at @path: "/", "/assets/app.js" …; NULL if nothing does. @ret_type (static): its media type;
 * @ret_etag (transfer full): its entity tag, in quotes. (transfer full) */
GBytes *po_web_lookup (const gchar *path, const gchar **ret_type, gchar **ret_etag);
