// SPDX-License-Identifier: GPL-3.0-or-later
// The reader's end of a ring against any child: the input is a script of what the child writes over the control area
// and what the head asks in between. Whatever it says, nothing is read outside the ring, and nothing after a violation.
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ring/reader.h"

#define MAX_STEPS 512

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

typedef struct {
  const guint8 *data;
  gsize left;
} Script;

static guint64 take (Script *self, gsize bytes) {
  guint64 value = 0;
  bytes = MIN (bytes, self->left);
  memcpy (&value, self->data, bytes);
  self->data += bytes;
  self->left -= bytes;
  return value;
}

static void scribble (Script *script, PoRingControl *control) {
  const gsize at = take (script, 2) % sizeof *control;
  const gsize asked = take (script, 1);
  const gsize n = MIN (MIN (asked, script->left), sizeof *control - at);
  memcpy ((guint8 *)control + at, script->data, n);
  script->data += n;
  script->left -= n;
}

// Like an honest child, but for the bytes of the script.
static void publish (Script *script, PoRingControl *control) {
  PoRingDescriptor *d = &control->descriptors[control->video_written % PO_RING_DESCRIPTORS];
  d->slot = (guint32)take (script, 1);
  d->first = (gint64)take (script, 2);
  d->until = d->first + (gint8)take (script, 1);
  for (guint plane = 0; plane < 3; plane++) {
    d->stride[plane] = (guint32)take (script, 1);
    d->offset[plane] = (guint32)take (script, 2);
  }
  control->video_written++;
}

static void check_front (PoRingReader *reader, const PoRingLayout *layout) {
  PoRingPicture picture;
  if (!po_ring_reader_front (reader, &picture))
    return;
  g_assert_true (picture.serial > 0 && picture.until > picture.first);
  for (guint plane = 0; plane < 3; plane++)
    for (guint row = 0; row < po_ring_layout_rows (layout, plane); row++) {
      const volatile guint8 *last = picture.data[plane] + row * picture.stride[plane];
      (void)last[po_ring_layout_row_bytes (layout, plane) - 1];
    }
}

// @control is the child's own mapping.
static void step (Script *script, PoRingReader *reader, PoRingControl *control, const PoRingLayout *layout) {
  static gint16 samples[2 * 4096];
  const gboolean broken = po_ring_reader_violation (reader) != NULL;
  const gint64 before = po_ring_reader_newest (reader);
  switch (take (script, 1) % 8) {
  case 0:
    scribble (script, control);
    break;
  case 1:
    publish (script, control);
    break;
  case 2:
    po_ring_reader_drop_before (reader, (gint64)take (script, 2));
    break;
  case 3:
    po_ring_reader_drop_to_newest (reader, (gint64)take (script, 2));
    break;
  case 4:
    g_assert_cmpuint (po_ring_reader_samples (reader, (gint64)take (script, 4), take (script, 2) % 4096, samples), <=,
                      4096);
    break;
  case 5:
    control->audio_written = take (script, 8);
    break;
  case 6:
    po_ring_reader_make_room (reader, (gint64)take (script, 8));
    break;
  default:
    g_assert_true (po_ring_reader_poll (reader) == (po_ring_reader_violation (reader) == NULL));
    break;
  }
  check_front (reader, layout);
  if (broken)
    g_assert_true (po_ring_reader_violation (reader) != NULL && po_ring_reader_newest (reader) == before);
}

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size) {
  const PoFormat format = {34, 18, {25, 1}};
  PoRingLayout layout;
  gint fd = -1;
  po_ring_layout_init (&layout, &format, 4, FALSE);
  g_autoptr (PoRingReader) reader = po_ring_reader_new (&layout, &fd, NULL);
  if (reader == NULL)
    return 0;
  void *control = mmap (NULL, PO_RING_CONTROL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  g_assert_true (control != MAP_FAILED);
  Script script = {data, size};
  for (guint i = 0; i < MAX_STEPS && script.left > 0; i++)
    step (&script, reader, control, &layout);
  munmap (control, PO_RING_CONTROL_BYTES);
  return 0;
}
