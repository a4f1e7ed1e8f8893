// SPDX-License-Identifier: GPL-3.0-or-later
// The routes by which clips come into the media folder, piece by piece, and what is to be seen of them. Private to
// control/.
#pragma once

#include "control/route.h"

#define PO_CLIP_PIECE_BYTES ((gsize)4 * 1024 * 1024)

void po_clips_answer_begin (const PoApi *api, PoExchange *exchange, const gchar *word);
void po_clips_answer_state (const PoApi *api, PoExchange *exchange, const gchar *id);
void po_clips_answer_piece (const PoApi *api, PoExchange *exchange, const gchar *id);
void po_clips_answer_drop (const PoApi *api, PoExchange *exchange, const gchar *id);

void po_clips_answer_thumbnail (const PoApi *api, PoExchange *exchange, const gchar *path);
void po_clips_answer_mark (const PoApi *api, PoExchange *exchange, const gchar *path);
void po_clips_answer_strip (const PoApi *api, PoExchange *exchange, const gchar *path);
