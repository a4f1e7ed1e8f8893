// SPDX-License-Identifier: GPL-3.0-or-later
#include "feeding.h"

#include <gio/gio.h>
#include <sys/socket.h>

#include "program/image.h"
#include "synthetic-source.h"

#define ROOM_BYTES (8 << 20)

struct _Receiver {
  GSocket *socket;
  GThread *thread;
  GByteArray *bytes;
  gsize received; // atomic: of @bytes
  gint is_over;   // atomic
};

static void feed (PoOutputRack *rack, const PoFormat *format, PoImage *image, gint64 k) {
  gint64 pts_ns = po_duration_from_frames_floor (k, format->rate);
  gsize bytes = (gsize)(PO_AUDIO_RATE * format->rate.fps_d / format->rate.fps_n * 4);
  g_autoptr (GstBuffer) picture = gst_buffer_copy (po_image_buffer (image));
  g_autoptr (GstBuffer) sound = gst_buffer_new_allocate (NULL, bytes, NULL);
  gst_buffer_memset (sound, 0, (guint8)k, bytes);
  GST_BUFFER_PTS (picture) = GST_BUFFER_PTS (sound) = (GstClockTime)pts_ns;
  GST_BUFFER_DURATION (picture) = GST_BUFFER_DURATION (sound) =
      (GstClockTime)po_duration_from_frames_floor (1, format->rate);
  po_output_rack_push (rack, picture, sound, k);
}

void feed_frame (PoOutputRack *rack, const PoFormat *format, gint64 k) {
  g_autoptr (PoImage) image = po_image_new (format);
  PoPlanes planes;
  po_image_planes (image, &planes);
  po_synthetic_paint (format, &planes, 1, k);
  feed (rack, format, image, k);
}

void feed_noisy_frame (PoOutputRack *rack, const PoFormat *format, gint64 k) {
  g_autoptr (PoImage) image = po_image_new (format);
  PoPlanes planes;
  guint32 noise = (guint32)k;
  po_image_planes (image, &planes);
  po_synthetic_paint (format, &planes, 1, k);
  for (gint y = format->height / 3; y < format->height; y++)
    for (gint x = 0; x < format->width; x++) {
      noise = noise * 1664525 + 1013904223;
      planes.data[0][(gsize)y * planes.stride[0] + x] = 16 + (noise >> 24) % 220;
    }
  feed (rack, format, image, k);
}

static gpointer receive (gpointer data) {
  Receiver *self = data;
  guint8 datagram[2048];
  g_socket_set_timeout (self->socket, 1);
  for (;;) {
    gssize n = g_socket_receive (self->socket, (gchar *)datagram, sizeof datagram, NULL, NULL);
    if (n > 0) {
      g_assert_cmpint (n, ==, 7 * 188);
      g_byte_array_append (self->bytes, datagram, (guint)n);
      g_atomic_pointer_add (&self->received, n);
    } else if (g_atomic_int_get (&self->is_over)) {
      return NULL;
    }
  }
}

Receiver *receiver_new (const gchar *group) {
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (group != NULL ? group : "127.0.0.1");
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (address, 0);
  Receiver *self = g_new0 (Receiver, 1);
  self->bytes = g_byte_array_new ();
  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  if (!g_socket_set_option (self->socket, SOL_SOCKET, SO_RCVBUFFORCE, ROOM_BYTES, NULL))
    g_socket_set_option (self->socket, SOL_SOCKET, SO_RCVBUF, ROOM_BYTES, NULL);
  g_assert_true (g_socket_bind (self->socket, any_port, FALSE, NULL));
  if (group != NULL)
    g_assert_true (g_socket_join_multicast_group (self->socket, address, FALSE, "lo", NULL));
  self->thread = g_thread_new ("receiver", receive, self);
  return self;
}

guint receiver_port (Receiver *self) {
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (self->socket, NULL);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

void receiver_catch_up (Receiver *self, PoOutputRack *rack) {
  g_autoptr (GPtrArray) list = po_output_rack_status (rack);
  const PoOutputStatus *status = list->pdata[0];
  while ((gsize)g_atomic_pointer_get (&self->received) < status->bytes)
    g_usleep (200);
}

GByteArray *receiver_finish (Receiver *self) {
  g_atomic_int_set (&self->is_over, TRUE);
  g_thread_join (self->thread);
  GByteArray *bytes = self->bytes;
  g_object_unref (self->socket);
  g_free (self);
  return bytes;
}
