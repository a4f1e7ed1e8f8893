// SPDX-License-Identifier: GPL-3.0-or-later
// What another version of the calendars would do to the air, in the daemon's words: shown before anybody decides.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Faults } from "./faults.js";
import { Icon } from "./icons.js";
import { t } from "./words.js";

const MOST = 300; // of the changes, on one screen

const TONES = { removed: "red", missing: "red", added: "green", found: "green", filler: "grey" };
const ICONS = { removed: "close", missing: "missing", added: "next", found: "ready", filler: "filler" };

/** Asks by @ask(signal) once, and says what came: { difference, error }; both null until then. */
export function useDifference(ask) {
  const [state, set] = useState({ difference: null, error: null });
  useEffect(() => {
    const aborter = new AbortController();
    ask(aborter.signal).then((difference) => set({ difference, error: null }),
      (error) => aborter.signal.aborted || set({ difference: null, error }));
    return () => aborter.abort();
  }, []);
  return state;
}

export function Difference({ difference, error }) {
  if (error) return html`<p class="problem" role="alert">${error.message}</p>`;
  if (!difference) return html`<p class="empty" role="status">${t("difference.asking")}</p>`;
  const { summary, changes, problems, faults, undisturbed, n_changes: all } = difference;
  return html`
    <div class="difference" tabindex="0" role="group" aria-label=${t("difference.title")}>
      ${faults.length > 0 && html`<h3>${t("schedule.faults")} <span class="chip">${faults.length}</span></h3><${Faults} list=${faults} />`}
      ${summary.length > 0 && html`<h3>${t("difference.summary")}</h3><ul class="plain">${summary.map((line) => html`<li key=${line}>${line}</li>`)}</ul>`}
      ${undisturbed && html`<p class="undisturbed"><${Icon} name="onair" size="15" /> ${undisturbed}</p>`}
      ${problems.length > 0 && html`<h3>${t("difference.problems")} <span class="chip">${problems.length}</span></h3><${Faults} list=${problems} />`}
      <h3>${t(all ? "difference.changes" : "difference.none")} ${all > 0 && html`<span class="chip">${all}</span>`}</h3>
      <ul class="changes">${changes.slice(0, MOST).map((change, i) => html`
        <li key=${i} class=${TONES[change.kind] || "amber"}><${Icon} name=${ICONS[change.kind] || "planned"} size="15" /> <span>${change.text}</span></li>`)}</ul>
      ${all > MOST && html`<p class="empty">${t("list.more", { n: all - MOST })}</p>`}
    </div>`;
}
