// SPDX-License-Identifier: GPL-3.0-or-later
// playoutctl's command line: which verb, which of the shared options it takes, what the help says.
#pragma once

#include "ctl/ctl.h"

/** Finds the verb and reads its options. FALSE with @error: wrong use. With both TRUE and a NULL verb, help or version
 * was printed and there is nothing to do. */
gboolean po_ctl_options_parse (PoCtl *ctl, int argc, char **argv, GError **error);
void po_ctl_options_clear (PoCtlOptions *self);
