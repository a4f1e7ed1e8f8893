// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/foreign-picture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#define MAX_SEGMENTS  1000
#define COMPONENTS_AT 9 // from a frame's marker on
#define OF_PRINT      4 // cyan, magenta, yellow and black
#define TARGA_END     "TRUEVISION-XFILE."

// A frame's marker, of whatever way of coding; C4, C8 and CC are others.
static gboolean is_frame (guchar marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static gboolean is_jpeg_of_print (gint fd) {
  guchar segment[COMPONENTS_AT + 1];
  goffset at = 2;
  if (pread (fd, segment, 2, 0) != 2 || segment[0] != 0xff || segment[1] != 0xd8)
    return FALSE;
  for (guint i = 0; i < MAX_SEGMENTS && pread (fd, segment, sizeof segment, at) == (gssize)sizeof segment; i++) {
    if (segment[0] != 0xff)
      return FALSE;
    if (is_frame (segment[1]))
      return segment[COMPONENTS_AT] == OF_PRINT;
    at += segment[1] == 0xff ? 1 : 2 + ((goffset)segment[2] << 8 | segment[3]);
  }
  return FALSE;
}

// It has no mark at its beginning, only one at its end.
static gboolean is_targa (gint fd) {
  gchar end[sizeof TARGA_END];
  struct stat info;
  return fstat (fd, &info) == 0 && info.st_size > (off_t)sizeof end &&
         pread (fd, end, sizeof end, info.st_size - (off_t)sizeof end) == (gssize)sizeof end &&
         memcmp (end, TARGA_END, sizeof end) == 0;
}

const gchar *po_foreign_picture (gint fd) {
  if (is_jpeg_of_print (fd))
    return _ ("its colours are those of print (CMYK), which cannot be shown here; save it in RGB, for example as PNG");
  if (is_targa (fd))
    return _ ("it is a Targa picture, which cannot be shown here; save it as PNG");
  return NULL;
}
