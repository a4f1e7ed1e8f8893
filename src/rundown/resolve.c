// SPDX-License-Identifier: GPL-3.0-or-later
// Order of search: a replacement by command, the pin of an episode, a live source, template, file, folder.
#include "rundown/resolve.h"

#include <inttypes.h>
#include <string.h>

#include "model/live-address.h"
#include "model/live-schemes.h"
#include "model/recall.h"
#include "model/text.h"
#include "rundown/template.h"

#define STILL_NS (10 * PO_NS_PER_SECOND) // a still among other media

struct _PoResolver {
  const PoPlanSettings *settings;
  const PoPlanSource *source;
  PoBook *book;
  gchar *schedule_rev;
  PoMediaTable *table; // (nullable) borrowed from the source
  GHashTable *folders; // typed -> GPtrArray of PoMediaFacts
};

static void part_clear (PoPart *self) {
  g_free (self->media);
  g_free (self->sha256);
  g_free (self->place);
  g_free (self->expected);
  g_free (self->problem);
  g_free (self->notice);
}

PoPart *po_part_ref (PoPart *self) {
  return g_rc_box_acquire (self);
}

void po_part_unref (PoPart *self) {
  g_rc_box_release_full (self, (GDestroyNotify)part_clear);
}

PoResolver *po_resolver_new (const PoPlanSettings *settings, const PoPlanSource *source, PoBook *book) {
  PoResolver *self = g_new0 (PoResolver, 1);
  self->settings = settings;
  self->source = source;
  self->book = book;
  self->schedule_rev = g_strdup (po_book_schedule_rev (book));
  self->table = source->media != NULL ? source->media (source->user, po_book_media_rev (book)) : NULL;
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  return self;
}

void po_resolver_free (PoResolver *self) {
  if (self == NULL)
    return;
  g_free (self->schedule_rev);
  g_hash_table_unref (self->folders);
  g_free (self);
}

PoMediaTable *po_resolver_table (PoResolver *self) {
  return self->table;
}

// The files of a folder, looked up once. (transfer none)
static GPtrArray *folder (PoResolver *self, const gchar *typed) {
  GPtrArray *files = g_hash_table_lookup (self->folders, typed);
  if (files == NULL) {
    files = self->table != NULL ? po_media_table_folder (self->table, typed) : g_ptr_array_new ();
    g_hash_table_insert (self->folders, g_strdup (typed), files);
  }
  return files;
}

static gint64 count_before (PoResolver *self, const gchar *series, PoTimeNs original_ns) {
  if (self->source->count_before == NULL)
    return 0;
  return self->source->count_before (self->source->user, self->schedule_rev, series, original_ns);
}

gint64 po_resolver_episode (PoResolver *self, const PoOccurrence *occurrence) {
  const gchar *series = occurrence->series_uid != NULL ? occurrence->series_uid : occurrence->uid;
  PoTimeNs aired_ns = 0;
  gint64 aired = 0;
  if (!po_book_last_aired (self->book, series, occurrence->original_ns, &aired_ns, &aired))
    return occurrence->first_episode + occurrence->ordinal;
  if (aired_ns == occurrence->original_ns)
    return aired;
  // Counted instances strictly between; the aired one itself may no longer count.
  return aired + 1 + count_before (self, series, occurrence->original_ns) - count_before (self, series, aired_ns + 1);
}

static PoPart *part_new (const gchar *expected) {
  PoPart *part = g_rc_box_new0 (PoPart);
  part->expected = g_strdup (expected);
  part->out_ns = -1;
  return part;
}

static PoPart *part_problem (PoPart *part, gchar *problem) {
  g_free (part->problem);
  part->problem = problem;
  part->frames = 0;
  g_clear_pointer (&part->media, g_free);
  return part;
}

static void set_length (PoResolver *self, PoPart *part, const PoMediaFacts *facts, const PoAttach *attach) {
  PoRate house = self->settings->rate;
  gint64 end_ns = facts->duration_ns;
  if (facts->kind == PO_MEDIA_STILL) {
    part->still = TRUE;
    part->frames = po_frames_from_duration_ceil (STILL_NS, house);
    return;
  }
  const PoMark *som = attach != NULL && attach->som.set ? &attach->som : &facts->som;
  const PoMark *eom = attach != NULL && attach->eom.set ? &attach->eom : &facts->eom;
  part->in_ns = MAX (po_mark_to_ns (som, facts->rate, house), 0);
  if (eom->set) {
    gint64 eom_ns = po_mark_to_ns (eom, facts->rate, house);
    const gboolean is_void =
        eom == &facts->eom && som != &facts->som && eom_ns <= part->in_ns; // the calendar's goes on
    if (eom_ns > end_ns)
      part->notice =
          g_strdup_printf (_ ("the mark out lies behind the end of “%s”; it plays to its end"), part->expected);
    else if (!is_void)
      part->out_ns = end_ns = eom_ns;
  }
  if (end_ns <= part->in_ns)
    part_problem (part, g_strdup_printf (_ ("the marks leave nothing of “%s” to play"), part->expected));
  else
    part->frames = po_frames_from_duration_ceil (end_ns - part->in_ns, house);
}

static PoPart *part_of_facts (PoResolver *self, const PoMediaFacts *facts, const gchar *expected,
                              const PoAttach *attach) {
  PoPart *part = part_new (expected);
  part->kind = facts->kind;
  part->place = g_strdup (facts->path);
  part->is_there = TRUE;
  g_autofree gchar *problem = po_text_recall (facts->problem);
  if (problem != NULL)
    return part_problem (part, g_strdup_printf (_ ("“%s” cannot air: %s"), facts->path, problem));
  part->media = g_strdup (facts->path);
  part->sha256 = facts->sha256 != NULL && *facts->sha256 != '\0' ? g_strdup (facts->sha256) : NULL;
  set_length (self, part, facts, attach);
  return part;
}

static gboolean live_is_known (PoResolver *self, const gchar *uri) {
  if (!g_str_has_prefix (uri, "live:") || self->settings->live_names == NULL)
    return TRUE;
  return g_strv_contains (self->settings->live_names, uri + strlen ("live:"));
}

// @fallback: (nullable)
static gboolean can_stand_in (PoResolver *self, const gchar *fallback) {
  const PoMediaFacts *facts =
      fallback != NULL && self->table != NULL ? po_media_table_resolve (self->table, fallback, NULL) : NULL;
  return facts != NULL && facts->problem == NULL;
}

// A name that nobody knows is one of a source that never comes, where @fallback (nullable) can stand in for it.
static PoPart *part_of_live (PoResolver *self, const gchar *uri, const gchar *fallback) {
  PoPart *part = part_new (uri);
  part->live = TRUE;
  part->by = PO_SERVED_BY_LIVE;
  if (!self->settings->has_live)
    return part_problem (part, g_strdup_printf (_ ("the live source “%s” is not there"), uri));
  if (!live_is_known (self, uri))
    part_problem (part, po_live_address_unknown (uri));
  if (part->problem != NULL && !can_stand_in (self, fallback))
    return part;
  g_autoptr (GPtrArray) faults = po_live_address_faults (uri);
  if (faults->len > 0) {
    g_ptr_array_add (faults, NULL);
    part->notice = g_strjoinv ("; ", (gchar **)faults->pdata);
  }
  part->media = g_strdup (uri);
  part->frames = PO_FRAMES_ENDLESS;
  return part;
}

// @place: the file, or the folder, that @expected speaks of.
static PoPart *part_missing (PoResolver *self, const gchar *expected, const gchar *place) {
  PoPart *part = part_new (expected);
  part->place = g_strdup (place);
  part->is_awaited = self->table != NULL && po_media_table_is_awaited (self->table, place);
  return part_problem (
      part, g_strdup_printf (part->is_awaited ? _ ("“%s” is being looked at") : _ ("“%s” is not in the media folder"),
                             expected));
}

static gboolean has_scheme (const gchar *typed, const gchar *scheme) {
  const gsize length = strlen (scheme);
  return g_ascii_strncasecmp (typed, scheme, length) == 0 && typed[length] == ':';
}

static gboolean looks_live (const gchar *typed) {
  for (guint i = 0; po_live_schemes[i] != NULL; i++)
    if (has_scheme (typed, po_live_schemes[i]))
      return TRUE;
  return has_scheme (typed, "live");
}

PoPart *po_resolver_file (PoResolver *self, const gchar *typed) {
  g_autoptr (GError) error = NULL;
  if (looks_live (typed))
    return part_of_live (self, typed, NULL);
  const PoMediaFacts *facts = self->table != NULL ? po_media_table_resolve (self->table, typed, &error) : NULL;
  if (facts != NULL)
    return part_of_facts (self, facts, typed, NULL);
  return error != NULL ? part_problem (part_new (typed), g_strdup (error->message)) : part_missing (self, typed, typed);
}

static const PoPin *find_pin (GPtrArray *pins, gint64 episode) {
  for (guint i = 0; pins != NULL && i < pins->len; i++) {
    const PoPin *pin = pins->pdata[i];
    if (pin->episode == episode)
      return pin;
  }
  return NULL;
}

static gboolean is_pinned_file (GPtrArray *pins, const gchar *path) {
  for (guint i = 0; pins != NULL && i < pins->len; i++) {
    if (strcmp (((PoPin *)pins->pdata[i])->media, path) == 0)
      return TRUE;
  }
  return FALSE;
}

static const PoPin *last_pin (GPtrArray *pins) {
  const PoPin *last = NULL;
  for (guint i = 0; pins != NULL && i < pins->len; i++) {
    const PoPin *pin = pins->pdata[i];
    if (last == NULL || pin->episode > last->episode)
      last = pin;
  }
  return last;
}

// The file of an episode after the last pinned one: first come those that sort behind the last pinned file, then those
// that turned up in front of it.
static const PoMediaFacts *pick_after_pins (GPtrArray *files, GPtrArray *pins, gint64 episode, gboolean *ret_late) {
  const PoPin *last = last_pin (pins);
  gint64 wanted = episode - last->episode - 1;
  for (gint pass = 0; pass < 2; pass++) {
    for (guint i = 0; i < files->len; i++) {
      const PoMediaFacts *facts = files->pdata[i];
      gboolean behind = po_natural_compare (facts->path, last->media) > 0;
      if (behind != (pass == 0) || is_pinned_file (pins, facts->path))
        continue;
      *ret_late = pass == 1;
      if (wanted-- == 0)
        return facts;
    }
  }
  return NULL;
}

static const PoMediaFacts *pick_from_folder (GPtrArray *files, GPtrArray *pins, gint64 episode, gboolean *ret_late) {
  const PoPin *last = last_pin (pins);
  *ret_late = FALSE;
  if (last != NULL && episode > last->episode)
    return pick_after_pins (files, pins, episode, ret_late);
  if (episode < 1 || episode > files->len)
    return NULL;
  const PoMediaFacts *facts = files->pdata[episode - 1];
  return is_pinned_file (pins, facts->path) ? NULL : facts;
}

// The pinned file, under its name or, when renamed, by its content.
static const PoMediaFacts *find_pinned (PoResolver *self, const PoPin *pin) {
  const PoMediaFacts *facts = po_media_table_lookup (self->table, pin->media);
  if (facts != NULL || pin->sha256 == NULL || *pin->sha256 == '\0')
    return facts;
  g_autoptr (GPtrArray) all = po_media_table_list (self->table);
  for (guint i = 0; i < all->len; i++) {
    facts = all->pdata[i];
    if (g_strcmp0 (facts->sha256, pin->sha256) == 0)
      return facts;
  }
  return NULL;
}

static PoPart *part_of_folder (PoResolver *self, const gchar *typed, GPtrArray *files, const PoOccurrence *occurrence,
                               guint index, gint64 episode) {
  const gchar *series = occurrence->series_uid != NULL ? occurrence->series_uid : occurrence->uid;
  GPtrArray *pins = po_book_pins (self->book, series, index);
  const PoPin *pin = find_pin (pins, episode);
  gboolean late = FALSE;
  const PoMediaFacts *facts = pin != NULL ? find_pinned (self, pin) : pick_from_folder (files, pins, episode, &late);
  g_autofree gchar *expected =
      pin != NULL ? g_strdup (pin->media) : g_strdup_printf (_ ("file %" PRId64 " of the folder %s"), episode, typed);
  g_autofree gchar *place = g_strconcat (typed, g_str_has_suffix (typed, "/") ? "" : "/", NULL);
  PoPart *part = facts != NULL ? part_of_facts (self, facts, expected, &occurrence->attach[index])
                               : part_missing (self, expected, pin != NULL ? pin->media : place);
  part->by = pin != NULL ? PO_SERVED_BY_PIN : PO_SERVED_BY_FOLDER;
  part->picked = facts != NULL;
  if (late && facts != NULL && part->notice == NULL)
    part->notice = g_strdup_printf (_ ("“%s” came later than files that already have their episode and sorts before "
                                       "them; it goes last, as episode %" PRId64),
                                    facts->path, episode);
  return part;
}

// @typed: the name with its fields filled in.
static PoPart *part_of_name (PoResolver *self, const PoOccurrence *occurrence, const gchar *typed, guint index,
                             gint64 episode) {
  g_autoptr (GError) error = NULL;
  const PoMediaFacts *facts =
      g_str_has_suffix (typed, "/") ? NULL : po_media_table_resolve (self->table, typed, &error);
  if (facts != NULL)
    return part_of_facts (self, facts, typed, &occurrence->attach[index]);
  if (error != NULL)
    return part_problem (part_new (typed), g_strdup (error->message));
  GPtrArray *files = folder (self, typed);
  if (files->len > 0 || g_str_has_suffix (typed, "/"))
    return part_of_folder (self, typed, files, occurrence, index, MAX (episode, 1));
  return part_missing (self, typed, typed);
}

static PoPart *part_of_attach (PoResolver *self, const PoOccurrence *occurrence, const gchar *instance, guint index,
                               gint64 episode) {
  const PoAttach *attach = &occurrence->attach[index];
  const gchar *replacement = po_book_replacement (self->book, occurrence->uid, instance, index);
  g_autoptr (GError) error = NULL;
  if (replacement != NULL) {
    PoPart *part = po_resolver_file (self, replacement);
    part->by = PO_SERVED_BY_COMMAND;
    return part;
  }
  if (attach->is_live)
    return part_of_live (self, attach->uri, occurrence->fallback);
  if (self->table == NULL)
    return part_missing (self, attach->uri, attach->uri);
  PoTemplateFacts template = {episode, occurrence->original_ns, occurrence->uid, self->settings->zone};
  g_autofree gchar *typed = po_template_expand (attach->uri, &template, &error);
  PoPart *part = typed != NULL ? part_of_name (self, occurrence, typed, index, episode)
                               : part_problem (part_new (attach->uri), g_strdup (error->message));
  if (part->by == PO_SERVED_BY_NOTHING)
    part->by = strchr (attach->uri, '{') != NULL ? PO_SERVED_BY_TEMPLATE : PO_SERVED_BY_ATTACHMENT;
  return part;
}

// TRUE if LOCATION is media. Only where nothing else is.
static const PoMediaFacts *location_facts (PoResolver *self, const PoOccurrence *occurrence) {
  if (occurrence->n_attach > 0 || occurrence->location_media == NULL || self->table == NULL)
    return NULL;
  return po_media_table_resolve (self->table, occurrence->location_media, NULL);
}

gboolean po_resolver_has_media (PoResolver *self, const PoOccurrence *occurrence) {
  return occurrence->n_attach > 0 || location_facts (self, occurrence) != NULL;
}

GPtrArray *po_resolver_parts (PoResolver *self, const PoOccurrence *occurrence, const gchar *instance,
                              gboolean stretch) {
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify)po_part_unref);
  gint64 episode = po_resolver_episode (self, occurrence);
  const PoMediaFacts *location = location_facts (self, occurrence);
  const gchar *replacement =
      occurrence->n_attach == 0 ? po_book_replacement (self->book, occurrence->uid, instance, 0) : NULL;
  for (guint i = 0; i < occurrence->n_attach; i++)
    g_ptr_array_add (parts, part_of_attach (self, occurrence, instance, i, episode));
  if (replacement != NULL || location != NULL) {
    PoPart *part = replacement != NULL ? po_resolver_file (self, replacement)
                                       : part_of_facts (self, location, occurrence->location_media, NULL);
    part->by = replacement != NULL ? PO_SERVED_BY_COMMAND : PO_SERVED_BY_LOCATION;
    g_ptr_array_add (parts, part);
  }
  if (stretch && parts->len > 0) {
    PoPart *last = parts->pdata[parts->len - 1];
    if (last->still && last->media != NULL)
      last->frames = PO_FRAMES_ENDLESS;
  }
  return parts;
}

static void add_clip (PoResolver *self, const PoMediaFacts *facts, const gchar *typed, const PoAttach *attach,
                      GPtrArray *clips) {
  PoPart *part = part_of_facts (self, facts, typed, attach);
  if (part->media != NULL && part->frames > 0)
    g_ptr_array_add (clips, part);
  else
    po_part_unref (part);
}

gboolean po_resolver_pool (PoResolver *self, const gchar *typed, const PoAttach *attach, GPtrArray *clips) {
  if (self->table == NULL)
    return FALSE;
  guint before = clips->len;
  const PoMediaFacts *file = g_str_has_suffix (typed, "/") ? NULL : po_media_table_resolve (self->table, typed, NULL);
  GPtrArray *files = file == NULL ? folder (self, typed) : NULL;
  if (file != NULL)
    add_clip (self, file, typed, attach, clips);
  for (guint i = 0; files != NULL && i < files->len; i++)
    add_clip (self, files->pdata[i], typed, NULL, clips);
  return clips->len > before;
}

gboolean po_resolver_pool_of (PoResolver *self, const PoOccurrence *occurrence, GPtrArray *clips) {
  gboolean all = TRUE;
  PoTemplateFacts template = {po_resolver_episode (self, occurrence), occurrence->original_ns, occurrence->uid,
                              self->settings->zone};
  for (guint i = 0; i < occurrence->n_attach; i++) {
    const PoAttach *attach = &occurrence->attach[i];
    g_autofree gchar *typed = attach->is_live ? NULL : po_template_expand (attach->uri, &template, NULL);
    all = typed != NULL && po_resolver_pool (self, typed, attach, clips) && all;
  }
  if (occurrence->n_attach == 0 && occurrence->location_media != NULL)
    all = po_resolver_pool (self, occurrence->location_media, NULL, clips) && all;
  return all;
}
