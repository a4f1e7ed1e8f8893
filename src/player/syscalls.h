// SPDX-License-Identifier: GPL-3.0-or-later
// The system calls that no decoder needs. A deny list: plugins are many and their honest calls are not enumerable.
#pragma once

#include <glib.h>

/** Denies them for all threads of the process. @keep_sockets: live sources. @for_sanitizer: what LeakSanitizer does at
 * exit stays allowed. FALSE: the kernel would not. */
gboolean po_syscalls_deny (gboolean keep_sockets, gboolean for_sanitizer);
