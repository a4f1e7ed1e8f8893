// SPDX-License-Identifier: GPL-3.0-or-later
// The station's one configuration: FILE and, beside it, conf.d/*.conf in name order, later files winning key by key.
// A PoConfig is immutable once loaded and reference counted; any thread may read it. Its text is GKeyFile's, every key
// stands in the table of config/spec.h with its type, default, help and whether it needs a restart.
//
// Strict loading refuses whatever is wrong and names file and line. Tolerant loading is for a daemon on air: a section
// [output NAME], [source NAME] or [calendar NAME] that is wrong is left out alone and reported; anything else wrong is
// still an error. It reads files and nothing else: no clock, no socket, no media; it never logs.
#pragma once

#include "model/finding.h"
#include "model/format.h"

#define PO_CONFIG_DEFAULT_PATH "/etc/playoutd/playoutd.conf"
#define PO_CONFIG_USUAL_STATE  "/var/lib/playoutd" // of the service; no default: each channel has its own

typedef enum {
  PO_CONFIG_OUTPUT_UDP,    // MPEG-TS over UDP
  PO_CONFIG_OUTPUT_SRT,    // MPEG-TS over SRT
  PO_CONFIG_OUTPUT_RTMP,   // FLV pushed to a server
  PO_CONFIG_OUTPUT_RTP,    // MPEG-TS over RTP
  PO_CONFIG_OUTPUT_HLS,    // playlist and segments in a folder
  PO_CONFIG_OUTPUT_FILE,   // recording in a folder, a file a segment
  PO_CONFIG_OUTPUT_WINDOW, // a window on this machine's display
} PoConfigOutputType;
typedef enum { PO_CONFIG_CODEC_H264, PO_CONFIG_CODEC_LOSSLESS } PoConfigCodec;
typedef enum { PO_CONFIG_CONTAINER_TS, PO_CONFIG_CONTAINER_MKV } PoConfigContainer;
typedef enum {
  PO_CONFIG_SANDBOX_OFF,      // players run without
  PO_CONFIG_SANDBOX_ON,       // as much as the machine allows
  PO_CONFIG_SANDBOX_REQUIRED, // a player that cannot have all of it does not run
} PoConfigSandbox;
typedef enum { PO_CONFIG_SWITCH_OFF, PO_CONFIG_SWITCH_ON } PoConfigSwitch;

typedef enum { PO_CONFIG_MESSAGE_MAIL, PO_CONFIG_MESSAGE_WEBHOOK, PO_CONFIG_MESSAGE_COMMAND } PoConfigMessageType;
typedef enum {
  PO_CONFIG_TLS_REQUIRED,   // smtp: goes on only once STARTTLS has made it safe
  PO_CONFIG_TLS_IF_OFFERED, // smtp: in the clear where the server has no TLS
  PO_CONFIG_TLS_OFF,
} PoConfigTls;

const gchar *po_config_output_type_to_string (PoConfigOutputType type); // "udp"

/** PoConfigOutput: one [output NAME]. */
typedef struct {
  gchar *name;
  PoConfigOutputType type;
  gchar *uri;                // (nullable) network outputs: where to
  gchar *path;               // (nullable) absolute; hls and file: the folder
  gint64 video_bitrate_kbps; // never 0: chosen from the picture size where not given
  gint64 audio_bitrate_kbps;
  PoConfigCodec codec;
  PoConfigContainer container;
  gint64 segment_minutes; // file
  gint64 segment_seconds; // hls
  gint width, height;     // 0 = the channel's; a recording of which nothing is said is small
  gint64 keep_months;     // file: what is older goes; 0 = nothing does for its age
  gint64 keep_free_gb;    // file: what stays free on the disk; 0 = a little, by its size
  gchar *service_name;    // in the SDT; never NULL, the channel's name by default
} PoConfigOutput;

/** PoConfigLive: how a live source comes. */
typedef enum {
  PO_CONFIG_LIVE_UDP,
  PO_CONFIG_LIVE_RTP,
  PO_CONFIG_LIVE_SRT,
  PO_CONFIG_LIVE_RTMP,
  PO_CONFIG_LIVE_RTSP,
  PO_CONFIG_LIVE_HLS, // or another stream over HTTP
} PoConfigLive;
#define PO_N_CONFIG_LIVE 6

/** PoConfigSource: one [source NAME], a live source that calendars call live:NAME. */
typedef struct {
  gchar *name;
  gchar *uri;
  gint64 buffer_ms; // jitter buffer; 0 = as [live] says
} PoConfigSource;

/** PoConfigCalendar: one [calendar NAME], a calendar elsewhere that the channel follows. */
typedef struct {
  gchar *name;
  gchar *url;
  gchar *username;      // (nullable)
  gchar *password_file; // (nullable) absolute
  gint64 refresh_ns, stale_ns;
} PoConfigCalendar;
/** PoConfigMessage: one [message NAME], a way to tell people. */
typedef struct {
  gchar *name;
  PoConfigMessageType type;
  gchar *uri;         // (nullable) mail: smtp or smtps; webhook: http or https
  gchar *command;     // (nullable) as typed: words, quoted as in a shell
  gchar *to;          // (nullable) addresses, separated by , or ;
  gchar *from;        // (nullable)
  gchar *user;        // (nullable)
  gchar *secret_file; // (nullable) absolute: password, or bearer token
  gchar *ca_file;     // (nullable) absolute
  PoConfigTls tls;
  PoSeverity severity;
  gint quiet_minutes[2]; // of the local day: from, to; equal = none
  PoSeverity quiet_severity;
  gint64 group_ns, repeat_ns;
  gint64 most_per_hour;
  guint morning, deadlines; // 1 = sent too
} PoConfigMessage;

typedef struct _PoConfig PoConfig;
struct _PoConfig {
  gint ref_count;  // atomic; use po_config_ref/unref
  gchar *path;     // absolute; NULL when made from defaults alone
  gchar *revision; // hex SHA-256 of the values in force

  // [channel]
  gchar *name;
  gchar *timezone; // zone name, known to the system
  PoFormat format;
  // [paths], absolute
  gchar *schedules; // (nullable) only when made from defaults alone
  gchar *media;     // (nullable) likewise
  gchar *state;     // (nullable) likewise
  // [filler]
  gchar *filler_media; // (nullable) as typed, a folder or file under the media folder, or a URI
  // [player]
  gint64 hold_dead_ms;
  gint64 hold_silent_ms;
  gint64 spares;
  PoConfigSandbox sandbox;
  // [live]
  gint64 live_overrun_ns;
  gint64 live_hold_ms;
  gint64 live_buffer_ms;
  gint64 live_scheme_buffer_ms[PO_N_CONFIG_LIVE]; // 0 = live_buffer_ms; of HLS: beyond one segment
  // [watch]: what the programme as it leaves, and live sources, are watched for; 0 = not for this
  gint64 watch_black_ns, watch_freeze_ns, watch_silence_ns;
  gint64 watch_silence_dbfs;
  // [sound]: what is done to a clip's sound
  PoConfigSwitch sound_normalise;
  gint64 sound_max_gain_db;
  gchar *sound_as_is;  // glob patterns, separated by ';'
  gchar *sound_tracks; // wishes, separated by ';'; see media/tracks.h
  // [subtitles]
  PoConfigSwitch subtitles_burn;
  gchar *subtitles_languages; // wishes, separated by ';'
  gchar *subtitles_font;
  // [log]
  gint64 log_keep_months;
  gint64 log_morning_after_ns; // 0 = no morning report
  // [fitness]: what a clip is judged by
  gint64 fit_loudness_lufs, fit_loudness_tolerance_lu, fit_true_peak_dbtp;
  gint64 fit_silence_ms, fit_black_ms, fit_freeze_ms;
  gint64 fit_aspect_percent;
  // [control]
  gchar *listen;                    // addresses, separated by ';': "127.0.0.1:8080", "unix:/absolute/path", or "none"
  gchar *tls_certificate, *tls_key; // (nullable) PEM files
  gchar *names;                     // separated by ';'

  GPtrArray *outputs;   // PoConfigOutput, in order of appearance
  GPtrArray *sources;   // PoConfigSource
  GPtrArray *calendars; // PoConfigCalendar
  GPtrArray *messages;  // PoConfigMessage

  GPtrArray *notices; // PoFinding: warnings of what has no effect, in force all the same
  GPtrArray *values;  // private to config/
};

/** Reads @path strictly. On failure the message holds every fault, a line each: `file:line: what is wrong`.
 * Fails with PO_ERROR_NOT_FOUND where there is no such file, else PO_ERROR_CONFIG.
 * (transfer full) */
PoConfig *po_config_load (const gchar *path, GError **error);

/** As above, with @overrides = "section.key=value" strings (nullable, NULL-terminated) that win over the files, as
 * given on a command line; @path may be NULL: defaults and overrides alone, when the paths need not be set.
 * (transfer full) */
PoConfig *po_config_load_with (const gchar *path, const gchar *const *overrides, GError **error);

/** For a daemon on air: leaves out a wrong [output …] or [source …] alone and adds a PoFinding for each fault to
 * @findings. (transfer full) */
PoConfig *po_config_load_tolerant (const gchar *path, GPtrArray *findings, GError **error);

/** The same for a daemon that runs with @running: what of @path may hold at once, while the keys that hold from the
 * next start on are still those of @running, with all that follows from them. @ret_next: what the next start would
 * have. (transfer full) */
PoConfig *po_config_reload (PoConfig *running, const gchar *path, GPtrArray *findings, PoConfig **ret_next,
                            GError **error);

PoConfig *po_config_ref (PoConfig *self);
void po_config_unref (PoConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoConfig, po_config_unref)

/** The [output @name] or [source @name]. (transfer none) (nullable) */
const PoConfigOutput *po_config_output (PoConfig *self, const gchar *name);
const PoConfigSource *po_config_source (PoConfig *self, const gchar *name);
/** How late what comes from @uri may be, in ms; @source, if it is named. @ret_is_hls: that
 * is beyond one segment. */
void po_config_live_buffer (PoConfig *self, const PoConfigSource *source, const gchar *uri, gint64 *ret_ms,
                            gboolean *ret_is_hls);
/** The NAMEs of all of them, NULL-terminated; valid while @self lives. (transfer container): g_free() */
const gchar **po_config_source_names (const PoConfig *self);

/** The same for the calendars. */
const gchar **po_config_calendar_names (const PoConfig *self);

/** PoConfigChange: one key whose value is not what it was. */
typedef struct {
  gchar *section; // "output to-air"
  gchar *key;
  gchar *before; // (nullable) not set before, its section neither
  gchar *after;  // (nullable) gone with its section
} PoConfigChange;

void po_config_change_free (PoConfigChange *self);

/** What differs between two configurations, by section and key. (transfer full) of PoConfigChange */
GPtrArray *po_config_diff (PoConfig *before, PoConfig *after);

/** TRUE if @changes touch the section @section, e.g. "filler" or "output to-air". */
gboolean po_config_changes_touch (GPtrArray *changes, const gchar *section);

/** Puts before the message of @error the file and line where @key of @section stands. */
void po_config_prefix_place (const PoConfig *self, const gchar *section, const gchar *key, GError **error);

/** All values in force as the text of a configuration file, every path absolute. (transfer full) */
gchar *po_config_to_text (PoConfig *self);

/** Keeps @self as the last good configuration in its state folder (atomically). */
gboolean po_config_keep (PoConfig *self, GError **error);

/** The last good configuration that was kept for @path; PO_ERROR_NOT_FOUND if there never was one. Its state folder is
 * the one that the files name, as far as they can be read at all, else the service's, else one beside @path: what is
 * left of @path may be nothing. What was good when it was kept may be refused in part by now: @findings as above.
 * (transfer full) */
PoConfig *po_config_load_kept (const gchar *path, GPtrArray *findings, GError **error);

/** Every key with its type, default and meaning, as a commented sample configuration. (transfer full) */
gchar *po_config_help (void);
