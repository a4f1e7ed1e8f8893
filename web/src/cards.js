// SPDX-License-Identifier: GPL-3.0-or-later
// The clocks on top, and what is on air and next.
import { html } from "htm/preact";
import { Icon } from "./icons.js";
import { clockOffset, frameNow, isEndless, live, overrunOf, serverNow, useLive, useTick } from "./live.js";
import { Thumbnail } from "./media.js";
import { Monitor } from "./monitor.js";
import { clock, countdown, dayOf, dayWords, parseInstant, span, timecode } from "./time.js";
import { t, useLanguage } from "./words.js";

const tone = { media: "onair", live: "onair", filler: "onair", card: "onair", slate: "attention" };

export function TimeOfDay() {
  const lang = useLanguage();
  const zone = useLive((l) => l.status?.timezone);
  const text = useTick(() => (live.stale || !zone ? "--:--:--" : clock(serverNow(), zone)));
  const day = useTick(() => (zone && Number.isFinite(serverNow()) ? dayOf(serverNow(), zone) : ""));
  const offset = useTick(() => {
    const measured = clockOffset();
    if (!measured || live.stale) return "–";
    const ms = Math.abs(measured.offset);
    return `${measured.offset <= -50 ? "−" : "+"}${ms < 100000 ? `${(ms / 1000).toFixed(1)} s` : countdown(ms)}`;
  });
  return html`
    <section class="clock" aria-labelledby="tod-label">
      <h2 id="tod-label">${t("clock.time")}</h2>
      <div class="digits" id="time-of-day" role="timer" aria-live="off">${text}</div>
      <p class="under">${day && dayWords(day, lang)} · <span title=${t("clock.offset.why")}>${t("clock.offset", { offset })}</span></p>
    </section>`;
}

/** How long it lasts yet, in ms; of a live show that a person ends, until it is due to end, and then less than nothing. */
export const timeLeft = () => live.dueAt - serverNow();
export const isOver = () => !live.stale && live.dueAt < live.endAt && timeLeft() <= 0;
const overText = () => span(Math.floor(-timeLeft() / 1000) * 1000);
export const leftText = () => (live.stale ? "--:--" : isOver() ? `+${overText()}` : countdown(timeLeft()));

// Until when the live show on air should and may go on.
const dueWords = ({ ends, until }, zone) => t("overrun.words", { ends: clock(parseInstant(ends), zone), until: clock(parseInstant(until), zone) });

export function TimeLeft() {
  useLanguage();
  const text = useTick(leftText);
  const soon = useTick(() => !live.stale && timeLeft() < 10000);
  const over = useTick(isOver);
  const item = useLive((l) => l.status?.on_air);
  const overrun = useLive((l) => l.status && overrunOf(l.status));
  const zone = useLive((l) => l.status?.timezone);
  return html`
    <section class="clock left ${soon ? "soon" : ""}" aria-labelledby="left-label">
      <h2 id="left-label"><${Icon} name="onair" size="15" /> ${t(over ? "clock.over" : "clock.left")}</h2>
      <div class="digits" id="time-left" role="timer" aria-live="off">${text}</div>
      <p class="under">${overrun ? `${t("fact.ends")} ${dueWords(overrun, zone)}` : isEndless(item) ? t("clock.endless") : item ? t("clock.ends", { time: clock(parseInstant(item.end), zone) }) : t("card.nothing")}</p>
    </section>`;
}

function attentionWords(status) {
  const item = status.attention;
  if (!item) return t("attention.none.why");
  if (isEndless(item)) return `${name(item)}: ${t("clock.endless")}`;
  const why = item.kind === "disk" ? "disk" : item.reason === "missing" ? "missing" : item.reason === "tentative" ? "tentative"
    : item.kind === "slate" ? "gap" : item.kind === "live" ? "live" : "manual";
  return `${t(`attention.${why}`)}: ${item.title}`;
}

export function Attention() {
  useLanguage();
  const status = useLive((l) => l.status);
  const text = useTick(() => {
    if (live.stale || !live.status) return "--:--";
    if (!Number.isFinite(live.attentionAt)) return t("attention.none");
    return live.attentionAt - serverNow() <= 0 ? t("attention.now") : countdown(live.attentionAt - serverNow());
  });
  const level = useTick(() => {
    const left = live.attentionAt - serverNow();
    return !Number.isFinite(left) ? "calm" : left < 900000 ? "urgent" : "ahead";
  });
  return html`
    <section class="clock attention ${level}" aria-labelledby="attention-label">
      <h2 id="attention-label"><${Icon} name=${level === "calm" ? "ready" : "warning"} size="15" /> ${t("attention.title")}</h2>
      <div class="digits" id="attention-in" role="timer" aria-live="off">${text}</div>
      <p class="under clip" title=${status ? attentionWords(status) : ""}>${status ? attentionWords(status) : ""}</p>
    </section>`;
}

/** What it is called; filler has the name of the programme in whose time it airs, and is said to be filler. */
export function name(item) {
  if (item.kind === "filler") return [item.title, t("kind.filler")].filter(Boolean).join(" · ");
  return item.episode > 0 ? `${item.title} · ${t("card.episode", { n: item.episode })}` : item.title || t(`kind.${item.kind}`);
}

function Progress() {
  const done = useTick(() => {
    const item = live.status?.on_air;
    if (!item || live.stale || isEndless(item)) return 0;
    const length = live.dueAt - parseInstant(item.start);
    return Math.round(Math.min(1, Math.max(0, 1 - timeLeft() / length)) * 1000);
  });
  return html`
    <div class="progress" role="progressbar" aria-label=${t("card.progress")} aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${Math.round(done / 10)}><div class="bar" style=${{ width: `${done / 10}%` }}></div></div>`;
}

function Facts({ rows }) {
  return html`<dl class="facts">${rows.filter(([, value]) => value).map(([label, value, wide]) => html`
    <div key=${label} class=${wide ? "wide" : ""}><dt>${label}</dt><dd title=${typeof value === "string" ? value : ""}>${value}</dd></div>`)}</dl>`;
}

const points = (item) => {
  if (item.media_in_ns == null || item.kind === "card" || item.kind === "slate") return "";
  const from = item.media_in_ns / 1e6;
  return `${span(from)} → ${span(from + parseInstant(item.end) - parseInstant(item.start))}`;
};

// Where the item is, to the frame: "00:07:13:05", from its own beginning.
function Position() {
  const text = useTick(() => {
    const status = live.status;
    if (live.stale || !status?.on_air) return "–";
    return timecode(frameNow() - status.on_air.start_frame + (status.on_air.media_in_ns || 0) / 1e6 / live.frameMs, live.frameMs);
  });
  return html`<span class="timecode">${text}</span>`;
}

function Over() {
  const time = useTick(() => isOver() && overText());
  return time && html`<span class="chip amber"><${Icon} name="warning" size="13" /> ${t("overrun.over", { time })}</span>`;
}

// Until when it should and may go on, and what the next step would cost.
function overrunFacts(overrun, zone) {
  const next = overrun.costs.find((cost) => !(-timeLeft() >= cost.minutes * 60000));
  return [[t("fact.ends"), dueWords(overrun, zone), true],
    [t("fact.cost"), next && t("overrun.cost", { minutes: next.minutes, words: next.words.join("; ") || t("overrun.nothing") }), true]];
}

function OnAir() {
  useLanguage();
  const item = useLive((l) => l.status?.on_air);
  const zone = useLive((l) => l.status?.timezone);
  const overrun = useLive((l) => l.status && overrunOf(l.status));
  const faults = useLive((l) => (l.stale ? [] : l.status?.programme_faults || []));
  if (!item) return html`<section class="card onair"><h2><${Icon} name="onair" /> ${t("card.onair")}</h2><p>${t("card.nothing")}</p></section>`;
  const told = ["item", "source", item.kind, item.held && "frozen"]; // or said of it beside
  const screen = item.screen && !told.includes(item.screen) ? t(`screen.${item.screen}`) : "";
  return html`
    <section class="card ${tone[item.kind] || "onair"}" aria-labelledby="onair-label">
      <h2 id="onair-label"><${Icon} name="onair" /> ${t("card.onair")} <span class="chip">${t(`kind.${item.kind}`)}</span>
        ${item.held && html`<span class="chip amber"><${Icon} name="hold" size="13" /> ${t("card.held")}</span>`}
        ${screen && html`<span class="chip ${item.screen === "card" ? "" : "amber"}">${item.screen !== "card" && html`<${Icon} name="warning" size="13" />`} ${screen}</span>`}
        ${faults.map((one) => html`<span key=${one} class="chip red"><${Icon} name="error" size="13" /> ${t(`leaves.${one}`)}</span>`)}
        ${overrun && html`<${Over} />`}</h2>
      <${FirstPicture} item=${item} />
      <p class="title" id="onair-title" title=${name(item)}>${name(item)}</p>
      <${Progress} />
      <${Facts} rows=${[
        [t("fact.from"), `${clock(parseInstant(item.start), zone)} – ${isEndless(item) ? "" : clock(parseInstant(overrun ? overrun.ends : item.end), zone)}`],
        [t("fact.points"), points(item)],
        [t("fact.media"), item.media],
        [t("fact.position"), html`<${Position} />`],
        ...(overrun ? overrunFacts(overrun, zone) : []),
        [t("fact.faults"), item.frames_repeated + item.frames_filled > 0
          ? t("fact.faults.words", { repeated: item.frames_repeated, filled: item.frames_filled }) : "", true],
      ]} />
    </section>`;
}

// What its first frame shows.
const FirstPicture = ({ item }) =>
  (item.kind === "media" || item.kind === "filler") && item.media && html`<${Thumbnail} path=${item.media} hash=${item.media_hash} at=${item.media_in_ns} />`;

export function Next() {
  useLanguage();
  const status = useLive((l) => l.status);
  const left = useTick(() => (live.stale ? "--:--" : countdown(live.nextAt - serverNow())));
  const item = status?.next;
  if (!item) return html`<section class="card next"><h2><${Icon} name="next" /> ${t("card.next")}</h2><p>${t("card.nothing")}</p></section>`;
  const programme = item.kind === "media" || item.kind === "live"
    ? null : (status.upcoming || []).find((one) => one.kind === "media" || one.kind === "live" || one.reason === "missing");
  const bad = ["missing", "tentative", "waiting"].includes(item.reason);
  return html`
    <section class="card next ${bad ? "bad" : ""}" aria-labelledby="next-label">
      <h2 id="next-label"><${Icon} name="next" /> ${t("card.next")} <span class="chip">${t(`kind.${item.kind}`)}</span>
        ${bad && html`<span class="chip amber"><${Icon} name="warning" size="13" /> ${t(`reason.${item.reason}`)}</span>`}
        ${item.player && html`<span class="chip ${item.player === "cued" ? "green" : ""}">${t(`player.${item.player}`)}</span>`}</h2>
      <${FirstPicture} item=${item} />
      <p class="title" title=${name(item)}>${name(item)}</p>
      <p class="in">${t("card.in")} <b>${left}</b></p>
      <${Facts} rows=${[
        [t("fact.from"), `${clock(parseInstant(item.start), status.timezone)} – ${clock(parseInstant(item.end), status.timezone)}`],
        [t("fact.start"), item.start_type ? t(`start.${item.start_type}`) : ""],
        [t("fact.media"), item.media],
        [t("fact.then"), programme ? `${clock(parseInstant(programme.start), status.timezone)} ${name(programme)}` : "", true],
      ]} />
    </section>`;
}

export const Cards = () => html`<div class="cards"><${OnAir} /><${Next} /><${Monitor} /></div>`;
