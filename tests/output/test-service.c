// SPDX-License-Identifier: GPL-3.0-or-later
// What a transport stream tells viewers, as another program reads it (tshark, checksums on): the service's name, what
// is on and what follows, the time; and that neither the rate nor the clock references suffer from it.
#include <gio/gio.h>
#include <string.h>

#include "feeding.h"
#include "model/crc32.h"
#include "output/pcr.h"
#include "output/service.h"
#include "reading.h"

#define N_FRAMES     300
#define CHANGE_FRAME 150 // when what follows changes
#define PCR_ERROR_NS 500 // TR 101 290
#define PACKET_BYTES 188
#define INSTANCE     "2028-01-01T05:20:00Z"
#define START_S      G_GINT64_CONSTANT (1830316800) // 2028-01-01T05:20:00Z

static const PoFormat format = {192, 108, {25, 1}};
static const gchar *const long_text =
    "Chương trình gặp gỡ và đối thoại giữa lãnh đạo thành phố với người dân, doanh nghiệp về cải cách hành chính. "
    "Khán giả đặt câu hỏi trực tiếp qua đường dây nóng; đại diện các sở, ban, ngành trả lời ngay tại trường quay, và "
    "những câu hỏi chưa kịp trả lời được trả lời bằng văn bản trong vòng năm ngày làm việc.";

// Rows of tab-separated @fields of the packets that @filter lets through. (transfer full)
static GPtrArray *dissect (const gchar *path, const gchar *filter, const gchar *fields) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *out = NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  const gchar *const first[] = {"tshark", "-r",     path, "-o",          "mpeg_sect.verify_crc:TRUE", "-Y", filter,
                                "-T",     "fields", "-E", "occurrence=a"};
  g_auto (GStrv) names = g_strsplit (fields, " ", -1);
  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    g_ptr_array_add (arguments, (gpointer)first[i]);
  for (guint i = 0; names[i] != NULL; i++) {
    g_ptr_array_add (arguments, (gpointer) "-e");
    g_ptr_array_add (arguments, names[i]);
  }
  g_ptr_array_add (arguments, NULL);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_autoptr (GSubprocess) tshark =
      g_subprocess_launcher_spawnv (launcher, (const gchar *const *)arguments->pdata, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (tshark, NULL, NULL, &out, NULL, &error));
  g_assert_true (g_subprocess_get_successful (tshark));
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_ptr_array_add (rows, g_strdup (lines[i]));
  return rows;
}

static PoProgramme *programme (const gchar *uid, gint64 start_s, gint64 minutes, const gchar *title,
                               const gchar *text) {
  PoProgramme *self = g_new0 (PoProgramme, 1);
  self->event_id = po_programme_event_id (uid, INSTANCE);
  self->start_ns = start_s * PO_NS_PER_SECOND;
  self->duration_ns = minutes * 60 * PO_NS_PER_SECOND;
  self->title = g_strdup (title);
  self->text = g_strdup (text);
  return self;
}

// @receiver: (nullable)
static void feed_with_programmes (PoOutputRack *rack, Receiver *receiver) {
  g_autoptr (PoProgramme) present = programme ("a@x", START_S, 30, "Gặp gỡ và đối thoại về CCHC", long_text);
  g_autoptr (PoProgramme) following = programme ("b@x", START_S + 1800, 5, "Thời tiết", NULL);
  following->from_age = 13;
  g_autoptr (PoProgramme) changed = programme ("c@x", START_S + 1800, 90, "Phim truyện: Đất phương Nam", "Tập 3");
  const PoServiceTable tables[] = {{0, present, following},
                                   {po_duration_from_frames_floor (CHANGE_FRAME, format.rate), present, changed}};
  for (gint64 k = 0; k < N_FRAMES; k++) {
    if (k < CHANGE_FRAME)
      po_output_rack_set_programmes (rack, tables, G_N_ELEMENTS (tables)); // (no news)
    else
      po_output_rack_set_programmes (rack, &tables[1], 1);
    feed_frame (rack, &format, k);
    if (receiver != NULL)
      receiver_catch_up (receiver, rack);
  }
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
}

// At least @least rows, each of which is one of @expected (NULL-terminated), in this order.
static void check_rows (GPtrArray *rows, const gchar *const *expected, guint least) {
  guint at = 0;
  g_assert_cmpint (rows->len, >=, least);
  for (guint i = 0; i < rows->len; i++) {
    while (expected[at] != NULL && !g_str_equal (rows->pdata[i], expected[at]))
      at++;
    if (expected[at] == NULL)
      g_error ("row %u is not expected there: %s", i, (const gchar *)rows->pdata[i]);
  }
}

static void check_present (const gchar *path) {
  g_autoptr (GPtrArray) rows =
      dissect (path, "dvb_eit.sect_num == 0",
               "dvb_eit.version dvb_eit.evt.id dvb_eit.evt.start_time dvb_eit.evt.duration dvb_eit.evt.running_status "
               "mpeg_descr.short_evt.lang_code mpeg_descr.short_evt.name");
  guint id = po_programme_event_id ("a@x", INSTANCE);
  g_autofree gchar *rest = g_strdup_printf (
      "0x%04x\tJan  1, 2028 05:20:00.000000000 UTC\t0x003000\t0x0004\tvie\tGặp gỡ và đối thoại về CCHC", id);
  g_autofree gchar *before = g_strconcat ("0x00\t", rest, NULL), *after = g_strconcat ("0x01\t", rest, NULL);
  check_rows (rows, (const gchar *const[]){before, after, NULL}, N_FRAMES / 25 - 3);
}

static void check_following (const gchar *path) {
  g_autoptr (GPtrArray) rows =
      dissect (path, "dvb_eit.sect_num == 1",
               "dvb_eit.version dvb_eit.evt.start_time dvb_eit.evt.duration dvb_eit.evt.running_status "
               "mpeg_descr.short_evt.name mpeg_descr.short_evt.txt");
  check_rows (
      rows,
      (const gchar *const[]){"0x00\tJan  1, 2028 05:50:00.000000000 UTC\t0x000500\t0x0001\tThời tiết\t",
                             "0x01\tJan  1, 2028 05:50:00.000000000 UTC\t0x013000\t0x0001\tPhim truyện: Đất phương Nam"
                             "\tTập 3",
                             NULL},
      N_FRAMES / 25 - 3);
}

// The whole text, in the parts of its extended descriptors.
static void check_text (const gchar *path) {
  g_autoptr (GPtrArray) rows = dissect (path, "dvb_eit.sect_num == 0", "mpeg_descr.ext_evt.txt");
  g_autofree gchar *whole = g_strdup (rows->pdata[0]);
  g_auto (GStrv) parts = g_regex_split_simple ("(?<! ),(?! )", whole, 0, 0); // (tshark joins them with commas)
  g_autofree gchar *joined = g_strjoinv ("", parts);
  g_assert_cmpstr (joined, ==, long_text);
}

// The age from which it is for viewers: the one programme that says one.
static void check_rating (const gchar *path) {
  g_autoptr (GPtrArray) rated =
      dissect (path, "mpeg_descr.parental_rating.rating",
               "dvb_eit.sect_num mpeg_descr.short_evt.name mpeg_descr.parental_rating.country_code "
               "mpeg_descr.parental_rating.rating");
  check_rows (rated, (const gchar *const[]){"1\tThời tiết\tVNM\t0x0a", NULL}, N_FRAMES / 50 - 3);
}

static void check_service_and_time (const gchar *path) {
  g_autoptr (GPtrArray) names = dissect (path, "dvb_sdt",
                                         "mpeg_descr.svc.svc_name mpeg_descr.svc.provider_name "
                                         "dvb_sdt.svc.eit_present_following_flag dvb_sdt.svc.running_status");
  check_rows (names, (const gchar *const[]){"Truyền hình Cần Thơ\tplayoutd\t1\t0x0004", NULL}, N_FRAMES / 25 - 3);
  g_autoptr (GPtrArray) times = dissect (path, "dvb_tdt", "dvb_tdt.utc_time");
  g_assert_cmpint (times->len, >=, 2);
  g_assert_true (g_str_has_prefix (times->pdata[0], "Jan  1, 2028 05:20:0"));
  g_assert_true (g_str_has_prefix (times->pdata[1], "Jan  1, 2028 05:20:0"));
}

// Nothing with a wrong checksum, nothing lost by the counters.
static void check_whole (const gchar *path) {
  g_autoptr (GPtrArray) checked = dissect (path, "mpeg_sect.crc.status == 1", "mpeg_sect.tid");
  g_autoptr (GPtrArray) wrong = dissect (path, "mpeg_sect.crc.status == 0 or mpeg_sect.crc.invalid", "frame.number");
  g_autoptr (GPtrArray) lost = dissect (path, "mp2t.cc.drop", "mp2t.pid frame.number");
  g_assert_cmpint (checked->len, >, 50);
  g_assert_cmpint (wrong->len, ==, 0);
  g_assert_cmpint (lost->len, ==, 0);
}

// Each clock reference against the line through the first and the last of them.
static void check_clock (const guint8 *data, gsize size) {
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) clocks = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (gsize at = 0; at < size; at += PACKET_BYTES) {
    gint64 place = (gint64)at, clock = recording_pcr (data + at);
    if (clock < 0)
      continue;
    g_array_append_val (places, place);
    g_array_append_val (clocks, clock);
  }
  g_assert_cmpint (places->len, >, N_FRAMES - 10);
  const gint64 *place = (const gint64 *)(gpointer)places->data, *clock = (const gint64 *)(gpointer)clocks->data;
  gint64 bytes = place[places->len - 1] - place[0], ticks = clock[places->len - 1] - clock[0];
  for (guint i = 0; i < places->len; i++) {
    gint64 due = (gint64)((gdouble)(place[i] - place[0]) * (gdouble)ticks / (gdouble)bytes);
    g_assert_cmpint (ABS (clock[i] - clock[0] - due) * 1000 / 27, <=, PCR_ERROR_NS);
  }
}

static PoOutputRack *rack_new (PoOutputSettings *settings) {
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  PoOutputRack *rack = po_output_rack_new (&format, zone, TRUE, START_S * PO_NS_PER_SECOND);
  settings->service_name = g_strdup ("Truyền hình Cần Thơ");
  settings->video_bitrate_kbps = 700;
  g_assert_true (po_output_rack_add (rack, settings, NULL));
  return rack;
}

static void test_constant_rate (void) {
  g_autofree gchar *folder = g_dir_make_tmp ("po-service-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "received.ts", NULL);
  Receiver *receiver = receiver_new (NULL);
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("air", "udp");
  settings->uri = g_strdup_printf ("udp://127.0.0.1:%u", receiver_port (receiver));
  g_autoptr (PoOutputRack) rack = rack_new (settings);
  feed_with_programmes (rack, receiver);
  g_autoptr (GByteArray) bytes = receiver_finish (receiver);
  g_assert_true (g_file_set_contents (path, (const gchar *)bytes->data, bytes->len, NULL));
  check_whole (path);
  check_present (path);
  check_following (path);
  check_text (path);
  check_rating (path);
  check_service_and_time (path);
  check_clock (bytes->data, bytes->len);
  recording_remove_folder (folder);
}

// Little to send, in many pictures: the bitrate has room for what comes about them, else clock references run away.
static void test_low_rate (void) {
  static const PoFormat fast = {192, 108, {60, 1}};
  const gint64 n_frames = 600;
  gint64 first = -1, last = -1;
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  Receiver *receiver = receiver_new (NULL);
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("air", "udp");
  settings->uri = g_strdup_printf ("udp://127.0.0.1:%u", receiver_port (receiver));
  settings->video_bitrate_kbps = 100;
  settings->audio_bitrate_kbps = 32;
  g_autoptr (PoOutputRack) rack = po_output_rack_new (&fast, zone, TRUE, 0);
  g_assert_true (po_output_rack_add (rack, settings, NULL));
  for (gint64 k = 0; k < n_frames; k++) {
    feed_noisy_frame (rack, &fast, k);
    receiver_catch_up (receiver, rack);
  }
  g_assert_true (po_output_rack_finish (rack, 60 * PO_NS_PER_SECOND));
  g_autoptr (GByteArray) bytes = receiver_finish (receiver);
  for (gsize at = 0; at < bytes->len; at += PACKET_BYTES) {
    last = MAX (last, recording_pcr (bytes->data + at));
    first = first < 0 ? last : first;
  }
  g_assert_cmpint ((last - first) / PO_PCR_PER_MS, <, n_frames * 1000 / 60 + 200);
}

static void test_file (void) {
  g_autofree gchar *folder = g_dir_make_tmp ("po-service-XXXXXX", NULL);
  g_autoptr (PoOutputSettings) settings = po_output_settings_new ("rec", "file");
  settings->path = g_strdup (folder);
  g_autoptr (PoOutputRack) rack = rack_new (settings);
  feed_with_programmes (rack, NULL);
  g_autoptr (GPtrArray) paths = recording_list (folder, ".ts");
  g_autoptr (Recording) recording = recording_new ();
  g_assert_true (recording_read (recording, paths->pdata[0], &format));
  g_assert_cmpint (recording->frames->len, ==, N_FRAMES);
  check_whole (paths->pdata[0]);
  check_present (paths->pdata[0]);
  check_following (paths->pdata[0]);
  check_service_and_time (paths->pdata[0]);
  recording_remove_folder (folder);
}

// Names too long for their descriptors are cut between letters; a plan without programmes has empty tables.
static void test_limits (void) {
  g_autoptr (GString) long_name = g_string_new (NULL);
  for (guint i = 0; i < 100; i++)
    g_string_append (long_name, "ễ");
  g_autoptr (PoProgramme) long_titled = programme ("a@x", START_S, 30 * 24 * 60, long_name->str, "\tmột\ndòng");
  g_autoptr (GBytes) full = po_si_eit (long_titled, FALSE, 33), empty = po_si_eit (NULL, TRUE, 0);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (full, &size);
  g_assert_cmphex (po_crc32_mpeg (data, size), ==, 0);
  g_assert_cmphex (data[5], ==, 0xc1 | 1 << 1);                             // version modulo 32
  g_assert_true (data[21] == 0x99 && data[22] == 0x59 && data[23] == 0x59); // the longest there is
  g_assert_cmpint (data[31], ==, 121); // 40 letters of three bytes and the table's name
  g_assert_nonnull (memmem (data, size, " một dòng", strlen (" một dòng")));
  data = g_bytes_get_data (empty, &size);
  g_assert_cmpint (size, ==, 18);
  g_assert_cmphex (po_crc32_mpeg (data, size), ==, 0);
}

static gboolean is_sent (PoSiCarousel *carousel, gint64 running_ms) {
  g_autoptr (GByteArray) packets = po_si_carousel_take (carousel, running_ms * PO_NS_PER_MS);
  return packets != NULL;
}

// What is on comes round each second, and at once when it is something else; the time in its own interval.
static void test_turns (void) {
  g_autoptr (PoSiCarousel) carousel = po_si_carousel_new ();
  g_autoptr (PoProgramme) one = programme ("a@x", START_S, 30, "Một", ""),
                          two = programme ("b@x", START_S, 30, "Hai", "");
  g_autoptr (GBytes) present = po_si_eit (one, FALSE, 0), other = po_si_eit (two, FALSE, 1);
  po_si_carousel_set (carousel, PO_SI_PRESENT, present);
  g_assert_true (is_sent (carousel, 0));
  g_assert_false (is_sent (carousel, 999));
  g_assert_true (is_sent (carousel, 1000));
  po_si_carousel_set (carousel, PO_SI_PRESENT, other);
  g_assert_true (is_sent (carousel, 1100));
  g_assert_false (is_sent (carousel, 2099));
  po_si_carousel_set (carousel, PO_SI_PRESENT, NULL);
  for (gint64 at_ms = 3000; at_ms < 9000; at_ms += 1000) {
    g_autoptr (GBytes) time = po_si_tdt (at_ms * PO_NS_PER_MS);
    po_si_carousel_set (carousel, PO_SI_TIME, time);
    g_assert_true (is_sent (carousel, at_ms) == (at_ms == 3000 || at_ms == 8000));
  }
}

// The title that the first packet of @section has of what is due at @running_ms; NULL: nothing is.
static const gchar *title_at (PoService *service, PoSiCarousel *carousel, PoServiceTold *told, gint64 running_ms) {
  static const gchar *const titles[] = {"Một", "Hai", "Ba"};
  po_service_update (service, carousel, told, running_ms * PO_NS_PER_MS);
  g_autoptr (GByteArray) packets = po_si_carousel_take (carousel, running_ms * PO_NS_PER_MS);
  for (guint i = 0; packets != NULL && i < G_N_ELEMENTS (titles); i++)
    if (memmem (packets->data, PACKET_BYTES, titles[i], strlen (titles[i])) != NULL)
      return titles[i];
  return packets != NULL ? "" : NULL;
}

static void set_tables (PoService *service, gint64 from_ms, const PoProgramme *first, gint64 next_ms,
                        const PoProgramme *second) {
  const PoServiceTable tables[] = {{from_ms * PO_NS_PER_MS, first, NULL}, {next_ms * PO_NS_PER_MS, second, NULL}};
  po_service_set_programmes (service, tables, G_N_ELEMENTS (tables));
}

// What is told changes with the picture, at each stream's own place; a plan that says the same again is no news.
static void test_ahead (void) {
  g_autoptr (PoService) service = po_service_new (START_S * PO_NS_PER_SECOND);
  g_autoptr (PoSiCarousel) carousel = po_si_carousel_new (), behind = po_si_carousel_new ();
  PoServiceTold told = {0}, told_behind = {0};
  g_autoptr (PoProgramme) one = programme ("a@x", START_S, 30, "Một", ""),
                          two = programme ("b@x", START_S, 30, "Hai", ""),
                          three = programme ("c@x", START_S, 30, "Ba", "");
  set_tables (service, 0, one, 5400, three);
  set_tables (service, 0, one, 5400, two); // another plan
  g_assert_cmpstr (title_at (service, carousel, &told, 0), ==, "Một");
  g_assert_cmpstr (title_at (service, carousel, &told, 5399), ==, "Một");
  g_assert_cmpstr (title_at (service, carousel, &told, 5400), ==, "Hai");
  const guint serial = told.serial;
  set_tables (service, 5400, two, 9000, three);
  g_assert_cmpstr (title_at (service, carousel, &told, 5500), ==, NULL);
  g_assert_cmpstr (title_at (service, behind, &told_behind, 5300), ==, "Một");
  g_assert_cmpstr (title_at (service, behind, &told_behind, 5400), ==, "Hai");
  g_assert_cmpuint (told_behind.serial, ==, serial);
  g_assert_cmpstr (title_at (service, carousel, &told, 8999), ==, "Hai");
  g_assert_cmpstr (title_at (service, carousel, &told, 9000), ==, "Ba");
  g_assert_cmpuint (told.serial, ==, serial + 1);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/service/limits", test_limits);
  g_test_add_func ("/service/turns", test_turns);
  g_test_add_func ("/service/ahead", test_ahead);
  g_test_add_func ("/service/constant-rate", test_constant_rate);
  g_test_add_func ("/service/low-rate", test_low_rate);
  g_test_add_func ("/service/file", test_file);
  return g_test_run ();
}
