// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/command.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/error.h"

// Every plain value of @args becomes an argument of the entry, durations ("by": "PT5M") in nanoseconds.
static gboolean copy_args (PoJournalEntry *entry, JsonObject *args, GError **error) {
  g_autoptr (GList) names = json_object_get_members (args);
  for (GList *l = names; l != NULL; l = l->next) {
    const gchar *name = l->data;
    JsonNode *node = json_object_get_member (args, name);
    if (!JSON_NODE_HOLDS_VALUE (node)) {
      g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” must be a plain value"), name);
      return FALSE;
    }
    GType type = json_node_get_value_type (node);
    gchar *text = type == G_TYPE_STRING    ? g_strdup (json_node_get_string (node))
                  : type == G_TYPE_BOOLEAN ? g_strdup (json_node_get_boolean (node) ? "1" : "0")
                                           : g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
    g_hash_table_replace (entry->args, g_strdup (name), text);
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

// A name is both; with one alone nothing would be found, and nothing would happen.
static gboolean check_name (JsonObject *args, GError **error) {
  if (json_object_has_member (args, "uid") == json_object_has_member (args, "instance"))
    return TRUE;
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("an airing is named by “uid” and “instance” together"));
  return FALSE;
}

PoJournalEntry *po_command_entry_new (const gchar *verb, JsonObject *args, const gchar *who, GError **error) {
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
  if (!copy_args (entry, args, error) || (kind == PO_JOURNAL_EXTEND && !read_extension (entry, error)))
    return NULL;
  return g_steal_pointer (&entry);
}
