// SPDX-License-Identifier: GPL-3.0-or-later
#include "subscription/subscription.h"

#include <gio/gio.h>
#include <string.h>

#include "model/text.h"
#include "subscription/kept.h"
#include "subscription/pace.h"
#include "subscription/request.h"

struct _PoSubscription {
  gchar *name, *url, *username, *password_file, *state_dir;
  gint64 refresh_ns, stale_ns;
  PoSubscriptionFunc changed;
  gpointer user;
  PoTimeNs since_ns, now_ns; // of the first and the last check
  PoPace pace;
  PoKept kept;
  PoCalendarFile *file;      // (nullable) of what is kept
  gchar *problem;            // (nullable)
  gchar *unkept;             // (nullable) why the copy is in memory only
  GCancellable *cancellable; // (nullable) of the question under way
};

static void set_file (PoSubscription *self) {
  g_autofree gchar *name = po_kept_file_name (self->name);
  g_clear_pointer (&self->file, po_calendar_file_free);
  if (self->kept.bytes != NULL)
    self->file = po_calendar_file_new (name, self->kept.bytes);
}

PoSubscription *po_subscription_new (const PoSubscriptionSettings *settings, PoTimeNs now_ns,
                                     PoSubscriptionFunc changed, gpointer user) {
  PoSubscription *self = g_new0 (PoSubscription, 1);
  self->name = g_strdup (settings->name);
  self->url = g_strdup (settings->url);
  self->username = g_strdup (settings->username);
  self->password_file = g_strdup (settings->password_file);
  self->state_dir = g_strdup (settings->state_dir);
  self->refresh_ns = MAX (settings->refresh_ns, PO_NS_PER_SECOND);
  self->stale_ns = settings->stale_ns;
  self->changed = changed;
  self->user = user;
  self->since_ns = self->now_ns = now_ns;
  po_kept_load (&self->kept, self->state_dir, self->name, self->url);
  self->pace.good_ns = MIN (self->kept.good_ns, now_ns); // by a clock that was set back since
  set_file (self);
  return self;
}

static void stop_asking (PoSubscription *self) {
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

void po_subscription_free (PoSubscription *self) {
  if (self == NULL)
    return;
  stop_asking (self);
  po_kept_clear (&self->kept);
  g_clear_pointer (&self->file, po_calendar_file_free);
  g_free (self->name);
  g_free (self->url);
  g_free (self->username);
  g_free (self->password_file);
  g_free (self->state_dir);
  g_free (self->problem);
  g_free (self->unkept);
  g_free (self);
}

static void keep (PoSubscription *self, gboolean with_bytes) {
  g_autoptr (GError) error = NULL;
  g_clear_pointer (&self->unkept, g_free);
  self->kept.good_ns = self->pace.good_ns;
  if (self->state_dir != NULL &&
      !po_kept_save (&self->kept, self->state_dir, self->name, self->url, with_bytes, &error))
    self->unkept = g_strdup (error->message);
}

// The line of @text at @at, without what ends it; @at goes to the next.
static gsize next_line (const gchar *text, gsize length, gsize *at) {
  const gchar *begin = text + *at, *end = memchr (begin, '\n', length - *at);
  const gsize size = end != NULL ? (gsize)(end - begin) : length - *at;
  *at += size + (end != NULL);
  return size;
}

static gboolean is_stamp (const gchar *line, gsize size) {
  return size > strlen ("DTSTAMP") && g_ascii_strncasecmp (line, "DTSTAMP", strlen ("DTSTAMP")) == 0;
}

// But for DTSTAMP: Google and Outlook put the time of asking there, so that no two answers are alike. Taken for
// changes, they would put a new version of the calendars in force every five minutes, and each is kept for good.
static gboolean is_same (GBytes *kept, GBytes *bytes) {
  gsize length = 0, other_length = 0, at = 0, other_at = 0;
  const gchar *text = g_bytes_get_data (kept, &length), *other = g_bytes_get_data (bytes, &other_length);
  while (at < length && other_at < other_length) {
    const gchar *line = text + at, *other_line = other + other_at;
    const gsize size = next_line (text, length, &at), other_size = next_line (other, other_length, &other_at);
    const gboolean is_equal = size == other_size && memcmp (line, other_line, size) == 0;
    if (!is_equal && !(is_stamp (line, size) && is_stamp (other_line, other_size)))
      return FALSE;
  }
  return at == length && other_at == other_length;
}

static void take_bytes (PoSubscription *self, const PoReply *reply) {
  const gboolean is_new = self->kept.bytes == NULL || !is_same (self->kept.bytes, reply->bytes);
  g_autoptr (GBytes) bytes = g_bytes_ref (is_new ? reply->bytes : self->kept.bytes);
  po_kept_clear (&self->kept);
  self->kept.bytes = g_steal_pointer (&bytes);
  self->kept.etag = g_strdup (reply->etag);
  self->kept.modified = g_strdup (reply->modified);
  self->kept.is_secure = reply->is_secure;
  keep (self, is_new);
  set_file (self);
  if (is_new)
    self->changed (self->user);
}

static void take_failure (PoSubscription *self, const gchar *why, gint64 wait_ns) {
  g_free (self->problem);
  self->problem = g_strdup (why);
  po_pace_take_bad (&self->pace, self->refresh_ns, wait_ns, self->now_ns);
}

static void on_reply (const PoReply *reply, gpointer user) {
  PoSubscription *self = user;
  g_clear_object (&self->cancellable);
  if (reply->why != NULL) {
    take_failure (self, reply->why, reply->wait_ns);
    return;
  }
  g_clear_pointer (&self->problem, g_free);
  po_pace_take_good (&self->pace, MAX (self->refresh_ns, reply->wait_ns), self->now_ns);
  if (reply->bytes != NULL)
    take_bytes (self, reply);
  else
    keep (self, FALSE);
}

static void ask (PoSubscription *self) {
  // Without the bytes, "nothing new" would leave us with nothing.
  gboolean has = self->kept.bytes != NULL;
  PoRequest request = {.url = self->url,
                       .username = self->username,
                       .password_file = self->password_file,
                       .etag = has ? self->kept.etag : NULL,
                       .modified = has ? self->kept.modified : NULL,
                       .only_secure = self->kept.is_secure};
  self->cancellable = g_cancellable_new ();
  po_pace_ask (&self->pace, self->now_ns);
  po_request_send (&request, self->cancellable, on_reply, self);
}

static void hear (PoSubscription *self, PoTimeNs now_ns) {
  const gint64 back_ns = self->now_ns - now_ns;
  if (back_ns > 0) {
    po_pace_set_back (&self->pace, back_ns);
    self->since_ns -= back_ns;
  }
  self->now_ns = now_ns;
}

void po_subscription_check (PoSubscription *self, PoTimeNs now_ns) {
  hear (self, now_ns);
  if (po_pace_is_overdue (&self->pace, now_ns)) {
    stop_asking (self);
    take_failure (self, _ ("it takes longer than two minutes to answer"), 0);
  }
  if (po_pace_is_due (&self->pace, now_ns))
    ask (self);
}

void po_subscription_hurry (PoSubscription *self) {
  self->pace.next_ns = 0;
  po_subscription_check (self, self->now_ns);
}

const PoCalendarFile *po_subscription_file (PoSubscription *self) {
  return self->file;
}

PoFinding *po_subscription_finding (PoSubscription *self, PoTimeNs now_ns) {
  g_autofree gchar *host = po_request_host (self->url);
  g_autofree gchar *name = po_kept_file_name (self->name);
  gboolean stale = po_pace_is_stale (&self->pace, self->stale_ns, self->since_ns, now_ns);
  if (self->problem != NULL || stale)
    return po_finding_new (stale ? PO_SEVERITY_ERROR : PO_SEVERITY_WARNING, "calendar-away", name, 0, NULL, NULL,
                           self->file != NULL ? _ ("cannot be had from %s: %s; its last good copy stays on air")
                                              : _ ("cannot be had from %s: %s; nothing of it is on air yet"),
                           host, self->problem != NULL ? self->problem : _ ("no answer for too long"));
  if (self->unkept != NULL)
    return po_finding_new (PO_SEVERITY_WARNING, "calendar-unkept", name, 0, NULL, NULL,
                           _ ("cannot be kept for the next start: %s"), self->unkept);
  return NULL;
}

PoSubscriptionState po_subscription_state (PoSubscription *self) {
  return (PoSubscriptionState){self->name, po_request_host (self->url), self->pace.good_ns, self->pace.next_ns,
                               self->problem};
}
