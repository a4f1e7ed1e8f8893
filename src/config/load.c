// SPDX-License-Identifier: GPL-3.0-or-later
// Filling in a PoConfig from assignments by the table of keys. It names no key but in the few rules that tie keys
// together.
#include "config/load.h"

#include <gio/gio.h>

#include "config/spec.h"
#include "model/live-address.h"
#include "model/live-schemes.h"
#include "model/srt-address.h"
#include "model/text.h"

#define RECORDING_WIDTH  640
#define RECORDING_HEIGHT 360
#define RECORDING_KBPS   800  // twelve months are about 3.5 TB
#define MAX_BUFFER_MS    1000 // of pictures in the ring

static void add_finding (PoConfigLoad *load, const gchar *code, const gchar *file, guint line, const gchar *format, ...)
    G_GNUC_PRINTF (5, 6);
static void add_finding (PoConfigLoad *load, const gchar *code, const gchar *file, guint line, const gchar *format,
                         ...) {
  va_list args;
  va_start (args, format);
  g_autofree gchar *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (load->findings, po_finding_new (PO_SEVERITY_ERROR, code, file, line, NULL, NULL, "%s", message));
}

// The winning assignment; NULL if there is none.
static PoConfigValue *lookup (PoConfigLoad *load, const gchar *section, const gchar *key) {
  for (guint i = load->values->len; i > 0; i--) {
    PoConfigValue *value = load->values->pdata[i - 1];
    if (g_strcmp0 (value->key, key) == 0 && g_str_equal (value->section, section))
      return value;
  }
  return NULL;
}

static void check_header (PoConfigLoad *load, PoConfigValue *header) {
  const gchar *name = NULL;
  const PoConfigSection *section = po_config_section_find (header->section, &name);
  if (section == NULL) {
    g_autofree gchar *word = g_strndup (header->section, strcspn (header->section, " "));
    const gchar *nearest = po_config_nearest_section (word);
    const gchar *dummy = NULL;
    gboolean named = nearest != NULL && po_config_section_find (nearest, &dummy) == NULL;
    if (nearest != NULL)
      add_finding (load, "config-section", header->file, header->line, _ ("unknown section [%s]; did you mean [%s%s]?"),
                   header->section, nearest, named ? " NAME" : "");
    else
      add_finding (load, "config-section", header->file, header->line, _ ("unknown section [%s]"), header->section);
  } else if (name != NULL && (!g_regex_match_simple ("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", name, G_REGEX_DEFAULT, 0))) {
    add_finding (load, "config-section", header->file, header->line,
                 _ ("“%s” in [%s] is not a name: use letters, digits, “-”, “_” and “.”, 63 at most"), name,
                 header->section);
  }
}

static void check_key (PoConfigLoad *load, PoConfigValue *value) {
  const gchar *name = NULL;
  const PoConfigSection *section = po_config_section_find (value->section, &name);
  if (section == NULL || po_config_key_find (section->name, value->key) != NULL)
    return;
  const gchar *nearest = po_config_nearest_key (section->name, value->key);
  if (nearest != NULL)
    add_finding (load, "config-key", value->file, value->line, _ ("unknown key “%s” in [%s]; did you mean “%s”?"),
                 value->key, value->section, nearest);
  else
    add_finding (load, "config-key", value->file, value->line, _ ("unknown key “%s” in [%s]"), value->key,
                 value->section);
}

// Where to point for something that should stand in @header and does not.
static void add_absent (PoConfigLoad *load, const gchar *header, const gchar *key) {
  PoConfigValue *at = lookup (load, header, NULL);
  add_finding (load, "config-missing", at != NULL ? at->file : load->file, at != NULL ? at->line : 1,
               _ ("[%s] needs “%s=”"), header, key);
}

// Reads the key of section @header into @base and keeps its text.
static void read_key (PoConfigLoad *load, const PoConfigKey *key, const gchar *header, gpointer base) {
  PoConfigValue *value = lookup (load, header, key->key);
  gboolean given = value != NULL && value->text != NULL && *value->text != '\0'; // "key=" asks for the default
  const gchar *text = given ? value->text : key->fallback;
  g_autofree gchar *canonical = NULL;
  g_autoptr (GError) error = NULL;
  if (text != NULL &&
      !key->type->read (key, text, load->base_dir, G_STRUCT_MEMBER_P (base, key->offset), &canonical, &error)) {
    add_finding (load, "config-value", value != NULL ? value->file : NULL, value != NULL ? value->line : 0,
                 _ ("“%s” in [%s]: %s"), key->key, header, error->message);
    return;
  }
  if (text == NULL && key->required && load->file != NULL)
    add_absent (load, header, key->key);
  PoConfigValue *kept = po_config_value_new (header, key->key, canonical != NULL ? canonical : text,
                                             value != NULL ? value->file : NULL, value != NULL ? value->line : 0);
  kept->restart = key->restart;
  g_ptr_array_add (load->config->values, kept);
}

static void read_section (PoConfigLoad *load, const gchar *kind, const gchar *header, gpointer base) {
  for (const PoConfigKey *key = po_config_keys; key->section != NULL; key++)
    if (g_str_equal (key->section, kind))
      read_key (load, key, header, base);
}

// What an output type needs besides its own keys.
static const struct {
  PoConfigOutputType type;
  const gchar *needs;          // key that must be given
  const gchar *const *schemes; // of its uri
} output_rules[] = {
    {PO_CONFIG_OUTPUT_UDP, "uri", (const gchar *const[]){"udp", NULL}},
    {PO_CONFIG_OUTPUT_SRT, "uri", (const gchar *const[]){"srt", NULL}},
    {PO_CONFIG_OUTPUT_RTMP, "uri", (const gchar *const[]){"rtmp", "rtmps", NULL}},
    {PO_CONFIG_OUTPUT_RTP, "uri", (const gchar *const[]){"rtp", NULL}},
    {PO_CONFIG_OUTPUT_HLS, "path", NULL},
    {PO_CONFIG_OUTPUT_FILE, "path", NULL},
    {PO_CONFIG_OUTPUT_WINDOW, NULL, NULL},
};

static void check_scheme (PoConfigLoad *load, const gchar *header, const gchar *key, const gchar *uri,
                          const gchar *const *schemes) {
  PoConfigValue *at = lookup (load, header, key);
  g_autofree gchar *scheme = g_uri_parse_scheme (uri);
  if (schemes != NULL && !g_strv_contains (schemes, scheme)) {
    g_autofree gchar *all = g_strjoinv (":, ", (gchar **)schemes);
    add_finding (load, "config-value", at->file, at->line, _ ("“%s” in [%s]: “%s” does not start with %s:"), key,
                 header, uri, all);
  }
}

// Datagrams have no port of their own, and nobody calls for them.
static void check_datagrams (PoConfigLoad *load, const gchar *header, const gchar *uri) {
  const PoConfigValue *at = lookup (load, header, "uri");
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  const gchar *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;
  if (host == NULL || *host == '\0' || g_uri_get_port (parsed) <= 0)
    add_finding (load, "config-value", at->file, at->line,
                 _ ("“%s” in [%s]: “%s” needs an address and a port, such as udp://239.0.0.1:5000"), "uri", header,
                 uri);
}

static void add_notice (PoConfigLoad *load, const gchar *code, const PoConfigValue *at, const gchar *format, ...)
    G_GNUC_PRINTF (4, 5);
static void add_notice (PoConfigLoad *load, const gchar *code, const PoConfigValue *at, const gchar *format, ...) {
  va_list args;
  va_start (args, format);
  g_autofree gchar *message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (load->config->notices,
                   po_finding_new (PO_SEVERITY_WARNING, code, at->file, at->line, NULL, NULL, "%s", message));
}

// What lies in one is taken for what belongs into the other, and removed with it. No reason to be off the air.
static void note_shared_folders (PoConfigLoad *load) {
  const struct {
    const gchar *key, *path;
  } folders[] = {
      {"schedules", load->config->schedules}, {"media", load->config->media}, {"state", load->config->state}};
  for (guint i = 1; i < G_N_ELEMENTS (folders); i++)
    for (guint j = 0; j < i; j++) {
      const PoConfigValue *at = lookup (load, "paths", folders[i].key);
      if (at != NULL && folders[i].path != NULL && g_strcmp0 (folders[i].path, folders[j].path) == 0)
        add_notice (load, "config-paths", at,
                    _ ("“%s” in [%s] is the folder of “%s”, too; give each a folder of its own"), folders[i].key,
                    "paths", folders[j].key);
    }
}

// What has no effect is worth a warning, but no reason to be without the source or the output.
static void note_address (PoConfigLoad *load, const gchar *header, const gchar *uri, gboolean is_source) {
  const PoConfigValue *at = lookup (load, header, "uri");
  g_autoptr (GPtrArray) faults = uri == NULL ? NULL
                                 : is_source ? po_live_address_faults (uri)
                                             : po_srt_address_faults (uri, FALSE);
  for (guint i = 0; faults != NULL && i < faults->len; i++)
    add_notice (load, "config-address", at, _ ("“%s” in [%s]: %s"), "uri", header, (const gchar *)faults->pdata[i]);
}

// The interface by which a group is sent to; a machine's address is the same by any. (transfer full) (nullable)
static gchar *network_of (GUri *uri) {
  const gchar *host = g_uri_get_host (uri), *query = g_uri_get_query (uri);
  g_autoptr (GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;
  if (address == NULL || !g_inet_address_get_is_multicast (address) || query == NULL)
    return NULL;
  g_autoptr (GHashTable) words = g_uri_parse_params (query, -1, "&", G_URI_PARAMS_NONE, NULL);
  return words != NULL ? g_strdup (g_hash_table_lookup (words, "iface")) : NULL;
}

// Where datagrams go, or the folder. (transfer full) (nullable) where others may go as well
static gchar *place_of (const PoConfigOutput *output) {
  const gboolean is_datagrams = output->type == PO_CONFIG_OUTPUT_UDP || output->type == PO_CONFIG_OUTPUT_RTP;
  g_autoptr (GUri) uri = is_datagrams && output->uri != NULL ? g_uri_parse (output->uri, G_URI_FLAGS_NONE, NULL) : NULL;
  g_autofree gchar *network = uri != NULL ? network_of (uri) : NULL;
  if (uri != NULL)
    return g_strdup_printf ("%s:%d %s", g_uri_get_host (uri), g_uri_get_port (uri), network != NULL ? network : "");
  return g_strcmp0 (output_rules[output->type].needs, "path") == 0 ? g_strdup (output->path) : NULL;
}

// Two streams at one address are neither; of two in one folder each removes what the other keeps.
static void check_alone (PoConfigLoad *load, const gchar *header, const PoConfigOutput *output) {
  const gchar *key = output_rules[output->type].needs;
  g_autofree gchar *place = place_of (output);
  for (guint i = 0; place != NULL && i < load->config->outputs->len; i++) {
    const PoConfigOutput *other = load->config->outputs->pdata[i];
    g_autofree gchar *taken = other != output ? place_of (other) : NULL;
    if (g_strcmp0 (taken, place) != 0)
      continue;
    const PoConfigValue *at = lookup (load, header, key);
    add_finding (load, "config-value", at->file, at->line,
                 _ ("“%s” in [%s]: [output %s] goes there already; give each a place of its own"), key, header,
                 other->name);
  }
}

static void check_output (PoConfigLoad *load, const gchar *header, PoConfigOutput *output) {
  const gchar *needs = output_rules[output->type].needs;
  const gchar *given = g_strcmp0 (needs, "uri") == 0 ? output->uri : output->path;
  if (needs != NULL && given == NULL)
    add_absent (load, header, needs);
  if (g_strcmp0 (needs, "uri") == 0 && output->uri != NULL)
    check_scheme (load, header, "uri", output->uri, output_rules[output->type].schemes);
  if (output->uri != NULL && (output->type == PO_CONFIG_OUTPUT_UDP || output->type == PO_CONFIG_OUTPUT_RTP))
    check_datagrams (load, header, output->uri);
  if (output->codec == PO_CONFIG_CODEC_LOSSLESS &&
      (output->type != PO_CONFIG_OUTPUT_FILE || output->container != PO_CONFIG_CONTAINER_MKV)) {
    PoConfigValue *at = lookup (load, header, "codec");
    add_finding (load, "config-value", at->file, at->line,
                 _ ("“codec” in [%s]: lossless needs type=file and container=mkv"), header);
  }
  check_alone (load, header, output);
}

// A recording kept for the law: small, in the channel's shape.
static void settle_recording (PoConfig *config, PoConfigOutput *output) {
  const PoFormat *house = &config->format;
  output->video_bitrate_kbps = RECORDING_KBPS;
  if (house->width <= RECORDING_WIDTH && house->height <= RECORDING_HEIGHT)
    return;
  gboolean is_wide = (gint64)house->width * RECORDING_HEIGHT >= (gint64)house->height * RECORDING_WIDTH;
  output->width = is_wide ? RECORDING_WIDTH : house->width * RECORDING_HEIGHT / house->height & ~1;
  output->height = is_wide ? house->height * RECORDING_WIDTH / house->width & ~1 : RECORDING_HEIGHT;
}

// Leaves nothing for the output to work out: its bitrate follows from picture and rate, about 0.12 bit a pixel.
static void settle_output (PoConfig *config, PoConfigOutput *output) {
  if (output->type == PO_CONFIG_OUTPUT_FILE && output->codec == PO_CONFIG_CODEC_H264 && output->width == 0 &&
      output->video_bitrate_kbps == 0)
    settle_recording (config, output);
  gint64 width = output->width != 0 ? output->width : config->format.width;
  gint64 height = output->height != 0 ? output->height : config->format.height;
  PoRate rate = config->format.rate;
  if (output->video_bitrate_kbps == 0 && rate.fps_d > 0)
    output->video_bitrate_kbps = MAX (300, width * height * rate.fps_n / rate.fps_d * 12 / 100 / 1000);
  if (output->service_name == NULL)
    output->service_name = g_strdup (config->name);
}

static void read_output (PoConfigLoad *load, const gchar *header, const gchar *name) {
  PoConfigOutput *output = g_new0 (PoConfigOutput, 1);
  output->name = g_strdup (name);
  g_ptr_array_add (load->config->outputs, output);
  guint before = load->findings->len;
  read_section (load, "output", header, output);
  if (load->findings->len == before)
    check_output (load, header, output);
  note_address (load, header, output->uri, FALSE);
  settle_output (load->config, output);
}

static void read_source (PoConfigLoad *load, const gchar *header, const gchar *name) {
  g_autoptr (GStrvBuilder) schemes = g_strv_builder_new ();
  PoConfigSource *source = g_new0 (PoConfigSource, 1);
  source->name = g_strdup (name);
  g_ptr_array_add (load->config->sources, source);
  read_section (load, "source", header, source);
  g_strv_builder_addv (schemes, (const gchar **)po_live_schemes);
  g_strv_builder_add_many (schemes, "http", "https", NULL);
  g_auto (GStrv) all = g_strv_builder_end (schemes);
  if (source->uri != NULL)
    check_scheme (load, header, "uri", source->uri, (const gchar *const *)all);
  note_address (load, header, source->uri, TRUE);
  if (source->uri != NULL && !g_str_has_prefix (source->uri, "http") && source->buffer_ms > MAX_BUFFER_MS) {
    const PoConfigValue *at = lookup (load, header, "buffer-ms");
    add_finding (load, "config-value", at->file, at->line, _ ("“%s” in [%s] is at most %d, but for a stream over HTTP"),
                 "buffer-ms", header, MAX_BUFFER_MS);
  }
}

static void read_calendar (PoConfigLoad *load, const gchar *header, const gchar *name) {
  static const gchar *const schemes[] = {"https", "http", "webcal", "webcals", NULL};
  PoConfigCalendar *calendar = g_new0 (PoConfigCalendar, 1);
  calendar->name = g_strdup (name);
  g_ptr_array_add (load->config->calendars, calendar);
  read_section (load, "calendar", header, calendar);
  if (calendar->url != NULL)
    check_scheme (load, header, "url", calendar->url, schemes);
}

// What a way to tell people needs besides its own keys.
static const struct {
  PoConfigMessageType type;
  const gchar *const *needs;
  const gchar *const *schemes; // of its uri
} message_rules[] = {
    {PO_CONFIG_MESSAGE_MAIL, (const gchar *const[]){"uri", "to", "from", NULL},
     (const gchar *const[]){"smtp", "smtps", NULL}},
    {PO_CONFIG_MESSAGE_WEBHOOK, (const gchar *const[]){"uri", NULL}, (const gchar *const[]){"http", "https", NULL}},
    {PO_CONFIG_MESSAGE_COMMAND, (const gchar *const[]){"command", NULL}, NULL},
};

static void check_command (PoConfigLoad *load, const gchar *header, const gchar *command) {
  PoConfigValue *at = lookup (load, header, "command");
  g_autoptr (GError) error = NULL;
  if (!g_shell_parse_argv (command, NULL, NULL, &error))
    add_finding (load, "config-value", at->file, at->line, _ ("“%s” in [%s]: %s"), "command", header, error->message);
}

static void check_message (PoConfigLoad *load, const gchar *header, const PoConfigMessage *message) {
  PoConfigValue *at = lookup (load, header, "type");
  if (strchr (message->name, '/') != NULL || *message->name == '.') // it names a folder
    add_finding (load, "config-value", at->file, at->line, _ ("[%s]: the name may hold no “/” and not begin with “.”"),
                 header);
  for (const gchar *const *key = message_rules[message->type].needs; *key != NULL; key++) {
    PoConfigValue *value = lookup (load, header, *key);
    if (value == NULL || value->text == NULL || *value->text == '\0')
      add_absent (load, header, *key);
  }
  if (message->uri != NULL)
    check_scheme (load, header, "uri", message->uri, message_rules[message->type].schemes);
  if (message->command != NULL)
    check_command (load, header, message->command);
}

static void read_message (PoConfigLoad *load, const gchar *header, const gchar *name) {
  PoConfigMessage *message = g_new0 (PoConfigMessage, 1);
  message->name = g_strdup (name);
  g_ptr_array_add (load->config->messages, message);
  guint before = load->findings->len;
  read_section (load, "message", header, message);
  if (load->findings->len == before)
    check_message (load, header, message);
}

static void read_named_sections (PoConfigLoad *load) {
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < load->values->len; i++) {
    PoConfigValue *value = load->values->pdata[i];
    const gchar *name = NULL;
    const PoConfigSection *section = po_config_section_find (value->section, &name);
    if (section == NULL || name == NULL || !g_hash_table_add (seen, value->section))
      continue;
    if (g_str_equal (section->name, "output"))
      read_output (load, value->section, name);
    else if (g_str_equal (section->name, "calendar"))
      read_calendar (load, value->section, name);
    else if (g_str_equal (section->name, "message"))
      read_message (load, value->section, name);
    else
      read_source (load, value->section, name);
  }
}

void po_config_load_fill (PoConfigLoad *load) {
  for (guint i = 0; i < load->values->len; i++) {
    PoConfigValue *value = load->values->pdata[i];
    if (value->key == NULL)
      check_header (load, value);
    else
      check_key (load, value);
  }
  for (const PoConfigSection *section = po_config_sections; section->name != NULL; section++)
    if (!section->named)
      read_section (load, section->name, section->name, load->config);
  note_shared_folders (load);
  read_named_sections (load);
}

// A finding belongs to a named section if its line lies in one.
static gboolean is_in_named_section (PoConfigLoad *load, const PoFinding *finding, const gchar **ret_header) {
  const gchar *header = NULL;
  for (guint i = 0; i < load->values->len; i++) {
    PoConfigValue *value = load->values->pdata[i];
    if (value->key == NULL && g_strcmp0 (value->file, finding->file) == 0 && value->line <= finding->line)
      header = value->section;
  }
  const gchar *name = NULL;
  const PoConfigSection *section = header != NULL ? po_config_section_find (header, &name) : NULL;
  *ret_header = header;
  return section != NULL && section->named;
}

// @list: of structs that begin with their name.
static void drop_named (GPtrArray *list, const gchar *kind, const gchar *header) {
  const gchar *name = strchr (header, ' ') + 1;
  for (guint i = list->len; i > 0; i--)
    if (g_str_has_prefix (header, kind) && g_str_equal (*(gchar **)list->pdata[i - 1], name))
      g_ptr_array_remove_index (list, i - 1);
}

static void drop_section (PoConfig *config, const gchar *header) {
  drop_named (config->outputs, "output ", header);
  drop_named (config->sources, "source ", header);
  drop_named (config->calendars, "calendar ", header);
  drop_named (config->messages, "message ", header);
  for (guint i = config->values->len; i > 0; i--)
    if (g_str_equal (((PoConfigValue *)config->values->pdata[i - 1])->section, header))
      g_ptr_array_remove_index (config->values, i - 1);
}

gboolean po_config_load_tolerate (PoConfigLoad *load) {
  for (guint i = 0; i < load->findings->len; i++) {
    const PoFinding *finding = load->findings->pdata[i];
    const gchar *header = NULL;
    if (!is_in_named_section (load, finding, &header))
      return FALSE;
    drop_section (load->config, header);
  }
  return TRUE;
}
