// SPDX-License-Identifier: GPL-3.0-or-later
#include "message/post.h"

#include <curl/curl.h>
#include <string.h>
#include <sys/resource.h>

#include "message/mail.h"
#include "model/error.h"
#include "model/text.h"

#define CONNECT_S    15L
#define WHOLE_S      60L
#define LAST_WORD_US (3 * G_USEC_PER_SEC)
#define SAID_MOST    200 // characters of what a server or program said

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CURL, curl_easy_cleanup)

typedef struct curl_slist HeaderList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HeaderList, curl_slist_free_all)

/** Upload: a text on its way out. */
typedef struct {
  const gchar *text;
  gsize left;
} Upload;

static size_t read_upload (char *buffer, size_t size, size_t count, void *data) {
  Upload *upload = data;
  gsize part = MIN (size * count, upload->left);
  memcpy (buffer, upload->text, part);
  upload->text += part;
  upload->left -= part;
  return part;
}

static size_t keep_said (char *bytes, size_t size, size_t count, void *data) {
  GString *said = data;
  if (said->len < SAID_MOST)
    g_string_append_len (said, bytes, (gssize)MIN (size * count, SAID_MOST - said->len));
  return size * count;
}

/** Patience: a mail that the server has whole is not sent again for want of its last word: that is waited for a while.
 */
typedef struct {
  GCancellable *cancellable;
  const Upload *upload; // (nullable)
  gint64 cancelled_us;  // 0 = not yet
} Patience;

static int look_for_cancel (void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
  Patience *patience = data;
  if (!g_cancellable_is_cancelled (patience->cancellable))
    return 0;
  if (patience->upload == NULL || patience->upload->left > 0)
    return 1;
  if (patience->cancelled_us == 0)
    patience->cancelled_us = g_get_monotonic_time ();
  return g_get_monotonic_time () - patience->cancelled_us > LAST_WORD_US;
}

// (transfer full) (nullable)
static gchar *read_secret (const PoMessageSettings *settings, GError **error) {
  g_autofree gchar *text = NULL;
  if (settings->secret_file == NULL || !g_file_get_contents (settings->secret_file, &text, NULL, error))
    return NULL;
  text[strcspn (text, "\r\n")] = '\0';
  return g_steal_pointer (&text);
}

static CURL *new_handle (const PoMessageSettings *settings, gchar *fault, Patience *patience) {
  static gsize ready = 0;
  if (g_once_init_enter (&ready)) {
    curl_global_init (CURL_GLOBAL_DEFAULT);
    g_once_init_leave (&ready, 1);
  }
  CURL *curl = curl_easy_init ();
  curl_easy_setopt (curl, CURLOPT_URL, settings->uri);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps,http,https");
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, WHOLE_S);
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, fault);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, look_for_cancel);
  curl_easy_setopt (curl, CURLOPT_XFERINFODATA, patience);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
  if (settings->ca_file != NULL)
    curl_easy_setopt (curl, CURLOPT_CAINFO, settings->ca_file);
  return curl;
}

static gboolean fail (GError **error, PoError code, const gchar *why) {
  g_autofree gchar *line = g_strdelimit (g_strdup (why), "\r\n", ' ');
  g_autofree gchar *valid = g_utf8_make_valid (g_strstrip (line), -1);
  g_set_error_literal (error, PO_ERROR, (gint)code, valid);
  return FALSE;
}

// ---- mail ----

// Also "not now" (4xx) is said of this letter, such as of a mailbox that is full: the others must not wait for it. By
// 421 the server takes leave of everybody.
static gboolean refuses_letter (long response) {
  return response >= 400 && response < 600 && response != 421;
}

static gboolean finish_mail (CURL *curl, CURLcode code, const gchar *fault, GError **error) {
  long response = 0;
  if (code == CURLE_OK)
    return TRUE;
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &response);
  g_autofree gchar *why = g_strdup_printf ("%s%s%.0ld", *fault != '\0' ? fault : curl_easy_strerror (code),
                                           response > 0 ? " " : "", response);
  gboolean is_answer = code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY;
  return fail (error, is_answer && refuses_letter (response) ? PO_ERROR_INPUT : PO_ERROR_SYSTEM, why);
}

static gboolean post_mail (const PoMessageSettings *settings, const PoLetter *letter, GCancellable *cancellable,
                           GError **error) {
  static const long tls[] = {CURLUSESSL_ALL, CURLUSESSL_TRY, CURLUSESSL_NONE};
  gchar fault[CURL_ERROR_SIZE] = "";
  g_autoptr (GError) unread = NULL;
  const gchar *to = letter->to != NULL ? letter->to[0] : NULL;
  if (to == NULL || !po_mail_is_address (to))
    return fail (error, PO_ERROR_INPUT, _ ("there is no address it could go to"));
  g_autofree gchar *secret = read_secret (settings, &unread);
  if (unread != NULL)
    return fail (error, PO_ERROR_SYSTEM, unread->message);
  g_autofree gchar *text = po_mail_text (letter, settings->from, to);
  Upload upload = {text, strlen (text)};
  g_autoptr (HeaderList) recipients = curl_slist_append (NULL, to);
  Patience patience = {cancellable, &upload, 0};
  g_autoptr (CURL) curl = new_handle (settings, fault, &patience);
  curl_easy_setopt (curl, CURLOPT_USE_SSL, tls[settings->tls]);
  curl_easy_setopt (curl, CURLOPT_MAIL_FROM, settings->from);
  curl_easy_setopt (curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt (curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (curl, CURLOPT_READFUNCTION, read_upload);
  curl_easy_setopt (curl, CURLOPT_READDATA, &upload);
  if (settings->user != NULL) {
    curl_easy_setopt (curl, CURLOPT_USERNAME, settings->user);
    curl_easy_setopt (curl, CURLOPT_PASSWORD, secret != NULL ? secret : "");
  }
  CURLcode code = curl_easy_perform (curl);
  return finish_mail (curl, code, fault, error);
}

// ---- webhook ----

static gboolean finish_webhook (CURL *curl, CURLcode code, const gchar *fault, const gchar *said, GError **error) {
  long response = 0;
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &response);
  if (code != CURLE_OK)
    return fail (error, PO_ERROR_SYSTEM, *fault != '\0' ? fault : curl_easy_strerror (code));
  if (response >= 200 && response < 300)
    return TRUE;
  g_autofree gchar *why = g_strdup_printf (_ ("it answered %ld %s"), response, said);
  gboolean is_refused = response >= 400 && response < 500 && response != 408 && response != 429;
  return fail (error, is_refused ? PO_ERROR_INPUT : PO_ERROR_SYSTEM, why);
}

static gboolean post_webhook (const PoMessageSettings *settings, const PoLetter *letter, GCancellable *cancellable,
                              GError **error) {
  gchar fault[CURL_ERROR_SIZE] = "";
  g_autoptr (GError) unread = NULL;
  g_autoptr (GString) said = g_string_new (NULL);
  g_autofree gchar *secret = read_secret (settings, &unread), *json = po_letter_json_text (letter);
  if (unread != NULL)
    return fail (error, PO_ERROR_SYSTEM, unread->message);
  g_autofree gchar *key = g_strdup_printf ("Idempotency-Key: %s", letter->id);
  g_autofree gchar *bearer = g_strdup_printf ("Authorization: Bearer %s", secret != NULL ? secret : "");
  HeaderList *headers = curl_slist_append (NULL, "Content-Type: application/json; charset=utf-8");
  headers = curl_slist_append (headers, "User-Agent: playoutd/" PO_VERSION);
  headers = curl_slist_append (headers, "Expect:");
  headers = curl_slist_append (headers, key);
  if (secret != NULL)
    headers = curl_slist_append (headers, bearer);
  g_autoptr (HeaderList) owned = headers;
  Patience patience = {cancellable, NULL, 0};
  g_autoptr (CURL) curl = new_handle (settings, fault, &patience);
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, owned);
  curl_easy_setopt (curl, CURLOPT_POSTFIELDS, json);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, keep_said);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, said);
  CURLcode code = curl_easy_perform (curl);
  return finish_webhook (curl, code, fault, said->str, error);
}

// ---- command ----

/** Run: a program that was started, until it has ended or its time is over. */
typedef struct {
  GSubprocess *process;
  GCancellable *cancellable;
  gchar *said; // (nullable)
  GError *error;
  gboolean is_done, is_late;
} Run;

static void on_exited (GObject *source, GAsyncResult *result, gpointer data) {
  Run *run = data;
  g_subprocess_wait_finish (run->process, result, &run->error);
  run->is_done = TRUE;
}

static void on_ended (GObject *source, GAsyncResult *result, gpointer data) {
  Run *run = data;
  g_autoptr (GBytes) said = NULL; // in whatever encoding: what it says must not make a failure of what it did
  g_subprocess_communicate_finish (run->process, result, NULL, &said, &run->error);
  if (g_error_matches (run->error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE)) { // a program need not read what it is given
    g_clear_error (&run->error);
    g_subprocess_wait_async (run->process, run->cancellable, on_exited, run);
    return;
  }
  gsize length = 0;
  const gchar *text = said != NULL ? g_bytes_get_data (said, &length) : NULL;
  run->said = g_utf8_make_valid (text != NULL ? text : "", (gssize)MIN (length, SAID_MOST));
  run->is_done = TRUE;
}

static gboolean on_late (gpointer data) {
  Run *run = data;
  run->is_late = TRUE;
  g_subprocess_force_exit (run->process);
  return G_SOURCE_REMOVE;
}

static void wait_for (Run *run, const gchar *json) {
  GMainContext *context = g_main_context_new ();
  g_autoptr (GSource) timer = g_timeout_source_new_seconds (WHOLE_S);
  g_main_context_push_thread_default (context);
  g_source_set_callback (timer, on_late, run, NULL);
  g_source_attach (timer, context);
  g_autoptr (GBytes) given = g_bytes_new (json, strlen (json));
  g_subprocess_communicate_async (run->process, given, run->cancellable, on_ended, run);
  while (!run->is_done)
    g_main_context_iteration (context, TRUE);
  if (run->error != NULL)
    g_subprocess_force_exit (run->process);
  g_source_destroy (timer);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

// The station's own program is none of the air's.
static void take_no_priority (gpointer unused) {
  setpriority (PRIO_PROCESS, 0, 0);
}

static GSubprocess *start_command (const PoMessageSettings *settings, const PoLetter *letter, GError **error) {
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  const gchar *severity = json_object_get_string_member_with_default (letter->json, "severity", "note");
  g_subprocess_launcher_set_child_setup (launcher, take_no_priority, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "PLAYOUT_SUBJECT", letter->subject, TRUE);
  g_subprocess_launcher_setenv (launcher, "PLAYOUT_SEVERITY", severity, TRUE);
  return g_subprocess_launcher_spawnv (launcher, (const gchar *const *)settings->argv, error);
}

static gboolean post_command (const PoMessageSettings *settings, const PoLetter *letter, GCancellable *cancellable,
                              GError **error) {
  g_autoptr (GError) unstarted = NULL;
  g_autofree gchar *json = po_letter_json_text (letter);
  g_autoptr (GSubprocess) process = start_command (settings, letter, &unstarted);
  if (process == NULL)
    return fail (error, PO_ERROR_SYSTEM, unstarted->message);
  Run run = {.process = process, .cancellable = cancellable};
  wait_for (&run, json);
  g_autofree gchar *said = run.said;
  g_autoptr (GError) failed = run.error;
  if (run.is_late)
    return fail (error, PO_ERROR_SYSTEM, _ ("the program did not end within a minute"));
  if (failed != NULL)
    return fail (error, PO_ERROR_SYSTEM, failed->message);
  if (g_subprocess_get_if_exited (process) && g_subprocess_get_exit_status (process) == 0)
    return TRUE;
  g_autofree gchar *why = g_strdup_printf (_ ("the program failed: %.200s"), said != NULL ? said : "");
  return fail (error, PO_ERROR_SYSTEM, why);
}

gboolean po_post (const PoMessageSettings *settings, const PoLetter *letter, GCancellable *cancellable,
                  GError **error) {
  switch (settings->kind) {
  case PO_MESSAGE_MAIL:
    return post_mail (settings, letter, cancellable, error);
  case PO_MESSAGE_WEBHOOK:
    return post_webhook (settings, letter, cancellable, error);
  case PO_MESSAGE_COMMAND:
    break;
  }
  return post_command (settings, letter, cancellable, error);
}
