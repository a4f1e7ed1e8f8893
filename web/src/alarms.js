// SPDX-License-Identifier: GPL-3.0-or-later
// Alarms: a banner that stays until somebody has read each one by name, and the list of what is wrong and what to do.
// Who has read what is kept in this browser; the daemon's own list is the same for everybody.
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Icon } from "./icons.js";
import { useLive } from "./live.js";
import { clock, dayOf, parseInstant, shortDay } from "./time.js";
import { t, useLanguage } from "./words.js";

const keyOf = (alarm) => `${alarm.id} ${alarm.since} ${alarm.severity}`;

function load(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function save(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // refused: it holds for this page
  }
}

let read = load("alarms-read", {});
let operator = load("operator", "");

function acknowledge(alarms, who) {
  const at = Date.now();
  const known = Object.fromEntries(Object.entries(read).filter(([, entry]) => at - entry.at < 90 * 86400000));
  for (const alarm of alarms) known[keyOf(alarm)] = { who, at };
  read = known;
  operator = who;
  save("alarms-read", read);
  save("operator", who);
}

/** "file:line: severity: the rest", as the daemon says it; lines of another shape stay whole. */
export function readFault(text) {
  const match = /^(?:([^:]+):(?:(\d+):)? )?(note|warning|error): (.*)$/s.exec(text);
  return match ? { file: match[1], line: match[2], severity: match[3], text: match[4] } : { severity: "warning", text };
}

// An alarm's severity stands beside it: it need not be said twice.
function sentence(alarm) {
  const { file, line, text } = readFault(alarm.text);
  return file ? `${text} (${file}${line ? `:${line}` : ""})` : text;
}

const severityTone = (severity) => (severity === "error" ? "red" : severity === "warning" ? "amber" : "");
const icons = { error: "error", warning: "warning", note: "note" };

export function AlarmBanner() {
  useLanguage();
  const alarms = useLive((l) => l.status?.alarms) || [];
  const [who, setWho] = useState(operator);
  const [, again] = useState(0);
  const unread = alarms.filter((alarm) => !read[keyOf(alarm)] && alarm.severity !== "note");
  if (!unread.length) return null;
  const worst = unread[0];
  const submit = (event) => {
    event.preventDefault();
    if (!who.trim()) return;
    acknowledge([worst], who.trim());
    again((n) => n + 1);
  };
  return html`
    <section class="banner ${severityTone(worst.severity)}" role="alert" aria-label=${t("alarm.unread")}>
      <${Icon} name=${icons[worst.severity]} size="24" />
      <div class="words"><p class="text"><b>${t(`severity.${worst.severity}`)}</b> ${sentence(worst)}</p>
        <p class="todo">${worst.what_to_do}</p></div>
      <form onSubmit=${submit}>
        ${unread.length > 1 && html`<span class="count">${t("alarm.more", { n: unread.length - 1 })}</span>`}
        <input type="text" name="who" autocomplete="name" placeholder=${t("alarm.name")} aria-label=${t("alarm.name")} value=${who}
          required maxlength="40" onInput=${(event) => setWho(event.currentTarget.value)} />
        <button class="strong" type="submit">${t("alarm.read")}</button>
      </form>
    </section>`;
}

export function Alarms() {
  useLanguage();
  const alarms = useLive((l) => l.status?.alarms) || [];
  const outputs = useLive((l) => l.status?.outputs) || [];
  const sources = useLive((l) => l.status?.sources) || [];
  const zone = useLive((l) => l.status?.timezone);
  return html`
    <section class="alarms panel" aria-labelledby="alarms-label">
      <header><h2 id="alarms-label"><${Icon} name="bell" size="16" /> ${t("alarm.title")}</h2>
        <span class="chip ${alarms.length ? severityTone(alarms[0].severity) : "green"}">${alarms.length || t("alarm.none.short")}</span></header>
      <div class="scroll" tabindex="0" role="group" aria-labelledby="alarms-label">
        ${!alarms.length && html`<p class="empty good"><${Icon} name="ready" /> ${t("alarm.none")}</p>`}
        <ul>${alarms.map((alarm) => html`
          <li key=${keyOf(alarm)} class=${severityTone(alarm.severity)}>
            <p class="text"><${Icon} name=${icons[alarm.severity] || "note"} size="15" /> <b>${t(`severity.${alarm.severity}`)}</b> ${sentence(alarm)}</p>
            ${alarm.what_to_do && html`<p class="todo">→ ${alarm.what_to_do}</p>`}
            <p class="since">${t("alarm.since", { time: `${shortDay(dayOf(parseInstant(alarm.since), zone))} ${clock(parseInstant(alarm.since), zone)}` })}
              ${read[keyOf(alarm)] ? ` · ${t("alarm.readby", { who: read[keyOf(alarm)].who })}` : ""}</p>
          </li>`)}</ul>
        ${outputs.length > 0 && html`<h3>${t("output.title")}</h3>
          <ul class="outputs">${outputs.map((output) => html`
            <li key=${output.name} class=${output.problem ? "amber" : ""}><${Icon} name=${output.problem ? "warning" : "ready"} size="14" />
              <b>${output.name}</b> <span>${output.type}</span> <span>${t(`output.${output.state}`)}</span>
              ${output.problem && html`<p class="todo">${output.problem}</p>`}</li>`)}</ul>`}
        ${sources.length > 0 && html`<h3>${t("source.title")}</h3>
          <ul class="outputs">${sources.map((source) => html`
            <li key=${source.name} class=${source.message ? "amber" : ""}><${Icon} name=${source.message ? "warning" : "live"} size="14" />
              <b>${source.name}</b> <span>${t(`source.${source.state}`)}</span>
              ${source.message && html`<p class="todo">${source.message}</p>`}</li>`)}</ul>`}
      </div>
    </section>`;
}
