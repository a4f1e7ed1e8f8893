// SPDX-License-Identifier: GPL-3.0-or-later
// The calendars: what is in force, what waits for a decision and why, their faults, how many of their airings have no
// clip, and the way back.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, post } from "./api.js";
import { Copy } from "./copy.js";
import { Decision } from "./decision.js";
import { Faults } from "./faults.js";
import { Icon } from "./icons.js";
import { planStamp, useLive } from "./live.js";
import { may, session } from "./session.js";
import { clock, dayOf, parseInstant, shortDay } from "./time.js";
import { t, useLanguage } from "./words.js";

const short = (revision) => (revision || "–").slice(0, 10);

function When({ time, zone }) {
  const at = parseInstant(time);
  return Number.isFinite(at) && zone ? `${shortDay(dayOf(at, zone))}/${dayOf(at, zone).slice(0, 4)} ${clock(at, zone)}` : "–";
}

const fileTone = (state) => (state === "accepted" ? "ready" : state === "removed" ? "aired" : "attention");

// A calendar chosen from this machine.
function Upload({ onFile }) {
  const field = useRef(null);
  const take = (event) => {
    const [file] = event.target.files;
    event.target.value = ""; // so that the same one can be chosen again
    if (file) onFile(file);
  };
  return html`
    <input ref=${field} type="file" accept=".ics,text/calendar" hidden onChange=${take} />
    <button class="small" data-act="upload" onClick=${() => field.current.click()}><${Icon} name="add" size="15" /> ${t("schedule.add")}</button>`;
}

// Calendars elsewhere that the channel follows.
function Subscriptions({ list, zone, onRefresh }) {
  if (!list?.length) return null;
  return html`
    <h3>${t("schedule.elsewhere")} ${may("operator") && html`<button class="small" data-act="refresh" onClick=${onRefresh}>${t("schedule.refresh")}</button>`}</h3>
    <table><thead><tr>${["file", "host", "since", "state"].map((name) => html`<th key=${name} scope="col">${t(`column.${name}`)}</th>`)}</tr></thead>
      <tbody>${list.map((one) => html`<tr key=${one.name} class=${one.problem ? "attention" : "ready"}>
        <td class="what">${one.file}</td><td data-label=${t("column.host")}>${one.host}</td><td class="time" data-label=${t("column.since")}><${When} time=${one.good} zone=${zone} /></td>
        <td class="state" title=${one.problem}><${Icon} name=${one.problem ? "warning" : "ready"} size="15" /> ${t(!one.problem ? "calendar.good" : one.good ? "calendar.away" : "calendar.never")}</td></tr>`)}</tbody></table>`;
}

const FEEDS = [["plan", "/api/v1/plan.ics"], ["asrun", "/api/v1/asrun.ics"], ["guide", "/api/v1/guide.xml"]];

// Where other programs follow the channel.
function Feeds() {
  return html`
    <h3>${t("schedule.feeds")}</h3>
    <div class="feeds">${FEEDS.map(([name, path]) => html`
      <p key=${name}><a href=${path}>${t(`schedule.feed.${name}`)}</a> <${Copy} value=${location.origin + path} label=${t(`schedule.feed.${name}`)} /></p>`)}
      ${session.has_users && html`<p class="since">${t("schedule.feed.key")}</p>`}</div>`;
}

// How many airings of the year ahead have no clip; null until that is known. It may take its time.
function useMissing() {
  const stamp = useLive((l) => `${planStamp(l)} ${l.everHeard && !l.stale}`);
  const [count, set] = useState(null);
  useEffect(() => {
    const aborter = new AbortController();
    get("/media/missing", null, aborter.signal).then((list) => set(list.length), () => aborter.signal.aborted || set(null));
    return () => aborter.abort();
  }, [stamp]);
  return count;
}

function Missing() {
  const count = useMissing();
  if (count === null) return null;
  return html`
    <h3>${t("media.missing")} <span class="chip ${count ? "amber" : "green"}">${count}</span></h3>
    <p class="empty ${count ? "" : "good"}">${count ? html`<a href="#media">${t("schedule.missing.where")}</a>` : html`<${Icon} name="ready" /> ${t("media.nothing.missing")}`}</p>`;
}

export function Schedules() {
  const language = useLanguage(); // faults come in it
  const zone = useLive((l) => l.status?.timezone);
  const stamp = useLive((l) => `${l.status?.schedule_revision} ${l.status?.alarms?.length} ${l.everHeard}`);
  const [data, set] = useState(null);
  const [error, setError] = useState(null);
  const [asked, ask] = useState(null); // what <Decision> is about
  useEffect(() => {
    const aborter = new AbortController();
    get("/schedules", null, aborter.signal).then((found) => { set(found); setError(null); }, (failed) => aborter.signal.aborted || setError(failed));
    return () => aborter.abort();
  }, [stamp, language]);
  if (error && !data) return html`<main class="schedules panel" id="main"><p class="problem" role="alert">${error.message}</p></main>`;
  if (!data) return html`<main class="schedules panel" id="main"><p class="empty">${t("list.loading")}</p></main>`;
  const waits = data.candidate && data.candidate !== data.in_force;
  const refresh = () => post("/schedules/refresh").then(set, setError);
  return html`
    <main class="schedules" id="main">
      <section class="panel" aria-labelledby="files-label">
        <header><h2 id="files-label"><${Icon} name="schedules" size="16" /> ${t("schedule.files")}</h2>
          ${may("producer") && html`<${Upload} onFile=${(file) => ask({ what: "upload", file })} />`}</header>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="files-label">
          ${error && html`<p class="problem" role="alert">${error.message}</p>`}
          <p class="force">${t("schedule.inforce")} <code title=${data.in_force}>${short(data.in_force)}</code></p>
          ${waits && html`<div class="waits"><p><${Icon} name="warning" /> ${t("schedule.waits")} <code title=${data.candidate}>${short(data.candidate)}</code></p>
            ${may("operator") && html`<button class="primary" onClick=${() => ask({ what: "confirm", revision: data.candidate })}>${t("schedule.confirm")}</button>`}</div>`}
          <table><thead><tr><th scope="col">${t("column.file")}</th><th scope="col">${t("column.state")}</th></tr></thead>
            <tbody>${data.files.map((file) => html`<tr key=${file.name} class=${fileTone(file.state)}><td class="what">${file.name}</td>
              <td class="state"><${Icon} name=${fileTone(file.state) === "ready" ? "ready" : "warning"} size="15" /> ${t(`file.${file.state}`)}</td></tr>`)}</tbody></table>
          <${Subscriptions} list=${data.calendars} zone=${zone} onRefresh=${refresh} />
          ${data.alarms.length > 0 && html`<h3>${t("schedule.alarms")}</h3><${Faults} list=${data.alarms} />`}
          <h3>${t("schedule.faults")} <span class="chip">${data.faults.length}</span></h3><${Faults} list=${data.faults} />
          <${Missing} />
        </div>
      </section>
      <section class="panel" aria-labelledby="revisions-label">
        <header><h2 id="revisions-label"><${Icon} name="back" size="16" /> ${t("schedule.revisions")}</h2></header>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="revisions-label">
          <table><thead><tr>${["revision", "since", "why", "who", "files", "act"].map((name) => html`<th key=${name} scope="col">${t(`column.${name}`)}</th>`)}</tr></thead>
            <tbody>${[...data.revisions].reverse().map((one, i) => html`<tr key=${`${one.revision}${one.time}${i}`} class=${one.in_force ? "ready" : ""}>
              <td><code title=${one.revision}>${short(one.revision)}</code></td><td class="time"><${When} time=${one.time} zone=${zone} /></td>
              <td>${t(`why.${one.why}`)}</td><td data-label=${t("column.who")}>${one.who === "folder" ? t("who.folder") : one.who}</td><td data-label=${t("column.files")} title=${one.files.join(", ")}>${one.files.length}</td>
              <td>${one.in_force ? html`<span class="chip green"><${Icon} name="ready" size="13" /> ${t("schedule.now")}</span>`
                : may("operator") && html`<button class="small" aria-label=${`${t("schedule.rollback")} ${short(one.revision)}`}
                  onClick=${() => ask({ what: "rollback", revision: one.revision })}>${t("schedule.rollback")}</button>`}</td></tr>`)}</tbody></table>
          <${Feeds} />
        </div>
      </section>
      ${asked && html`<${Decision} asked=${asked} onDone=${(now) => { set(now); ask(null); }} onClose=${() => ask(null)} />`}
    </main>`;
}
