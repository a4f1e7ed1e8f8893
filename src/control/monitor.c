// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/monitor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOT "/hls/"

static const gchar *type_of (const gchar *file) {
  if (g_str_has_suffix (file, ".m3u8"))
    return "application/vnd.apple.mpegurl";
  return g_str_has_suffix (file, ".ts") ? "video/mp2t" : NULL;
}

// The descriptor of a plain file right in @folder, or -1; a link is not followed. @ret_bytes: its length.
static int open_file (const gchar *folder, const gchar *file, guint64 *ret_bytes) {
  if (*file == '.' || strchr (file, '/') != NULL)
    return -1;
  int dir = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return -1;
  int fd = openat (dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  close (dir);
  struct stat facts;
  if (fd >= 0 && fstat (fd, &facts) == 0 && S_ISREG (facts.st_mode)) {
    *ret_bytes = (guint64)facts.st_size;
    return fd;
  }
  if (fd >= 0)
    close (fd);
  return -1;
}

gboolean po_monitor_answer (const PoApi *api, PoExchange *exchange) {
  const gchar *method = po_exchange_method (exchange), *path = po_exchange_path (exchange);
  if (!g_str_has_prefix (path, ROOT) || api->ops->hls_folder == NULL ||
      (!g_str_equal (method, MHD_HTTP_METHOD_GET) && !g_str_equal (method, MHD_HTTP_METHOD_HEAD)))
    return FALSE;
  g_auto (GStrv) words = g_strsplit (path + strlen (ROOT), "/", 2);
  const gchar *type = words[0] != NULL && words[1] != NULL ? type_of (words[1]) : NULL;
  g_autofree gchar *folder = type != NULL ? api->ops->hls_folder (api->user, words[0]) : NULL;
  guint64 length = 0;
  int fd = folder != NULL ? open_file (folder, words[1], &length) : -1;
  if (fd < 0)
    return FALSE;
  struct MHD_Response *response = MHD_create_response_from_fd64 (length, fd);
  MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  MHD_add_response_header (response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache");
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
  po_exchange_answer_with (exchange, MHD_HTTP_OK, response);
  return TRUE;
}
