// SPDX-License-Identifier: GPL-3.0-or-later
// Where adopted schedules lie in the state folder, as plain files that a person can read in an emergency:
//   schedules/blobs/SHA256          the calendars, byte for byte
//   schedules/revisions/REV.json    {"files":[{"name":…,"sha256":…}]}
//   schedules/history.jsonl         one adoption a line, appended, synced
// What cannot be written is kept in memory and tried again. Nothing is deleted. One thread; no clock.
#pragma once

#include "schedule/judge.h"

/** PoAdoption: one line of the history. */
typedef struct {
  gchar *revision;
  PoTimeNs time_ns;
  gchar *why;       // "changed", "confirm", "rollback", "upload"
  gchar *who;       // (nullable)
  gchar *candidate; // (nullable) what lay in the folder then
} PoAdoption;

typedef struct _PoScheduleArchive PoScheduleArchive;

/** @state_dir: NULL: in memory only. (transfer full) */
PoScheduleArchive *po_schedule_archive_open (const gchar *state_dir);
void po_schedule_archive_free (PoScheduleArchive *self);

/** Oldest first. (transfer none) array of PoAdoption */
GPtrArray *po_schedule_archive_history (PoScheduleArchive *self);

/** Keeps the files (PoCalendarFile) of a revision and appends its adoption; both are copied. */
void po_schedule_archive_keep (PoScheduleArchive *self, const PoAdoption *adoption, GPtrArray *files);

/** Writes what could not be written so far. */
void po_schedule_archive_retry (PoScheduleArchive *self);

/** Why something is in memory only, or NULL. (transfer full) */
gchar *po_schedule_archive_problem (PoScheduleArchive *self);

/** The files of @revision. (transfer full) array of PoCalendarFile; NULL with PO_ERROR_NOT_FOUND */
GPtrArray *po_schedule_archive_load (PoScheduleArchive *self, const gchar *revision, GError **error);

/** Their names only; empty when unknown. (transfer full) */
GStrv po_schedule_archive_names (PoScheduleArchive *self, const gchar *revision);
