// SPDX-License-Identifier: GPL-3.0-or-later
// The syntax of iCalendar: bytes -> unfolded lines with their numbers -> components with properties. It knows names,
// parameters and escapes, but no meaning: dates, rules and events are read elsewhere.
// One pass, no recursion, memory a small multiple of the file; whatever the bytes are, it ends and says what was wrong.
// A PoIcsFile is immutable once parsed and owns every string that its components point to. Any thread.
#pragma once

#include "schedule/file-report.h"

typedef struct _PoIcsProp PoIcsProp;
struct _PoIcsProp {
  const gchar *name;   // upper case
  const gchar *params; // as typed, "A=b;C=\"d\"", may be ""
  const gchar *value;  // as typed
  guint line;
  PoIcsProp *next; // of the same component, file order
};

typedef struct _PoIcsComponent PoIcsComponent;
struct _PoIcsComponent {
  const gchar *name; // upper case
  guint line;        // of BEGIN
  gboolean broken;   // its END is missing: not to be used
  PoIcsProp *props, *last_prop;
  PoIcsComponent *children, *last_child, *next;
  PoIcsComponent *parent;
};

typedef struct _PoIcsFile PoIcsFile;

/** Reads @bytes (UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1252). What is odd goes to @report. An error
 * means that the file as a whole cannot be used: no calendar in it, or cut off. (transfer full) */
PoIcsFile *po_ics_file_parse (GBytes *bytes, PoFileReport *report, GError **error);
void po_ics_file_free (PoIcsFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PoIcsFile, po_ics_file_free)

/** The first VCALENDAR; the others follow by `next`. */
const PoIcsComponent *po_ics_file_calendars (const PoIcsFile *self);

/** The first property of that (upper case) name; (nullable). */
const PoIcsProp *po_ics_find (const PoIcsComponent *component, const gchar *name);

/** Whether both say the same, but for when they were written: DTSTAMP, CREATED and LAST-MODIFIED. */
gboolean po_ics_says_the_same (const PoIcsComponent *a, const PoIcsComponent *b);

/** The value of parameter @name, unquoted and RFC 6868-decoded; NULL without it. (transfer full) (nullable) */
gchar *po_ics_param (const PoIcsProp *prop, const gchar *name);

/** Whether parameter @name has exactly @value, without regard to case. */
gboolean po_ics_param_is (const PoIcsProp *prop, const gchar *name, const gchar *value);

/** TEXT without its backslash escapes. (transfer full) */
gchar *po_ics_text (const gchar *value);

/** A comma-separated list of TEXT, empty ones left out. (transfer full) */
GPtrArray *po_ics_text_list (const gchar *value);
