// SPDX-License-Identifier: GPL-3.0-or-later
#include "output/display.h"

#include <dlfcn.h>
#include <unistd.h>

#define XLIB "libX11.so.6"

typedef int (*LostFunc) (gpointer display);

static gint n_lost; // atomic

// Xlib ends the process when this returns.
G_GNUC_NORETURN static int stand_still (gpointer display) {
  g_atomic_int_inc (&n_lost);
  for (;;)
    pause ();
}

static gboolean can_open (gpointer xlib) {
  LostFunc (*set_lost) (LostFunc) = (LostFunc (*) (LostFunc))dlsym (xlib, "XSetIOErrorHandler");
  gpointer (*open) (const gchar *) = (gpointer (*) (const gchar *))dlsym (xlib, "XOpenDisplay");
  int (*close) (gpointer) = (int (*) (gpointer))dlsym (xlib, "XCloseDisplay");
  if (set_lost == NULL || open == NULL || close == NULL)
    return FALSE;
  set_lost (stand_still);
  gpointer display = open (NULL);
  if (display != NULL)
    close (display);
  return display != NULL;
}

gboolean po_display_is_there (void) {
  gpointer xlib = g_getenv ("DISPLAY") != NULL ? dlopen (XLIB, RTLD_LAZY) : NULL; // (never closed: the handler stays)
  return (xlib != NULL && can_open (xlib)) || g_getenv ("WAYLAND_DISPLAY") != NULL;
}

guint po_display_n_lost (void) {
  return (guint)g_atomic_int_get (&n_lost);
}
