// SPDX-License-Identifier: GPL-3.0-or-later
// The element for srt:// addresses, in place of GStreamer's own (1.22), which takes five seconds to see that its peer
// fell over and lets nobody else in before. The line outlives the pipeline: one that is built anew goes on where the
// last one stopped, and the peer need not call again.
#pragma once

/** From here on srt:// is read by it. */
void po_srt_source_register (void);

/** Hangs up; no pipeline with it is there any more. */
void po_srt_source_hang_up (void);
