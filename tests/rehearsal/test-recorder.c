// SPDX-License-Identifier: GPL-3.0-or-later
// What is in the log of an airing whose daemon was killed before its first second was over.
#include "log/log.h"
#include "rehearsal/recorder.h"
#include "tree.h"

#define FLUSH_MS 60000 // fails only on a hang

static const PoRate rate = {25, 1};
static const PoItem clip = {.start = 1000,
                            .end = 2000,
                            .kind = PO_ITEM_MEDIA,
                            .uid = "x@test",
                            .instance = "20270106T124500Z",
                            .title = "X",
                            .media = "x.mp4",
                            .media_origin = 1000,
                            .slot_start = 1000,
                            .slot_end = 2000};

static PoHeadEvent event_at (PoHeadEventKind kind, gint64 k, gint64 filled) {
  return (PoHeadEvent){.kind = kind,
                       .n = 1000 + k,
                       .k = k,
                       .utc_ns = po_frame_to_time_floor (1000 + k, rate),
                       .item = &clip,
                       .screen = PO_SCREEN_SOURCE,
                       .screen_before = PO_SCREEN_FALLBACK,
                       .counts = {.filled = filled}};
}

// The slate stood in until its picture was there: that is not forgotten with what comes after the last mark.
static void test_stood_in (void) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *dir = g_dir_make_tmp ("po-recorder-XXXXXX", NULL);
  PoLog *log = po_log_open (dir, "node", &error);
  g_assert_no_error (error);
  PoRecorder *recorder = po_recorder_new (log, "channel", rate);
  const PoHeadEvent start = event_at (PO_HEAD_START, 0, 0), there = event_at (PO_HEAD_SCREEN, 3, 3);
  po_recorder_take_event (recorder, &start);
  po_recorder_take_event (recorder, &there);
  g_assert_true (po_log_flush (log, FLUSH_MS));
  po_recorder_free (recorder);
  g_assert_true (po_log_close (log, FLUSH_MS));
  log = po_log_open (dir, "node", &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) rows = po_log_asrun (log, 0, G_MAXINT64, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  const PoAsrunRow *row = rows->pdata[0];
  g_assert_cmpint (row->status, ==, PO_AIRING_INTERRUPTED);
  g_assert_cmpint (row->frames_filled, ==, 3);
  g_assert_cmpint (row->actual_end_frame, ==, 1003);
  g_assert_true (po_log_close (log, FLUSH_MS));
  test_remove_tree (dir);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recorder/stood-in", test_stood_in);
  return g_test_run ();
}
