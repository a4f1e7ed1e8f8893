// SPDX-License-Identifier: GPL-3.0-or-later
// Frames, instants and civil time: every rounding edge that two machines must agree on.
#include "model/error.h"
#include "model/format.h"

static const PoRate pal = {25, 1}, ntsc = {30000, 1001};

static void test_frames (void) {
  struct {
    gint line;
    PoTimeNs time_ns;
    PoRate rate;
    PoFrame ceil, floor;
  } rows[] = {
      {__LINE__, 0, pal, 0, 0},
      {__LINE__, 1, pal, 1, 0},
      {__LINE__, 40000000, pal, 1, 1},
      {__LINE__, 39999999, pal, 1, 0},
      {__LINE__, -1, pal, 0, -1},
      {__LINE__, -40000001, pal, -1, -2},
      {__LINE__, 1001 * PO_NS_PER_SECOND, ntsc, 30000, 30000},
      {__LINE__, 1798761600 * PO_NS_PER_SECOND, ntsc, 53908939061, 53908939060}, // 2027-01-01T00:00:00Z
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("row at line %d", rows[i].line);
    g_assert_cmpint (po_frame_from_time_ceil (rows[i].time_ns, rows[i].rate), ==, rows[i].ceil);
    g_assert_cmpint (po_frame_from_time_floor (rows[i].time_ns, rows[i].rate), ==, rows[i].floor);
  }
}

// A frame's own start leads back to it at every rate, for a century.
static void test_round_trip (void) {
  const PoRate rates[] = {{24000, 1001}, {24, 1}, pal, ntsc, {50, 1}, {60000, 1001}, {60, 1}};
  for (guint r = 0; r < G_N_ELEMENTS (rates); r++) {
    for (PoFrame frame = -1000000007; frame < 90000000000; frame += 899999963)
      g_assert_cmpint (po_frame_from_time_ceil (po_frame_to_time_floor (frame, rates[r]), rates[r]), ==, frame);
  }
}

static void test_samples (void) {
  g_assert_cmpint (po_samples_before_frame (1, pal), ==, 1920);
  // 5 frames of 29.97 hold exactly 8008 samples: 1601 1602 1601 1602 1602
  const gint64 expected[] = {0, 1601, 3203, 4804, 6406, 8008};
  for (guint k = 0; k < G_N_ELEMENTS (expected); k++)
    g_assert_cmpint (po_samples_before_frame (k, ntsc), ==, expected[k]);
  g_assert_cmpint (po_samples_before_frame (30000 * 86400LL, ntsc), ==, 1001 * 86400LL * 48000);
}

// By the day's number as by GLib, from 1677 to 2262, leap years and the ends of days among them.
static void test_utc_text (void) {
  for (gint64 s = -9223372036; s <= 9223372036; s += 86399 * 19) {
    g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (s);
    g_autofree gchar *expected = g_date_time_format (utc, "%Y-%m-%dT%H:%M:%SZ");
    g_autofree gchar *got = po_time_to_utc_string (s * PO_NS_PER_SECOND);
    g_assert_cmpstr (got, ==, expected);
  }
}

static void test_local_time (void) {
  struct {
    gint line;
    const gchar *zone, *text, *utc;
  } rows[] = {
      {__LINE__, "Asia/Ho_Chi_Minh", "2027-01-06T19:45:00", "2027-01-06T12:45:00Z"},
      {__LINE__, "Asia/Ho_Chi_Minh", "2027-01-06", "2027-01-05T17:00:00Z"},
      {__LINE__, "Asia/Ho_Chi_Minh", "2027-01-06T19:45:00.04+07:00", "2027-01-06T12:45:00.04Z"},
      {__LINE__, "Asia/Ho_Chi_Minh", "20270106T124500Z", "2027-01-06T12:45:00Z"},
      // 02:30 does not exist on 2027-03-28 in Berlin: the offset before the gap (+01:00) holds
      {__LINE__, "Europe/Berlin", "2027-03-28T02:30:00", "2027-03-28T01:30:00Z"},
      {__LINE__, "Europe/Berlin", "2027-03-28T03:00:00", "2027-03-28T01:00:00Z"},
      {__LINE__, "Europe/Berlin", "2027-03-28T01:59:59", "2027-03-28T00:59:59Z"},
      // 02:30 happens twice on 2027-10-31: the first
      {__LINE__, "Europe/Berlin", "2027-10-31T02:30:00", "2027-10-31T00:30:00Z"},
      {__LINE__, "Europe/Berlin", "2027-10-31T03:00:00", "2027-10-31T02:00:00Z"},
      {__LINE__, "America/New_York", "2027-03-14T02:30:00", "2027-03-14T07:30:00Z"},
      {__LINE__, "America/New_York", "2027-11-07T01:30:00", "2027-11-07T05:30:00Z"},
      {__LINE__, "Australia/Lord_Howe", "2027-04-04T01:45:00", "2027-04-03T14:45:00Z"}, // half-hour change
      // beyond what nanoseconds hold: the first and the last that they do
      {__LINE__, "Asia/Ho_Chi_Minh", "0001-01-01", "1678-06-18T12:26:40Z"},
      {__LINE__, "Asia/Ho_Chi_Minh", "9999-12-31T23:59:59Z", "2261-07-15T11:33:20Z"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (rows[i].zone);
    g_autoptr (GError) error = NULL;
    PoTimeNs time_ns = 0;
    g_test_message ("row at line %d", rows[i].line);
    g_assert_true (po_time_parse (rows[i].text, zone, &time_ns, &error));
    g_autofree gchar *utc = po_time_to_utc_string (time_ns);
    g_assert_cmpstr (utc, ==, rows[i].utc);
  }
}

static void test_refusals (void) {
  const gchar *times[] = {"", "2027", "2027-13-01", "2027-02-30", "2027-01-01T25:00:00", "2027-01-01T10:00:00+7", "x"};
  const gchar *rates[] = {"", "0", "25/0", "-25", "1000", "25fps", "1/2"};
  const gchar *formats[] = {"1080", "1080i25", "641x360p25", "640x360", "0x0p25", "99999x2p25", "640x360p"};
  const gchar *durations[] = {"", "15M", "PT", "P", "PT15", "PT15X", "P1H", "PT99999999999H"};
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  PoTimeNs ignored = 0;
  PoRate rate;
  PoFormat format;
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    g_assert_false (po_time_parse (times[i], utc, &ignored, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    g_assert_false (po_rate_parse (rates[i], &rate, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    g_assert_false (po_format_parse (formats[i], &format, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (durations); i++) {
    g_test_message ("duration “%s”", durations[i]);
    g_assert_false (po_duration_parse (durations[i], &ignored, NULL));
  }
}

static void test_formats_and_durations (void) {
  PoFormat format;
  gint64 duration_ns = 0;
  g_assert_true (po_format_parse ("1080p25", &format, NULL));
  g_assert_cmpint (format.width, ==, 1920);
  g_assert_true (po_format_parse ("1280x720p29.97", &format, NULL));
  g_autofree gchar *text = po_format_to_string (&format);
  g_assert_cmpstr (text, ==, "1280x720p30000/1001");
  g_assert_true (po_duration_parse ("-P1DT2H", &duration_ns, NULL));
  g_assert_cmpint (duration_ns, ==, -26 * 3600 * PO_NS_PER_SECOND);
  g_assert_true (po_duration_parse ("P2W", &duration_ns, NULL));
  g_assert_cmpint (duration_ns, ==, 14 * 86400 * PO_NS_PER_SECOND);
}

static void test_midnight (void) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Ho_Chi_Minh");
  PoTimeNs time_ns = 0;
  g_assert_true (po_time_parse ("2027-01-06T00:00:00", zone, &time_ns, NULL));
  g_assert_cmpint (po_time_local_midnight (time_ns, zone), ==, time_ns);
  g_assert_cmpint (po_time_local_midnight (time_ns - 1, zone), ==, time_ns - 86400 * PO_NS_PER_SECOND);
  g_assert_cmpint (po_time_local_day_number (time_ns, zone), ==, 20824);
  g_assert_cmpint (po_time_local_day_number (time_ns - 1, zone), ==, 20823);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/time/frames", test_frames);
  g_test_add_func ("/model/time/round-trip", test_round_trip);
  g_test_add_func ("/model/time/samples", test_samples);
  g_test_add_func ("/model/time/utc-text", test_utc_text);
  g_test_add_func ("/model/time/local", test_local_time);
  g_test_add_func ("/model/time/refusals", test_refusals);
  g_test_add_func ("/model/time/formats-and-durations", test_formats_and_durations);
  g_test_add_func ("/model/time/midnight", test_midnight);
  return g_test_run ();
}
