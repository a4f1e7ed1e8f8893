// SPDX-License-Identifier: GPL-3.0-or-later
// Decode everything, count, print.
#include "player/probe.h"

#include <time.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "json/text.h"
#include "player/animation.h"
#include "player/branch.h"
#include "player/clip-source.h"
#include "player/clock-survey.h"
#include "player/counter.h"
#include "player/damage.h"
#include "player/decode.h"
#include "player/extent.h"
#include "player/fields.h"
#include "player/foreign-picture.h"
#include "player/look.h"
#include "player/meter.h"
#include "player/scrambled.h"
#include "player/text-tracks.h"
#include "player/tracks.h"
#include "player/ts-end.h"

#define KILL_GRACE_SECONDS 5
#define MAX_ERROR_TIMES    20
#define LOOK_MS            1000
#define DRAIN_MS           100
#define SPINNING_NS        (10 * PO_NS_PER_SECOND) // of the processors' time, in which nothing came
#define MOST_INTERLACED    31                      // pictures a second: of more than that none has two fields
#define EDITED_NS          (PO_NS_PER_SECOND / 4)
#define LOST_NS            (PO_NS_PER_SECOND / 4)

typedef struct {
  PoDecode *decode;
  PoPictureCounter picture;
  PoSoundCounter sound;
  GMainLoop *loop;
  GMutex measuring; // protects what is counted and measured: a probe given up reads it while streams still run
  PoLook look;
  PoFields *fields;
  PoDamage *damage;
  gboolean is_damaged; // the last picture was
  PoMeter *meter;
  PoTracks *tracks;
  PoTrack *first_track; // (nullable)
  PoTextTracks *texts;
  gint64 at_ns; // of the last picture, or of the last sound where there is none; atomic
  GMutex lock;  // protects the next two
  gint64 errors;
  GArray *error_times; // gint64; NULL: none
  gint rotation;
  gint64 header_ns;                // what the container says of its length; 0: nothing
  gint64 edit_from_ns, edit_to_ns; // which part of it is to be shown; 0: all
  gint64 seen;                     // pictures and samples at the last look
  gint64 seen_cpu_ns;              // and the time used up to then
  gint64 drained;                  // seen at the last look since something failed
  gboolean is_unread;              // its disk or share failed, which says nothing of it
  gboolean is_cut;
  gboolean is_joined;     // of several recordings
  gboolean is_high_range; // of brightness: HDR
  gboolean is_by_field;   // each field comes as a picture of its own
  const gchar *animation; // (nullable) what kind of moving picture it is
  const gchar *foreign;   // (nullable) what is wrong with it as a picture
  PoScrambled scrambled;
  gboolean timed_out;
  gboolean lacks_decoder; // for some stream
  gchar *error;           // the first one posted
} PoProbe;

static void note_error (PoProbe *self, gint64 at_ns) {
  g_mutex_lock (&self->lock);
  self->errors++;
  if (self->error_times == NULL)
    self->error_times = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (self->error_times->len < MAX_ERROR_TIMES)
    g_array_append_val (self->error_times, at_ns);
  g_mutex_unlock (&self->lock);
}

static void note_time (PoProbe *self, gint64 at_ns) {
  __atomic_store_n (&self->at_ns, at_ns, __ATOMIC_RELAXED);
}

// What an edit list leaves out at the front a movie's length still counts.
static void take_edit (PoProbe *self, const GstSegment *segment) {
  if (segment->format != GST_FORMAT_TIME || !GST_CLOCK_TIME_IS_VALID (segment->stop) || segment->stop <= segment->start)
    return;
  self->edit_from_ns = (gint64)segment->start;
  self->edit_to_ns = (gint64)segment->stop;
}

static gint64 stated_ns (const PoProbe *self) {
  const gboolean is_edited = self->edit_from_ns > 0 && self->header_ns <= self->edit_to_ns + EDITED_NS;
  return is_edited ? MIN (self->header_ns, self->edit_to_ns - self->edit_from_ns) : self->header_ns;
}

static gboolean comes_by_field (GstCaps *caps) {
  GstVideoInfo info;
  return gst_video_info_from_caps (&info, caps) &&
         GST_VIDEO_INFO_INTERLACE_MODE (&info) == GST_VIDEO_INTERLACE_MODE_ALTERNATE;
}

static gboolean is_high_range (GstCaps *caps) {
  GstVideoInfo info;
  return gst_video_info_from_caps (&info, caps) && (info.colorimetry.transfer == GST_VIDEO_TRANSFER_SMPTE2084 ||
                                                    info.colorimetry.transfer == GST_VIDEO_TRANSFER_ARIB_STD_B67);
}

// Pictures that are damaged one after the other are one place.
static void take_damage (PoProbe *self, GstSample *sample, gboolean is_corrupt, gint64 at_ns) {
  const GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  const gboolean is_damaged =
      is_corrupt || (pts != GST_CLOCK_TIME_NONE && po_damage_begins (self->damage, pts, pts + 1) == pts);
  if (is_damaged && !self->is_damaged)
    note_error (self, at_ns);
  self->is_damaged = is_damaged;
}

static GstFlowReturn on_picture (GstAppSink *sink, gpointer user_data) {
  PoProbe *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  if (self->picture.frames == 0) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (GST_ELEMENT (sink), "sink");
    self->picture.turned = po_branch_is_turned_by_quarter (pad);
    self->rotation = po_branch_rotation (pad);
    self->is_by_field = comes_by_field (gst_sample_get_caps (sample));
    self->is_high_range = is_high_range (gst_sample_get_caps (sample));
    take_edit (self, gst_sample_get_segment (sample));
  }
  const gint64 corrupt = self->picture.corrupt;
  g_mutex_lock (&self->measuring);
  po_picture_counter_take (&self->picture, sample, po_decode_is_matroska (self->decode));
  g_mutex_unlock (&self->measuring);
  const gint64 at_ns = self->picture.last_ns - self->picture.first_ns;
  note_time (self, at_ns);
  take_damage (self, sample, self->picture.corrupt > corrupt, at_ns);
  g_mutex_lock (&self->measuring);
  po_look_take (&self->look, sample, at_ns);
  po_fields_take (self->fields, sample);
  g_mutex_unlock (&self->measuring);
  return GST_FLOW_OK;
}

static GstFlowReturn on_sound (GstAppSink *sink, gpointer user_data) {
  PoProbe *self = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  if (sample == NULL)
    return GST_FLOW_EOS;
  const gint64 corrupt = self->sound.corrupt;
  const gint64 at_ns = po_sound_counter_duration_ns (&self->sound);
  po_sound_counter_take (&self->sound, sample);
  if (self->sound.corrupt > corrupt)
    note_error (self, at_ns);
  g_mutex_lock (&self->measuring);
  po_meter_take (self->meter, sample);
  g_mutex_unlock (&self->measuring);
  po_track_take (self->first_track, GST_ELEMENT (sink), sample);
  return GST_FLOW_OK;
}

static GstElement *make_branch (PoDecode *decode, GstPad *pad, gboolean is_picture, gpointer user_data) {
  const GstAppSinkCallbacks callbacks = {.new_sample = is_picture ? on_picture : on_sound};
  PoProbe *self = user_data;
  if (!is_picture && self->first_track != NULL)
    return po_tracks_branch (self->tracks);
  if (!is_picture) {
    self->first_track = po_tracks_add (self->tracks);
    return po_branch_sound_as_is (PO_METER_CAPS, &callbacks, user_data);
  }
  po_damage_watch (self->damage, pad, po_damage_way (po_decode_container (decode)));
  GstElement *sink = gst_element_factory_make ("appsink", NULL);
  g_object_set (sink, "sync", FALSE, "max-buffers", 1, "qos", FALSE, "enable-last-sample", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), (GstAppSinkCallbacks *)&callbacks, user_data, NULL);
  return sink;
}

static GstElement *make_text_branch (PoDecode *decode, GstPad *pad, gpointer user_data) {
  PoProbe *self = user_data;
  return po_text_tracks_branch (self->texts, po_decode_is_matroska (decode));
}

static void on_known (PoDecode *decode, gboolean has_picture, gboolean has_sound, gpointer user_data) {
}

static gboolean says_no_decoder (const GError *error) {
  return g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND) ||
         g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND) ||
         g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN);
}

static gint64 count_seen (PoProbe *self) {
  g_mutex_lock (&self->measuring);
  const gint64 seen = self->picture.frames + __atomic_load_n (&self->sound.samples, __ATOMIC_RELAXED);
  g_mutex_unlock (&self->measuring);
  return seen;
}

// What was read before something failed is still on its way.
static gboolean on_drain (gpointer user_data) {
  PoProbe *self = user_data;
  const gint64 seen = count_seen (self);
  if (seen == self->drained)
    g_main_loop_quit (self->loop);
  self->drained = seen;
  return G_SOURCE_CONTINUE;
}

static gboolean on_bus (GstBus *bus, GstMessage *message, gpointer user_data) {
  PoProbe *self = user_data;
  g_autoptr (GError) error = NULL;
  switch (GST_MESSAGE_TYPE (message)) {
  case GST_MESSAGE_ERROR:
    gst_message_parse_error (message, &error, NULL);
    note_error (self, __atomic_load_n (&self->at_ns, __ATOMIC_RELAXED));
    self->lacks_decoder |= says_no_decoder (error);
    self->is_unread |= PO_IS_CLIP_SOURCE (GST_MESSAGE_SRC (message)) &&
                       g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ);
    if (self->error == NULL) {
      self->error = po_decode_explain (self->decode, error);
      g_timeout_add (DRAIN_MS, on_drain, self);
    }
    break;
  case GST_MESSAGE_WARNING:
    gst_message_parse_warning (message, &error, NULL);
    if (says_no_decoder (error)) // of a stream that is then left out; the file is as it should be
      self->lacks_decoder = TRUE;
    else
      note_error (self, __atomic_load_n (&self->at_ns, __ATOMIC_RELAXED));
    break;
  case GST_MESSAGE_ASYNC_DONE:
    if (!gst_element_query_duration (po_decode_pipeline (self->decode), GST_FORMAT_TIME, &self->header_ns))
      self->header_ns = 0;
    break;
  case GST_MESSAGE_EOS:
    g_main_loop_quit (self->loop);
    break;
  default:
    break;
  }
  return G_SOURCE_CONTINUE;
}

static void on_stalled (PoDecode *decode, gpointer user_data) {
  PoProbe *self = user_data;
  g_main_loop_quit (self->loop);
}

static gboolean on_timeout (gpointer user_data) {
  PoProbe *self = user_data;
  self->timed_out = TRUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static gint64 used_ns (void) {
  struct timespec used;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * PO_NS_PER_SECOND + used.tv_nsec;
}

// Some demuxers of libav (1.22) turn in circles at the end of a file: what was counted is all of it.
static gboolean on_look (gpointer user_data) {
  PoProbe *self = user_data;
  const gint64 seen = count_seen (self);
  if (seen != self->seen)
    self->seen_cpu_ns = used_ns ();
  self->seen = seen;
  if (seen > 0 && used_ns () - self->seen_cpu_ns > SPINNING_NS)
    g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

// (transfer full) NULL where it cannot be read to its end.
static gchar *hash_file (gint fd) {
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *block = g_malloc (1 << 20);
  off_t at = 0;
  ssize_t n = 0;
  for (; (n = pread (fd, block, 1 << 20, at)) > 0; at += n)
    g_checksum_update (checksum, block, n);
  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

// A stream of pictures of which none came, beside sound that did.
static const gchar *lost_picture (const PoProbe *self) {
  const gboolean lost = self->picture.frames == 0 && self->sound.samples > 0 && self->decode != NULL;
  return lost ? po_decode_codec (self->decode, TRUE) : NULL;
}

// One JPEG after the other and nothing that says when: how long it is nobody can know.
static gboolean is_without_times (const PoProbe *self) {
  return self->picture.frames > 1 && self->sound.samples == 0 && po_picture_counter_duration_ns (&self->picture) == 0;
}

static gboolean is_encrypted (const PoProbe *self, const gchar *lost) {
  const gboolean is_nothing = self->picture.frames == 0 && self->sound.samples == 0;
  return self->scrambled == PO_SCRAMBLED_DISC ||
         (self->scrambled == PO_SCRAMBLED_TRANSPORT && (lost != NULL || is_nothing));
}

static gchar *find_problem (const PoProbe *self, gint timeout_ms) {
  const gchar *lost = lost_picture (self);
  if (is_encrypted (self, lost))
    return g_strdup (_ ("it is encrypted, as pay television and bought discs are, which cannot be aired; get it "
                        "unencrypted from where it was made or recorded"));
  if (self->timed_out)
    return g_strdup_printf (_ ("given up: not decoded within %d s; encode it anew, for example as H.264 in MP4"),
                            timeout_ms / 1000);
  if (lost != NULL)
    return g_strdup_printf (_ ("its picture (%s) cannot be decoded here; encode it anew, for example as H.264 in MP4"),
                            lost);
  if (self->is_by_field)
    return g_strdup (
        _ ("it holds its fields one by one, as interlaced H.265 does, which cannot be aired here; export it "
           "as progressive, or as interlaced H.264"));
  if (is_without_times (self))
    return g_strdup (
        _ ("it is a row of pictures that does not say how long each is to be shown; put it into a container "
           "with its rate, such as QuickTime or AVI"));
  if (self->animation != NULL)
    return g_strdup_printf (_ ("it is a moving picture of the web (%s), which cannot be aired; export it as video, for "
                               "example as H.264 in MP4, or as a still picture in PNG"),
                            self->animation);
  if (self->foreign != NULL)
    return g_strdup (self->foreign);
  const gboolean failed_at_once = self->error != NULL && self->picture.frames <= 1 && self->sound.samples == 0;
  if (!failed_at_once && (self->picture.frames > 0 || self->sound.samples > 0))
    return NULL;
  if (self->lacks_decoder && po_decode_container (self->decode) != NULL)
    return g_strdup_printf (_ ("it is no picture or sound of a kind that can be decoded here (%s); encode it anew, for "
                               "example as H.264 in MP4"),
                            po_decode_container (self->decode));
  if (self->error != NULL)
    return g_strdup_printf (_ ("nothing in it can be decoded (%s); copy it again, or export it anew"), self->error);
  return g_strdup (_ ("nothing in it can be decoded; copy it again, or export it anew"));
}

static PoFieldOrder fields_of (const PoProbe *self) {
  const PoRate rate = self->picture.rate;
  const PoFieldOrder said = self->picture.fields_said;
  const gboolean is_fast = rate.fps_n > MOST_INTERLACED * rate.fps_d;
  return is_fast && said == PO_FIELDS_AS_SAID ? PO_FIELDS_PROGRESSIVE : po_fields_found (self->fields);
}

static void print_measures (PoProbe *self, GString *out) {
  PoMeterResult sound;
  g_mutex_lock (&self->measuring);
  po_look_finish (&self->look, po_picture_counter_duration_ns (&self->picture));
  po_meter_finish (self->meter, &sound);
  po_json_string (out, "fields", po_field_order_to_string (fields_of (self)));
  po_json_hundredths (out, "loudness_lufs", sound.loudness_lufs);
  po_json_hundredths (out, "loudness_range_lu", sound.range_lu);
  po_json_hundredths (out, "true_peak_dbtp", sound.true_peak_dbtp);
  po_tracks_print (self->tracks, out, &sound);
  po_text_tracks_print (self->texts, out, self->picture.first_ns);
  po_stretches_add_json (po_meter_silence (self->meter), out, "silence");
  po_stretches_add_json (&self->look.black, out, "black");
  po_stretches_add_json (&self->look.freeze, out, "freeze");
  g_mutex_unlock (&self->measuring);
  g_mutex_lock (&self->lock);
  po_json_int (out, "errors", self->errors);
  po_json_times (out, "error_times_ns", self->error_times);
  g_mutex_unlock (&self->lock);
}

// What a demuxer gives decoded has no name there.
static const gchar *codec_of (const PoProbe *self, gboolean is_picture) {
  const gchar *codec = self->decode == NULL ? NULL : po_decode_codec (self->decode, is_picture);
  if (codec != NULL)
    return codec;
  return is_picture ? (self->picture.frames > 0 ? "raw" : NULL) : (self->sound.samples > 0 ? "pcm" : NULL);
}

// How far into its time the first picture comes; a container counts that as well.
static gint64 late_ns (const PoProbe *self) {
  return self->picture.frames > 0 ? MAX (self->picture.first_ns, 0) : 0;
}

// Less than its length alone would tell of.
static gboolean is_end_lost (const PoProbe *self, gint fd) {
  const gint64 found_ns =
      MAX (po_picture_counter_duration_ns (&self->picture), po_sound_counter_duration_ns (&self->sound));
  return stated_ns (self) - late_ns (self) - found_ns > LOST_NS && po_extent_is_end_doubtful (fd);
}

static PoEnquiryClip describe (const PoProbe *self) {
  const gboolean has_picture = self->picture.frames > 0;
  const gboolean still = self->picture.frames == 1 && self->decode != NULL && po_decode_is_image (self->decode);
  return (PoEnquiryClip){
      .kind = still                     ? "still"
              : has_picture             ? "video"
              : self->sound.samples > 0 ? "audio"
                                        : NULL,
      .duration_ns = still         ? 0
                     : has_picture ? po_picture_counter_duration_ns (&self->picture)
                                   : po_sound_counter_duration_ns (&self->sound),
      .frames = self->picture.frames,
      .rate = still || !has_picture ? (PoRate){0, 1} : self->picture.rate,
      .width = self->picture.width,
      .height = self->picture.height,
      .turned = self->picture.turned,
      .has_audio = self->sound.samples > 0,
  };
}

// Whether there would be more of it with another decoder; not of what lies beside picture and sound.
static gboolean is_by_lack (const PoProbe *self) {
  const gboolean is_mute = self->sound.samples == 0 && codec_of (self, FALSE) != NULL;
  return self->lacks_decoder && (self->picture.frames == 0 || is_mute);
}

static void print_facts (PoProbe *self, GString *out, const gchar *sha256) {
  PoDecode *decode = self->decode;
  const PoEnquiryClip clip = describe (self);
  po_enquiry_print_clip (out, &clip);
  po_json_bool (out, "interlaced", self->picture.fields_said != PO_FIELDS_AS_SAID);
  po_json_string (out, "fields_said", po_field_order_to_string (self->picture.fields_said));
  po_json_int (out, "channels", self->sound.channels);
  po_json_int (out, "sample_rate", self->sound.sample_rate);
  po_json_int (out, "audio_ns", po_sound_counter_duration_ns (&self->sound));
  po_json_string (out, "container", decode == NULL ? NULL : po_decode_container (decode));
  po_json_string (out, "video_codec", codec_of (self, TRUE));
  po_json_string (out, "audio_codec", codec_of (self, FALSE));
  po_json_int (out, "rotation", self->rotation);
  po_json_rate (out, "pixel_aspect", (PoRate){self->picture.par_n, self->picture.par_d});
  po_json_int (out, "header_ns", MAX (stated_ns (self) - late_ns (self), 0));
  print_measures (self, out);
  po_json_bool (out, "cut", self->is_cut);
  po_json_bool (out, "lacks_decoder", is_by_lack (self));
  po_json_bool (out, "joined", self->is_joined);
  po_json_bool (out, "hdr", self->is_high_range);
  po_json_int (out, "missing_frames", po_picture_counter_missing (&self->picture));
  if (self->is_unread)
    po_json_bool (out, "unread", TRUE);
  if (sha256 != NULL)
    po_json_string (out, "sha256", sha256);
}

static void decode_all (PoProbe *self, gint fd, gint timeout_ms) {
  g_autofree gchar *uri = po_clip_source_uri (fd);
  self->decode = po_decode_new (uri, make_branch, on_known, self);
  po_decode_set_sound (self->decode, PO_DECODE_EVERY_SOUND);
  po_decode_set_text (self->decode, make_text_branch);
  const PoDecodeEvents events = {on_bus, on_timeout, on_stalled};
  g_timeout_add (LOOK_MS, on_look, self);
  po_decode_run (self->decode, self->loop, GST_STATE_PLAYING, timeout_ms, &events);
}

void po_probe_run (const gchar *path, const PoEnquiryOptions *options) {
  alarm ((guint)options->timeout_ms / 1000 + KILL_GRACE_SECONDS); // a disk that never answers
  PoProbe self = {.loop = g_main_loop_new (NULL, FALSE),
                  .fields = po_fields_new (),
                  .damage = po_damage_new (PO_LONGEST_GROUP_NS),
                  .meter = po_meter_new (),
                  .tracks = po_tracks_new (),
                  .texts = po_text_tracks_new ()};
  po_look_init (&self.look);
  g_autofree gchar *problem = NULL;
  g_autofree gchar *sha256 = NULL;
  g_autoptr (GString) out = g_string_new ("{");
  const gint fd = po_enquiry_open (path, options, &problem);
  if (fd >= 0) {
    self.is_cut = po_extent_is_cut (fd);
    self.is_joined = po_clock_survey_goes_back (fd);
    self.scrambled = po_scrambled_look (fd);
    self.animation = po_animation_kind (fd);
    self.foreign = po_foreign_picture (fd);
    decode_all (&self, fd, options->timeout_ms);
    self.header_ns = MAX (self.header_ns, po_extent_stated_ns (fd));
    self.is_cut |= self.is_damaged && po_ts_end_look (fd) == PO_TS_END_DOUBTFUL;
    g_mutex_lock (&self.measuring);
    po_picture_counter_finish (&self.picture);
    g_mutex_unlock (&self.measuring);
    self.is_cut |= is_end_lost (&self, fd);
    problem = find_problem (&self, options->timeout_ms);
    sha256 = options->hash ? hash_file (fd) : NULL;
  }
  print_facts (&self, out, sha256);
  po_enquiry_answer (out, problem);
}
