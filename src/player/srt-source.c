// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/srt-source.h"

#include <gst/base/gstpushsrc.h>

#include "model/error.h"
#include "player/srt-line.h"

#define POLL_MS 50

typedef struct {
  GstPushSrc parent;
  gchar *uri;      // (nullable)
  PoSrtLine *line; // (nullable) while started
  gint unlocked;   // atomic
} PoSrtSource;

typedef struct {
  GstPushSrcClass parent;
} PoSrtSourceClass;

static GMutex kept_lock;
static PoSrtLine *kept; // (nullable) the line of the pipeline before

static void handler_init (gpointer iface, gpointer data);
GType po_srt_source_get_type (void);
G_DEFINE_TYPE_WITH_CODE (PoSrtSource, po_srt_source, GST_TYPE_PUSH_SRC,
                         G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, handler_init))

static void keep (PoSrtLine *line) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&kept_lock);
  g_clear_pointer (&kept, po_srt_line_free);
  kept = line;
}

static PoSrtLine *take_kept (const gchar *uri) {
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&kept_lock);
  return kept != NULL && g_strcmp0 (po_srt_line_uri (kept), uri) == 0 ? g_steal_pointer (&kept) : NULL;
}

static gboolean start (GstBaseSrc *source) {
  PoSrtSource *self = (PoSrtSource *)source;
  g_autoptr (GError) error = NULL;
  self->line = take_kept (self->uri);
  if (self->line == NULL)
    self->line = po_srt_line_new (self->uri, &error);
  if (self->line == NULL)
    GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, ("%s", error->message), (NULL));
  return self->line != NULL;
}

static gboolean stop (GstBaseSrc *source) {
  PoSrtSource *self = (PoSrtSource *)source;
  keep (g_steal_pointer (&self->line));
  return TRUE;
}

static gboolean unlock (GstBaseSrc *source) {
  g_atomic_int_set (&((PoSrtSource *)source)->unlocked, TRUE);
  return TRUE;
}

static gboolean unlock_stop (GstBaseSrc *source) {
  g_atomic_int_set (&((PoSrtSource *)source)->unlocked, FALSE);
  return TRUE;
}

static gboolean is_seekable (GstBaseSrc *source) {
  return FALSE;
}

static void tell (PoSrtSource *self, const GError *error) {
  if (g_error_matches (error, PO_ERROR, PO_ERROR_INPUT))
    GST_ELEMENT_ERROR (self, RESOURCE, NOT_AUTHORIZED, ("%s", error->message), (NULL));
  else if (g_error_matches (error, PO_ERROR, PO_ERROR_CONFLICT))
    GST_ELEMENT_ERROR (self, RESOURCE, BUSY, ("%s", error->message), (NULL));
  else
    GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, ("%s", error->message), (NULL));
}

static GstFlowReturn create (GstPushSrc *source, GstBuffer **ret_buffer) {
  PoSrtSource *self = (PoSrtSource *)source;
  guint8 bytes[PO_SRT_LINE_BYTES_MAX];
  while (!g_atomic_int_get (&self->unlocked)) {
    g_autoptr (GError) error = NULL;
    gboolean anew = FALSE;
    const gint n_bytes = po_srt_line_receive (self->line, bytes, POLL_MS, &anew, &error);
    if (n_bytes < 0) {
      tell (self, error);
      return GST_FLOW_ERROR;
    }
    if (n_bytes == 0)
      continue;
    *ret_buffer = gst_buffer_new_memdup (bytes, (gsize)n_bytes);
    if (anew)
      GST_BUFFER_FLAG_SET (*ret_buffer, GST_BUFFER_FLAG_DISCONT);
    return GST_FLOW_OK;
  }
  return GST_FLOW_FLUSHING;
}

static void finalize (GObject *object) {
  g_free (((PoSrtSource *)object)->uri);
  G_OBJECT_CLASS (po_srt_source_parent_class)->finalize (object);
}

static void po_srt_source_class_init (PoSrtSourceClass *klass) {
  static GstStaticPadTemplate out = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  GstBaseSrcClass *base = GST_BASE_SRC_CLASS (klass);
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &out);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "SRT source", "Source/Network",
                                         "Receives over SRT, from one call after another", "playoutd");
  G_OBJECT_CLASS (klass)->finalize = finalize;
  base->start = start;
  base->stop = stop;
  base->unlock = unlock;
  base->unlock_stop = unlock_stop;
  base->is_seekable = is_seekable;
  GST_PUSH_SRC_CLASS (klass)->create = create;
}

static void po_srt_source_init (PoSrtSource *self) {
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_do_timestamp (GST_BASE_SRC (self), TRUE);
}

static GstURIType handler_type (GType type) {
  return GST_URI_SRC;
}

static const gchar *const *handler_protocols (GType type) {
  static const gchar *const protocols[] = {"srt", NULL};
  return protocols;
}

static gchar *handler_uri (GstURIHandler *handler) {
  return g_strdup (((PoSrtSource *)handler)->uri);
}

static gboolean handler_set_uri (GstURIHandler *handler, const gchar *uri, GError **error) {
  PoSrtSource *self = (PoSrtSource *)handler;
  g_free (self->uri);
  self->uri = g_strdup (uri);
  return TRUE;
}

static void handler_init (gpointer iface, gpointer data) {
  GstURIHandlerInterface *handler = iface;
  handler->get_type = handler_type;
  handler->get_protocols = handler_protocols;
  handler->get_uri = handler_uri;
  handler->set_uri = handler_set_uri;
}

void po_srt_source_register (void) {
  gst_element_register (NULL, "playoutdsrtsrc", GST_RANK_PRIMARY + 1, po_srt_source_get_type ());
}

void po_srt_source_hang_up (void) {
  keep (NULL);
}
