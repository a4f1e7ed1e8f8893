// SPDX-License-Identifier: GPL-3.0-or-later
// The table itself, and finding what was meant by a misspelt name.
#include "config/spec.h"

#include "config/types.h"
#include "model/nearest.h"
#include "model/text.h"

static const gchar *const output_types[] = {"udp", "srt", "rtmp", "rtp", "hls", "file", "window", NULL};
static const gchar *const codecs[] = {"h264", "lossless", NULL};
static const gchar *const containers[] = {"ts", "mkv", NULL};
static const gchar *const switches[] = {"off", "on", NULL};
static const gchar *const message_types[] = {"mail", "webhook", "command", NULL};
static const gchar *const tls_choices[] = {"required", "if-offered", "off", NULL};
static const gchar *const severities[] = {"note", "warning", "error", NULL}; // as PoSeverity
static const gchar *const no_yes[] = {"no", "yes", NULL};
static const gchar *const sandboxes[] = {"off", "on", "required", NULL};

const gchar *po_config_output_type_to_string (PoConfigOutputType type) {
  return output_types[type];
}

const PoConfigSection po_config_sections[] = {
    {"channel", FALSE, N_ ("What goes out")},
    {"paths", FALSE, N_ ("Where things are; a relative path starts at this file's folder")},
    {"filler", FALSE, N_ ("What plays where nothing is scheduled")},
    {"output", TRUE, N_ ("One place that the programme is sent to; any number of them")},
    {"live", FALSE, N_ ("Live shows")},
    {"source", TRUE, N_ ("A live source that a calendar may call live:NAME")},
    {"watch", FALSE, N_ ("What the programme as it leaves, and live sources, are watched for")},
    {"calendar", TRUE, N_ ("A calendar elsewhere that the channel follows; any number of them")},
    {"player", FALSE, N_ ("The processes that decode media")},
    {"sound", FALSE, N_ ("What is done to a clip's sound on air; the file stays as it is")},
    {"subtitles", FALSE, N_ ("What is burnt into a clip's picture")},
    {"fitness", FALSE, N_ ("What a clip is judged by before it airs")},
    {"log", FALSE, N_ ("The record of what aired")},
    {"message", TRUE, N_ ("One way to tell people of alarms; any number of them")},
    {"control", FALSE, N_ ("The control API")},
    {NULL, FALSE, NULL},
};

#define IN(struct_, field) .offset = G_STRUCT_OFFSET (struct_, field)
#define CONFIG(field)      IN (PoConfig, field)
#define OUTPUT(field)      IN (PoConfigOutput, field)
#define SOURCE(field)      IN (PoConfigSource, field)
#define CALENDAR(field)    IN (PoConfigCalendar, field)
#define MESSAGE(field)     IN (PoConfigMessage, field)

const PoConfigKey po_config_keys[] = {
    {"channel", "name", &po_config_type_text, CONFIG (name), "playoutd",
     .help = N_ ("The channel's name, on the slate and in the stream"), .restart = TRUE},
    {"channel", "timezone", &po_config_type_zone, CONFIG (timezone), "Asia/Ho_Chi_Minh",
     .help = N_ ("The station's zone: of floating times in calendars, and of the day"), .restart = TRUE},
    {"channel", "format", &po_config_type_format, CONFIG (format), "1080p25",
     .help = N_ ("Picture and rate: 1080p25, 720p50, or WIDTHxHEIGHTpRATE such as 1280x720p30000/1001"),
     .restart = TRUE},

    {"paths", "schedules", &po_config_type_path, CONFIG (schedules), NULL, .help = N_ ("Folder of the .ics calendars"),
     .required = TRUE, .restart = TRUE},
    {"paths", "media", &po_config_type_path, CONFIG (media), NULL, .help = N_ ("Folder of the clips"), .required = TRUE,
     .restart = TRUE},
    {"paths", "state", &po_config_type_path, CONFIG (state), NULL,
     .help = N_ ("Folder of the log, the journal and the last good versions; written by the daemon alone"),
     .required = TRUE, .restart = TRUE},

    {"filler", "media", &po_config_type_text, CONFIG (filler_media), NULL,
     .help = N_ ("Folder under the media folder, or a file's URI, used when no transparent event offers a pool")},

    {"output", "type", &po_config_type_choice, OUTPUT (type), NULL, .choices = output_types, .required = TRUE,
     .help = N_ ("What kind of output")},
    {"output", "uri", &po_config_type_uri, OUTPUT (uri), NULL,
     .help = N_ ("Where to, of udp, srt, rtmp and rtp: udp://239.0.0.1:5000")},
    {"output", "path", &po_config_type_path, OUTPUT (path), NULL,
     .help = N_ ("Folder of the segments, of hls and file")},
    {"output", "size", &po_config_type_size, OUTPUT (width), "",
     .help = N_ ("Picture size; where not given the channel's, or of a file without size and bitrate 640x360")},
    {"output", "video-bitrate-kbps", &po_config_type_integer, OUTPUT (video_bitrate_kbps), "0", 0, 200000,
     .help = N_ ("Kilobits a second of picture; 0 = by picture size and rate, or of a file without size 800")},
    {"output", "audio-bitrate-kbps", &po_config_type_integer, OUTPUT (audio_bitrate_kbps), "128", 32, 512,
     .help = N_ ("Kilobits a second of sound")},
    {"output", "codec", &po_config_type_choice, OUTPUT (codec), "h264", .choices = codecs,
     .help = N_ ("lossless = FFV1 and PCM, for a file in mkv only")},
    {"output", "container", &po_config_type_choice, OUTPUT (container), "ts", .choices = containers,
     .help = N_ ("Container of a file")},
    {"output", "segment-minutes", &po_config_type_integer, OUTPUT (segment_minutes), "60", 1, 1440,
     .help = N_ ("Length of one recorded file")},
    {"output", "segment-seconds", &po_config_type_integer, OUTPUT (segment_seconds), "4", 1, 60,
     .help = N_ ("Length of one segment of hls")},
    {"output", "keep-months", &po_config_type_integer, OUTPUT (keep_months), "0", 0, 1200,
     .help = N_ ("Recorded files older than this are removed; 0 = none are, as long as there is room")},
    {"output", "keep-free-gb", &po_config_type_integer, OUTPUT (keep_free_gb), "0", 0, 100000,
     .help = N_ ("Gigabytes that stay free on a recording's disk: its oldest files go first; 0 = a little")},
    {"output", "service-name", &po_config_type_text, OUTPUT (service_name), NULL,
     .help = N_ ("Name of the service in the transport stream; the channel's name where not given")},

    {"live", "overrun", &po_config_type_duration, CONFIG (live_overrun_ns), "PT15M",
     .help = N_ ("How late a live show may end when its event does not say")},
    {"live", "hold-ms", &po_config_type_integer, CONFIG (live_hold_ms), "400", 0, 60000,
     .help = N_ ("How long the last picture of a lost live source stays")},
    {"live", "buffer-ms", &po_config_type_integer, CONFIG (live_buffer_ms), "200", 40, 1000,
     .help = N_ ("How late a live source's pictures may come in")},
    {"live", "udp-buffer-ms", &po_config_type_integer, CONFIG (live_scheme_buffer_ms[PO_CONFIG_LIVE_UDP]), "0", 0, 1000,
     .help = N_ ("The same over this protocol; 0 = live.buffer-ms")},
    {"live", "rtp-buffer-ms", &po_config_type_integer, CONFIG (live_scheme_buffer_ms[PO_CONFIG_LIVE_RTP]), "0", 0, 1000,
     .help = N_ ("The same over this protocol; 0 = live.buffer-ms")},
    {"live", "srt-buffer-ms", &po_config_type_integer, CONFIG (live_scheme_buffer_ms[PO_CONFIG_LIVE_SRT]), "0", 0, 1000,
     .help = N_ ("The same over this protocol; 0 = live.buffer-ms")},
    {"live", "rtmp-buffer-ms", &po_config_type_integer, CONFIG (live_scheme_buffer_ms[PO_CONFIG_LIVE_RTMP]), "0", 0,
     1000, .help = N_ ("The same over this protocol; 0 = live.buffer-ms")},
    {"live", "rtsp-buffer-ms", &po_config_type_integer, CONFIG (live_scheme_buffer_ms[PO_CONFIG_LIVE_RTSP]), "0", 0,
     1000, .help = N_ ("The same over this protocol; 0 = live.buffer-ms")},
    {"live", "hls-buffer-ms", &po_config_type_integer, CONFIG (live_scheme_buffer_ms[PO_CONFIG_LIVE_HLS]), "1000", 40,
     30000, .help = N_ ("The same of a stream over HTTP, beyond one of its segments")},

    {"source", "uri", &po_config_type_uri, SOURCE (uri), NULL, .required = TRUE,
     .help = N_ ("Where the live source is: srt, rtmp, rtsp, udp, rtp, http, https or test")},

    {"source", "buffer-ms", &po_config_type_integer, SOURCE (buffer_ms), "0", 0, 30000,
     .help = N_ ("How late this one's pictures may come in, where its line is better or worse than others; 0 = as "
                 "[live] says")},

    {"watch", "black", &po_config_type_duration, CONFIG (watch_black_ns), "PT2S",
     .help = N_ ("A picture that is black for so long is an alarm; PT0S = never")},
    {"watch", "freeze", &po_config_type_duration, CONFIG (watch_freeze_ns), "PT2S",
     .help = N_ ("A picture that stands still for so long is an alarm, unless it is meant to; PT0S = never")},
    {"watch", "silence", &po_config_type_duration, CONFIG (watch_silence_ns), "PT2S",
     .help = N_ ("Silence for so long is an alarm, unless there is no sound by intention; PT0S = never")},
    {"watch", "silence-dbfs", &po_config_type_integer, CONFIG (watch_silence_dbfs), "-60", -90, -20,
     .help = N_ ("Sound that never peaks above this is silence, in dBFS")},

    {"calendar", "url", &po_config_type_uri, CALENDAR (url), NULL, .required = TRUE,
     .help = N_ ("Where it is: https, http or webcal; a CalDAV collection too")},
    {"calendar", "username", &po_config_type_text, CALENDAR (username), NULL,
     .help = N_ ("Who we are there, if it asks")},
    {"calendar", "password-file", &po_config_type_path, CALENDAR (password_file), NULL,
     .help = N_ ("File that holds the password and nothing else")},
    {"calendar", "refresh", &po_config_type_duration, CALENDAR (refresh_ns), "PT5M",
     .help = N_ ("How often it is asked whether anything changed")},
    {"calendar", "stale", &po_config_type_duration, CALENDAR (stale_ns), "PT1H",
     .help = N_ ("How long nothing good may be heard of it before that is an error")},

    {"player", "hold-dead-ms", &po_config_type_integer, CONFIG (hold_dead_ms), "500", 0, 60000,
     .help = N_ ("How long the last picture stays when its player has died")},
    {"player", "hold-silent-ms", &po_config_type_integer, CONFIG (hold_silent_ms), "1000", 0, 60000,
     .help = N_ ("How long the last picture stays when its player delivers none")},
    {"player", "spares", &po_config_type_integer, CONFIG (spares), "2", 0, 8,
     .help = N_ ("Players that wait, started in advance")},
    {"player", "sandbox", &po_config_type_choice, CONFIG (sandbox), "on", .choices = sandboxes,
     .help = N_ ("on = as far as the machine allows; required = a player without it does not run")},

    {"sound", "normalise", &po_config_type_choice, CONFIG (sound_normalise), "on", .choices = switches,
     .help =
         N_ ("on = each clip is brought to fitness.loudness-lufs by a static gain from its measurement, and no true "
             "peak passes fitness.true-peak-dbtp")},
    {"sound", "max-gain-db", &po_config_type_integer, CONFIG (sound_max_gain_db), "20", 0, 60,
     .help = N_ ("A clip is made louder by no more than this")},
    {"sound", "as-is", &po_config_type_text, CONFIG (sound_as_is), "",
     .help = N_ ("Clips whose sound is left as it is: paths under the media folder, with * and ?, separated by ;")},
    {"sound", "tracks", &po_config_type_text, CONFIG (sound_tracks), "",
     .help = N_ ("Of several sound tracks, the first of these that there is airs: a language such as vi, a number from "
                 "1, or `stereo`; separated by ; otherwise the first track")},

    {"subtitles", "burn", &po_config_type_choice, CONFIG (subtitles_burn), "off", .choices = switches,
     .help = N_ ("on = subtitles beside a clip (NAME.srt, .vtt, .ass, or NAME.vi.srt) or within it are shown in its "
                 "picture")},
    {"subtitles", "languages", &po_config_type_text, CONFIG (subtitles_languages), "",
     .help = N_ ("Of several, the first of these languages that there is, such as vi;en; otherwise those that name no "
                 "language; empty = any")},
    {"subtitles", "font", &po_config_type_text, CONFIG (subtitles_font), "DejaVu Sans",
     .help = N_ ("The font of subtitles that bring no style of their own")},

    {"log", "keep-months", &po_config_type_integer, CONFIG (log_keep_months), "1200", 12, 1200,
     .help = N_ ("How long airings are kept in the record; `playoutctl asrun forget` gives up older ones")},
    {"log", "morning-after", &po_config_type_duration, CONFIG (log_morning_after_ns), "PT6H",
     .help = N_ ("When the morning report of the day before is made: so long after midnight; PT0S = never"),
     .restart = TRUE},

    {"fitness", "loudness-lufs", &po_config_type_integer, CONFIG (fit_loudness_lufs), "-23", -70, 0,
     .help = N_ ("The loudness that clips should have (EBU R 128), in LUFS")},
    {"fitness", "loudness-tolerance-lu", &po_config_type_integer, CONFIG (fit_loudness_tolerance_lu), "1", 0, 20,
     .help = N_ ("How far from it a clip may be")},
    {"fitness", "true-peak-dbtp", &po_config_type_integer, CONFIG (fit_true_peak_dbtp), "-1", -40, 20,
     .help = N_ ("The highest true peak that a clip may have, in dBTP")},
    {"fitness", "silence-ms", &po_config_type_integer, CONFIG (fit_silence_ms), "2000", 0, 3600000,
     .help = N_ ("How long a clip may be silent at its start or end")},
    {"fitness", "black-ms", &po_config_type_integer, CONFIG (fit_black_ms), "2000", 0, 3600000,
     .help = N_ ("How long a clip may be black at its start or end")},
    {"fitness", "freeze-ms", &po_config_type_integer, CONFIG (fit_freeze_ms), "10000", 0, 3600000,
     .help = N_ ("How long a clip's picture may stand still")},
    {"fitness", "aspect-percent", &po_config_type_integer, CONFIG (fit_aspect_percent), "2", 0, 100,
     .help = N_ ("How much of the screen a clip of another shape may leave empty")},

    {"message", "type", &po_config_type_choice, MESSAGE (type), NULL, .choices = message_types, .required = TRUE,
     .help = N_ ("How people are told")},
    {"message", "uri", &po_config_type_uri, MESSAGE (uri), NULL,
     .help = N_ ("mail: smtp://host:587 (STARTTLS) or smtps://host; webhook: where the JSON is posted to")},
    {"message", "command", &po_config_type_text, MESSAGE (command), NULL,
     .help = N_ ("command: a program and its arguments; the JSON comes on its standard input")},
    {"message", "to", &po_config_type_text, MESSAGE (to), NULL, .help = N_ ("mail: addresses, separated by commas")},
    {"message", "from", &po_config_type_text, MESSAGE (from), NULL, .help = N_ ("mail: the sender's address")},
    {"message", "user", &po_config_type_text, MESSAGE (user), NULL, .help = N_ ("mail: the name to log in with")},
    {"message", "secret-file", &po_config_type_path, MESSAGE (secret_file), NULL,
     .help = N_ ("A file with the password (mail) or the bearer token (webhook), readable by playoutd alone")},
    {"message", "ca-file", &po_config_type_path, MESSAGE (ca_file), NULL,
     .help = N_ ("Certificates to trust instead of the machine's, for a server of the station's own")},
    {"message", "tls", &po_config_type_choice, MESSAGE (tls), "required", .choices = tls_choices,
     .help = N_ ("smtp://: required = never in the clear; if-offered; off")},
    {"message", "severity", &po_config_type_choice, MESSAGE (severity), "warning", .choices = severities,
     .help = N_ ("The least that is told")},
    {"message", "quiet-hours", &po_config_type_hours, MESSAGE (quiet_minutes), "",
     .help = N_ ("Hours in which only quiet-severity is told, such as 22:00-06:00")},
    {"message", "quiet-severity", &po_config_type_choice, MESSAGE (quiet_severity), "error", .choices = severities,
     .help = N_ ("The least that is told in the quiet hours; the rest comes after them")},
    {"message", "group", &po_config_type_duration, MESSAGE (group_ns), "PT20S",
     .help = N_ ("How long the first alarm waits for others, to come in one message")},
    {"message", "repeat", &po_config_type_duration, MESSAGE (repeat_ns), "PT30M",
     .help = N_ ("How often it is told again until somebody acknowledges it; PT0S = once")},
    {"message", "most-per-hour", &po_config_type_integer, MESSAGE (most_per_hour), "12", 1, 3600,
     .help = N_ ("Messages about alarms; what comes faster comes together")},
    {"message", "morning", &po_config_type_choice, MESSAGE (morning), "yes", .choices = no_yes,
     .help = N_ ("yes = the morning report too")},
    {"message", "deadlines", &po_config_type_choice, MESSAGE (deadlines), "yes", .choices = no_yes,
     .help = N_ ("mail: yes = producers are told of a deadline (VALARM) that passed without their clip")},

    {"control", "listen", &po_config_type_listen, CONFIG (listen), "127.0.0.1:8080", .restart = TRUE,
     .help = N_ ("Addresses and ports, unix:/path, or none; those that other machines can reach are served once there "
                 "are users; the socket control.sock in the state folder is always there")},
    {"control", "tls-certificate", &po_config_type_path, CONFIG (tls_certificate), NULL,
     .help = N_ ("Serve by TLS: the certificate with its chain, in PEM; read again on SIGHUP")},
    {"control", "tls-key", &po_config_type_path, CONFIG (tls_key), NULL, .help = N_ ("Its private key, in PEM")},
    {"control", "names", &po_config_type_text, CONFIG (names), "", .restart = TRUE,
     .help = N_ ("Names that browsers call this machine by besides its own, separated by semicolons")},
    {NULL, NULL, NULL},
};

const PoConfigSection *po_config_section_find (const gchar *header, const gchar **ret_name) {
  gsize length = strcspn (header, " ");
  const gchar *name = header[length] == ' ' ? header + length + 1 : NULL;
  for (const PoConfigSection *section = po_config_sections; section->name != NULL; section++)
    if (strlen (section->name) == length && strncmp (section->name, header, length) == 0 &&
        section->named == (name != NULL)) {
      *ret_name = name;
      return section;
    }
  *ret_name = NULL;
  return NULL;
}

const PoConfigKey *po_config_key_find (const gchar *section, const gchar *key) {
  for (const PoConfigKey *spec = po_config_keys; spec->section != NULL; spec++)
    if (g_str_equal (spec->section, section) && g_str_equal (spec->key, key))
      return spec;
  return NULL;
}

const gchar *po_config_nearest_section (const gchar *typed) {
  PoNearest nearest = {0};
  for (const PoConfigSection *section = po_config_sections; section->name != NULL; section++)
    po_nearest_consider (&nearest, typed, section->name);
  return nearest.word;
}

const gchar *po_config_nearest_key (const gchar *section, const gchar *typed) {
  PoNearest nearest = {0};
  for (const PoConfigKey *spec = po_config_keys; spec->section != NULL; spec++)
    if (g_str_equal (spec->section, section))
      po_nearest_consider (&nearest, typed, spec->key);
  return nearest.word;
}
