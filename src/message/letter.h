// SPDX-License-Identifier: GPL-3.0-or-later
// One message on its way to people: for mail a subject and a text, for a webhook or a command a JSON object. A plain
// value that can be kept as text. Pure.
#pragma once

#include <json-glib/json-glib.h>

#include "message/route.h"

typedef struct {
  gchar *id; // never used twice; also the mail's Message-ID, so that one sent twice can be told
  PoTimeNs time_ns;
  gchar **to; // (nullable) addresses; NULL: whom the channel names
  gchar *subject;
  gchar *text;
  JsonObject *json;
} PoLetter;

/** The JSON starts as {kind, channel, time, subject, text}; more may be put into it. (transfer full) */
PoLetter *po_letter_new (const gchar *kind, const gchar *id, const gchar *channel, PoTimeNs time_ns,
                         const gchar *subject, const gchar *text);
void po_letter_free (PoLetter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoLetter, po_letter_free)

/** The message of @news, kind "alarms". At the top of its JSON stands its worst alarm: {id, severity, state, since,
 * event, what_to_do}; "alarms" has all of them with their "state": raised, again or over. (transfer full) */
PoLetter *po_letter_from_news (const PoNews *news, const gchar *id, const gchar *channel, GTimeZone *zone,
                               PoTimeNs now_ns);

gchar *po_letter_to_text (const PoLetter *self);   // (transfer full)
PoLetter *po_letter_from_text (const gchar *text); // (transfer full) (nullable)
gchar *po_letter_json_text (const PoLetter *self); // what a webhook or command gets; (transfer full)
