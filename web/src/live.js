// SPDX-License-Identifier: GPL-3.0-or-later
// What is true now: the newest status from the event stream, the server's clock as measured from here, and whether the
// stream still speaks. A page that hears nothing for three seconds must not go on counting.
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api.js";
import { parseInstant } from "./time.js";
import { language, onLanguage } from "./words.js";

const SILENCE_MS = 3000;
const SYNC_EVERY_MS = 10000;
const STEP_MS = 50;
const SLEPT_MS = 2000;

const listeners = new Set();
const samples = []; // { at, server, rtt }: the server's clock was `server` at performance.now() `at`
const state = { status: null, heardAt: -Infinity, stale: true, everHeard: false, endAt: NaN, dueAt: NaN, nextAt: NaN, attentionAt: NaN };
let source = null;

const tell = () => listeners.forEach((listener) => listener());

function best() {
  return samples.reduce((a, b) => (a && a.rtt <= b.rtt ? a : b), null);
}

/** The server's time of day, in ms; NaN before the first answer. */
export function serverNow() {
  const sample = best();
  return sample ? sample.server + performance.now() - sample.at : NaN;
}

/** The planned frame that is on air now, by the last status and the time since. */
export function frameNow() {
  return state.status.frame + Math.floor((serverNow() - state.saidAt) / state.frameMs);
}

/** How far this machine's clock is behind the server's, and how sure that is: { offset, within } in ms, or null. */
export function clockOffset() {
  const sample = best();
  return sample && { offset: serverNow() - Date.now(), within: sample.rtt / 2 };
}

function addSample(server, at, rtt) {
  if (Math.abs(server - serverNow() - (at - performance.now())) > 500 + rtt) samples.length = 0; // its clock stepped
  samples.push({ at, server, rtt });
  if (samples.length > 8) samples.shift();
}

async function synchronise() {
  const before = performance.now();
  try {
    const status = await get("/status");
    const after = performance.now();
    addSample(parseInstant(status.now), (before + after) / 2, after - before);
    tell();
  } catch {
    // the stream's silence says it
  }
}

function frameMs(rate) {
  const [n, d] = String(rate || "25").split("/").map(Number);
  return (1000 * (d || 1)) / n;
}

/** What is said of the live show on air that a person ends, which goes on beyond the time when it is due to; or null. */
export const overrunOf = ({ on_air: item, overrun }) =>
  (overrun && item?.kind === "live" && overrun.uid === item.uid && overrun.instance === item.instance ? overrun : null);

/** A slate by command has no end but the command that ends it; the plan's is only how far it was made. */
export const isEndless = (item) => item?.kind === "slate" && item.reason === "command";

function onStatus(event) {
  const status = JSON.parse(event.data);
  const at = performance.now();
  const now = parseInstant(status.now);
  const behind = now - serverNow();
  if (!(behind < 250 && behind > -2000)) addSample(now, at, 500); // nothing better yet, or its clock stepped
  state.status = status;
  state.heardAt = at;
  state.everHeard = true;
  state.stale = false;
  state.frameMs = frameMs(status.rate);
  state.saidAt = now;
  // Counted from the frame on air, not from the wall clock, which may be off the frames while a step is worked off.
  state.endAt = status.on_air ? now + status.on_air.left_ms + state.frameMs : NaN;
  const overrun = overrunOf(status);
  state.dueAt = isEndless(status.on_air) ? NaN : overrun ? state.endAt - (parseInstant(status.on_air.end) - parseInstant(overrun.ends)) : state.endAt;
  state.nextAt = status.next ? parseInstant(status.next.start) : NaN;
  state.attentionAt = status.attention_in_ms == null ? NaN : now + status.attention_in_ms;
  tell();
}

function connect() {
  source?.close();
  source = new EventSource(`/api/v1/events?language=${language()}`); // it takes no headers
  source.addEventListener("status", onStatus);
}

// Where the clock that counts stood still while the machine slept, the last status is as old as that sleep.
let apart = Date.now() - performance.now();

function noticeSleep() {
  const now = Date.now() - performance.now(), slept = Math.abs(now - apart);
  if (slept > SLEPT_MS) {
    state.heardAt -= slept + SILENCE_MS;
    connect();
  }
  apart = now;
}

function watch() {
  noticeSleep();
  const silent = performance.now() - state.heardAt;
  if (!state.stale && silent > SILENCE_MS) {
    state.stale = true;
    tell();
  }
  // The browser tries again by itself, but not after an answer that is not a stream, nor on a line that just hangs.
  if (silent > SILENCE_MS && (source.readyState === EventSource.CLOSED || silent % 5000 < 500)) connect();
}

export function start() {
  connect();
  onLanguage(connect); // what the daemon says comes in the new one
  for (let i = 0; i < 4; i++) setTimeout(synchronise, i * 400); // the quickest answer of several measures best
  setInterval(synchronise, SYNC_EVERY_MS);
  setInterval(watch, 500);
}

export const live = state;

/** What the plan follows from: another text when it may be another one, however far ahead. */
export const planStamp = ({ status }) =>
  [status?.schedule_revision, status?.media_revision, status?.config_revision, ...Object.values(status?.last_commands || {}).map((one) => one.time)].join(" ");

/** The component renders again when @select(live) gives something else. */
export function useLive(select) {
  const [value, set] = useState(() => select(state));
  const chosen = useRef(select);
  chosen.current = select;
  useEffect(() => {
    const listener = () => set(() => chosen.current(state));
    listeners.add(listener);
    listener();
    return () => listeners.delete(listener);
  }, []);
  return value;
}

const ticking = new Set();
setInterval(() => ticking.forEach((tick) => tick()), STEP_MS);

/** What @compute gives, watched twenty times a second; renders again only when it changed. */
export function useTick(compute) {
  const [value, set] = useState(compute);
  const chosen = useRef(compute);
  chosen.current = compute;
  useEffect(() => {
    const tick = () => set(() => chosen.current());
    ticking.add(tick);
    return () => ticking.delete(tick);
  }, []);
  return value;
}
