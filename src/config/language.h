// SPDX-License-Identifier: GPL-3.0-or-later
// The language in which this process speaks to people. Called once, first thing in main(), before any thread.
#pragma once

/** Takes the language from the environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG) and finds the translations, installed
 * or in the folder PLAYOUTD_LOCALEDIR of an uninstalled run. A machine on which the wanted locale was never generated
 * still speaks its language: only its translations are needed, not its number formats, which are never used. */
void po_language_init (void);

/** From now on what this process says carries every language: see model/text.h. Before any thread. */
void po_language_carry_all (void);
