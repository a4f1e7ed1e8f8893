// SPDX-License-Identifier: GPL-3.0-or-later
// How the text of a configuration value is read and checked, one PoConfigType for each kind of value. Pure but for the
// zone table of the system. Private to config/.
#pragma once

#include "config/spec.h"

extern const PoConfigType po_config_type_text;     // gchar *
extern const PoConfigType po_config_type_path;     // gchar *, made absolute
extern const PoConfigType po_config_type_uri;      // gchar *
extern const PoConfigType po_config_type_zone;     // gchar *, a zone name known here
extern const PoConfigType po_config_type_listen;   // gchar *
extern const PoConfigType po_config_type_format;   // PoFormat
extern const PoConfigType po_config_type_size;     // gint[2]: width, height; "" = 0, 0
extern const PoConfigType po_config_type_integer;  // gint64 in [min, max]
extern const PoConfigType po_config_type_duration; // gint64 nanoseconds, not negative
extern const PoConfigType po_config_type_hours;    // gint[2]: minutes of the day; "" = 0, 0
extern const PoConfigType po_config_type_choice;   // an enum, by the key's choices
