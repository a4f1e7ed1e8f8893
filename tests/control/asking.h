// SPDX-License-Identifier: GPL-3.0-or-later
// A client for a server that lives on this thread's main context: what it sends, and what came back.
#pragma once

#include <glib.h>

/** A connected socket: to the Unix socket @path, or with NULL to @port of 127.0.0.1. */
int asking_connect (const gchar *path, guint port);

/** Sends @length bytes (-1: a text) and reads until the server closes, while the main context runs. (transfer full) */
gchar *asking_send (const gchar *path, guint port, const gchar *request, gssize length);

/** The same, of a text, without saying that nothing more will come: for an answer that goes on. (transfer full) */
gchar *asking_send_only (const gchar *path, guint port, const gchar *request);
