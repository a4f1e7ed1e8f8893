// SPDX-License-Identifier: GPL-3.0-or-later
// The calendars: what is in force, what waits for a decision and why, their faults, and the way back.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { readFault } from "./alarms.js";
import { get, post } from "./api.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { useLive } from "./live.js";
import { clock, dayOf, parseInstant, shortDay } from "./time.js";
import { t, useLanguage } from "./words.js";

const short = (revision) => (revision || "–").slice(0, 10);

function Faults({ list }) {
  if (!list.length) return html`<p class="empty good"><${Icon} name="ready" /> ${t("schedule.nofaults")}</p>`;
  return html`<ul class="faults">${list.map(readFault).map((fault, i) => html`
    <li key=${i} class=${fault.severity === "error" ? "red" : fault.severity === "warning" ? "amber" : ""}>
      <${Icon} name=${fault.severity} size="15" /> <b>${t(`severity.${fault.severity}`)}</b>
      ${fault.file && html` <code>${fault.file}${fault.line ? `:${fault.line}` : ""}</code>`} <span>${fault.text}</span></li>`)}</ul>`;
}

function When({ time, zone }) {
  const at = parseInstant(time);
  return Number.isFinite(at) && zone ? `${shortDay(dayOf(at, zone))}/${dayOf(at, zone).slice(0, 4)} ${clock(at, zone)}` : "–";
}

const fileTone = (state) => (state === "accepted" ? "ready" : state === "removed" ? "aired" : "attention");

export function Schedules() {
  useLanguage();
  const zone = useLive((l) => l.status?.timezone);
  const stamp = useLive((l) => `${l.status?.schedule_revision} ${l.status?.alarms?.length} ${l.everHeard}`);
  const [data, set] = useState(null);
  const [error, setError] = useState(null);
  const [asked, ask] = useState(null); // { what: "confirm" | "rollback", revision }
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const aborter = new AbortController();
    get("/schedules", null, aborter.signal).then((found) => { set(found); setError(null); }, (failed) => aborter.signal.aborted || setError(failed));
    return () => aborter.abort();
  }, [stamp]);
  if (error && !data) return html`<main class="schedules panel" id="main"><p class="problem" role="alert">${error.message}</p></main>`;
  if (!data) return html`<main class="schedules panel" id="main"><p class="empty">${t("list.loading")}</p></main>`;
  const waits = data.candidate && data.candidate !== data.in_force;
  const act = async () => {
    try {
      set(await post(`/schedules/${asked.what}`, { revision: asked.revision }));
      ask(null);
    } catch (failed) {
      setProblem(failed.message);
    }
  };
  const open = (what, revision) => { setProblem(""); ask({ what, revision }); };
  return html`
    <main class="schedules" id="main">
      <section class="panel" aria-labelledby="files-label">
        <header><h2 id="files-label"><${Icon} name="schedules" size="16" /> ${t("schedule.files")}</h2></header>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="files-label">
          <p class="force">${t("schedule.inforce")} <code title=${data.in_force}>${short(data.in_force)}</code></p>
          ${waits && html`<div class="waits"><p><${Icon} name="warning" /> ${t("schedule.waits")} <code title=${data.candidate}>${short(data.candidate)}</code></p>
            <button class="primary" onClick=${() => open("confirm", data.candidate)}>${t("schedule.confirm")}</button></div>`}
          <table><thead><tr><th scope="col">${t("column.file")}</th><th scope="col">${t("column.state")}</th></tr></thead>
            <tbody>${data.files.map((file) => html`<tr key=${file.name} class=${fileTone(file.state)}><td class="what">${file.name}</td>
              <td class="state"><${Icon} name=${fileTone(file.state) === "ready" ? "ready" : "warning"} size="15" /> ${t(`file.${file.state}`)}</td></tr>`)}</tbody></table>
          ${data.alarms.length > 0 && html`<h3>${t("schedule.alarms")}</h3><${Faults} list=${data.alarms} />`}
          <h3>${t("schedule.faults")} <span class="chip">${data.faults.length}</span></h3><${Faults} list=${data.faults} />
        </div>
      </section>
      <section class="panel" aria-labelledby="revisions-label">
        <header><h2 id="revisions-label"><${Icon} name="back" size="16" /> ${t("schedule.revisions")}</h2></header>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="revisions-label">
          <table><thead><tr>${["revision", "since", "why", "who", "files", "act"].map((name) => html`<th key=${name} scope="col">${t(`column.${name}`)}</th>`)}</tr></thead>
            <tbody>${[...data.revisions].reverse().map((one, i) => html`<tr key=${`${one.revision}${one.time}${i}`} class=${one.in_force ? "ready" : ""}>
              <td><code title=${one.revision}>${short(one.revision)}</code></td><td class="time"><${When} time=${one.time} zone=${zone} /></td>
              <td>${t(`why.${one.why}`)}</td><td>${one.who}</td><td title=${one.files.join(", ")}>${one.files.length}</td>
              <td>${one.in_force ? html`<span class="chip green"><${Icon} name="ready" size="13" /> ${t("schedule.now")}</span>`
                : html`<button class="small" aria-label=${`${t("schedule.rollback")} ${short(one.revision)}`} onClick=${() => open("rollback", one.revision)}>${t("schedule.rollback")}</button>`}</td></tr>`)}</tbody></table>
        </div>
      </section>
      ${asked && html`<${Dialog} title=${t(`schedule.${asked.what}.title`)} confirm=${t(`schedule.${asked.what}`)} danger=${asked.what === "rollback"}
        problem=${problem} onConfirm=${act} onClose=${() => ask(null)}><p>${t(`schedule.${asked.what}.words`, { revision: short(asked.revision) })}</p></${Dialog}>`}
    </main>`;
}
