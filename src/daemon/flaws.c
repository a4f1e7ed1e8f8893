// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/flaws.h"

#include "model/finding.h"
#include "model/text.h"
#include "rundown/words.h"
#include "station/clip.h"

struct _PoFlaws {
  GTimeZone *zone;
  GPtrArray *findings;
  PoConfig *config; // owned, like the next two: what they were found by
  PoRundown *rundown;
  PoMediaTable *media;
  PoFrame until; // the end of the first that was told; PO_FRAME_NONE: none was
};

PoFlaws *po_flaws_new (GTimeZone *zone) {
  PoFlaws *self = g_new0 (PoFlaws, 1);
  self->zone = g_time_zone_ref (zone);
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  return self;
}

static void forget (PoFlaws *self) {
  g_clear_pointer (&self->config, po_config_unref);
  g_clear_pointer (&self->rundown, po_rundown_unref);
  g_clear_pointer (&self->media, po_media_table_unref);
  g_ptr_array_set_size (self->findings, 0);
  self->until = PO_FRAME_NONE;
}

void po_flaws_free (PoFlaws *self) {
  if (self == NULL)
    return;
  forget (self);
  g_ptr_array_unref (self->findings);
  g_time_zone_unref (self->zone);
  g_free (self);
}

static void judge (PoFlaws *self, const PoItem *item, GHashTable *seen) {
  const PoMediaFacts *facts = item->media != NULL ? po_media_table_lookup (self->media, item->media) : NULL;
  if (facts == NULL || !g_hash_table_add (seen, facts->path))
    return;
  g_autofree gchar *flaw = po_clip_flaw (self->config, facts, TRUE);
  g_autofree gchar *time =
      po_words_time (po_frame_to_time_floor (item->start, po_rundown_rate (self->rundown)), self->zone);
  if (flaw == NULL)
    return;
  PoFinding *finding =
      po_finding_new (PO_SEVERITY_WARNING, "clip-unfit", facts->path, 0, item->uid, NULL,
                      _ ("“%s” airs at %s as it is: %s"), item->title != NULL ? item->title : facts->path, time, flaw);
  finding->instance = g_strdup (item->instance);
  finding->title = g_strdup (item->title);
  g_ptr_array_add (self->findings, finding);
  if (self->until == PO_FRAME_NONE)
    self->until = item->end;
}

static gboolean is_old (const PoFlaws *self, const PoConfig *config, const PoRundown *rundown,
                        const PoMediaTable *media, PoFrame from) {
  return self->config != config || self->rundown != rundown || self->media != media ||
         (self->until != PO_FRAME_NONE && from >= self->until);
}

GPtrArray *po_flaws_find (PoFlaws *self, PoConfig *config, PoRundown *rundown, PoMediaTable *media, PoFrame from) {
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  if (!is_old (self, config, rundown, media, from))
    return self->findings;
  po_config_ref (config);
  po_rundown_ref (rundown);
  po_media_table_ref (media);
  forget (self);
  self->config = config;
  self->rundown = rundown;
  self->media = media;
  for (guint i = 0; i < po_rundown_size (rundown); i++)
    if (po_rundown_item (rundown, i)->end > from)
      judge (self, po_rundown_item (rundown, i), seen);
  return self->findings;
}
