// SPDX-License-Identifier: GPL-3.0-or-later
// The library is C++, so this one file is: JSON in, text out, no exception beyond it.
#include "record/mustache.h"

#include <string>

#include <kainjow/mustache.hpp>

namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

data to_data (JsonNode *node);

data list_of (JsonArray *array) {
  data list{data::type::list};
  for (guint i = 0; i < json_array_get_length (array); i++)
    list.push_back (to_data (json_array_get_element (array, i)));
  return list;
}

data object_of (JsonObject *object) {
  data members{data::type::object};
  JsonObjectIter iter;
  const gchar *name = nullptr;
  JsonNode *value = nullptr;
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &value))
    members.set (name, to_data (value));
  return members;
}

// As the report's JSON writes it: as short as it can be said, and a double stays one.
data number_of (JsonNode *node) {
  gchar digits[G_ASCII_DTOSTR_BUF_SIZE];
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return data{std::to_string (json_node_get_int (node))};
  std::string text = g_ascii_formatd (digits, sizeof digits, "%.15g", json_node_get_double (node));
  return data{text.find_first_of (".e") == std::string::npos ? text + ".0" : text};
}

data to_data (JsonNode *node) {
  if (JSON_NODE_HOLDS_ARRAY (node))
    return list_of (json_node_get_array (node));
  if (JSON_NODE_HOLDS_OBJECT (node))
    return object_of (json_node_get_object (node));
  if (JSON_NODE_HOLDS_NULL (node))
    return data{false};
  GType type = json_node_get_value_type (node);
  if (type == G_TYPE_BOOLEAN)
    return data{json_node_get_boolean (node) != FALSE};
  if (type == G_TYPE_STRING)
    return data{std::string (json_node_get_string (node))};
  return number_of (node);
}

} // namespace

gboolean po_mustache_fill (const gchar *text, JsonNode *node, gchar **ret_filled, gchar **ret_error) {
  try {
    mustache filler{std::string (text)};
    if (!filler.is_valid ()) {
      *ret_error = g_strdup (filler.error_message ().c_str ());
      return FALSE;
    }
    filler.set_custom_escape ([] (const std::string &plain) { return plain; });
    std::string filled = filler.render (to_data (node));
    *ret_filled = g_strdup (filled.c_str ());
    return TRUE;
  } catch (const std::exception &fault) {
    *ret_error = g_strdup (fault.what ());
    return FALSE;
  }
}
