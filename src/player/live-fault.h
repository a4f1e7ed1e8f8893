// SPDX-License-Identifier: GPL-3.0-or-later
// What an error of a live source's pipeline means: whether something came that cannot be shown, and what people are
// told to do. Plain functions, any thread. They know neither the source's address nor how often it is tried.
#pragma once

#include <gst/gst.h>

/** Something came, but nothing that could be shown. */
gboolean po_live_fault_is_unreadable (const GError *error);

/** @error of @message in words that say what to do; the library's own may name the address, and what is secret in it.
 * (transfer none), valid as long as @error */
const gchar *po_live_fault_words (const GError *error, GstMessage *message);
