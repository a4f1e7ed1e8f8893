// SPDX-License-Identifier: GPL-3.0-or-later
// The action bar. Each action first says, in the daemon's own words, what it would do; those that cannot be undone ask
// once more; the slate wants its button held for a second and needs nothing else to work.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { command } from "./api.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { live, useLive } from "./live.js";
import { clock, parseInstant } from "./time.js";
import { t, useLanguage } from "./words.js";

const HOLD_MS = 1000;
const MOST_WORDS = 6;
const MOVED_ON = 412; // Precondition Failed
const AGAIN_MS = 1000; // "at 19:04:05" is soon past

// verb, icon, and whether it asks first. Which ones are offered depends on what is on air; two with one key share their
// place, so that the focus stays.
const ACTIONS = [
  { verb: "take", icon: "take", asks: true },
  { verb: "take-next", icon: "next", asks: true },
  { verb: "skip", icon: "skip", asks: true },
  { verb: "hold", icon: "hold", when: (item) => !item?.held },
  { verb: "resume", key: "hold", icon: "take", when: (item) => item?.held },
  { verb: "end-live", icon: "stop", asks: true, when: (item) => item?.kind === "live" },
  { verb: "fill", icon: "filler", asks: true },
];
const EXTENSIONS = ["PT1M", "PT5M", "PT15M"];

async function preview(verb, args) {
  try {
    const answer = await command(verb, args, { dryRun: true });
    return { changes: answer.changes, time: answer.time, revision: answer.rundown_revision };
  } catch (error) {
    return { problem: error.message, status: error.status };
  }
}

let said = null; // what became of the last command: { verb }, then with { time } or { problem, status }
const hearers = new Set();

function say(outcome) {
  said = outcome;
  for (const hear of hearers) hear(said);
  return outcome;
}

function useSaid() {
  const [now, set] = useState(said);
  useEffect(() => {
    hearers.add(set);
    return () => hearers.delete(set);
  }, []);
  return now;
}

/** { time } when it takes effect, or { problem, status } why it does not; the bar says it, too. */
export async function give(verb, args, revision) {
  say({ verb });
  try {
    return say({ verb, time: (await command(verb, args, { revision })).time });
  } catch (error) {
    return say({ verb, problem: error.message, status: error.status });
  }
}

function Words({ outcome, zone }) {
  if (!outcome) return html`<p>${t("action.asking")}</p>`;
  if (outcome.problem) return html`<p class="problem"><${Icon} name="error" size="15" /> ${outcome.problem}</p>`;
  const more = outcome.changes.length - MOST_WORDS;
  return html`
    <p class="at">${t("action.at", { time: clock(parseInstant(outcome.time), zone) })}</p>
    ${outcome.changes.length ? html`<ul>${outcome.changes.slice(0, MOST_WORDS).map((text) => html`<li key=${text}>${text}</li>`)}
      ${more > 0 && html`<li>${t("list.more", { n: more })}</li>`}</ul>` : html`<p>${t("action.nochange")}</p>`}`;
}

function HoldButton({ onDone, onAsk }) {
  const [holding, set] = useState(false);
  const timer = useRef(null), done = useRef(false), touched = useRef(false);
  const begin = (event) => {
    if (timer.current || event.button > 0) return; // another button of the mouse
    touched.current = true;
    done.current = false;
    set(true);
    timer.current = setTimeout(() => {
      timer.current = null;
      done.current = true;
      set(false);
      onDone();
    }, HOLD_MS);
  };
  const end = () => {
    clearTimeout(timer.current);
    timer.current = null;
    set(false);
  };
  useEffect(() => end, []);
  const isKey = (event) => event.key === " " || event.key === "Enter";
  // A click with neither pointer nor key before it comes from a reader or a switch, which cannot hold: it is asked.
  const onClick = () => {
    if (!touched.current) onAsk();
    touched.current = false;
  };
  return html`
    <button class="action slate ${holding ? "holding" : ""}" aria-describedby="slate-how" data-verb="slate" onPointerDown=${begin} onPointerUp=${end}
      onPointerLeave=${end} onPointerCancel=${end} onContextMenu=${(event) => event.preventDefault()} onClick=${onClick}
      onKeyDown=${(event) => isKey(event) && (event.preventDefault(), event.repeat || begin(event))}
      onKeyUp=${(event) => isKey(event) && (event.preventDefault(), end(), (touched.current = false))} onBlur=${end}>
      <span class="fill"></span><${Icon} name="slate" size="20" /><span class="label">${t("action.slate")}<${Last} verb="slate" /></span>
      <span class="hint" id="slate-how">${t("action.slate.hold")}</span>
    </button>`;
}

function Extend({ onChoose, onPreview }) {
  const [open, set] = useState(false);
  const box = useRef(null);
  useEffect(() => {
    if (open) box.current.querySelector("[role=menuitem]").focus();
  }, [open]);
  const close = () => {
    set(false);
    box.current.querySelector("button").focus();
  };
  const onKey = (event) => {
    const items = [...box.current.querySelectorAll("[role=menuitem]")];
    const at = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape" && open) close();
    else if (open && step) {
      event.preventDefault();
      event.stopPropagation();
      items[(at + step + items.length) % items.length].focus();
    }
  };
  return html`
    <div class="menu" ref=${box} onKeyDown=${onKey} onFocusOut=${(event) => !box.current.contains(event.relatedTarget) && set(false)}>
      <button class="action" aria-haspopup="menu" aria-expanded=${open} data-verb="extend" onClick=${() => set(!open)}>
        <${Icon} name="extend" size="20" /><span class="label">${t("action.extend")}<${Last} verb="extend" /></span></button>
      ${open && html`<div class="drop" role="menu" aria-label=${t("action.extend")}>${EXTENSIONS.map((by) => html`
        <button key=${by} role="menuitem" data-by=${by} onPointerEnter=${() => onPreview({ by })} onFocus=${() => onPreview({ by })}
          onClick=${() => { close(); onChoose({ by }); }}>${t("action.extend.by", { n: by.slice(2, -1) })}</button>`)}</div>`}
    </div>`;
}

// The bar is one stop of the Tab key; arrows go along it.
function moveFocus(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const buttons = [...event.currentTarget.querySelectorAll("button.action")];
  const at = buttons.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length].focus();
}

// Of the same rundown, that is: no other words may come under a pointer that is about to press.
const isNewer = (old, found) => !old || old.problem || (!found.problem && old.revision === found.revision);

/** Says what @asked ({ verb, args }) would do, asks, and does it. */
export function Question({ asked, onClose }) {
  const [outcome, set] = useState(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const zone = useLive((l) => l.status?.timezone);
  useEffect(() => {
    let mine = true, timer = null;
    const look = async () => {
      const found = await preview(asked.verb, asked.args);
      if (!mine) return;
      set((old) => (isNewer(old, found) ? found : old));
      timer = setTimeout(look, AGAIN_MS);
    };
    look();
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, []);
  // What is done is what was shown. If the rundown has moved on, it is shown anew, and asked again.
  const act = async () => {
    setBusy(true);
    setProblem("");
    const found = await give(asked.verb, asked.args, outcome?.revision);
    if (!found.problem) {
      onClose();
      return;
    }
    setProblem(found.status === MOVED_ON ? t("action.movedon", { why: found.problem }) : found.problem);
    if (found.status === MOVED_ON) set(await preview(asked.verb, asked.args));
    setBusy(false);
  };
  // Only the slate is to be had without its words.
  const possible = asked.verb === "slate" || (outcome && !outcome.problem);
  return html`
    <${Dialog} title=${`${t("action.question", { action: t(`action.${asked.verb}`) })} ${asked.title || ""}`} confirm=${t(`action.${asked.verb}`)} danger
      busy=${busy || !possible} sent=${busy && t("action.sent")} problem=${problem} onConfirm=${act} onClose=${onClose}>
      <${Words} outcome=${outcome} zone=${zone} />
    </${Dialog}>`;
}

// Who pressed it last, as far as the journal reaches.
function Last({ verb }) {
  const zone = useLive((l) => l.status?.timezone);
  const last = useLive((l) => l.status?.last_commands?.[verb]);
  return last ? html`<span class="last">${t("action.last", { who: last.who, time: clock(parseInstant(last.time), zone).slice(0, 5) })}</span>` : null;
}

function Outcome({ of: { verb, time, problem }, zone }) {
  const name = html`<b>${t(`action.${verb}`)}</b>`;
  if (problem) return html`<span class="bad"><${Icon} name="error" size="15" /> ${name}: ${problem}</span>`;
  if (!time) return html`<span>${name}: ${t("action.sending")}</span>`;
  return html`<span class="good"><${Icon} name="aired" size="15" /> ${name}: ${t("action.done", { time: clock(parseInstant(time), zone) })}</span>`;
}

export function Actions() {
  useLanguage();
  const item = useLive((l) => l.status?.on_air);
  const zone = useLive((l) => l.status?.timezone);
  const [asked, ask] = useState(null);
  const outcome = useSaid();
  const [hint, setHint] = useState(null);
  const hinted = useRef(0);
  const seen = () => live.status?.rundown_revision;
  const show = (verb, args) => {
    const mine = ++hinted.current;
    setTimeout(async () => {
      if (mine !== hinted.current) return;
      const outcome = await preview(verb, args || {});
      if (mine === hinted.current) setHint({ verb, outcome });
    }, 200);
  };
  const hide = () => {
    hinted.current++;
    setHint(null);
  };
  const isSlate = item?.kind === "slate" && item.reason === "command";
  const press = (action) => (action.asks ? ask({ verb: action.verb, args: {} }) : give(action.verb, {}, seen()));
  return html`
    <section class="actions" aria-label=${t("action.title")}>
      <div class="said" role="status">
        ${hint ? html`<span class="hint"><b>${t(`action.${hint.verb}`)}</b>: ${hint.outcome.problem || hint.outcome.changes.slice(0, 2).join(" · ") || t("action.nochange")}</span>`
          : outcome && html`<${Outcome} of=${outcome} zone=${zone} />`}
      </div>
      <div class="bar" role="toolbar" aria-label=${t("action.title")} onKeyDown=${moveFocus} onPointerLeave=${hide} onFocusOut=${hide}>
        ${ACTIONS.filter((action) => !action.when || action.when(item)).map((action) => html`
          <button key=${action.key || action.verb} class="action" data-verb=${action.verb} onClick=${() => press(action)}
            onPointerEnter=${() => show(action.verb)} onFocus=${() => show(action.verb)}>
            <${Icon} name=${action.icon} size="20" /><span class="label">${t(`action.${action.verb}`)}<${Last} verb=${action.verb} /></span></button>`)}
        <${Extend} onChoose=${(args) => give("extend", args, seen())} onPreview=${(args) => show("extend", args)} />
        <span class="gap"></span>
        ${isSlate && html`<button class="action back" data-verb="back" onClick=${() => give("back", {})}><${Icon} name="back" size="20" /><span class="label">${t("action.back")}<${Last} verb="back" /></span></button>`}
        <${HoldButton} onDone=${() => give("slate", {})} onAsk=${() => ask({ verb: "slate", args: {} })} />
      </div>
      ${asked && html`<${Question} key=${asked.verb} asked=${asked} onClose=${() => ask(null)} />`}
    </section>`;
}
