// SPDX-License-Identifier: GPL-3.0-or-later
#include "player/live-back-off.h"

#define AT_ONCE_MS 20
#define SOON_MS    100                   // nobody is hurt by ten calls a second
#define SOON_US    (60 * G_USEC_PER_SEC) // for so long
#define LATER_MS   200                   // a call that is refused costs 3 ms of a core at the most

guint po_live_back_off_ms (gboolean has_brought, gint64 away_us) {
  if (has_brought)
    return AT_ONCE_MS;
  return away_us < SOON_US ? SOON_MS : LATER_MS;
}
