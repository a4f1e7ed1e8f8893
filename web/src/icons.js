// SPDX-License-Identifier: GPL-3.0-or-later
// The page's pictograms, drawn on a grid of 24. They always stand beside a word, so they are silent to screen readers.
import { html } from "htm/preact";

const shapes = {
  onair: html`<circle cx="12" cy="12" r="4" fill="currentColor" /><path d="M6 6a8.5 8.5 0 0 0 0 12M18 6a8.5 8.5 0 0 1 0 12" />`,
  next: html`<path d="M5 5l8 7-8 7zM18 5v14" />`,
  planned: html`<circle cx="12" cy="12" r="8.5" /><path d="M12 7v5l3.5 2" />`,
  aired: html`<path d="M4 12.5l5.5 5.5L20 7" />`,
  partial: html`<path d="M12 3.5a8.5 8.5 0 1 0 8.5 8.5H12z" />`,
  missing: html`<rect x="4" y="4" width="16" height="16" rx="2" /><path d="M8.5 8.5l7 7M15.5 8.5l-7 7" />`,
  doubt: html`<path d="M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18v.5" /><circle cx="12" cy="12" r="10" />`,
  ready: html`<circle cx="12" cy="12" r="9" /><path d="M8 12.3l2.8 2.8L16 9.5" />`,
  warning: html`<path d="M12 3.5L22 20.5H2z" /><path d="M12 10v5M12 17.6v.4" />`,
  error: html`<path d="M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8z" /><path d="M12 7v6M12 16.2v.4" />`,
  note: html`<circle cx="12" cy="12" r="9" /><path d="M12 11v5.5M12 7.3v.4" />`,
  filler: html`<path d="M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20v-4.5h4.5" />`,
  live: html`<circle cx="12" cy="12" r="2.2" fill="currentColor" /><path d="M8.3 15.7a5.2 5.2 0 0 1 0-7.4M15.7 8.3a5.2 5.2 0 0 1 0 7.4M5.5 18.5a9.2 9.2 0 0 1 0-13M18.5 5.5a9.2 9.2 0 0 1 0 13" />`,
  take: html`<path d="M7 4.5v15l13-7.5z" fill="currentColor" />`,
  skip: html`<path d="M4 5l7 7-7 7zM12 5l7 7-7 7z" fill="currentColor" /><path d="M21 5v14" />`,
  hold: html`<path d="M7 4.5v15M17 4.5v15" stroke-width="4" />`,
  extend: html`<path d="M3 12h12M15 6v12M19 9v6M22 12h-6" />`,
  slate: html`<rect x="2.5" y="4.5" width="19" height="13" rx="1.5" /><path d="M8 21h8M2.5 4.5l19 13M21.5 4.5l-19 13" />`,
  back: html`<path d="M9 6L3.5 11.5 9 17M4 11.5h11a5 5 0 0 1 0 10h-3" />`,
  stop: html`<rect x="5.5" y="5.5" width="13" height="13" rx="1" fill="currentColor" />`,
  desk: html`<rect x="3" y="4" width="18" height="12" rx="1.5" /><path d="M8 20h8M12 16v4" />`,
  season: html`<rect x="3.5" y="5" width="17" height="15.5" rx="1.5" /><path d="M3.5 10h17M8 2.5V7M16 2.5V7" />`,
  asrun: html`<path d="M8 6h13M8 12h13M8 18h13M3.5 6h.5M3.5 12h.5M3.5 18h.5" />`,
  schedules: html`<path d="M6 2.5h8l5 5v14H6z" /><path d="M14 2.5v5h5M9 13h7M9 17h5" />`,
  media: html`<rect x="3" y="4.5" width="18" height="15" rx="1.5" /><path d="M7.5 4.5v15M16.5 4.5v15M3 9.5h4.5M3 14.5h4.5M16.5 9.5H21M16.5 14.5H21" />`,
  report: html`<path d="M4 20.5h17M6.5 17v-5M11.5 17V5M16.5 17V9" stroke-width="3" />`,
  people: html`<circle cx="9" cy="8" r="3.5" /><path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18.5 14.2a6.5 6.5 0 0 1 3 5.8" />`,
  key: html`<circle cx="7.5" cy="15.5" r="4.5" /><path d="M11 12L20.5 3M16.5 6.5l3.5 3.5M13.5 9.5l2 2" />`,
  edit: html`<path d="M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5L17.5 10" />`,
  countdown: html`<circle cx="12" cy="13.5" r="8" /><path d="M12 9.5v4l2.5 1.5M9.5 2.5h5M12 2.5v3" />`,
  bell: html`<path d="M5 17h14l-1.8-3V10a5.2 5.2 0 0 0-10.4 0v4zM10 20.5h4" />`,
  spoken: html`<path d="M3 9.5v5h4l5.5 4.5V5L7 9.5zM16 9a4.2 4.2 0 0 1 0 6M18.7 6.3a8 8 0 0 1 0 11.4" />`,
  unspoken: html`<path d="M3 9.5v5h4l5.5 4.5V5L7 9.5zM16.5 9.5l5 5M21.5 9.5l-5 5" />`,
  silent: html`<path d="M2.5 8.5a15 15 0 0 1 19 0M6 12.5a9.5 9.5 0 0 1 12 0M9.5 16.3a4 4 0 0 1 5 0M3 3l18 18" />`,
  left: html`<path d="M15 5l-7 7 7 7" />`,
  right: html`<path d="M9 5l7 7-7 7" />`,
  close: html`<path d="M5 5l14 14M19 5L5 19" />`,
  print: html`<path d="M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z" />`,
  send: html`<path d="M12 16.5V4M6.5 9.5L12 4l5.5 5.5M4 20.5h16" />`,
  add: html`<path d="M12 21V9M6.5 14L12 8.5l5.5 5.5M4 3.5h16" />`,
  download: html`<path d="M12 3v12M6.5 10l5.5 5.5 5.5-5.5M4 20.5h16" />`,
  full: html`<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />`,
};

export const Icon = ({ name, size = 18 }) => html`
  <svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    ${shapes[name]}
  </svg>`;
