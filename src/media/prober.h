// SPDX-License-Identifier: GPL-3.0-or-later
// Who looks into a file: a function behind a small table, so that the library and its tests need no GStreamer. The real
// one runs `playoutd-player --probe FILE` as a low-priority process and reads one JSON object from it; a crash, a hang
// (killed after 60 s and one for each MiB) or nonsense becomes the fact that the file cannot air, with the reason.
#pragma once

#include "model/media-facts.h"

/** Of what a probe finds. To be raised with each change by which a clip's verdict may become another one: what earlier
 * ones found is kept and goes on holding until the clip has been looked into again, in the background. */
#define PO_PROBE_VERSION 3

typedef struct _PoProber PoProber;
struct _PoProber {
  /** Looks into @file (an absolute path); blocks; any thread, several at once. Path, hash, size and mtime are the
   * caller's. A file that cannot air is facts with `problem`; NULL with @error only where the answer says nothing about
   * the file (the program is missing, no process could be made, stopped by @stop), so that it is asked again later.
   * @stop: set to non-zero (atomic) to be done quickly. */
  PoMediaFacts *(*probe) (PoProber *self, const gchar *file, const gint *stop, GError **error);
  /** (nullable) The same at once, by what the file's header and its first picture say: enough to plan with until it is
   * probed. A small file is probed instead: @ret_whole. NULL with @error where that is not enough. */
  PoMediaFacts *(*glance) (PoProber *self, const gchar *file, const gint *stop, gboolean *ret_whole, GError **error);
  /** (nullable) A small JPEG of @file: the picture @at_ns from its first one, or, unless @columns is 0, so many from
   * all of it side by side. NULL with PO_ERROR_INPUT where it has none. */
  GBytes *(*picture) (PoProber *self, const gchar *file, gint64 at_ns, guint columns, const gint *stop, GError **error);
  void (*free) (PoProber *self);
};

/** Runs @player_path --probe, alone and with --glance, --picture or --strip. @timeout_ms: of probing; 0 = 60 s.
 * (transfer full) */
PoProber *po_prober_new_player (const gchar *player_path, guint timeout_ms);
void po_prober_free (PoProber *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoProber, po_prober_free)

/** What a probe printed: {"kind":"video|still|audio","duration_ns":…,"frames":…,"rate":{"n":25,"d":1},"width":…,
 * "height":…,"has_audio":…,"problem":null|"…"}. NULL with @error when it is not that. (transfer full) */
PoMediaFacts *po_probe_parse (const gchar *json, gssize length, GError **error);
