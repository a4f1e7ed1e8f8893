// SPDX-License-Identifier: GPL-3.0-or-later
// libmicrohttpd inside a GMainContext, and the checks that come before any route.
#include "control/listener.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <gio/gio.h>

#include "access/network.h"
#include "control/monitor.h"
#include "control/page.h"
#include "control/session.h"
#include "control/socket.h"
#include "model/text.h"

#define MAX_CONNECTIONS 256         // 50 pages, each with its stream and what it asks besides
#define MOST_OF_NETWORK 192         // of them; 50 pages behind one address, but never all
#define MOST_HEAD_BYTES (16 * 1024) // request line and headers
#define MOST_URI_BYTES  (8 * 1024)
#define POOL_BYTES      (256 * 1024) // for a head and more; what does not go in here libmicrohttpd refuses itself, in HTML
#define MAX_BODY_BYTES  (64 * 1024) // every request of today is a few members
#define IDLE_S          30          // a connection that moves no byte
// A request that is not complete by then is a slow one on purpose: without this, one byte each IDLE_S would hold a
// connection for ever.
#define REQUEST_DEADLINE_US (20 * G_USEC_PER_SEC)
#define SWEEP_S             5

struct _PoListener {
  const PoApi *api;
  PoControlSocket socket;
  gboolean is_tls;
  struct MHD_Daemon *daemon;
  GSource *source; // runs the daemon; ready at once where a connection was woken
  GSource *sweep;
  GHashTable *peers;    // set of Peer
  GHashTable *networks; // po_network_of() -> how many connections come from there
  GHashTable *asleep;   // set of PoExchange that may sleep
  gboolean is_ending;
};

// One connection.
typedef struct {
  int fd;
  gchar *network;          // (nullable) of none that is counted
  gint64 waiting_since_us; // for a complete request; 0 while one is being answered
} Peer;

typedef struct {
  GSource base;
  struct MHD_Daemon *daemon;
  gpointer tag;
} DaemonSource;

static gboolean source_prepare (GSource *base, gint *timeout_ms) {
  MHD_UNSIGNED_LONG_LONG wait_ms = 0;
  *timeout_ms = -1;
  if (MHD_get_timeout (((DaemonSource *)base)->daemon, &wait_ms) == MHD_YES)
    *timeout_ms = (gint)MIN (wait_ms, G_MAXINT);
  return *timeout_ms == 0;
}

static gboolean source_check (GSource *base) {
  gint timeout_ms = -1;
  return g_source_query_unix_fd (base, ((DaemonSource *)base)->tag) != 0 || source_prepare (base, &timeout_ms);
}

static guint connections (struct MHD_Daemon *daemon) {
  return MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
}

static gboolean source_dispatch (GSource *base, GSourceFunc callback, gpointer data) {
  struct MHD_Daemon *daemon = ((DaemonSource *)base)->daemon;
  guint before = 0;
  g_source_set_ready_time (base, -1);
  // Full, it stops watching the listening socket, and watches it again only in the run after some connection has gone.
  do {
    before = connections (daemon);
    MHD_run (daemon);
  } while (connections (daemon) < before);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {source_prepare, source_check, source_dispatch, NULL, NULL, NULL};

static void peer_free (gpointer data) {
  Peer *self = data;
  g_free (self->network);
  g_free (self);
}

// (transfer full) (nullable)
static GInetAddress *inet_of (const struct sockaddr *native) {
  if (native->sa_family != AF_INET && native->sa_family != AF_INET6)
    return NULL;
  gsize size = native->sa_family == AF_INET6 ? sizeof (struct sockaddr_in6) : sizeof (struct sockaddr_in);
  g_autoptr (GSocketAddress) address = g_socket_address_new_from_native ((gpointer)native, size);
  return g_object_ref (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

// (transfer full) (nullable)
static GInetAddress *client_of (struct MHD_Connection *connection) {
  return inet_of (MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
}

static guint connections_from (PoListener *self, const gchar *network) {
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->networks, network));
}

// @by: 1 or -1
static void count (PoListener *self, const gchar *network, gint by) {
  const guint left = connections_from (self, network) + (guint)by;
  if (left > 0)
    g_hash_table_replace (self->networks, g_strdup (network), GUINT_TO_POINTER (left));
  else
    g_hash_table_remove (self->networks, network);
}

// Before it is one. libmicrohttpd's own limit counts every IPv6 address for itself.
static enum MHD_Result on_accept (gpointer data, const struct sockaddr *native, socklen_t size) {
  PoListener *self = data;
  g_autoptr (GInetAddress) client = inet_of (native);
  g_autofree gchar *network = client != NULL ? po_network_of (client) : NULL;
  return network == NULL || connections_from (self, network) < MOST_OF_NETWORK ? MHD_YES : MHD_NO;
}

static void on_connection (gpointer data, struct MHD_Connection *connection, gpointer *context,
                           enum MHD_ConnectionNotificationCode what) {
  PoListener *self = data;
  if (what == MHD_CONNECTION_NOTIFY_STARTED) {
    Peer *peer = g_new0 (Peer, 1);
    peer->fd = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    g_autoptr (GInetAddress) client = client_of (connection);
    peer->network = client != NULL ? po_network_of (client) : NULL;
    peer->waiting_since_us = g_get_monotonic_time ();
    if (peer->network != NULL)
      count (self, peer->network, 1);
    g_hash_table_add (self->peers, peer);
    *context = peer;
  } else {
    const Peer *peer = *context;
    if (peer->network != NULL)
      count (self, peer->network, -1);
    g_hash_table_remove (self->peers, *context);
  }
}

static Peer *peer_of (struct MHD_Connection *connection) {
  return MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static gboolean on_sweep (gpointer data) {
  PoListener *self = data;
  gint64 now_us = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer key = NULL;
  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    Peer *peer = key;
    if (peer->waiting_since_us != 0 && now_us - peer->waiting_since_us > REQUEST_DEADLINE_US)
      shutdown (peer->fd, SHUT_RDWR); // libmicrohttpd then finds it closed
  }
  return G_SOURCE_CONTINUE;
}

static void on_completed (gpointer data, struct MHD_Connection *connection, gpointer *context,
                          enum MHD_RequestTerminationCode why) {
  PoListener *self = data;
  PoExchange *exchange = *context;
  peer_of (connection)->waiting_since_us = g_get_monotonic_time ();
  *context = NULL;
  if (exchange == NULL)
    return;
  g_hash_table_remove (self->asleep, exchange);
  po_exchange_disconnect (exchange);
  po_exchange_unref (exchange);
}

// (transfer full) (nullable)
static gchar *address_of (PoListener *self, struct MHD_Connection *connection) {
  g_autoptr (GInetAddress) client = self->socket.is_unix ? NULL : client_of (connection);
  return client != NULL ? g_inet_address_to_string (client) : NULL;
}

static void recognise (PoListener *self, struct MHD_Connection *connection, PoExchange *exchange) {
  g_autofree gchar *cookie = g_strdup_printf ("playoutd-%u", self->socket.port); // a browser's cookies know no port
  g_autofree gchar *peer = NULL;
  if (self->socket.is_unix)
    peer = po_control_socket_peer (MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
  po_exchange_set_cookie_name (exchange, cookie, self->is_tls);
  po_session_recognise (self->api, exchange, self->socket.is_loopback, peer);
}

static gboolean is_listed (const gchar *name, gchar *const *names) {
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return TRUE;
  return FALSE;
}

// Whether a browser that calls its peer @name has found us under a name that nobody else can give us.
static gboolean is_our_name (PoListener *self, const gchar *name) {
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);
  gboolean loopback = g_str_equal (name, "localhost") || (address != NULL && g_inet_address_get_is_loopback (address));
  if (loopback || is_listed (name, self->api->names))
    return TRUE;
  return !self->socket.is_loopback && (address != NULL || g_ascii_strcasecmp (name, g_get_host_name ()) == 0);
}

// A page of another site can make a browser here send requests to this port, by its own name for this address too: so a
// request must name a host that is this machine, and its origin, if any, must be that host.
static gboolean is_browser_safe (PoListener *self, PoExchange *exchange) {
  const gchar *host = po_exchange_host (exchange);
  const gchar *origin = po_exchange_header (exchange, MHD_HTTP_HEADER_ORIGIN);
  if (host == NULL)
    return origin == NULL;
  g_autofree gchar *plain = g_strconcat ("http://", host, NULL), *secure = g_strconcat ("https://", host, NULL);
  g_autoptr (GUri) uri = g_uri_parse (plain, G_URI_FLAGS_NONE, NULL);
  const gchar *name = uri != NULL ? g_uri_get_host (uri) : "";
  if (!is_our_name (self, name))
    return FALSE;
  // In clear, TLS may have ended at a proxy before us.
  return origin == NULL || g_ascii_strcasecmp (origin, secure) == 0 ||
         (!self->is_tls && g_ascii_strcasecmp (origin, plain) == 0);
}

static const PoRoute *route_of (PoExchange *exchange) {
  g_autofree gchar *word = NULL, *allow = NULL;
  return po_route_find (po_exchange_method (exchange), po_exchange_path (exchange), &word, &allow);
}

static gsize most_bytes (PoExchange *exchange) {
  const PoRoute *route = route_of (exchange);
  return route != NULL && route->upload_bytes > 0 ? route->upload_bytes : MAX_BODY_BYTES;
}

static gboolean has_large_body (PoExchange *exchange) {
  const gchar *text = po_exchange_header (exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);
  return text != NULL && g_ascii_strtoull (text, NULL, 10) > most_bytes (exchange);
}

static void answer_too_large (PoExchange *exchange) {
  g_autofree gchar *detail = g_strdup_printf (_ ("the body may have %d bytes"), (gint)most_bytes (exchange));
  po_exchange_answer_problem (exchange, MHD_HTTP_CONTENT_TOO_LARGE, "too-large", detail, NULL);
}

static void answer_no_route (PoListener *self, PoExchange *exchange, const gchar *allow) {
  if (allow != NULL && g_str_equal (po_exchange_method (exchange), "OPTIONS")) {
    po_exchange_answer_allow (exchange, MHD_HTTP_NO_CONTENT, allow);
  } else if (allow != NULL) {
    g_autofree gchar *detail = g_strdup_printf (_ ("this path takes %s"), allow);
    po_exchange_answer_problem (exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "method-not-allowed", detail, allow);
  } else if (po_page_answer (exchange)) { // the page itself is no secret: it asks for the log-in
    return;
  } else if (po_session_refuse (self->api, exchange, PO_ROLE_VIEWER) || po_monitor_answer (self->api, exchange)) {
    return;
  } else {
    po_exchange_answer_problem (exchange, MHD_HTTP_NOT_FOUND, "not-found", _ ("there is nothing at this path"), NULL);
  }
}

static gsize head_bytes (PoExchange *exchange) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info (po_exchange_connection (exchange), MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info != NULL ? info->header_size : 0;
}

static gboolean refuse_long_head (PoExchange *exchange) {
  if (head_bytes (exchange) <= MOST_URI_BYTES)
    return FALSE;
  g_autofree gchar *query = po_exchange_query_text (exchange);
  if (strlen (po_exchange_path (exchange)) + strlen (query) > MOST_URI_BYTES)
    po_exchange_answer_problem (exchange, MHD_HTTP_URI_TOO_LONG, "uri-too-long", _ ("the address is too long"), NULL);
  else if (head_bytes (exchange) > MOST_HEAD_BYTES)
    po_exchange_answer_problem (exchange, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "head-too-large",
                                _ ("the request's headers are too long"), NULL);
  return po_exchange_is_answered (exchange);
}

// What another reader of the same bytes, such as a proxy, may take for another request (RFC 9112, 3.2 and 6.3).
static gboolean is_ambiguous (PoExchange *exchange) {
  const guint lengths = po_exchange_count_header (exchange, MHD_HTTP_HEADER_CONTENT_LENGTH);
  return lengths > 1 || po_exchange_count_header (exchange, MHD_HTTP_HEADER_HOST) > 1 ||
         (lengths == 1 && po_exchange_header (exchange, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL);
}

static void refuse_head (PoExchange *exchange, const gchar *detail) {
  po_exchange_add_header (exchange, MHD_HTTP_HEADER_CONNECTION, "close");
  po_exchange_answer_problem (exchange, MHD_HTTP_BAD_REQUEST, "bad-request", detail, NULL);
}

// Refuses what the head of the request alone shows to be wrong; the body is then not read.
static void check_head (PoListener *self, PoExchange *exchange, const gchar *version) {
  if (refuse_long_head (exchange))
    return;
  if (strcmp (version, MHD_HTTP_VERSION_1_1) == 0 && po_exchange_count_header (exchange, MHD_HTTP_HEADER_HOST) == 0) {
    refuse_head (exchange, _ ("the request's head does not say its host, which HTTP/1.1 needs"));
    return;
  }
  if (is_ambiguous (exchange)) {
    refuse_head (exchange, _ ("the request's head says its host or its length twice; say each once"));
    return;
  }
  g_autofree gchar *word = NULL, *allow = NULL;
  const PoRoute *route = po_route_find (po_exchange_method (exchange), po_exchange_path (exchange), &word, &allow);
  const gchar *unknown = route != NULL ? po_exchange_unknown_query (exchange, route->query) : NULL;
  const gchar *repeated = route != NULL ? po_exchange_repeated_query (exchange) : NULL;
  if (!self->socket.is_unix && !is_browser_safe (self, exchange)) {
    po_exchange_answer_problem (
        exchange, MHD_HTTP_FORBIDDEN, "forbidden",
        _ ("the request does not come from this machine's own pages, or calls it by a name that "
           "[control] names= does not have"),
        NULL);
  } else if (route == NULL) {
    answer_no_route (self, exchange, allow);
  } else if (po_session_refuse (self->api, exchange, route->role)) {
    return;
  } else if (unknown != NULL) {
    g_autofree gchar *detail = g_strdup_printf (_ ("unknown parameter “%s”"), unknown);
    po_exchange_answer_problem (exchange, MHD_HTTP_BAD_REQUEST, "bad-request", detail, NULL);
  } else if (repeated != NULL) {
    g_autofree gchar *detail = g_strdup_printf (_ ("“%s” was given twice; give it once"), repeated);
    po_exchange_answer_problem (exchange, MHD_HTTP_BAD_REQUEST, "bad-request", detail, NULL);
  } else if (has_large_body (exchange)) {
    answer_too_large (exchange);
  }
}

static gboolean is_json_or_none (PoExchange *exchange) {
  const gchar *type = po_exchange_header (exchange, MHD_HTTP_HEADER_CONTENT_TYPE);
  g_autofree gchar *essence = type != NULL ? g_strstrip (g_strndup (type, strcspn (type, ";"))) : NULL;
  return essence == NULL || g_ascii_strcasecmp (essence, "application/json") == 0;
}

static void answer_ending (PoExchange *exchange) {
  po_exchange_answer_problem (exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable", _ ("playoutd is ending"), NULL);
}

static void answer_complete (PoListener *self, PoExchange *exchange) {
  g_autofree gchar *word = NULL, *allow = NULL;
  const PoRoute *route = po_route_find (po_exchange_method (exchange), po_exchange_path (exchange), &word, &allow);
  if (self->is_ending)
    answer_ending (exchange);
  else if (po_exchange_is_too_large (exchange))
    answer_too_large (exchange);
  else if (route->upload_bytes == 0 && !is_json_or_none (exchange))
    po_exchange_answer_problem (exchange, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type",
                                _ ("the body must be application/json"), NULL);
  else if (g_str_equal (route->method, "GET") || !po_replay_answer (self->api->replay, exchange))
    route->answer (self->api, exchange, word);
}

// Called by libmicrohttpd for the head, for each piece of the body, at the end of the request, and after a sleep.
static enum MHD_Result on_request (gpointer data, struct MHD_Connection *connection, const gchar *url,
                                   const gchar *method, const gchar *version, const gchar *upload, gsize *upload_bytes,
                                   gpointer *context) {
  PoListener *self = data;
  PoExchange *exchange = *context;
  if (exchange == NULL) {
    g_autofree gchar *address = address_of (self, connection);
    *context = exchange = po_exchange_new (connection, self->source, method, url, address);
    recognise (self, connection, exchange);
    check_head (self, exchange, version);
    return po_exchange_is_answered (exchange) ? po_exchange_send (exchange) : MHD_YES;
  }
  if (*upload_bytes > 0) {
    gboolean worth_reading = po_exchange_add_body (exchange, upload, *upload_bytes, most_bytes (exchange));
    *upload_bytes = 0;
    return worth_reading ? MHD_YES : MHD_NO;
  }
  if (!po_exchange_is_answered (exchange)) {
    peer_of (connection)->waiting_since_us = 0;
    answer_complete (self, exchange);
  }
  if (po_exchange_is_answered (exchange))
    return po_exchange_send (exchange);
  po_exchange_sleep (exchange);
  g_hash_table_add (self->asleep, exchange);
  return MHD_YES;
}

// As libmicrohttpd's own, but for "%00": decoded, it would end the text, and what follows it would be asked of nobody.
static size_t unescape (gpointer data, struct MHD_Connection *connection, gchar *text) {
  gchar *to = text;
  for (const gchar *from = text; *from != '\0';) {
    const gint high = *from == '%' ? g_ascii_xdigit_value (from[1]) : -1;
    const gint low = high >= 0 ? g_ascii_xdigit_value (from[2]) : -1;
    const gboolean is_escape = low >= 0 && high + low > 0;
    *to++ = is_escape ? (gchar)(high * 16 + low) : *from;
    from += is_escape ? 3 : 1;
  }
  *to = '\0';
  return (size_t)(to - text);
}

static void ignore_log (gpointer data, const char *format, va_list args) {
}

static struct MHD_Daemon *start_daemon (PoListener *self) {
  struct MHD_OptionItem tls[] = {
      {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, po_tls_callback ()},
      {MHD_OPTION_HTTPS_PRIORITIES, 0, "SECURE128:+SECURE192:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
      {MHD_OPTION_END, 0, NULL},
  };
  // Not strict: a request without a host it would refuse itself, in HTML and with the answer's head twice.
  return MHD_start_daemon (
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (self->is_tls ? MHD_USE_TLS : 0), 0, on_accept,
      self, on_request, self, MHD_OPTION_EXTERNAL_LOGGER, ignore_log, NULL, MHD_OPTION_LISTEN_SOCKET, self->socket.fd,
      MHD_OPTION_CONNECTION_LIMIT, (unsigned int)MAX_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      (size_t)POOL_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)IDLE_S, MHD_OPTION_NOTIFY_COMPLETED,
      on_completed, self, MHD_OPTION_NOTIFY_CONNECTION, on_connection, self, MHD_OPTION_STRICT_FOR_CLIENT, 0,
      MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_ARRAY, self->is_tls ? tls : &tls[2], MHD_OPTION_END);
}

static void attach (PoListener *self) {
  GMainContext *context = g_main_context_get_thread_default ();
  int epoll_fd = MHD_get_daemon_info (self->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
  self->source = g_source_new (&source_funcs, sizeof (DaemonSource));
  ((DaemonSource *)self->source)->daemon = self->daemon;
  ((DaemonSource *)self->source)->tag = g_source_add_unix_fd (self->source, epoll_fd, G_IO_IN);
  g_source_set_static_name (self->source, "control listener");
  g_source_attach (self->source, context);
  self->sweep = g_timeout_source_new_seconds (SWEEP_S);
  g_source_set_callback (self->sweep, on_sweep, self, NULL);
  g_source_attach (self->sweep, context);
}

PoListener *po_listener_new (const gchar *address, const PoApi *api, GError **error) {
  g_autoptr (PoListener) self = g_new0 (PoListener, 1);
  self->api = api;
  self->socket.fd = -1;
  self->peers = g_hash_table_new_full (NULL, NULL, peer_free, NULL);
  self->networks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->asleep = g_hash_table_new (NULL, NULL);
  if (po_control_socket_is_public (address) && (api->door == NULL || po_door_is_open (api->door))) {
    g_set_error (
        error, PO_ERROR, PO_ERROR_CONFIG,
        _ ("cannot listen at %s: other machines can reach it, and there are no users; make one with `playoutctl "
           "user add NAME --role admin`, or listen at 127.0.0.1"),
        address);
    return NULL;
  }
  if (!po_control_socket_open (address, &self->socket, error))
    return NULL;
  self->is_tls = api->tls != NULL && !self->socket.is_unix;
  self->daemon = start_daemon (self);
  if (self->daemon == NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("cannot serve at %s"), address);
    return NULL;
  }
  attach (self);
  return g_steal_pointer (&self);
}

guint po_listener_port (PoListener *self) {
  return self->socket.port;
}

static void drop_source (GSource *source) {
  g_source_destroy (source);
  g_source_unref (source);
}

static gpointer ref_exchange (gconstpointer exchange, gpointer data) {
  return po_exchange_ref ((PoExchange *)exchange);
}

// libmicrohttpd cannot stop while a connection sleeps. Waking one serves what has just arrived, too: that must not
// sleep.
static void wake_all (PoListener *self) {
  self->is_ending = TRUE;
  if (self->daemon == NULL)
    return;
  g_autoptr (GList) keys = g_hash_table_get_keys (self->asleep);
  g_autolist (PoExchange) asleep = g_list_copy_deep (keys, ref_exchange, NULL);
  for (GList *l = asleep; l != NULL; l = l->next)
    answer_ending (l->data);
  MHD_run (self->daemon);
}

void po_listener_free (PoListener *self) {
  if (self == NULL)
    return;
  wake_all (self);
  g_clear_pointer (&self->sweep, drop_source);
  g_clear_pointer (&self->source, drop_source);
  if (self->daemon != NULL) {
    MHD_stop_daemon (self->daemon); // closes the socket too
    self->socket.fd = -1;
  }
  po_control_socket_close (&self->socket);
  g_hash_table_unref (self->asleep);
  g_hash_table_unref (self->peers);
  g_hash_table_unref (self->networks);
  g_free (self);
}
