// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/options.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "config/arguments.h"
#include "model/nearest.h"

static const gchar exit_codes[] = N_ (
    "Exit codes: 0 done; `check` and `asrun verify` also 1 warnings, 2 errors; else those of sysexits.h: 64 wrong use, "
    "66 not found, 69 the daemon is not running, 70 a fault inside, 73 no room on the disk, 74 what it prints cannot "
    "be written, 75 not now, try again, 78 wrong configuration.");

// Those of @group ("schedule"), or all.
static void append_verbs (GString *text, const gchar *group) {
  g_autofree gchar *prefix = group != NULL ? g_strconcat (group, " ", NULL) : g_strdup ("");
  g_string_append_printf (text, "%s\n", _ ("Verbs:"));
  for (const PoCtlVerb *verb = po_ctl_verbs; verb->name != NULL; verb++) {
    if (!g_str_has_prefix (verb->name, prefix))
      continue;
    g_autofree gchar *usage = g_strconcat (verb->name, verb->words != NULL ? " " : "", verb->words, NULL);
    g_string_append_printf (text, "  %-30s %s\n", usage, _ (verb->summary));
  }
}

static gchar *verb_list (void) {
  GString *text = g_string_new (NULL);
  append_verbs (text, NULL);
  g_string_append_printf (text, "\n%s\n\n%s", _ ("“playoutctl VERB --help” lists the options of a verb."),
                          _ (exit_codes));
  return g_string_free (text, FALSE);
}

// How many words of @argv say @name, its parts parted by @delimiters; 0: they do not.
static int words_said (const gchar *name, const gchar *delimiters, int argc, char **argv) {
  g_auto (GStrv) words = g_strsplit_set (name, delimiters, -1);
  const int count = (int)g_strv_length (words);
  int same = 0;
  while (same < count && same + 1 < argc && g_str_equal (words[same], argv[same + 1]))
    same++;
  return same == count ? count : 0;
}

// The verb that most words from @argv[1] on name; `take-next` may be said as two. @ret_words: how many that took.
static const PoCtlVerb *find_verb (int argc, char **argv, int *ret_words) {
  const PoCtlVerb *found = NULL;
  *ret_words = 0;
  for (const PoCtlVerb *verb = po_ctl_verbs; verb->name != NULL; verb++) {
    const int words = MAX (words_said (verb->name, " ", argc, argv), words_said (verb->name, " -", argc, argv));
    if (words <= *ret_words)
      continue;
    *ret_words = words;
    found = verb;
  }
  return found;
}

// `schedule --help`: its verbs.
static gboolean explain_group (int argc, char **argv) {
  const gboolean is_asked = argc == 3 && (g_str_equal (argv[2], "--help") || g_str_equal (argv[2], "-h"));
  g_autofree gchar *prefix = is_asked ? g_strconcat (argv[1], " ", NULL) : NULL;
  for (const PoCtlVerb *verb = po_ctl_verbs; is_asked && verb->name != NULL; verb++) {
    if (!g_str_has_prefix (verb->name, prefix))
      continue;
    g_autoptr (GString) text = g_string_new (NULL);
    append_verbs (text, argv[1]);
    printf ("%s", text->str);
    return TRUE;
  }
  return FALSE;
}

// TRUE: "@first …" are verbs.
static gboolean is_group (const gchar *first) {
  g_autofree gchar *prefix = g_strconcat (first, " ", NULL);
  const PoCtlVerb *verb = po_ctl_verbs;
  while (verb->name != NULL && !g_str_has_prefix (verb->name, prefix))
    verb++;
  return verb->name != NULL;
}

// Of what is no verb, though the second word may belong to it.
static void explain_verb (const gchar *first, const gchar *second, GError **error) {
  const gboolean is_half = is_group (first);
  g_autofree gchar *both = g_strjoin (" ", first, second, NULL);
  const gchar *said = is_half ? both : first;
  PoNearest nearest = {0};
  for (const PoCtlVerb *verb = po_ctl_verbs; verb->name != NULL; verb++)
    po_nearest_consider (&nearest, strchr (verb->name, ' ') != NULL ? both : said, verb->name);
  if (nearest.word != NULL)
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("there is no verb “%s”; did you mean “%s”? See playoutctl --help"),
                 said, nearest.word);
  else if (is_half && second == NULL)
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” is only half a verb; see playoutctl %s --help"), said, said);
  else
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("there is no verb “%s”; see playoutctl --help"), said);
}

static gboolean parse_general (int argc, char **argv, GError **error) {
  gboolean version = FALSE;
  if (explain_group (argc, argv))
    return TRUE;
  const GOptionEntry entries[] = {{"version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("Print the version"), NULL},
                                  {NULL, 0, 0, 0, NULL, NULL, NULL}};
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("VERB — ask, check and command playoutd"));
  g_autofree gchar *verbs = verb_list ();
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_description (context, verbs);
  g_option_context_set_strict_posix (context, TRUE);
  if (!po_arguments_parse (context, entries, "playoutctl", &argc, &argv, error))
    return FALSE;
  if (version) {
    printf ("playoutctl %s\n", PO_VERSION);
    return TRUE;
  }
  if (argc > 1)
    explain_verb (argv[1], argc > 2 ? argv[2] : NULL, error);
  else
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("a verb is needed; see playoutctl --help"));
  return FALSE;
}

#define AT(member) ((gpointer)G_STRUCT_OFFSET (PoCtlOptions, member))

static const struct {
  PoCtlOptionSet set; // 0: every verb
  GOptionEntry entry; // its place is that in PoCtlOptions
} options[] = {
    {0, {"config", 'c', 0, G_OPTION_ARG_FILENAME, AT (config), N_ ("The configuration file"), "FILE"}},
    {PO_CTL_SCHEDULES,
     {"schedules", 0, 0, G_OPTION_ARG_FILENAME, AT (schedules), N_ ("Folder of the calendars"), "DIR"}},
    {PO_CTL_MEDIA, {"media", 0, 0, G_OPTION_ARG_FILENAME, AT (media), N_ ("Folder of the clips"), "DIR"}},
    {PO_CTL_STATE, {"state", 0, 0, G_OPTION_ARG_FILENAME, AT (state), N_ ("The daemon's state folder"), "DIR"}},
    {PO_CTL_TIMEZONE,
     {"timezone", 0, 0, G_OPTION_ARG_STRING, AT (timezone), N_ ("The station's time zone, such as Asia/Ho_Chi_Minh"),
      "ZONE"}},
    {PO_CTL_WINDOW,
     {"from", 0, 0, G_OPTION_ARG_STRING, AT (from), N_ ("Start: an ISO 8601 instant, or a date (local midnight)"),
      "TIME"}},
    {PO_CTL_WINDOW, {"to", 0, 0, G_OPTION_ARG_STRING, AT (to), N_ ("End, likewise, exclusive"), "TIME"}},
    {PO_CTL_AIRING | PO_CTL_EVENT | PO_CTL_CORRECT,
     {"uid", 0, 0, G_OPTION_ARG_STRING, AT (uid), N_ ("UID of the event"), "UID"}},
    {PO_CTL_AIRING | PO_CTL_EVENT | PO_CTL_CORRECT,
     {"instance", 0, 0, G_OPTION_ARG_STRING, AT (instance), N_ ("Which instance of it: its original start"), "TIME"}},
    {PO_CTL_AIRING, {"part", 0, 0, G_OPTION_ARG_INT, AT (part), N_ ("Which of its clips, from 0"), "N"}},
    {PO_CTL_SERIES, {"series", 0, 0, G_OPTION_ARG_STRING, AT (series), N_ ("Only the series with this UID"), "UID"}},
    {PO_CTL_ASRUN, {"media", 0, 0, G_OPTION_ARG_STRING, AT (clip), N_ ("Only this clip"), "PATH"}},
    {PO_CTL_ASRUN, {"csv", 0, 0, G_OPTION_ARG_NONE, AT (csv), N_ ("As CSV, for a spreadsheet"), NULL}},
    {PO_CTL_ASRUN | PO_CTL_ICS, {"ics", 0, 0, G_OPTION_ARG_NONE, AT (ics), N_ ("As iCalendar"), NULL}},
    {PO_CTL_CORRECT,
     {"status", 0, 0, G_OPTION_ARG_STRING, AT (status), N_ ("What is held of it from now on: aired, partial, …"),
      "STATUS"}},
    {PO_CTL_CORRECT | PO_CTL_WHO, {"who", 0, 0, G_OPTION_ARG_STRING, AT (who), N_ ("Who says so (you)"), "NAME"}},
    {PO_CTL_ALL, {"all", 0, 0, G_OPTION_ARG_NONE, AT (all), N_ ("Every alarm that nobody has seen yet"), NULL}},
    {PO_CTL_CORRECT, {"why", 0, 0, G_OPTION_ARG_STRING, AT (why), N_ ("Why"), "TEXT"}},
    {PO_CTL_TEXT, {"text", 0, 0, G_OPTION_ARG_NONE, AT (text), N_ ("Only the sentences, to be pasted"), NULL}},
    {PO_CTL_TEXT,
     {"template", 0, 0, G_OPTION_ARG_FILENAME, AT (template), N_ ("Fill this Mustache template with what --json says"),
      "FILE"}},
    {PO_CTL_SHEET, {"html", 0, 0, G_OPTION_ARG_NONE, AT (html), N_ ("As a page to be printed"), NULL}},
    {PO_CTL_SHEET, {"pdf", 0, 0, G_OPTION_ARG_NONE, AT (pdf), N_ ("As PDF"), NULL}},
    {PO_CTL_MORNING, {"date", 0, 0, G_OPTION_ARG_STRING, AT (date), N_ ("Which broadcast day (yesterday)"), "DATE"}},
    {PO_CTL_MORNING,
     {"keep", 0, 0, G_OPTION_ARG_NONE, AT (keep), N_ ("Keep it in the state folder, and say where"), NULL}},
    {PO_CTL_INSERT, {"after", 0, 0, G_OPTION_ARG_NONE, AT (after), N_ ("After what is on air, instead of now"), NULL}},
    {PO_CTL_INSERT, {"at", 0, 0, G_OPTION_ARG_STRING, AT (at), N_ ("At this instant, instead of now"), "TIME"}},
    {PO_CTL_ADD,
     {"as", 0, 0, G_OPTION_ARG_STRING, AT (as), N_ ("Where it goes: a path under the media folder"), "PATH"}},
    {PO_CTL_ADD,
     {"episode", 0, 0, G_OPTION_ARG_INT, AT (episode), N_ ("Which episode of --uid it is; it is named so"), "N"}},
    {PO_CTL_ADD,
     {"replace", 0, 0, G_OPTION_ARG_NONE, AT (replace), N_ ("Take the place of a clip of that name"), NULL}},
    {PO_CTL_MARK,
     {"som", 0, 0, G_OPTION_ARG_STRING, AT (som), N_ ("Mark in: HH:MM:SS:FF in its own frames, or PT…S"), "MARK"}},
    {PO_CTL_MARK, {"eom", 0, 0, G_OPTION_ARG_STRING, AT (eom), N_ ("Mark out, likewise, exclusive"), "MARK"}},
    {PO_CTL_MARK, {"clear", 0, 0, G_OPTION_ARG_NONE, AT (clear), N_ ("Take away the marks that are not given"), NULL}},
    {PO_CTL_PICTURE,
     {"output", 'o', 0, G_OPTION_ARG_FILENAME, AT (output), N_ ("Where it goes (standard output)"), "FILE"}},
    {PO_CTL_PICTURE,
     {"at", 0, 0, G_OPTION_ARG_STRING, AT (at), N_ ("So long after its first picture, such as PT1M30S"), "DURATION"}},
    {PO_CTL_PICTURE,
     {"strip", 0, 0, G_OPTION_ARG_NONE, AT (strip), N_ ("Pictures from all of it, side by side"), NULL}},
    {PO_CTL_ROLE,
     {"role", 0, 0, G_OPTION_ARG_STRING, AT (role), N_ ("What it may: viewer, producer, operator or admin"), "ROLE"}},
    {PO_CTL_DAYS, {"days", 0, 0, G_OPTION_ARG_INT, AT (days), N_ ("It ends after so many days"), "N"}},
    {PO_CTL_ASAP, {"asap", 0, 0, G_OPTION_ARG_NONE, AT (asap), N_ ("At the earliest frame that can be had"), NULL}},
    {PO_CTL_YES, {"yes", 'y', 0, G_OPTION_ARG_NONE, AT (yes), N_ ("Do not ask"), NULL}},
    {PO_CTL_DRY_RUN, {"dry-run", 'n', 0, G_OPTION_ARG_NONE, AT (dry_run), N_ ("Only say what it would do"), NULL}},
    {PO_CTL_SEEN,
     {"revision", 0, 0, G_OPTION_ARG_STRING, AT (revision),
      N_ ("Only if the rundown is still the one seen: its rundown_revision of “status --json”"), "REVISION"}},
    {PO_CTL_EVERY_FRAME,
     {"every-frame", 0, 0, G_OPTION_ARG_NONE, AT (every_frame), N_ ("Run every frame, not only those around a change"),
      NULL}},
    {PO_CTL_JSON, {"json", 0, 0, G_OPTION_ARG_NONE, AT (json), N_ ("One JSON object a line"), NULL}},
    {0, {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, AT (words), NULL, NULL}},
};

// GOptionEntry, ended by one that is empty. (transfer full)
static GArray *entries_of (PoCtlOptionSet set, PoCtlOptions *into) {
  GArray *entries = g_array_new (TRUE, FALSE, sizeof (GOptionEntry));
  for (guint i = 0; i < G_N_ELEMENTS (options); i++) {
    GOptionEntry entry = options[i].entry;
    entry.arg_data = (guint8 *)into + GPOINTER_TO_SIZE (entry.arg_data);
    if (options[i].set == 0 || (set & options[i].set) != 0)
      g_array_append_val (entries, entry);
  }
  return entries;
}

// As many words as the verb takes, no more, no fewer.
static gboolean check_words (PoCtl *ctl, GError **error) {
  guint given = ctl->options.words != NULL ? g_strv_length (ctl->options.words) : 0;
  const gchar *words = ctl->verb->words;
  if (given > 0 && words == NULL && is_group (ctl->verb->name))
    explain_verb (ctl->verb->name, ctl->options.words[0], error);
  else if (given > (words != NULL ? 1 : 0))
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” is not understood; see playoutctl %s --help"),
                 ctl->options.words[given - 1], ctl->verb->name);
  else if (given == 0 && words != NULL && *words != '[')
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("%s is missing; see playoutctl %s --help"), words,
                 ctl->verb->name);
  else
    return TRUE;
  return FALSE;
}

// "--config FILE" may stand before the verb as well; it is put after all else.
static void move_config (int argc, char **argv) {
  gboolean joined = argc > 1 && g_str_has_prefix (argv[1], "--config=");
  gboolean apart = argc > 1 && (g_str_equal (argv[1], "--config") || g_str_equal (argv[1], "-c"));
  int n = joined ? 1 : 2, left = argc - 1 - n;
  if ((!joined && !apart) || left < 1)
    return;
  gchar *moved[] = {argv[1], argv[2]};
  for (int i = 1; i <= left; i++)
    argv[i] = argv[i + n];
  for (int i = 0; i < n; i++)
    argv[1 + left + i] = moved[i];
}

gboolean po_ctl_options_parse (PoCtl *ctl, int argc, char **argv, GError **error) {
  int words = 0;
  ctl->options.part = -1;
  move_config (argc, argv);
  const PoCtlVerb *verb = find_verb (argc, argv, &words);
  if (verb == NULL)
    return parse_general (argc, argv, error);
  g_autofree gchar *usage = g_strjoin (" ", verb->name, verb->words, NULL);
  g_autofree gchar *title = g_strdup_printf ("%s — %s", usage, _ (verb->summary));
  g_autoptr (GOptionContext) context = g_option_context_new (title);
  g_autoptr (GArray) entries = entries_of (verb->options, &ctl->options);
  const GOptionEntry *known = &g_array_index (entries, GOptionEntry, 0);
  g_option_context_add_main_entries (context, known, GETTEXT_PACKAGE);
  g_option_context_set_description (context, _ (exit_codes));
  g_autofree gchar *name = g_strconcat ("playoutctl ", verb->name, NULL);
  argv[words] = argv[0];
  argv += words;
  argc -= words;
  if (!po_arguments_parse (context, known, name, &argc, &argv, error))
    return FALSE;
  ctl->verb = verb;
  return check_words (ctl, error);
}

void po_ctl_options_clear (PoCtlOptions *self) {
  gchar **const texts[] = {&self->config,   &self->schedules, &self->media, &self->state,    &self->timezone,
                           &self->from,     &self->to,        &self->uid,   &self->instance, &self->series,
                           &self->clip,     &self->status,    &self->who,   &self->why,      &self->at,
                           &self->as,       &self->revision,  &self->som,   &self->eom,      &self->output,
                           &self->template, &self->date,      &self->role};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
  g_clear_pointer (&self->words, g_strfreev);
}
