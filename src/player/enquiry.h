// SPDX-License-Identifier: GPL-3.0-or-later
// What every look into a file has in common, whether it is probed or glanced at: the file is opened, the process shut
// in with it, and what a plan needs to know of a clip is said in the same words. Main thread; it knows no pipeline.
#pragma once

#include "model/time.h"
#include "ring/message.h"

typedef struct {
  gint timeout_ms;
  gboolean hash;
  PoLoadSandbox sandbox;
} PoEnquiryOptions;

/** PoEnquiryClip: what a plan needs of it; borrowed strings. */
typedef struct {
  const gchar *kind; // (nullable) "video", "still", "audio"
  gint64 duration_ns, frames;
  PoRate rate; // 0/1: none
  gint width, height;
  gboolean turned; // by a quarter: width and height change places
  gboolean has_audio;
} PoEnquiryClip;

/** Opens a plain file that is not empty, waiting for none, and enters the sandbox with it; ends the process where a
 * sandbox is required and there is none, and with an answer when memory runs out. -1 with @ret_problem (transfer full):
 * there is nothing to look into. */
gint po_enquiry_open (const gchar *path, const PoEnquiryOptions *options, gchar **ret_problem);

/** Adds the members to the object begun in @out. */
void po_enquiry_print_clip (GString *out, const PoEnquiryClip *clip);

/** Ends the object with @problem (nullable), prints it, and ends the process: streaming threads may still be busy with
 * a file that hangs them. */
void po_enquiry_answer (GString *out, const gchar *problem) G_GNUC_NORETURN;
