// SPDX-License-Identifier: GPL-3.0-or-later
// The day as rows: what aired, from the log, then what will, from the planner; runs of filler folded into one row.
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api.js";
import { live, serverNow, useLive } from "./live.js";
import { addDays, dayOf, parseInstant } from "./time.js";

const HOUR = 3600000;
const REFRESH_MS = 60000;

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
    key: `p${item.start_frame}`, past: false, start, end, plannedStart: start, actualStart: NaN, kind: item.kind,
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
    key: `a${row.id}`, past: true, start, end, plannedStart: parseInstant(row.planned_start), actualStart: start,
    kind: row.kind, reason: row.reason, title: row.title, episode: 0, part: row.part, startType: row.start_type,
    uid: row.uid, instance: row.instance, media: row.media, state: row.status,
    slotFrames: row.planned_duration_frames, frames: row.actual_duration_frames, repeated: row.frames_repeated,
    filled: row.frames_filled, fold: fill ? "fill" : `${row.id}`,
  };
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
  return folded;
}

async function loadAhead(from, to, signal) {
  return ((await get("/rundown", { from, to }, signal)) || []).map(fromPlan);
}

async function loadPast(from, to, signal) {
  return ((await get("/asrun", { from, to }, signal)) || []).map(fromLog);
}

const iso = (ms) => new Date(ms).toISOString();

/** Rows of today, from its midnight (in the first hours of a day a little more) to well beyond its end. */
async function loadToday(zone, signal) {
  const now = serverNow();
  const today = dayOf(now, zone);
  const start = live.status?.on_air ? parseInstant(live.status.on_air.start) : now;
  const ahead = await loadAhead(iso(start), iso(now + 20 * HOUR), signal);
  const past = await loadPast(dayOf(now - 2 * HOUR, zone) === today ? today : iso(now - 2 * HOUR), iso(now + 1000), signal);
  const current = past.filter((row) => row.state === "on-air").pop();
  const rows = ahead.filter((row) => row.end > now);
  if (current && rows.length) rows[0].actualStart = current.start;
  const done = past.filter((row) => row.state !== "on-air" && row.start < now);
  return [...done, ...rows];
}

async function loadDay(day, zone, signal) {
  const today = dayOf(serverNow(), zone);
  if (day === today) return loadToday(zone, signal);
  const load = day < today ? loadPast : loadAhead;
  return load(day, addDays(day, 1), signal);
}

/** { rows, error } of @day (null: today and what follows), loaded again whenever something of it changed. */
export function useDay(day) {
  const zone = useLive((l) => l.status?.timezone);
  const stamp = useLive((l) => `${l.status?.rundown_revision}|${l.status?.on_air?.start_frame}|${l.everHeard}`);
  const [result, set] = useState({ rows: [], error: null, loaded: false });
  const [round, next] = useState(0);
  const asked = useRef(0);
  useEffect(() => {
    const timer = setInterval(() => next((n) => n + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (!zone || !Number.isFinite(serverNow())) return undefined;
    const aborter = new AbortController();
    const mine = ++asked.current;
    const wait = setTimeout(async () => {
      try {
        const rows = await loadDay(day || dayOf(serverNow(), zone), zone, aborter.signal);
        if (mine === asked.current) set({ rows, error: null, loaded: true });
      } catch (error) {
        if (!aborter.signal.aborted && mine === asked.current) set((old) => ({ ...old, error, loaded: true }));
      }
    }, 150);
    return () => {
      clearTimeout(wait);
      aborter.abort();
    };
  }, [day, zone, stamp, round]);
  return result;
}
