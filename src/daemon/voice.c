// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/voice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#define UNSAID_MAX 1000
#define LAST_WORDS_US G_TIME_SPAN_SECOND

typedef struct {
  gint fd;
  gchar *text;       // owned
  GPtrArray *fields; // owned, nullable
} Saying;

// Lives as long as the process: its thread may never come back from a write.
static struct {
  GMutex lock;
  GCond changed;
  GQueue unsaid; // of Saying, owned
  gboolean is_speaking;
} voice;

static void saying_free (Saying *self) {
  g_free (self->text);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_free (self);
}

// FALSE: the journal did not take it.
static gboolean send_to_journal (const GPtrArray *fields) {
  g_autofree struct iovec *parts = g_new0 (struct iovec, fields->len);
  for (guint i = 0; i < fields->len; i++)
    parts[i] = (struct iovec){fields->pdata[i], strlen (fields->pdata[i])};
  return sd_journal_sendv (parts, (int)fields->len) == 0;
}

// What cannot be written is lost.
static void write_all (gint fd, const gchar *text) {
  for (gsize left = strlen (text); left > 0;) {
    const gssize written = write (fd, text, left);
    if (written > 0) {
      text += written;
      left -= (gsize)written;
    } else if (written < 0 && errno == EAGAIN) {
      GPollFD room = {.fd = fd, .events = G_IO_OUT};
      g_poll (&room, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      return;
    }
  }
}

static gpointer speak (gpointer unused G_GNUC_UNUSED) {
  g_mutex_lock (&voice.lock);
  for (;;) {
    Saying *saying = g_queue_pop_head (&voice.unsaid);
    voice.is_speaking = saying != NULL;
    if (saying == NULL) {
      g_cond_broadcast (&voice.changed);
      g_cond_wait (&voice.changed, &voice.lock);
      continue;
    }
    g_mutex_unlock (&voice.lock);
    if (saying->fields == NULL || !send_to_journal (saying->fields))
      write_all (saying->fd, saying->text);
    saying_free (saying);
    g_mutex_lock (&voice.lock);
  }
  return NULL;
}

static void say_last_words (void) {
  const gint64 until_us = g_get_monotonic_time () + LAST_WORDS_US;
  g_mutex_lock (&voice.lock);
  while ((voice.is_speaking || voice.unsaid.length > 0) && g_cond_wait_until (&voice.changed, &voice.lock, until_us))
    ;
  g_mutex_unlock (&voice.lock);
}

static gpointer start (gpointer unused G_GNUC_UNUSED) {
  atexit (say_last_words);
  return g_thread_new ("voice", speak, NULL);
}

void po_voice_say (gint fd, gchar *text, GPtrArray *fields) {
  static GOnce once = G_ONCE_INIT;
  g_once (&once, start, NULL);
  Saying *saying = g_new (Saying, 1);
  *saying = (Saying){fd, text, fields};
  g_mutex_lock (&voice.lock);
  g_queue_push_tail (&voice.unsaid, saying);
  if (voice.unsaid.length > UNSAID_MAX)
    saying_free (g_queue_pop_head (&voice.unsaid));
  g_cond_broadcast (&voice.changed);
  g_mutex_unlock (&voice.lock);
}
