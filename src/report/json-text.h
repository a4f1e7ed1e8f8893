// SPDX-License-Identifier: GPL-3.0-or-later
// JSON written as it is told, without a tree of it in between: ten years of a report are 700,000 members. Private to
// `report`; any thread. Whoever tells keeps begin and end in pairs.
#pragma once

#include "model/time.h"

typedef struct _PoJsonText PoJsonText;

PoJsonText *po_json_text_new (void);
gchar *po_json_text_end (PoJsonText *self); // (transfer full) what was told; frees @self

/** A member @name of the object that is open; in an array, @name is NULL. */
void po_json_text_begin (PoJsonText *self, const gchar *name, gchar bracket);       // '{' or '['
void po_json_text_close (PoJsonText *self, gchar bracket);                          // '}' or ']'
void po_json_text_string (PoJsonText *self, const gchar *name, const gchar *value); // NULL becomes null
void po_json_text_int (PoJsonText *self, const gchar *name, gint64 value);
void po_json_text_bool (PoJsonText *self, const gchar *name, gboolean value);
void po_json_text_double (PoJsonText *self, const gchar *name, gdouble value);  // as short as it can be said
void po_json_text_time (PoJsonText *self, const gchar *name, PoTimeNs time_ns); // UTC; PO_TIME_NONE becomes null
