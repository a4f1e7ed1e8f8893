// SPDX-License-Identifier: GPL-3.0-or-later
// The control API: HTTP/1.1 and JSON under /api/v1, on a loopback port and on Unix sockets. It lives on the thread and
// GMainContext that made it and never blocks it: libmicrohttpd hands out one epoll descriptor per listener, which is a
// GSource here. It owns sockets, limits, routing and the form of errors (RFC 9457), and knows nothing of playout: every
// answer comes from the PoControlOps that the daemon supplies.
//
// Who asks is told by the kernel on a Unix socket (the peer's user, who may everything) and on TCP by a token or a
// session's cookie. Until there are users, only loopback addresses are served, and to everybody there. A browser's
// request must name a host that is this machine, and come from its own origin.
#pragma once

#include <json-glib/json-glib.h>

#include "access/door.h"
#include "model/error.h"
#include "model/finding.h"

/** Takes @result (transfer full), or NULL with @error. */
typedef void (*PoControlDone) (JsonNode *result, const GError *error, gpointer data);
/** The same for a text, which is borrowed. */
typedef void (*PoControlTextDone) (const gchar *text, const GError *error, gpointer data);
typedef void (*PoControlBytesDone) (GBytes *bytes, const GError *error, gpointer data);

/** PoControlPicture: of which clip, where in it, and which kind. */
typedef struct {
  const gchar *path;
  const gchar *of; // (nullable) how its SHA-256 begins: of no other content
  gint64 at_ns;    // since its first picture
  gboolean strip;  // several from all of it instead
} PoControlPicture;

/** PoControlList: a long list of JSON objects, of which only those asked for are written out. */
typedef struct {
  void (*append) (gpointer list, guint index, GString *text);
  gpointer list;
  guint size;
  const gchar *stamp; // (nullable) equal stamps, equal lists
} PoControlList;

/** @list is borrowed; NULL with @error. */
typedef void (*PoControlListDone) (const PoControlList *list, const GError *error, gpointer data);

/** PoControlPage: the part of a long list that is asked for: at most @limit entries from the one at @cursor on. */
typedef struct {
  guint64 cursor, limit;
} PoControlPage;

/** Takes such a part: @json, an array of text (borrowed) whose SHA-256 is @sum, of a list of @total entries; or NULL
 * with @error. */
typedef void (*PoControlPageDone) (GBytes *json, const gchar *sum, guint64 total, const GError *error, gpointer data);

/** PoControlCalendar: another version of the calendars: @bytes laid over the folder as @name, else @revision, else the
 * folder as it lies there. @language: in which the answer speaks. */
typedef struct {
  const gchar *name;
  GBytes *bytes;         // (nullable)
  const gchar *revision; // (nullable)
  const gchar *language; // (nullable)
} PoControlCalendar;

/** PoControlOps: what the daemon answers. Each is called on the server's thread and returns at once: a JSON value
 * (transfer full), or NULL with @error set; the code becomes the HTTP status: INPUT 400, CONFIG 422, NOT_FOUND 404,
 * CONFLICT 409, SYSTEM 503, INTERNAL 500. An op left NULL answers 404. Times: PO_TIME_NONE = not given.
 */
typedef struct {
  JsonNode *(*status) (gpointer user, GError **error);
  /** These answer later, from the same thread, by @done: what they list may be long. */
  void (*rundown) (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page, PoControlPageDone done,
                   gpointer data);
  /** @most: leave out series with more instances than that in the window (spots, not programmes); 0 = none. */
  void (*occurrences) (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, gint64 most, const PoControlPage *page,
                       PoControlPageDone done, gpointer data);
  void (*asrun) (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const PoControlPage *page, PoControlPageDone done,
                 gpointer data);
  /** Answers later, from the same thread, by @done, with JSON as text: ten years are megabytes. @language: (nullable)
   * in which it speaks. */
  void (*report) (gpointer user, PoTimeNs from_ns, PoTimeNs to_ns, const gchar *language, PoControlTextDone done,
                  gpointer data);
  /** @wish: what is held from now on of a row of the as-run, or of what never aired: {airing, or uid and instance;
   * status, why}. Answers later, likewise. */
  void (*correct) (gpointer user, JsonObject *wish, const gchar *who, const gchar *language, PoControlDone done,
                   gpointer data);
  /** XMLTV, later by @done. */
  void (*guide) (gpointer user, PoControlTextDone done, gpointer data);
  gchar *(*metrics) (gpointer user, GError **error); // the text format of Prometheus; (transfer full)
  JsonNode *(*alarms) (gpointer user, GError **error);
  /** @who has seen the alarm @id. */
  JsonNode *(*acknowledge) (gpointer user, const gchar *id, const gchar *who, GError **error);
  /** The same of each of @ids: what became of it. */
  JsonNode *(*acknowledge_each) (gpointer user, const gchar *const *ids, const gchar *who, GError **error);
  /** The clips; the airings that have none. Each answers, at once or later, from the same thread. */
  void (*media) (gpointer user, PoControlListDone done, gpointer data);
  void (*media_missing) (gpointer user, PoControlListDone done, gpointer data);
  /** A clip on its way in: begun (or gone on with), its next piece, given up; each answers later, from the same thread,
   * how far it is. */
  void (*clip_begin) (gpointer user, JsonObject *wish, const gchar *who, PoControlDone done, gpointer data);
  void (*clip_piece) (gpointer user, const gchar *id, gint64 at_bytes, GBytes *bytes, PoControlDone done,
                      gpointer data);
  void (*clip_drop) (gpointer user, const gchar *id, PoControlDone done, gpointer data);
  JsonNode *(*clip_state) (gpointer user, const gchar *id, GError **error);
  /** Sets marks in and out of the clip @path, by {som, eom}. Answers later by @done. */
  void (*clip_mark) (gpointer user, const gchar *path, JsonObject *wish, PoControlDone done, gpointer data);
  /** A JPEG, later by @done. */
  void (*clip_picture) (gpointer user, const PoControlPicture *wish, PoControlBytesDone done, gpointer data);
  JsonNode *(*schedules) (gpointer user, GError **error);

  /** The folder into which the HLS output @name writes, or NULL if there is none. (transfer full) */
  gchar *(*hls_folder) (gpointer user, const gchar *name);

  /** What @wish would change, later by @done. An upload is kept until somebody confirms it. */
  void (*schedule_compare) (gpointer user, const PoControlCalendar *wish, PoControlDone done, gpointer data);
  /** Asks for the calendars elsewhere now; answers as schedules does. */
  JsonNode *(*schedule_refresh) (gpointer user, GError **error);
  /** The plan, else the as-run, as iCalendar, later by @done. */
  void (*calendar) (gpointer user, gboolean is_plan, PoTimeNs from_ns, PoTimeNs to_ns, PoControlTextDone done,
                    gpointer data);

  /** @revision (nullable) names what to confirm (an upload by its own name) or to go back to. Each answers as schedules
   * does, at once or later, from the same thread. */
  void (*schedule_confirm) (gpointer user, const gchar *revision, const gchar *who, PoControlDone done, gpointer data);
  void (*schedule_rollback) (gpointer user, const gchar *revision, const gchar *who, PoControlDone done, gpointer data);

  /** What the command with this key did, if one has been given: the same answer. NULL: none has. @ret_request:
   * (transfer full) (nullable) what stood beside the key. */
  JsonNode *(*command_given) (gpointer user, const gchar *key, gchar **ret_request);
  /** @verb is one of po_control_verbs(), @args what it was given, known names only (without dry_run). @dry_run: only
   * say what it would do. The answer names the frame; it may come later, from the same thread, by @done. A "key" in
   * @args, and the "request" that had it, go to the journal. */
  void (*command) (gpointer user, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                   PoControlDone done, gpointer data);
} PoControlOps;

typedef struct _PoControlServer PoControlServer;

/** @zone: in which a date in ?from= is a midnight. @ops and @user must outlive the server. (transfer full) */
PoControlServer *po_control_server_new (const PoControlOps *ops, gpointer user, GTimeZone *zone);

/** Before the first listener: who may come in. @door outlives the server. */
void po_control_server_set_door (PoControlServer *self, PoDoor *door);

/** Other names that browsers may call this machine by, besides its own and its addresses; (nullable). */
void po_control_server_set_names (PoControlServer *self, const gchar *const *names);

/** Serves TCP by TLS, from PEM files; the first time before the first listener, later to have new connections use what
 * the files hold now. FALSE: they are no good, and what was in use stays. */
gboolean po_control_server_set_tls (PoControlServer *self, const gchar *certificate, const gchar *key, GError **error);

/** What is wrong at @now_ns with the certificate in use, or soon will be: it has run out, or is about to. (transfer
 * full) (nullable) */
PoFinding *po_control_server_judge_tls (PoControlServer *self, PoTimeNs now_ns);

/** Whether such files (nullable) would do at @now_ns. FALSE: @error says what is wrong with them. What soon will be is
 * added to @findings, as of po_control_server_judge_tls(). */
gboolean po_control_check_tls (const gchar *certificate, const gchar *key, PoTimeNs now_ns, GTimeZone *zone,
                               GPtrArray *findings, GError **error);

/** Starts to listen at @address, besides any other: "127.0.0.1:8080", "[::]:0", or "unix:/path" (made with mode 0600;
 * a stale socket is replaced, one that still answers is PO_ERROR_CONFLICT). PO_ERROR_CONFIG: other machines could reach
 * it, and there are no users. Attaches to the thread-default context. */
gboolean po_control_server_listen (PoControlServer *self, const gchar *address, GError **error);

/** The port of the first TCP listener (after ":0"), or 0. */
guint po_control_server_port (PoControlServer *self);

/** Stops listening, closes every connection, removes its Unix sockets. */
void po_control_server_free (PoControlServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoControlServer, po_control_server_free)

/** Names of the commands under /api/v1/commands/: "take", "skip", …; NULL-terminated. (transfer none) */
const gchar *const *po_control_verbs (void);

/** What @verb takes besides dry_run, NULL-terminated; NULL: there is no such verb. (transfer none) */
const gchar *const *po_control_verb_arguments (const gchar *verb);
