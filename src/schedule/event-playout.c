// SPDX-License-Identifier: GPL-3.0-or-later
// What: the media, how the slot starts and ends, who wins, who is told; and the texts for people, which are read only
// for the instances that are asked for.
#include "schedule/event.h"

#include <string.h>

#include "model/text.h"
#include "schedule/media-uri.h"

#define DEFAULT_WAIT_NS  (10 * 60 * PO_NS_PER_SECOND)
#define DEFAULT_PRIORITY 5
#define MAX_ATTACH       1000
#define MAX_ALARMS       100

typedef struct {
  const PoReading *reader;
  PoEvent *event;
  gint join; // as it says; -1: nothing
} Context;

#define warn(self, prop, code, ...)                                                                                    \
  po_file_report_warning ((self)->reader->report, code, (prop)->line, (self)->event->uid, (prop)->name, __VA_ARGS__)
#define note(self, prop, code, ...)                                                                                    \
  po_file_report_note ((self)->reader->report, code, (prop)->line, (self)->event->uid, (prop)->name, __VA_ARGS__)

static gchar *clean (const gchar *value) {
  return g_strstrip (po_ics_text (value));
}

static gchar *address (const gchar *value) {
  g_autofree gchar *text = clean (value);
  return g_strdup (g_ascii_strncasecmp (text, "mailto:", 7) == 0 ? text + 7 : text);
}

// ATTACH.

static gboolean read_mark (Context *self, const PoIcsProp *prop, const gchar *name, PoMark *mark) {
  g_autofree gchar *text = po_ics_param (prop, name);
  if (text == NULL)
    return TRUE;
  if (po_mark_parse (text, mark))
    return TRUE;
  warn (self, prop, "mark-invalid", _ ("%s “%.40s” is neither a duration nor HH:MM:SS:FF; ignored"), name, text);
  return FALSE;
}

static void add_attach (PoEvent *event, const PoAttach *attach) {
  event->attach = g_renew (PoAttach, event->attach, event->n_attach + 1);
  event->attach[event->n_attach++] = *attach;
}

static void read_attach (Context *self, const PoIcsProp *prop) {
  PoEvent *event = self->event;
  if (po_ics_param_is (prop, "VALUE", "BINARY") || po_ics_param_is (prop, "ENCODING", "BASE64")) {
    note (self, prop, "not-media", _ ("inline data is not media; ignored"));
    return;
  }
  g_autofree gchar *uri = po_media_uri_unescape (prop->value);
  g_autofree gchar *fmttype = po_ics_param (prop, "FMTTYPE");
  const gchar *why = NULL;
  PoMediaUri kind = po_media_uri_classify (uri, fmttype, &why);
  if (kind == PO_MEDIA_URI_NONE) {
    note (self, prop, "not-media", _ ("“%.80s” is %s, not media; ignored"), uri, why);
    return;
  }
  if (event->n_attach >= MAX_ATTACH) {
    warn (self, prop, "too-many-attach", _ ("more than %d media in one event; ignored"), MAX_ATTACH);
    return;
  }
  PoAttach attach = {.is_live = kind == PO_MEDIA_URI_LIVE};
  read_mark (self, prop, "X-SOM", &attach.som);
  read_mark (self, prop, "X-EOM", &attach.eom);
  if (attach.som.set && attach.eom.set && po_mark_compare (&attach.som, &attach.eom) >= 0) {
    warn (self, prop, "mark-order", _ ("X-EOM does not come after X-SOM; X-EOM was ignored"));
    attach.eom = (PoMark){.set = FALSE};
  }
  attach.uri = g_steal_pointer (&uri);
  attach.fmttype = g_steal_pointer (&fmttype);
  add_attach (event, &attach);
}

// URL, CONFERENCE;FEATURE=VIDEO, LOCATION: for people whose calendar program knows no ATTACH.
static gboolean is_video_conference (const PoIcsProp *prop) {
  g_autofree gchar *features = po_ics_param (prop, "FEATURE");
  g_auto (GStrv) list = g_strsplit (features != NULL ? features : "", ",", 16);
  for (guint i = 0; list[i] != NULL; i++)
    if (g_ascii_strcasecmp (list[i], "VIDEO") == 0)
      return TRUE;
  return FALSE;
}

static gboolean take_live_uri (Context *self, const gchar *name) {
  for (const PoIcsProp *p = self->event->component->props; p != NULL; p = p->next) {
    if (!g_str_equal (p->name, name) || (g_str_equal (name, "CONFERENCE") && !is_video_conference (p)))
      continue;
    gboolean is_text = g_str_equal (name, "LOCATION");
    g_autofree gchar *uri = is_text ? clean (p->value) : po_media_uri_unescape (p->value);
    const gchar *why;
    if (po_media_uri_classify (uri, NULL, &why) == PO_MEDIA_URI_LIVE) {
      PoAttach attach = {.uri = g_steal_pointer (&uri), .is_live = TRUE};
      add_attach (self->event, &attach);
      return TRUE;
    }
    if (is_text)
      self->event->location_media = uri[0] != '\0' ? g_steal_pointer (&uri) : NULL;
    else if (uri[0] != '\0')
      note (self, p, "not-media", _ ("“%.80s” is no live source; ignored"), uri);
    if (is_text)
      return FALSE;
  }
  return FALSE;
}

static void read_media (Context *self) {
  for (const PoIcsProp *p = self->event->component->props; p != NULL; p = p->next)
    if (g_str_equal (p->name, "ATTACH"))
      read_attach (self, p);
  if (self->event->n_attach == 0 && !take_live_uri (self, "URL") && !take_live_uri (self, "CONFERENCE"))
    take_live_uri (self, "LOCATION");
}

// X-PLAYOUT-*.

// The value, and the parameter @param of it (NULL if none), also where the parameter was typed behind the value.
static gchar *split_value (Context *self, const PoIcsProp *prop, const gchar *param, gchar **ret_param) {
  g_autofree gchar *text = g_strstrip (g_strdup (prop->value));
  g_autofree gchar *given = param != NULL ? po_ics_param (prop, param) : NULL;
  gchar *rest = strchr (text, ';');
  if (rest != NULL) {
    if (rest > text && rest[-1] == '\\')
      rest[-1] = '\0';
    *rest++ = '\0';
    gchar *equals = strchr (rest, '=');
    gsize length = equals != NULL ? (gsize)(equals - rest) : 0;
    if (param != NULL && length == strlen (param) && g_ascii_strncasecmp (rest, param, length) == 0) {
      warn (self, prop, "param-as-value",
            _ ("“%.60s” stands behind the value; understood as if it were written %s;%.60s:%s"), rest, prop->name, rest,
            text);
      if (given == NULL)
        given = g_strdup (equals + 1);
    } else {
      warn (self, prop, "value-tail", _ ("“%.60s” behind the value is not understood; ignored"), rest);
    }
  }
  *ret_param = g_steal_pointer (&given);
  return g_strdup (g_strstrip (text));
}

static gint read_choice (Context *self, const PoIcsProp *prop, const gchar *value, const gchar *const *names) {
  for (gint i = 0; names[i] != NULL; i++)
    if (g_ascii_strcasecmp (names[i], value) == 0)
      return i;
  warn (self, prop, "value-unknown", _ ("“%.40s” is not known; taken as %s"), value, names[0]);
  return 0;
}

static void read_limit (Context *self, const PoIcsProp *prop, const gchar *name, const gchar *text, gint64 *ret_ns) {
  gint64 ns;
  if (text == NULL)
    return;
  if (po_duration_parse (text, &ns, NULL) && ns >= 0)
    *ret_ns = ns;
  else
    warn (self, prop, "duration-invalid", _ ("%s “%.40s” is no duration; the default was taken"), name, text);
}

static void read_start (Context *self, const PoIcsProp *prop) {
  static const gchar *const names[] = {"FIXED", "SOFT", "FOLLOW", "MANUAL", NULL};
  g_autofree gchar *wait = NULL;
  g_autofree gchar *value = split_value (self, prop, "X-WAIT", &wait);
  self->event->start_type = (PoStartType)read_choice (self, prop, value, names);
  read_limit (self, prop, "X-WAIT", wait, &self->event->wait_ns);
}

static void read_end (Context *self, const PoIcsProp *prop) {
  static const gchar *const names[] = {"FIXED", "MEDIA", "MANUAL", NULL};
  g_autofree gchar *overrun = NULL;
  g_autofree gchar *value = split_value (self, prop, "X-OVERRUN", &overrun);
  self->event->end_type = (PoEndType)read_choice (self, prop, value, names);
  self->event->end_set = TRUE;
  read_limit (self, prop, "X-OVERRUN", overrun, &self->event->overrun_ns);
}

static void read_join (Context *self, const PoIcsProp *prop) {
  static const gchar *const names[] = {"YES", "NO", NULL};
  g_autofree gchar *unused = NULL;
  g_autofree gchar *value = split_value (self, prop, NULL, &unused);
  for (gint i = 0; names[i] != NULL; i++)
    if (g_ascii_strcasecmp (names[i], value) == 0) {
      self->join = i == 0;
      return;
    }
  warn (self, prop, "value-unknown", _ ("“%.40s” is neither YES nor NO; the default was taken"), value);
}

static void read_fallback (Context *self, const PoIcsProp *prop) {
  g_autofree gchar *uri = po_media_uri_unescape (prop->value);
  const gchar *why;
  if (po_media_uri_classify (uri, NULL, &why) == PO_MEDIA_URI_NONE)
    warn (self, prop, "not-media", _ ("“%.80s” is %s, not media; ignored"), uri, why);
  else if (self->event->fallback == NULL)
    self->event->fallback = g_steal_pointer (&uri);
}

static void read_episode (Context *self, const PoIcsProp *prop) {
  g_autofree gchar *unused = NULL;
  g_autofree gchar *value = split_value (self, prop, NULL, &unused);
  gint64 number;
  if (g_ascii_string_to_signed (value, 10, 0, 1000000, &number, NULL)) {
    self->event->first_episode = number;
    self->event->first_episode_set = TRUE;
  } else {
    warn (self, prop, "value-unknown", _ ("“%.40s” is no episode number; taken as 1"), value);
  }
}

// The first of each counts.
static void read_extensions (Context *self) {
  static const struct {
    const gchar *name;
    void (*read) (Context *self, const PoIcsProp *prop);
  } extensions[] = {{"START", read_start},
                    {"END", read_end},
                    {"JOIN", read_join},
                    {"FALLBACK", read_fallback},
                    {"EPISODE", read_episode}};
  gboolean is_read[G_N_ELEMENTS (extensions)] = {FALSE};
  for (const PoIcsProp *p = self->event->component->props; p != NULL; p = p->next) {
    guint i = 0;
    if (!g_str_has_prefix (p->name, "X-PLAYOUT-"))
      continue;
    while (i < G_N_ELEMENTS (extensions) && !g_str_equal (p->name + strlen ("X-PLAYOUT-"), extensions[i].name))
      i++;
    if (i == G_N_ELEMENTS (extensions)) {
      warn (self, p, "property-unknown", _ ("there is no such property; ignored"));
      continue;
    }
    if (!is_read[i])
      extensions[i].read (self, p);
    is_read[i] = TRUE;
  }
  self->event->join = self->join >= 0 ? self->join : self->event->start_type == PO_START_FIXED;
}

// STATUS, TRANSP, PRIORITY.

static void read_status (Context *self, const PoIcsProp *prop) {
  static const gchar *const names[] = {"CONFIRMED", "TENTATIVE", "CANCELLED", NULL};
  g_autofree gchar *value = clean (prop->value);
  if (g_ascii_strcasecmp (value, "CANCELED") == 0)
    self->event->status = PO_STATUS_CANCELLED;
  else
    self->event->status = (PoStatus)read_choice (self, prop, value, names);
}

static void read_transp (Context *self, const PoIcsProp *prop) {
  static const gchar *const names[] = {"OPAQUE", "TRANSPARENT", NULL};
  g_autofree gchar *value = clean (prop->value);
  self->event->transparent = read_choice (self, prop, value, names) == 1;
}

static void read_priority (Context *self, const PoIcsProp *prop) {
  g_autofree gchar *value = clean (prop->value);
  gint64 number;
  if (!g_ascii_string_to_signed (value, 10, 0, 9, &number, NULL))
    warn (self, prop, "value-unknown", _ ("“%.40s” is no priority from 0 to 9; taken as 5"), value);
  else if (number > 0)
    self->event->priority = (gint)number;
}

// VALARM.

static gboolean alarm_is_nothing (const PoIcsComponent *valarm) {
  const PoIcsProp *action = po_ics_find (valarm, "ACTION");
  return (action != NULL && g_ascii_strcasecmp (action->value, "NONE") == 0) ||
         po_ics_find (valarm, "X-APPLE-DEFAULT-ALARM") != NULL;
}

static gchar **read_attendees (const PoIcsComponent *component) {
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  for (const PoIcsProp *p = component->props; p != NULL && list->len < MAX_ALARMS; p = p->next)
    if (g_str_equal (p->name, "ATTENDEE"))
      g_ptr_array_add (list, address (p->value));
  if (list->len == 0)
    return NULL;
  g_ptr_array_add (list, NULL);
  return (gchar **)g_ptr_array_free (g_steal_pointer (&list), FALSE);
}

static void read_alarm (Context *self, const PoIcsComponent *valarm) {
  const PoIcsProp *trigger = po_ics_find (valarm, "TRIGGER");
  if (valarm->broken || alarm_is_nothing (valarm))
    return;
  PoValarm alarm = {.absolute = FALSE};
  PoWhen when;
  g_autofree gchar *text = trigger != NULL ? g_strstrip (g_strdup (trigger->value)) : NULL;
  if (text != NULL && po_length_parse (text, &alarm.offset)) {
    alarm.from_end = po_ics_param_is (trigger, "RELATED", "END");
  } else if (text != NULL && po_when_read (self->reader, self->event->uid, trigger, text, &when)) {
    alarm.absolute = TRUE;
    alarm.utc_s = when.utc_s;
  } else {
    po_file_report_warning (self->reader->report, "alarm-invalid", valarm->line, self->event->uid, "VALARM",
                            _ ("its TRIGGER is missing or no time; the deadline was left out"));
    return;
  }
  alarm.attendees = read_attendees (valarm);
  if (self->event->alarms == NULL)
    self->event->alarms = g_array_new (FALSE, FALSE, sizeof (PoValarm));
  g_array_append_val (self->event->alarms, alarm);
}

void po_event_read_playout (const PoReading *reader, PoEvent *self) {
  Context context = {reader, self, .join = -1};
  self->priority = DEFAULT_PRIORITY;
  self->wait_ns = DEFAULT_WAIT_NS;
  self->overrun_ns = -1;
  self->first_episode = 1;
  const PoIcsProp *status = po_ics_find (self->component, "STATUS"), *transp = po_ics_find (self->component, "TRANSP"),
                  *priority = po_ics_find (self->component, "PRIORITY");
  if (status != NULL)
    read_status (&context, status);
  if (reader->cancels)
    self->status = PO_STATUS_CANCELLED;
  if (transp != NULL)
    read_transp (&context, transp);
  if (priority != NULL)
    read_priority (&context, priority);
  read_extensions (&context);
  read_media (&context);
  guint n_alarms = 0;
  for (const PoIcsComponent *c = self->component->children; c != NULL && n_alarms < MAX_ALARMS; c = c->next)
    if (g_str_equal (c->name, "VALARM")) {
      read_alarm (&context, c);
      n_alarms++;
    }
}

// For one instance.

// The properties that an occurrence takes its texts from: the first of each, found in one pass, since a window makes
// thousands of occurrences.
typedef struct {
  const PoIcsProp *summary, *description, *organizer, *contact, *categories, *image;
} Texts;

static void note_first (const PoIcsProp **place, const PoIcsProp *prop, const gchar *name) {
  if (*place == NULL && strcmp (prop->name, name) == 0)
    *place = prop;
}

static void find_texts (const PoIcsComponent *component, Texts *texts) {
  *texts = (Texts){0};
  for (const PoIcsProp *p = component->props; p != NULL; p = p->next) {
    switch (p->name[0]) {
    case 'S':
      note_first (&texts->summary, p, "SUMMARY");
      break;
    case 'D':
      note_first (&texts->description, p, "DESCRIPTION");
      break;
    case 'O':
      note_first (&texts->organizer, p, "ORGANIZER");
      break;
    case 'C':
      note_first (&texts->contact, p, "CONTACT");
      note_first (&texts->categories, p, "CATEGORIES");
      break;
    case 'I':
      if (texts->image == NULL && g_str_equal (p->name, "IMAGE") && !po_ics_param_is (p, "VALUE", "BINARY"))
        texts->image = p;
      break;
    default:
      break;
    }
  }
}

static gchar *text_of (const PoIcsProp *prop) {
  return prop != NULL ? clean (prop->value) : NULL;
}

static gchar **describe_categories (const PoIcsProp *first) {
  if (first == NULL)
    return g_new0 (gchar *, 1);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  for (const PoIcsProp *p = first; p != NULL; p = p->next) {
    if (!g_str_equal (p->name, "CATEGORIES"))
      continue;
    g_autoptr (GPtrArray) list = po_ics_text_list (p->value);
    for (guint i = 0; i < list->len; i++)
      g_ptr_array_add (all, g_strdup (g_ptr_array_index (list, i)));
  }
  g_ptr_array_add (all, NULL);
  return (gchar **)g_ptr_array_free (g_steal_pointer (&all), FALSE);
}

static void describe_media (const PoEvent *self, PoOccurrence *occurrence) {
  occurrence->n_attach = self->n_attach;
  occurrence->attach = g_new0 (PoAttach, self->n_attach);
  for (guint i = 0; i < self->n_attach; i++) {
    occurrence->attach[i] = self->attach[i];
    occurrence->attach[i].uri = g_strdup (self->attach[i].uri);
    occurrence->attach[i].fmttype = g_strdup (self->attach[i].fmttype);
  }
  occurrence->location_media = g_strdup (self->location_media);
  occurrence->fallback = g_strdup (self->fallback);
}

static void describe_deadlines (const PoEvent *self, PoOccurrence *occurrence) {
  guint n = self->alarms != NULL ? self->alarms->len : 0;
  occurrence->n_deadlines = n;
  occurrence->deadlines = g_new0 (PoDeadline, n);
  for (guint i = 0; i < n; i++) {
    const PoValarm *alarm = &g_array_index (self->alarms, PoValarm, i);
    PoTimeNs anchor_ns = alarm->from_end ? occurrence->end_ns : occurrence->start_ns;
    gint64 anchor_s = po_floor_div (anchor_ns, PO_NS_PER_SECOND),
           civil_s = po_zone_to_civil (self->start.zone, anchor_s);
    gint64 trigger_s =
        alarm->absolute ? alarm->utc_s : po_length_after (&alarm->offset, self->start.zone, civil_s, anchor_s);
    PoDeadline *deadline = &occurrence->deadlines[i];
    deadline->trigger_ns = CLAMP (trigger_s, -PO_TIME_MAX_S, PO_TIME_MAX_S) * PO_NS_PER_SECOND;
    if (alarm->attendees != NULL) {
      deadline->attendees = g_strdupv (alarm->attendees);
    } else {
      deadline->attendees = g_new0 (gchar *, 2);
      deadline->attendees[0] = g_strdup (occurrence->organizer);
    }
  }
}

gboolean po_event_leaves_media_to (const PoEvent *self, const PoEvent *whole) {
  if (self->n_attach > 0 || (whole->n_attach == 0 && whole->location_media == NULL))
    return FALSE;
  g_autofree gchar *here = text_of (po_ics_find (self->component, "LOCATION"));
  g_autofree gchar *there = text_of (po_ics_find (whole->component, "LOCATION"));
  return here == NULL || here[0] == '\0' || g_strcmp0 (here, there) == 0;
}

void po_event_describe (const PoEvent *self, const PoEvent *media, PoOccurrence *occurrence) {
  Texts texts;
  find_texts (self->component, &texts);
  g_autofree gchar *summary = text_of (texts.summary);
  occurrence->summary = summary != NULL ? g_steal_pointer (&summary) : g_strdup ("");
  occurrence->description = text_of (texts.description);
  occurrence->categories = describe_categories (texts.categories);
  occurrence->image = texts.image != NULL ? po_media_uri_unescape (texts.image->value) : NULL;
  occurrence->organizer = texts.organizer != NULL ? address (texts.organizer->value) : NULL;
  occurrence->contact = text_of (texts.contact);
  occurrence->status = self->status;
  occurrence->transparent = self->transparent;
  occurrence->priority = self->priority;
  occurrence->start = self->start_type;
  occurrence->wait_ns = self->wait_ns;
  occurrence->end_set = self->end_set;
  occurrence->end = self->end_type;
  occurrence->overrun_ns = self->overrun_ns;
  occurrence->join = self->join;
  occurrence->first_episode = self->first_episode;
  occurrence->sequence = (gint)MIN (self->sequence, G_MAXINT);
  occurrence->file = g_strdup (self->file);
  occurrence->line = self->line;
  describe_media (media, occurrence);
  if (self->fallback != NULL && media != self) {
    g_free (occurrence->fallback);
    occurrence->fallback = g_strdup (self->fallback);
  }
  describe_deadlines (self, occurrence);
  gboolean no_length = occurrence->start_ns == occurrence->end_ns;
  if (no_length && !self->end_set && media->n_attach > 0)
    occurrence->end = PO_END_MEDIA; // it lasts as long as its media
}
