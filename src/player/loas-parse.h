// SPDX-License-Identifier: GPL-3.0-or-later
// PoLoasParse: the element that finds the frames of AAC in LOAS, the form in which broadcasters carry it. aacparse
// (1.22) leaves out those that refer to the settings of an earlier one while it looks for its place, which it does
// again and again: HE-AAC of a recording was silent for a third of its time. Streaming thread. It decodes nothing.
#pragma once

/** Once after gst_init(): decodebin knows it. */
void po_loas_parse_register (void);
