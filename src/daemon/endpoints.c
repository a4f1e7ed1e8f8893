// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/endpoints.h"

#include <string.h>

#include "control/server.h"
#include "model/text.h"

struct _PoEndpoints {
  PoAlarms *alarms;
  const PoClock *clock;
  PoControlServer *control;
  PoDoor *door;        // who may come in
  GHashTable *served;  // set of addresses
  GStrv addresses;     // that are to be
  gchar *local;        // the socket in the state folder
  gboolean is_tls_bad; // and never was good
};

static PoTimeNs now (PoEndpoints *self) {
  return po_clock_now_ns (self->clock);
}

static void listen_at (PoEndpoints *self, const gchar *address) {
  g_autoptr (GError) error = NULL;
  g_autofree gchar *id = g_strconcat ("control-listen:", address, NULL);
  if (g_hash_table_contains (self->served, address))
    return;
  if (po_control_server_listen (self->control, address, &error))
    g_hash_table_add (self->served, g_strdup (address));
  po_alarms_set (self->alarms, id, PO_SEVERITY_WARNING, now (self), error != NULL ? error->message : NULL,
                 _ ("It is served by itself as soon as it can be; or give [control] listen= another address and "
                    "restart."));
}

static void look_at_door (PoEndpoints *self) {
  g_autofree gchar *problem = po_door_problem (self->door);
  po_alarms_set (self->alarms, "access", PO_SEVERITY_ERROR, now (self), problem,
                 _ ("The air goes on; playoutctl on this machine works."));
}

// Browsers know no other time than the real one, whatever the channel's is.
static void look_at_certificate (PoEndpoints *self) {
  static const gchar id[] = "control-certificate";
  const PoClock real = po_clock_real ();
  g_autoptr (PoFinding) finding = po_control_server_judge_tls (self->control, po_clock_now_ns (&real));
  if (finding != NULL)
    po_alarms_raise (self->alarms, id, finding->severity, now (self),
                     _ ("Have it renewed, put it where the old one is, and send SIGHUP (systemctl reload playoutd)."),
                     "%s: %s", finding->file, finding->message);
  else
    po_alarms_clear (self->alarms, id);
}

void po_endpoints_check (PoEndpoints *self) {
  look_at_door (self);
  look_at_certificate (self);
  listen_at (self, self->local);
  for (guint i = 0; !self->is_tls_bad && self->addresses[i] != NULL; i++)
    if (strcmp (self->addresses[i], "none") != 0)
      listen_at (self, self->addresses[i]);
}

void po_endpoints_set_config (PoEndpoints *self, PoConfig *config) {
  g_autoptr (GError) error = NULL;
  if (config->tls_certificate == NULL && config->tls_key == NULL)
    return;
  po_control_server_set_tls (self->control, config->tls_certificate, config->tls_key, &error);
  // What should be secret is not served in clear because a file is missing.
  self->is_tls_bad = error != NULL && g_hash_table_size (self->served) == 0;
  po_alarms_set (self->alarms, "control-tls", PO_SEVERITY_ERROR, now (self), error != NULL ? error->message : NULL,
                 _ ("Mend the files and send SIGHUP; until then the last good ones are used, or nothing is served "
                    "but the socket in the state folder."));
}

PoEndpoints *po_endpoints_new (PoConfig *config, const gchar *state_dir, PoDesk *desk, GTimeZone *zone,
                               PoAlarms *alarms, const PoClock *clock) {
  PoEndpoints *self = g_new0 (PoEndpoints, 1);
  g_auto (GStrv) names = g_strsplit (config->names, ";", -1);
  self->alarms = alarms;
  self->clock = clock;
  self->door = po_door_new (state_dir);
  self->served = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->addresses = g_strsplit (config->listen, ";", -1);
  self->local = g_strconcat ("unix:", config->state, "/control.sock", NULL);
  self->control = po_control_server_new (po_desk_ops (), desk, zone);
  po_control_server_set_door (self->control, self->door);
  po_control_server_set_names (self->control, (const gchar *const *)names);
  po_endpoints_set_config (self, config);
  po_endpoints_check (self);
  return self;
}

void po_endpoints_free (PoEndpoints *self) {
  if (self == NULL)
    return;
  po_control_server_free (self->control);
  po_door_free (self->door);
  g_hash_table_unref (self->served);
  g_strfreev (self->addresses);
  g_free (self->local);
  g_free (self);
}
