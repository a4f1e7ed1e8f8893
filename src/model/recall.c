// SPDX-License-Identifier: GPL-3.0-or-later
// Every message is a pattern in each language: its own words, and gaps where its arguments stand. A text belongs to the
// message that has most words of its own in it.
#include "model/recall.h"

#include <libintl.h>
#include <string.h>

#include "model/text.h"
#include "model/translations.h"

#define LEAST_OWN   10 // bytes of a message's own words: "%s: %s" may be anything
#define MOST_ARGS   8
#define MOST_NESTED 4 // texts filled into texts
#define MOST_KEPT   1000

/** Form: a message in one language. */
typedef struct {
  gchar *pieces[MOST_ARGS + 1]; // its own words, around the gaps
  guint args[MOST_ARGS];        // which argument each gap shows
  gboolean is_number[MOST_ARGS];
  guint n_gaps;
  gsize own_bytes;
} Form;

// SINGLE and MANY are English; where a message has no number they are the same.
enum { SINGLE, MANY, TRANSLATED, N_FORMS };

typedef struct {
  Form *forms[N_FORMS];
  gsize own_bytes; // of the form that has fewest
} Message;

// Both stay as they are once made.
static GPtrArray *messages; // Message, most words of their own first
static GHashTable *plain;   // what has no gaps, in either language -> Message

// ---- the messages ----

static void form_free (Form *self) {
  for (guint i = 0; i <= MOST_ARGS; i++)
    g_free (self->pieces[i]);
  g_free (self);
}

static void end_piece (Form *form, GString *piece) {
  form->own_bytes += piece->len;
  form->pieces[form->n_gaps] = g_strdup (piece->str);
  g_string_truncate (piece, 0);
}

// A gap for @conversion of printf's, which takes @next or, numbered, another. FALSE: it has no place here.
static gboolean add_gap (Form *form, GString *piece, const GMatchInfo *conversion, guint *next) {
  g_autofree gchar *number = g_match_info_fetch (conversion, 1), *all = g_match_info_fetch (conversion, 0);
  const gchar kind = all[strlen (all) - 1];
  for (const gchar *c = all; *c != '\0'; c++)
    *next += *c == '*';
  const guint arg = *number != '\0' ? (guint)g_ascii_strtoull (number, NULL, 10) - 1 : (*next)++;
  const gboolean is_parted = form->n_gaps == 0 || piece->len > 0; // two gaps without a word between tell nothing
  if (!is_parted || form->n_gaps >= MOST_ARGS || arg >= MOST_ARGS)
    return FALSE;
  end_piece (form, piece);
  form->args[form->n_gaps] = arg;
  form->is_number[form->n_gaps++] = strchr ("sc", kind) == NULL;
  return TRUE;
}

// (transfer full); NULL: @format cannot be known again.
static Form *form_new (GRegex *conversions, const gchar *format) {
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GString) piece = g_string_new (NULL);
  Form *form = g_new0 (Form, 1);
  gint at = 0, start = 0, end = 0;
  guint next = 0;
  gboolean is_well = TRUE;
  g_regex_match (conversions, format, 0, &match);
  for (; is_well && g_match_info_matches (match); g_match_info_next (match, NULL), at = end) {
    g_match_info_fetch_pos (match, 0, &start, &end);
    g_string_append_len (piece, format + at, start - at);
    if (format[end - 1] == '%')
      g_string_append_c (piece, '%');
    else
      is_well = add_gap (form, piece, match, &next);
  }
  g_string_append (piece, format + at);
  end_piece (form, piece);
  if (is_well)
    return form;
  form_free (form);
  return NULL;
}

static const gchar *without_context (const gchar *id) {
  const gchar *end = strchr (id, '\004');
  return end != NULL ? end + 1 : id;
}

static void add_message (GRegex *conversions, const gchar *id, const gchar *many, const gchar *text) {
  Message message = {{NULL}, G_MAXSIZE};
  const gchar *formats[N_FORMS] = {without_context (id), many != NULL ? many : without_context (id), text};
  gboolean is_well = TRUE;
  for (guint i = 0; i < N_FORMS; i++) {
    message.forms[i] = form_new (conversions, formats[i]);
    is_well = is_well && message.forms[i] != NULL;
    message.own_bytes = message.forms[i] != NULL ? MIN (message.own_bytes, message.forms[i]->own_bytes) : 0;
  }
  if (is_well && message.own_bytes >= LEAST_OWN) {
    Message *kept = g_memdup2 (&message, sizeof message);
    g_ptr_array_add (messages, kept);
    if (message.forms[SINGLE]->n_gaps == 0) {
      g_hash_table_insert (plain, kept->forms[SINGLE]->pieces[0], kept);
      g_hash_table_insert (plain, kept->forms[TRANSLATED]->pieces[0], kept);
    }
    return;
  }
  for (guint i = 0; i < N_FORMS; i++)
    g_clear_pointer (&message.forms[i], form_free);
}

static void take (const gchar *id, const gchar *plural, const gchar *text, gpointer conversions) {
  add_message (conversions, id, plural, text);
}

static gint compare (gconstpointer a, gconstpointer b) {
  const Message *one = *(const Message *const *)a, *other = *(const Message *const *)b;
  return (one->own_bytes < other->own_bytes) - (one->own_bytes > other->own_bytes);
}

static gpointer read_all (gpointer unused) {
  g_autofree gchar *path = g_build_filename (bindtextdomain (GETTEXT_PACKAGE, NULL), po_text_languages ()[1],
                                             "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL);
  g_autoptr (GRegex) conversions =
      g_regex_new ("%(?:(\\d+)\\$)?[-+ #0']*(?:\\*|\\d+)?(?:\\.(?:\\*|\\d+)?)?[hlLqjzt]*[diouxXcsfFeEgG%]", 0, 0, NULL);
  plain = g_hash_table_new (g_str_hash, g_str_equal);
  messages = g_ptr_array_new ();
  po_translations_read (path, take, conversions);
  g_ptr_array_sort (messages, compare);
  return NULL;
}

// ---- finding one ----

/** Filled: what stood in the gaps, by argument. */
typedef struct {
  gchar *args[MOST_ARGS]; // (nullable)
} Filled;

static void filled_clear (Filled *self) {
  for (guint i = 0; i < MOST_ARGS; i++)
    g_clear_pointer (&self->args[i], g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Filled, filled_clear)

// Where the piece after a gap stands in @text, behind at least one byte; NULL: nowhere.
static const gchar *gap_end (const gchar *text, const gchar *piece, gboolean is_last) {
  const gsize length = strlen (text), own = strlen (piece);
  const gchar *end = !is_last ? strstr (text, piece) : g_str_has_suffix (text, piece) ? text + length - own : NULL;
  return end != NULL && end > text ? end : NULL;
}

static gboolean reads_so (const Form *form, const gchar *text, Filled *filled) {
  filled_clear (filled);
  if (!g_str_has_prefix (text, form->pieces[0]))
    return FALSE;
  text += strlen (form->pieces[0]);
  for (guint i = 0; i < form->n_gaps; i++) {
    const gchar *end = gap_end (text, form->pieces[i + 1], i + 1 == form->n_gaps);
    if (end == NULL || (form->is_number[i] && strspn (text, "0123456789.+-") < (gsize)(end - text)))
      return FALSE;
    g_free (filled->args[form->args[i]]);
    filled->args[form->args[i]] = g_strndup (text, (gsize)(end - text));
    text = end + strlen (form->pieces[i + 1]);
  }
  return *text == '\0';
}

// NULL: it wants an argument that is not there. (transfer full)
static gchar *say (const Form *form, const Filled *filled) {
  g_autoptr (GString) text = g_string_new (form->pieces[0]);
  for (guint i = 0; i < form->n_gaps; i++) {
    if (filled->args[form->args[i]] == NULL)
      return NULL;
    g_string_append_printf (text, "%s%s", filled->args[form->args[i]], form->pieces[i + 1]);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

// English has another form for one: its number is the first there is.
static const Form *english_of (const Message *message, const Filled *filled) {
  const Form *many = message->forms[MANY];
  for (guint i = 0; i < many->n_gaps; i++)
    if (many->is_number[i])
      return message->forms[g_strcmp0 (filled->args[many->args[i]], "1") == 0 ? SINGLE : MANY];
  return many;
}

static gchar *recall (const gchar *text, guint depth);

// (transfer full); NULL: @text is not @message.
static gchar *recall_as (const Message *message, const gchar *text, guint depth) {
  g_auto (Filled) filled = {{NULL}};
  guint i = 0;
  while (i < N_FORMS && !reads_so (message->forms[i], text, &filled))
    i++;
  for (guint arg = 0; i < N_FORMS && arg < MOST_ARGS; arg++) {
    g_autofree gchar *inner = filled.args[arg];
    filled.args[arg] = inner != NULL ? recall (inner, depth + 1) : NULL;
  }
  g_autofree gchar *english = i < N_FORMS ? say (english_of (message, &filled), &filled) : NULL;
  g_autofree gchar *translated = english != NULL ? say (message->forms[TRANSLATED], &filled) : NULL;
  return translated != NULL ? po_text_join (english, translated) : NULL;
}

// (transfer full) (nullable)
static gchar *recall_message (const gchar *text, guint depth) {
  const Message *known = g_hash_table_lookup (plain, text);
  gchar *said = known != NULL ? recall_as (known, text, depth) : NULL;
  for (guint i = 0; said == NULL && i < messages->len; i++)
    said = recall_as (messages->pdata[i], text, depth);
  return said;
}

// Several messages in one text are parted so. (transfer full)
static gchar *recall_each (const gchar *text, guint depth) {
  g_auto (GStrv) parts = g_strsplit (text, "; ", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    gchar *said = parts[1] != NULL ? recall_message (parts[i], depth) : NULL;
    if (said != NULL) {
      g_free (parts[i]);
      parts[i] = said;
    }
  }
  return g_strjoinv ("; ", parts);
}

// (transfer full)
static gchar *recall (const gchar *text, guint depth) {
  if (strchr (text, ' ') == NULL || po_text_is_carrying (text) || depth > MOST_NESTED)
    return g_strdup (text); // words without a blank are the model's and the log's, for programs
  gchar *said = recall_message (text, depth);
  return said != NULL ? said : recall_each (text, depth);
}

// The plan asks for the same few again and again.
gchar *po_text_recall (const gchar *text) {
  static GOnce once = G_ONCE_INIT;
  static GMutex lock;
  static GHashTable *said; // protected by lock
  g_once (&once, read_all, NULL);
  if (text == NULL)
    return NULL;
  g_mutex_lock (&lock);
  if (said == NULL)
    said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gchar *known = g_strdup (g_hash_table_lookup (said, text));
  g_mutex_unlock (&lock);
  if (known != NULL)
    return known;
  known = recall (text, 0);
  g_mutex_lock (&lock);
  if (g_hash_table_size (said) >= MOST_KEPT)
    g_hash_table_remove_all (said);
  g_hash_table_replace (said, g_strdup (text), g_strdup (known));
  g_mutex_unlock (&lock);
  return known;
}
