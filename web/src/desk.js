// SPDX-License-Identifier: GPL-3.0-or-later
// The operator's view: one screen, no scrolling.
import { html } from "htm/preact";
import { Alarms } from "./alarms.js";
import { Cards } from "./cards.js";
import { fold, useToday } from "./plan.js";
import { Rundown } from "./rundown.js";
import { Timeline } from "./timeline.js";

export function Desk() {
  const today = useToday();
  return html`
    <main class="desk" id="main">
      <${Cards} />
      <${Timeline} rows=${fold(today.rows)} />
      <div class="lower"><${Rundown} today=${today} /><${Alarms} /></div>
    </main>`;
}
