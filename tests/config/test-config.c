// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration: which texts are taken with which values, and which are refused on which line with which words.
#include <glib/gstdio.h>

#include "config/config.h"
#include "model/error.h"
#include "tree.h"

typedef struct {
  gchar *dir;
  gchar *path;
} Folder;

static void folder_set_up (Folder *self, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  self->dir = g_dir_make_tmp ("playoutd-config-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->dir, "station.conf", NULL);
}

static void folder_tear_down (Folder *self, gconstpointer data) {
  test_remove_tree (self->dir);
  g_free (self->dir);
  g_free (self->path);
}

static void write_file (Folder *self, const gchar *name, const gchar *text) {
  g_autofree gchar *path = g_build_filename (self->dir, name, NULL);
  g_autofree gchar *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

#define PATHS "[paths]\nschedules=s\nmedia=m\nstate=st\n" // lines 1 to 4

static const struct {
  const gchar *text;
  guint line; // of the fault
  const gchar *message;
} refused[] = {
    {PATHS "[channel]\nnam=HTV\n", 6, "unknown key “nam” in [channel]; did you mean “name”?"},
    {PATHS "[channel]\nqqqqqqqq=HTV\n", 6, "unknown key “qqqqqqqq” in [channel]"},
    {PATHS "[chanel]\nname=HTV\n", 5, "unknown section [chanel]; did you mean [channel]?"},
    {PATHS "[xyzzyxyzzy]\n", 5, "unknown section [xyzzyxyzzy]"},
    {PATHS "[output]\ntype=udp\n", 5, "unknown section [output]; did you mean [output NAME]?"},
    {PATHS "[channel main]\nname=x\n", 5, "unknown section [channel main]; did you mean [channel]?"},
    {PATHS "[output a/b]\ntype=window\n", 5,
     "“a/b” in [output a/b] is not a name: use letters, digits, “-”, “_” and “.”, 63 at most"},
    {PATHS "[channel]\ntimezone=Asia/Saigonn\n", 6,
     "“timezone” in [channel]: “Asia/Saigonn” is not a time zone known here; use a name such as Asia/Ho_Chi_Minh"},
    {PATHS "[channel]\ntimezone=+07:00\n", 6,
     "“timezone” in [channel]: “+07:00” is not a time zone known here; use a name such as Asia/Ho_Chi_Minh"},
    {PATHS "\n# a comment\n[live]\nhold-ms=-1\n", 8, "“hold-ms” in [live]: “-1” is not a whole number from 0 to 60000"},
    {PATHS "[live]\nhold-ms=400ms\n", 6, "“hold-ms” in [live]: “400ms” is not a whole number from 0 to 60000"},
    {PATHS "[live]\noverrun=15 min\n", 6,
     "“overrun” in [live]: “15 min” is not a length of time; use one such as PT15M or PT30S"},
    {PATHS "[live]\noverrun=-PT15M\n", 6,
     "“overrun” in [live]: “-PT15M” is not a length of time; use one such as PT15M or PT30S"},
    {PATHS "[player]\nsandbox=yes\n", 6, "“sandbox” in [player]: “yes” is none of: off, on, required"},
    {PATHS "[control]\nlisten=8080\n", 6,
     "“listen” in [control]: “8080” is not an address: use 127.0.0.1:8080, 0.0.0.0:8443, [::1]:8080, unix:/path or "
     "none"},
    {PATHS "[output air]\nuri=udp://127.0.0.1:5000\n", 5, "[output air] needs “type=”"},
    {PATHS "[output air]\ntype=udp\n", 5, "[output air] needs “uri=”"},
    {PATHS "[output air]\ntype=file\n", 5, "[output air] needs “path=”"},
    {PATHS "[output air]\ntype=udp\nuri=udp://127.0.0.1\n", 7,
     "“uri” in [output air]: “udp://127.0.0.1” needs an address and a port, such as udp://239.0.0.1:5000"},
    {PATHS "[output air]\ntype=rtp\nuri=rtp://@:5000\n", 7,
     "“uri” in [output air]: “rtp://@:5000” needs an address and a port, such as udp://239.0.0.1:5000"},
    {PATHS "[output air]\ntype=udp\nuri=srt://h:1\n", 7, "“uri” in [output air]: “srt://h:1” does not start with udp:"},
    {PATHS "[output air]\ntype=udp\nuri=here\n", 7,
     "“uri” in [output air]: “here” is not a URI: it needs a scheme, such as udp://239.0.0.1:5000"},
    {PATHS "[output rec]\ntype=file\npath=r\ncodec=lossless\n", 8,
     "“codec” in [output rec]: lossless needs type=file and container=mkv"},
    {PATHS "[output air]\ntype=window\nsize=641x360\n", 7,
     "“size” in [output air]: “641x360” is not a picture size; use WIDTHxHEIGHT with even numbers, such as 640x360"},
    {PATHS "[output a]\ntype=file\npath=r\n[output b]\ntype=hls\npath=./r\n", 10,
     "“path” in [output b]: [output a] goes there already; give each a place of its own"},
    {PATHS "[output a]\ntype=udp\nuri=udp://127.0.0.1:5000?ttl=2\n[output b]\ntype=rtp\nuri=rtp://127.0.0.1:5000\n", 10,
     "“uri” in [output b]: [output a] goes there already; give each a place of its own"},
    {PATHS "[output a]\ntype=udp\nuri=udp://10.0.0.9:5000?iface=eth0\n[output b]\ntype=udp\n"
           "uri=udp://10.0.0.9:5000?iface=eth1\n",
     10, "“uri” in [output b]: [output a] goes there already; give each a place of its own"},
    {PATHS "[output a]\ntype=udp\nuri=udp://239.1.1.1:5000?iface=eth0\n[output b]\ntype=udp\n"
           "uri=udp://239.1.1.1:5000?ttl=8&iface=eth0\n",
     10, "“uri” in [output b]: [output a] goes there already; give each a place of its own"},
    {PATHS "[source studio]\nuri=file:///etc/passwd\n", 6,
     "“uri” in [source studio]: “file:///etc/passwd” does not start with srt:, rtmp:, rtmps:, rtsp:, "
     "rtsps:, rtspt:, udp:, rtp:, test:, http:, https:"},
    {PATHS "[source studio]\nuri=srt://h:1\nbuffer-ms=2000\n", 7,
     "“buffer-ms” in [source studio] is at most 1000, but for a stream over HTTP"},
    {PATHS "[source studio]\n", 5, "[source studio] needs “uri=”"},
    {"[paths]\nschedules=s\nmedia=m\n", 1, "[paths] needs “state=”"},
    {PATHS "state=other\n", 5, "“state” is given twice in [paths]; the first stands on line 4"},
    {PATHS "[filler]\nmedia=   # a folder\n", 6,
     "the value of “media” starts with #; a comment needs a line of its own"},
    {"name=HTV\n" PATHS, 1, "“name” stands before the first [section]"},
    {PATHS "nonsense\n", 5, "neither [section], key=value nor # comment"},
    {PATHS "[channel\nname=x\n", 5, "neither [section], key=value nor # comment"},
    {PATHS "[channel]\nname=\\q\n", 6, NULL},
    {PATHS "[channel]\nname=caf\xe9\n", 6, "not UTF-8 text"},
};

static void test_refused (Folder *folder, gconstpointer data) {
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;
    write_file (folder, "station.conf", refused[i].text);
    g_autoptr (PoConfig) config = po_config_load (folder->path, &error);
    if (config != NULL)
      g_test_message ("taken, and should not be:\n%s", refused[i].text);
    g_assert_null (config);
    g_assert_error (error, PO_ERROR, PO_ERROR_CONFIG);
    g_autofree gchar *place = g_strdup_printf ("%s:%u: ", folder->path, refused[i].line);
    g_autofree gchar *expected = g_strconcat (place, refused[i].message, NULL);
    if (refused[i].message != NULL)
      g_assert_cmpstr (error->message, ==, expected);
    else
      g_assert_true (g_str_has_prefix (error->message, place));
  }
}

// As a headend wants it that has two networks; and what one machine may be sent of several kinds.
static void test_alone (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf",
              PATHS "[output a]\ntype=udp\nuri=udp://239.1.1.1:5000?iface=eth0\n"
                    "[output b]\ntype=udp\nuri=udp://239.1.1.1:5000?ttl=8&iface=eth1\n"
                    "[output c]\ntype=rtp\nuri=rtp://[ff15::1]:5000?iface=eth0\n"
                    "[output d]\ntype=rtp\nuri=rtp://[ff15::1]:5000?iface=eth1\n"
                    "[output e]\ntype=udp\nuri=udp://10.0.0.9:5000\n[output f]\ntype=udp\nuri=udp://10.0.0.9:5002\n"
                    "[output g]\ntype=srt\nuri=srt://10.0.0.9:5000\n[output h]\ntype=srt\nuri=srt://10.0.0.9:5000\n"
                    "[output i]\ntype=hls\npath=web\n[output j]\ntype=file\npath=web/kept\n");
  g_autoptr (PoConfig) config = po_config_load (folder->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config->outputs->len, ==, 10);
}

// Worth a warning with its line; the section is in force.
static void test_notices (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf",
              PATHS "[source studio]\nuri=srt://h:1?colour=red&latency=80\n[output air]\ntype=srt\n"
                    "uri=srt://h:2?mode=both\n[source well]\nuri=srt://:3?conntimeo=500\n");
  g_autoptr (PoConfig) config = po_config_load (folder->path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (po_config_source (config, "studio"));
  g_assert_nonnull (po_config_output (config, "air"));
  g_assert_cmpuint (config->notices->len, ==, 2);
  static const struct {
    guint line;
    const gchar *text;
  } wanted[] = {{6, "“uri” in [source studio]: “colour” is not known in an SRT address"},
                {9, "“uri” in [output air]: “mode=both” is none of"}};
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    const PoFinding *notice = config->notices->pdata[i];
    g_assert_cmpint (notice->severity, ==, PO_SEVERITY_WARNING);
    g_assert_cmpstr (notice->file, ==, folder->path);
    g_assert_cmpuint (notice->line, ==, wanted[i].line);
    g_assert_true (g_str_has_prefix (notice->message, wanted[i].text));
  }
}

// Each that is another one's, with the line of the later.
static void test_shared_folders (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf", "[paths]\nschedules=all\nmedia=clips\nstate=./all/\n");
  g_autoptr (PoConfig) two = po_config_load (folder->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (two->notices->len, ==, 1);
  const PoFinding *notice = two->notices->pdata[0];
  g_assert_cmpint (notice->severity, ==, PO_SEVERITY_WARNING);
  g_assert_cmpuint (notice->line, ==, 4);
  g_assert_cmpstr (notice->message, ==,
                   "“state” in [paths] is the folder of “schedules”, too; give each a folder of its own");
  write_file (folder, "station.conf", "[paths]\nschedules=all\nmedia=all\nstate=all\n");
  g_autoptr (PoConfig) three = po_config_load (folder->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (three->notices->len, ==, 3);
}

// Every fault is named, not only the first.
static void test_all_faults (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf", PATHS "[live]\nhold-ms=x\nholdms=1\n[zzzzzzz]\n");
  g_assert_null (po_config_load (folder->path, &error));
  g_auto (GStrv) lines = g_strsplit (error->message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
}

// A NUL byte, and where a section that is not there at all should stand.
static void test_places (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  static const gchar nul[] = PATHS "[channel]\nname=a\0b\n";
  g_file_set_contents (folder->path, nul, sizeof nul - 1, &error);
  g_assert_no_error (error);
  g_assert_null (po_config_load (folder->path, &error));
  g_autofree gchar *at = g_strconcat (folder->path, ":6: ", NULL);
  g_assert_true (g_str_has_prefix (error->message, at));
  g_clear_error (&error);
  write_file (folder, "station.conf", "# nothing yet\n");
  g_assert_null (po_config_load (folder->path, &error));
  g_autofree gchar *first = g_strconcat (folder->path, ":1: [paths] needs “schedules=”", NULL);
  g_assert_true (g_str_has_prefix (error->message, first));

  g_autoptr (GError) other = NULL;
  write_file (folder, "station.conf", PATHS "[control]\ntls-key=k.pem\n");
  g_autoptr (PoConfig) config = po_config_load (folder->path, &other);
  g_assert_no_error (other);
  g_set_error_literal (&other, PO_ERROR, PO_ERROR_CONFIG, "no key");
  po_config_prefix_place (config, "control", "tls-key", &other);
  g_autofree gchar *whole = g_strconcat (folder->path, ":6: no key", NULL);
  g_assert_cmpstr (other->message, ==, whole);
}

static void test_absent (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_assert_null (po_config_load (folder->path, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
}

static void test_defaults (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf",
              "\xef\xbb\xbf# a comment\r\n[paths]\r\nschedules=s\r\nmedia = /m \r\nstate=st/\r\n");
  g_autoptr (PoConfig) config = po_config_load (folder->path, &error);
  g_assert_no_error (error);
  g_autofree gchar *schedules = g_build_filename (folder->dir, "s", NULL);
  g_assert_cmpstr (config->schedules, ==, schedules);
  g_assert_cmpstr (config->media, ==, "/m");
  g_assert_cmpstr (config->timezone, ==, "Asia/Ho_Chi_Minh");
  g_assert_cmpint (config->format.width, ==, 1920);
  g_assert_cmpint (config->format.rate.fps_n, ==, 25);
  g_assert_null (config->filler_media);
  g_assert_cmpint (config->live_overrun_ns, ==, 15 * 60 * PO_NS_PER_SECOND);
  g_assert_cmpint (config->live_hold_ms, ==, 400);
  g_assert_cmpint (config->hold_dead_ms, ==, 500);
  g_assert_cmpint (config->hold_silent_ms, ==, 1000);
  g_assert_cmpint (config->spares, ==, 2);
  g_assert_cmpint (config->sandbox, ==, PO_CONFIG_SANDBOX_ON);
  g_assert_cmpstr (config->listen, ==, "127.0.0.1:8080");
  g_assert_cmpuint (config->outputs->len, ==, 0);
}

static void check_buffer (PoConfig *config, const gchar *name, const gchar *uri, gint64 expected_ms, gboolean is_hls) {
  gint64 buffer_ms = 0;
  gboolean has_segments = !is_hls;
  po_config_live_buffer (config, name != NULL ? po_config_source (config, name) : NULL, uri, &buffer_ms, &has_segments);
  g_assert_cmpint (buffer_ms, ==, expected_ms);
  g_assert_cmpint (has_segments, ==, is_hls);
}

static void test_values (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf",
              PATHS "[channel]\nname=Chuyên mục CCHC #1\nformat=1280x720p30000/1001\ntimezone=\n"
                    "[output to-air]\ntype=udp\nuri=udp://239.0.0.1:5000\nservice-name=HTV\n"
                    "[output rec]\ntype=file\npath=rec\ncodec=lossless\ncontainer=mkv\nsize=640x360\n"
                    "[output srt]\ntype=srt\nuri=srt://:7001?mode=listener&latency=200\n"
                    "[source studio-a]\nuri=srt://10.0.0.1:9000?passphrase=0123456789\n"
                    "[source hall]\nuri=https://h/live.m3u8\nbuffer-ms=2500\n"
                    "[live]\nbuffer-ms=240\nrtmp-buffer-ms=500\n"
                    "[control]\nlisten=unix:run/api.sock, 0.0.0.0:8443 [::]:8444 /run/second.sock\n");
  write_file (folder, "conf.d/20-b.conf", "[output to-air]\nvideo-bitrate-kbps=4000\n[filler]\nmedia=later/\n");
  write_file (folder, "conf.d/10-a.conf", "[filler]\nmedia=earlier/\n");
  write_file (folder, "conf.d/ignored.txt", "[nonsense\n");
  g_autoptr (PoConfig) config = po_config_load (folder->path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (config->name, ==, "Chuyên mục CCHC #1");
  g_assert_cmpstr (config->timezone, ==, "Asia/Ho_Chi_Minh");
  g_assert_cmpint (config->format.rate.fps_d, ==, 1001);
  g_assert_cmpstr (config->filler_media, ==, "later/");
  g_autofree gchar *listen =
      g_strdup_printf ("unix:%s/run/api.sock;0.0.0.0:8443;[::]:8444;unix:/run/second.sock", folder->dir);
  g_assert_cmpstr (config->listen, ==, listen);
  g_assert_cmpuint (config->outputs->len, ==, 3);
  const PoConfigOutput *air = po_config_output (config, "to-air"), *rec = po_config_output (config, "rec");
  g_assert_cmpint (air->video_bitrate_kbps, ==, 4000);
  g_assert_cmpstr (air->service_name, ==, "HTV");
  g_assert_cmpint (rec->codec, ==, PO_CONFIG_CODEC_LOSSLESS);
  g_assert_cmpint (rec->container, ==, PO_CONFIG_CONTAINER_MKV);
  g_assert_cmpint (rec->width, ==, 640);
  g_assert_cmpint (rec->height, ==, 360);
  g_assert_cmpint (rec->video_bitrate_kbps, >, 0);
  g_assert_cmpstr (rec->service_name, ==, "Chuyên mục CCHC #1");
  check_buffer (config, NULL, "udp://239.0.0.1:5000", 240, FALSE);
  check_buffer (config, NULL, "rtmps://h/live/show", 500, FALSE);
  check_buffer (config, "studio-a", "srt://10.0.0.1:9000", 240, FALSE);
  check_buffer (config, NULL, "https://h/live.m3u8", 1000, TRUE);
  check_buffer (config, "hall", "https://h/live.m3u8", 2500, TRUE);
  g_assert_nonnull (po_config_output (config, "srt"));
  g_assert_null (po_config_output (config, "none"));
  g_assert_cmpstr (po_config_source (config, "studio-a")->uri, ==, "srt://10.0.0.1:9000?passphrase=0123456789");
}

// What a recording of which nothing is said looks like: small, in the channel's shape, and never larger than that.
static void test_recording (Folder *folder, gconstpointer data) {
  static const struct {
    const gchar *format, *more;
    gint width, height, kbps; // 0 = the channel's
  } rows[] = {
      {"1080p25", "", 640, 360, 800},
      {"720x576p25", "", 450, 360, 800},
      {"2048x858p24", "", 640, 268, 800},
      {"320x180p25", "", 0, 0, 800},
      {"1080p25", "size=1280x720\n", 1280, 720, 2764},
      {"1080p25", "video-bitrate-kbps=6000\n", 0, 0, 6000},
      {"1080p25", "codec=lossless\ncontainer=mkv\n", 0, 0, 6220},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *text =
        g_strdup_printf (PATHS "[channel]\nformat=%s\n[output rec]\ntype=file\npath=rec\nkeep-months=12\n%s",
                         rows[i].format, rows[i].more);
    write_file (folder, "station.conf", text);
    g_autoptr (PoConfig) config = po_config_load (folder->path, &error);
    g_assert_no_error (error);
    const PoConfigOutput *rec = po_config_output (config, "rec");
    g_assert_cmpint (rec->width, ==, rows[i].width);
    g_assert_cmpint (rec->height, ==, rows[i].height);
    g_assert_cmpint (rec->video_bitrate_kbps, ==, rows[i].kbps);
    g_assert_cmpint (rec->keep_months, ==, 12);
  }
}

// A fault in conf.d names that file.
static void test_fault_in_drop_in (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf", PATHS);
  write_file (folder, "conf.d/a.conf", "[filler]\n\nmedium=x\n");
  g_assert_null (po_config_load (folder->path, &error));
  g_autofree gchar *expected =
      g_strdup_printf ("%s/conf.d/a.conf:3: unknown key “medium” in [filler]; did you mean “media”?", folder->dir);
  g_assert_cmpstr (error->message, ==, expected);
}

static void test_tolerant (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  write_file (folder, "station.conf",
              PATHS
              "[output good]\ntype=window\n[output bad]\ntype=udp\nbitrate=1\n[source gone]\n[live]\nhold-ms=300\n");
  g_autoptr (PoConfig) config = po_config_load_tolerant (folder->path, findings, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config->outputs->len, ==, 1);
  g_assert_nonnull (po_config_output (config, "good"));
  g_assert_cmpuint (config->sources->len, ==, 0);
  g_assert_cmpint (config->live_hold_ms, ==, 300);
  g_assert_cmpuint (findings->len, >=, 2);
  g_assert_null (po_config_load (folder->path, NULL));

  write_file (folder, "station.conf", PATHS "[output bad]\nnonsense\n[output good]\ntype=window\n");
  g_assert_null (po_config_load_tolerant (folder->path, findings, NULL));
  write_file (folder, "station.conf", PATHS "[live]\nhold-ms=x\n");
  g_assert_null (po_config_load_tolerant (folder->path, findings, NULL));
}

static void test_overrides (Folder *folder, gconstpointer data) {
  const gchar *const overrides[] = {"channel.timezone=UTC", "paths.schedules=/over/there", NULL};
  const gchar *const wrong[] = {"channel.timezone=Nowhere/Land", NULL};
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf", PATHS "[channel]\ntimezone=Asia/Tokyo\n");
  g_autoptr (PoConfig) config = po_config_load_with (folder->path, overrides, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (config->timezone, ==, "UTC");
  g_assert_cmpstr (config->schedules, ==, "/over/there");
  g_autoptr (PoConfig) bare = po_config_load_with (NULL, overrides, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bare->schedules, ==, "/over/there");
  g_assert_null (bare->media);
  g_assert_null (po_config_load_with (folder->path, wrong, &error));
  g_assert_cmpstr (error->message, ==,
                   "“timezone” in [channel]: “Nowhere/Land” is not a time zone known here; use a name such as "
                   "Asia/Ho_Chi_Minh");
}

static void test_diff (Folder *folder, gconstpointer data) {
  write_file (folder, "station.conf",
              PATHS "[filler]\nmedia=a\n[output one]\ntype=window\n[output two]\ntype=window\n");
  g_autoptr (PoConfig) before = po_config_load (folder->path, NULL);
  g_autoptr (PoConfig) same = po_config_load (folder->path, NULL);
  write_file (folder, "station.conf",
              PATHS "[filler]\nmedia=b\n[channel]\nformat=720p25\n[output one]\ntype=window\nsize=64x36\n"
                    "[output three]\ntype=window\n");
  g_autoptr (PoConfig) after = po_config_load (folder->path, NULL);
  g_autoptr (GPtrArray) none = po_config_diff (before, same);
  g_autoptr (GPtrArray) changes = po_config_diff (before, after);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpstr (before->revision, ==, same->revision);
  g_assert_cmpstr (before->revision, !=, after->revision);
  static const gchar *const touched[] = {"filler", "channel", "output one", "output two", "output three"};
  for (guint i = 0; i < G_N_ELEMENTS (touched); i++)
    g_assert_true (po_config_changes_touch (changes, touched[i]));
  g_assert_false (po_config_changes_touch (changes, "live"));
}

// What holds from the next start on stays as it is, with what follows from it; the rest is in force.
static void test_reload (Folder *folder, gconstpointer data) {
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (PoConfig) next = NULL, as_before = NULL;
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf",
              PATHS "[channel]\nname=One = .1\nformat=720p25\n[output record]\ntype=file\npath=r\n");
  g_autoptr (PoConfig) running = po_config_load (folder->path, NULL);
  write_file (folder, "station.conf",
              "[paths]\nschedules=other\nmedia=/elsewhere\nstate=state2\n[filler]\nmedia=f\n[channel]\nname=Two\n"
              "format=720x576p50\n[control]\nlisten=none\n[output record]\ntype=file\npath=r2\n[output x]\ntype=y\n");
  g_autoptr (PoConfig) config = po_config_reload (running, folder->path, findings, &next, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_cmpuint (config->outputs->len, ==, 1);
  g_assert_cmpstr (config->filler_media, ==, "f");
  g_assert_cmpstr (config->name, ==, "One = .1");
  g_assert_cmpstr (config->schedules, ==, running->schedules);
  g_assert_cmpstr (config->media, ==, running->media);
  g_assert_cmpstr (config->state, ==, running->state);
  g_assert_cmpstr (config->listen, ==, running->listen);
  g_assert_cmpint (config->format.rate.fps_n, ==, 25);
  const PoConfigOutput *output = po_config_output (config, "record");
  g_assert_true (g_str_has_suffix (output->path, "/r2"));
  g_assert_cmpint (output->height, ==, po_config_output (running, "record")->height);
  g_assert_cmpstr (output->service_name, ==, "One = .1");
  g_autoptr (GPtrArray) waiting = po_config_diff (config, next);
  g_assert_cmpuint (waiting->len, ==, 6);
  g_assert_cmpstr (next->media, ==, "/elsewhere");

  write_file (folder, "station.conf",
              PATHS "[channel]\nname=One = .1\nformat=720p25\n[output record]\ntype=file\npath=r\n");
  g_ptr_array_set_size (findings, 0);
  g_autoptr (PoConfig) again = po_config_reload (config, folder->path, findings, &as_before, &error);
  g_autoptr (GPtrArray) none = po_config_diff (again, as_before);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpstr (again->revision, ==, running->revision);
}

// After a good start, a file that is then broken leaves the kept copy, with the same values.
static void test_keep (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf", PATHS "[channel]\nname=Kênh một\n[output rec]\ntype=file\npath=rec\n");
  g_autoptr (PoConfig) good = po_config_load (folder->path, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_assert_null (po_config_load_kept (folder->path, findings, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  po_config_keep (good, &error);
  g_assert_no_error (error);
  write_file (folder, "station.conf", PATHS "[channel\nname=broken\n");
  g_assert_null (po_config_load (folder->path, NULL));
  g_autoptr (PoConfig) kept = po_config_load_kept (folder->path, findings, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kept->revision, ==, good->revision);
  g_assert_cmpstr (kept->path, ==, folder->path);

  static const gchar *const ruins[] = {"", "\xff\xfe", "[paths]\nschedules=s\n", "<<<<<<< HEAD\nstate=elsewhere\n"};
  for (guint i = 0; i <= G_N_ELEMENTS (ruins); i++) { // nothing left that names the state folder; then not even a file
    g_autoptr (PoConfig) found = NULL;
    if (i < G_N_ELEMENTS (ruins))
      write_file (folder, "station.conf", ruins[i]);
    else
      g_assert_cmpint (g_unlink (folder->path), ==, 0);
    found = po_config_load_kept (folder->path, findings, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (found->revision, ==, good->revision);
  }

  // A rule of a newer playoutd refuses a part of it, which is told.
  g_assert_cmpuint (findings->len, ==, 0);
  g_autofree gchar *copy = g_build_filename (good->state, "config.last-good", NULL), *text = NULL;
  g_assert_true (g_file_get_contents (copy, &text, NULL, NULL));
  g_autofree gchar *stricter = g_strconcat (text, "[output again]\ntype=hls\npath=", good->state, "/../rec\n", NULL);
  g_assert_true (g_file_set_contents (copy, stricter, -1, NULL));
  g_autoptr (PoConfig) rest = po_config_load_kept (folder->path, findings, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rest->outputs->len, ==, 1);
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_nonnull (strstr (((const PoFinding *)findings->pdata[0])->message, "again"));

  write_file (folder, "another.conf", PATHS "[channel\n");
  g_autofree gchar *another = g_build_filename (folder->dir, "another.conf", NULL);
  g_assert_null (po_config_load_kept (another, findings, &error));
  g_assert_error (error, PO_ERROR, PO_ERROR_NOT_FOUND);
}

// The state folder may be named in a file of conf.d, and lie anywhere.
static void test_keep_drop_in (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  write_file (folder, "station.conf", "[paths]\nschedules=s\nmedia=m\n");
  write_file (folder, "conf.d/10-state.conf", "[paths]\nstate=deep/er/st\n");
  g_autoptr (PoConfig) good = po_config_load (folder->path, &error);
  g_assert_no_error (error);
  po_config_keep (good, &error);
  g_assert_no_error (error);
  write_file (folder, "station.conf", "");
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_autoptr (PoConfig) kept = po_config_load_kept (folder->path, findings, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kept->revision, ==, good->revision);
}

// A calendar elsewhere: its keys, an address that is none, and a daemon on air that leaves such a one out alone.
static void test_calendars (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  write_file (folder, "station.conf",
              PATHS "[calendar toa-soan]\nurl=https://h/a.ics\nusername=u\npassword-file=p\nrefresh=PT1M\n");
  g_autoptr (PoConfig) good = po_config_load (folder->path, &error);
  g_assert_no_error (error);
  const PoConfigCalendar *calendar = good->calendars->pdata[0];
  g_assert_cmpstr (calendar->name, ==, "toa-soan");
  g_assert_cmpint (calendar->refresh_ns, ==, 60 * PO_NS_PER_SECOND);
  g_assert_cmpint (calendar->stale_ns, ==, 3600 * PO_NS_PER_SECOND);
  g_assert_true (g_path_is_absolute (calendar->password_file));
  write_file (folder, "station.conf", PATHS "[calendar a]\nurl=ftp://h/a.ics\n[calendar b]\nurl=http://h/b.ics\n");
  g_assert_null (po_config_load (folder->path, &error));
  g_assert_nonnull (strstr (error->message, "does not start with https:"));
  g_clear_error (&error);
  g_autoptr (PoConfig) tolerant = po_config_load_tolerant (folder->path, findings, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tolerant->calendars->len, ==, 1);
  g_assert_cmpstr (((PoConfigCalendar *)tolerant->calendars->pdata[0])->name, ==, "b");
}

// The help is itself a configuration, once the required keys have values.
static void test_help (Folder *folder, gconstpointer data) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *help = po_config_help ();
  g_autoptr (GString) text = g_string_new (help);
  g_string_replace (text, "\nschedules=\n", "\nschedules=s\n", 0);
  g_string_replace (text, "\nmedia=\n", "\nmedia=m\n", 0);
  g_string_replace (text, "\nstate=\n", "\nstate=t\n", 0);
  g_string_replace (text, "\ntype=\n", "\ntype=window\n", 1); // [output]
  g_string_replace (text, "\ntype=\n", "\ntype=command\n", 0);
  g_string_replace (text, "\n#command=\n", "\ncommand=true\n", 0);
  g_string_replace (text, "\nuri=\n", "\nuri=srt://h:1\n", 0);
  g_string_replace (text, "\nurl=\n", "\nurl=webcal://h/a.ics\n", 0);
  write_file (folder, "station.conf", text->str);
  g_autoptr (PoConfig) config = po_config_load (folder->path, &error);
  g_assert_no_error (error);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/config/" name, Folder, NULL, folder_set_up, function, folder_tear_down)
  ADD ("refused", test_refused);
  ADD ("alone", test_alone);
  ADD ("notices", test_notices);
  ADD ("shared-folders", test_shared_folders);
  ADD ("all-faults", test_all_faults);
  ADD ("absent", test_absent);
  ADD ("places", test_places);
  ADD ("defaults", test_defaults);
  ADD ("values", test_values);
  ADD ("recording", test_recording);
  ADD ("fault-in-drop-in", test_fault_in_drop_in);
  ADD ("tolerant", test_tolerant);
  ADD ("reload", test_reload);
  ADD ("overrides", test_overrides);
  ADD ("diff", test_diff);
  ADD ("keep", test_keep);
  ADD ("keep-drop-in", test_keep_drop_in);
  ADD ("calendars", test_calendars);
  ADD ("help", test_help);
  return g_test_run ();
}
