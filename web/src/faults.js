// SPDX-License-Identifier: GPL-3.0-or-later
// Findings as the daemon says them, one a line: how bad, file and line, what. Where there are none nothing is green: that
// the text of a calendar is in order does not say that its programmes can air.
import { html } from "htm/preact";
import { readFault } from "./alarms.js";
import { Icon } from "./icons.js";
import { t } from "./words.js";

export function Faults({ list }) {
  if (!list.length) return html`<p class="empty">${t("schedule.nofaults")}</p>`;
  return html`<ul class="faults">${list.map(readFault).map((fault, i) => html`
    <li key=${i} class=${fault.severity === "error" ? "red" : fault.severity === "warning" ? "amber" : ""}>
      <${Icon} name=${fault.severity} size="15" /> <b>${t(`severity.${fault.severity}`)}</b>
      ${fault.file && html` <code>${fault.file}${fault.line ? `:${fault.line}` : ""}</code>`} <span>${fault.text}</span></li>`)}</ul>`;
}
