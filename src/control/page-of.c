// SPDX-License-Identifier: GPL-3.0-or-later
#include "control/page-of.h"

#include "json/tree.h"
#include "model/text.h"

#define MOST_LIMIT 10000
#define MOST_WHOLE 50000 // entries of one answer, where nobody asks for pages: a day of the shortest fillers, and more

// FALSE: it is given, and is no number in the range; answered.
static gboolean read_number (PoExchange *exchange, const gchar *name, guint64 least, guint64 most, guint64 *number) {
  const gchar *text = po_exchange_query (exchange, name);
  if (text == NULL || g_ascii_string_to_unsigned (text, 10, least, most, number, NULL))
    return TRUE;
  g_autofree gchar *detail =
      g_strdup_printf (_ ("%s: “%s” is not a number from %u to %u"), name, text, (guint)least, (guint)most);
  po_exchange_answer_problem (exchange, MHD_HTTP_BAD_REQUEST, "bad-request", detail, NULL);
  return FALSE;
}

static void link_next (PoExchange *exchange, guint64 limit, guint64 next) {
  static const gchar *const kept[] = {"from", "to", "most"};
  g_autoptr (GString) link = g_string_new ("<");
  g_string_append_printf (link, "%s?limit=%" G_GUINT64_FORMAT "&cursor=%" G_GUINT64_FORMAT, po_exchange_path (exchange),
                          limit, next);
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++) {
    const gchar *value = po_exchange_query (exchange, kept[i]);
    g_autofree gchar *escaped = value != NULL ? g_uri_escape_string (value, NULL, FALSE) : NULL;
    if (escaped != NULL)
      g_string_append_printf (link, "&%s=%s", kept[i], escaped);
  }
  g_string_append (link, ">; rel=\"next\"");
  po_exchange_add_header (exchange, MHD_HTTP_HEADER_LINK, link->str);
}

static void count (PoExchange *exchange, guint64 total) {
  g_autofree gchar *text = g_strdup_printf ("%" G_GUINT64_FORMAT, total);
  po_exchange_add_header (exchange, "X-Total-Count", text);
}

// What is asked for of @length members; FALSE: nonsense, answered.
static gboolean read_page (PoExchange *exchange, guint64 length, guint64 *limit, guint64 *cursor) {
  *limit = *cursor = 0;
  if (!read_number (exchange, "limit", 1, MOST_LIMIT, limit) || !read_number (exchange, "cursor", 0, G_MAXINT, cursor))
    return FALSE;
  count (exchange, length);
  return TRUE;
}

gboolean po_page_of_read (PoExchange *exchange, PoControlPage *ret_page) {
  *ret_page = (PoControlPage){0, MOST_WHOLE};
  return read_number (exchange, "limit", 1, MOST_LIMIT, &ret_page->limit) &&
         read_number (exchange, "cursor", 0, G_MAXINT, &ret_page->cursor);
}

void po_page_of_answer_page (PoExchange *exchange, const PoControlPage *page, GBytes *json, const gchar *sum,
                             guint64 total) {
  g_autofree gchar *stamp = g_strndup (sum, 32);
  count (exchange, total);
  if (page->cursor + page->limit < total)
    link_next (exchange, MIN (page->limit, MOST_LIMIT), page->cursor + page->limit);
  po_exchange_answer_text (exchange, json, stamp);
}

void po_page_of_answer_list (PoExchange *exchange, const PoControlList *list) {
  guint64 limit = 0, cursor = 0;
  if (!read_page (exchange, list->size, &limit, &cursor))
    return;
  const guint64 end = limit > 0 ? MIN (cursor + limit, list->size) : list->size;
  GString *text = g_string_new ("[");
  for (guint64 i = cursor; i < end; i++) {
    if (i > cursor)
      g_string_append_c (text, ',');
    list->append (list->list, (guint)i, text);
  }
  g_string_append_c (text, ']');
  if (end < list->size)
    link_next (exchange, limit, end);
  g_autofree gchar *stamp =
      list->stamp != NULL ? g_strdup_printf ("%.32s-%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, list->stamp, cursor, end)
                          : NULL;
  g_autoptr (GBytes) json = g_string_free_to_bytes (text);
  po_exchange_answer_text (exchange, json, stamp);
}

void po_page_of_answer (PoExchange *exchange, JsonNode *list) {
  g_autoptr (JsonNode) owned = list;
  guint64 limit = 0, cursor = 0;
  JsonArray *all = json_node_get_array (list);
  guint64 length = json_array_get_length (all);
  if (!read_page (exchange, length, &limit, &cursor))
    return;
  if (limit == 0 && cursor == 0) {
    po_exchange_answer (exchange, MHD_HTTP_OK, g_steal_pointer (&owned));
    return;
  }
  guint64 end = limit > 0 ? MIN (cursor + limit, length) : length;
  JsonArray *page = json_array_new ();
  for (guint64 i = cursor; i < end; i++)
    json_array_add_element (page, json_array_dup_element (all, (guint)i));
  JsonNode *node = po_json_array_node (page);
  if (end < length)
    link_next (exchange, limit, end);
  po_exchange_answer (exchange, MHD_HTTP_OK, node);
}
