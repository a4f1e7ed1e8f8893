// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/proposals.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "model/text.h"
#include "store/scratch.h"

#define MOST_KEPT     8
#define MOST_NAME     200
#define ID_HEX_DIGITS 16

struct _PoProposals {
  PoErrands *errands;
  gchar *dir;              // where uploads lie while they are compared; NULL: no state folder
  GPtrArray *asked;        // Question
  GPtrArray *ids;          // oldest first; the table owns them
  GHashTable *uploads;     // id -> PoCalendarFile
  GHashTable *by_revision; // what the calendars would be with it -> id, of all that were asked about
};

/** Question: a comparison under way. */
typedef struct {
  PoProposals *proposals;
  PoControlDone done;
  gpointer data;
  gchar *id;            // (nullable) of the upload
  gchar *folder, *path; // (nullable) where its bytes lie for the asking
} Question;

// Of comparisons that a killed daemon left.
static void sweep (const gchar *all) {
  g_autoptr (GDir) dir = g_dir_open (all, 0, NULL);
  for (const gchar *name = dir != NULL ? g_dir_read_name (dir) : NULL; name != NULL; name = g_dir_read_name (dir)) {
    g_autofree gchar *folder = g_build_filename (all, name, NULL);
    po_scratch_remove (folder);
  }
}

static void question_free (Question *self) {
  if (self->folder != NULL)
    po_scratch_remove (self->folder);
  g_free (self->id);
  g_free (self->path);
  g_free (self->folder);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

PoProposals *po_proposals_new (PoErrands *errands) {
  PoProposals *self = g_new0 (PoProposals, 1);
  const gchar *state_dir = po_errands_state_dir (errands);
  self->errands = errands;
  self->dir = state_dir != NULL ? g_build_filename (state_dir, "proposals", NULL) : NULL;
  if (self->dir != NULL)
    sweep (self->dir);
  self->asked = g_ptr_array_new_with_free_func ((GDestroyNotify)question_free);
  self->ids = g_ptr_array_new ();
  self->uploads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)po_calendar_file_free);
  self->by_revision = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void po_proposals_free (PoProposals *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->asked); // whose errands ended unheard
  g_ptr_array_unref (self->ids);
  g_hash_table_unref (self->uploads);
  g_hash_table_unref (self->by_revision);
  g_free (self->dir);
  g_free (self);
}

const PoCalendarFile *po_proposals_find (PoProposals *self, const gchar *id, GError **error) {
  const PoCalendarFile *file = g_hash_table_lookup (self->uploads, id);
  if (file == NULL)
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND,
                 _ ("there is no upload %s any more; upload the calendar again, and confirm it then"), id);
  return file;
}

const gchar *po_proposals_of_revision (PoProposals *self, const gchar *revision) {
  const gchar *id = revision != NULL ? g_hash_table_lookup (self->by_revision, revision) : NULL;
  return id != NULL && g_hash_table_contains (self->uploads, id) ? id : NULL;
}

static gboolean is_of (gpointer revision, gpointer id, gpointer gone) {
  return g_str_equal (id, gone);
}

void po_proposals_drop (PoProposals *self, const gchar *id) {
  g_hash_table_foreach_remove (self->by_revision, is_of, (gpointer)id);
  for (guint i = self->ids->len; i > 0; i--)
    if (strcmp (self->ids->pdata[i - 1], id) == 0)
      g_ptr_array_remove_index (self->ids, i - 1);
  g_hash_table_remove (self->uploads, id);
}

// A name within the folder, and one that the folder's watch reads.
static gboolean check_name (const gchar *name, GError **error) {
  g_autofree gchar *lower = g_ascii_strdown (name, -1);
  gboolean plain = *name != '.' && strchr (name, '/') == NULL && g_utf8_validate (name, -1, NULL) &&
                   strlen (name) <= MOST_NAME && g_str_has_suffix (lower, ".ics");
  for (const gchar *c = name; plain && *c != '\0'; c++)
    plain = (guchar)*c >= ' ' && *c != '\x7f';
  if (!plain)
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
                 _ ("“%s” cannot be a calendar's name: one like season-2027.ics is wanted"), name);
  return plain;
}

// (transfer none): the id by which it is kept
static const gchar *keep (PoProposals *self, const gchar *name, GBytes *bytes) {
  PoCalendarFile *file = po_calendar_file_new (name, bytes);
  g_autofree gchar *both = g_strconcat (name, "\n", file->sha256, NULL);
  g_autofree gchar *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);
  gchar *id = g_strdup_printf (PO_PROPOSAL_PREFIX "%.*s", ID_HEX_DIGITS, sum);
  po_proposals_drop (self, id);
  if (self->ids->len >= MOST_KEPT)
    po_proposals_drop (self, self->ids->pdata[0]);
  g_hash_table_insert (self->uploads, id, file);
  g_ptr_array_add (self->ids, id);
  return id;
}

// (transfer full): NULL with @error
static gchar *new_folder (const gchar *dir, GError **error) {
  if (dir == NULL)
    return g_dir_make_tmp ("playoutd-XXXXXX", error);
  g_autofree gchar *folder = g_build_filename (dir, "XXXXXX", NULL);
  if (g_mkdir_with_parents (dir, 0700) == 0 && g_mkdtemp (folder) != NULL)
    return g_steal_pointer (&folder);
  g_set_error (error, PO_ERROR, PO_ERROR_SYSTEM, "%s: %s", dir, g_strerror (errno));
  return NULL;
}

static gboolean lay_out (Question *question, const gchar *name, GBytes *bytes, GError **error) {
  gsize length = 0;
  const gchar *text = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) local = NULL;
  question->folder = new_folder (question->proposals->dir, &local);
  question->path = question->folder != NULL ? g_build_filename (question->folder, name, NULL) : NULL;
  if (question->path != NULL && g_file_set_contents (question->path, length > 0 ? text : "", (gssize)length, &local))
    return TRUE;
  g_set_error_literal (error, PO_ERROR, PO_ERROR_SYSTEM, local->message);
  return FALSE;
}

static void on_compared (const gchar *text, const GError *error, gpointer data) {
  Question *asked = data;
  guint at = 0;
  g_autoptr (GError) odd = NULL;
  g_ptr_array_find (asked->proposals->asked, asked, &at);
  g_autoptr (Question) question = g_ptr_array_steal_index (asked->proposals->asked, at);
  JsonNode *answer = text != NULL ? json_from_string (text, &odd) : NULL;
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer) && question->id != NULL) {
    JsonObject *object = json_node_get_object (answer);
    json_object_set_string_member (object, "upload", question->id);
    g_hash_table_replace (question->proposals->by_revision,
                          g_strdup (json_object_get_string_member_with_default (object, "revision", "")),
                          g_strdup (question->id));
  }
  question->done (answer, error != NULL ? error : odd, question->data);
}

void po_proposals_compare (PoProposals *self, const PoControlCalendar *wish, PoTimeNs now_ns, PoControlDone done,
                           gpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (Question) question = g_new0 (Question, 1);
  g_autofree gchar *from = po_time_to_utc_string (now_ns);
  question->proposals = self;
  question->done = done;
  question->data = data;
  if (wish->revision != NULL && strspn (wish->revision, "0123456789abcdef") != strlen (wish->revision)) {
    g_set_error (&error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” is no revision; see `playoutctl schedule list`"),
                 wish->revision);
    done (NULL, error, data);
    return;
  }
  if (wish->bytes != NULL &&
      (!check_name (wish->name, &error) || !lay_out (question, wish->name, wish->bytes, &error))) {
    done (NULL, error, data);
    return;
  }
  if (wish->bytes != NULL)
    question->id = g_strdup (keep (self, wish->name, wish->bytes));
  const gchar *word = question->path != NULL ? question->path : wish->revision;
  const gchar *words[] = {"schedule", "diff", "--json", "--from", from, word, NULL};
  g_ptr_array_add (self->asked, question);
  po_errands_run (self->errands, words, wish->language, on_compared, g_steal_pointer (&question));
}
