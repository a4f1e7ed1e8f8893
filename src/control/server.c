// SPDX-License-Identifier: GPL-3.0-or-later
// The listeners of one daemon and what they all answer from.
#include "control/server.h"

#include "control/listener.h"
#include "control/session.h"
#include "model/text.h"

struct _PoControlServer {
  PoApi api;
  PoTls *tls;           // (nullable)
  GPtrArray *listeners; // PoListener
};

PoControlServer *po_control_server_new (const PoControlOps *ops, gpointer user, GTimeZone *zone) {
  PoControlServer *self = g_new0 (PoControlServer, 1);
  self->api = (PoApi){.ops = ops,
                      .user = user,
                      .zone = g_time_zone_ref (zone),
                      .events = po_events_new (ops, user),
                      .replay = po_replay_new ()};
  po_events_set_guard (self->api.events, po_session_still_may, &self->api);
  self->listeners = g_ptr_array_new_with_free_func ((GDestroyNotify)po_listener_free);
  return self;
}

void po_control_server_set_door (PoControlServer *self, PoDoor *door) {
  self->api.door = door;
}

void po_control_server_set_names (PoControlServer *self, const gchar *const *names) {
  g_strfreev (self->api.names);
  self->api.names = g_strdupv ((gchar **)names);
}

gboolean po_control_server_set_tls (PoControlServer *self, const gchar *certificate, const gchar *key, GError **error) {
  PoTls *tls = self->tls != NULL ? self->tls : po_tls_new ();
  gboolean is_loaded = po_tls_load (tls, certificate, key, error);
  if (is_loaded)
    self->api.tls = self->tls = tls;
  else if (self->tls == NULL)
    po_tls_free (tls);
  return is_loaded;
}

PoFinding *po_control_server_judge_tls (PoControlServer *self, PoTimeNs now_ns) {
  return po_tls_judge (self->tls, now_ns, self->api.zone);
}

gboolean po_control_check_tls (const gchar *certificate, const gchar *key, PoTimeNs now_ns, GTimeZone *zone,
                               GPtrArray *findings, GError **error) {
  if (certificate == NULL && key == NULL)
    return TRUE; // served in clear
  PoTls *tls = po_tls_new ();
  gboolean would_do = po_tls_load (tls, certificate, key, error);
  PoFinding *finding = would_do ? po_tls_judge (tls, now_ns, zone) : NULL;
  if (finding != NULL)
    g_ptr_array_add (findings, finding);
  if (would_do && !po_tls_is_valid (tls, now_ns)) {
    g_set_error (error, PO_ERROR, PO_ERROR_CONFIG, _ ("TLS: %s: %s"), certificate, finding->message);
    would_do = FALSE;
  }
  po_tls_free (tls);
  return would_do;
}

gboolean po_control_server_listen (PoControlServer *self, const gchar *address, GError **error) {
  PoListener *listener = po_listener_new (address, &self->api, error);
  if (listener == NULL)
    return FALSE;
  g_ptr_array_add (self->listeners, listener);
  return TRUE;
}

guint po_control_server_port (PoControlServer *self) {
  for (guint i = 0; i < self->listeners->len; i++)
    if (po_listener_port (self->listeners->pdata[i]) != 0)
      return po_listener_port (self->listeners->pdata[i]);
  return 0;
}

void po_control_server_free (PoControlServer *self) {
  if (self == NULL)
    return;
  po_events_close (self->api.events);
  g_ptr_array_unref (self->listeners);
  po_events_free (self->api.events);
  po_replay_free (self->api.replay);
  po_tls_free (self->tls);
  g_strfreev (self->api.names);
  g_time_zone_unref (self->api.zone);
  g_free (self);
}
