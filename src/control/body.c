// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/body.h"

#include <gio/gio.h>

#include "json/tree.h"
#include "model/text.h"

gboolean po_body_check_members (JsonObject *body, const gchar *const *known, const gchar *also, GError **error) {
  g_autoptr (GList) names = json_object_get_members (body);
  for (GList *l = names; l != NULL; l = l->next)
    if (!g_strv_contains (known, l->data) && g_strcmp0 (also, l->data) != 0) {
      g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("unknown member “%s” in the body"), (const gchar *)l->data);
      return FALSE;
    }
  return TRUE;
}

gboolean po_body_read (JsonObject *body, const gchar *name, GType type, GValue *ret_value, GError **error) {
  JsonNode *node = json_object_get_member (body, name);
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type) {
    json_node_get_value (node, ret_value);
    return TRUE;
  }
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT,
               type == G_TYPE_BOOLEAN ? _ ("“%s” in the body is neither true nor false")
               : type == G_TYPE_INT64 ? _ ("“%s” in the body is not a whole number")
                                      : _ ("“%s” in the body is not a text"),
               name);
  return FALSE;
}

gchar **po_body_read_texts (JsonObject *body, const gchar *name, GError **error) {
  JsonArray *array = po_json_get_array (body, name);
  const guint n = array != NULL ? json_array_get_length (array) : 0;
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  gboolean are_texts = n > 0;
  for (guint i = 0; i < n && are_texts; i++) {
    JsonNode *one = json_array_get_element (array, i);
    are_texts = JSON_NODE_HOLDS_VALUE (one) && json_node_get_value_type (one) == G_TYPE_STRING;
    if (are_texts)
      g_strv_builder_add (texts, json_node_get_string (one));
  }
  if (are_texts)
    return g_strv_builder_end (texts);
  g_set_error (error, PO_ERROR, PO_ERROR_INPUT, _ ("“%s” in the body is not a list of texts, with one at least"), name);
  return NULL;
}

gchar *po_body_who (PoExchange *exchange, const GValue *typed) {
  const gchar *asker = po_exchange_who (exchange);
  const gchar *name = G_IS_VALUE (typed) ? g_value_get_string (typed) : NULL;
  if (name == NULL || *name == '\0' || g_strcmp0 (name, asker) == 0)
    return g_strdup (asker);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (asker);
  return address != NULL ? g_strdup (name) : g_strdup_printf ("%s (%s)", name, asker);
}
