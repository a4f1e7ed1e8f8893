// SPDX-License-Identifier: GPL-3.0-or-later
// Four hours to scale, with the now-line. The rundown list beneath says the same in words.
import { html } from "htm/preact";
import { Icon } from "./icons.js";
import { live, serverNow, useLive, useTick } from "./live.js";
import { clock, shortClock, span } from "./time.js";
import { t, useLanguage } from "./words.js";

const MINUTE = 60000;
const BEFORE = 30 * MINUTE;
const LENGTH = 240 * MINUTE;
const NARROWEST = 0.0012; // of the strip: narrower than that, neighbours are drawn as one

const stateIcon = {
  ready: "ready", missing: "missing", doubt: "doubt", waiting: "warning", filler: "filler", live: "live", slate: "slate",
  aired: "aired", filled: "filler", partial: "partial", interrupted: "partial", failed: "error", "on-air": "onair",
};

export const iconOf = (state) => stateIcon[state] || "planned";

/** The class that gives a state its colour. */
export function toneOf(row, now) {
  if (row.start <= now && row.end > now) return "onair";
  if (row.state === "missing") return "missing";
  if (["doubt", "waiting", "failed", "partial", "interrupted", "slate"].includes(row.state)) return "attention";
  if (row.end <= now) return "aired";
  return row.fold === "fill" ? "filler" : row.state === "live" ? "live" : "ready";
}

// Short things side by side (clips of a few seconds) would be a smear of hairlines: one block says how many they are.
function blocks(rows, from) {
  const drawn = [];
  for (const row of rows) {
    const left = (row.start - from) / LENGTH, width = (row.end - row.start) / LENGTH;
    if (left >= 1 || left + width <= 0) continue;
    const last = drawn[drawn.length - 1];
    const thin = width < NARROWEST * 3;
    if (last && thin && last.thin && last.count < 400 && last.tone === toneOf(row, serverNow()) && left - (last.left + last.width) < NARROWEST) {
      last.width = left + width - last.left;
      last.count += 1;
      last.end = row.end;
    } else {
      drawn.push({ left, width, row, count: 1, thin, end: row.end, tone: toneOf(row, serverNow()) });
    }
  }
  return drawn;
}

function Block({ block, zone }) {
  const { row, count, tone } = block;
  const left = Math.max(0, block.left), right = Math.min(1, block.left + block.width);
  const title = count > 1 ? t("timeline.many", { n: count }) : row.fold === "fill" ? t("kind.filler") : row.title || t(`kind.${row.kind}`);
  const words = `${clock(row.start, zone)}–${clock(block.end, zone)} ${title} (${span(block.end - row.start)}, ${t(`state.${row.state}`)})`;
  return html`
    <div class="block ${tone}" title=${words} style=${{ left: `${left * 100}%`, width: `${(right - left) * 100}%` }}>
      ${right - left > 0.018 && html`<${Icon} name=${iconOf(row.state)} size="14" />`}
      ${right - left > 0.04 && html`<span>${title}</span>`}
    </div>`;
}

export function Timeline({ rows }) {
  useLanguage();
  const zone = useLive((l) => l.status?.timezone);
  // The strip moves in steps of half a minute; the line moves on it in between.
  const anchor = useTick(() => (Number.isFinite(serverNow()) ? Math.floor((serverNow() - BEFORE) / 30000) * 30000 : NaN));
  const line = useTick(() => Math.round(((serverNow() - anchor) / LENGTH) * 20000) / 200);
  if (!Number.isFinite(anchor) || !zone) return html`<section class="timeline"></section>`;
  const first = Math.ceil(anchor / (30 * MINUTE)) * 30 * MINUTE;
  const ticks = [...Array(8).keys()].map((i) => first + i * 30 * MINUTE).filter((at) => at < anchor + LENGTH);
  return html`
    <section class="timeline" aria-labelledby="timeline-label">
      <h2 id="timeline-label" class="hidden">${t("timeline.title")}</h2>
      <div class="strip" role="img" aria-label=${t("timeline.words", { from: shortClock(anchor, zone), to: shortClock(anchor + LENGTH, zone) })}>
        ${blocks(rows, anchor).map((block) => html`<${Block} key=${block.row.key} block=${block} zone=${zone} />`)}
        <div class="now" style=${{ left: `${line}%` }}><span>${live.stale ? "?" : t("timeline.now")}</span></div>
      </div>
      <div class="ticks" aria-hidden="true">
        ${ticks.map((at) => html`<span key=${at} style=${{ left: `${((at - anchor) / LENGTH) * 100}%` }}>${shortClock(at, zone)}</span>`)}
      </div>
    </section>`;
}
