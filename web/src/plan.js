// SPDX-License-Identifier: GPL-3.0-or-later
// The day as rows: what aired, from the log, then what will, from the planner; runs of filler folded into one row.
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api.js";
import { isEndless, live, planStamp, serverNow, useLive } from "./live.js";
import { addDays, dayOf, parseInstant } from "./time.js";

const HOUR = 3600000;
const NEAR = 58 * 60000; // the daemon has an hour planned at any time, and answers that without planning
const STEP = 2 * HOUR;
const NEEDED = 4 * HOUR; // what the timeline shows
const REFRESH_MS = 5 * 60000;
const SLOW_MS = 1500;

/** Fills what nothing is scheduled for, as opposed to what stands in for an event that cannot be shown. */
const isPlainFill = (item) =>
  ["filler", "card", "slate"].includes(item.kind) && !["missing", "tentative", "waiting", "command"].includes(item.reason);

/** What an item of the plan is to a person: ready, missing, doubt, waiting, filler, live, slate. */
export function stateOfItem(item) {
  if (item.reason === "missing") return "missing";
  if (item.reason === "tentative") return "doubt";
  if (item.reason === "waiting") return "waiting";
  if (item.kind === "slate") return "slate";
  if (item.kind === "live") return "live";
  if (item.kind === "filler" || item.kind === "card") return "filler";
  return "ready";
}

function fromPlan(item) {
  const start = parseInstant(item.start), end = parseInstant(item.end);
  const slot = item.slot_start_frame != null ? item.slot_end_frame - item.slot_start_frame : null;
  return {
    endless: isEndless(item), key: `p${item.start_frame}`, past: false, start, end, plannedStart: start, actualStart: NaN, kind: item.kind,
    reason: item.reason, title: item.title, episode: item.episode, part: item.part, startType: item.start_type,
    endType: item.end_type, uid: item.uid, instance: item.instance, media: item.media, held: item.held,
    state: stateOfItem(item), slotFrames: slot, frames: item.end_frame - item.start_frame, player: item.player,
    fold: isPlainFill(item) ? "fill" : `${item.kind === "media" || item.kind === "live" ? "own" : item.reason}|${item.uid}|${item.instance}|${item.part}|${item.held}`,
  };
}

function fromLog(row) {
  const start = parseInstant(row.actual_start), end = parseInstant(row.actual_end);
  const fill = isPlainFill({ kind: row.kind, reason: row.reason });
  return {
    endless: isEndless(row), key: `a${row.id}`, past: true, start, end, plannedStart: parseInstant(row.planned_start), actualStart: start,
    kind: row.kind, reason: row.reason, title: row.title, episode: 0, part: row.part, startType: row.start_type,
    uid: row.uid, instance: row.instance, media: row.media, state: row.status,
    slotFrames: row.planned_duration_frames, frames: row.actual_duration_frames, repeated: row.frames_repeated,
    filled: row.frames_filled, fold: fill ? "fill" : `${row.id}`,
  };
}

// An airing keeps its row, and a person the focus in it, when its start moves. A hold cuts it in pieces.
function nameRows(rows) {
  const seen = new Map();
  for (const row of rows.filter((one) => !one.past && one.uid)) {
    const name = `${row.uid}|${row.instance}|${row.part}`;
    seen.set(name, (seen.get(name) || 0) + 1);
    row.key = `${name}|${seen.get(name)}`;
  }
  return rows;
}

/** Neighbours that are one thing to a person become one row; its `parts` are what was folded. */
export function fold(rows) {
  const folded = [];
  for (const row of rows) {
    const last = folded[folded.length - 1];
    if (last && last.fold === row.fold && last.past === row.past && Math.abs(last.end - row.start) < 1000) {
      last.end = row.end;
      last.frames += row.frames;
      last.repeated = (last.repeated || 0) + (row.repeated || 0);
      last.parts.push(row);
      if (row.state === "on-air") last.state = "on-air";
    } else {
      folded.push({ ...row, parts: [row] });
    }
  }
  return nameRows(folded);
}

async function loadAhead(from, to, signal) {
  return ((await get("/rundown", { from, to }, signal)) || []).map(fromPlan);
}

async function loadPast(from, to, signal) {
  return ((await get("/asrun", { from, to }, signal)) || []).map(fromLog);
}

const iso = (ms) => new Date(ms).toISOString();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs @work, then leaves the daemon as long in peace as that took: planning ahead must not slow down the desk. */
export async function gently(work) {
  const began = performance.now();
  const result = await work();
  await pause(Math.min(5000, performance.now() - began));
  return result;
}

// Rows that go on where @rows end; what overlaps is cut there.
function append(rows, more) {
  const end = rows.length ? rows[rows.length - 1].end : -Infinity;
  const after = more.filter((row) => row.end > end).map((row) => (row.start < end ? { ...row, start: end, key: `${row.key}+` } : row));
  return [...rows, ...after];
}

// What has aired today, kept: only what is new is asked for.
async function loadLog(log, zone, signal) {
  const now = serverNow(), today = dayOf(now, zone);
  if (log.day !== today) Object.assign(log, { day: today, rows: new Map(), until: NaN });
  const early = dayOf(now - STEP, zone) === today ? today : iso(now - STEP);
  const rows = await loadPast(Number.isFinite(log.until) ? iso(log.until - 1000) : early, iso(now + 1000), signal);
  for (const row of rows) log.rows.set(row.key, row);
  const current = rows.find((row) => row.state === "on-air");
  log.until = current ? current.start : now;
  return [...log.rows.values()].sort((a, b) => a.start - b.start);
}

// The plan beyond what the daemon has at hand, two hours at a time, to the end of the day; a station so busy that this
// takes long gets asked for no more than the timeline needs.
async function loadFar(zone, signal, onRows) {
  const now = serverNow(), day = addDays(dayOf(now, zone), 1);
  let rows = [];
  for (let from = Math.floor((now + NEAR) / HOUR) * HOUR; from < now + NEEDED || dayOf(from, zone) < day; from += STEP) {
    const began = performance.now();
    const more = await gently(() => loadAhead(iso(from), iso(from + STEP), signal));
    rows = append(rows, more);
    onRows(rows);
    if (performance.now() - began > 2 * SLOW_MS && from + STEP >= now + NEEDED) return;
  }
}

function joinToday(past, near, far) {
  const now = serverNow();
  const done = past.filter((row) => row.state !== "on-air" && row.start < now);
  const ahead = append(near.filter((row) => row.end > now), far);
  const current = past.filter((row) => row.state === "on-air").pop();
  const first = ahead[0];
  if (current && first && first.start <= now && first.title === current.title)
    ahead[0] = { ...first, start: current.start, actualStart: current.start, plannedStart: Number.isFinite(current.plannedStart) ? current.plannedStart : current.start };
  return [...done, ...ahead];
}

/** { rows, error, loaded } of today and what follows, kept up to date. */
export function useToday() {
  const zone = useLive((l) => l.status?.timezone);
  const stamp = useLive((l) => `${l.status?.rundown_revision}|${l.status?.on_air?.start_frame}|${l.everHeard && !l.stale}`);
  const inputs = useLive(planStamp);
  const [result, set] = useState({ past: [], near: [], far: [], error: null, loaded: false });
  const [round, next] = useState(0);
  const log = useRef({});
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && next((n) => n + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (!zone || live.stale) return undefined;
    const aborter = new AbortController();
    const load = async () => {
      try {
        const now = serverNow();
        const near = await loadAhead(iso(now), iso(now + NEAR), aborter.signal);
        const past = await loadLog(log.current, zone, aborter.signal);
        set((old) => ({ ...old, past, near, error: null, loaded: true }));
      } catch (error) {
        if (!aborter.signal.aborted) set((old) => ({ ...old, error, loaded: true }));
      }
    };
    const wait = setTimeout(load, 150);
    return () => {
      clearTimeout(wait);
      aborter.abort();
    };
  }, [zone, stamp]);
  useEffect(() => {
    if (!zone || !Number.isFinite(serverNow())) return undefined;
    const aborter = new AbortController();
    const wait = setTimeout(() => loadFar(zone, aborter.signal, (far) => set((old) => ({ ...old, far }))).catch(() => {}), 400);
    return () => {
      clearTimeout(wait);
      aborter.abort();
    };
  }, [zone, inputs, round]);
  return { rows: joinToday(result.past, result.near, result.far), error: result.error, loaded: result.loaded };
}

/** { rows, error, loaded } of another day, before or after; null: none. */
export function useDay(day) {
  const zone = useLive((l) => l.status?.timezone);
  const inputs = useLive(planStamp);
  const [result, set] = useState({ day, rows: [], error: null, loaded: false });
  useEffect(() => {
    if (!zone || !day) return undefined;
    const aborter = new AbortController();
    set((old) => (old.day === day ? old : { day, rows: [], error: null, loaded: false }));
    const load = day < dayOf(serverNow(), zone) ? loadPast : loadAhead;
    load(day, addDays(day, 1), aborter.signal).then((rows) => set({ day, rows, error: null, loaded: true }),
      (error) => aborter.signal.aborted || set({ day, rows: [], error, loaded: true }));
    return () => aborter.abort();
  }, [day, zone, inputs]);
  return result;
}
