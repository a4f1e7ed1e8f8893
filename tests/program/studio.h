// SPDX-License-Identifier: GPL-3.0-or-later
// A head with synthetic sources, which picture and which sample of which source went out, and what it told.
#pragma once

#include <gst/gst.h>

#include "program/head.h"
#include "synthetic-source.h"

#define FIRST G_GINT64_CONSTANT (45000000000)
#define SLATE 255 // the code painted on the slate
#define CARD  254

/** What went out, and what was told. */
typedef struct {
  PoFormat format;
  PoHead *head;
  GMainLoop *loop;
  GArray *pictures; // guint64: code << 40 | frame
  GByteArray *sound;
  GString *told; // one line an event
  gint64 next_k;
  gboolean is_walk;
  gint64 stop_after; // frames; real time only
  gint is_enough;    // atomic
} Studio;

/** @length: of a free run. */
void studio_init (Studio *studio, const gchar *format, gboolean is_free_run, PoFrame length);
void studio_clear (Studio *studio);

void studio_run_free (Studio *studio);
void studio_run_real (Studio *studio, gint64 frames);

/** From @start to @end, in frames after FIRST. (transfer full) */
PoItem *studio_item (PoFrame start, PoFrame end, PoItemKind kind, const gchar *title);
void studio_bind (Studio *studio, const PoItem *item, const PoSyntheticSettings *settings);
/** @items: (transfer full) */
void studio_set_items (Studio *studio, GPtrArray *items);

/** @item (transfer full) alone, from a source with @settings; NULL: source 1, which plays for ever. */
void studio_play (Studio *studio, PoItem *item, const PoSyntheticSettings *settings);

/** A picture that says that it is of @code. (transfer full) */
PoImage *studio_coded_image (const PoFormat *format, guint8 code);

/** Output frame @at showed picture @frame of @code. */
void studio_check_picture (Studio *studio, guint at, guint8 code, gint64 frame);
/** Output samples [@from, @to) are those of @code from @position on. */
void studio_check_sound (Studio *studio, gint64 from, gint64 to, guint8 code, gint64 position);
