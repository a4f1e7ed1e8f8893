// SPDX-License-Identifier: GPL-3.0-or-later
// What aired: the log by day, filtered, as CSV for a spreadsheet, and on paper.
import { html } from "htm/preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { get } from "./api.js";
import { Correct } from "./correct.js";
import { Icon } from "./icons.js";
import { serverNow, useLive, useTick } from "./live.js";
import { may } from "./session.js";
import { addDays, clock, dayOf, difference, parseInstant, shortDay, span } from "./time.js";
import { iconOf } from "./timeline.js";
import { plain, reasonWords, t, useLanguage } from "./words.js";

const MOST_DAYS = 31;
const MOST_ROWS = 1500; // in sight; CSV and the sums hold all
const STATUSES = ["aired", "partial", "interrupted", "failed", "filled", "on-air"];
const KINDS = ["media", "live", "filler", "card", "slate"];
const COLUMNS = ["id", "planned_start", "actual_start", "actual_end", "title", "kind", "media", "status", "reason", "start_type", "uid", "instance",
  "planned_duration_frames", "actual_duration_frames", "frames_shown", "frames_repeated", "frames_filled", "rate", "media_hash",
  "frames_black", "frames_silent", "frames_frozen", "loudness_lufs", "true_peak_dbtp", "corrected_from", "corrected_by", "corrected_why"];
// A correction's columns, beside what it holds of its row.
const columnsOf = (row) => ({ ...row, corrected_from: row.correction?.status_before, corrected_by: row.correction?.who, corrected_why: row.correction?.why });

const tones = { aired: "aired", "on-air": "onair", partial: "attention", interrupted: "attention", failed: "missing", filled: "filler" };

function csvCell(value) {
  let text = value == null ? "" : String(value);
  if (/^[=+\-@\t\r]/.test(text) && typeof value !== "number") text = `'${text}`; // a spreadsheet must not run it
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Comma-separated, with the mark by which spreadsheets know UTF-8. */
function toCsv(rows) {
  return `\ufeff${[COLUMNS, ...rows.map(columnsOf).map((row) => COLUMNS.map((name) => row[name]))].map((line) => line.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function useRows(from, to, stamp) {
  const [result, set] = useState({ rows: [], error: null, loading: true });
  useEffect(() => {
    const aborter = new AbortController();
    set((old) => ({ ...old, loading: true }));
    get("/asrun", { from, to: addDays(to, 1) }, aborter.signal).then(
      (rows) => set({ rows: rows || [], error: null, loading: false }),
      (error) => aborter.signal.aborted || set({ rows: [], error, loading: false }));
    return () => aborter.abort();
  }, [from, to, stamp]);
  return result;
}

// The correction that counts, as the row of its own that it is in the log.
function Correction({ of: { correction, id, status }, zone }) {
  const at = parseInstant(correction.time);
  return html`
    <tr class="correction"><td colspan="9"><span class="time">${shortDay(dayOf(at, zone))} ${clock(at, zone)}</span>
      <${Icon} name="edit" size="14" /> ${t("correct.row", { n: id, before: t(`state.${correction.status_before}`), after: t(`state.${status}`) })} ·
      <b>${correction.who}</b>: ${correction.why}</td></tr>`;
}

function Row({ row, zone, onCorrect }) {
  const start = parseInstant(row.actual_start), end = parseInstant(row.actual_end), planned = parseInstant(row.planned_start);
  const late = difference(start - planned);
  const faults = [row.reason && row.reason !== "planned" && row.reason !== "gap" ? reasonWords(row.reason) : "",
    row.frames_repeated > 0 ? t("fault.repeated", { n: row.frames_repeated }) : "",
    row.frames_filled > 0 && row.status !== "filled" ? t("fault.filled", { n: row.frames_filled }) : ""].filter(Boolean).join("; ");
  return html`
    <tr class=${tones[row.status] || ""}>
      <td class="time">${shortDay(dayOf(start, zone))}</td>
      <td class="time" data-label=${t("column.actual")}>${clock(start, zone)} ${late && html`<b class="amber">${late}</b>`}</td>
      <td class="time" data-label=${t("column.end")}>${clock(end, zone)}</td>
      <td class="time" data-label=${t("column.length")}>${span(end - start)}</td>
      <td class="what" title=${row.title}>${row.title}</td>
      <td>${t(`kind.${row.kind}`)}</td>
      <td class="what media" title=${row.media || ""}>${row.media || ""}</td>
      <td class="state"><${Icon} name=${iconOf(row.status)} size="15" /> ${t(`state.${row.status}`)}</td>
      <td class="fault" title=${faults}>${faults}${onCorrect && row.status !== "on-air" && html`
        <button class="small" data-correct=${row.id} aria-label=${t("correct.title", { n: row.id })} title=${t("correct.title", { n: row.id })} onClick=${() => onCorrect(row)}><${Icon} name="edit" size="13" /></button>`}</td>
    </tr>
    ${row.correction && html`<${Correction} of=${row} zone=${zone} />`}`;
}

function Choice({ label, value, options, name, onChange }) {
  return html`<label>${label} <select value=${value} onChange=${(event) => onChange(event.currentTarget.value)}>
    <option value="">${t("filter.all")}</option>
    ${options.map((option) => html`<option key=${option} value=${option} selected=${option === value}>${t(`${name}.${option}`)}</option>`)}</select></label>`;
}

export function Asrun() {
  const zone = useLive((l) => l.status?.timezone);
  const today = useTick(() => (zone && Number.isFinite(serverNow()) ? dayOf(serverNow(), zone) : null));
  useLanguage();
  return today ? html`<${AsrunOf} today=${today} zone=${zone} />` : html`<main class="asrun" id="main"><p class="empty">${t("list.loading")}</p></main>`;
}

function AsrunOf({ today, zone }) {
  const [from, setFrom] = useState(today);
  const [to, setTo] = useState(today);
  const [text, setText] = useState("");
  const [status, setStatus] = useState("");
  const [kind, setKind] = useState("");
  const [corrected, correct] = useState(null); // the row that a question is open about
  const [round, again] = useState(0);
  const stamp = useLive((l) => l.status?.on_air?.start_frame);
  const { rows, error, loading } = useRows(from, to, `${to >= today ? stamp : 0} ${round}`);
  const shown = useMemo(() => {
    const sought = plain(text);
    return rows.filter((row) => (!status || row.status === status) && (!kind || row.kind === kind) &&
      (!sought || plain(`${row.title} ${row.media} ${row.uid}`).includes(sought)));
  }, [rows, text, status, kind]);
  const total = shown.reduce((sum, row) => sum + parseInstant(row.actual_end) - parseInstant(row.actual_start), 0);
  const choose = (nextFrom, nextTo) => {
    if (!nextFrom || !nextTo) return;
    const end = nextTo < nextFrom ? nextFrom : nextTo;
    setFrom(end > addDays(nextFrom, MOST_DAYS - 1) ? addDays(end, 1 - MOST_DAYS) : nextFrom);
    setTo(end);
  };
  return html`
    <main class="asrun panel" id="main">
      <header><h2 id="asrun-label"><${Icon} name="asrun" size="16" /> ${t("asrun.title")}</h2>
        <form class="filters" onSubmit=${(event) => event.preventDefault()} aria-label=${t("filter.title")}>
          <label>${t("filter.from")} <input type="date" value=${from} onChange=${(event) => choose(event.currentTarget.value, to)} /></label>
          <label>${t("filter.to")} <input type="date" value=${to} onChange=${(event) => choose(from, event.currentTarget.value)} /></label>
          <label>${t("filter.text")} <input type="search" placeholder=" " value=${text} onInput=${(event) => setText(event.currentTarget.value)} /></label>
          <${Choice} label=${t("filter.status")} value=${status} options=${STATUSES} name="state" onChange=${setStatus} />
          <${Choice} label=${t("filter.kind")} value=${kind} options=${KINDS} name="kind" onChange=${setKind} />
        </form>
        <div class="buttons">
          <button class="quiet" onClick=${() => save(`asrun-${from}${from === to ? "" : `-${to}`}.csv`, toCsv(shown))}><${Icon} name="download" size="16" /> CSV</button>
          <button class="quiet" onClick=${() => print()}><${Icon} name="print" size="16" /> ${t("asrun.print")}</button>
        </div></header>
      ${error && html`<p class="problem" role="alert">${error.message}</p>`}
      <p class="count" role="status">${loading ? t("list.loading") : t("asrun.count", { n: shown.length, length: span(total) })}</p>
      <div class="scroll" tabindex="0" role="group" aria-labelledby="asrun-label">
        <table><thead><tr>${["day", "actual", "end", "length", "what", "kind", "media", "state", "fault"].map((name) => html`
          <th key=${name} scope="col">${t(`column.${name}`)}</th>`)}</tr></thead>
          <tbody>${shown.slice(0, MOST_ROWS).map((row) => html`<${Row} key=${row.id} row=${row} zone=${zone} onCorrect=${may("operator") && correct} />`)}</tbody></table>
        ${!loading && !shown.length && !error && html`<p class="empty">${t("asrun.empty")}</p>`}
        ${shown.length > MOST_ROWS && html`<p class="empty">${t("list.more", { n: shown.length - MOST_ROWS })}</p>`}
      </div>
      ${corrected && html`<${Correct} row=${corrected} onClose=${() => correct(null)} onDone=${() => { correct(null); again(round + 1); }} />`}
    </main>`;
}
