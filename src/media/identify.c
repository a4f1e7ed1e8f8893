// SPDX-License-Identifier: GPL-3.0-or-later
#include "media/identify.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "media/subtitles.h"
#include "model/error.h"
#include "store/settle.h"

#define HASH_CHUNK_BYTES (1024 * 1024)
#define HOLLOW_BYTES     (G_GINT64_CONSTANT (1) << 30) // of nothing: would be read for long

// Folders that servers and systems keep beside clips: what was deleted, small pictures, copies, downloads under way.
static gboolean is_of_others (const gchar *folder) {
  static const gchar *const names[] = {
      "#recycle",
      "#snapshot",
      "$recycle.bin",
      "@eadir",
      "@recycle",
      "@recently-snapshot",
      "__macosx",
      "lost+found",
      "recycler",
      "recycled",
      "system volume information",
      "~snapshot",
      NULL,
  };
  g_autofree gchar *lower = g_ascii_strdown (folder, -1);
  return g_strv_contains (names, lower) || po_settle_name_unfinished (folder);
}

gboolean po_media_name_is_candidate (const gchar *path) {
  // What lies beside clips and is never one, also on a camera's card and a disc. Anything else is looked into, whatever
  // its name says.
  static const gchar *const others[] = {
      "ass", "bdm",  "bnp", "bup",  "cfa", "cpi", "csv",  "db",    "dfxp",   "doc",  "docx", "htm",  "html", "ics",
      "idx", "ifo",  "ini", "json", "lnk", "log", "lrv",  "marks", "md",     "md5",  "modd", "moff", "mpl",  "nfo",
      "ods", "odt",  "pdf", "pek",  "py",  "scc", "sfv",  "sh",    "sha256", "smi",  "srt",  "ssa",  "stl",  "sub",
      "thm", "ttml", "txt", "url",  "vtt", "xls", "xlsx", "xml",   "xmp",    "yaml", "yml",  NULL,
  };
  const gchar *dot = strrchr (path, '.'), *slash = strrchr (path, '/');
  g_auto (GStrv) folders = g_strsplit (path, "/", -1);
  for (guint i = 0; folders[i] != NULL && folders[i + 1] != NULL; i++)
    if (is_of_others (folders[i]))
      return FALSE;
  if (po_settle_name_unfinished (path))
    return FALSE;
  if (dot == NULL || (slash != NULL && dot < slash))
    return TRUE;
  g_autofree gchar *extension = g_ascii_strdown (dot + 1, -1);
  return !g_strv_contains (others, extension);
}

// Facts of what cannot air, for this reason. (transfer full)
static PoMediaFacts *facts_unfit (const PoBeneathEntry *entry, const gchar *problem) {
  PoMediaFacts *facts = g_new0 (PoMediaFacts, 1);
  facts->path = g_strdup (entry->path);
  facts->sha256 = g_strdup ("");
  facts->size_bytes = entry->size_bytes;
  facts->mtime_ns = entry->mtime_ns;
  facts->rate = (PoRate){0, 1};
  facts->problem = g_strdup (problem);
  return facts;
}

PoMediaFacts *po_media_facts_growing (const PoBeneathEntry *entry) {
  return facts_unfit (entry, _ ("it is being written just now; look again when the copy is whole"));
}

PoMediaFacts *po_media_facts_from_entry (const PoBeneathEntry *entry) {
  switch (entry->kind) {
  case PO_BENEATH_ODD:
    return facts_unfit (entry, _ ("not a file but a pipe, socket or device; it was not opened"));
  case PO_BENEATH_OUTSIDE:
    return facts_unfit (entry, _ ("a link that leads out of the media folder or nowhere; it was not followed"));
  case PO_BENEATH_ERROR:
  case PO_BENEATH_UNREAD:
    return facts_unfit (entry, _ ("cannot be looked at; check its permissions"));
  case PO_BENEATH_DEEP:
    return facts_unfit (entry, _ ("a folder too many folders down: nothing in it is looked at; move it further up"));
  case PO_BENEATH_FILE:
    break;
  }
  return entry->size_bytes == 0 ? facts_unfit (entry, _ ("the file is empty")) : NULL;
}

PoMediaFacts *po_media_facts_before (PoMediaTable *table, const PoBeneathEntry *entry) {
  const PoMediaFacts *known = po_media_table_lookup (table, entry->path);
  const gboolean holds = known != NULL && known->problem == NULL && known->size_bytes == entry->size_bytes &&
                         known->mtime_ns == entry->mtime_ns;
  return holds ? po_media_facts_copy (known) : NULL;
}

// Hex SHA-256 of the open file; NULL with @error.
static gchar *hash_fd (gint fd, const gchar *path, const gint *stop, GError **error) {
  g_autofree guint8 *chunk = g_malloc (HASH_CHUNK_BYTES);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  posix_fadvise (fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  for (;;) {
    gssize got = read (fd, chunk, HASH_CHUNK_BYTES);
    gint saved = errno;
    if (g_atomic_int_get (stop) != 0) {
      g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM, _ ("stopped"));
      return NULL;
    }
    if (got < 0 && saved == EINTR)
      continue;
    if (got < 0) {
      g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("cannot be read: %s"), g_strerror (saved));
      return NULL;
    }
    if (got == 0)
      return g_strdup (g_checksum_get_string (checksum));
    g_checksum_update (checksum, chunk, got);
  }
}

// Whether most of it has never been written, as a copy leaves a file that made room for all of it and broke off. A file
// system that does not know says that there are no holes.
static gboolean is_hollow (gint fd, gint64 size_bytes) {
  gint64 holes_bytes = 0;
  for (gint64 at = 0; at >= 0 && at < size_bytes;) {
    gint64 data = lseek (fd, at, SEEK_DATA);
    if (data < 0 && errno == ENXIO) // none follows
      data = size_bytes;
    if (data < 0)
      break;
    holes_bytes += data - at;
    at = data < size_bytes ? lseek (fd, data, SEEK_HOLE) : data;
  }
  lseek (fd, 0, SEEK_SET);
  return holes_bytes > HOLLOW_BYTES && holes_bytes > size_bytes / 2;
}

static gboolean is_unchanged (PoBeneath *beneath, const PoBeneathEntry *entry) {
  PoBeneathEntry now;
  return po_beneath_stat (beneath, entry->path, &now) == PO_BENEATH_FILE && po_beneath_entry_is_same (&now, entry);
}

static gchar *hash_entry (PoBeneath *beneath, const PoBeneathEntry *entry, const gint *stop, GError **error) {
  g_autoptr (GError) why = NULL;
  gint fd = po_beneath_open_file (beneath, entry->path, NULL, &why);
  const gboolean is_whole = fd >= 0 && !is_hollow (fd, entry->size_bytes);
  gchar *sha256 = is_whole ? hash_fd (fd, entry->path, stop, &why) : NULL;
  if (fd >= 0 && !is_whole)
    g_set_error_literal (&why, PO_ERROR, PO_ERROR_INPUT,
                         _ ("most of it has never been written: its copy broke off; copy it again"));
  if (fd >= 0)
    close (fd);
  if (sha256 == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return sha256;
}

// (transfer full) Facts without a name. What a probe says of a file that it could not finish holds for this life only,
// and so does what an earlier version found, where this one finds nothing.
static PoMediaFacts *look_into (const PoMediaBench *bench, const PoBeneathEntry *entry, const gchar *sha256,
                                PoMediaLook look, gboolean *ret_lasting, GError **error) {
  g_autoptr (GError) why = NULL;
  g_autofree gchar *file = g_build_filename (bench->dir, entry->path, NULL);
  gboolean is_outdated = FALSE;
  g_autoptr (PoMediaFacts) known = po_media_index_content (bench->index, sha256, &is_outdated);
  *ret_lasting = !is_outdated;
  if (known != NULL && (!is_outdated || look == PO_LOOK_GLANCE))
    return g_steal_pointer (&known);
  if (look == PO_LOOK_GLANCE)
    return bench->prober->glance (bench->prober, file, bench->stop, ret_lasting, error);
  PoMediaFacts *facts = bench->prober->probe (bench->prober, file, bench->stop, &why);
  *ret_lasting = facts != NULL;
  if (facts == NULL && known != NULL)
    return g_steal_pointer (&known);
  if (facts == NULL && g_error_matches (why, PO_ERROR, PO_ERROR_INPUT))
    return facts_unfit (entry, why->message);
  if (facts == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return facts;
}

static void name_facts (PoMediaFacts *facts, const PoBeneathEntry *entry, const gchar *sha256) {
  g_free (facts->path);
  g_free (facts->sha256);
  facts->path = g_strdup (entry->path);
  facts->sha256 = g_strdup (sha256);
  facts->size_bytes = entry->size_bytes;
  facts->mtime_ns = entry->mtime_ns;
}

PoMediaFacts *po_media_identify (const PoMediaBench *bench, const PoBeneathEntry *entry, PoMediaLook look,
                                 gboolean *ret_lasting, GError **error) {
  g_autoptr (GError) why = NULL;
  g_autoptr (PoBeneath) beneath = po_beneath_open (bench->dir, error);
  if (beneath == NULL)
    return NULL;
  g_autofree gchar *sha256 = hash_entry (beneath, entry, bench->stop, &why);
  *ret_lasting = FALSE;
  if (sha256 == NULL && g_error_matches (why, PO_ERROR, PO_ERROR_INPUT) && is_unchanged (beneath, entry))
    return facts_unfit (entry, why->message);
  if (sha256 == NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  g_autoptr (PoMediaFacts) facts = look_into (bench, entry, sha256, look, ret_lasting, error);
  if (facts == NULL)
    return NULL;
  if (!is_unchanged (beneath, entry)) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT, _ ("%s: changed while it was looked into"), entry->path);
    return NULL;
  }
  name_facts (facts, entry, sha256);
  g_autofree gchar *subtitles = po_media_subtitles_take (facts);
  if (*ret_lasting && subtitles != NULL)
    po_media_index_put_subtitles (bench->index, sha256, subtitles);
  if (*ret_lasting)
    po_media_index_put (bench->index, facts, entry->inode);
  else if (look == PO_LOOK_PROBE && facts->problem != NULL)
    po_media_index_give_up (bench->index, facts, entry->inode, g_get_real_time () * 1000);
  return g_steal_pointer (&facts);
}
