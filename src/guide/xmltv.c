// SPDX-License-Identifier: GPL-3.0-or-later
// The elements of a programme stand in the order that the XMLTV DTD wants.
#include "guide/xmltv.h"

#include <libxml/xmlwriter.h>

#include "guide/age-mark.h"
#include "guide/programme.h"
#include "model/text.h"

#define XML(text) ((const xmlChar *)(text))

gchar *po_xmltv_channel_id (const gchar *name) {
  g_autofree gchar *ascii = g_str_to_ascii (name, "C"); // the same in every language
  g_autofree gchar *lower = g_ascii_strdown (ascii, -1);
  g_strcanon (lower, "abcdefghijklmnopqrstuvwxyz0123456789", '-');
  return g_strconcat (lower, ".playoutd.invalid", NULL);
}

// What XML 1.0 has a place for.
static gboolean is_xml (gunichar c) {
  return c >= ' ' ? c != 0xfffe && c != 0xffff : c == '\n' || c == '\t';
}

static void write_text (xmlTextWriterPtr writer, const gchar *name, const gchar *text) {
  g_autofree gchar *valid = text != NULL && *text != '\0' ? po_text_clean (text, is_xml) : NULL;
  if (valid != NULL)
    xmlTextWriterWriteElement (writer, XML (name), XML (valid));
}

static void write_attribute (xmlTextWriterPtr writer, const gchar *name, const gchar *value) {
  g_autofree gchar *valid = po_text_clean (value, is_xml);
  xmlTextWriterWriteAttribute (writer, XML (name), XML (valid));
}

// Rounded down to a second, the end of one as the start of the next.
static void write_time (xmlTextWriterPtr writer, const gchar *name, PoTimeNs time_ns, GTimeZone *zone) {
  g_autofree gchar *text = po_time_format (time_ns, zone, "%Y%m%d%H%M%S %z");
  write_attribute (writer, name, text);
}

static void write_number (xmlTextWriterPtr writer, const gchar *system, const gchar *number) {
  xmlTextWriterStartElement (writer, XML ("episode-num"));
  write_attribute (writer, "system", system);
  xmlTextWriterWriteString (writer, XML (number));
  xmlTextWriterEndElement (writer);
}

static void write_episode (xmlTextWriterPtr writer, gint64 episode) {
  if (episode <= 0)
    return;
  g_autofree gchar *number = g_strdup_printf (".%" G_GINT64_FORMAT ".", episode - 1); // counts from 0
  g_autofree gchar *onscreen = g_strdup_printf ("%" G_GINT64_FORMAT, episode);
  write_number (writer, "xmltv_ns", number);
  write_number (writer, "onscreen", onscreen);
}

// Clips that were shown before are repeats, by the record or by the window itself; what goes on after another programme
// is none of itself.
static void write_repeat (xmlTextWriterPtr writer, const PoXmltvSettings *settings, const PoItem *item,
                          GHashTable *shown) {
  if (item->kind != PO_ITEM_MEDIA || item->media == NULL)
    return;
  const gint64 *first_ns = settings->aired != NULL ? g_hash_table_lookup (settings->aired, item->media) : NULL;
  const PoItem *first = g_hash_table_lookup (shown, item->media);
  if (first == NULL)
    g_hash_table_insert (shown, (gpointer)item->media, (gpointer)item);
  if (first_ns == NULL && (first == NULL || po_guide_is_same_airing (first, item)))
    return;
  xmlTextWriterStartElement (writer, XML ("previously-shown"));
  if (first_ns != NULL)
    write_time (writer, "start", *first_ns, settings->zone);
  xmlTextWriterEndElement (writer);
}

static void write_categories (xmlTextWriterPtr writer, const PoOccurrence *occurrence) {
  for (guint i = 0; occurrence != NULL && occurrence->categories != NULL && occurrence->categories[i] != NULL; i++) {
    if (!po_age_mark_is (occurrence->categories[i]))
      write_text (writer, "category", occurrence->categories[i]);
  }
}

static void write_rating (xmlTextWriterPtr writer, const PoOccurrence *occurrence) {
  const gchar *mark = po_age_mark_of (occurrence);
  if (mark == NULL)
    return;
  xmlTextWriterStartElement (writer, XML ("rating"));
  write_attribute (writer, "system", "VN");
  write_text (writer, "value", mark);
  xmlTextWriterEndElement (writer);
}

static void write_programme (xmlTextWriterPtr writer, const PoXmltvSettings *settings,
                             const PoGuideProgramme *programme, PoRate rate, const PoOccurrence *occurrence,
                             GHashTable *shown) {
  const PoItem *item = programme->first;
  xmlTextWriterStartElement (writer, XML ("programme"));
  write_time (writer, "start", po_frame_to_time_floor (item->start, rate), settings->zone);
  write_time (writer, "stop", po_frame_to_time_floor (programme->end, rate), settings->zone);
  write_attribute (writer, "channel", settings->channel_id);
  write_text (writer, "title", po_guide_programme_title (programme));
  write_text (writer, "desc", occurrence != NULL ? occurrence->description : NULL);
  write_categories (writer, occurrence);
  if (item->kind == PO_ITEM_LIVE)
    write_text (writer, "keyword", "live");
  if (occurrence != NULL && occurrence->image != NULL) {
    xmlTextWriterStartElement (writer, XML ("icon"));
    write_attribute (writer, "src", occurrence->image);
    xmlTextWriterEndElement (writer);
  }
  write_episode (writer, item->episode);
  write_repeat (writer, settings, item, shown);
  write_rating (writer, occurrence);
  xmlTextWriterEndElement (writer);
}

static void write_channel (xmlTextWriterPtr writer, const PoXmltvSettings *settings) {
  xmlTextWriterStartElement (writer, XML ("channel"));
  write_attribute (writer, "id", settings->channel_id);
  write_text (writer, "display-name", settings->channel_name);
  xmlTextWriterEndElement (writer);
}

gchar *po_xmltv_write (const PoXmltvSettings *settings, PoRundown *rundown, GPtrArray *occurrences) {
  g_autoptr (GArray) programmes = po_guide_programmes (rundown);
  g_autoptr (GHashTable) shown = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) by_airing = po_guide_by_airing (occurrences);
  xmlBufferPtr buffer = xmlBufferCreate ();
  xmlTextWriterPtr writer = xmlNewTextWriterMemory (buffer, 0);
  xmlTextWriterSetIndent (writer, 1);
  xmlTextWriterStartDocument (writer, NULL, "UTF-8", NULL);
  xmlTextWriterWriteDTD (writer, XML ("tv"), NULL, XML ("xmltv.dtd"), NULL);
  xmlTextWriterStartElement (writer, XML ("tv"));
  write_attribute (writer, "generator-info-name", "playoutd");
  write_channel (writer, settings);
  for (guint i = 0; i < programmes->len; i++) {
    const PoGuideProgramme *programme = &g_array_index (programmes, PoGuideProgramme, i);
    write_programme (writer, settings, programme, po_rundown_rate (rundown),
                     po_guide_programme_occurrence (programme, by_airing), shown);
  }
  xmlTextWriterEndDocument (writer);
  xmlFreeTextWriter (writer);
  gchar *text = g_strdup ((const gchar *)xmlBufferContent (buffer));
  xmlBufferFree (buffer);
  return text;
}
