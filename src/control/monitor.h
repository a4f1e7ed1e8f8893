// SPDX-License-Identifier: GPL-3.0-or-later
// The programme monitor over HTTP: files of an HLS output's folder under /hls/NAME/, its playlist and segments and
// nothing else, and never a path out of the folder. Server's thread only. Private to control/.
#pragma once

#include "control/route.h"

/** Answers a GET under /hls/. FALSE: @exchange asks for something else, and is not answered. */
gboolean po_monitor_answer (const PoApi *api, PoExchange *exchange);
