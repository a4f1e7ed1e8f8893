// SPDX-License-Identifier: GPL-3.0-or-later
// What parent and child say over their SEQPACKET socket: one LOAD down, with the ring and the media file as
// descriptors; short fixed reports up. The parent never blocks on it and believes nothing: exact size, known type,
// NUL forced, a bound on the number.
#pragma once

#include "ring/layout.h"

#define PO_MESSAGE_MAGIC    0x504f4432u
#define PO_MESSAGE_CHILD_FD 3 // where a child finds its end
#define PO_MESSAGE_MAX_FDS  4

typedef enum { PO_LOAD_FILE, PO_LOAD_LIVE } PoLoadKind;
typedef enum { PO_LOAD_SANDBOX_ON, PO_LOAD_SANDBOX_OFF, PO_LOAD_SANDBOX_REQUIRED } PoLoadSandbox;

/** PoLoad: the one order a child gets. FILE: descriptors are ring, media, where has_subtitles their text, and where
 * has_spare the file for a copy of the media; LIVE: ring alone. */
typedef struct {
  guint32 magic;
  guint32 kind;    // PoLoadKind
  guint32 sandbox; // PoLoadSandbox
  gint32 fps_n, fps_d;
  guint32 silence_peak; // LIVE: samples that never pass this are silence
  guint32 slack_ms;     // LIVE that comes in segments: how much later than in time it is played
  gint64 media_in_ns;
  guint32 fields;      // FILE: PoFieldOrder
  guint32 sound_track; // FILE: which of its sound tracks, from 0
  gint32 gain_mb;      // FILE: static gain of the sound, in hundredths of a dB
  gint32 ceiling_mb;   // FILE: highest true peak, likewise
  guint32 limit;       // FILE: whether the ceiling holds
  guint32 has_subtitles, has_spare;
  PoRingLayout layout;
  gchar font[128];  // of subtitles without a style of their own
  gchar name[1024]; // FILE: base name, a hint for messages only; LIVE: the URI
} PoLoad;

typedef enum {
  PO_PLAYER_REPORT_WARM = 1, // plugins loaded, waiting for LOAD
  PO_PLAYER_REPORT_LOADED,   // LOAD understood, media about to be opened
  PO_PLAYER_REPORT_FIRST,    // the first picture is in the ring; of a FILE its sound too, as far as there are any
  PO_PLAYER_REPORT_ENDED,    // value = first house frame without picture
  PO_PLAYER_REPORT_ERROR,    // text: it cannot go on
  PO_PLAYER_REPORT_INFO,     // text
  PO_PLAYER_REPORT_FORMAT,   // text: what a live source sends
  PO_PLAYER_REPORT_BORN,     // of a nursery: value = the process number of a new player, or -1
  PO_PLAYER_REPORT_LAST_ = PO_PLAYER_REPORT_BORN,
} PoPlayerReportKind;

/** PoPlayerReport: what a child says; always of this size. */
typedef struct {
  guint32 kind;
  guint32 reserved;
  gint64 value;
  gchar text[240];
} PoPlayerReport;

/** A connected pair, close-on-exec, the parent's end non-blocking. */
gboolean po_message_pair (gint *ret_parent_fd, gint *ret_child_fd, GError **error);

/** Parent: sends @load with @n_fds descriptors (transfer none). Never blocks. */
gboolean po_message_send_load (gint socket_fd, const PoLoad *load, const gint *fds, guint n_fds, GError **error);

/** Child: waits for LOAD. Unused @fds are -1; all are close-on-exec (transfer full). FALSE: the parent went away. */
gboolean po_message_receive_load (gint socket_fd, PoLoad *ret_load, gint fds[PO_MESSAGE_MAX_FDS]);

/** Parent: sends a nursery the socket of a player to be (transfer none). FALSE: it takes none now. */
gboolean po_message_send_socket (gint socket_fd, gint player_fd);

/** Nursery: waits for one (transfer full). FALSE: the parent went away. */
gboolean po_message_receive_socket (gint socket_fd, gint *ret_player_fd);

/** Child: reports; nothing happens when the parent is gone. */
void po_message_report (gint socket_fd, PoPlayerReportKind kind, gint64 value, const gchar *text);

typedef enum { PO_RECEIVED_REPORT, PO_RECEIVED_NOTHING, PO_RECEIVED_EOF, PO_RECEIVED_GARBAGE } PoReceived;

/** Parent: takes one report if there is one. */
PoReceived po_message_receive_report (gint socket_fd, PoPlayerReport *ret_report);
