// SPDX-License-Identifier: GPL-3.0-or-later
// The day's rundown as a list: planned and actual start, length, how it starts, state, fault, over and under.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Question } from "./actions.js";
import { Icon } from "./icons.js";
import { live, serverNow, useLive, useTick } from "./live.js";
import { fold, useDay } from "./plan.js";
import { may } from "./session.js";
import { addDays, clock, dayOf, dayWords, difference, shortDay, span } from "./time.js";
import { iconOf, toneOf } from "./timeline.js";
import { reasonWords, t, useLanguage } from "./words.js";

const MOST_BEFORE = 120; // rows in sight around what is on air; the as-run view holds all of the past
const MOST_AFTER = 280;

function faultOf(row) {
  const faults = [];
  if (["missing", "doubt", "waiting"].includes(row.state)) faults.push(t(`reason.${row.state === "doubt" ? "tentative" : row.state}`));
  if (row.past && ["partial", "interrupted", "failed"].includes(row.state) && row.reason && row.reason !== "planned") faults.push(reasonWords(row.reason));
  if (row.past && row.repeated > 0) faults.push(t("fault.repeated", { n: row.repeated }));
  if (row.past && row.filled > 0) faults.push(t("fault.filled", { n: row.filled }));
  if (row.held) faults.push(t("card.held"));
  return faults.join("; ");
}

const overOf = (row) =>
  row.fold === "fill" || row.endless || !row.slotFrames || row.parts.some((part) => part.part > 0) ? "" : difference((row.frames - row.slotFrames) * (live.frameMs || 40));

// What can be done with one airing that is still ahead.
function Deeds({ row, title, onAsk }) {
  const args = { uid: row.uid, instance: row.instance, ...(row.part >= 0 ? { part: row.part } : {}) };
  return html`
    ${["ready", "live"].includes(row.state) && html`<button class="small deed" data-verb="take" aria-label=${t("rundown.take", { title })} onClick=${() => onAsk({ verb: "take", args, title })}>
      <${Icon} name="take" size="11" /> ${t("action.take")}</button>`}${" "}
    <button class="small deed" data-verb="cancel" aria-label=${t("rundown.cancel", { title })} onClick=${() => onAsk({ verb: "cancel", args: { uid: row.uid, instance: row.instance }, title })}>
      <${Icon} name="close" size="11" /> ${t("action.cancel")}</button>`;
}

function Row({ row, now, isNext, zone, first, onAsk }) {
  const tone = toneOf(row, now);
  const state = tone === "onair" ? "on-air" : isNext && tone === "ready" ? "next" : row.state;
  const many = row.parts.length;
  const title = row.fold === "fill"
    ? (many > 1 ? t("rundown.fill", { n: many }) : `${t("kind.filler")} · ${row.title}`)
    : row.episode > 0 ? `${row.title} · ${t("card.episode", { n: row.episode })}` : row.title || t(`kind.${row.kind}`);
  const late = Number.isFinite(row.actualStart) && Number.isFinite(row.plannedStart) ? difference(row.actualStart - row.plannedStart) : "";
  const fault = faultOf(row);
  return html`
    <tr class="${tone} ${isNext ? "next" : ""}" aria-current=${tone === "onair" ? "true" : undefined} id=${first ? "rundown-now" : undefined}>
      <td class="state"><${Icon} name=${isNext && tone === "ready" ? "next" : iconOf(state)} size="15" /> ${t(`state.${state}`)}</td>
      <td class="time" data-label=${t("column.planned")}>${clock(row.plannedStart, zone)}</td>
      <td class="time" data-label=${Number.isFinite(row.actualStart) ? t("column.actual") : undefined}>${Number.isFinite(row.actualStart) ? clock(row.actualStart, zone) : ""} ${late && html`<b class="amber">${late}</b>`}</td>
      <td class="time" data-label=${t("column.length")}>${row.endless && row.end > now ? "" : span(row.end - row.start)}</td>
      <td class="what" title=${row.media || title}>${title}</td>
      <td data-label=${row.startType ? t("column.start") : undefined}>${row.startType ? t(`start.${row.startType}`) : ""}</td>
      <td class="time" data-label=${overOf(row) ? t("column.over") : undefined}>${overOf(row)}</td>
      <td class="fault" title=${fault}>${fault && html`<${Icon} name="warning" size="14" /> ${fault}`}</td>
      <td class="deeds">${may("operator") && row.uid && row.start > now && ["ready", "live", "missing", "doubt"].includes(row.state) && html`<${Deeds} row=${row} title=${title} onAsk=${onAsk} />`}</td>
    </tr>`;
}

function DayPicker({ day, today, onChange }) {
  const lang = useLanguage();
  return html`
    <div class="picker">
      <button class="small" onClick=${() => onChange(addDays(day, -1))} aria-label=${t("day.before")}><${Icon} name="left" size="15" /></button>
      <span class="day" aria-live="polite">${day === today ? t("day.today") : dayWords(day, lang)}</span>
      <button class="small" onClick=${() => onChange(addDays(day, 1))} aria-label=${t("day.after")}><${Icon} name="right" size="15" /></button>
      ${day !== today && html`<button class="small" onClick=${() => onChange(today)}>${t("day.today")}</button>`}
    </div>`;
}

function Body({ rows, now, zone, onAsk }) {
  const at = Math.max(0, rows.findIndex((row) => row.end > now));
  const shown = rows.slice(Math.max(0, at - MOST_BEFORE), at + MOST_AFTER);
  const current = shown.findIndex((row) => row.end > now);
  const next = shown.findIndex((row, i) => i > current && row.start > now && (row.kind === "media" || row.kind === "live"));
  const out = [];
  let day = "";
  shown.forEach((row, i) => {
    const rowDay = dayOf(row.start, zone);
    if (day && rowDay !== day) out.push(html`<tr key=${`day${rowDay}`} class="daybreak"><th colspan="9" scope="rowgroup">${shortDay(rowDay)}</th></tr>`);
    day = rowDay;
    out.push(html`<${Row} key=${row.key} row=${row} now=${now} zone=${zone} isNext=${i === next} first=${i === current} onAsk=${onAsk} />`);
  });
  const before = Math.max(0, at - MOST_BEFORE), after = rows.length - at - MOST_AFTER;
  const rest = (key, n) => html`<tr key=${key} class="filler"><td colspan="9">${t("list.more", { n })}</td></tr>`;
  return html`<tbody>${before > 0 && rest("before", before)}${out}${after > 0 && rest("after", after)}</tbody>`;
}

export function Rundown({ today: todays }) {
  useLanguage();
  const zone = useLive((l) => l.status?.timezone);
  const [picked, pick] = useState(null);
  const today = useTick(() => (zone && Number.isFinite(serverNow()) ? dayOf(serverNow(), zone) : null));
  const other = useDay(picked && picked !== today ? picked : null);
  const { rows, error, loaded } = picked && picked !== today ? other : todays;
  const now = useTick(() => Math.floor(serverNow() / 1000) * 1000);
  const [asked, ask] = useState(null);
  const box = useRef(null);
  const onAir = useLive((l) => l.status?.on_air?.start_frame);
  // What is on air stays in sight, unless somebody is reading elsewhere in the list.
  useEffect(() => {
    const list = box.current, row = list?.querySelector("#rundown-now");
    if (row && !list.contains(document.activeElement) && !list.matches(":hover")) list.scrollTop = row.offsetTop - 54;
  }, [onAir, rows]);
  const folded = fold(rows);
  return html`
    <section class="rundown panel" aria-labelledby="rundown-label">
      <header><h2 id="rundown-label"><${Icon} name="asrun" size="16" /> ${t("rundown.title")}</h2>
        ${today && html`<${DayPicker} day=${picked || today} today=${today} onChange=${(day) => pick(day === today ? null : day)} />`}</header>
      ${error && html`<p class="problem" role="alert">${error.message}</p>`}
      <div class="scroll" ref=${box} tabindex="0" role="group" aria-labelledby="rundown-label">
        <table>
          <thead><tr>${["state", "planned", "actual", "length", "what", "start", "over", "fault"].map((name) => html`
            <th key=${name} scope="col">${t(`column.${name}`)}</th>`)}<th scope="col"><span class="hidden">${t("column.act")}</span></th></tr></thead>
          ${zone && html`<${Body} rows=${folded} now=${now} zone=${zone} onAsk=${ask} />`}
        </table>
        ${loaded && !folded.length && !error && html`<p class="empty">${t("rundown.empty")}</p>`}
        ${!loaded && html`<p class="empty" role="status">${t("list.loading")}</p>`}
      </div>
      ${asked && html`<${Question} key=${asked.args.instance} asked=${asked} onClose=${() => ask(null)} />`}
    </section>`;
}
