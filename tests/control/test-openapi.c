// SPDX-License-Identifier: GPL-3.0-or-later
// The description that is served says what the routes' table says, no more and no less. Argument: docs/openapi.json.
#include <json-glib/json-glib.h>
#include <string.h>

#include "control/route.h"

static JsonObject *root;

static JsonObject *member (JsonObject *object, const gchar *name) {
  g_assert_true (json_object_has_member (object, name));
  return json_object_get_object_member (object, name);
}

static gboolean is_header (const gchar *name) {
  static const gchar *const headers[] = {"IfNoneMatch", "IfMatch", "IdempotencyKey", NULL};
  return g_strv_contains (headers, name);
}

// The query parameters of @operation, which it names by reference.
static GHashTable *query_of (JsonObject *operation) {
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  JsonArray *parameters =
      json_object_has_member (operation, "parameters") ? json_object_get_array_member (operation, "parameters") : NULL;
  for (guint i = 0; parameters != NULL && i < json_array_get_length (parameters); i++) {
    const gchar *reference =
        json_object_get_string_member_with_default (json_array_get_object_element (parameters, i), "$ref", NULL);
    if (reference == NULL)
      continue;
    g_assert_true (g_str_has_prefix (reference, "#/components/parameters/"));
    const gchar *name = strrchr (reference, '/') + 1;
    member (member (member (root, "components"), "parameters"), name);
    if (!is_header (name))
      g_hash_table_add (names, g_strdup (name));
  }
  return names;
}

static void test_routes (void) {
  guint described = 0, routes = 0;
  JsonObject *paths = member (root, "paths");
  g_autoptr (GList) names = json_object_get_members (paths);
  for (GList *l = names; l != NULL; l = l->next)
    described += json_object_get_size (json_object_get_object_member (paths, l->data));
  for (const PoRoute *route = po_routes; route->method != NULL; route++, routes++) {
    g_autofree gchar *method = g_ascii_strdown (route->method, -1);
    g_test_message ("%s %s", route->method, route->path);
    JsonObject *operation = member (member (paths, route->path), method);
    g_assert_cmpstr (json_object_get_string_member (operation, "summary"), ==, route->summary);
    g_assert_cmpstr (json_object_get_string_member (operation, "x-role"), ==, po_role_to_string (route->role));
    g_autoptr (GHashTable) query = query_of (operation);
    guint taken = 0;
    for (guint i = 0; route->query != NULL && route->query[i] != NULL; i++, taken++)
      g_assert_true (g_hash_table_contains (query, route->query[i]));
    g_assert_cmpuint (g_hash_table_size (query), ==, taken);
    g_assert_true (json_object_has_member (operation, "responses"));
  }
  g_assert_cmpuint (described, ==, routes);
}

static void test_commands (void) {
  JsonObject *operation = member (member (member (root, "paths"), "/commands/{verb}"), "post");
  JsonObject *arguments = member (operation, "x-arguments");
  JsonObject *properties =
      member (member (member (member (root, "components"), "schemas"), "CommandArguments"), "properties");
  const gchar *const *verbs = po_control_verbs ();
  g_assert_cmpuint (json_object_get_size (arguments), ==, g_strv_length ((gchar **)verbs));
  for (guint v = 0; verbs[v] != NULL; v++) {
    const gchar *const *known = po_control_verb_arguments (verbs[v]);
    JsonArray *described = json_object_get_array_member (arguments, verbs[v]);
    g_test_message ("%s", verbs[v]);
    g_assert_nonnull (described);
    g_assert_cmpuint (json_array_get_length (described), ==, g_strv_length ((gchar **)known));
    for (guint i = 0; i < json_array_get_length (described); i++) {
      g_assert_true (g_strv_contains (known, json_array_get_string_element (described, i)));
      g_assert_true (json_object_has_member (properties, json_array_get_string_element (described, i)));
    }
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  json_parser_load_from_file (parser, argv[1], &error);
  g_assert_no_error (error);
  root = json_node_get_object (json_parser_get_root (parser));
  g_assert_true (g_str_has_prefix (json_object_get_string_member (root, "openapi"), "3.1."));
  g_test_add_func ("/control/openapi/routes", test_routes);
  g_test_add_func ("/control/openapi/commands", test_commands);
  return g_test_run ();
}
