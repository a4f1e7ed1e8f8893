// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/warm.h"

#include <dirent.h>
#include <malloc.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include "player/clip-source.h"
#include "player/decode.h"

#define LEAVING_US (250 * 1000)                        // a thread that has been joined is still counted for a moment
#define LONGEST_NS (G_GINT64_CONSTANT (250) * 1000000) // of each; what is not done by then is not done

// Three black pictures of 16 times 16, as x264 writes them: parameters, then one of each kind.
static const guint8 pictures[] = {
    0x00, 0x00, 0x00, 0x01, 0x67, 0x64, 0x00, 0x0a, 0xac, 0xd9, 0x5e, 0xc0, 0x44, 0x00, 0x00, 0x03,
    0x00, 0x04, 0x00, 0x00, 0x03, 0x00, 0xc8, 0x3c, 0x48, 0x96, 0x58, 0x00, 0x00, 0x00, 0x01, 0x68,
    0xeb, 0xe3, 0xcb, 0x22, 0xc0, 0x00, 0x00, 0x01, 0x65, 0x88, 0x84, 0x00, 0x33, 0xff, 0xfe, 0xf6,
    0xec, 0xbe, 0x05, 0x36, 0x14, 0xc8, 0xc1, 0x00, 0x00, 0x00, 0x01, 0x41, 0x9a, 0x22, 0x6c, 0x42,
    0xbf, 0xfe, 0xc0, 0x00, 0x00, 0x00, 0x01, 0x01, 0x9e, 0x41, 0x79, 0x0a, 0xff, 0xc4, 0x81,
};

// Of AAC in its own frames, one that is silent.
static const guint8 silence[] = {0xff, 0xf1, 0x4c, 0x80, 0x01, 0xbf, 0xfc, 0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c};

#define SILENT_FRAMES 6

// A thread of its own for each task, which ends with it: those of the default pool stay for others.
typedef struct {
  GstTaskPool parent;
} PoOwnThreads;

typedef struct {
  GstTaskPoolClass parent;
} PoOwnThreadsClass;

static GType po_own_threads_get_type (void);
G_DEFINE_TYPE (PoOwnThreads, po_own_threads, GST_TYPE_TASK_POOL)

typedef struct {
  GstTaskPoolFunction func;
  gpointer data;
} Work;

static gpointer work (gpointer data) {
  g_autofree Work *self = data;
  self->func (self->data);
  return NULL;
}

static gpointer push (GstTaskPool *pool, GstTaskPoolFunction func, gpointer data, GError **error) {
  Work *self = g_new0 (Work, 1);
  *self = (Work){func, data};
  GThread *thread = g_thread_try_new ("warm", work, self, error);
  if (thread == NULL)
    g_free (self);
  return thread;
}

static void join (GstTaskPool *pool, gpointer id) {
  if (id != NULL)
    g_thread_join (id);
}

static void nothing (GstTaskPool *pool) {
}

static void prepare (GstTaskPool *pool, GError **error) {
}

static void po_own_threads_class_init (PoOwnThreadsClass *klass) {
  GstTaskPoolClass *pool = GST_TASK_POOL_CLASS (klass);
  pool->prepare = prepare;
  pool->cleanup = nothing;
  pool->push = push;
  pool->join = join;
}

static void po_own_threads_init (PoOwnThreads *self) {
}

static GstBusSyncReply on_message (GstBus *bus, GstMessage *message, gpointer user_data) {
  GstStreamStatusType type;
  GstElement *owner;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_STREAM_STATUS) {
    gst_message_parse_stream_status (message, &type, &owner);
    const GValue *task = gst_message_get_stream_status_object (message);
    if (type == GST_STREAM_STATUS_TYPE_CREATE && task != NULL && G_VALUE_HOLDS (task, GST_TYPE_TASK))
      gst_task_set_pool (g_value_get_object (task), user_data);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static GstElement *make_sink (PoDecode *decode, GstPad *pad, gboolean is_picture, gpointer user_data) {
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "enable-last-sample", FALSE, NULL);
  return sink;
}

static void on_known (PoDecode *decode, gboolean has_picture, gboolean has_sound, gpointer user_data) {
}

static void decode (gint fd, GstTaskPool *threads) {
  g_autofree gchar *uri = po_clip_source_uri (fd);
  g_autoptr (PoDecode) self = po_decode_new (uri, make_sink, on_known, NULL);
  GstElement *pipeline = po_decode_pipeline (self);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), NULL);
  gst_bus_set_sync_handler (bus, on_message, threads, NULL);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_element_get_state (pipeline, NULL, NULL, LONGEST_NS);
}

static void decode_bytes (const guint8 *bytes, gsize length, guint times, GstTaskPool *threads) {
  gboolean written = TRUE;
  const gint fd = memfd_create ("warm", MFD_CLOEXEC);
  for (guint i = 0; i < times && written; i++)
    written = write (fd, bytes, length) == (gssize)length;
  if (written)
    decode (fd, threads);
  if (fd >= 0)
    close (fd);
}

static gboolean is_alone (void) {
  guint threads = 0;
  DIR *tasks = opendir ("/proc/self/task");
  if (tasks == NULL)
    return FALSE;
  for (const struct dirent *entry; (entry = readdir (tasks)) != NULL;)
    threads += entry->d_name[0] != '.';
  closedir (tasks);
  return threads == 1;
}

gboolean po_warm_up (void) {
  g_autoptr (GstTaskPool) threads = gst_object_ref_sink (g_object_new (po_own_threads_get_type (), NULL));
  decode_bytes (pictures, sizeof pictures, 1, threads);
  decode_bytes (silence, sizeof silence, SILENT_FRAMES, threads);
  malloc_trim (0); // a megabyte
  const gint64 deadline_us = g_get_monotonic_time () + LEAVING_US;
  while (!is_alone () && g_get_monotonic_time () < deadline_us)
    sched_yield (); // to them, which only have to end
  return is_alone ();
}
