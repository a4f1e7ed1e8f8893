// SPDX-License-Identifier: GPL-3.0-or-later
#include "wiring/inputs.h"

#include <gio/gio.h>
#include <string.h>

#include "model/error.h"
#include "model/text.h"
#include "schedule/watch.h"

#define FOUND_WITHIN_NS                                                                                                \
  (10 * PO_NS_PER_SECOND)      // what we wrote into the folder; the watch waits 2 s for a file to settle
#define SETTLES_WITHIN_MS 5000 // what is being written, while somebody waits to know the folder as it lies
#define ANSWERS_WITHIN_MS 9000 // the folder's storage; `playoutctl` waits for longer
#define WANT_AHEAD_NS     (26 * 3600 * PO_NS_PER_SECOND) // today and tonight: known before the rest of the library

struct _PoInputs {
  PoInputsSettings settings; // config owned by reference
  gchar *state_dir;
  PoScheduleStore *store;
  PoScheduleWatch *watch;
  GPtrArray *folder;  // PoCalendarFile: what the watch last found; NULL before
  GPtrArray *written; // PoCalendarFile: put there by us, not yet found by the watch
  PoTimeNs written_ns;
  gboolean is_putting; // one there, on a thread
  GPtrArray *looking;  // Looking, owned
  GCancellable *closed;
  PoCalendars *calendars;
  PoMediaLibrary *library;
  PoGallery *gallery;
  PoStation *station; // borrowed, NULL before the start
  PoInputsChanged changed;
  gpointer user;
  gboolean is_told_known; // that the folders are
  gboolean schedule_known;
};

static PoSchedule *load_schedule (const gchar *revision, gpointer user) {
  PoInputs *self = user;
  return po_schedule_store_at (self->store, revision, NULL);
}

static PoMediaTable *load_media (const gchar *revision, gpointer user) {
  PoInputs *self = user;
  return po_media_library_table_at (self->library, revision, NULL);
}

static gchar *load_subtitles (const gchar *sha256, gpointer user) {
  PoInputs *self = user;
  return po_media_library_subtitles (self->library, sha256);
}

PoStationLoaders po_inputs_loaders (PoInputs *self) {
  return (PoStationLoaders){load_schedule, load_media, self, load_subtitles};
}

static void raise_findings (PoInputs *self, const gchar *prefix, GPtrArray *findings, const gchar *what_to_do) {
  po_alarms_raise_findings (self->settings.alarms, prefix, findings, po_clock_now_ns (self->settings.clock),
                            what_to_do);
}

static void raise_schedule_findings (PoInputs *self) {
  g_autoptr (GPtrArray) store = po_schedule_store_findings (self->store);
  g_autoptr (GPtrArray) watch = po_schedule_watch_findings (self->watch);
  g_autoptr (GPtrArray) files = po_schedule_findings (po_schedule_store_current (self->store));
  raise_findings (
      self, "schedule-store:", store,
      _ ("See `playoutctl schedule list`; mend the file, or accept it with `playoutctl schedule confirm`."));
  raise_findings (self, "schedule-folder:", watch, _ ("Check the folder named by [paths] schedules=."));
  raise_findings (self, "schedule:", files, _ ("Mend the event in the calendar program and save the file again."));
}

static void raise_media_findings (PoInputs *self) {
  g_autoptr (GPtrArray) findings = po_media_library_findings (self->library);
  raise_findings (self, "media:", findings, _ ("Check the folder named by [paths] media= and the file named."));
}

// The part of a template before its first field, up to the last slash: the folder in which its files are.
static gchar *template_folder (const gchar *uri) {
  const gchar *brace = strchr (uri, '{');
  g_autofree gchar *head = brace != NULL ? g_strndup (uri, (gsize)(brace - uri)) : g_strdup (uri);
  gchar *slash = brace != NULL ? strrchr (head, '/') : NULL;
  if (slash != NULL)
    slash[1] = '\0';
  return g_steal_pointer (&head);
}

static void want_of (GStrvBuilder *wanted, const PoOccurrence *occurrence) {
  for (guint a = 0; a < occurrence->n_attach; a++) {
    g_autofree gchar *path = template_folder (occurrence->attach[a].uri);
    if (!occurrence->attach[a].is_live)
      g_strv_builder_add (wanted, path);
  }
  if (occurrence->location_media != NULL)
    g_strv_builder_add (wanted, occurrence->location_media);
  if (occurrence->fallback != NULL)
    g_strv_builder_add (wanted, occurrence->fallback);
}

// In order of need: what is scheduled, soonest first, then the filler pools.
static void want_media (PoInputs *self) {
  PoTimeNs now_ns = po_clock_now_ns (self->settings.clock);
  g_autoptr (GStrvBuilder) wanted = g_strv_builder_new ();
  g_autoptr (GPtrArray) soon =
      po_schedule_occurrences (po_schedule_store_current (self->store), now_ns, now_ns + WANT_AHEAD_NS);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < soon->len; i++) {
      const PoOccurrence *occurrence = soon->pdata[i];
      if (occurrence->transparent == (pass == 1))
        want_of (wanted, occurrence);
    }
  if (self->settings.config->filler_media != NULL)
    g_strv_builder_add (wanted, self->settings.config->filler_media);
  g_auto (GStrv) list = g_strv_builder_end (wanted);
  po_media_library_want (self->library, (const gchar *const *)list);
}

void po_inputs_take_schedule (PoInputs *self) {
  raise_schedule_findings (self);
  po_station_put_schedule (self->station, po_schedule_store_current (self->store));
  want_media (self);
  self->changed (self->user);
}

// ---- the files of the schedule: the folder's, and those of calendars elsewhere ----

static gint find_name (GPtrArray *files, const gchar *name) {
  for (guint i = 0; i < files->len; i++)
    if (strcmp (((PoCalendarFile *)files->pdata[i])->name, name) == 0)
      return (gint)i;
  return -1;
}

static void put (GPtrArray *files, const PoCalendarFile *file) {
  gint at = find_name (files, file->name);
  if (at >= 0)
    g_ptr_array_remove_index (files, (guint)at);
  g_ptr_array_add (files, po_calendar_file_new (file->name, file->bytes));
}

static gboolean has (GPtrArray *files, const PoCalendarFile *file) {
  gint at = find_name (files, file->name);
  return at >= 0 && strcmp (((PoCalendarFile *)files->pdata[at])->sha256, file->sha256) == 0;
}

// The watch may hand over the folder as it was before what we wrote has settled; that must not take it back.
static void forget_written (PoInputs *self) {
  gboolean too_late = po_clock_now_ns (self->settings.clock) - self->written_ns > FOUND_WITHIN_NS;
  for (guint i = self->written->len; i > 0; i--)
    if (too_late || has (self->folder, self->written->pdata[i - 1]))
      g_ptr_array_remove_index (self->written, i - 1);
}

static GPtrArray *all_files (PoInputs *self) {
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify)po_calendar_file_free);
  g_autoptr (GPtrArray) elsewhere = po_calendars_files (self->calendars);
  GPtrArray *const parts[] = {self->folder, self->written, elsewhere};
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    for (guint n = 0; n < parts[i]->len; n++)
      put (files, parts[i]->pdata[n]);
  return files;
}

static void offer (PoInputs *self, gboolean is_first) {
  g_autoptr (GPtrArray) files = all_files (self);
  if (po_schedule_store_offer (self->store, files, po_clock_now_ns (self->settings.clock)) || is_first)
    po_inputs_take_schedule (self);
  else
    raise_schedule_findings (self);
}

static void on_schedule_files (GPtrArray *files, gpointer user) {
  PoInputs *self = user;
  gboolean is_first = !self->schedule_known;
  self->schedule_known = TRUE;
  g_clear_pointer (&self->folder, g_ptr_array_unref);
  self->folder = g_ptr_array_ref (files);
  forget_written (self);
  offer (self, is_first);
}

// ---- somebody wants to know the folder as it lies ----

typedef struct {
  PoInputs *inputs;
  gint64 settles_by_us;
  guint timer;
  PoInputsDone done;
  gpointer data;
} Looking;

static void looking_free (gpointer data) {
  Looking *self = data;
  g_source_remove (self->timer);
  g_free (self);
}

static void answer_looking (PoInputs *self, guint index, const GError *error) {
  Looking *looking = g_ptr_array_steal_index (self->looking, index);
  looking->done (error, looking->data);
  looking_free (looking);
}

static gboolean on_no_look (gpointer data) {
  Looking *looking = data;
  PoInputs *self = looking->inputs;
  guint index = 0;
  g_autoptr (GError) error =
      g_error_new_literal (PO_ERROR, PO_ERROR_SYSTEM,
                           _ ("the schedule folder does not answer, so nothing was done; look after its storage, then "
                              "try again"));
  if (g_ptr_array_find (self->looking, looking, &index))
    answer_looking (self, index, error);
  return G_SOURCE_REMOVE;
}

static void on_looked (gboolean is_last, gboolean is_read, gpointer user) {
  PoInputs *self = user;
  if (is_last && is_read && self->folder != NULL && self->written->len > 0) {
    g_ptr_array_set_size (self->written, 0); // it was found, or somebody has taken it away or changed it
    offer (self, FALSE);
  }
  for (guint i = self->looking->len; i > 0; i--) {
    const Looking *looking = self->looking->pdata[i - 1];
    if (is_last || g_get_monotonic_time () >= looking->settles_by_us)
      answer_looking (self, i - 1, NULL);
  }
}

void po_inputs_look (PoInputs *self, PoInputsDone done, gpointer data) {
  Looking *looking = g_new (Looking, 1);
  *looking = (Looking){self, g_get_monotonic_time () + SETTLES_WITHIN_MS * 1000, 0, done, data};
  looking->timer = g_timeout_add (ANSWERS_WITHIN_MS, on_no_look, looking);
  g_ptr_array_add (self->looking, looking);
  po_schedule_watch_scan_now (self->watch);
}

static void end_looking (PoInputs *self) {
  g_autoptr (GError) stopped = g_error_new_literal (PO_ERROR, PO_ERROR_SYSTEM, _ ("stopped"));
  while (self->looking->len > 0)
    answer_looking (self, self->looking->len - 1, stopped);
}

static void on_calendars (gpointer user) {
  PoInputs *self = user;
  if (self->schedule_known) // else they are offered with the folder
    offer (self, FALSE);
}

// ---- a calendar that somebody uploaded ----

/** Putting: one on its way into the folder. */
typedef struct {
  PoInputs *inputs; // not to be touched once closed
  PoCalendarFile *file;
  gchar *path, *who;
  PoInputsDone done;
  gpointer data;
} Putting;

static void putting_free (gpointer data) {
  Putting *self = data;
  po_calendar_file_free (self->file);
  g_free (self->path);
  g_free (self->who);
  g_free (self);
}

static void write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *closed) {
  const Putting *putting = data;
  GError *local = NULL;
  gsize length = 0;
  const gchar *text = g_bytes_get_data (putting->file->bytes, &length);
  if (g_file_set_contents_full (putting->path, text, (gssize)length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, &local))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, local);
}

static gboolean put_in_force (PoInputs *self, const Putting *putting, GError **error) {
  PoTimeNs now_ns = po_clock_now_ns (self->settings.clock);
  put (self->written, putting->file);
  self->written_ns = now_ns;
  g_autoptr (GPtrArray) files = all_files (self);
  if (!po_schedule_store_upload (self->store, files, putting->file->name, putting->who, now_ns, NULL, error))
    return FALSE;
  po_inputs_take_schedule (self);
  po_schedule_watch_scan_now (self->watch);
  return TRUE;
}

static void on_written (GObject *source, GAsyncResult *result, gpointer user) {
  GTask *task = G_TASK (result);
  const Putting *putting = g_task_get_task_data (task);
  g_autoptr (GError) local = NULL, error = NULL;
  const gboolean is_written = g_task_propagate_boolean (task, &local);
  if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
    error = g_error_new_literal (PO_ERROR, PO_ERROR_SYSTEM, _ ("stopped"));
    putting->done (error, putting->data);
    return;
  }
  putting->inputs->is_putting = FALSE;
  if (is_written)
    put_in_force (putting->inputs, putting, &error);
  else
    g_set_error (&error, PO_ERROR, PO_ERROR_SYSTEM,
                 _ ("%s; give the user playoutd runs as write access to the folder of [paths] schedules= (and, under "
                    "systemd, ReadWritePaths=), or copy the calendar there yourself"),
                 local->message);
  putting->done (error, putting->data);
}

void po_inputs_put_calendar (PoInputs *self, const PoCalendarFile *file, const gchar *who, PoInputsDone done,
                             gpointer data) {
  g_autoptr (GError) error = NULL;
  if (self->folder == NULL)
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_SYSTEM, _ ("the schedule folder has not been read yet"));
  else if (self->is_putting)
    g_set_error_literal (&error, PO_ERROR, PO_ERROR_CONFLICT,
                         _ ("another calendar is still being written into the schedule folder; if that does not end, "
                            "look after the folder's storage"));
  if (error != NULL) {
    done (error, data);
    return;
  }
  self->is_putting = TRUE;
  Putting *putting = g_new0 (Putting, 1);
  *putting = (Putting){self,
                       po_calendar_file_new (file->name, file->bytes),
                       g_build_filename (self->settings.config->schedules, file->name, NULL),
                       g_strdup (who),
                       done,
                       data};
  g_autoptr (GTask) task = g_task_new (NULL, self->closed, on_written, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, putting, putting_free);
  g_task_run_in_thread (task, write_in_thread);
}

void po_inputs_check_calendars (PoInputs *self) {
  PoTimeNs now_ns = po_clock_now_ns (self->settings.clock);
  po_calendars_check (self->calendars, now_ns);
  g_autoptr (GPtrArray) findings = po_calendars_findings (self->calendars, now_ns);
  raise_findings (self, "calendar:", findings,
                  _ ("See to that server and the way to it; it is asked again by itself."));
}

PoCalendars *po_inputs_calendars (PoInputs *self) {
  return self->calendars;
}

static void on_media (PoMediaLibrary *library, gpointer user) {
  PoInputs *self = user;
  PoMediaTable *table = po_media_library_table (library);
  raise_media_findings (self);
  if (po_media_library_is_scanned (library) && po_media_library_pending (library) == 0)
    po_gallery_sweep (self->gallery, table);
  // The folder looked at, and nothing new in it: that too is worth telling, once.
  if (po_station_media (self->station) == table && (self->is_told_known || !po_inputs_are_known (self)))
    return;
  self->is_told_known |= po_inputs_are_known (self);
  if (po_station_media (self->station) != table)
    po_station_put_media (self->station, table);
  self->changed (self->user);
}

PoInputs *po_inputs_new (const PoInputsSettings *settings, GError **error) {
  g_autoptr (PoInputs) self = g_new0 (PoInputs, 1);
  self->settings = *settings;
  self->settings.config = po_config_ref (settings->config);
  self->state_dir = g_strdup (settings->state_dir);
  self->store = po_schedule_store_open (self->state_dir, settings->config->timezone, error);
  if (self->store == NULL)
    return NULL;
  self->written = g_ptr_array_new_with_free_func ((GDestroyNotify)po_calendar_file_free);
  self->looking = g_ptr_array_new_with_free_func (looking_free);
  self->closed = g_cancellable_new ();
  self->calendars = po_calendars_new (self->state_dir, on_calendars, self);
  po_calendars_set_config (self->calendars, self->settings.config, po_clock_now_ns (self->settings.clock));
  self->library =
      po_media_library_new (settings->config->media, self->state_dir, po_prober_new_player (settings->player_path, 0));
  self->gallery =
      po_gallery_new (settings->config->media, self->state_dir, po_prober_new_player (settings->player_path, 0));
  return g_steal_pointer (&self);
}

void po_inputs_free (PoInputs *self) {
  if (self == NULL)
    return;
  if (self->closed != NULL)
    g_cancellable_cancel (self->closed); // a thread that hangs is left behind
  g_clear_object (&self->closed);
  if (self->looking != NULL)
    end_looking (self);
  g_clear_pointer (&self->looking, g_ptr_array_unref);
  g_clear_pointer (&self->calendars, po_calendars_free);
  g_clear_pointer (&self->watch, po_schedule_watch_free);
  g_clear_pointer (&self->folder, g_ptr_array_unref);
  g_clear_pointer (&self->written, g_ptr_array_unref);
  g_clear_pointer (&self->library, po_media_library_free);
  g_clear_pointer (&self->gallery, po_gallery_free);
  g_clear_pointer (&self->store, po_schedule_store_free);
  g_clear_pointer (&self->settings.config, po_config_unref);
  g_free (self->state_dir);
  g_free (self);
}

void po_inputs_start (PoInputs *self, PoStation *station, PoInputsChanged changed, gpointer user) {
  self->station = station;
  self->changed = changed;
  self->user = user;
  // What was in force before this life goes on being so until the folder says otherwise.
  po_station_put_schedule (station, po_schedule_store_current (self->store));
  po_station_put_media (station, po_media_library_table (self->library));
  po_media_library_set_notify (self->library, on_media, self);
  self->watch = po_schedule_watch_new (self->settings.config->schedules, on_schedule_files, self);
  po_schedule_watch_set_looked (self->watch, on_looked);
  po_inputs_rescan (self);
}

gboolean po_inputs_are_known (PoInputs *self) {
  return self->schedule_known && po_media_library_can_plan (self->library);
}

gboolean po_inputs_are_probed (PoInputs *self) {
  return po_inputs_are_known (self) && po_media_library_pending (self->library) == 0;
}

void po_inputs_set_config (PoInputs *self, PoConfig *config) {
  po_config_ref (config);
  po_config_unref (self->settings.config);
  self->settings.config = config;
  if (po_calendars_set_config (self->calendars, config, po_clock_now_ns (self->settings.clock)))
    on_calendars (self);
  want_media (self);
}

PoScheduleStore *po_inputs_store (PoInputs *self) {
  return self->store;
}

PoMediaLibrary *po_inputs_library (PoInputs *self) {
  return self->library;
}

PoGallery *po_inputs_gallery (PoInputs *self) {
  return self->gallery;
}

void po_inputs_rescan (PoInputs *self) {
  po_schedule_watch_scan_now (self->watch);
  want_media (self); // "soon" moves on
  const PoClock *clock = self->settings.clock;
  po_media_library_trust_clock (self->library, !clock->pretended && po_clock_synchronised (clock));
  po_media_library_scan_now (self->library);
}
