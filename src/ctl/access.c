// SPDX-License-Identifier: GPL-3.0-or-later
// Users and tokens: kept in the state folder, with or without a daemon that runs there.
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "access/secret.h"
#include "access/users.h"
#include "ctl/ctl.h"
#include "ctl/table.h"
#include "json/tree.h"

#define DAY_NS (24 * 3600 * PO_NS_PER_SECOND)

static PoUsers *open_users (PoCtl *ctl, GError **error) {
  const gchar *dir = po_ctl_state (ctl, error);
  g_autoptr (PoUsers) users = dir != NULL ? po_users_new (dir) : NULL;
  return users != NULL && po_users_follow (users, error) ? g_steal_pointer (&users) : NULL;
}

// FALSE with @error: none is given, or an unknown one.
static gboolean read_role (PoCtl *ctl, PoRole *ret_role, GError **error) {
  if (po_role_from_string (ctl->options.role, ret_role))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               _ ("--role is missing or unknown; use viewer, producer, operator or admin"));
  return FALSE;
}

// One line, without what ends it. (transfer full)
static gchar *read_line (void) {
  g_autofree gchar *line = NULL;
  size_t size = 0;
  ssize_t length = getline (&line, &size, stdin);
  if (length < 0)
    return g_strdup ("");
  line[strcspn (line, "\r\n")] = '\0';
  gchar *copy = g_strdup (line);
  explicit_bzero (line, size);
  return copy;
}

// Without an echo, from a terminal. (transfer full)
static gchar *ask (const gchar *question) {
  struct termios before, silent;
  fputs (question, stderr);
  tcgetattr (STDIN_FILENO, &before);
  silent = before;
  silent.c_lflag &= (tcflag_t)~ECHO;
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  gchar *answer = read_line ();
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  fputc ('\n', stderr);
  return answer;
}

// (transfer full)
static gchar *new_hash (GError **error) {
  gboolean is_terminal = isatty (STDIN_FILENO);
  g_autofree gchar *password = is_terminal ? ask (_ ("Password: ")) : read_line ();
  g_autofree gchar *again = is_terminal ? ask (_ ("Once more: ")) : NULL;
  gchar *hash = NULL;
  if (again != NULL && strcmp (password, again) != 0)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("the two are not the same"));
  else
    hash = po_password_hash (password, error);
  explicit_bzero (password, strlen (password));
  if (again != NULL)
    explicit_bzero (again, strlen (again));
  return hash;
}

// @key: of a token that was made just now, or NULL.
static void print_json (const gchar *name, PoRole role, PoTimeNs since_ns, PoTimeNs until_ns, const gchar *key) {
  g_autoptr (JsonObject) object = json_object_new ();
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "role", po_role_to_string (role));
  po_json_set_time (object, "since", since_ns);
  po_json_set_time (object, "until", until_ns);
  if (key != NULL)
    json_object_set_string_member (object, "key", key);
  g_autofree gchar *text = po_json_object_text (object);
  printf ("%s\n", text);
}

// With --json, what @name may from now on, once that was @done; people are told nothing where all went well.
static void tell (PoCtl *ctl, const gchar *name, PoRole role, gboolean done) {
  if (done && ctl->options.json)
    print_json (name, role, PO_TIME_NONE, PO_TIME_NONE, NULL);
}

static PoRole role_of (PoUsers *users, const gchar *name) {
  for (guint i = 0; i < po_users_list (users)->len; i++) {
    const PoUser *user = po_users_list (users)->pdata[i];
    if (g_str_equal (user->name, name))
      return user->role;
  }
  return PO_ROLE_NONE;
}

// What fails leaves @error, of which the shell makes the exit code.

int po_ctl_user_add (PoCtl *ctl, GError **error) {
  PoRole role = PO_ROLE_NONE;
  g_autoptr (PoUsers) users = read_role (ctl, &role, error) ? open_users (ctl, error) : NULL;
  g_autofree gchar *hash = users != NULL ? new_hash (error) : NULL;
  if (hash != NULL)
    tell (ctl, ctl->options.words[0], role,
          po_users_add (users, ctl->options.words[0], role, hash, ctl->now_ns, error));
  return EXIT_SUCCESS;
}

int po_ctl_user_password (PoCtl *ctl, GError **error) {
  g_autoptr (PoUsers) users = open_users (ctl, error);
  g_autofree gchar *hash = users != NULL ? new_hash (error) : NULL;
  if (hash != NULL)
    tell (ctl, ctl->options.words[0], role_of (users, ctl->options.words[0]),
          po_users_change (users, ctl->options.words[0], PO_ROLE_NONE, hash, error));
  return EXIT_SUCCESS;
}

int po_ctl_user_role (PoCtl *ctl, GError **error) {
  PoRole role = PO_ROLE_NONE;
  g_autoptr (PoUsers) users = read_role (ctl, &role, error) ? open_users (ctl, error) : NULL;
  if (users != NULL)
    tell (ctl, ctl->options.words[0], role, po_users_change (users, ctl->options.words[0], role, NULL, error));
  return EXIT_SUCCESS;
}

int po_ctl_user_remove (PoCtl *ctl, GError **error) {
  g_autoptr (PoUsers) users = open_users (ctl, error);
  if (users != NULL)
    tell (ctl, ctl->options.words[0], PO_ROLE_NONE, po_users_remove (users, ctl->options.words[0], error));
  return EXIT_SUCCESS;
}

int po_ctl_token_add (PoCtl *ctl, GError **error) {
  PoRole role = PO_ROLE_NONE;
  g_autoptr (PoUsers) users = read_role (ctl, &role, error) ? open_users (ctl, error) : NULL;
  PoTimeNs until_ns = ctl->options.days > 0 ? ctl->now_ns + ctl->options.days * DAY_NS : PO_TIME_NONE;
  g_autofree gchar *key =
      users != NULL ? po_users_add_token (users, ctl->options.words[0], role, until_ns, ctl->now_ns, error) : NULL;
  if (key != NULL && ctl->options.json)
    print_json (ctl->options.words[0], role, ctl->now_ns, until_ns, key);
  else if (key != NULL)
    printf ("%s\n", key);
  return EXIT_SUCCESS;
}

int po_ctl_token_revoke (PoCtl *ctl, GError **error) {
  g_autoptr (PoUsers) users = open_users (ctl, error);
  if (users != NULL)
    tell (ctl, ctl->options.words[0], PO_ROLE_NONE, po_users_revoke_token (users, ctl->options.words[0], error));
  return EXIT_SUCCESS;
}

static gchar *local_time (PoCtl *ctl, PoTimeNs time_ns) {
  return time_ns != PO_TIME_NONE ? po_time_to_local_string (time_ns, ctl->zone) : g_strdup ("");
}

int po_ctl_user_list (PoCtl *ctl, GError **error) {
  g_autoptr (PoUsers) users = open_users (ctl, error);
  if (users == NULL)
    return EXIT_SUCCESS;
  g_autoptr (PoTable) table = po_table_new (_ ("NAME"), _ ("ROLE"), _ ("SINCE"), NULL);
  for (guint i = 0; i < po_users_list (users)->len; i++) {
    const PoUser *user = po_users_list (users)->pdata[i];
    g_autofree gchar *since = local_time (ctl, user->since_ns);
    if (ctl->options.json)
      print_json (user->name, user->role, user->since_ns, PO_TIME_NONE, NULL);
    else
      po_table_add (table, PO_COLOUR_NONE, user->name, po_role_to_string (user->role), since);
  }
  if (!ctl->options.json)
    po_table_print (table);
  return EXIT_SUCCESS;
}

int po_ctl_token_list (PoCtl *ctl, GError **error) {
  g_autoptr (PoUsers) users = open_users (ctl, error);
  if (users == NULL)
    return EXIT_SUCCESS;
  g_autoptr (PoTable) table = po_table_new (_ ("NAME"), _ ("ROLE"), _ ("SINCE"), _ ("UNTIL"), NULL);
  for (guint i = 0; i < po_users_tokens (users)->len; i++) {
    const PoToken *token = po_users_tokens (users)->pdata[i];
    g_autofree gchar *since = local_time (ctl, token->since_ns), *until = local_time (ctl, token->until_ns);
    if (ctl->options.json)
      print_json (token->name, token->role, token->since_ns, token->until_ns, NULL);
    else
      po_table_add (table, PO_COLOUR_NONE, token->name, po_role_to_string (token->role), since, until);
  }
  if (!ctl->options.json)
    po_table_print (table);
  return EXIT_SUCCESS;
}
