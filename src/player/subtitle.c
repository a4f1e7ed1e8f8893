// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/subtitle.h"

#include <ass/ass.h>
#include <stdlib.h>
#include <string.h>

#include "player/captions.h"

#define LINES   1080 // of the coordinates that the style is given in
#define OPAQUE  255
#define HALF_MS (PO_NS_PER_MS / 2)
#define LAST_MS (G_GINT64_CONSTANT (1000) * 3600 * 1000) // what is timed after a thousand hours never comes

// White with a black edge, 5 % of the height, within the title-safe area; for what brings no style.
static const gchar header[] =
    "[Script Info]\nScriptType: v4.00+\nPlayResX: %d\nPlayResY: %d\nScaledBorderAndShadow: yes\nWrapStyle: 0\n"
    "[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
    "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
    "MarginR, MarginV, Encoding\n"
    "Style: Default,%s,54,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,%d,%d,60,1\n"
    "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n";

struct _PoSubtitle {
  PoFormat format;
  gchar *font;
  ASS_Library *library;
  ASS_Renderer *renderer;
  ASS_Track *track; // NULL before load
  gint64 media_in_ns;
};

static void be_quiet (int level, const char *format, va_list values, void *user_data) {
}

PoSubtitle *po_subtitle_new (const PoFormat *format, const gchar *font) {
  g_autoptr (PoSubtitle) self = g_new0 (PoSubtitle, 1);
  self->format = *format;
  self->font = g_strdup (font);
  self->library = ass_library_init ();
  if (self->library == NULL)
    return NULL;
  ass_set_message_cb (self->library, be_quiet, NULL);
  self->renderer = ass_renderer_init (self->library);
  if (self->renderer == NULL)
    return NULL;
  ass_set_frame_size (self->renderer, format->width, format->height);
  ass_set_storage_size (self->renderer, format->width, format->height);
  ass_set_fonts (self->renderer, NULL, font, ASS_FONTPROVIDER_AUTODETECT, NULL, 1);
  return g_steal_pointer (&self);
}

void po_subtitle_free (PoSubtitle *self) {
  if (self == NULL)
    return;
  if (self->track != NULL)
    ass_free_track (self->track);
  if (self->renderer != NULL)
    ass_renderer_done (self->renderer);
  if (self->library != NULL)
    ass_library_done (self->library);
  g_free (self->font);
  g_free (self);
}

static void add_caption (ASS_Track *track, const PoCaption *caption, gint order) {
  const gint i = ass_alloc_event (track); // may move them
  ASS_Event *event = &track->events[i];
  event->Start = caption->from_ms;
  event->Duration = caption->to_ms - caption->from_ms;
  event->ReadOrder = order;
  event->Style = track->default_style;
  event->Text = strdup (caption->text); // libass frees it
  event->Name = strdup ("");
  event->Effect = strdup ("");
}

static ASS_Track *read_captions (PoSubtitle *self, const gchar *text) {
  ASS_Track *track = ass_new_track (self->library);
  if (track == NULL)
    return NULL;
  const gint columns = LINES * self->format.width / self->format.height;
  g_autofree gchar *style = g_strdup_printf (header, columns, LINES, self->font, columns / 16, columns / 16);
  ass_process_codec_private (track, style, (int)strlen (style));
  g_autoptr (GPtrArray) captions = po_captions_parse (text);
  for (guint i = 0; i < captions->len; i++)
    add_caption (track, captions->pdata[i], (gint)i);
  return track;
}

void po_subtitle_load (PoSubtitle *self, const gchar *text, gsize length, gint64 media_in_ns) {
  g_autofree gchar *utf8 = po_captions_to_utf8 (text, length);
  self->media_in_ns = media_in_ns;
  self->track = po_captions_is_script (utf8) ? ass_read_memory (self->library, utf8, strlen (utf8), NULL)
                                             : read_captions (self, utf8);
}

// Nearest: subtitles are timed in milliseconds of frames that are not whole ones.
static gint64 time_ms (const PoSubtitle *self, gint64 frame) {
  return (self->media_in_ns + po_duration_from_frames_floor (frame, self->format.rate) + HALF_MS) / PO_NS_PER_MS;
}

// The first frame whose time is @at_ms or later.
static gint64 frame_at (const PoSubtitle *self, gint64 at_ms) {
  const gint64 after_ns = at_ms * PO_NS_PER_MS - self->media_in_ns;
  gint64 frame = MAX (po_frames_from_duration_ceil (MAX (after_ns, 0), self->format.rate) - 1, 0);
  while (time_ms (self, frame) < at_ms)
    frame++;
  return frame;
}

static gboolean moves (const ASS_Event *event) {
  static const gchar *const codes[] = {"\\t(", "\\move", "\\fad", "\\k", "\\K"};
  if (event->Effect != NULL && *event->Effect != '\0')
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (event->Text != NULL && strstr (event->Text, codes[i]) != NULL)
      return TRUE;
  return FALSE;
}

gint64 po_subtitle_until (PoSubtitle *self, gint64 frame) {
  const gint64 now_ms = time_ms (self, frame);
  gint64 next_ms = G_MAXINT64;
  for (gint i = 0; self->track != NULL && i < self->track->n_events; i++) {
    const ASS_Event *event = &self->track->events[i];
    const gint64 end_ms = event->Start + event->Duration;
    if (event->Start > now_ms)
      next_ms = MIN (next_ms, event->Start);
    else if (end_ms > now_ms && moves (event))
      return frame + 1;
    else if (end_ms > now_ms)
      next_ms = MIN (next_ms, end_ms);
  }
  return next_ms > LAST_MS ? G_MAXINT64 : MAX (frame_at (self, next_ms), frame + 1);
}

// BT.709, video range.
static void to_yuv (guint32 rgba, guint8 yuv[3]) {
  const gint r = (gint)(rgba >> 24), g = (gint)(rgba >> 16 & 0xff), b = (gint)(rgba >> 8 & 0xff);
  yuv[0] = (guint8)(16 + (11966 * r + 40254 * g + 4064 * b + 32768) / 65536);
  yuv[1] = (guint8)((128 * 65536 - 6596 * r - 22189 * g + 28785 * b + 32768) / 65536);
  yuv[2] = (guint8)((128 * 65536 + 28785 * r - 26145 * g - 2640 * b + 32768) / 65536);
}

static guint8 mix (guint8 under, guint8 over, guint alpha) {
  return (guint8)((under * (OPAQUE - alpha) + over * alpha + OPAQUE / 2) / OPAQUE);
}

// How much of the picture's point (x, y) @image covers.
static guint coverage (const ASS_Image *image, gint x, gint y) {
  x -= image->dst_x;
  y -= image->dst_y;
  return x >= 0 && y >= 0 && x < image->w && y < image->h ? image->bitmap[y * image->stride + x] : 0;
}

static void draw_luma (const ASS_Image *image, guint8 value, guint opacity, guint8 *plane, guint32 stride) {
  for (gint y = 0; y < image->h; y++) {
    guint8 *row = plane + (gsize)(image->dst_y + y) * stride + image->dst_x;
    const guint8 *cover = image->bitmap + (gsize)y * (gsize)image->stride;
    for (gint x = 0; x < image->w; x++)
      if (cover[x] != 0)
        row[x] = mix (row[x], value, cover[x] * opacity / OPAQUE);
  }
}

static void draw_chroma (const ASS_Image *image, guint8 value, guint opacity, guint8 *plane, guint32 stride) {
  for (gint y = image->dst_y / 2; y <= (image->dst_y + image->h - 1) / 2; y++)
    for (gint x = image->dst_x / 2; x <= (image->dst_x + image->w - 1) / 2; x++) {
      const guint sum = coverage (image, 2 * x, 2 * y) + coverage (image, 2 * x + 1, 2 * y) +
                        coverage (image, 2 * x, 2 * y + 1) + coverage (image, 2 * x + 1, 2 * y + 1);
      guint8 *point = plane + (gsize)y * stride + x;
      if (sum != 0)
        *point = mix (*point, value, sum * opacity / (4 * OPAQUE));
    }
}

// libass keeps its pictures within the frame; one that did not would write past the slot.
static gboolean is_inside (const PoSubtitle *self, const ASS_Image *image) {
  return image->w > 0 && image->h > 0 && image->dst_x >= 0 && image->dst_y >= 0 &&
         image->w <= self->format.width - image->dst_x && image->h <= self->format.height - image->dst_y;
}

void po_subtitle_draw (PoSubtitle *self, gint64 frame, guint8 *const planes[3], const guint32 strides[3]) {
  if (self->track == NULL)
    return;
  ASS_Image *images = ass_render_frame (self->renderer, self->track, time_ms (self, frame), NULL);
  for (const ASS_Image *image = images; image != NULL; image = image->next) {
    guint8 yuv[3];
    const guint opacity = OPAQUE - (image->color & 0xff);
    if (opacity == 0 || !is_inside (self, image))
      continue;
    to_yuv (image->color, yuv);
    draw_luma (image, yuv[0], opacity, planes[0], strides[0]);
    draw_chroma (image, yuv[1], opacity, planes[1], strides[1]);
    draw_chroma (image, yuv[2], opacity, planes[2], strides[2]);
  }
}
