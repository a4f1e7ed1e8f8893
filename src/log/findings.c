// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with the log, in words. Both sides note it; the lock is held.
#include "log/log-private.h"
#include "model/text.h"

void po_log_note_locked (gchar **about, const gchar *now) {
  if (g_strcmp0 (*about, now) == 0)
    return;
  g_free (*about);
  *about = g_strdup (now);
}

GPtrArray *po_log_findings (PoLog *self) {
  GPtrArray *findings = g_ptr_array_new_with_free_func ((GDestroyNotify)po_finding_free);
  g_mutex_lock (&self->lock);
  if (self->waiting_why != NULL && self->queue->len == 0)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "log-waiting", self->path, 0, NULL, NULL,
                                     _ ("the log cannot be written: %s; what comes now waits in memory and is lost if "
                                        "playoutd ends before there is room: free space, or mend the state folder"),
                                     self->waiting_why));
  else if (self->waiting_why != NULL)
    g_ptr_array_add (
        findings, po_finding_new (PO_SEVERITY_ERROR, "log-waiting", self->path, 0, NULL, NULL,
                                  _ ("the log cannot be written: %s; %u rows wait in memory and are lost if playoutd "
                                     "ends before there is room: free space, or mend the state folder"),
                                  self->waiting_why, self->queue->len));
  if (self->aside != NULL)
    g_ptr_array_add (
        findings, po_finding_new (PO_SEVERITY_ERROR, "log-moved-aside", self->path, 0, NULL, NULL, "%s", self->aside));
  if (self->rules != NULL)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "log-rules", self->path, 0, NULL, NULL, "%s", self->rules));
  if (self->refused != NULL)
    g_ptr_array_add (findings, po_finding_new (PO_SEVERITY_ERROR, "log-refused", self->path, 0, NULL, NULL,
                                               _ ("a row was refused by the log: %s; please report this as a fault"),
                                               self->refused));
  if (self->broken != NULL)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "log-broken", self->path, 0, NULL, NULL, "%s", self->broken));
  if (self->unreadable > 0)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "log-unreadable", self->path, 0, NULL, NULL,
                                     _ ("%u journal entries cannot be read and were left out of the plan; were they "
                                        "written by a newer playoutd?"),
                                     self->unreadable));
  if (self->journal_unread != NULL)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "log-journal", self->path, 0, NULL, NULL,
                                     _ ("the journal could not be read: %s; what operators commanded and which clips "
                                        "series were given before this start does not hold: mend the state folder and "
                                        "restart playoutd"),
                                     self->journal_unread));
  if (self->alarms_unread != NULL)
    g_ptr_array_add (findings,
                     po_finding_new (PO_SEVERITY_ERROR, "log-alarms", self->path, 0, NULL, NULL,
                                     _ ("which alarms were open before this start is not known: %s; they are told "
                                        "anew, and who had seen them is not shown"),
                                     self->alarms_unread));
  g_mutex_unlock (&self->lock);
  return findings;
}
