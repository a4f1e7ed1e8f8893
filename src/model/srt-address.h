// SPDX-License-Identifier: GPL-3.0-or-later
// What may stand in an SRT address, of a source and of an output alike: the options that are understood, what each
// takes, and what is wrong with an address, in words. Pure; it knows no library of SRT.
#pragma once

#include <glib.h>

typedef enum {
  PO_SRT_WORD,   // one of `words`
  PO_SRT_NUMBER, // from `least` to `most`
  PO_SRT_SWITCH, // 0, 1, no, yes, off, on, false, true
  PO_SRT_TEXT,   // of `least` to `most` bytes
} PoSrtKind;

typedef struct {
  const gchar *name;
  PoSrtKind kind;
  gint64 least, most;
  const gchar *words;     // separated by blanks
  gboolean is_for_source; // and means nothing to an output
} PoSrtOption;

/** In the order in which they are to be set; ends with a name of NULL. */
extern const PoSrtOption po_srt_options[];

/** The options of @uri that are understood and can be, as {name: value}; without what is wrong with it.
 * (transfer container) (nullable) where it is no address at all */
GHashTable *po_srt_address_options (const gchar *uri, GError **error);

/** @text as the number that it is, a switch as 0 or 1; FALSE if it cannot be a value of @option. */
gboolean po_srt_option_read (const PoSrtOption *option, const gchar *text, gint64 *ret_number);

/** What is wrong with @uri, of a source or else of an output, each in words that say what to do; no passphrase is among
 * them. Empty for a good one, and for one that is not srt:. (transfer full), of gchar * */
GPtrArray *po_srt_address_faults (const gchar *uri, gboolean is_source);
