// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/clip-source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCHEME "clip"

struct _PoClipSource {
  GstBaseSrc parent;
  gint fd;
  gint spare_fd;        // -1 = none
  const guint32 *moved; // (nullable)
};

static void uri_handler_init (gpointer iface, gpointer data);

G_DEFINE_FINAL_TYPE_WITH_CODE (PoClipSource, po_clip_source, GST_TYPE_BASE_SRC,
                               G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, uri_handler_init))

// Asked after what was read of the clip, too: nobody writes to it before it has moved, so that it was right unless it
// has. That a reading had begun, or its thread slept since, then matters to nobody.
static gboolean is_moved (const PoClipSource *self) {
  __atomic_thread_fence (__ATOMIC_SEQ_CST);
  return self->moved != NULL && __atomic_load_n (self->moved, __ATOMIC_ACQUIRE) != 0;
}

static gboolean is_seekable (GstBaseSrc *base) {
  return TRUE;
}

static gboolean get_size (GstBaseSrc *base, guint64 *ret_bytes) {
  const PoClipSource *self = PO_CLIP_SOURCE (base);
  struct stat info;
  if (fstat (self->fd, &info) < 0 || (is_moved (self) && fstat (self->spare_fd, &info) < 0))
    return FALSE;
  *ret_bytes = (guint64)info.st_size;
  return TRUE;
}

// How much, which is less at the end; -1 = error.
static gssize read_from (gint fd, guint8 *bytes, gsize length, guint64 offset) {
  gsize got = 0;
  gssize n = 0;
  while (got < length &&
         ((n = pread (fd, bytes + got, length - got, (off_t)(offset + got))) > 0 || (n < 0 && errno == EINTR)))
    got += (gsize)MAX (n, 0);
  return n < 0 ? -1 : (gssize)got;
}

static gssize read_clip (const PoClipSource *self, guint8 *bytes, gsize length, guint64 offset) {
  const gssize got = is_moved (self) ? -1 : read_from (self->fd, bytes, length, offset);
  return is_moved (self) ? read_from (self->spare_fd, bytes, length, offset) : got;
}

static GstFlowReturn fill (GstBaseSrc *base, guint64 offset, guint length, GstBuffer *buffer) {
  PoClipSource *self = PO_CLIP_SOURCE (base);
  GstMapInfo map;
  if (!gst_buffer_map (buffer, &map, GST_MAP_WRITE))
    return GST_FLOW_ERROR;
  const gssize got = read_clip (self, map.data, length, offset);
  gst_buffer_unmap (buffer, &map);
  if (got < 0) {
    GST_ELEMENT_ERROR (self, RESOURCE, READ, (NULL), GST_ERROR_SYSTEM);
    return GST_FLOW_ERROR;
  }
  if (got == 0 && length > 0)
    return GST_FLOW_EOS;
  gst_buffer_resize (buffer, 0, got);
  GST_BUFFER_OFFSET (buffer) = offset;
  GST_BUFFER_OFFSET_END (buffer) = offset + (guint64)got;
  return GST_FLOW_OK;
}

static GstURIType uri_type (GType type) {
  return GST_URI_SRC;
}

static const gchar *const *uri_protocols (GType type) {
  static const gchar *const protocols[] = {SCHEME, NULL};
  return protocols;
}

static gchar *get_uri (GstURIHandler *handler) {
  return po_clip_source_uri (PO_CLIP_SOURCE (handler)->fd);
}

static gboolean set_uri (GstURIHandler *handler, const gchar *uri, GError **error) {
  guint64 fd;
  if (g_str_has_prefix (uri, SCHEME "://") &&
      g_ascii_string_to_unsigned (uri + strlen (SCHEME "://"), 10, 0, G_MAXINT, &fd, NULL)) {
    PO_CLIP_SOURCE (handler)->fd = (gint)fd;
    return TRUE;
  }
  g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI, "%s", uri);
  return FALSE;
}

static void uri_handler_init (gpointer iface, gpointer data) {
  GstURIHandlerInterface *handler = iface;
  handler->get_type = uri_type;
  handler->get_protocols = uri_protocols;
  handler->get_uri = get_uri;
  handler->set_uri = set_uri;
}

static void po_clip_source_class_init (PoClipSourceClass *klass) {
  static GstStaticPadTemplate pad = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  GstBaseSrcClass *base = GST_BASE_SRC_CLASS (klass);
  base->is_seekable = is_seekable;
  base->get_size = get_size;
  base->fill = fill;
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &pad);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Clip", "Source/File", "Reads an open clip",
                                         "playoutd");
}

static void po_clip_source_init (PoClipSource *self) {
  self->fd = self->spare_fd = -1;
  gst_base_src_set_dynamic_size (GST_BASE_SRC (self), TRUE); // it may grow
}

static gpointer register_once (gpointer data) {
  gst_element_register (NULL, "poclipsource", GST_RANK_PRIMARY, PO_TYPE_CLIP_SOURCE);
  return NULL;
}

gchar *po_clip_source_uri (gint fd) {
  static GOnce once = G_ONCE_INIT;
  g_once (&once, register_once, NULL);
  return g_strdup_printf (SCHEME "://%d", fd);
}

void po_clip_source_set_spare (PoClipSource *self, gint spare_fd, const guint32 *moved) {
  self->spare_fd = spare_fd;
  self->moved = moved;
}
