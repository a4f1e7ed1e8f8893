// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl/offline.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <unistd.h>

#include "config/install.h"
#include "log/reader.h"
#include "schedule/watch.h"
#include "subscription/kept.h"

static gboolean has_folder (PoCtl *ctl, GError **error) {
  const PoConfig *config = ctl->config;
  if (config->schedules != NULL && g_file_test (config->schedules, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (config->schedules == NULL)
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT,
                         _ ("no calendars are named: give --schedules DIR or --config FILE"));
  else
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s: there is no such folder of calendars"),
                 config->schedules);
  return FALSE;
}

PoSchedule *po_offline_load_schedule (PoCtl *ctl, GError **error) {
  return has_folder (ctl, error) ? po_schedule_load_folder (ctl->config->schedules, ctl->config->timezone, error)
                                 : NULL;
}

GPtrArray *po_offline_read_folder (PoCtl *ctl, GPtrArray *findings, GError **error) {
  GPtrArray *files = has_folder (ctl, error) ? po_schedule_watch_read (ctl->config->schedules, findings, error) : NULL;
  g_autofree const gchar **names = po_config_calendar_names (ctl->config);
  if (files != NULL)
    po_kept_add (files, ctl->config->state, names);
  return files;
}

static PoSchedule *load_revision (const gchar *revision, gpointer user) {
  PoOffline *self = user;
  return self->store != NULL ? po_schedule_store_at (self->store, revision, NULL) : NULL;
}

static PoMediaTable *load_table (const gchar *revision, gpointer user) {
  PoOffline *self = user;
  return self->library != NULL ? po_media_library_table_at (self->library, revision, NULL) : NULL;
}

static void show_progress (guint done, guint total, const gchar *path, gpointer user) {
  if (!isatty (STDERR_FILENO))
    return;
  fputs ("\r\033[K", stderr);
  if (done < total)
    fprintf (stderr, _ ("looking at clip %u of %u"), done + 1, total);
}

static const gchar *state_dir (PoCtl *ctl) {
  const gchar *state = ctl->config->state;
  return state != NULL && g_file_test (state, G_FILE_TEST_IS_DIR) ? state : NULL;
}

PoMediaTable *po_offline_load_media (PoCtl *ctl, GPtrArray *findings, GError **error) {
  if (ctl->config->media == NULL) {
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ ("no clips are named: give --media DIR or --config FILE"));
    return NULL;
  }
  if (!g_file_test (ctl->config->media, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("%s: there is no such folder of clips"), ctl->config->media);
    return NULL;
  }
  g_autofree gchar *player = po_install_find_player ();
  g_autoptr (PoProber) prober = po_prober_new_player (player, 0);
  return po_media_scan_sync (ctl->config->media, state_dir (ctl), prober, show_progress, NULL, findings, error);
}

PoMediaFacts *po_offline_load_clip (PoCtl *ctl, const gchar *path, GError **error) {
  g_autofree gchar *player = po_install_find_player ();
  g_autoptr (PoProber) prober = po_prober_new_player (player, 0);
  return po_media_scan_one (ctl->config->media, state_dir (ctl), prober, path, error);
}

static gboolean put_media (PoOffline *self, PoCtl *ctl, GError **error) {
  if (ctl->config->media == NULL) {
    g_ptr_array_add (
        self->findings,
        po_finding_new (PO_SEVERITY_NOTE, "no-media-folder", NULL, 0, NULL, NULL,
                        _ ("no folder of clips is named, so every clip counts as missing; give --media DIR "
                           "or --config FILE")));
    return TRUE;
  }
  g_autoptr (PoMediaTable) table = po_offline_load_media (ctl, self->findings, error);
  if (table == NULL)
    return FALSE;
  po_station_put_media (self->station, table);
  return TRUE;
}

static gboolean is_what_if (PoCtl *ctl) {
  return ctl->options.schedules != NULL || ctl->options.media != NULL;
}

// What the daemon would take up now of what lies in the folder; asked "what if", all of it that can be used.
static PoSchedule *foresee (PoOffline *self, PoCtl *ctl, GError **error) {
  const gboolean is_new = self->store == NULL || is_what_if (ctl);
  g_autoptr (PoScheduleStore) none = is_new ? po_schedule_store_open (NULL, ctl->config->timezone, error) : NULL;
  if (is_new && none == NULL)
    return NULL;
  g_autoptr (GPtrArray) files = po_offline_read_folder (ctl, self->findings, error);
  return files != NULL ? po_schedule_store_foresee (is_new ? none : self->store, files, ctl->now_ns, self->findings)
                       : NULL;
}

static gboolean put_schedule (PoOffline *self, PoCtl *ctl, GError **error) {
  g_autoptr (PoSchedule) schedule = foresee (self, ctl, error);
  if (schedule == NULL)
    return FALSE;
  g_autoptr (GPtrArray) findings = po_schedule_findings (schedule);
  for (guint i = 0; i < findings->len; i++)
    g_ptr_array_add (self->findings, po_finding_copy (findings->pdata[i]));
  po_station_put_schedule (self->station, schedule);
  return TRUE;
}

// The journal as the daemon left or is keeping it. Asked "what if", nothing is adopted: what was put last holds.
static gboolean put_journal (PoOffline *self, PoCtl *ctl, GError **error) {
  g_autoptr (GError) local = NULL;
  g_autoptr (PoLogReader) reader = po_log_reader_open (state_dir (ctl), &local);
  if (g_error_matches (local, PO_ERROR, PO_ERROR_NOT_FOUND))
    return TRUE;
  g_autoptr (GPtrArray) journal =
      reader != NULL ? po_log_reader_journal (reader, ctl->config->format.rate, PO_FRAME_NONE, &local) : NULL;
  if (journal == NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  for (guint i = 0; i < journal->len; i++) {
    const PoJournalEntry *entry = journal->pdata[i];
    if (!is_what_if (ctl) || entry->kind != PO_JOURNAL_ADOPT)
      po_station_append (self->station, po_journal_entry_copy (entry));
  }
  return TRUE;
}

static void open_station (PoOffline *self, PoCtl *ctl) {
  PoPlanSettings settings;
  PoStationLoaders loaders = {load_revision, load_table, self};
  po_plan_settings_init (&settings, ctl->config->format.rate, ctl->zone);
  settings.overrun_ns = ctl->config->live_overrun_ns;
  settings.has_live = TRUE;
  settings.filler_media = ctl->config->filler_media;
  if (ctl->config->path != NULL) // else nobody knows which names there are
    self->live_names = po_config_source_names (ctl->config);
  settings.live_names = self->live_names;
  self->station = po_station_new (&settings, &loaders);
}

// Adopted revisions, kept by the daemon.
static gboolean open_state (PoOffline *self, PoCtl *ctl, GError **error) {
  self->store = po_schedule_store_open (state_dir (ctl), ctl->config->timezone, error);
  if (self->store == NULL)
    return FALSE;
  if (ctl->config->media != NULL)
    self->library = po_media_library_new (ctl->config->media, state_dir (ctl), po_prober_new_player ("", 0));
  return TRUE;
}

// The clips as they were last adopted. FALSE: they never were, or the folder is another one.
static gboolean put_adopted_media (PoOffline *self, PoCtl *ctl) {
  const gchar *revision = po_station_adopted (self->station, "media", G_MAXINT64);
  gboolean is_there = *revision != '\0' && ctl->options.media == NULL && self->library != NULL;
  g_autoptr (PoMediaTable) table = is_there ? po_media_library_table_at (self->library, revision, NULL) : NULL;
  if (table != NULL)
    po_station_put_media (self->station, table);
  return table != NULL;
}

// What lies in the folders and is not in force yet, as when the daemon does not run, is so from now on.
static void adopt_folders (PoOffline *self, PoCtl *ctl) {
  const PoPlanSettings *settings = po_station_settings (self->station);
  const PoTimeNs from_ns = ctl->now_ns + settings->safety_ns;
  if (!po_station_adopt_newest (self->station, po_frame_from_time_ceil (from_ns, settings->rate)))
    return;
  g_ptr_array_add (
      self->findings,
      po_finding_new (PO_SEVERITY_NOTE, "not-adopted", NULL, 0, NULL, NULL,
                      _ ("what lies in the folders is not in force yet; from now on the plan goes by it, as "
                         "that of a running playoutd will in a moment")));
}

static PoOffline *open_offline (PoCtl *ctl, gboolean as_adopted, GError **error) {
  g_autoptr (PoOffline) self = g_new0 (PoOffline, 1);
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  open_station (self, ctl);
  if (state_dir (ctl) != NULL && (!open_state (self, ctl, error) || !put_journal (self, ctl, error)))
    return NULL;
  if (!put_schedule (self, ctl, error))
    return NULL;
  if (!(as_adopted && put_adopted_media (self, ctl)) && !put_media (self, ctl, error))
    return NULL;
  if (!as_adopted)
    adopt_folders (self, ctl);
  return g_steal_pointer (&self);
}

PoOffline *po_offline_open (PoCtl *ctl, GError **error) {
  return open_offline (ctl, FALSE, error);
}

PoOffline *po_offline_open_adopted (PoCtl *ctl, GError **error) {
  return open_offline (ctl, TRUE, error);
}

void po_offline_free (PoOffline *self) {
  if (self == NULL)
    return;
  g_clear_pointer (&self->station, po_station_free);
  g_clear_pointer (&self->library, po_media_library_free);
  g_clear_pointer (&self->store, po_schedule_store_free);
  g_ptr_array_unref (self->findings);
  g_free (self->live_names);
  g_free (self);
}
