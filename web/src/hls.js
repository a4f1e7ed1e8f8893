// SPDX-License-Identifier: GPL-3.0-or-later
// The player of the monitor, a file of its own: it is fetched only where the channel has an HLS output.
export { default } from "hls.js/dist/hls.light.mjs";
