// SPDX-License-Identifier: GPL-3.0-or-later
// The table of every key that a configuration may hold: where its value goes, how it is read, what it means. Reading,
// checking, comparing and documenting the configuration all walk this one table. Private to config/.
#pragma once

#include "config/config.h"

typedef struct _PoConfigType PoConfigType;

typedef struct {
  const gchar *section;        // "channel", or the first word of a named section: "output"
  const gchar *key;            // "hold-ms"
  const PoConfigType *type;    // how its text is read
  gsize offset;                // of the field in PoConfig, PoConfigOutput or PoConfigSource
  const gchar *fallback;       // (nullable) value where the key is not given; NULL = not set
  gint64 min, max;             // of an integer
  const gchar *const *choices; // of a choice, in the order of its enum
  gboolean required;           // must be given in a file
  gboolean restart;            // a change takes effect only at the next start
  const gchar *help;           // untranslated; _() on the way out
} PoConfigKey;

/** PoConfigType: reads @text into @field, whose C type is the key's own. @base_dir: for relative paths. May replace
 * the text kept for comparison by a canonical one in @ret_text (nullable on return: as typed). */
struct _PoConfigType {
  const gchar *name; // for the help
  gboolean (*read) (const PoConfigKey *key, const gchar *text, const gchar *base_dir, gpointer field, gchar **ret_text,
                    GError **error);
  void (*clear) (gpointer field); // (nullable)
};

/** PoConfigSection: one kind of section. */
typedef struct {
  const gchar *name;
  gboolean named; // "[output NAME]", any number of them
  const gchar *help;
} PoConfigSection;

extern const PoConfigSection po_config_sections[]; // ends with a NULL name
extern const PoConfigKey po_config_keys[];         // ends with a NULL section

/** The kind of section that a header's text names, and its NAME if it has one; NULL if there is no such kind. */
const PoConfigSection *po_config_section_find (const gchar *header, const gchar **ret_name);
const PoConfigKey *po_config_key_find (const gchar *section, const gchar *key);

/** The known section kind, or key of @section, that @typed was most likely meant to be; NULL if none is near. */
const gchar *po_config_nearest_section (const gchar *typed);
const gchar *po_config_nearest_key (const gchar *section, const gchar *typed);
