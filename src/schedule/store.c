// SPDX-License-Identifier: GPL-3.0-or-later
// Decides with judge.c, builds the schedule in force, keeps it through archive.c.
#include "schedule/store.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"
#include "schedule/archive.h"

struct _PoScheduleStore {
  gchar *timezone;
  PoScheduleArchive *archive;
  GPtrArray *last_good;      // PoCalendarFile: what is in force
  PoSchedule *current;       // made of them
  GPtrArray *candidate;      // PoCalendarFile: what was last offered; NULL before
  gchar *candidate_revision; // of it; NULL before
  PoScheduleVerdict *verdict;
  gchar *pinned_at; // (nullable) after a rollback: the candidate that the operator turned away from
  GPtrArray *notes; // PoFinding from loading
};

static GPtrArray *new_files (void) {
  return g_ptr_array_new_with_free_func ((GDestroyNotify)po_calendar_file_free);
}

static void add_file (GPtrArray *files, const PoCalendarFile *file) {
  g_ptr_array_add (files, po_calendar_file_new (file->name, file->bytes));
}

static PoSchedule *build (PoScheduleStore *self, GPtrArray *files) {
  PoSchedule *schedule = po_schedule_new (self->timezone, NULL);
  for (guint i = 0; i < files->len; i++) {
    const PoCalendarFile *file = files->pdata[i];
    po_schedule_add (schedule, file->name, file->bytes, NULL);
  }
  po_schedule_seal (schedule);
  return schedule;
}

static void take_files (PoScheduleStore *self, GPtrArray *files) {
  g_clear_pointer (&self->last_good, g_ptr_array_unref);
  g_clear_pointer (&self->current, po_schedule_unref);
  self->last_good = g_ptr_array_ref (files);
  self->current = build (self, files);
}

static void note (PoScheduleStore *self, const gchar *revision, const GError *why) {
  g_ptr_array_add (self->notes,
                   po_finding_new (PO_SEVERITY_ERROR, "schedule-store-damaged", NULL, 0, NULL, NULL,
                                   _ ("the kept schedule %.12s cannot be loaded: %s; an earlier one is in force"),
                                   revision, why->message));
}

// The latest revision that is still whole.
static void load_last (PoScheduleStore *self) {
  GPtrArray *history = po_schedule_archive_history (self->archive);
  for (guint i = history->len; i > 0; i--) {
    const PoAdoption *adoption = history->pdata[i - 1];
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) files = po_schedule_archive_load (self->archive, adoption->revision, &error);
    if (files == NULL) {
      note (self, adoption->revision, error);
      continue;
    }
    take_files (self, files);
    if (i == history->len && strcmp (adoption->why, "rollback") == 0)
      self->pinned_at = g_strdup (adoption->candidate);
    return;
  }
}

PoScheduleStore *po_schedule_store_open (const gchar *state_dir, const gchar *timezone, GError **error) {
  g_autoptr (PoSchedule) probe = po_schedule_new (timezone, error);
  g_autoptr (GPtrArray) none = new_files ();
  if (probe == NULL)
    return NULL;
  PoScheduleStore *self = g_new0 (PoScheduleStore, 1);
  self->timezone = g_strdup (timezone);
  self->archive = po_schedule_archive_open (state_dir);
  self->notes = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  take_files (self, none);
  load_last (self);
  return self;
}

void po_schedule_store_free (PoScheduleStore *self) {
  if (self == NULL)
    return;
  g_ptr_array_unref (self->last_good);
  po_schedule_unref (self->current);
  g_clear_pointer (&self->candidate, g_ptr_array_unref);
  g_clear_pointer (&self->verdict, po_schedule_verdict_free);
  po_schedule_archive_free (self->archive);
  g_ptr_array_unref (self->notes);
  g_free (self->candidate_revision);
  g_free (self->pinned_at);
  g_free (self->timezone);
  g_free (self);
}

static gint compare_files (gconstpointer a, gconstpointer b) {
  return strcmp ((*(PoCalendarFile *const *)a)->name, (*(PoCalendarFile *const *)b)->name);
}

// Names a set as it lies in the folder, usable or not.
static gchar *revision_of_folder (GPtrArray *files) {
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  for (guint i = 0; i < files->len; i++) {
    const PoCalendarFile *file = files->pdata[i];
    g_checksum_update (checksum, (const guchar *)file->name, strlen (file->name) + 1);
    g_checksum_update (checksum, (const guchar *)file->sha256, -1);
  }
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean is_in_force (PoScheduleStore *self, GPtrArray *files) {
  if (files->len != self->last_good->len)
    return FALSE;
  for (guint i = 0; i < files->len; i++) {
    const PoCalendarFile *left = files->pdata[i], *right = self->last_good->pdata[i];
    if (strcmp (left->name, right->name) != 0 || strcmp (left->sha256, right->sha256) != 0)
      return FALSE;
  }
  return TRUE;
}

// @files in name order. TRUE: another revision is in force.
static gboolean adopt (PoScheduleStore *self, GPtrArray *files, const gchar *why, const gchar *who, PoTimeNs now_ns) {
  gboolean changed = !is_in_force (self, files);
  if (changed)
    take_files (self, files);
  const gchar *revision = po_schedule_revision (self->current);
  // A confirm or rollback to what is in force already is kept too: it is an operator's word.
  if (changed || strcmp (why, "changed") != 0) {
    const PoAdoption adoption = {.revision = (gchar *)revision,
                                 .time_ns = now_ns,
                                 .why = (gchar *)why,
                                 .who = (gchar *)who,
                                 .candidate = self->candidate_revision};
    po_schedule_archive_keep (self->archive, &adoption, files);
  }
  g_clear_pointer (&self->pinned_at, g_free);
  if (strcmp (why, "rollback") == 0)
    self->pinned_at = g_strdup (self->candidate_revision);
  return changed;
}

static void judge_candidate (PoScheduleStore *self, PoTimeNs now_ns) {
  g_clear_pointer (&self->verdict, po_schedule_verdict_free);
  self->verdict = po_schedule_judge (self->timezone, self->last_good, self->candidate, now_ns);
}

static GPtrArray *effective_files (const PoScheduleVerdict *verdict) {
  GPtrArray *files = new_files ();
  for (guint i = 0; i < verdict->files->len; i++) {
    const PoCalendarVerdict *file = verdict->files->pdata[i];
    if (file->effective != NULL)
      add_file (files, file->effective);
  }
  return files;
}

// Judged against nothing, everything that can be read is accepted, and nothing else.
static GPtrArray *readable_files (PoScheduleStore *self, GPtrArray *candidate, PoTimeNs now_ns) {
  g_autoptr (GPtrArray) none = new_files ();
  g_autoptr (PoScheduleVerdict) verdict = po_schedule_judge (self->timezone, none, candidate, now_ns);
  return effective_files (verdict);
}

// (transfer full)
static GPtrArray *in_name_order (GPtrArray *candidate) {
  GPtrArray *files = new_files ();
  for (guint i = 0; i < candidate->len; i++)
    add_file (files, candidate->pdata[i]);
  g_ptr_array_sort (files, compare_files);
  return files;
}

static void set_candidate (PoScheduleStore *self, GPtrArray *candidate) {
  g_clear_pointer (&self->candidate, g_ptr_array_unref);
  g_free (self->candidate_revision);
  self->candidate = in_name_order (candidate);
  self->candidate_revision = revision_of_folder (self->candidate);
}

gboolean po_schedule_store_offer (PoScheduleStore *self, GPtrArray *candidate, PoTimeNs now_ns) {
  po_schedule_archive_retry (self->archive);
  set_candidate (self, candidate);
  judge_candidate (self, now_ns);
  if (self->pinned_at != NULL && strcmp (self->pinned_at, self->candidate_revision) == 0)
    return FALSE;
  g_autoptr (GPtrArray) effective = effective_files (self->verdict);
  return adopt (self, effective, "changed", "folder", now_ns);
}

PoSchedule *po_schedule_store_foresee (PoScheduleStore *self, GPtrArray *candidate, PoTimeNs now_ns,
                                       GPtrArray *findings) {
  g_autoptr (GPtrArray) files = in_name_order (candidate);
  g_autofree gchar *revision = revision_of_folder (files);
  if (g_strcmp0 (self->pinned_at, revision) == 0)
    return po_schedule_ref (self->current);
  g_autoptr (PoScheduleVerdict) verdict = po_schedule_judge (self->timezone, self->last_good, files, now_ns);
  g_autoptr (GPtrArray) effective = effective_files (verdict);
  for (guint i = 0; i < verdict->findings->len; i++)
    g_ptr_array_add (findings, po_finding_copy (verdict->findings->pdata[i]));
  return build (self, effective);
}

static const PoCalendarFile *find_file (GPtrArray *files, const gchar *name) {
  for (guint i = 0; i < files->len; i++) {
    const PoCalendarFile *file = files->pdata[i];
    if (strcmp (file->name, name) == 0)
      return file;
  }
  return NULL;
}

// What @candidate comes to when its file @accepted is taken as it is. (transfer full) NULL with @error
static GPtrArray *files_with (PoScheduleStore *self, GPtrArray *candidate, const gchar *accepted, PoTimeNs now_ns,
                              GError **error) {
  g_autoptr (GPtrArray) readable = readable_files (self, candidate, now_ns);
  const PoCalendarFile *taken = find_file (readable, accepted);
  if (taken == NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” is no calendar that can be used"), accepted);
    return NULL;
  }
  g_autoptr (PoScheduleVerdict) verdict = po_schedule_judge (self->timezone, self->last_good, candidate, now_ns);
  g_autoptr (GPtrArray) judged = effective_files (verdict);
  GPtrArray *files = new_files ();
  add_file (files, taken);
  for (guint i = 0; i < judged->len; i++)
    if (strcmp (((PoCalendarFile *)judged->pdata[i])->name, accepted) != 0)
      add_file (files, judged->pdata[i]);
  g_ptr_array_sort (files, compare_files);
  return files;
}

gboolean po_schedule_store_upload (PoScheduleStore *self, GPtrArray *candidate, const gchar *accepted, const gchar *who,
                                   PoTimeNs now_ns, gboolean *ret_changed, GError **error) {
  g_autoptr (GPtrArray) files = files_with (self, candidate, accepted, now_ns, error);
  if (files == NULL)
    return FALSE;
  set_candidate (self, candidate);
  gboolean changed = adopt (self, files, "upload", who, now_ns);
  judge_candidate (self, now_ns);
  if (ret_changed != NULL)
    *ret_changed = changed;
  return TRUE;
}

PoSchedule *po_schedule_store_preview (PoScheduleStore *self, GPtrArray *candidate, const gchar *accepted,
                                       PoTimeNs now_ns, GError **error) {
  g_autoptr (GPtrArray) files = accepted != NULL ? files_with (self, candidate, accepted, now_ns, error)
                                                 : readable_files (self, candidate, now_ns);
  if (files == NULL)
    return NULL;
  g_ptr_array_sort (files, compare_files);
  return build (self, files);
}

PoSchedule *po_schedule_store_current (PoScheduleStore *self) {
  return self->current;
}

const gchar *po_schedule_store_revision (PoScheduleStore *self) {
  return po_schedule_revision (self->current);
}

PoSchedule *po_schedule_store_at (PoScheduleStore *self, const gchar *revision, GError **error) {
  if (strcmp (revision, po_schedule_store_revision (self)) == 0)
    return po_schedule_ref (self->current);
  g_autoptr (GPtrArray) none = new_files ();
  g_autoptr (PoSchedule) empty = build (self, none);
  if (strcmp (revision, po_schedule_revision (empty)) == 0)
    return g_steal_pointer (&empty);
  g_autoptr (GPtrArray) files = po_schedule_archive_load (self->archive, revision, error);
  return files != NULL ? build (self, files) : NULL;
}

static gpointer copy_finding (gconstpointer data, gpointer user) {
  const PoFinding *finding = data;
  return po_finding_new (finding->severity, finding->code, finding->file, 0, NULL, NULL, "%s", finding->message);
}

GPtrArray *po_schedule_store_findings (PoScheduleStore *self) {
  g_autofree gchar *unwritten = po_schedule_archive_problem (self->archive);
  GPtrArray *findings = g_ptr_array_copy (self->notes, copy_finding, NULL);
  g_ptr_array_set_free_func (findings, (GDestroyNotify)po_finding_free);
  if (unwritten != NULL)
    g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_ERROR, "schedule-store-unwritten", NULL, 0, NULL, NULL,
                                               _ ("the schedule in force cannot be kept: %s; it would be lost with a "
                                                  "reboot: free space, or mend the state folder"),
                                               unwritten));
  if (self->pinned_at != NULL)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_WARNING, "schedule-rolled-back", NULL, 0, NULL, NULL,
                                     _ ("an operator put an earlier schedule (%.12s) in force; it stays until "
                                        "the schedule folder changes or `playoutctl schedule confirm`"),
                                     po_schedule_store_revision (self)));
  for (guint i = 0; self->pinned_at == NULL && self->verdict != NULL && i < self->verdict->findings->len; i++)
    g_ptr_array_add (findings, copy_finding (self->verdict->findings->pdata[i], NULL));
  return findings;
}

gboolean po_schedule_store_confirm (PoScheduleStore *self, const gchar *candidate, const gchar *who, PoTimeNs now_ns,
                                    gboolean *ret_changed, GError **error) {
  if (self->candidate == NULL) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_CONFLICT, _ ("the schedule folder has not been read yet"));
    return FALSE;
  }
  if (candidate != NULL && strcmp (candidate, self->candidate_revision) != 0) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_CONFLICT,
                         _ ("the schedule folder changed since you looked; look again, then confirm"));
    return FALSE;
  }
  g_autoptr (GPtrArray) accepted = readable_files (self, self->candidate, now_ns);
  gboolean changed = adopt (self, accepted, "confirm", who, now_ns);
  judge_candidate (self, now_ns);
  if (ret_changed != NULL)
    *ret_changed = changed;
  return TRUE;
}

const gchar *po_schedule_store_find (PoScheduleStore *self, const gchar *prefix, GError **error) {
  const gchar *found = NULL;
  GPtrArray *history = po_schedule_archive_history (self->archive);
  for (guint i = history->len; i > 0; i--) {
    const gchar *revision = ((PoAdoption *)history->pdata[i - 1])->revision;
    gboolean fits = prefix != NULL ? g_str_has_prefix (revision, prefix)
                                   : strcmp (revision, po_schedule_store_revision (self)) != 0;
    if (fits && found != NULL && strcmp (found, revision) != 0) {
      g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("more than one revision begins with “%s”; give more of it"),
                   prefix);
      return NULL;
    }
    if (fits && found == NULL)
      found = revision;
    if (fits && prefix == NULL)
      break;
  }
  if (found == NULL)
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND,
                 _ ("no such earlier revision: %s; see `playoutctl schedule list`"),
                 prefix != NULL ? prefix : _ ("none is kept"));
  return found;
}

gboolean po_schedule_store_rollback (PoScheduleStore *self, const gchar *revision, const gchar *who, PoTimeNs now_ns,
                                     gboolean *ret_changed, GError **error) {
  const gchar *found = po_schedule_store_find (self, revision, error);
  g_autoptr (GPtrArray) files = found != NULL ? po_schedule_archive_load (self->archive, found, error) : NULL;
  if (files == NULL)
    return FALSE;
  gboolean changed = adopt (self, files, "rollback", who, now_ns);
  if (ret_changed != NULL)
    *ret_changed = changed;
  return TRUE;
}

const gchar *po_schedule_store_candidate (PoScheduleStore *self) {
  return self->candidate_revision;
}

void po_schedule_revision_free (PoScheduleRevision *self) {
  if (self == NULL)
    return;
  g_free (self->revision);
  g_free (self->why);
  g_free (self->who);
  g_strfreev (self->files);
  g_free (self);
}

GPtrArray *po_schedule_store_list (PoScheduleStore *self) {
  GPtrArray *history = po_schedule_archive_history (self->archive);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)po_schedule_revision_free);
  for (guint i = 0; i < history->len; i++) {
    const PoAdoption *adoption = history->pdata[i];
    PoScheduleRevision *revision = g_new0 (PoScheduleRevision, 1);
    revision->revision = g_strdup (adoption->revision);
    revision->time_ns = adoption->time_ns;
    revision->why = g_strdup (adoption->why);
    revision->who = g_strdup (adoption->who);
    revision->in_force = i + 1 == history->len;
    revision->files = po_schedule_archive_names (self->archive, adoption->revision);
    g_ptr_array_add (list, revision);
  }
  return list;
}

const PoScheduleVerdict *po_schedule_store_verdict (PoScheduleStore *self) {
  return self->verdict;
}
