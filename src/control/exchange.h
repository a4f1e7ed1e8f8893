// SPDX-License-Identifier: GPL-3.0-or-later
// One HTTP request and its answer. A listener makes it, a route's handler answers it: at once, or later from the same
// thread, in which case the connection sleeps until then (the seam for event streams and slow reads).
// It knows HTTP's words and JSON, and no route. Server's thread only; reference counted.
#pragma once

#include <json-glib/json-glib.h>
#include <microhttpd.h>

#include "access/role.h"
#include "model/error.h"

typedef struct _PoExchange PoExchange;

/** @connection outlives the exchange's answer; @runner runs its daemon, and outlives it; @target: a path, or a whole
 * address; @address: where the asker is. Nobody known asks until po_exchange_set_caller(). (transfer full) */
PoExchange *po_exchange_new (struct MHD_Connection *connection, GSource *runner, const gchar *method,
                             const gchar *target, const gchar *address);
PoExchange *po_exchange_ref (PoExchange *self);
void po_exchange_unref (PoExchange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoExchange, po_exchange_unref)

const gchar *po_exchange_method (PoExchange *self);
const gchar *po_exchange_path (PoExchange *self);
/** As which host it was called, with the port. (nullable) */
const gchar *po_exchange_host (PoExchange *self);
/** @name: the asker's, for the journal; NULL = the address. */
void po_exchange_set_caller (PoExchange *self, const gchar *name, PoRole role);
const gchar *po_exchange_who (PoExchange *self);
PoRole po_exchange_role (PoExchange *self);
const gchar *po_exchange_address (PoExchange *self); // (nullable) over a Unix socket
gboolean po_exchange_is_local (PoExchange *self);    // over a Unix socket

/** The key of "Authorization: Bearer KEY", or the password of Basic, or NULL. (transfer full) */
gchar *po_exchange_key (PoExchange *self);
/** The name of the session's cookie here, and what is said with it when it is set. */
void po_exchange_set_cookie_name (PoExchange *self, const gchar *name, gboolean is_secure);
const gchar *po_exchange_session (PoExchange *self); // (nullable)
/** Gives the browser a session for @length_s seconds with the answer; NULL takes it away. */
void po_exchange_give_session (PoExchange *self, const gchar *key, gint64 length_s);
struct MHD_Connection *po_exchange_connection (PoExchange *self);      // (nullable) once gone
const gchar *po_exchange_header (PoExchange *self, const gchar *name); // (nullable)
/** How often the request says @name. */
guint po_exchange_count_header (PoExchange *self, const gchar *name);
/** If-None-Match of the request has @etag, compared weakly (RFC 9110, 13.1.2). */
gboolean po_exchange_knows (PoExchange *self, const gchar *etag);
#define PO_LANGUAGE_QUERY "language" // in the query of what a browser asks for without headers of its own
const gchar *po_exchange_language (PoExchange *self); // that it wants most of those that we speak; (nullable)
const gchar *po_exchange_query (PoExchange *self, const gchar *parameter); // (nullable)

/** All query parameters as they came, "name=value" a line. (transfer full) */
gchar *po_exchange_query_text (PoExchange *self);
/** The first query parameter that is not in @known (NULL-terminated), or NULL. (transfer none) */
const gchar *po_exchange_unknown_query (PoExchange *self, const gchar *const *known);
/** The first one that was given before, or NULL: which of the two is meant nobody can tell. (transfer none) */
const gchar *po_exchange_repeated_query (PoExchange *self);

/** Takes in more of the body; past @limit_bytes it only remembers that there was too much. FALSE: far too much, the
 * connection should be closed. */
gboolean po_exchange_add_body (PoExchange *self, const gchar *bytes, gsize length, gsize limit_bytes);
gboolean po_exchange_is_too_large (PoExchange *self);

/** The body as it came. (transfer none) */
const guint8 *po_exchange_body (PoExchange *self, gsize *ret_length);

/** @seen is called with a JSON answer's status and text; @free_data when the exchange ends. One at a time. */
typedef void (*PoExchangeSeen) (PoExchange *self, guint status, const gchar *body, gpointer data);
void po_exchange_watch_answer (PoExchange *self, PoExchangeSeen seen, gpointer data, GDestroyNotify free_data);

/** The body as a JSON object; an empty body is an empty object. (transfer full) */
JsonObject *po_exchange_json_body (PoExchange *self, GError **error);

/** A header of the answer, which is yet to be given. */
void po_exchange_add_header (PoExchange *self, const gchar *name, const gchar *value);

/** The answer; only the first one counts. Of texts that carry several languages (model/text.h) the asker's is sent.
 * What a GET succeeds with gets an entity tag, and is left out where the asker has it already. @allow (nullable)
 * becomes the Allow header. (transfer full) of @body, which may be NULL for none. */
void po_exchange_answer (PoExchange *self, guint status, JsonNode *body);
/** The same with JSON that is text already. @stamp: (nullable) what its entity tag is made of, if not the text. */
void po_exchange_answer_text (PoExchange *self, GBytes *text, const gchar *stamp);
void po_exchange_answer_allow (PoExchange *self, guint status, const gchar *allow);
/** Likewise, with bytes that are no JSON; only what succeeds. */
void po_exchange_answer_bytes (PoExchange *self, GBytes *bytes, const gchar *type);
/** Answers with a problem of RFC 9457. */
void po_exchange_answer_problem (PoExchange *self, guint status, const gchar *code, const gchar *detail,
                                 const gchar *allow);
/** Answers with @response as it is. (transfer full) */
void po_exchange_answer_with (PoExchange *self, guint status, struct MHD_Response *response);
/** The same as po_exchange_answer_problem(), from an error of ours. */
void po_exchange_answer_error (PoExchange *self, const GError *error);

gboolean po_exchange_is_answered (PoExchange *self);

/** For the listener: puts the connection to sleep until the answer; queues the answer. */
void po_exchange_sleep (PoExchange *self);
enum MHD_Result po_exchange_send (PoExchange *self);
/** For the listener: the connection is gone; a late answer is then dropped. */
void po_exchange_disconnect (PoExchange *self);
