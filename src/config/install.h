// SPDX-License-Identifier: GPL-3.0-or-later
// Where the programs of this build are, installed or not. Looks at the file system and the environment only.
#pragma once

#include <glib.h>

/** The program that decodes: the variable PLAYOUTD_PLAYER, else beside this program or in its folder of the build tree,
 * else where it is installed. It need not exist. (transfer full) */
gchar *po_install_find_player (void);

/** The command line: the variable PLAYOUTCTL, else beside this program or in its folder of the build tree, else by its
 * name. (transfer full) */
gchar *po_install_find_ctl (void);
