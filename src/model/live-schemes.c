// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/live-schemes.h"

#include <stddef.h>

const char *const po_live_schemes[] = {"srt", "rtmp", "rtmps", "rtsp", "rtsps", "rtspt", "udp", "rtp", "test", NULL};
