// SPDX-License-Identifier: GPL-3.0-or-later
#include "rundown/notices.h"

#include <string.h>

#include "model/text.h"
#include "rundown/check.h"
#include "rundown/series.h"
#include "rundown/words.h"

#define LEAST_GAP_NS  (60 * PO_NS_PER_SECOND) // a card of less than that is what filler leaves over
#define LOOK_NS       (60 * PO_NS_PER_SECOND) // a look at a clip takes no longer, or is given up with a reason
#define MOST_OVERLAPS 1000                    // a calendar with more has one fault, not thousands

typedef struct {
  const PoPlanSettings *settings;
  PoSim *sim;
  PoFrame from, to;
  GPtrArray *findings;
} Notices;

static const gchar *title_of (const PoOccurrence *occurrence) {
  return *occurrence->summary != '\0' ? occurrence->summary : occurrence->uid;
}

// Places a finding on the air. (transfer full) of @finding
static void place (Notices *self, PoFinding *finding, const gchar *instance, PoFrame start, PoFrame end) {
  finding->instance = g_strdup (instance);
  finding->start_ns = po_frame_to_time_floor (start, self->settings->rate);
  finding->end_ns = po_frame_to_time_floor (end, self->settings->rate);
  g_ptr_array_add (self->findings, finding);
}

static gchar *when (Notices *self, const PoPlanEvent *event) {
  return po_words_span (event->start, event->end, self->settings->rate, self->settings->zone);
}

// What is yet to be looked at is told apart, and is no trouble unless it is due: what comes of the look is news.
static const gchar *problem_code (const PoPart *part) {
  return part->live ? "missing-live" : part->is_awaited ? "awaited-media" : "missing-media";
}

static PoSeverity problem_severity (Notices *self, const PoPlanEvent *event, const PoPart *part) {
  const PoFrame look = po_frames_from_duration_ceil (LOOK_NS, self->settings->rate);
  return part->is_awaited && event->start - self->from >= look ? PO_SEVERITY_NOTE : PO_SEVERITY_WARNING;
}

// Otherwise nothing would tell of it before the source is away, and the slate is on air.
static void note_fallback (Notices *self, const PoPlanEvent *event, const PoPart *part) {
  const PoOccurrence *o = event->occurrence;
  if (!part->live || part->media == NULL || o->fallback == NULL)
    return;
  g_autoptr (PoPart) fallback = po_resolver_file (po_plan_event_set_resolver (po_sim_set (self->sim)), o->fallback);
  g_autofree gchar *span = when (self, event);
  if (fallback->problem != NULL && !fallback->is_awaited)
    place (self,
           po_finding_new (PO_SEVERITY_WARNING, "missing-fallback", o->file, o->line, o->uid, "X-PLAYOUT-FALLBACK",
                           _ ("“%s”, %s: its fallback cannot air: %s; the slate airs while its source is away"),
                           title_of (o), span, fallback->problem),
           event->instance, event->start, event->end);
}

static void note_part (Notices *self, const PoPlanEvent *event, guint index) {
  const PoOccurrence *o = event->occurrence;
  const PoPart *part = event->parts->pdata[index];
  g_autofree gchar *span = when (self, event);
  note_fallback (self, event, part);
  if (part->problem != NULL)
    place (self,
           po_finding_new (problem_severity (self, event, part), problem_code (part), o->file, o->line, o->uid,
                           "ATTACH",
                           part->media != NULL ? _ ("“%s”, %s: %s; its fallback airs until it is there")
                                               : _ ("“%s”, %s: %s; filler airs until it is there"),
                           title_of (o), span, part->problem),
           event->instance, event->start, event->end);
  else if (part->notice != NULL)
    place (self,
           po_finding_new (PO_SEVERITY_WARNING, "media-notice", o->file, o->line, o->uid, "ATTACH", "“%s”, %s: %s",
                           title_of (o), span, part->notice),
           event->instance, event->start, event->end);
}

static void note_length (Notices *self, const PoPlanEvent *event) {
  const PoOccurrence *o = event->occurrence;
  PoFrame slot = event->end - event->start;
  if (event->total == 0 || event->total >= PO_FRAMES_ENDLESS || event->total == slot)
    return;
  g_autofree gchar *span = when (self, event);
  g_autofree gchar *difference = po_words_length (ABS (event->total - slot), self->settings->rate);
  if (event->total < slot && event->end_type != PO_END_MEDIA)
    place (self,
           po_finding_new (PO_SEVERITY_NOTE, "media-short", o->file, o->line, o->uid, "ATTACH",
                           _ ("“%s”, %s: its media are %s shorter than its slot; filler airs to the end of it"),
                           title_of (o), span, difference),
           event->instance, event->start, event->end);
  else if (event->total > slot && event->end_type == PO_END_MEDIA)
    place (self,
           po_finding_new (PO_SEVERITY_NOTE, "overrun", o->file, o->line, o->uid, "ATTACH",
                           _ ("“%s”, %s: its media are %s longer than its slot; they go on over filler and events that "
                              "can wait"),
                           title_of (o), span, difference),
           event->instance, event->start, event->end);
  else if (event->total > slot)
    place (self,
           po_finding_new (PO_SEVERITY_WARNING, "media-cut", o->file, o->line, o->uid, "ATTACH",
                           _ ("“%s”, %s: its media are %s longer than its slot; the end of them is cut"), title_of (o),
                           span, difference),
           event->instance, event->start, event->end);
}

static void note_event (Notices *self, PoPlanEvent *event) {
  const PoOccurrence *o = event->occurrence;
  g_autofree gchar *span = when (self, event);
  po_plan_event_parts (event, po_plan_event_set_resolver (po_sim_set (self->sim)));
  if (event->tentative)
    place (self,
           po_finding_new (PO_SEVERITY_WARNING, "tentative", o->file, o->line, o->uid, "STATUS",
                           _ ("“%s”, %s, is TENTATIVE; filler airs until it is confirmed"), title_of (o), span),
           event->instance, event->start, event->end);
  if (event->parts->len == 0)
    place (self,
           po_finding_new (PO_SEVERITY_WARNING, "missing-media", o->file, o->line, o->uid, NULL,
                           _ ("“%s”, %s, names no media; add an ATTACH with the clip's path under the media folder; "
                              "filler airs until then"),
                           title_of (o), span),
           event->instance, event->start, event->end);
  for (guint i = 0; i < event->parts->len; i++)
    note_part (self, event, i);
  note_length (self, event);
  if (event->start_type == PO_START_FOLLOW && event->pred == NULL)
    place (self,
           po_finding_new (PO_SEVERITY_NOTE, "follow-nobody", o->file, o->line, o->uid, "X-PLAYOUT-START",
                           _ ("“%s”, %s, should follow another event, but none ends within a minute of its start; it "
                              "starts like SOFT"),
                           title_of (o), span),
           event->instance, event->start, event->end);
}

// --- Overlaps ---

static void note_overlap (Notices *self, const PoPlanEvent *a, const PoPlanEvent *b) {
  const PoOccurrence *o = b->occurrence;
  PoFrame start = MAX (a->start, b->start), end = MIN (a->end, b->end);
  gboolean later_wins =
      o->priority < a->occurrence->priority ||
      (o->priority == a->occurrence->priority && (b->start > a->start || strcmp (o->uid, a->occurrence->uid) < 0));
  if (a->tentative != b->tentative)
    later_wins = a->tentative;
  const PoPlanEvent *winner = later_wins ? b : a;
  g_autofree gchar *span = po_words_span (start, end, self->settings->rate, self->settings->zone);
  place (self,
         po_finding_new (PO_SEVERITY_WARNING, "overlap", o->file, o->line, o->uid, "DTSTART",
                         b->start_type == PO_START_FIXED || b->start_type == PO_START_MANUAL
                             ? _ ("“%s” and “%s” (%s:%u) overlap from %s; “%s” has the air then")
                             : _ ("“%s” and “%s” (%s:%u) overlap from %s; “%s” has the better right to the air, and "
                                  "what can wait waits"),
                         title_of (o), title_of (a->occurrence),
                         a->occurrence->file != NULL ? a->occurrence->file : "?", a->occurrence->line, span,
                         title_of (winner->occurrence)),
         b->instance, start, end);
}

static void note_overlaps (Notices *self, GPtrArray *events) {
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  guint count = 0;
  for (guint i = 0; i < events->len && count < MOST_OVERLAPS; i++) {
    const PoPlanEvent *event = events->pdata[i];
    for (guint k = open->len; k > 0; k--) {
      const PoPlanEvent *earlier = open->pdata[k - 1];
      if (earlier->end <= event->start)
        g_ptr_array_remove_index_fast (open, k - 1);
      else if (earlier->end > self->from && count++ < MOST_OVERLAPS)
        note_overlap (self, earlier, event);
    }
    g_ptr_array_add (open, (gpointer)event);
  }
}

// --- The rest ---

// (transfer full)
static PoFinding *finding_of_miss (const PoMiss *miss, const gchar *span) {
  const PoOccurrence *o = miss->event->occurrence;
  const gchar *title = title_of (o);
  switch (miss->kind) {
  case PO_MISS_NO_ROOM:
    return po_finding_new (PO_SEVERITY_WARNING, "no-room", o->file, o->line, o->uid, NULL,
                           _ ("“%s”, %s, does not air: others have the air"), title, span);
  case PO_MISS_NOT_TAKEN:
    return po_finding_new (PO_SEVERITY_WARNING, "not-taken", o->file, o->line, o->uid, "X-PLAYOUT-START",
                           _ ("“%s”, %s, waits for a Take; filler airs as long as none comes"), title, span);
  case PO_MISS_CUT:
    return po_finding_new (PO_SEVERITY_NOTE, "overrun-cut", o->file, o->line, o->uid, NULL,
                           _ ("“%s”, %s, runs over and is cut by what comes next"), title, span);
  case PO_MISS_LATE:
    break;
  }
  return po_finding_new (PO_SEVERITY_NOTE, "late", o->file, o->line, o->uid, NULL,
                         _ ("“%s”, %s, starts later than planned"), title, span);
}

static void note_misses (Notices *self) {
  GArray *misses = po_sim_misses (self->sim);
  for (guint i = 0; i < misses->len; i++) {
    const PoMiss *miss = &g_array_index (misses, PoMiss, i);
    if (miss->frame <= self->from || miss->frame > self->to || miss->event->synthetic)
      continue;
    g_autofree gchar *span = when (self, miss->event);
    place (self, finding_of_miss (miss, span), miss->event->instance, miss->event->start, miss->event->end);
  }
}

static void note_unairable (Notices *self) {
  GPtrArray *notes = po_plan_event_set_notes (po_sim_set (self->sim));
  for (guint i = 0; i < notes->len; i++) {
    const PoOccurrence *o = notes->pdata[i];
    PoFrame start = po_frame_from_time_ceil (o->start_ns, self->settings->rate);
    if (start < self->from || start >= self->to || o->date_only)
      continue;
    g_autofree gchar *time = po_words_time (o->start_ns, self->settings->zone);
    place (self,
           po_finding_new (PO_SEVERITY_WARNING, "no-length", o->file, o->line, o->uid, "DTEND",
                           _ ("“%s” at %s lasts no time and has no media that would say how long it is; it does not "
                              "air; give it an end, or a clip"),
                           title_of (o), time),
           o->instance, start, start);
  }
}

// One line for a series of pools: they are the same every day.
static void note_pools (Notices *self) {
  PoPlanEventSet *set = po_sim_set (self->sim);
  GPtrArray *pools = po_plan_event_set_pools (set);
  g_autoptr (GHashTable) said = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < pools->len; i++) {
    const PoOccurrence *o = pools->pdata[i];
    PoFrame start = po_frame_from_time_ceil (o->start_ns, self->settings->rate);
    PoFrame end = po_frame_from_time_ceil (o->end_ns, self->settings->rate);
    g_autoptr (GPtrArray) clips = g_ptr_array_new_with_free_func ((GDestroyNotify)po_part_unref);
    if (start >= self->to || end <= self->from || (o->n_attach == 0 && o->location_media == NULL) ||
        g_hash_table_contains (said, o->uid) || po_resolver_pool_of (po_plan_event_set_resolver (set), o, clips))
      continue;
    g_hash_table_add (said, o->uid);
    g_autofree gchar *span = po_words_span (start, end, self->settings->rate, self->settings->zone);
    place (self,
           po_finding_new (PO_SEVERITY_WARNING, "empty-pool", o->file, o->line, o->uid, "ATTACH",
                           _ ("“%s” offers filler that is not in the media folder, first %s"), title_of (o), span),
           o->instance, start, end);
  }
}

static gint compare_findings (gconstpointer a, gconstpointer b) {
  const PoFinding *left = *(PoFinding *const *)a, *right = *(PoFinding *const *)b;
  if (left->start_ns != right->start_ns)
    return left->start_ns < right->start_ns ? -1 : 1;
  gint order = g_strcmp0 (left->uid, right->uid);
  if (order == 0)
    order = strcmp (left->code, right->code);
  return order != 0 ? order : strcmp (left->message, right->message);
}

// Events of the set that touch the window, by start. (transfer container)
static GPtrArray *events_of_window (Notices *self) {
  PoPlanEventSet *set = po_sim_set (self->sim);
  GPtrArray *events = g_ptr_array_new ();
  for (guint i = 0; i < po_plan_event_set_size (set); i++) {
    PoPlanEvent *event = po_plan_event_set_get (set, i);
    if (event->start >= self->to)
      break;
    if (event->end > self->from)
      g_ptr_array_add (events, event);
  }
  return events;
}

// So that whoever shows a finding can name what it is about without looking it up.
static void name_events (GPtrArray *events, GPtrArray *findings) {
  g_autoptr (GHashTable) titles = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < events->len; i++) {
    const PoOccurrence *o = ((const PoPlanEvent *)events->pdata[i])->occurrence;
    g_hash_table_insert (titles, o->uid, (gpointer)title_of (o));
  }
  for (guint i = 0; i < findings->len; i++) {
    PoFinding *finding = findings->pdata[i];
    if (finding->uid != NULL && finding->title == NULL)
      finding->title = g_strdup (g_hash_table_lookup (titles, finding->uid));
  }
}

void po_notices_collect (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book, PoSim *sim,
                         PoRundown *rundown, PoFrame from, PoFrame to, GPtrArray *findings) {
  g_autoptr (GPtrArray) mine = g_ptr_array_new ();
  Notices self = {settings, sim, from, to, mine};
  g_autoptr (GPtrArray) events = events_of_window (&self);
  for (guint i = 0; i < events->len; i++)
    note_event (&self, events->pdata[i]);
  note_overlaps (&self, events);
  note_misses (&self);
  note_unairable (&self);
  note_pools (&self);
  po_series_check (settings, source, book, from, to, mine);
  g_ptr_array_extend_and_steal (mine, po_rundown_find_gaps (rundown, settings->zone, LEAST_GAP_NS));
  g_ptr_array_sort (mine, compare_findings);
  name_events (events, mine);
  g_ptr_array_extend (findings, mine, NULL, NULL);
}
