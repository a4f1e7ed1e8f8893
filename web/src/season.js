// SPDX-License-Identifier: GPL-3.0-or-later
// The month and the season: every instance of every series of the year with a badge that says how it stands: by the log
// where it lies behind, by the plan where it lies ahead. A file dropped on one that lies ahead is sent as its clip.
import { html } from "htm/preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { get } from "./api.js";
import { Icon } from "./icons.js";
import { planStamp, serverNow, useLive, useTick } from "./live.js";
import { gently, stateOfItem } from "./plan.js";
import { addMonths, clock, dayOf, dayWords, monthWords, parseInstant, shortClock, shortDay, weekdays } from "./time.js";
import { Choose, Uploads, useDrop } from "./upload.js";
import { t, useLanguage } from "./words.js";

// What comes more often than this in a month is a spot or a filler, not a season's episode.
const MOST_A_MONTH = 62;
const MOST_A_DAY_SHOWN = 3;

const badges = {
  aired: ["aired", "aired"], "on-air": ["onair", "onair"], ready: ["ready", "ready"], live: ["live", "live"],
  missing: ["missing", "missing"], doubt: ["doubt", "attention"], waiting: ["warning", "attention"],
  partial: ["partial", "attention"], missed: ["error", "missing"], unknown: ["planned", "unknown"],
};

const TAKES = ["missing", "ready", "doubt", "unknown"]; // a clip

const keyOf = (one) => `${one.uid}|${one.instance}`;

async function loadMonth(month, signal) {
  const list = await get("/occurrences", { from: `${month}-01`, to: `${addMonths(month, 1)}-01`, most: MOST_A_MONTH }, signal);
  const counts = {};
  for (const one of list) counts[one.series_uid || one.uid] = (counts[one.series_uid || one.uid] || 0) + 1;
  return list.filter((one) => !one.transparent && counts[one.series_uid || one.uid] <= MOST_A_MONTH)
    .map((one) => ({ ...one, startMs: parseInstant(one.start), endMs: parseInstant(one.end) }));
}

async function loadPastState(one, signal) {
  const rows = await get("/asrun", { from: one.start, to: one.end }, signal);
  const own = rows.filter((row) => row.uid === one.uid && row.instance === one.instance && (row.kind === "media" || row.kind === "live"));
  if (!own.length) return "missed";
  if (own.some((row) => row.status === "on-air")) return "on-air";
  const shown = own.reduce((sum, row) => sum + row.frames_shown, 0);
  const planned = own.reduce((sum, row) => sum + (row.planned_duration_frames ?? row.frames_shown), 0);
  return own.every((row) => row.status === "aired") || shown >= planned ? "aired" : "partial";
}

async function loadAheadState(one, signal) {
  const items = await get("/rundown", { from: one.start, to: new Date(one.startMs + 1000).toISOString() }, signal);
  const own = items.find((item) => item.uid === one.uid && item.instance === one.instance);
  if (one.status === "TENTATIVE") return "doubt";
  return own ? stateOfItem(own) : "doubt";
}

// One question at a time, nearest to now first: the desk must stay quick for those who work with it.
function useStates(list, revision) {
  const [states, set] = useState({});
  useEffect(() => {
    const aborter = new AbortController();
    const now = serverNow();
    const queue = [...list].sort((a, b) => Math.abs(a.startMs - now) - Math.abs(b.startMs - now));
    (async () => {
      for (const one of queue) {
        if (aborter.signal.aborted) return;
        try {
          const load = one.endMs <= now ? loadPastState : one.startMs <= now ? async () => "on-air" : loadAheadState;
          const state = await gently(() => load(one, aborter.signal));
          set((old) => (old[keyOf(one)] === state ? old : { ...old, [keyOf(one)]: state }));
        } catch {
          if (aborter.signal.aborted) return;
        }
      }
    })();
    return () => aborter.abort();
  }, [list, revision]);
  return states;
}

function useYear(year, revision) {
  const [result, set] = useState({ list: [], error: null, loading: true });
  useEffect(() => {
    const aborter = new AbortController();
    set((old) => ({ ...old, loading: true }));
    (async () => {
      try {
        const list = [];
        for (let i = 0; i < 12; i++) list.push(...(await gently(() => loadMonth(addMonths(`${year}-01`, i), aborter.signal))));
        const seen = new Set();
        set({ list: list.filter((one) => !seen.has(keyOf(one)) && seen.add(keyOf(one))), error: null, loading: false });
      } catch (error) {
        if (!aborter.signal.aborted) set({ list: [], error, loading: false });
      }
    })();
    return () => aborter.abort();
  }, [year, revision]);
  return result;
}

const episodeOf = (one, i) => (one.recurring && one.first_episode > 0 ? one.first_episode + one.ordinal : i + 1);

function Badge({ one, number, state, zone }) {
  const [icon, tone] = badges[state] || badges.unknown;
  const airing = { ...one, part: 0, title: `${one.summary} ${number}` };
  const words = `${number}. ${one.summary}: ${dayOf(one.startMs, zone)} ${shortClock(one.startMs, zone)}, ${t(`state.${state}`)}`;
  return html`
    <li class="badge ${tone}" title=${words} aria-label=${words} ...${useDrop(airing, TAKES.includes(state))}><b>${number}</b><${Icon} name=${icon} size="13" />
      <span class="date">${shortDay(dayOf(one.startMs, zone))}</span><span class="word">${t(`state.${state}`)}</span>
      ${state === "missing" && html`<${Choose} airing=${airing} className="corner" label=${t("upload.for", { title: airing.title })}><${Icon} name="send" size="14" /></${Choose}>`}</li>`;
}

function Event({ one, state, zone }) {
  const [icon, tone] = badges[state] || badges.unknown;
  return html`<div class="event ${tone}" title=${`${clock(one.startMs, zone)} ${one.summary}: ${t(`state.${state}`)}`} ...${useDrop({ ...one, part: 0, title: one.summary }, TAKES.includes(state))}>
    <${Icon} name=${icon} size="12" /><span class="hidden">${t(`state.${state}`)}</span> ${shortClock(one.startMs, zone)} ${one.summary}</div>`;
}

function Series({ title, instances, states, zone }) {
  const count = (state) => instances.filter((one) => states[keyOf(one)] === state).length;
  const summary = ["aired", "ready", "live", "missing", "doubt", "waiting", "partial", "missed"].map((state) => [state, count(state)]).filter(([, n]) => n);
  return html`
    <section class="series">
      <h3>${title} <span class="chip">${instances.length}</span>
        <span class="sum">${summary.map(([state, n]) => `${n} ${t(`state.${state}`)}`).join(" · ")}</span></h3>
      <ol>${instances.map((one, i) => html`<${Badge} key=${keyOf(one)} one=${one} number=${episodeOf(one, i)}
        state=${states[keyOf(one)] || "unknown"} zone=${zone} />`)}</ol>
    </section>`;
}

function Month({ month, list, states, zone, today, onChange }) {
  const lang = useLanguage();
  const first = new Date(`${month}-01T00:00:00Z`);
  const lead = (first.getUTCDay() + 6) % 7;
  const count = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const byDay = {};
  for (const one of list) (byDay[dayOf(one.startMs, zone)] ||= []).push(one);
  const cells = [...Array(Math.ceil((lead + count) / 7) * 7).keys()].map((i) => i - lead + 1);
  const day = (n) => `${month}-${String(n).padStart(2, "0")}`;
  return html`
    <section class="month panel" aria-labelledby="month-label">
      <header><h2 id="month-label"><${Icon} name="season" size="16" /> ${monthWords(month, lang)}</h2>
        <div class="picker">
          <button class="small" onClick=${() => onChange(addMonths(month, -1))} aria-label=${t("month.before")}><${Icon} name="left" size="15" /></button>
          <button class="small" onClick=${() => onChange(today.slice(0, 7))}>${t("month.this")}</button>
          <button class="small" onClick=${() => onChange(addMonths(month, 1))} aria-label=${t("month.after")}><${Icon} name="right" size="15" /></button>
        </div></header>
      <div class="scroll" tabindex="0" role="group" aria-labelledby="month-label">
        <table class="grid"><thead><tr>${weekdays(lang).map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
          <tbody>${[...Array(cells.length / 7).keys()].map((week) => html`<tr key=${week}>${cells.slice(week * 7, week * 7 + 7).map((n) => {
            if (n < 1 || n > count) return html`<td key=${n} class="out"></td>`;
            const ones = byDay[day(n)] || [];
            return html`<td key=${n} class=${day(n) === today ? "today" : ""} aria-current=${day(n) === today ? "date" : undefined}>
              <span class="n" title=${dayWords(day(n), lang)}>${n}</span>
              ${ones.slice(0, MOST_A_DAY_SHOWN).map((one) => html`<${Event} key=${keyOf(one)} one=${one} state=${states[keyOf(one)] || "unknown"} zone=${zone} />`)}
              ${ones.length > MOST_A_DAY_SHOWN && html`<span class="rest">${t("list.more", { n: ones.length - MOST_A_DAY_SHOWN })}</span>`}</td>`;
          })}</tr>`)}</tbody></table>
      </div>
    </section>`;
}

// What most instances are called; where none is called like another, what their names have in common.
function titleOf(ones) {
  const names = {};
  for (const one of ones) names[one.summary] = (names[one.summary] || 0) + 1;
  const title = Object.keys(names).reduce((a, b) => (names[b] > names[a] ? b : a));
  if (ones.length === 1 || names[title] > 1) return title;
  const common = ones.map((one) => one.summary).reduce((a, b) => {
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    return a.slice(0, i);
  }).replace(/[\s:,;(–-]+$/u, "");
  return common.length >= 8 ? common : ones[0].file.replace(/\.ics$/, "");
}

// By series; single events of one calendar stand together.
function bySeries(list) {
  const series = new Map();
  for (const one of list) {
    const key = one.recurring ? one.series_uid || one.uid : `file ${one.file}`;
    if (!series.has(key)) series.set(key, []);
    series.get(key).push(one);
  }
  return [...series].map(([key, ones]) => ({ key, title: titleOf(ones), instances: ones })).sort((a, b) => b.instances.length - a.instances.length);
}

export function Season() {
  useLanguage();
  const zone = useLive((l) => l.status?.timezone);
  const revision = useLive((l) => l.status?.schedule_revision);
  const plan = useLive(planStamp);
  const today = useTick(() => (zone && Number.isFinite(serverNow()) ? dayOf(serverNow(), zone) : null));
  const [picked, pick] = useState(null);
  const month = picked || today?.slice(0, 7);
  if (!month) return html`<main class="season" id="main"><p class="empty">${t("list.loading")}</p></main>`;
  return html`<${SeasonOf} month=${month} today=${today} zone=${zone} revision=${revision} plan=${plan} pick=${pick} />`;
}

function SeasonOf({ month, today, zone, revision, plan, pick }) {
  const year = month.slice(0, 4);
  const { list, error, loading } = useYear(year, revision);
  const series = useMemo(() => bySeries(list), [list]);
  const states = useStates(list, plan);
  const legend = ["aired", "ready", "live", "missing", "doubt", "partial", "missed"];
  return html`
    <main class="season" id="main">
      <${Month} month=${month} list=${list} states=${states} zone=${zone} today=${today} onChange=${pick} />
      <section class="panel" aria-labelledby="season-label">
        <header><h2 id="season-label"><${Icon} name="ready" size="16" /> ${t("season.title", { year })}</h2></header>
        <${Uploads} verdictOf=${() => html`<a href="#media">${t("upload.there")}</a>`} />
        <div class="scroll" tabindex="0" role="group" aria-labelledby="season-label">
          ${error && html`<p class="problem" role="alert">${error.message}</p>`}
          ${loading && html`<p class="empty" role="status">${t("list.loading")}</p>`}
          ${!loading && !error && !series.length && html`<p class="empty">${t("season.empty")}</p>`}
          ${series.map((one) => html`<${Series} key=${one.key} title=${one.title} instances=${one.instances} states=${states} zone=${zone} />`)}
        </div>
        <footer class="legend" aria-label=${t("season.legend")}>${legend.map((state) => html`
          <span key=${state} class="badge ${badges[state][1]}"><${Icon} name=${badges[state][0]} size="13" /> ${t(`state.${state}`)}</span>`)}</footer>
      </section>
    </main>`;
}
