// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/command-desk.h"

#include "desk/command.h"
#include "desk/held-answers.h"
#include "desk/turns.h"
#include "json/tree.h"
#include "model/error.h"
#include "model/recall.h"
#include "model/text.h"
#include "rundown/diff.h"

#define LOOK_BACK 5000 // entries of the journal in which a key is looked for

struct _PoCommandDesk {
  PoAir *air;
  PoStation *station;
  GTimeZone *zone;
  PoHeldAnswers *answers;
  PoTurns *turns;
};

PoCommandDesk *po_command_desk_new (const PoDeskParts *parts) {
  PoCommandDesk *self = g_new0 (PoCommandDesk, 1);
  self->air = parts->air;
  self->station = parts->station;
  self->zone = parts->zone;
  self->answers = po_held_answers_new (parts->log);
  self->turns = po_turns_new ();
  return self;
}

void po_command_desk_free (PoCommandDesk *self) {
  if (self == NULL)
    return;
  po_turns_free (self->turns);
  po_held_answers_free (self->answers);
  g_free (self);
}

static PoRate rate_of (PoCommandDesk *self) {
  return po_rundown_rate (po_air_rundown (self->air));
}

// What @entry would put on air, if it does, by its name in the library: the spelling of its accents is the asker's.
static gboolean find_clip (PoCommandDesk *self, PoJournalEntry *entry, GError **error) {
  PoMediaTable *table = po_station_media (self->station);
  const gchar *media = po_journal_entry_get (entry, "media");
  const PoMediaFacts *facts = media != NULL ? po_media_table_lookup (table, media) : NULL;
  if (media != NULL && facts == NULL)
    facts = po_media_table_resolve (table, media, NULL);
  if (facts != NULL && facts->problem == NULL)
    g_hash_table_replace (entry->args, g_strdup ("media"), g_strdup (facts->path));
  if (media == NULL || (facts != NULL && facts->problem == NULL))
    return TRUE;
  g_autofree gchar *problem = facts != NULL ? po_text_recall (facts->problem) : NULL;
  if (problem != NULL)
    g_set_error (error, PO_ERROR, PO_ERROR_CONFLICT, _ ("the clip “%s” cannot air: %s"), media, problem);
  else
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("there is no clip “%s” in the media folder"), media);
  return FALSE;
}

/** Asked: a command on its way. */
typedef struct {
  PoCommandDesk *desk;
  PoJournalEntry *entry; // (nullable) until it is its turn
  gboolean dry_run;
  PoControlDone done;
  gpointer data;
} Asked;

static void on_commanded (PoFrame frame, GPtrArray *changes, const GError *error, gpointer user) {
  g_autofree Asked *asked = user;
  PoCommandDesk *self = asked->desk;
  if (error != NULL) {
    asked->done (NULL, error, asked->data);
    return;
  }
  JsonObject *answer = json_object_new ();
  JsonArray *words = json_array_new ();
  g_autofree gchar *utc = po_time_to_utc_string (po_frame_to_time_floor (frame, rate_of (self)));
  for (guint i = 0; i < changes->len; i++)
    json_array_add_string_element (words, ((PoChange *)changes->pdata[i])->text);
  json_object_set_int_member (answer, "frame", frame);
  json_object_set_string_member (answer, "time", utc);
  json_object_set_boolean_member (answer, "dry_run", asked->dry_run);
  json_object_set_array_member (answer, "changes", words);
  json_object_set_string_member (answer, "rundown_revision", po_rundown_revision (po_air_rundown (self->air)));
  if (asked->dry_run)
    asked->done (po_json_object_node (answer), NULL, asked->data);
  else
    po_held_answers_hold (self->answers, po_json_object_node (answer), asked->done, asked->data);
}

JsonNode *po_command_desk_given (PoCommandDesk *self, const gchar *key, gchar **ret_request) {
  GPtrArray *journal = po_station_journal (self->station);
  for (guint i = journal->len, seen = 0; i-- > 0 && seen < LOOK_BACK; seen++) {
    const PoJournalEntry *entry = journal->pdata[i];
    if (entry->kind == PO_JOURNAL_ASKED || g_strcmp0 (po_journal_entry_get (entry, "key"), key) != 0)
      continue;
    g_autofree gchar *utc = po_time_to_utc_string (po_frame_to_time_floor (entry->frame, rate_of (self)));
    JsonObject *answer = json_object_new ();
    *ret_request = g_strdup (po_journal_entry_get (entry, "request"));
    json_object_set_int_member (answer, "frame", entry->frame);
    json_object_set_string_member (answer, "time", utc);
    json_object_set_boolean_member (answer, "dry_run", FALSE);
    json_object_set_boolean_member (answer, "recalled", TRUE);
    json_object_set_array_member (answer, "changes", json_array_new ()); // they were told when it was given
    json_object_set_string_member (answer, "rundown_revision", po_rundown_revision (po_air_rundown (self->air)));
    return po_json_object_node (answer);
  }
  return NULL;
}

// An airing may be called what the calendars call it; the journal has one name for it.
static void name_as_known (PoCommandDesk *self, PoJournalEntry *entry) {
  const gchar *uid = po_journal_entry_get (entry, "uid"), *given = po_journal_entry_get (entry, "instance");
  const gchar *known = uid != NULL && given != NULL ? po_station_instance (self->station, uid, given) : given;
  if (known != given)
    g_hash_table_replace (entry->args, g_strdup ("instance"), g_strdup (known));
}

static void on_turn (const GError *error, gpointer user) {
  Asked *asked = user;
  g_autoptr (PoJournalEntry) entry = g_steal_pointer (&asked->entry);
  if (error != NULL)
    on_commanded (PO_FRAME_NONE, NULL, error, asked);
  else
    po_air_command (asked->desk->air, g_steal_pointer (&entry), asked->dry_run, on_commanded, asked);
}

void po_command_desk_take (PoCommandDesk *self, const gchar *verb, JsonObject *args, gboolean dry_run, const gchar *who,
                           PoControlDone done, gpointer data) {
  g_autoptr (GError) error = NULL;
  g_autoptr (PoJournalEntry) entry = po_command_entry_new (verb, args, who, self->zone, &error);
  if (entry == NULL || !find_clip (self, entry, &error)) {
    done (NULL, error, data);
    return;
  }
  name_as_known (self, entry);
  Asked *asked = g_new0 (Asked, 1);
  *asked = (Asked){self, g_steal_pointer (&entry), dry_run, done, data};
  if (dry_run)
    po_turns_wait (self->turns, on_turn, asked);
  else
    on_turn (NULL, asked);
}
