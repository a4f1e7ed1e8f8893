// SPDX-License-Identifier: GPL-3.0-or-later
// Subtitles as people write them: times, tags, encodings, and rubbish between.
#include <string.h>

#include "player/captions.h"
#include "player/subtitle.h"

// "from-to|text" of each caption, a line each.
static gchar *print (const gchar *text) {
  g_autoptr (GPtrArray) captions = po_captions_parse (text);
  g_autoptr (GString) out = g_string_new (NULL);
  for (guint i = 0; i < captions->len; i++) {
    const PoCaption *caption = captions->pdata[i];
    g_string_append_printf (out, "%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "|%s\n", caption->from_ms, caption->to_ms,
                            caption->text);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void test_table (void) {
  static const struct {
    const gchar *text, *wanted;
  } cases[] = {
      {"1\n00:00:01,000 --> 00:00:02,500\nMột\nHai\n\n2\n00:00:03,000 --> 00:00:04,000\nBa\n",
       "1000-2500|Một\\NHai\n3000-4000|Ba\n"},
      {"1\r\n00:00:01,000 --> 00:00:02,000\r\nA\r\n\r\n", "1000-2000|A\n"},
      {"1\r00:00:01,000 --> 00:00:02,000\rA\rB\r\r2\r00:00:03,000 --> 00:00:04,000\rC\r",
       "1000-2000|A\\NB\n3000-4000|C\n"},
      {"WEBVTT - title\n\nNOTE x\n\nid\n01:02.003 --> 01:00:00.5 align:start line:10%\n<v Ông>B</v> &amp; &lt;\n",
       "62003-3600500|{\\an8}B & <\n"},
      {"00:01.000 --> 00:02.000 line:-1\nA\n\n00:02.000 --> 00:03.000 line:0\nB\n",
       "1000-2000|A\n2000-3000|{\\an8}B\n"},
      {"1\n0:0:1,5 --> 0:0:2\n<i>x</i> <b>y</b> <U>z</U> <font color=\"red\">r</font> 1 < 2\n",
       "1500-2000|{\\i1}x{\\i0} {\\b1}y{\\b0} {\\u1}z{\\u0} r 1 < 2\n"},
      {"1\n00:00:01,000 --> 00:00:02,000\n{\\an8}{x} C:\\New \\a\n",
       "1000-2000|{\\an8}\\{x\\} C:\\\xe2\x81\xa0New \\a\n"},
      // Without an empty line between, empty ones, backwards, without text, without an arrow.
      {"00:00:01,000 --> 00:00:02,000\nA\n00:00:02,000 --> 00:00:03,000\nB", "1000-2000|A\n2000-3000|B\n"},
      {"1\n00:00:01,000 --> 00:00:02,000\nA\n1975\n2\n00:00:02,000 --> 00:00:03,000\nB\n3",
       "1000-2000|A\\N1975\n2000-3000|B\\N3\n"},
      {"00:00:02,000 --> 00:00:01,000\nA\n\n00:00:01,000 --> 00:00:02,000\n\n", ""},
      {"00:00:01,000 -> 00:00:02,000\nA\n", ""},
      {"x --> y\nA\n", ""},
      {"99999999999999999999:00:00,000 --> 1:00:00,000\nA\n", ""},
      {"", ""},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *got = print (cases[i].text);
    g_assert_cmpstr (got, ==, cases[i].wanted);
  }
}

static void test_encodings (void) {
  static const gchar wanted[] = "Tiếng Việt";
  static const struct {
    const gchar *name, *bytes;
    gsize length;
  } cases[] = {
      {"NFC", "Tiếng Việt", sizeof wanted - 1},
      {"mark", "\xef\xbb\xbfTiếng Việt", sizeof wanted + 2},
      {"NFD", "Tie\xcc\x82\xcc\x81ng Vie\xcc\xa3\xcc\x82t", 18},
      {"Windows-1258", "Ti\xea\xecng Vi\xea\xf2t", 12},
      {"UTF-16LE", "\xff\xfeT\0i\0\xbf\x1en\0g\0 \0V\0i\0\xc7\x1et\0", 22},
      {"UTF-16LE without mark", "T\0i\0\xbf\x1en\0g\0 \0V\0i\0\xc7\x1et\0", 20},
      {"UTF-16BE without mark", "\0T\0i\x1e\xbf\0n\0g\0 \0V\0i\x1e\xc7\0t", 20},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].name);
    g_autofree gchar *got = po_captions_to_utf8 (cases[i].bytes, cases[i].length);
    g_assert_cmpstr (got, ==, wanted);
  }
  g_autofree gchar *broken = po_captions_to_utf8 ("Ti\xe1\xba\xbfng \xffVi\xe1\xbb\x87t", 15);
  g_assert_cmpstr (broken, ==, "Tiếng \uFFFDViệt");
  g_autofree gchar *odd = po_captions_to_utf8 ("\xff\xfe\0", 3);
  g_autofree gchar *null = po_captions_to_utf8 ("a\0b", 3);
  g_assert_true (g_utf8_validate (odd, -1, NULL) && g_utf8_validate (null, -1, NULL));
}

static void test_script (void) {
  g_assert_true (po_captions_is_script (" \n[Script Info]\nTitle: x\n"));
  g_assert_false (po_captions_is_script ("1\n00:00:01,000 --> 00:00:02,000\n[Script Info]\n"));
}

// Times that no clip reaches, and some that nanoseconds do not hold.
static void test_far_times (void) {
  static const gchar *const texts[] = {
      "00:00:01,000 --> 00:00:02,000\nA\n\n3000000:00:00,000 --> 3000001:00:00,000\nB\n",
      "[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Sans,20\n"
      "[Events]\nFormat: Layer, Start, End, Style, Text\nDialogue: 0,0:00:01.00,0:00:02.00,Default,A\n"
      "Dialogue: 0,2000000000:00:00.00,2000000001:00:00.00,Default,B\n"};
  const PoFormat format = {.width = 320, .height = 180, .rate = {25, 1}};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (PoSubtitle) subtitle = po_subtitle_new (&format, "Sans");
    po_subtitle_load (subtitle, texts[i], strlen (texts[i]), 0);
    g_assert_cmpint (po_subtitle_until (subtitle, 0), ==, 25);
    g_assert_cmpint (po_subtitle_until (subtitle, 25), ==, 50);
    g_assert_cmpint (po_subtitle_until (subtitle, 50), ==, G_MAXINT64);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/captions/table", test_table);
  g_test_add_func ("/captions/encodings", test_encodings);
  g_test_add_func ("/captions/script", test_script);
  g_test_add_func ("/captions/far-times", test_far_times);
  return g_test_run ();
}
