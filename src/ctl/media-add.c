// SPDX-License-Identifier: GPL-3.0-or-later
// `media add`: sends a clip to the daemon piece by piece, and goes on where it was after any cut.
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/online.h"
#include "ctl/print.h"
#include "json/tree.h"

#define TRIES_IN_A_ROW   20
#define BETWEEN_TRIES_MS 500
#define MOST_PIECE       (4 * 1024 * 1024)

typedef struct {
  PoCtl *ctl;
  gchar *socket;
  gchar *name; // of the file
  gint fd;
  struct stat info;
  gchar *id, *path;
  gint64 received_bytes, piece_bytes;
  gboolean done;
} Sending;

static void show_progress (const Sending *self) {
  if (!isatty (STDERR_FILENO))
    return;
  fputs ("\r\033[K", stderr);
  fprintf (stderr, _ ("sending %s: %d %%"), self->name,
           (gint)(self->received_bytes * 100 / MAX (self->info.st_size, 1)));
  if (self->done)
    fputs ("\n", stderr);
}

static JsonObject *wish_of (const Sending *self) {
  const PoCtlOptions *o = &self->ctl->options;
  g_autofree gchar *tag =
      g_strdup_printf ("%" G_GINT64_FORMAT ".%09ld", (gint64)self->info.st_mtim.tv_sec, self->info.st_mtim.tv_nsec);
  JsonObject *wish = json_object_new ();
  json_object_set_int_member (wish, "size_bytes", self->info.st_size);
  json_object_set_string_member (wish, "tag", tag);
  json_object_set_boolean_member (wish, "replace", o->replace);
  if (o->uid == NULL) {
    json_object_set_string_member (wish, "path", o->as != NULL ? o->as : self->name);
    return wish;
  }
  json_object_set_string_member (wish, "uid", o->uid);
  json_object_set_string_member (wish, "name", self->name);
  if (o->instance != NULL)
    json_object_set_string_member (wish, "instance", o->instance);
  if (o->episode > 0)
    json_object_set_int_member (wish, "episode", o->episode);
  if (o->part > 0)
    json_object_set_int_member (wish, "part", o->part);
  return wish;
}

static void take_answer (Sending *self, JsonNode *answer) {
  JsonObject *object = json_node_get_object (answer);
  g_free (self->id);
  g_free (self->path);
  self->path = g_strdup (json_object_get_string_member (object, "path"));
  self->id = g_strdup (json_object_get_string_member (object, "id"));
  self->received_bytes = json_object_get_int_member (object, "received_bytes");
  self->piece_bytes = CLAMP (json_object_get_int_member (object, "piece_bytes"), 1, MOST_PIECE);
  self->done = json_object_get_boolean_member (object, "done");
}

// (transfer full)
static JsonNode *begin (Sending *self, gboolean *ret_away, GError **error) {
  g_autoptr (JsonObject) wish = wish_of (self);
  return po_client_ask (self->socket, "POST", "/media/uploads", wish, NULL, ret_away, error);
}

// (transfer full)
static JsonNode *send_piece (Sending *self, gboolean *ret_away, GError **error) {
  g_autofree guint8 *block = g_malloc ((gsize)self->piece_bytes);
  g_autofree gchar *path = g_strconcat ("/media/uploads/", self->id, NULL);
  gssize got = pread (self->fd, block, (gsize)self->piece_bytes, self->received_bytes);
  if (got <= 0) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, "%s: %s", self->name,
                 got < 0 ? g_strerror (errno) : _ ("it became shorter while it was sent"));
    return NULL;
  }
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&block), (gsize)got);
  return po_client_send_piece (self->socket, path, self->received_bytes, self->info.st_size, bytes, ret_away, error);
}

// Whether to try again after @error: the line was cut, the daemon restarts, or it knows better how far we are.
static gboolean is_passing (const Sending *self, gboolean away, const GError *error) {
  const gboolean cut = away || error->code == PO_ERROR_SYSTEM;
  return self->id != NULL && (cut || error->code == PO_ERROR_NOT_FOUND || error->code == PO_ERROR_CONFLICT);
}

static gboolean send_all (Sending *self, gboolean *ret_away, GError **error) {
  gboolean is_begun = FALSE;
  gint64 most_bytes = 0;
  for (guint tries = 0; !self->done;) {
    g_autoptr (GError) local = NULL;
    g_autoptr (JsonNode) answer = is_begun ? send_piece (self, ret_away, &local) : begin (self, ret_away, &local);
    if (answer != NULL) {
      take_answer (self, answer);
      show_progress (self);
      is_begun = TRUE;
      if (self->received_bytes > most_bytes) { // no answer counts that brings it no further
        most_bytes = self->received_bytes;
        tries = 0;
      }
      continue;
    }
    const gboolean refused = !is_begun && local->code == PO_ERROR_CONFLICT && !*ret_away;
    if (refused || !is_passing (self, *ret_away, local) || ++tries >= TRIES_IN_A_ROW) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    is_begun = FALSE;                   // asks again how far it is
    g_poll (NULL, 0, BETWEEN_TRIES_MS); // nothing here tells when a daemon comes back
  }
  return TRUE;
}

static gboolean open_clip (Sending *self, const gchar *path, GError **error) {
  self->name = g_path_get_basename (path);
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd >= 0 && fstat (self->fd, &self->info) == 0 && S_ISREG (self->info.st_mode) && self->info.st_size > 0)
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, "%s: %s", path,
               self->fd < 0 ? g_strerror (errno) : _ ("no plain file, or an empty one"));
  return FALSE;
}

static void clear (Sending *self) {
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->socket);
  g_free (self->name);
  g_free (self->id);
  g_free (self->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sending, clear)

static void print_json (const Sending *self) {
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "path", self->path);
  json_object_set_int_member (object, "size_bytes", self->info.st_size);
  g_autoptr (JsonNode) node = po_json_object_node (object);
  po_print_json_lines (node);
}

int po_ctl_media_add (PoCtl *ctl, GError **error) {
  int code = EXIT_SUCCESS;
  gboolean away = FALSE;
  g_auto (Sending) sending = {.ctl = ctl, .fd = -1};
  sending.socket = po_ctl_socket (ctl, error);
  if (sending.socket == NULL || !open_clip (&sending, ctl->options.words[0], error))
    return code;
  if (!send_all (&sending, &away, error)) {
    if (away)
      po_ctl_say_away (ctl, sending.socket, &code, error);
    return code;
  }
  if (ctl->options.json)
    print_json (&sending);
  else
    printf (_ ("%s is in its place; its verdict follows in “playoutctl media list”\n"), sending.path);
  return code;
}
