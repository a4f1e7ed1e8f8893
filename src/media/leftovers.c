// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/leftovers.h"

#include <sys/stat.h>
#include <unistd.h>

#include "media/intake.h"
#include "store/settle.h"

#define SWEEP_NS (3600 * PO_NS_PER_SECOND)
#define WATCH_NS (6 * SWEEP_NS)
#define LEFT_NS  (7 * 24 * SWEEP_NS)

struct _PoLeftovers {
  PoSettle *watched; // by time that never jumps
  gint64 due_ns;     // by the same
};

PoLeftovers *po_leftovers_new (void) {
  PoLeftovers *self = g_new0 (PoLeftovers, 1);
  self->watched = po_settle_new (WATCH_NS);
  self->due_ns = G_MININT64;
  return self;
}

void po_leftovers_free (PoLeftovers *self) {
  if (self == NULL)
    return;
  po_settle_free (self->watched);
  g_free (self);
}

static void look_at (PoLeftovers *self, const gchar *path, PoTimeNs now_ns, gint64 up_ns, gboolean is_clock_trusted) {
  struct stat info;
  if (lstat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return;
  const PoTimeNs mtime_ns = info.st_mtim.tv_sec * PO_NS_PER_SECOND + info.st_mtim.tv_nsec;
  // Its date is the other clock's, and counts for nothing by this one.
  const gboolean is_watched = po_settle_see (self->watched, path, info.st_size, G_MAXINT64, info.st_ino, up_ns);
  if (mtime_ns < now_ns - LEFT_NS && (is_clock_trusted || is_watched))
    unlink (path);
}

void po_leftovers_sweep (PoLeftovers *self, GPtrArray *folders, PoTimeNs now_ns, gint64 up_ns,
                         gboolean is_clock_trusted) {
  if (up_ns < self->due_ns)
    return;
  self->due_ns = up_ns + SWEEP_NS;
  for (guint i = 0; i < folders->len; i++) {
    const gchar *dir = folders->pdata[i];
    g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
    for (const gchar *name = NULL; folder != NULL && (name = g_dir_read_name (folder)) != NULL;) {
      g_autofree gchar *path = po_intake_is_hidden_name (name) ? g_build_filename (dir, name, NULL) : NULL;
      if (path != NULL)
        look_at (self, path, now_ns, up_ns, is_clock_trusted);
    }
  }
  po_settle_sweep (self->watched);
}
