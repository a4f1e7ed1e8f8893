// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk/command.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"

// An argument that is no text.
static const struct {
  const gchar *name;
  GType type;
  const gchar *wanted;
} typed[] = {
    {"part", G_TYPE_INT64, N_ ("“part” must be a whole number from 0 on")},
    {"asap", G_TYPE_BOOLEAN, N_ ("“asap” must be true or false")},
};

// What @node says as the argument @name, as the journal has it; NULL with @error. (transfer full)
static gchar *to_arg (const gchar *name, JsonNode *node, GError **error) {
  const GType given = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++) {
    if (strcmp (typed[i].name, name) != 0)
      continue;
    if (given == typed[i].type && given == G_TYPE_BOOLEAN)
      return g_strdup (json_node_get_boolean (node) ? "1" : "0");
    if (given == typed[i].type && json_node_get_int (node) >= 0)
      return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
    g_set_error_literal (error, PO_ERROR, PO_ERROR_INPUT, _ (typed[i].wanted));
    return NULL;
  }
  if (given == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” in the body is not a text"), name);
  return NULL;
}

// Every member of @args becomes an argument of the entry, durations ("by": "PT5M") in nanoseconds.
static gboolean copy_args (PoJournalEntry *entry, JsonObject *args, GError **error) {
  g_autoptr (GList) names = json_object_get_members (args);
  for (GList *l = names; l != NULL; l = l->next) {
    gchar *text = to_arg (l->data, json_object_get_member (args, l->data), error);
    if (text == NULL)
      return FALSE;
    g_hash_table_replace (entry->args, g_strdup (l->data), text);
  }
  return TRUE;
}

static gboolean read_extension (PoJournalEntry *entry, GError **error) {
  const gchar *by = po_journal_entry_get (entry, "by");
  gint64 by_ns = 0;
  if (by == NULL) {
    g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("extend needs “by”, a duration like PT5M"));
    return FALSE;
  }
  if (!po_duration_parse (by, &by_ns, error))
    return FALSE;
  g_hash_table_replace (entry->args, g_strdup ("by_ns"), g_strdup_printf ("%" G_GINT64_FORMAT, by_ns));
  return TRUE;
}

// What cannot be left out, besides a duration.
static const struct {
  PoJournalKind kind;
  const gchar *names[4];
} needed[] = {
    {PO_JOURNAL_INSERT, {"media", NULL}},
    {PO_JOURNAL_REPLACE, {"uid", "instance", "media", NULL}},
    {PO_JOURNAL_CANCEL, {"uid", "instance", NULL}},
};

static gboolean check_needed (const PoJournalEntry *entry, const gchar *verb, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    for (guint n = 0; needed[i].kind == entry->kind && needed[i].names[n] != NULL; n++)
      if (po_journal_entry_get (entry, needed[i].names[n]) == NULL) {
        g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("%s needs “%s”"), verb, needed[i].names[n]);
        return FALSE;
      }
  return TRUE;
}

// A clip is inserted now, after what is on air, or at an instant.
static gboolean read_place (PoJournalEntry *entry, GTimeZone *zone, GError **error) {
  const gchar *at = po_journal_entry_get (entry, "at"), *how = po_journal_entry_get (entry, "how");
  PoTimeNs at_ns = 0;
  if (at != NULL && how == NULL)
    return po_time_parse (at, zone, &at_ns, error);
  if (how == NULL)
    g_hash_table_replace (entry->args, g_strdup ("how"), g_strdup ("now"));
  if (at == NULL && (how == NULL || strcmp (how, "now") == 0 || strcmp (how, "after") == 0))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("insert takes “how”: “now” or “after”, or else “at”, an instant"));
  return FALSE;
}

// A name is both; with one alone nothing would be found, and nothing would happen.
static gboolean check_name (JsonObject *args, GError **error) {
  if (json_object_has_member (args, "uid") == json_object_has_member (args, "instance"))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("an airing is named by “uid” and “instance” together"));
  return FALSE;
}

// An instance that is an instant may be written as any; the plan knows it by one spelling. One of a whole day is a
// date.
static void spell_instance (PoJournalEntry *entry, GTimeZone *zone) {
  const gchar *instance = po_journal_entry_get (entry, "instance");
  PoTimeNs instance_ns = 0;
  if (instance != NULL && strchr (instance, 'T') != NULL && po_time_parse (instance, zone, &instance_ns, NULL))
    g_hash_table_replace (entry->args, g_strdup ("instance"), po_time_to_utc_string (instance_ns));
}

PoJournalEntry *po_command_entry_new (const gchar *verb, JsonObject *args, const gchar *who, GTimeZone *zone,
                                      GError **error) {
  PoJournalKind kind = PO_JOURNAL_TAKE;
  gboolean is_next = strcmp (verb, "take-next") == 0;
  gboolean is_now = strcmp (verb, "take") == 0 && !json_object_has_member (args, "uid");
  if (!is_next && !po_journal_kind_from_string (verb, &kind)) {
    g_set_error (error, PO_ERROR, PO_ERROR_NOT_FOUND, _ ("there is no command “%s”"), verb);
    return NULL;
  }
  if (!check_name (args, error))
    return NULL;
  g_autoptr (PoJournalEntry) entry =
      po_journal_entry_new (0, kind, who, "next", is_next ? "1" : NULL, "now", is_now ? "1" : NULL, NULL);
  if (!copy_args (entry, args, error) || !check_needed (entry, verb, error) ||
      (kind == PO_JOURNAL_EXTEND && !read_extension (entry, error)) ||
      (kind == PO_JOURNAL_INSERT && !read_place (entry, zone, error)))
    return NULL;
  spell_instance (entry, zone);
  return g_steal_pointer (&entry);
}
