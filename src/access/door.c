// SPDX-License-Identifier: GPL-3.0-or-later
#include "access/door.h"

#include <gio/gio.h>
#include <string.h>

#include "access/network.h"
#include "access/secret.h"
#include "access/sessions.h"
#include "access/throttle.h"
#include "model/text.h"

#define MOST_WAITING 8 // log-ins being checked; each costs a tenth of a second of one core

struct _PoDoor {
  gint ref_count;
  gboolean is_gone;
  PoUsers *users; // (nullable)
  PoSessions *sessions;
  PoThrottle *throttle;
  GQueue waiting; // Try, the first one being checked
};

typedef struct {
  PoDoor *door; // a reference
  gchar *address, *name, *password, *hash;
  PoDoorDone done;
  gpointer user;
} Try;

void po_caller_clear (PoCaller *self) {
  g_clear_pointer (&self->name, g_free);
  self->role = PO_ROLE_NONE;
}

PoDoor *po_door_new (const gchar *dir) {
  PoDoor *self = g_new0 (PoDoor, 1);
  self->ref_count = 1;
  self->users = dir != NULL ? po_users_new (dir) : NULL;
  self->sessions = dir != NULL ? po_sessions_new (dir, self->users) : NULL;
  self->throttle = po_throttle_new ();
  g_queue_init (&self->waiting);
  return self;
}

static void door_unref (PoDoor *self) {
  if (--self->ref_count > 0)
    return;
  po_throttle_free (self->throttle);
  po_sessions_free (self->sessions);
  po_users_free (self->users);
  g_free (self);
}

static void try_free (Try *try) {
  if (try->password != NULL)
    explicit_bzero (try->password, strlen (try->password));
  g_free (try->address);
  g_free (try->name);
  g_free (try->password);
  g_free (try->hash);
  door_unref (try->door);
  g_free (try);
}

void po_door_free (PoDoor *self) {
  if (self == NULL)
    return;
  g_autoptr (GError) error = g_error_new_literal (PO_ERROR, PO_ERROR_SYSTEM, _ ("playoutd is ending"));
  self->is_gone = TRUE; // the try being checked goes by itself, when it is done
  for (GList *l = self->waiting.head; l != NULL; l = l->next)
    ((Try *)l->data)->done (NULL, NULL, 0, error, ((Try *)l->data)->user);
  while (self->waiting.length > 1)
    try_free (g_queue_pop_tail (&self->waiting));
  door_unref (self);
}

static PoTimeNs now_ns (void) {
  return g_get_real_time () * 1000;
}

gboolean po_door_is_open (PoDoor *self) {
  if (self->users == NULL)
    return TRUE;
  po_users_follow (self->users, NULL);
  return po_users_is_empty (self->users);
}

PoUsers *po_door_users (PoDoor *self) {
  return self->users;
}

gchar *po_door_problem (PoDoor *self) {
  g_autoptr (GError) error = NULL;
  if (self->users == NULL || po_users_follow (self->users, &error))
    return NULL;
  return g_strdup (error->message);
}

void po_door_recognise (PoDoor *self, const gchar *key, const gchar *session, PoCaller *ret_caller) {
  *ret_caller = (PoCaller){NULL, PO_ROLE_NONE};
  if (self->users == NULL || !po_users_follow (self->users, NULL))
    return;
  const PoToken *token = key != NULL ? po_users_find_token (self->users, key, now_ns ()) : NULL;
  const PoUser *user = session != NULL ? po_sessions_find (self->sessions, session, now_ns ()) : NULL;
  if (token != NULL)
    *ret_caller = (PoCaller){g_strconcat ("token:", token->name, NULL), token->role};
  else if (key == NULL && user != NULL) // a key that is wrong is not made good by a cookie
    *ret_caller = (PoCaller){g_strdup (user->name), user->role};
}

static void check_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
  const Try *try = data;
  g_task_return_boolean (task, po_password_matches (try->hash, try->password));
}

static void check_next (PoDoor *self);

static void on_checked (GObject *source, GAsyncResult *result, gpointer data) {
  PoDoor *self = data;
  g_autoptr (GError) error = NULL;
  Try *try = g_queue_pop_head (&self->waiting);
  gboolean matches = g_task_propagate_boolean (G_TASK (result), NULL);
  self->ref_count++;
  if (!self->is_gone) {
    // The user may have gone, or have got another password, meanwhile.
    const PoUser *user = po_users_follow (self->users, NULL) ? po_users_find (self->users, try->name) : NULL;
    gboolean is_in = matches && user != NULL && strcmp (user->hash, try->hash) == 0;
    po_throttle_note (self->throttle, try->address, is_in, g_get_monotonic_time ());
    if (is_in) {
      g_autofree gchar *key = po_sessions_begin (self->sessions, user, now_ns ());
      PoCaller caller = {user->name, user->role};
      try->done (key, &caller, 0, NULL, try->user);
    } else {
      g_set_error_literal (&error, PO_ERROR, PO_ERROR_INPUT, _ ("the name or the password is wrong"));
      try->done (NULL, NULL, 0, error, try->user);
    }
  }
  try_free (try);
  check_next (self);
  door_unref (self);
}

static void check_next (PoDoor *self) {
  Try *try = g_queue_peek_head (&self->waiting);
  if (try == NULL || self->is_gone)
    return;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_checked, self);
  g_task_set_task_data (task, try, NULL);
  g_task_run_in_thread (task, check_in_thread);
}

static void refuse (PoDoorDone done, gpointer user, guint wait_s) {
  g_autoptr (GError) error =
      g_error_new (PO_ERROR, PO_ERROR_CONFLICT, _ ("too many tries to log in; wait %u seconds"), wait_s);
  done (NULL, NULL, wait_s, error, user);
}

// What of @address is counted; "local" is not one of the network. (transfer full)
static gchar *counted (const gchar *address) {
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);
  return inet != NULL ? po_network_of (inet) : g_strdup (address);
}

void po_door_log_in (PoDoor *self, const gchar *address, const gchar *name, const gchar *password, PoDoorDone done,
                     gpointer user) {
  g_autoptr (GError) error = NULL;
  if (self->users == NULL || !po_users_follow (self->users, &error)) {
    if (error == NULL)
      g_set_error_literal (&error, PO_ERROR, PO_ERROR_SYSTEM, _ ("there are no users without a state folder"));
    done (NULL, NULL, 0, error, user);
    return;
  }
  g_autofree gchar *who = counted (address);
  guint wait_s =
      self->waiting.length >= MOST_WAITING ? 1 : po_throttle_ask (self->throttle, who, g_get_monotonic_time ());
  if (wait_s > 0) {
    refuse (done, user, wait_s);
    return;
  }
  const PoUser *known = po_users_find (self->users, name);
  Try *try = g_new0 (Try, 1);
  self->ref_count++;
  *try = (Try){self,
               g_steal_pointer (&who),
               g_strdup (name),
               g_strdup (password),
               known != NULL ? g_strdup (known->hash) : NULL,
               done,
               user};
  g_queue_push_tail (&self->waiting, try);
  if (self->waiting.length == 1)
    check_next (self);
}

gboolean po_door_log_out (PoDoor *self, const gchar *session, GError **error) {
  return self->sessions == NULL || po_sessions_end (self->sessions, session, error);
}
