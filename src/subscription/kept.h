// SPDX-License-Identifier: GPL-3.0-or-later
// The last good copy of a calendar elsewhere, in the state folder: `calendars/NAME.ics`, and beside it NAME.json with
// what its server called it. So it is on air after a reboot too, whether the server is there or not. Blocking; any
// thread.
#pragma once

#include "schedule/judge.h"

typedef struct {
  GBytes *bytes;          // (nullable) nothing is kept
  gchar *etag, *modified; // (nullable)
  PoTimeNs good_ns;       // 0 = unknown
  gboolean is_secure;
} PoKept;

void po_kept_clear (PoKept *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PoKept, po_kept_clear)

/** @state_dir: (nullable) nothing is kept. What was kept of another @url loses its names, not its bytes. */
void po_kept_load (PoKept *self, const gchar *state_dir, const gchar *name, const gchar *url);

/** @with_bytes: they are new; else only the names and the time are. */
gboolean po_kept_save (const PoKept *self, const gchar *state_dir, const gchar *name, const gchar *url,
                       gboolean with_bytes, GError **error);

/** By what name a calendar [calendar @name] goes among the files of the schedule. (transfer full) */
gchar *po_kept_file_name (const gchar *name);

/** Adds to @files (PoCalendarFile) what is kept of @names (NULL-terminated). */
void po_kept_add (GPtrArray *files, const gchar *state_dir, const gchar *const *names);
