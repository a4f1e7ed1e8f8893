// SPDX-License-Identifier: GPL-3.0-or-later
// The as-run as CSV and iCalendar, byte for byte. 2027-01-06T12:45:00Z is 19:45 at the station.
#include "ctl/asrun-export.h"

static GPtrArray *make_rows (void) {
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)po_asrun_row_free);
  for (gint i = 0; i < 2; i++) {
    PoAsrunRow *row = g_new0 (PoAsrunRow, 1);
    row->id = i + 1;
    row->kind = g_strdup (i == 0 ? "media" : "filler");
    row->title = g_strdup (i == 0 ? "Số 1; \"mới\", phần\nhai" : "=SUM(A1)");
    row->media = g_strdup (i == 0 ? "c/tap-01.mp4" : "f.mp4");
    row->uid = i == 0 ? g_strdup ("cchc@t") : NULL;
    row->reason = g_strdup (i == 0 ? "planned" : "gap");
    row->node = g_strdup ("a");
    row->rate = (PoRate){25, 1};
    row->status = i == 0 ? PO_AIRING_AIRED : PO_AIRING_FILLED;
    row->planned_start_ns = PO_TIME_NONE;
    row->actual_start_ns = (G_GINT64_CONSTANT (1799239500) + i * 60) * PO_NS_PER_SECOND;
    row->actual_end_ns = row->actual_start_ns + 60 * PO_NS_PER_SECOND;
    row->actual_end_frame = 1501;
    row->frames_shown = 1501;
    if (i == 0) {
      row->measures = (PoAiringMeasures){TRUE, 2, 3, 1, TRUE, -23050, -900};
      row->correction = 9;
      row->status_before = PO_AIRING_PARTIAL;
      row->corrected_by = g_strdup ("Lan");
      row->corrected_why = g_strdup ("mất tiếng, rồi có");
    }
    g_ptr_array_add (rows, row);
  }
  return rows;
}

static void test_csv (void) {
  g_autoptr (GPtrArray) rows = make_rows ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  g_autofree gchar *csv = po_asrun_to_csv (rows, zone);
  g_assert_cmpstr (
      csv, ==,
      "\xef\xbb\xbfid,planned_start,start,end,seconds,kind,status,title,media,reason,frames_shown,"
      "frames_repeated,frames_filled,uid,instance,media_hash,channel,frames_black,frames_silent,frames_frozen,"
      "loudness_lufs,true_peak_dbtp,corrected_from,corrected_by,corrected_why\r\n"
      "1,,2027-01-06 19:45:00,2027-01-06 19:46:00,60,media,aired,"
      "\"Số 1; \"\"mới\"\", phần\nhai\",c/tap-01.mp4,planned,1501,0,0,cchc@t,,,,2,3,1,-23.1,-0.9,"
      "partial,Lan,\"mất tiếng, rồi có\"\r\n"
      "2,,2027-01-06 19:46:00,2027-01-06 19:47:00,60,filler,filled,'=SUM(A1),f.mp4,gap,1501,0,0,,,,,,,,,,,,\r\n");
}

static void test_ics (void) {
  g_autoptr (GPtrArray) rows = make_rows ();
  g_autofree gchar *ics = po_asrun_to_ics (rows, NULL);
  g_assert_cmpstr (ics, ==,
                   "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//playoutd//asrun//EN\r\nBEGIN:VEVENT\r\n"
                   "UID:asrun-1-a\r\nDTSTAMP:20270106T124600Z\r\nDTSTART:20270106T124500Z\r\n"
                   "DTEND:20270106T124600Z\r\nSUMMARY:Số 1\\; \"mới\"\\, phần\\nhai\r\nDESCRIPTION:c/tap-01.mp4\r\n"
                   "CATEGORIES:aired\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/asrun-export/csv", test_csv);
  g_test_add_func ("/asrun-export/ics", test_ics);
  return g_test_run ();
}
