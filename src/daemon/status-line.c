// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/status-line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "daemon/voice.h"
#include "model/text.h"

#define COLUMNS_DEFAULT 100

struct _PoStatusLine {
  PoDesk *desk; // borrowed
  gboolean is_terminal;
  gboolean is_shown;
};

// text: transfer full
static void say (gchar *text) {
  po_voice_say (STDOUT_FILENO, text, NULL);
}

PoStatusLine *po_status_line_new (PoDesk *desk) {
  PoStatusLine *self = g_new0 (PoStatusLine, 1);
  self->desk = desk;
  self->is_terminal = isatty (STDOUT_FILENO);
  return self;
}

void po_status_line_free (PoStatusLine *self) {
  if (self == NULL)
    return;
  if (self->is_shown)
    say (g_strdup ("\n"));
  g_free (self);
}

static glong terminal_columns (void) {
  struct winsize size;
  return ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : COLUMNS_DEFAULT;
}

void po_status_line_show (PoStatusLine *self) {
  g_autofree gchar *all = po_desk_status_text (self->desk), *text = po_text_pick (all, NULL);
  if (!self->is_terminal) {
    say (g_strdup_printf ("%s\n", text));
    return;
  }
  g_autofree gchar *fitting = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), terminal_columns () - 1));
  say (g_strdup_printf ("\r\033[K%s", fitting));
  self->is_shown = TRUE;
}

void po_status_line_clear (PoStatusLine *self) {
  if (!self->is_shown)
    return;
  say (g_strdup ("\r\033[K"));
  self->is_shown = FALSE;
}
