// SPDX-License-Identifier: GPL-3.0-or-later
// An SRT source across calls: who calls anew takes the place of one that fell silent, never of one that sends; a peer
// that was only stopped is still there afterwards; a wrong passphrase is said to be one.
#include "player/srt-line.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <signal.h>
#include <srt/srt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/error.h"
#include "model/srt-address.h"

#define SECRET      "ten letters"
#define EVERY_US    10000
#define DEADLINE_US (60 * G_USEC_PER_SEC)
#define MANY        100 // messages

static const gchar *program;

static struct sockaddr_in address_of (gint port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons ((guint16)port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
}

// A peer, in a process of its own so that it can be stopped: sends @tag again and again until it is hung up on.
static gint send_as (const gchar *mode, gint port, const gchar *tag) {
  struct sockaddr_in address = address_of (port);
  const bool is_rendezvous = g_str_equal (mode, "meets");
  srt_startup ();
  SRTSOCKET call = srt_create_socket ();
  srt_setsockflag (call, SRTO_PASSPHRASE, SECRET, (int)strlen (SECRET));
  srt_setsockflag (call, SRTO_RENDEZVOUS, &is_rendezvous, sizeof is_rendezvous);
  if (is_rendezvous) {
    struct sockaddr_in here = address_of (port + 1);
    srt_bind (call, (struct sockaddr *)&here, sizeof here);
  }
  if (is_rendezvous || g_str_equal (mode, "calls")) {
    if (srt_connect (call, (struct sockaddr *)&address, sizeof address) == SRT_ERROR)
      return EXIT_FAILURE;
  } else {
    srt_bind (call, (struct sockaddr *)&address, sizeof address);
    srt_listen (call, 1);
    call = srt_accept (call, NULL, NULL);
  }
  while (srt_send (call, tag, (int)strlen (tag)) != SRT_ERROR)
    g_usleep (EVERY_US);
  return EXIT_SUCCESS;
}

static gboolean is_free (gint port) {
  g_autoptr (GSocket) probe = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  struct sockaddr_in address = address_of (port);
  g_autoptr (GSocketAddress) there = g_socket_address_new_from_native (&address, sizeof address);
  return g_socket_bind (probe, there, FALSE, NULL);
}

static gint free_port (void) {
  g_autoptr (GSocket) probe = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  struct sockaddr_in any = address_of (0);
  g_autoptr (GSocketAddress) address = g_socket_address_new_from_native (&any, sizeof any);
  g_assert_true (g_socket_bind (probe, address, FALSE, NULL));
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (probe, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static GPid start (const gchar *mode, gint port, const gchar *tag) {
  g_autofree gchar *number = g_strdup_printf ("%d", port);
  gchar *argv[] = {(gchar *)program, (gchar *)mode, number, (gchar *)tag, NULL};
  GPid pid = 0;
  g_autoptr (GError) error = NULL;
  g_spawn_async (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

static void end (GPid pid) {
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  g_spawn_close_pid (pid);
}

static PoSrtLine *line_for (const gchar *mode, gint port, const gchar *secret) {
  g_autofree gchar *uri = g_strdup_printf ("srt://127.0.0.1:%d?mode=%s&latency=40&passphrase=%s", port, mode, secret);
  g_autoptr (GError) error = NULL;
  PoSrtLine *line = po_srt_line_new (uri, &error);
  g_assert_no_error (error);
  return line;
}

// The next message; errors, of a peer that is not up yet, are passed over.
static gchar *next (PoSrtLine *line, gboolean *ret_anew) {
  guint8 bytes[PO_SRT_LINE_BYTES_MAX];
  const gint64 until_us = g_get_monotonic_time () + DEADLINE_US;
  while (g_get_monotonic_time () < until_us) {
    const gint n = po_srt_line_receive (line, bytes, 50, ret_anew, NULL);
    if (n > 0)
      return g_strndup ((gchar *)bytes, (gsize)n);
  }
  g_error ("nothing comes");
}

static void expect (PoSrtLine *line, const gchar *tag, gint n) {
  gboolean anew;
  for (gint i = 0; i < n; i++) {
    g_autofree gchar *message = next (line, &anew);
    g_assert_cmpstr (message, ==, tag);
  }
}

// Until @tag comes, which says then that it is of another call.
static void await (PoSrtLine *line, const gchar *tag) {
  gboolean anew, came = FALSE;
  while (!came) {
    g_autofree gchar *message = next (line, &anew);
    came = g_str_equal (message, tag);
    g_assert_true (anew || !came);
  }
}

static void test_called_anew (void) {
  const gint port = free_port ();
  g_autoptr (PoSrtLine) line = line_for ("listener", port, SECRET);
  g_assert_cmpint (po_srt_line_receive (line, (guint8[PO_SRT_LINE_BYTES_MAX]){0}, 0, &(gboolean){0}, NULL), ==, 0);
  const GPid first = start ("calls", port, "first");
  await (line, "first");
  const GPid intruder = start ("calls", port, "intruder");
  expect (line, "first", MANY);
  kill (first, SIGSTOP);
  end (intruder);
  const GPid second = start ("calls", port, "second");
  await (line, "second");
  kill (first, SIGCONT);
  expect (line, "second", MANY);
  end (first);
  end (second);
}

static void test_calls_anew (void) {
  const gint port = free_port ();
  g_autoptr (PoSrtLine) line = line_for ("caller", port, SECRET);
  const GPid first = start ("listens", port, "first");
  await (line, "first");
  kill (first, SIGSTOP);
  gboolean anew;
  guint8 bytes[PO_SRT_LINE_BYTES_MAX];
  for (gint i = 0; i < 20; i++) // long enough for another call
    po_srt_line_receive (line, bytes, 50, &anew, NULL);
  kill (first, SIGCONT);
  expect (line, "first", MANY);
  end (first);
  const GPid second = start ("listens", port, "second");
  await (line, "second");
  end (second);
}

// Both call each other, from the ports that they agreed on; whoever is there first waits, and one that fell over comes
// again.
static void test_rendezvous (void) {
  gint port = free_port ();
  while (!is_free (port + 1))
    port = free_port ();
  g_autofree gchar *uri = g_strdup_printf ("srt://127.0.0.1:%d?mode=rendezvous&localport=%d&passphrase=%s&conntimeo=300"
                                           "&peeridletimeo=500",
                                           port + 1, port, SECRET);
  g_autoptr (GError) error = NULL;
  g_autoptr (PoSrtLine) line = po_srt_line_new (uri, &error);
  g_assert_no_error (error);
  static const gchar *const tags[] = {"first", "second"};
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    const GPid peer = start ("meets", port, tags[i]);
    await (line, tags[i]);
    expect (line, tags[i], MANY);
    end (peer);
  }
}

// What an address may say the library takes, or a warning ends the test.
static void test_options (void) {
  for (const PoSrtOption *option = po_srt_options; option->name != NULL; option++) {
    if (option->kind == PO_SRT_TEXT || option->kind == PO_SRT_WORD)
      continue;
    const gint64 bounds[] = {option->least, option->kind == PO_SRT_SWITCH ? 1 : option->most};
    for (guint i = 0; i < G_N_ELEMENTS (bounds); i++) {
      g_autofree gchar *uri = g_strdup_printf ("srt://127.0.0.1:%d?mode=listener&%s=%" G_GINT64_FORMAT, free_port (),
                                               option->name, bounds[i]);
      g_autoptr (PoSrtLine) line = po_srt_line_new (uri, NULL);
      g_assert_cmpint (po_srt_line_receive (line, (guint8[PO_SRT_LINE_BYTES_MAX]){0}, 0, &(gboolean){0}, NULL), ==, 0);
    }
  }
}

// @peer calls or listens, the line does the other, and says why nothing comes of it.
static void check_wrong_secret (const gchar *mode, const gchar *peer_does, PoError expected) {
  const gint port = free_port ();
  g_autoptr (PoSrtLine) line = line_for (mode, port, "not that one");
  guint8 bytes[PO_SRT_LINE_BYTES_MAX];
  gboolean anew;
  g_autoptr (GError) error = NULL;
  po_srt_line_receive (line, bytes, 0, &anew, NULL); // it listens before anybody calls
  const GPid peer = start (peer_does, port, "peer");
  while (!g_error_matches (error, PO_ERROR, (gint)expected)) {
    g_clear_error (&error);
    g_assert_cmpint (po_srt_line_receive (line, bytes, 50, &anew, &error), <=, 0);
  }
  end (peer);
}

static void test_wrong_secret (void) {
  check_wrong_secret ("caller", "listens", PO_ERROR_INPUT);
  check_wrong_secret ("listener", "calls", PO_ERROR_CONFLICT);
}

int main (int argc, char **argv) {
  if (argc == 4)
    return send_as (argv[1], (gint)g_ascii_strtoll (argv[2], NULL, 10), argv[3]);
  g_test_init (&argc, &argv, NULL);
  program = argv[0];
  g_test_add_func ("/srt-line/called-anew", test_called_anew);
  g_test_add_func ("/srt-line/calls-anew", test_calls_anew);
  g_test_add_func ("/srt-line/rendezvous", test_rendezvous);
  g_test_add_func ("/srt-line/options", test_options);
  g_test_add_func ("/srt-line/wrong-secret", test_wrong_secret);
  return g_test_run ();
}
