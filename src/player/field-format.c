// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/field-format.h"

typedef struct {
  GstElement *filter; // that of the same bin
  gboolean always;
} Watch;

// What deinterlace works on; the rest of its template it only lets pass. (transfer none)
static GstCaps *known_caps (void) {
  static GstCaps *known;
  if (g_once_init_enter (&known)) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find ("deinterlace");
    GstCaps *plain = gst_caps_new_empty ();
    for (const GList *i = gst_element_factory_get_static_pad_templates (factory); i != NULL; i = i->next) {
      g_autoptr (GstCaps) caps = gst_static_pad_template_get_caps (i->data);
      for (guint n = 0; n < gst_caps_get_size (caps); n++)
        if (!gst_caps_features_is_any (gst_caps_get_features (caps, n)))
          plain = gst_caps_merge_structure (plain, gst_structure_copy (gst_caps_get_structure (caps, n)));
    }
    GST_MINI_OBJECT_FLAG_SET (plain, GST_MINI_OBJECT_FLAG_MAY_BE_LEAKED);
    g_once_init_leave (&known, plain);
  }
  return known;
}

static GstPadProbeReturn on_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data) {
  const Watch *self = user_data;
  GstCaps *caps;
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  gst_event_parse_caps (GST_PAD_PROBE_INFO_EVENT (info), &caps);
  const gchar *mode = gst_structure_get_string (gst_caps_get_structure (caps, 0), "interlace-mode");
  const gboolean has_fields = self->always || (mode != NULL && !g_str_equal (mode, "progressive"));
  const gboolean passes = !has_fields || gst_caps_can_intersect (caps, known_caps ());
  g_autoptr (GstCaps) way = passes ? gst_caps_new_any () : gst_caps_ref (known_caps ());
  g_object_set (self->filter, "caps", way, NULL);
  return GST_PAD_PROBE_OK;
}

void po_field_format_watch (GstElement *convert, GstElement *filter, gboolean always) {
  g_autoptr (GstPad) pad = gst_element_get_static_pad (convert, "sink");
  Watch *self = g_new (Watch, 1);
  *self = (Watch){filter, always};
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self, g_free);
}
