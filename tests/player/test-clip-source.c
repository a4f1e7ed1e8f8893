// SPDX-License-Identifier: GPL-3.0-or-later
// What a clip's source reads: each piece at its place, as far as there is one, and never what a writer put there.
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gst/gst.h>

#include "player/clip-source.h"

#define OLD_BYTES 100000
#define AT_BYTES  50000
#define LENGTH    4096
#define FAR_BYTES (G_GINT64_CONSTANT (5) << 30)

typedef struct {
  gint fd, spare_fd;
  guint32 moved;
  GstElement *source;
  GstPad *pad;
} Fixture;

static gint clip_fd = -1; // that the writer below writes to, before the next read of it
static gboolean cuts;     // whether it cuts it off first
static guint32 *told;

// Stands before the C library's. Between the choice of the file and its reading the thread may sleep for as long as it
// likes: the clip has moved, and is written over, when it goes on.
ssize_t pread64 (int fd, void *bytes, size_t length, off64_t offset) {
  if (fd == clip_fd) {
    static const gchar new_bytes[LENGTH] = {'n', 'e', 'w'};
    clip_fd = -1;
    __atomic_store_n (told, 1, __ATOMIC_RELEASE);
    if (cuts)
      g_assert_cmpint (ftruncate (fd, 0), ==, 0);
    else
      g_assert_cmpint ((gint)pwrite (fd, new_bytes, LENGTH, AT_BYTES), ==, LENGTH);
  }
  return syscall (SYS_pread64, fd, bytes, length, offset);
}

static gint make_file (void) {
  g_autofree gchar *path = NULL;
  const gint fd = g_file_open_tmp ("playoutd-clip-XXXXXX", &path, NULL);
  g_unlink (path);
  return fd;
}

static void set_up (Fixture *self, gconstpointer data) {
  static gchar old[OLD_BYTES];
  memset (old, 'o', OLD_BYTES);
  self->fd = make_file ();
  self->spare_fd = make_file ();
  g_assert_cmpint ((gint)write (self->fd, old, OLD_BYTES), ==, OLD_BYTES);
  g_assert_cmpint ((gint)write (self->spare_fd, old, OLD_BYTES), ==, OLD_BYTES);
}

static void begin (Fixture *self) {
  g_autofree gchar *uri = po_clip_source_uri (self->fd);
  self->source = gst_object_ref_sink (gst_element_make_from_uri (GST_URI_SRC, uri, NULL, NULL));
  po_clip_source_set_spare (PO_CLIP_SOURCE (self->source), self->spare_fd, &self->moved);
  self->pad = gst_element_get_static_pad (self->source, "src");
  gst_element_set_state (self->source, GST_STATE_READY);
  g_assert_true (gst_pad_activate_mode (self->pad, GST_PAD_MODE_PULL, TRUE));
}

static void tear_down (Fixture *self, gconstpointer data) {
  gst_pad_activate_mode (self->pad, GST_PAD_MODE_PULL, FALSE);
  gst_element_set_state (self->source, GST_STATE_NULL);
  gst_object_unref (self->pad);
  gst_object_unref (self->source);
  close (self->fd);
  close (self->spare_fd);
}

// That many bytes, and all of them @byte.
static void expect (Fixture *self, gint64 offset, gsize length, gchar byte) {
  g_autoptr (GstBuffer) buffer = NULL;
  g_assert_cmpint (gst_pad_get_range (self->pad, (guint64)offset, LENGTH, &buffer), ==, GST_FLOW_OK);
  GstMapInfo map;
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_assert_cmpuint (map.size, ==, length);
  for (gsize i = 0; i < map.size; i++)
    g_assert_cmpint (map.data[i], ==, byte);
  gst_buffer_unmap (buffer, &map);
}

static void expect_end (Fixture *self, gint64 offset) {
  GstBuffer *buffer = NULL;
  g_assert_cmpint (gst_pad_get_range (self->pad, (guint64)offset, LENGTH, &buffer), ==, GST_FLOW_EOS);
}

static void test_places (Fixture *self, gconstpointer data) {
  g_assert_cmpint ((gint)pwrite (self->fd, "eee", 3, FAR_BYTES), ==, 3);
  begin (self);
  expect (self, AT_BYTES, LENGTH, 'o');
  expect (self, FAR_BYTES, 3, 'e');
  expect (self, 0, LENGTH, 'o');
  expect_end (self, FAR_BYTES + 3);
  expect_end (self, FAR_BYTES + OLD_BYTES);
}

static void test_growing (Fixture *self, gconstpointer data) {
  gint64 bytes = 0;
  begin (self);
  g_assert_cmpint ((gint)pwrite (self->fd, "ooo", 3, OLD_BYTES), ==, 3);
  g_assert_true (gst_pad_query_duration (self->pad, GST_FORMAT_BYTES, &bytes));
  g_assert_cmpint (bytes, ==, OLD_BYTES + 3);
  expect (self, OLD_BYTES, 3, 'o');
}

static void test_moved (Fixture *self, gconstpointer data) {
  begin (self);
  expect (self, 0, LENGTH, 'o');
  told = &self->moved;
  cuts = GPOINTER_TO_INT (data);
  clip_fd = self->fd;
  expect (self, AT_BYTES, LENGTH, 'o');
  g_assert_cmpint (clip_fd, ==, -1);
  expect (self, AT_BYTES, LENGTH, 'o');
  expect (self, OLD_BYTES - 5, 5, 'o');
  expect_end (self, OLD_BYTES);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add ("/clip-source/places", Fixture, NULL, set_up, test_places, tear_down);
  g_test_add ("/clip-source/growing", Fixture, NULL, set_up, test_growing, tear_down);
  g_test_add ("/clip-source/moved/written-over", Fixture, GINT_TO_POINTER (FALSE), set_up, test_moved, tear_down);
  g_test_add ("/clip-source/moved/cut-off", Fixture, GINT_TO_POINTER (TRUE), set_up, test_moved, tear_down);
  return g_test_run ();
}
