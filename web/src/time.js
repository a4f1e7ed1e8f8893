// SPDX-License-Identifier: GPL-3.0-or-later
// Instants and spans as text. Instants are milliseconds since 1970; people read them in the station's zone.
import { t } from "./words.js";

/** Milliseconds of an ISO 8601 instant with any number of decimals; NaN where there is none. */
export function parseInstant(text) {
  return text ? Date.parse(text.replace(/(\.\d{3})\d+/, "$1")) : NaN;
}

const formats = new Map();

function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }));
  return formats.get(key);
}

const HMS = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const HM = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

export const clock = (ms, zone) => (Number.isFinite(ms) ? format(zone, HMS).format(ms) : "--:--:--");
export const shortClock = (ms, zone) => (Number.isFinite(ms) ? format(zone, HM).format(ms) : "--:--");

/** "2027-03-01", the station's day at that instant. */
export function dayOf(ms, zone) {
  const part = {};
  for (const { type, value } of format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(ms))
    part[type] = value;
  return `${part.year}-${part.month}-${part.day}`;
}

export function addDays(day, count) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** "2027-03" plus so many months. */
export function addMonths(month, count) {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + count);
  return date.toISOString().slice(0, 7);
}

/** A day for people; days are civil dates, so they are formatted as if they were UTC. */
export const dayWords = (day, lang) =>
  new Intl.DateTimeFormat(lang === "vi" ? "vi-VN" : "en-GB",
    { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
export const shortDay = (day) => `${day.slice(8, 10)}/${day.slice(5, 7)}`;
/** As a heading: "Tháng 3 năm 2027". */
export function monthWords(month, lang) {
  const words = new Intl.DateTimeFormat(lang === "vi" ? "vi-VN" : "en-GB", { month: "long", year: "numeric", timeZone: "UTC" })
    .format(new Date(`${month}-01T00:00:00Z`));
  return words[0].toUpperCase() + words.slice(1);
}
/** Monday first. */
export const weekdays = (lang) => {
  const names = new Intl.DateTimeFormat(lang === "vi" ? "vi-VN" : "en-GB", { weekday: "short", timeZone: "UTC" });
  return [...Array(7).keys()].map((i) => names.format(Date.UTC(2027, 2, 1 + i)));
};

const two = (n) => String(n).padStart(2, "0");

/** A span that is over when it says 00:00: "04:59", "1:04:59", "2d 03:00". Negative spans are over. */
export function countdown(ms) {
  if (!Number.isFinite(ms)) return "--:--";
  const s = Math.max(0, Math.ceil(ms / 1000));
  if (s >= 86400) return `${t("time.days", { n: Math.floor(s / 86400) })} ${two(Math.floor(s / 3600) % 24)}:${two(Math.floor(s / 60) % 60)}`;
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${rest}` : rest;
}

/** "00:07:13:05": hours, minutes, seconds, frames; at broken rates counted on, not dropped. */
export function timecode(frames, frameMs) {
  const rate = Math.round(1000 / frameMs), count = Math.max(0, Math.round(frames));
  const s = Math.floor(count / rate);
  return [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60, count % rate].map(two).join(":");
}

/** A length: rounded to the second, never "00:00" for something that has a length. */
export function span(ms) {
  if (!Number.isFinite(ms)) return "–";
  const s = Math.max(ms > 0 ? 1 : 0, Math.round(ms / 1000));
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${rest}` : rest;
}

/** "+00:12" or "−00:12"; "" where the difference is under half a second. */
export function difference(ms) {
  if (!Number.isFinite(ms) || Math.abs(ms) < 500) return "";
  return (ms < 0 ? "−" : "+") + span(Math.abs(ms));
}
