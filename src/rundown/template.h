// SPDX-License-Identifier: GPL-3.0-or-later
// Fields in the name of a file: {episode}, {episode:02}, {date}, {year}, {uid}. Pure.
#pragma once

#include "model/time.h"

typedef struct {
  gint64 episode;
  PoTimeNs original_ns; // dates are those of the original start: a moved episode keeps its file
  const gchar *uid;
  GTimeZone *zone;
} PoTemplateFacts;

/** @text with its fields filled in. NULL and an error naming the field when one is unknown. (transfer full) */
gchar *po_template_expand (const gchar *text, const PoTemplateFacts *facts, GError **error);
