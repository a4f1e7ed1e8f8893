// SPDX-License-Identifier: GPL-3.0-or-later
// Operators' commands: when each takes effect, and what waits for its picture until then.
#include "air/air-private.h"

#include "model/error.h"
#include "model/text.h"
#include "rundown/cue.h"
#include "rundown/diff.h"

#define PROMISE_NS (500 * PO_NS_PER_MS)  // what a local file needs at most, from the command to its first picture
#define GIVE_UP_US (10 * G_USEC_PER_SEC) // an operator has moved on by then
#define FAR_NS     (100 * 24 * 3600 * PO_NS_PER_SECOND) // how far ahead one airing can be spoken of
#define INSERT_NS  (3600 * PO_NS_PER_SECOND)            // of what comes then is told what an insertion moves
#define BUSY_HOUR  60                                   // events from which on that is not looked for days ahead
#define MARGIN     1                                    // the next frame, if there is time
#define LOOK_MS    10                                   // how often it is looked whether a run that has begun is there

// @on_air: (nullable) until then.
static const gchar *no_effect_text (const PoJournalEntry *entry, const PoItem *on_air) {
  switch (entry->kind) {
  case PO_JOURNAL_HOLD:
    return on_air != NULL && on_air->held
               ? NULL
               : _ ("hold changes nothing: there is no picture to hold, or a fixed start comes right then");
  case PO_JOURNAL_TAKE:
    return po_journal_entry_get (entry, "uid") != NULL
               ? _ ("take changes nothing: no such airing is near, its clip is not in the plan yet, or it is on air "
                    "already; see `playoutctl rundown`")
               : _ ("take changes nothing: nothing waits and nothing comes within a day");
  case PO_JOURNAL_SKIP:
    return _ ("skip changes nothing: what is on air cannot be skipped");
  case PO_JOURNAL_END_LIVE:
    return _ ("end-live changes nothing: no such show is on air");
  case PO_JOURNAL_EXTEND:
    return _ ("extend changes nothing: no such event is on air");
  case PO_JOURNAL_CANCEL:
    return _ ("cancel changes nothing: no such airing is near, or it is over; see `playoutctl rundown`");
  case PO_JOURNAL_REPLACE:
    return _ ("replace changes nothing: no such airing is near, or it plays that clip already");
  case PO_JOURNAL_INSERT:
    return _ ("insert changes nothing: the clip would never be seen at that place");
  default:
    return NULL; // a state to be in: asking for it twice is no mistake
  }
}

// Whether @entry is to hold at once, in the place of a command that has yet to come to its frame.
static gboolean replaces (PoAir *self, PoFrame now, const PoJournalEntry *entry) {
  return entry->kind == PO_JOURNAL_SLATE && self->replaceable != NULL && self->commanded > now + MARGIN;
}

// How far ahead of frame @now, which the head has taken, the first is that @entry can have. One that was promised a
// frame may not have come to it yet: were a later one to hold before it, the earlier would undo it.
static PoFrame least_margin (PoAir *self, PoFrame now, const PoJournalEntry *entry) {
  return replaces (self, now, entry) ? MARGIN : MAX (MARGIN, self->commanded - now);
}

// The airing that @entry names, where the calendars have it beyond the rundown in force: the journal keeps what is said
// of it until then. (transfer full) (nullable)
static PoOccurrence *far_airing (PoAir *self, const PoJournalEntry *entry) {
  const gchar *uid = po_journal_entry_get (entry, "uid"), *instance = po_journal_entry_get (entry, "instance");
  if (entry->kind != PO_JOURNAL_CANCEL && entry->kind != PO_JOURNAL_REPLACE)
    return NULL;
  PoTimeNs end_ns = po_frame_to_time_floor (po_rundown_end (self->rundown), self->rate);
  g_autoptr (GPtrArray) beyond = po_station_occurrences_of (self->settings.station, uid, end_ns, end_ns + FAR_NS);
  for (guint i = 0; i < beyond->len; i++)
    if (g_strcmp0 (((PoOccurrence *)beyond->pdata[i])->instance, instance) == 0)
      return g_ptr_array_steal_index (beyond, i);
  return NULL;
}

// FALSE: @entry is none that inserts something at an instant.
static gboolean insert_frame (PoAir *self, const PoJournalEntry *entry, PoFrame *ret_frame) {
  const PoPlanSettings *settings = po_station_settings (self->settings.station);
  return entry->kind == PO_JOURNAL_INSERT && po_journal_entry_get (entry, "at") != NULL &&
         po_journal_entry_get_frame (entry, "at", settings->zone, self->rate, ret_frame);
}

// Why @entry, which inserts something at an instant, comes to nothing there, or would come now.
static const gchar *misplaced_text (PoAir *self, const PoJournalEntry *entry) {
  PoFrame at = 0;
  if (!insert_frame (self, entry, &at))
    return NULL;
  if (at < entry->frame)
    return _ ("insert changes nothing: that time is past; leave “at” out to insert it now");
  if (at - entry->frame > po_frames_from_duration_ceil (PO_SETTLE_NS, self->rate))
    return _ ("insert changes nothing: that time is more than 35 days ahead; put the clip into the calendar");
  return NULL;
}

// Whether @entry inserts something so far ahead, and so much airs until then, that planning it costs seconds of the
// main loop: it is believed.
static gboolean is_believed (PoAir *self, const PoJournalEntry *entry) {
  PoFrame at = 0;
  if (!insert_frame (self, entry, &at) || at - entry->frame < po_frames_from_duration_ceil (24 * INSERT_NS, self->rate))
    return FALSE;
  const PoTimeNs at_ns = po_frame_to_time_floor (at, self->rate);
  g_autoptr (GPtrArray) hour = po_station_occurrences (self->settings.station, at_ns, at_ns + INSERT_NS);
  return hour->len >= BUSY_HOUR;
}

// Where, beyond the rundown in force, @entry changes something, if it does.
static gboolean far_window (PoAir *self, const PoJournalEntry *entry, PoFrame *ret_from, PoFrame *ret_to) {
  if (insert_frame (self, entry, ret_from)) {
    *ret_to = *ret_from + po_frames_from_duration_ceil (INSERT_NS, self->rate);
    return *ret_from >= po_rundown_end (self->rundown) && misplaced_text (self, entry) == NULL &&
           !is_believed (self, entry);
  }
  g_autoptr (PoOccurrence) airing = far_airing (self, entry);
  if (airing == NULL)
    return FALSE;
  *ret_from = po_frame_from_time_ceil (airing->start_ns, self->rate);
  *ret_to = po_frame_from_time_ceil (airing->end_ns, self->rate);
  return TRUE;
}

// What @entry does too far ahead for the rundown to show it; a season is not looked through where the rundown shows
// what it does. (transfer full) of PoChange
static GPtrArray *far_changes (PoAir *self, PoJournalEntry *entry, gboolean is_near) {
  PoStation *station = self->settings.station;
  PoFrame from = 0, to = 0;
  if (is_near || !far_window (self, entry, &from, &to))
    return g_ptr_array_new_with_free_func ((GDestroyNotify)po_change_free);
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_ptr_array_add (entries, entry);
  g_autoptr (PoRundown) before = po_station_plan (station, NULL, from, to, NULL);
  g_autoptr (PoRundown) after = po_station_plan (station, entries, from, to, NULL);
  return po_rundown_diff (before, after, po_station_settings (station)->zone);
}

// (transfer full) of PoChange
static GPtrArray *changes_by (PoAir *self, PoRundown *before, PoRundown *after, GPtrArray *far) {
  g_autoptr (GPtrArray) near = po_rundown_diff (before, after, po_station_settings (self->settings.station)->zone);
  return near->len > 0 ? g_steal_pointer (&near) : g_ptr_array_ref (far);
}

// A command that would change nothing is refused: its operator meant something.
static gboolean check_effect (PoAir *self, const PoJournalEntry *entry, gboolean is_near, GPtrArray *far,
                              GError **error) {
  const PoItem *on_air = po_rundown_at (self->rundown, entry->frame - 1);
  const gchar *why = no_effect_text (entry, on_air);
  // An extension of what has no end of its own is seen only when something follows.
  gboolean is_noted = entry->kind == PO_JOURNAL_EXTEND && on_air != NULL && on_air->uid != NULL &&
                      on_air->kind != PO_ITEM_FILLER && on_air->kind != PO_ITEM_CARD;
  const gchar *misplaced = misplaced_text (self, entry);
  if (misplaced == NULL && (why == NULL || is_noted || is_near || far->len > 0 || is_believed (self, entry)))
    return TRUE;
  g_set_error_literal (error, PO_ERROR, PO_ERROR_CONFLICT, misplaced != NULL ? misplaced : why);
  return FALSE;
}

// Whether what @after shows from @frame on is there; @ret_item: what must be, if it is not.
static const gchar *readiness (PoAir *self, PoRundown *after, PoFrame frame, const PoItem **ret_item) {
  const PoItem *item = po_rundown_at (after, frame);
  *ret_item = item;
  if (self->settings.is_free_run || item == NULL || !po_cue_needs_player (item) ||
      po_rundown_same_air_at (self->rundown, after, frame))
    return "cued";
  return po_runs_readiness (self->runs, after, item, frame, po_air_frame (self));
}

// ---- what waits, in the journal ----

#define LOST_ALARM "command-lost"

static const gchar *verb_of (const PoJournalEntry *entry) {
  gboolean is_next = entry->kind == PO_JOURNAL_TAKE && po_journal_entry_get (entry, "next") != NULL;
  return is_next ? "take-next" : po_journal_kind_to_string (entry->kind);
}

static void set_arg (PoJournalEntry *entry, const gchar *key, const gchar *value) {
  g_hash_table_replace (entry->args, g_strdup (key), g_strdup (value));
}

// Should this life be killed, the next one finds it there.
static void note_asked (PoAir *self, PoWaiting *waiting) {
  g_autoptr (PoJournalEntry) asked = po_journal_entry_copy (waiting->entry);
  g_autofree gchar *promised = g_strdup_printf ("%" G_GINT64_FORMAT, waiting->promised);
  waiting->id = g_uuid_string_random ();
  asked->kind = PO_JOURNAL_ASKED;
  asked->frame = po_air_frame (self) + PO_COMMAND_MARGIN;
  set_arg (asked, "id", waiting->id);
  set_arg (asked, "verb", verb_of (waiting->entry));
  set_arg (asked, "promised", promised);
  set_arg (waiting->entry, "asked", waiting->id);
  po_air_append (self, g_steal_pointer (&asked));
}

static PoJournalEntry *dropped_new (PoFrame frame, const PoJournalEntry *asked, const gchar *id, const gchar *verb,
                                    const gchar *why) {
  return po_journal_entry_new (frame, PO_JOURNAL_DROPPED, asked->who, "asked", id, "verb", verb, "uid",
                               po_journal_entry_get (asked, "uid"), "instance",
                               po_journal_entry_get (asked, "instance"), "media", po_journal_entry_get (asked, "media"),
                               "why", why, NULL);
}

// The end of the command in whose place @entry comes. (transfer full) (nullable)
static PoJournalEntry *replaced_by (PoAir *self, const PoJournalEntry *entry, PoFrame frame) {
  const PoJournalEntry *replaced = self->replaceable;
  if (!replaces (self, po_air_frame (self), entry))
    return NULL;
  return dropped_new (frame, replaced, po_journal_entry_get (replaced, "asked"), verb_of (replaced),
                      _ ("the slate was asked for before its frame"));
}

static PoRundown *plan_with (PoAir *self, PoJournalEntry *entry, PoFrame frame) {
  g_autoptr (PoJournalEntry) dropped = replaced_by (self, entry, frame);
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  entry->frame = frame;
  if (dropped != NULL)
    g_ptr_array_add (entries, dropped);
  g_ptr_array_add (entries, entry);
  return po_air_plan_ahead (self, entries, NULL);
}

// Those that were asked for and of which nothing came. (transfer container) of PoJournalEntry
static GPtrArray *find_lost (GPtrArray *journal) {
  g_autoptr (GHashTable) settled = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *lost = g_ptr_array_new ();
  for (guint i = journal->len; i-- > 0;) {
    PoJournalEntry *entry = journal->pdata[i];
    const gchar *asked = po_journal_entry_get (entry, "asked"), *id = po_journal_entry_get (entry, "id");
    if (asked != NULL)
      g_hash_table_add (settled, (gpointer)asked);
    if (entry->kind == PO_JOURNAL_ASKED && id != NULL && !g_hash_table_contains (settled, id))
      g_ptr_array_insert (lost, 0, entry);
  }
  return lost;
}

// It is not carried out now: its moment has passed, and whoever gave it has seen that no answer came.
void po_air_answer_for_lost (PoAir *self, GPtrArray *entries) {
  g_autoptr (GPtrArray) lost = find_lost (po_station_journal (self->settings.station));
  for (guint i = 0; i < lost->len; i++) {
    const PoJournalEntry *asked = lost->pdata[i];
    const gchar *verb = po_journal_entry_get (asked, "verb");
    const gchar *what = po_journal_entry_get (asked, "media"), *uid = po_journal_entry_get (asked, "uid");
    g_autofree gchar *time =
        po_time_to_local_string (asked->utc_ns, po_station_settings (self->settings.station)->zone);
    g_ptr_array_add (entries, dropped_new (0, asked, po_journal_entry_get (asked, "id"), verb,
                                           _ ("playoutd was killed before the picture was there")));
    po_alarms_raise (self->settings.alarms, LOST_ALARM, PO_SEVERITY_WARNING, po_clock_now_ns (self->settings.clock),
                     _ ("Give it again if it is still wanted; the next command ends this alarm."),
                     _ ("“%s” (%s), given by %s at %s, was not carried out: playoutd was killed before its picture was "
                        "there"),
                     verb,
                     what != NULL  ? what
                     : uid != NULL ? uid
                                   : "",
                     asked->who, time);
  }
}

static void waiting_free (PoWaiting *self) {
  po_journal_entry_free (self->entry);
  g_free (self->id);
  g_free (self);
}

static void refuse (PoAir *self, PoError code, const gchar *why) {
  PoWaiting *waiting = g_steal_pointer (&self->waiting);
  g_autoptr (GError) error = g_error_new_literal (PO_ERROR, (gint)code, why);
  po_runs_stand_down (self->runs);
  po_air_append (self, dropped_new (po_air_frame (self) + PO_COMMAND_MARGIN, waiting->entry, waiting->id,
                                    verb_of (waiting->entry), why));
  waiting->done (PO_FRAME_NONE, NULL, error, waiting->user);
  waiting_free (waiting);
}

void po_air_end_commands (PoAir *self) {
  if (self->waiting != NULL)
    refuse (self, PO_ERROR_SYSTEM, _ ("playoutd ended before the picture was there"));
}

// Whether @entry has waited, and does no more than choose what is on air, as the slate does.
static gboolean is_replaceable (const PoJournalEntry *entry) {
  if (po_journal_entry_get (entry, "asked") == NULL)
    return FALSE;
  switch (entry->kind) {
  case PO_JOURNAL_TAKE:
  case PO_JOURNAL_BACK:
  case PO_JOURNAL_FILL:
    return TRUE;
  case PO_JOURNAL_INSERT:
    return g_strcmp0 (po_journal_entry_get (entry, "how"), "now") == 0;
  default:
    return FALSE;
  }
}

// @far: what it does beyond the rundown in force.
static void carry_out (PoAir *self, PoJournalEntry *entry, PoFrame margin, GPtrArray *far, PoAirCommandDone done,
                       gpointer user) {
  g_autoptr (PoRundown) before = po_rundown_ref (self->rundown);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify)po_journal_entry_free);
  PoJournalEntry *dropped = replaced_by (self, entry, PO_FRAME_NONE);
  if (entry->kind == PO_JOURNAL_BACK)
    self->aired_before = PO_FRAME_NONE; // whoever says so accepts the clock as well
  if (dropped != NULL)
    g_ptr_array_add (entries, dropped);
  g_ptr_array_add (entries, entry);
  g_clear_pointer (&self->replaceable, po_journal_entry_free);
  if (is_replaceable (entry))
    self->replaceable = po_journal_entry_copy (entry);
  const PoFrame frame = self->commanded = po_air_decide (self, entries, margin);
  po_alarms_clear (self->settings.alarms, LOST_ALARM);
  g_autoptr (GPtrArray) changes = changes_by (self, before, self->rundown, far);
  done (frame, changes, NULL, user);
}

static gboolean on_look (gpointer user) {
  PoAir *self = user;
  self->look_id = 0;
  po_air_pursue (self);
  return G_SOURCE_REMOVE;
}

// One that was joined may have begun long before the frame that is wanted of it now.
static void look_again (PoAir *self, PoFrame frame) {
  if (po_runs_wait_for (self->runs, frame) && self->look_id == 0)
    self->look_id = g_timeout_add (LOOK_MS, on_look, self);
}

void po_air_pursue (PoAir *self) {
  PoWaiting *waiting = self->waiting;
  const PoItem *item = NULL;
  if (waiting == NULL)
    return;
  PoFrame now = po_air_frame (self);
  PoFrame frame = MAX (now + least_margin (self, now, waiting->entry), waiting->promised);
  g_autoptr (PoRundown) after = plan_with (self, waiting->entry, frame);
  const gchar *state = readiness (self, after, frame, &item);
  if (g_strcmp0 (state, "cued") == 0) {
    self->waiting = NULL;
    g_autoptr (GPtrArray) far = g_ptr_array_new (); // what is there at once did not wait
    carry_out (self, g_steal_pointer (&waiting->entry), frame - now, far, waiting->done, waiting->user);
    waiting_free (waiting);
    po_runs_stand_down (self->runs);
  } else if (g_strcmp0 (state, "failed") == 0) {
    refuse (self, PO_ERROR_CONFLICT, _ ("its clip cannot be played; what is on air continues"));
  } else if (g_get_monotonic_time () > waiting->give_up_us) {
    refuse (self, PO_ERROR_CONFLICT, _ ("its picture did not come within 10 seconds; what is on air continues"));
  } else if (state == NULL) {
    po_runs_stand_by (self->runs, item, frame); // what the plan brings has become another
  } else {
    look_again (self, frame);
  }
}

static void wait_for_picture (PoAir *self, PoJournalEntry *entry, PoAirCommandDone done, gpointer user) {
  const PoItem *item = NULL;
  PoFrame now = po_air_frame (self);
  PoFrame soon = po_frames_from_duration_ceil (PROMISE_NS, self->rate);
  gboolean is_asap = g_strcmp0 (po_journal_entry_get (entry, "asap"), "1") == 0;
  PoWaiting *waiting = g_new0 (PoWaiting, 1);
  *waiting = (PoWaiting){entry,
                         NULL,
                         now + MAX (least_margin (self, now, entry), is_asap ? 0 : soon),
                         g_get_monotonic_time () + GIVE_UP_US,
                         done,
                         user};
  note_asked (self, waiting);
  self->waiting = waiting;
  // A run joined in its middle is begun where it can be had by then.
  g_autoptr (PoRundown) after = plan_with (self, entry, MAX (waiting->promised, now + PO_COMMAND_MARGIN));
  if (readiness (self, after, entry->frame, &item) == NULL)
    po_runs_stand_by (self->runs, item, entry->frame);
}

void po_air_command (PoAir *self, PoJournalEntry *entry, gboolean dry_run, PoAirCommandDone done, gpointer user) {
  g_autoptr (PoJournalEntry) owned = entry;
  g_autoptr (GError) error = NULL;
  const PoItem *item = NULL;
  const PoFrame now = po_air_frame (self);
  PoFrame frame = now + least_margin (self, now, owned);
  g_autoptr (PoRundown) after = plan_with (self, owned, frame);
  const gboolean is_near = !po_rundown_same_air (self->rundown, after, owned->frame);
  g_autoptr (GPtrArray) far = far_changes (self, owned, is_near);
  if (!check_effect (self, owned, is_near, far, &error)) {
    done (PO_FRAME_NONE, NULL, error, user);
    return;
  }
  gboolean is_cued = g_strcmp0 (readiness (self, after, frame, &item), "cued") == 0;
  if (dry_run) {
    gboolean is_asap = g_strcmp0 (po_journal_entry_get (owned, "asap"), "1") == 0;
    if (!is_cued && !is_asap)
      frame = MAX (frame, po_air_frame (self) + po_frames_from_duration_ceil (PROMISE_NS, self->rate));
    g_autoptr (PoRundown) then = frame == owned->frame ? po_rundown_ref (after) : plan_with (self, owned, frame);
    g_autoptr (GPtrArray) changes = changes_by (self, self->rundown, then, far);
    done (frame, changes, NULL, user);
    return;
  }
  if (self->waiting != NULL)
    refuse (self, PO_ERROR_CONFLICT, _ ("another command came before its picture was there"));
  const PoFrame margin = least_margin (self, po_air_frame (self), owned);
  if (is_cued)
    carry_out (self, g_steal_pointer (&owned), margin, far, done, user);
  else
    wait_for_picture (self, g_steal_pointer (&owned), done, user);
}
