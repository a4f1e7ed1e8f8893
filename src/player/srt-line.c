// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/srt-line.h"

#include <stdbool.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <srt/srt.h>

#include "model/error.h"
#include "model/srt-address.h"

#define SILENT_MS     250  // a call that brings nothing for so long gives way to one that does
#define CALL_AFTER_MS 500  // of silence another call is made
#define CALL_EVERY_MS 250  // when the last one failed
#define WAIT_MS       2000 // so long a second call is kept: of ours without anything, of theirs beside one that is well
#define REFUSED_MS    500  // a call to us that was not made by then: the library refused it, without a word
#define LATENCY_MS    120
#define MAX_EVENTS    4
#define LOG_CRITICAL  2

typedef enum { CALLER, LISTENER, RENDEZVOUS } Mode;

struct _PoSrtLine {
  gchar *uri, *host; // (nullable) the second
  gint port, local_port;
  GHashTable *options; // {name: value}
  Mode mode;
  gint poll;
  SRTSOCKET listener; // SRT_INVALID_SOCK, as those below: none
  SRTSOCKET calling;  // not yet answered
  SRTSOCKET waiting;  // answered, while another one is read
  SRTSOCKET current;
  gint64 last_us;   // when `current` last brought something, or began
  gint64 called_us; // when a call was last made
  gint64 waits_us;  // since when `waiting` waits
  gint64 rings_us;  // atomic: since when somebody calls whom we have not answered; 0 = nobody
  gboolean anew;
};

static void hang_up (SRTSOCKET *call) {
  if (*call != SRT_INVALID_SOCK)
    srt_close (*call); // leaves the poll by itself
  *call = SRT_INVALID_SOCK;
}

static gint64 silent_ms (const PoSrtLine *self) {
  return (g_get_monotonic_time () - self->last_us) / 1000;
}

static Mode mode_of (GHashTable *options, const gchar *host) {
  const gchar *text = g_hash_table_lookup (options, "mode");
  if (text == NULL)
    return host == NULL ? LISTENER : CALLER;
  return g_str_equal (text, "listener") ? LISTENER : g_str_equal (text, "rendezvous") ? RENDEZVOUS : CALLER;
}

PoSrtLine *po_srt_line_new (const gchar *uri, GError **error) {
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED_QUERY, error);
  g_autoptr (GHashTable) options = parsed != NULL ? po_srt_address_options (uri, error) : NULL;
  if (options == NULL)
    return NULL;
  const gchar *host = g_uri_get_host (parsed), *local_port = g_hash_table_lookup (options, "localport");
  srt_startup ();
  srt_setloglevel (LOG_CRITICAL);
  PoSrtLine *self = g_new0 (PoSrtLine, 1);
  self->uri = g_strdup (uri);
  self->host = host != NULL && *host != '\0' ? g_strdup (host) : NULL;
  self->port = MAX (g_uri_get_port (parsed), 0);
  self->local_port = local_port != NULL ? (gint)g_ascii_strtoll (local_port, NULL, 10) : 0;
  self->mode = mode_of (options, self->host);
  self->options = g_steal_pointer (&options);
  self->poll = srt_epoll_create ();
  srt_epoll_set (self->poll, SRT_EPOLL_ENABLE_EMPTY);
  self->listener = self->calling = self->waiting = self->current = SRT_INVALID_SOCK;
  return self;
}

void po_srt_line_free (PoSrtLine *self) {
  if (self == NULL)
    return;
  hang_up (&self->listener);
  hang_up (&self->calling);
  hang_up (&self->waiting);
  hang_up (&self->current);
  srt_epoll_release (self->poll);
  srt_cleanup ();
  g_free (self->uri);
  g_free (self->host);
  g_hash_table_unref (self->options);
  g_free (self);
}

const gchar *po_srt_line_uri (PoSrtLine *self) {
  return self->uri;
}

static gboolean cannot_reach (GError **error) {
  g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM,
                       _ ("it cannot be reached; check host and port in its address, and whether it sends"));
  return FALSE;
}

// @host: NULL is every address of this machine.
static gboolean find_address (const gchar *host, gint port, struct sockaddr_storage *ret, GError **error) {
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GInetAddress) address = NULL;
  if (host == NULL)
    address = g_inet_address_new_any (G_SOCKET_FAMILY_IPV4);
  else if ((address = g_inet_address_new_from_string (host)) == NULL) {
    GList *found = g_resolver_lookup_by_name (resolver, host, NULL, NULL);
    address = found != NULL ? g_object_ref (found->data) : NULL;
    g_resolver_free_addresses (found);
  }
  if (address == NULL)
    return cannot_reach (error);
  g_autoptr (GSocketAddress) whole = g_inet_socket_address_new (address, (guint16)port);
  return g_socket_address_to_native (whole, ret, sizeof *ret, error);
}

// Those that a socket takes, by name; `bytes` of a number.
static const struct {
  const gchar *name;
  SRT_SOCKOPT option;
  gint bytes;
} socket_options[] = {
    {"pbkeylen", SRTO_PBKEYLEN, 4},
    {"passphrase", SRTO_PASSPHRASE, 0},
    {"enforcedencryption", SRTO_ENFORCEDENCRYPTION, 1},
    {"streamid", SRTO_STREAMID, 0},
    {"latency", SRTO_LATENCY, 4},
    {"rcvlatency", SRTO_RCVLATENCY, 4},
    {"peerlatency", SRTO_PEERLATENCY, 4},
    {"conntimeo", SRTO_CONNTIMEO, 4},
    {"peeridletimeo", SRTO_PEERIDLETIMEO, 4},
    {"mss", SRTO_MSS, 4},
    {"payloadsize", SRTO_PAYLOADSIZE, 4},
    {"fc", SRTO_FC, 4},
    {"rcvbuf", SRTO_RCVBUF, 4},
    {"sndbuf", SRTO_SNDBUF, 4},
    {"maxbw", SRTO_MAXBW, 8},
    {"inputbw", SRTO_INPUTBW, 8},
    {"oheadbw", SRTO_OHEADBW, 4},
    {"lossmaxttl", SRTO_LOSSMAXTTL, 4},
    {"tlpktdrop", SRTO_TLPKTDROP, 1},
    {"snddropdelay", SRTO_SNDDROPDELAY, 4},
    {"nakreport", SRTO_NAKREPORT, 1},
    {"drifttracer", SRTO_DRIFTTRACER, 1},
    {"ipttl", SRTO_IPTTL, 4},
    {"iptos", SRTO_IPTOS, 4},
};

static void set_option (SRTSOCKET call, guint which, const PoSrtOption *option, const gchar *text) {
  gint64 number = 0;
  po_srt_option_read (option, text, &number);
  const gint32 narrow = (gint32)number;
  const bool is_on = number != 0;
  const gint bytes = socket_options[which].bytes;
  const void *value = bytes == 0 ? text : bytes == 1 ? (const void *)&is_on : bytes == 4 ? &narrow : (void *)&number;
  if (srt_setsockflag (call, socket_options[which].option, value, bytes == 0 ? (int)strlen (text) : bytes) == SRT_ERROR)
    g_warning ("%s=%s: %s", option->name, bytes == 0 ? "…" : text, srt_getlasterror_str ());
}

static void set_options (SRTSOCKET call, GHashTable *options) {
  for (const PoSrtOption *option = po_srt_options; option->name != NULL; option++) {
    const gchar *text = g_hash_table_lookup (options, option->name);
    for (guint i = 0; text != NULL && i < G_N_ELEMENTS (socket_options); i++)
      if (g_str_equal (socket_options[i].name, option->name))
        set_option (call, i, option, text);
  }
}

static SRTSOCKET new_socket (const PoSrtLine *self) {
  const SRTSOCKET call = srt_create_socket ();
  const bool no = false, is_rendezvous = self->mode == RENDEZVOUS;
  const gint latency_ms = LATENCY_MS;
  srt_setsockflag (call, SRTO_RCVSYN, &no, sizeof no);
  srt_setsockflag (call, SRTO_RENDEZVOUS, &is_rendezvous, sizeof is_rendezvous);
  srt_setsockflag (call, SRTO_LATENCY, &latency_ms, sizeof latency_ms);
  set_options (call, self->options);
  return call;
}

static void watch (PoSrtLine *self, SRTSOCKET call, gint events) {
  const gint all = events | SRT_EPOLL_ERR;
  srt_epoll_add_usock (self->poll, call, &all);
}

static gboolean bind_here (SRTSOCKET call, const gchar *host, gint port, GError **error) {
  struct sockaddr_storage here;
  if (!find_address (host, port, &here, error))
    return FALSE;
  if (srt_bind (call, (struct sockaddr *)&here, sizeof here) != SRT_ERROR)
    return TRUE;
  g_set_error_literal (error, PO_ERROR, PO_ERROR_CONFLICT,
                       _ ("its address or port is not free on this machine; choose another one in its address"));
  return FALSE;
}

// In the library's own thread, before it looks at the passphrase.
static int on_ring (void *opaque, SRTSOCKET call, int version, const struct sockaddr *peer, const char *stream) {
  PoSrtLine *self = opaque;
  gint64 nobody = 0;
  __atomic_compare_exchange_n (&self->rings_us, &nobody, g_get_monotonic_time (), FALSE, __ATOMIC_RELAXED,
                               __ATOMIC_RELAXED);
  return 0;
}

static gboolean listen_now (PoSrtLine *self, GError **error) {
  self->listener = new_socket (self);
  srt_listen_callback (self->listener, on_ring, self);
  if (bind_here (self->listener, self->host, self->port, error) && srt_listen (self->listener, 2) != SRT_ERROR) {
    watch (self, self->listener, SRT_EPOLL_IN);
    return TRUE;
  }
  hang_up (&self->listener);
  return error != NULL && *error == NULL ? cannot_reach (error) : FALSE;
}

static gboolean call_now (PoSrtLine *self, GError **error) {
  struct sockaddr_storage there;
  const gboolean is_rendezvous = self->mode == RENDEZVOUS;
  const gint local_port = self->local_port > 0 || !is_rendezvous ? self->local_port : self->port;
  self->called_us = g_get_monotonic_time ();
  if (!find_address (self->host, self->port, &there, error))
    return FALSE;
  self->calling = new_socket (self);
  if ((local_port == 0 ||
       bind_here (self->calling, g_hash_table_lookup (self->options, "localaddress"), local_port, error)) &&
      srt_connect (self->calling, (struct sockaddr *)&there, sizeof there) != SRT_ERROR) {
    watch (self, self->calling, SRT_EPOLL_OUT);
    return TRUE;
  }
  hang_up (&self->calling);
  return *error == NULL ? cannot_reach (error) : FALSE;
}

// What is missing is set up. A second call from the same port, or to the same, cannot be made.
static gboolean set_up (PoSrtLine *self, GError **error) {
  const gboolean is_alone = self->current == SRT_INVALID_SOCK;
  if (self->mode == LISTENER)
    return self->listener != SRT_INVALID_SOCK || listen_now (self, error);
  if (self->calling != SRT_INVALID_SOCK || self->waiting != SRT_INVALID_SOCK)
    return TRUE;
  if (is_alone)
    return call_now (self, error);
  g_autoptr (GError) ignored = NULL;
  const gboolean is_due = g_get_monotonic_time () - self->called_us >= CALL_EVERY_MS * G_GINT64_CONSTANT (1000);
  if (self->mode == CALLER && self->local_port == 0 && is_due && silent_ms (self) >= CALL_AFTER_MS)
    call_now (self, &ignored);
  return TRUE;
}

static void take (PoSrtLine *self, SRTSOCKET *call) {
  hang_up (&self->current);
  self->current = *call;
  *call = SRT_INVALID_SOCK;
  self->last_us = g_get_monotonic_time ();
  self->anew = TRUE;
  watch (self, self->current, SRT_EPOLL_IN);
}

static void let_wait (PoSrtLine *self, SRTSOCKET call) {
  hang_up (&self->waiting);
  self->waiting = call;
  self->waits_us = g_get_monotonic_time ();
}

static gboolean brings_something (SRTSOCKET call) {
  int32_t events = 0;
  int size = sizeof events;
  return srt_getsockflag (call, SRTO_EVENT, &events, &size) != SRT_ERROR && (events & SRT_EPOLL_IN) != 0;
}

// Whoever waits takes over, or goes: a second call of ours as soon as the first is well, for a peer that was stopped
// may have answered without meaning to send on it.
static void decide (PoSrtLine *self) {
  if (self->waiting == SRT_INVALID_SOCK)
    return;
  const gboolean is_silent = silent_ms (self) >= SILENT_MS, is_ours = self->mode != LISTENER;
  const gboolean is_long = g_get_monotonic_time () - self->waits_us >= WAIT_MS * G_GINT64_CONSTANT (1000);
  if (self->current == SRT_INVALID_SOCK || (is_silent && brings_something (self->waiting)))
    take (self, &self->waiting);
  else if (is_ours ? !is_silent || is_long : !is_silent && is_long)
    hang_up (&self->waiting);
}

static gboolean on_refused (PoSrtLine *self, GError **error) {
  const gint reason = srt_getrejectreason (self->calling);
  hang_up (&self->calling);
  if (self->current != SRT_INVALID_SOCK)
    return TRUE; // which may only have been stopped
  if (reason != SRT_REJ_BADSECRET && reason != SRT_REJ_UNSECURE)
    return cannot_reach (error);
  g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT,
                       _ ("it refuses our name or password; mend them in its address"));
  return FALSE;
}

static gboolean on_event (PoSrtLine *self, const SRT_EPOLL_EVENT *event, GError **error) {
  if (event->fd == self->listener) {
    const SRTSOCKET call = srt_accept (self->listener, NULL, NULL);
    if (call != SRT_INVALID_SOCK)
      let_wait (self, call);
    return TRUE;
  }
  if (event->fd != self->calling)
    return TRUE;
  if (srt_getsockstate (self->calling) != SRTS_CONNECTED)
    return on_refused (self, error);
  srt_epoll_remove_usock (self->poll, self->calling);
  let_wait (self, self->calling);
  self->calling = SRT_INVALID_SOCK;
  return TRUE;
}

static gint read_current (PoSrtLine *self, guint8 *bytes, gboolean *ret_anew) {
  if (self->current == SRT_INVALID_SOCK)
    return 0;
  const gint n_bytes = srt_recvmsg (self->current, (char *)bytes, PO_SRT_LINE_BYTES_MAX);
  if (n_bytes == SRT_ERROR && srt_getlasterror (NULL) != SRT_EASYNCRCV)
    hang_up (&self->current);
  if (n_bytes <= 0)
    return 0;
  self->last_us = g_get_monotonic_time ();
  *ret_anew = self->anew;
  self->anew = FALSE;
  return n_bytes;
}

// Somebody called us in vain.
static gboolean has_refused (PoSrtLine *self, GError **error) {
  const gint64 rings_us = __atomic_load_n (&self->rings_us, __ATOMIC_RELAXED);
  const gboolean is_answered = self->current != SRT_INVALID_SOCK;
  if (rings_us == 0 || (!is_answered && g_get_monotonic_time () - rings_us < REFUSED_MS * G_GINT64_CONSTANT (1000)))
    return FALSE;
  __atomic_store_n (&self->rings_us, 0, __ATOMIC_RELAXED);
  if (!is_answered)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_CONFLICT,
                         _ ("whoever calls here has another password; give both the same one"));
  return !is_answered;
}

gint po_srt_line_receive (PoSrtLine *self, guint8 *bytes, gint timeout_ms, gboolean *ret_anew, GError **error) {
  SRT_EPOLL_EVENT events[MAX_EVENTS];
  *ret_anew = FALSE;
  gint n_bytes = read_current (self, bytes, ret_anew);
  if (n_bytes > 0)
    return n_bytes;
  if (!set_up (self, error))
    return -1;
  const gint n_events = srt_epoll_uwait (self->poll, events, MAX_EVENTS, timeout_ms);
  for (gint i = 0; i < MIN (n_events, MAX_EVENTS); i++)
    if (!on_event (self, &events[i], error))
      return -1;
  decide (self);
  if (has_refused (self, error))
    return -1;
  return read_current (self, bytes, ret_anew);
}
