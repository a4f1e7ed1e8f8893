// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that carry every language: what is composed of them says the same in each, whatever strangers have written
// into it. The translations are those of po/, as they are built.
#include <inttypes.h>
#include <libintl.h>
#include <string.h>

#include "model/collate.h"
#include "model/finding.h"
#include "model/recall.h"
#include "model/text.h"

static void assert_says (const gchar *text, const gchar *english, const gchar *vietnamese) {
  g_autofree gchar *en = po_text_pick (text, "en"), *vi = po_text_pick (text, "vi"), *own = po_text_pick (text, NULL);
  g_assert_cmpstr (en, ==, english);
  g_assert_cmpstr (vi, ==, vietnamese);
  g_assert_cmpstr (own, ==, english); // this test's own
}

static void test_plain (void) {
  assert_says (_ ("playoutd is ending"), "playoutd is ending", "playoutd đang kết thúc");
  assert_says ("Tập 7", "Tập 7", "Tập 7");
  assert_says ("", "", "");
  g_assert_null (po_text_pick (NULL, "vi"));
  g_assert_true (po_text_is_carrying (_ ("playoutd is ending")));
  g_assert_false (po_text_is_carrying ("Tập 7"));
  g_assert_cmpstr (po_text_language ("vi"), ==, "vi");
  g_assert_cmpstr (po_text_language ("fr"), ==, "en");
  g_assert_cmpstr (po_text_language (NULL), ==, "en");
}

// Arguments serve both languages, in whatever order each has them.
static void test_formats (void) {
  g_autofree gchar *wait = g_strdup_printf (_ ("too many tries to log in; wait %u seconds"), 30u);
  assert_says (wait, "too many tries to log in; wait 30 seconds", "thử đăng nhập quá nhiều lần; hãy chờ 30 giây");
  g_autofree gchar *pieced = g_strdup_printf (_ ("“%s” is not a whole number from %" PRId64 " to %" PRId64), "x",
                                              G_GINT64_CONSTANT (-5), G_GINT64_CONSTANT (9000000000));
  assert_says (pieced, "“x” is not a whole number from -5 to 9000000000",
               "“x” không phải số nguyên từ -5 đến 9000000000");
  g_autofree gchar *starred =
      g_strdup_printf (_ ("%s, %s, plays %.*s instead of %.*s"), "a", "b", 2, "clip", 3, "other");
  assert_says (starred, "a, b, plays cl instead of oth", "a, b, phát cl thay cho oth");
}

static void test_numbers (void) {
  g_autofree gchar *one = g_strdup_printf (NG_ ("%u item moves", "%u items move", 1), 1u);
  g_autofree gchar *many = g_strdup_printf (NG_ ("%u item moves", "%u items move", 7), 7u);
  g_autofree gchar *english = po_text_pick (many, "en"), *vietnamese = po_text_pick (many, "vi");
  g_autofree gchar *single = po_text_pick (one, "en");
  g_assert_cmpstr (single, ==, "1 item moves");
  g_assert_cmpstr (english, ==, "7 items move");
  g_assert_true (g_str_has_prefix (vietnamese, "7 "));
  g_assert_cmpstr (vietnamese, !=, english);
  // msgfmt writes the form for many otherwise than the one for one.
  g_autofree gchar *frame = g_strdup_printf (NG_ ("%" PRId64 " frame", "%" PRId64 " frames", 1), G_GINT64_CONSTANT (1));
  g_autofree gchar *frames =
      g_strdup_printf (NG_ ("%" PRId64 " frame", "%" PRId64 " frames", 2), G_GINT64_CONSTANT (2));
  assert_says (frame, "1 frame", "1 khung hình");
  assert_says (frames, "2 frames", "2 khung hình");
}

// Formats of dates are none of printf's.
static void test_dates (void) {
  g_autoptr (GDateTime) time = g_date_time_new_utc (2027, 4, 1, 19, 45, 0);
  g_autofree gchar *date = g_date_time_format (time, _ ("%Y-%m-%d"));
  assert_says (date, "2027-04-01", "01/04/2027");
  g_autofree gchar *short_date = g_date_time_format (time, C_ ("date of this year", "%Y-%m-%d"));
  assert_says (short_date, "2027-04-01", "01/04");
}

// One within another, as deep as it goes, through everything that builds text.
static void test_nested (void) {
  g_autoptr (GDateTime) time = g_date_time_new_utc (2027, 4, 1, 19, 45, 0);
  g_autofree gchar *date = g_date_time_format (time, _ ("%Y-%m-%d"));
  g_autofree gchar *span = g_strdup_printf (_ ("%s to %s"), date, date);
  g_autoptr (PoFinding) finding = po_finding_new (PO_SEVERITY_WARNING, "x", "a.ics", 7, NULL, NULL,
                                                  _ ("“%s”, %s, does not air: others have the air"), "Tập 7", span);
  g_autofree gchar *line = po_finding_to_string (finding);
  assert_says (line, "a.ics:7: warning: “Tập 7”, 2027-04-01 to 2027-04-01, does not air: others have the air",
               "a.ics:7: cảnh báo: “Tập 7”, 01/04/2027 đến 01/04/2027, không phát: sự kiện khác chiếm sóng");
}

static void assert_recalls (const gchar *kept, const gchar *english, const gchar *vietnamese) {
  g_autofree gchar *said = po_text_recall (kept);
  assert_says (said, english, vietnamese);
}

// What was kept in either language is known again, with what was filled in, and what is no message of ours stays.
static void test_recalled (void) {
  const gchar *ends[] = {"the clip was shorter than it had measured", "clip ngắn hơn lúc đo"};
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    assert_recalls (ends[i], ends[0], ends[1]);
  g_autofree gchar *torn = g_strdup_printf (
      _ ("it says that it lasts %.1f s and holds only %.1f s: it was not copied or written to its end; copy it "
         "again"),
      60.0, 41.2);
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *kept = po_text_pick (torn, i == 0 ? "en" : "vi"), *said = po_text_recall (kept);
    g_assert_cmpstr (said, ==, torn);
  }
  assert_recalls ("1 picture damaged in the clip", "1 picture damaged in the clip", "1 khung hình trong clip bị hỏng");
  assert_recalls ("7 khung hình trong clip bị hỏng", "7 pictures damaged in the clip",
                  "7 khung hình trong clip bị hỏng");
  g_autofree gchar *both = g_strconcat (ends[1], "; 7 khung hình trong clip bị hỏng", NULL);
  assert_recalls (both, "the clip was shorter than it had measured; 7 pictures damaged in the clip", both);
  assert_recalls ("Tập 7: chuyện dài", "Tập 7: chuyện dài", "Tập 7: chuyện dài");
  assert_recalls ("planned", "planned", "planned");
  assert_recalls ("", "", "");
  g_assert_null (po_text_recall (NULL));
}

// A message within a message.
static void test_recalled_nested (void) {
  g_autofree gchar *inner = g_strdup_printf (_ ("the body may have %d bytes"), 7);
  g_autofree gchar *outer = g_strdup_printf (_ ("Messages by %s do not go out: %s"), "mail", inner);
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *kept = po_text_pick (outer, i == 0 ? "en" : "vi"), *said = po_text_recall (kept);
    g_assert_cmpstr (said, ==, outer);
  }
}

static void assert_json (const gchar *json, const gchar *language, const gchar *wanted) {
  g_autoptr (GBytes) all = g_bytes_new (json, strlen (json));
  g_autoptr (GBytes) said = po_text_pick_json (all, language);
  gsize length = 0;
  const gchar *bytes = g_bytes_get_data (said, &length);
  g_autofree gchar *text = g_strndup (bytes, length);
  g_assert_cmpstr (text, ==, wanted);
}

#define OPEN  "\xf3\xb0\x80\x80"
#define NEXT  "\xf3\xb0\x80\x81"
#define CLOSE "\xf3\xb0\x80\x82"

static void test_json (void) {
  assert_json ("{\"a\":\"" OPEN "one \\\" x" NEXT "hai" CLOSE "\",\"b\":[1,\"\\\\\"]}", "en",
               "{\"a\":\"one \\\" x\",\"b\":[1,\"\\\\\"]}");
  assert_json ("{\"a\":\"" OPEN "one \\\" x" NEXT "hai" CLOSE "\",\"b\":[1,\"\\\\\"]}", "vi",
               "{\"a\":\"hai\",\"b\":[1,\"\\\\\"]}");
}

// Marks that came from outside spoil the one string in which they are, and nothing else.
static void test_strangers (void) {
  assert_json ("{\"title\":\"" OPEN "x" OPEN OPEN "\",\"text\":\"" OPEN "one" NEXT "hai" CLOSE "\"}", "vi",
               "{\"title\":\"\",\"text\":\"hai\"}");
  assert_json ("{\"title\":\"" CLOSE NEXT "x\xf3\xb0\x80\",\"n\":1}", "vi", "{\"title\":\"x\xf3\xb0\x80\",\"n\":1}");
  g_autoptr (GString) deep = g_string_new ("\"");
  for (guint i = 0; i < 1000; i++)
    g_string_append (deep, OPEN);
  g_string_append (deep, "\",\"" OPEN "one" NEXT "hai" CLOSE "\"");
  assert_json (deep->str, "en", "\"\",\"one\"");
}

// As in a Vietnamese dictionary: by letters, then by tones.
static void test_collate (void) {
  static const gchar *const sorted[] = {"An ninh", "Ăn sạch", "Âm nhạc",    "Bản tin",  "Cá",       "Cả nhà",
                                        "Cà phê",  "Cải",     "Doanh nhân", "Đồng quê", "đời sống", "Em",
                                        "ma",      "mà",      "mả",         "mã",       "má",       "mạ",
                                        "Ơn",      "Tập 1",   "Tập 10",     "Thể thao", "Ước mơ",   "Văn hóa"};
  for (guint i = 1; i < G_N_ELEMENTS (sorted); i++) {
    g_autofree gchar *marked = g_utf8_normalize (sorted[i], -1, G_NORMALIZE_NFD);
    g_test_message ("%s, %s", sorted[i - 1], sorted[i]);
    g_assert_cmpint (po_text_collate (sorted[i - 1], sorted[i]), <, 0);
    g_assert_cmpint (po_text_collate (marked, sorted[i - 1]), >, 0);
  }
  g_assert_cmpint (po_text_collate (NULL, ""), <, 0);
  g_assert_cmpint (po_text_collate ("", ""), ==, 0);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("PLAYOUTD_LOCALEDIR"));
  po_text_carry_all (g_getenv ("PLAYOUTD_LOCALEDIR"));
  g_test_add_func ("/text/plain", test_plain);
  g_test_add_func ("/text/formats", test_formats);
  g_test_add_func ("/text/numbers", test_numbers);
  g_test_add_func ("/text/dates", test_dates);
  g_test_add_func ("/text/nested", test_nested);
  g_test_add_func ("/text/recalled", test_recalled);
  g_test_add_func ("/text/recalled/nested", test_recalled_nested);
  g_test_add_func ("/text/json", test_json);
  g_test_add_func ("/text/collate", test_collate);
  g_test_add_func ("/text/strangers", test_strangers);
  return g_test_run ();
}
