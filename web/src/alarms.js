// SPDX-License-Identifier: GPL-3.0-or-later
// Alarms: a banner that stays until somebody has acknowledged each one by name, and the list of what is wrong and what to
// do. The daemon keeps who has seen what: it is the same at every desk.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { post } from "./api.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { live, useLive } from "./live.js";
import { may, session } from "./session.js";
import { useSpoken } from "./spoken.js";
import { clock, dayOf, parseInstant, shortDay } from "./time.js";
import { t, useLanguage } from "./words.js";

const MOST_AT_ONCE = 200; // a request is small
const READ_MS = 400; // nobody has read an alarm that has come up only now: a press was meant for the one before

const keyOf = (alarm) => `${alarm.id} ${alarm.since} ${alarm.severity}`;

let operator = "";
try {
  operator = localStorage.getItem("operator") || "";
} catch {
  // refused: it is typed anew
}

function remember(who) {
  operator = who;
  try {
    localStorage.setItem("operator", who);
  } catch {
    // as above
  }
}

/** "file:line: severity: the rest", as the daemon says it; lines of another shape stay whole. */
const SEVERITIES = { "lưu ý": "note", "cảnh báo": "warning", "lỗi": "error" }; // as a Vietnamese daemon says them

export function readFault(text) {
  const match = /^(?:((?:calendar:)?[^:]+):(?:(\d+):)? )?(note|warning|error|lưu ý|cảnh báo|lỗi): (.*)$/s.exec(text);
  return match ? { file: match[1], line: match[2], severity: SEVERITIES[match[3]] || match[3], text: match[4] } : { severity: "warning", text };
}

// An alarm's severity stands beside it: it need not be said twice.
function sentence(alarm) {
  const { file, line, text } = readFault(alarm.text);
  return file ? `${text} (${file}${line ? `:${line}` : ""})` : text;
}

const severityTone = (severity) => (severity === "error" ? "red" : severity === "warning" ? "amber" : "");
const icons = { error: "error", warning: "warning", note: "note" };

const Words = ({ alarm }) => html`<b>${t(`severity.${alarm.severity}`)}</b> ${sentence(alarm)}`;

// All that stood unread when it was opened. What has come since, or grown worse, was not seen in it.
function ReadAll({ shown, who, onClose }) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const act = async () => {
    const now = new Set(live.status.alarms.map(keyOf));
    const ids = shown.filter((alarm) => now.has(keyOf(alarm))).map((alarm) => alarm.id);
    setBusy(true);
    try {
      for (let i = 0; i < ids.length; i += MOST_AT_ONCE) await post("/alarms/acknowledgements", { ids: ids.slice(i, i + MOST_AT_ONCE), who });
      onClose();
    } catch (failed) {
      setProblem(failed.message);
      setBusy(false);
    }
  };
  return html`
    <${Dialog} wide title=${t("alarm.unread")} confirm=${t("alarm.all.read", { n: shown.length })} busy=${busy} problem=${problem} onConfirm=${act} onClose=${onClose}>
      <p>${t("alarm.all.words")}</p>
      <div class="unread" tabindex="0" role="group" aria-label=${t("alarm.unread")}><ul>${shown.map((alarm) => html`
        <li key=${keyOf(alarm)}><${Words} alarm=${alarm} /></li>`)}</ul></div>
    </${Dialog}>`;
}

export function AlarmBanner() {
  useLanguage();
  const alarms = useLive((l) => l.status?.alarms) || [];
  const [who, setWho] = useState(operator || (session.has_users && session.name) || "");
  const [fault, setFault] = useState("");
  const unread = alarms.filter((alarm) => !alarm.acknowledged && alarm.severity !== "note");
  const worst = unread[0];
  const [shown, show] = useState(null); // in the list of all that stood there
  const [readable, setReadable] = useState(null); // the alarm that has been there long enough
  const key = worst && keyOf(worst);
  useEffect(() => {
    const timer = setTimeout(() => setReadable(key), READ_MS);
    return () => clearTimeout(timer);
  }, [key]);
  if (!worst) return null;
  const submit = async (event) => {
    event.preventDefault();
    if (!who.trim() || readable !== key) return;
    remember(who.trim());
    try {
      await post("/alarms/acknowledge", { id: worst.id, who: who.trim() });
      setFault("");
    } catch (error) {
      setFault(error.message);
    }
  };
  const showAll = (event) => {
    if (!event.currentTarget.form.reportValidity()) return;
    remember(who.trim());
    show(unread);
  };
  return html`
    <section class="banner ${severityTone(worst.severity)}" aria-label=${t("alarm.unread")}>
      <${Icon} name=${icons[worst.severity]} size="24" />
      <div class="words" role="alert"><p class="text"><${Words} alarm=${worst} /></p>
        <p class="todo">${worst.what_to_do}</p>${fault && html`<p class="todo">${fault}</p>`}</div>
      ${unread.length > 1 && html`<span class="count">${t("alarm.more", { n: unread.length - 1 })}</span>`}
      ${may("operator") && html`<form onSubmit=${submit}>
        <input type="text" name="who" autocomplete="name" placeholder=${t("alarm.name")} aria-label=${t("alarm.name")} value=${who}
          required maxlength="40" onInput=${(event) => setWho(event.currentTarget.value)} />
        <button class="strong" type="submit" aria-disabled=${readable !== key}>${t("alarm.read")}</button>
        ${unread.length > 1 && html`<button class="all" type="button" onClick=${showAll}>${t("alarm.all", { n: unread.length })}</button>`}
      </form>`}
      ${shown && html`<${ReadAll} shown=${shown} who=${who.trim()} onClose=${() => show(null)} />`}
    </section>`;
}

function Spoken({ alarms }) {
  const spoken = useSpoken(alarms, sentence);
  return html`
    ${spoken.mute && html`<span class="mute">${t("spoken.mute")}</span>`}
    <button class="spoken" aria-pressed=${spoken.on} onClick=${spoken.toggle} title=${t("spoken.why")}><${Icon} name=${spoken.on ? "spoken" : "unspoken"} size="16" /> ${t("spoken.title")}</button>`;
}

const moment = (text, zone) => `${shortDay(dayOf(parseInstant(text), zone))} ${clock(parseInstant(text), zone)}`;

export function Alarms() {
  useLanguage();
  const alarms = useLive((l) => l.status?.alarms) || [];
  const outputs = useLive((l) => l.status?.outputs) || [];
  const sources = useLive((l) => l.status?.sources) || [];
  const zone = useLive((l) => l.status?.timezone);
  return html`
    <section class="alarms panel" aria-labelledby="alarms-label">
      <header><h2 id="alarms-label"><${Icon} name="bell" size="16" /> ${t("alarm.title")}</h2>
        <span class="chip ${alarms.length ? severityTone(alarms[0].severity) : "green"}">${alarms.length || t("alarm.none.short")}</span><${Spoken} alarms=${alarms} /></header>
      <div class="scroll" tabindex="0" role="group" aria-labelledby="alarms-label">
        ${!alarms.length && html`<p class="empty good"><${Icon} name="ready" /> ${t("alarm.none")}</p>`}
        <ul>${alarms.map((alarm) => html`
          <li key=${keyOf(alarm)} class=${severityTone(alarm.severity)}>
            <p class="text"><${Icon} name=${icons[alarm.severity] || "note"} size="15" /> <${Words} alarm=${alarm} /></p>
            ${alarm.what_to_do && html`<p class="todo">→ ${alarm.what_to_do}</p>`}
            <p class="since">${t("alarm.since", { time: moment(alarm.since, zone) })}${alarm.event?.title ? ` · ${alarm.event.title}` : ""}
              ${alarm.acknowledged ? ` · ${t("alarm.readby", { who: alarm.acknowledged.who, time: moment(alarm.acknowledged.time, zone) })}` : ""}</p>
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
