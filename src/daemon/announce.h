// SPDX-License-Identifier: GPL-3.0-or-later
// What happens to an alarm, told to whoever reads the service's messages: with fields in the systemd journal, as a line
// where standard error is something else. Never waits for the reader. Any thread.
#pragma once

#include "model/alarm.h"

void po_announce (const PoAlarm *alarm, PoAlarmChange change);
