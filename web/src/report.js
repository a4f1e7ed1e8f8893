// SPDX-License-Identifier: GPL-3.0-or-later
// The year's report: planned against aired, series by series, with the airings behind each number; clips, hours, faults.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { get } from "./api.js";
import { Settle } from "./correct.js";
import { Icon } from "./icons.js";
import { serverNow, useLive, useTick } from "./live.js";
import { may } from "./session.js";
import { addDays, clock, dayOf, parseInstant, shortDay, span } from "./time.js";
import { t, useLanguage, wordsOf } from "./words.js";

// Each obligation is in one of these; the bar of a series is made of them, in this order.
const STATES = ["aired", "partial", "cancelled", "missed", "removed", "to_come"];
const icons = { aired: "aired", partial: "partial", cancelled: "close", missed: "error", removed: "missing", to_come: "planned", withdrawn: "close" };
const UNSETTLED = ["missed", "removed"]; // somebody may record why, and what is held of it
const MOST_FAULTS = 300;

// Who: a person, or the folder whose calendar changed.
const whoOf = (one) => (one.who === "folder" ? t("report.who.folder") : one.who);

const whyOf = (one) => [one.why && wordsOf("report.why", one.why), whoOf(one)].filter(Boolean).join(", ");

// The rows behind it; behind a +, the repeat that made it up.
const rowsOf = (one) => [one.rows.join(", "), one.made_up_row && `+ ${one.made_up_row}`].filter(Boolean).join(" ");

const seconds = (value) => span((value || 0) * 1000);
const when = (instant, zone) => {
  const at = parseInstant(instant);
  return Number.isFinite(at) ? `${shortDay(dayOf(at, zone))} ${clock(at, zone).slice(0, 5)}` : "–";
};

function useReport(from, to, language, round) {
  const [result, set] = useState({ report: null, error: null, loading: true });
  useEffect(() => {
    const aborter = new AbortController();
    set({ report: null, error: null, loading: true });
    get("/report", { from, to: addDays(to, 1) }, aborter.signal).then((report) => set({ report, error: null, loading: false }),
      (error) => aborter.signal.aborted || set({ report: null, error, loading: false }));
    return () => aborter.abort();
  }, [from, to, language, round]); // its sentence is in the language of the page
  return result;
}

// A picture of the numbers beside it: how much of what was planned is in which state.
function Bar({ series }) {
  const whole = Math.max(1, series.planned);
  const words = STATES.filter((state) => series[state]).map((state) => `${series[state]} ${t(`report.${state}`)}`).join(", ");
  return html`<div class="share" role="img" aria-label=${words} title=${words}>${STATES.filter((state) => series[state]).map((state) => html`
    <span key=${state} class="part ${state}" style=${{ width: `${(series[state] / whole) * 100}%` }}></span>`)}</div>`;
}

// TRUE while it goes to paper, which has all of it; and what begins that.
function usePaper() {
  const [paper, set] = useState(false);
  useEffect(() => {
    const begin = () => set(true), end = () => set(false);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return [paper, () => { set(true); setTimeout(() => print()); }]; // once it is rendered
}

function Instances({ series, zone, onSettle }) {
  return html`
    <h3>${series.title}</h3>
    <table><thead><tr>${["planned", "actual", "state", "length", "fault", "rows"].map((name) => html`<th key=${name} scope="col">${t(`column.${name}`)}</th>`)}</tr></thead>
      <tbody>${series.instances.map((one) => html`
        <tr key=${`${one.uid}${one.instance}`} class="report-${one.state}">
          <td class="time" data-label=${t("column.planned")}>${when(one.planned_start, zone)}</td>
          <td class="time" data-label=${one.aired ? t("column.actual") : undefined}>${one.aired ? when(one.aired, zone) : ""} ${one.moved && html`<b class="amber">${t("report.moved")}</b>`}</td>
          <td class="state"><${Icon} name=${icons[one.state] || "planned"} size="14" /> ${t(`report.${one.state}`)}${one.made_up ? ` · ${t("report.made_up")}` : ""}</td>
          <td class="time" data-label=${one.shown_seconds > 0 ? t("column.length") : undefined}>${one.shown_seconds > 0 ? seconds(one.shown_seconds) : ""}</td>
          <td class="fault" title=${whyOf(one)}>${whyOf(one)} ${onSettle && UNSETTLED.includes(one.state) && html`
            <button class="small" data-settle=${one.instance} aria-label=${`${t("settle.title")}: ${when(one.planned_start, zone)}`} title=${t("settle.title")} onClick=${() => onSettle(one)}><${Icon} name="edit" size="13" /></button>`}</td>
          <td class="time rows" data-label=${rowsOf(one) ? t("column.rows") : undefined} title=${rowsOf(one)}>${rowsOf(one)}</td></tr>`)}</tbody></table>`;
}

function SeriesTable({ report, chosen, onChoose }) {
  const figures = ["planned", "aired", "partial", "moved", "cancelled", "missed", "removed", "to_come", "made_up", "owed"];
  return html`
    <table class="figures"><thead><tr><th scope="col">${t("report.series")}</th>${figures.map((name) => html`<th key=${name} scope="col">${t(`report.${name}`)}</th>`)}
      <th scope="col">%</th><th scope="col">${t("column.length")}</th></tr></thead>
      <tbody>${report.series.map((series) => html`
        <tr key=${series.uid} class=${series.uid === chosen?.uid ? "chosen" : ""}>
          <th scope="row" class="what"><button class="link" aria-pressed=${series.uid === chosen?.uid} title=${series.title} onClick=${() => onChoose(series.uid)}>${series.title}</button>
            <${Bar} series=${series} /></th>
          ${figures.map((name) => html`<td key=${name} data-label=${t(`report.${name}`)} class="number ${series[name] && ["missed", "removed", "owed"].includes(name) ? "red" : ""}">${series[name]}</td>`)}
          <td class="number" data-label="%"><b>${series.percent_text}</b></td><td class="number" data-label=${t("column.length")}>${seconds(series.shown_seconds)}</td></tr>`)}</tbody></table>`;
}

function Hours({ hours }) {
  const most = Math.max(1, ...hours.map((one) => one.seconds));
  return html`<ul class="hours">${hours.map((one) => html`
    <li key=${one.category}><span class="name">${wordsOf("kind", one.category)}</span>
      <span class="track"><span class="level" style=${{ width: `${(one.seconds / most) * 100}%` }}></span></span><b class="time">${seconds(one.seconds)}</b></li>`)}</ul>`;
}

function Clips({ clips }) {
  return html`<table><thead><tr><th scope="col">${t("column.media")}</th><th scope="col" class="number">${t("report.airings")}</th><th scope="col" class="number">${t("column.length")}</th></tr></thead>
    <tbody>${clips.map((clip) => html`<tr key=${clip.media}><td class="what" title=${clip.media}>${clip.media}</td><td class="number" data-label=${t("report.airings")}>${clip.airings}</td>
      <td class="number" data-label=${t("column.length")}>${seconds(clip.shown_seconds)}</td></tr>`)}</tbody></table>`;
}

function Faults({ faults, zone }) {
  if (!faults.length) return html`<p class="empty good"><${Icon} name="ready" /> ${t("report.faultless")}</p>`;
  return html`<ul class="faults">${faults.slice(0, MOST_FAULTS).map((fault) => html`
    <li key=${`${fault.time}${fault.row}${fault.kind}`} class="amber"><${Icon} name="warning" size="14" /> <b class="time">${when(fault.time, zone)}</b>${" "}
      ${t(`report.fault.${fault.kind}`)}, ${seconds(fault.seconds)} ${fault.title && html`<span>· ${fault.title}</span>`} ${fault.why && html`<span>· ${wordsOf("report.why", fault.why)}</span>`}</li>`)}
    ${faults.length > MOST_FAULTS && html`<li>${t("list.more", { n: faults.length - MOST_FAULTS })}</li>`}</ul>`;
}

export function Report() {
  const zone = useLive((l) => l.status?.timezone);
  const today = useTick(() => (zone && Number.isFinite(serverNow()) ? dayOf(serverNow(), zone) : null));
  useLanguage();
  return today ? html`<${ReportOf} year=${today.slice(0, 4)} zone=${zone} />` : html`<main class="report" id="main"><p class="empty">${t("list.loading")}</p></main>`;
}

function ReportOf({ year, zone }) {
  const [from, setFrom] = useState(`${year}-01-01`);
  const [to, setTo] = useState(`${year}-12-31`);
  const [uid, choose] = useState(null);
  const [asked, settle] = useState(null); // the programme that a question is open about
  const [round, again] = useState(0);
  const [paper, toPaper] = usePaper();
  const { report, error, loading } = useReport(from, to < from ? from : to, useLanguage(), round);
  const chosen = report?.series.find((series) => series.uid === uid) || report?.series[0];
  return html`
    <main class="report" id="main">
      <section class="panel wide" aria-labelledby="report-label">
        <header><h2 id="report-label"><${Icon} name="report" size="16" /> ${t("report.title")}</h2>
          <form class="filters" onSubmit=${(event) => event.preventDefault()} aria-label=${t("filter.title")}>
            <label>${t("filter.from")} <input type="date" value=${from} onChange=${(event) => event.currentTarget.value && setFrom(event.currentTarget.value)} /></label>
            <label>${t("filter.to")} <input type="date" value=${to} onChange=${(event) => event.currentTarget.value && setTo(event.currentTarget.value)} /></label>
          </form>
          <button class="quiet" onClick=${toPaper}><${Icon} name="print" size="16" /> ${t("asrun.print")}</button></header>
        ${error && html`<p class="problem" role="alert">${error.message}</p>`}
        ${loading && html`<p class="empty" role="status">${t("list.loading")}</p>`}
        <div class="scroll" tabindex="0" role="group" aria-labelledby="report-label">
          ${report?.text && html`<p class="sentence">${report.text}</p>`}
          ${report && (report.series.length ? html`<${SeriesTable} report=${report} chosen=${chosen} onChoose=${choose} />` : html`<p class="empty">${t("season.empty")}</p>`)}
          ${(paper ? report?.series || [] : [chosen]).filter((series) => series?.instances.length).map((series) => html`<${Instances} key=${series.uid} series=${series} zone=${zone} onSettle=${!paper && may("operator") && settle} />`)}
        </div>
      </section>
      <section class="panel" aria-labelledby="hours-label">
        <header><h2 id="hours-label"><${Icon} name="countdown" size="16" /> ${t("report.hours")}</h2></header>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="hours-label">${report && html`<${Hours} hours=${report.hours} />
          <h3>${t("media.title")}</h3><${Clips} clips=${report.clips} />`}</div>
      </section>
      <section class="panel" aria-labelledby="faults-label">
        <header><h2 id="faults-label"><${Icon} name="warning" size="16" /> ${t("report.faults")} ${report && html`<span class="chip">${report.faults.length}</span>`}</h2></header>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="faults-label">${report && html`<${Faults} faults=${report.faults} zone=${zone} />`}</div>
      </section>
      ${asked && html`<${Settle} instance=${asked} at=${when(asked.planned_start, zone)} onClose=${() => settle(null)} onDone=${() => { settle(null); again(round + 1); }} />`}
    </main>`;
}
