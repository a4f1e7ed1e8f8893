// SPDX-License-Identifier: GPL-3.0-or-later
// Loads the plugins that clips usually need, so that a warm player starts in one frame, and loads them before the
// sandbox closes.
#pragma once

void po_preload (void);
