// SPDX-License-Identifier: GPL-3.0-or-later
// The producers' view: each clip with its verdict in plain words, what mends it, and when it airs; and the airings that
// still have no clip. Files dropped on the view are sent by their names; dropped on an airing, as its clip.
import { html } from "htm/preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Question } from "./actions.js";
import { get, patch } from "./api.js";
import { Icon } from "./icons.js";
import { planStamp, serverNow, useLive, useTick } from "./live.js";
import { gently } from "./plan.js";
import { may } from "./session.js";
import { clock, countdown, dayOf, parseInstant, shortDay, span } from "./time.js";
import { Choose, Uploads, useDrop, useUploads } from "./upload.js";
import { plain, t, useLanguage } from "./words.js";

const MOST_ROWS = 500;
const REFRESH_MS = 30000;
const HURRY_MS = 1000; // while the verdict of a clip just sent is awaited
const VERDICTS = ["fit", "warn", "unfit"];

const tones = { fit: "ready", warn: "attention", unfit: "missing" };
const icons = { fit: "ready", warn: "warning", unfit: "error" };

/** "2027-03-31T…" as "31/03 19:00". */
function dateAndTime(instant, zone) {
  const at = parseInstant(instant);
  return Number.isFinite(at) && zone ? `${shortDay(dayOf(at, zone))} ${clock(at, zone).slice(0, 5)}` : "–";
}

const lengthMs = (clip) => clip.duration_ns / 1e6;
const tenths = (value) => (value == null ? "–" : value.toFixed(1));

// What it is for, where no airing has it planned.
const purpose = (clip) => (clip.filler ? t("kind.filler") : clip.airings?.some((one) => one.why === "fallback") ? t("screen.fallback") : null);

const isJudged = (clip) => !!clip && !clip.findings?.some((one) => one.code === "not-measured");

// The list as a whole, asked for again when the library or the plan is another one, and now and then for what probing
// has found since.
function useMedia(uploads) {
  const language = useLanguage(); // findings come in it
  const stamp = useLive((l) => `${planStamp(l)} ${l.everHeard && !l.stale}`);
  const [result, set] = useState({ clips: [], missing: null, error: null, loaded: false });
  const [round, next] = useState(0);
  const arrived = uploads.filter((one) => one.state === "done");
  const hurries = arrived.some((one) => !isJudged(result.clips.find((clip) => clip.path === one.path)));
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && next((n) => n + 1), hurries ? HURRY_MS : REFRESH_MS);
    return () => clearInterval(timer);
  }, [hurries]);
  useEffect(() => {
    const aborter = new AbortController();
    (async () => {
      try {
        const clips = await gently(() => get("/media", null, aborter.signal));
        const missing = await get("/media/missing", null, aborter.signal);
        set({ clips: clips || [], missing, error: null, loaded: true });
      } catch (error) {
        if (!aborter.signal.aborted) set((old) => ({ ...old, error, loaded: true }));
      }
    })();
    return () => aborter.abort();
  }, [stamp, language, round, arrived.length]);
  return result;
}

const thumbnailOf = (path) => `/api/v1/media/${path.split("/").map(encodeURIComponent).join("/")}/thumbnail`;

/** The clip's first picture, or that at @at nanoseconds of it; nothing where there is none. */
export function Thumbnail({ path, hash, at = 0, className = "" }) {
  const [broken, set] = useState(null);
  const query = [hash && `of=${hash.slice(0, 16)}`, at > 0 && `at_ns=${at}`].filter(Boolean).join("&");
  const url = `${thumbnailOf(path)}${query && `?${query}`}`;
  if (broken === url) return null;
  return html`<img class="thumbnail ${className}" src=${url} alt="" loading="lazy" onError=${() => set(url)} />`;
}

// Pictures from all of the clip, side by side.
function Strip({ clip }) {
  const [broken, set] = useState(null);
  const url = `${thumbnailOf(clip.path).replace(/thumbnail$/, "strip")}?of=${clip.sha256.slice(0, 16)}`;
  if (broken === url || clip.kind !== "video") return null;
  return html`<img class="contact" src=${url} alt="" loading="lazy" onError=${() => set(url)} />`;
}

export function Verdict({ verdict }) {
  if (!verdict) return html`<span class="chip">${t("verdict.unknown")}</span>`;
  return html`<span class="chip ${verdict === "fit" ? "green" : verdict === "warn" ? "amber" : "red"}"><${Icon} name=${icons[verdict]} size="13" /> ${t(`verdict.${verdict}`)}</span>`;
}

function Row({ clip, zone, chosen, onChoose }) {
  return html`
    <tr class="${tones[clip.verdict] || ""} ${chosen ? "chosen" : ""}">
      <td class="what"><button class="link" aria-pressed=${chosen} onClick=${() => onChoose(clip.path)} title=${clip.path}>${clip.path}</button></td>
      <td><${Verdict} verdict=${clip.verdict} /></td>
      <td class="time" data-label=${t("column.length")}>${clip.duration_ns > 0 ? span(lengthMs(clip)) : "–"}</td>
      <td class="time" data-label=${t("column.loudness")}>${tenths(clip.loudness_lufs)}</td>
      <td class="time" data-label=${t("column.airs")}>${clip.airs ? dateAndTime(clip.airs, zone) : purpose(clip) || (clip.airings ? html`<span class="amber">${t("media.nowhere")}</span>` : "–")}</td>
    </tr>`;
}

// How an airing comes to have this clip, and what of it does not fit.
function Airing({ airing, zone }) {
  const cut = airing.cut_ns / 1e6, lacking = airing.lacking_ns / 1e6;
  return html`
    <li><b class="time">${dateAndTime(airing.start, zone)}</b> ${airing.title}
      ${airing.episode > 0 ? ` · ${t("card.episode", { n: airing.episode })}` : ""}
      ${airing.why ? html` · <span class="since">${t(`why.clip.${airing.why}`)}</span>` : ""}
      ${airing.state && airing.state !== "planned" ? html` <span class="chip amber">${t(`airing.${airing.state}`)}</span>` : ""}
      ${cut > 0 ? html`<span class="amber"> ${t("media.cut", { length: span(cut) })}</span>` : lacking > 0 ? html`<span class="since"> ${t("media.lacking", { length: span(lacking) })}</span>` : ""}</li>`;
}

function Airings({ clip, zone }) {
  if (!clip.airings) return null;
  if (!clip.airings.length)
    return html`<p class="empty">${clip.fills > 0 ? t("media.fills", { n: clip.fills }) : clip.filler ? t("kind.filler") : t("media.serves.nothing")}</p>`;
  return html`<ul class="plainlist">${clip.airings.map((airing) => html`<${Airing} key=${`${airing.start}${airing.part}`} airing=${airing} zone=${zone} />`)}
    ${clip.airings_total > clip.airings.length && html`<li class="since">${t("list.more", { n: clip.airings_total - clip.airings.length })}</li>`}</ul>`;
}

// A finding says in its own words how to mend it.
function Reasons({ clip }) {
  const findings = clip.findings || (clip.reasons || []).map((text) => ({ text, verdict: clip.verdict }));
  if (clip.problem) return html`<p class="problem"><${Icon} name="error" size="15" /> ${clip.problem}</p>`;
  if (!findings.length) return html`<p class="empty good"><${Icon} name="ready" /> ${t("media.faultless")}</p>`;
  return html`<ul class="faults">${findings.map((one) => html`
    <li key=${one.text} class=${one.verdict === "unfit" ? "red" : one.verdict === "warn" ? "amber" : ""}>
      <${Icon} name=${icons[one.verdict] || "note"} size="15" /> <span>${one.text}</span></li>`)}</ul>`;
}

// "00:07 to 00:12", or "00:07" of what has no length; as far into the clip as a player shows.
const stretch = (one) => (one.to_ns > one.from_ns ? t("place.stretch", { from: into(one.from_ns), to: into(one.to_ns) }) : into(one.from_ns));
const into = (ns) => (ns < 1e9 ? "00:00" : span(Math.floor(ns / 1e9) * 1000));

// Where in it something is to be looked at, so that nobody has to watch all of it.
function Places({ clip }) {
  const kinds = [
    ["error", (clip.decode_error_times_ns || []).map((at) => ({ from_ns: at })), clip.decode_errors],
    ["black", clip.black_runs || []], ["freeze", clip.freeze_runs || []], ["silence", clip.silence_runs || []],
  ].filter(([, list]) => list.length);
  if (!kinds.length) return null;
  return html`<h3>${t("media.places")}</h3><ul class="plainlist places">${kinds.map(([kind, list, count]) => html`
    <li key=${kind} class=${kind === "error" ? "red" : ""}>${t(`place.${kind}`)}: ${list.map(stretch).join(", ")}${count > list.length ? ` ${t("list.more", { n: count - list.length })}` : ""}</li>`)}</ul>`;
}

const nameOf = (one) => `${one.uid} ${one.instance} ${one.part || 0}`;

// The clip put on air by hand: now, after what is on air, or in an airing that has none.
function Deeds({ clip, missing, zone }) {
  const [asked, ask] = useState(null);
  const [which, pick] = useState(""); // of those that have none: an arrow key on a list must not do more than choose
  if (!may("operator") || clip.verdict === "unfit" || clip.problem) return null;
  const insert = (how) => () => ask({ verb: "insert", args: { media: clip.path, how }, title: clip.path });
  const replace = () => {
    const one = missing.find((each) => nameOf(each) === which);
    if (one) ask({ verb: "replace", args: { uid: one.uid, instance: one.instance, part: one.part || 0, media: clip.path }, title: `${one.title} ← ${clip.path}` });
  };
  return html`
    <div class="deeds">
      <button class="small" data-verb="insert" onClick=${insert("now")}><${Icon} name="take" size="12" /> ${t("media.insert.now")}</button>
      <button class="small" data-verb="insert-after" onClick=${insert("after")}><${Icon} name="next" size="12" /> ${t("media.insert.after")}</button>
      ${missing?.length > 0 && html`<select aria-label=${t("media.replace")} value=${which} onChange=${(event) => pick(event.currentTarget.value)}><option value="">${t("media.replace")}…</option>
        ${missing.map((one) => html`<option key=${nameOf(one)} value=${nameOf(one)}>${dateAndTime(one.start, zone)} ${one.title}</option>`)}</select>
        <button class="small" data-verb="replace" aria-disabled=${!missing.some((one) => nameOf(one) === which)} onClick=${replace}>${t("action.replace")}</button>`}
      ${asked && html`<${Question} key=${asked.verb + asked.args.how} asked=${asked} onClose=${() => ask(null)} />`}
    </div>`;
}

// Where it begins and ends on air, as text: a time code, or a length.
function Marks({ clip }) {
  const [marks, set] = useState({ som: clip.som || "", eom: clip.eom || "" });
  const [said, say] = useState(null);
  const saved = marks.som.trim() === (clip.som || "") && marks.eom.trim() === (clip.eom || "");
  const save = async (event) => {
    event.preventDefault();
    if (saved) return;
    try {
      await patch(`/media/${clip.path.split("/").map(encodeURIComponent).join("/")}/marks`, { som: marks.som.trim() || null, eom: marks.eom.trim() || null });
      say({ text: t("media.marks.saved") });
    } catch (error) {
      say({ text: plain(error.message), bad: true });
    }
  };
  const field = (name) => html`<label>${t(`media.${name}`)} <input name=${name} value=${marks[name]} placeholder="00:00:00:00" size="11" disabled=${!may("producer")}
    onInput=${(event) => { set({ ...marks, [name]: event.currentTarget.value }); say(null); }} /></label>`;
  return html`
    <form class="marks" aria-label=${t("media.marks")} onSubmit=${save}>${field("som")} ${field("eom")}
      ${may("producer") && html`<button class="small" type="submit" aria-disabled=${saved}>${t("media.marks.save")}</button>`}
      ${said && html`<span class=${said.bad ? "red" : "good"} role="status">${said.text}</span>`}</form>`;
}

function Detail({ clip, missing, zone }) {
  if (!clip) return html`<p class="empty">${t("media.choose")}</p>`;
  const facts = [
    [t("column.length"), clip.duration_ns > 0 ? `${span(lengthMs(clip))} · ${t("media.frames", { n: clip.frames })}` : ""],
    [t("media.picture"), clip.width ? `${clip.width}×${clip.height}${clip.interlaced ? "i" : ""} ${clip.rate || ""}` : ""],
    [t("media.codecs"), [clip.container, clip.video_codec, clip.audio_codec].filter(Boolean).join(", ")],
    [t("media.sound"), clip.channels ? t("media.channels", { n: clip.channels }) : t("media.silent")],
    [t("media.loudness"), clip.loudness_lufs == null ? "" : `${tenths(clip.loudness_lufs)} LUFS · ${tenths(clip.true_peak_dbtp)} dBTP`],
  ].filter(([, value]) => value);
  return html`
    <div class="detail">
      <${Thumbnail} key=${clip.path} path=${clip.path} hash=${clip.sha256} className="large" />
      <h3 class="path">${clip.path} <${Verdict} verdict=${clip.verdict} /></h3>
      <${Reasons} clip=${clip} />
      ${clip.sha256 && html`<${Strip} key=${clip.sha256} clip=${clip} />`}
      <${Deeds} clip=${clip} missing=${missing} zone=${zone} />
      ${(clip.kind === "video" || clip.kind === "audio") && "som" in clip && html`<h3>${t("media.marks")}</h3><${Marks} key=${`${clip.path} ${clip.som} ${clip.eom}`} clip=${clip} />`}
      <${Places} clip=${clip} />
      <h3>${t("media.airs")}</h3><${Airings} clip=${clip} zone=${zone} />
      <h3>${t("media.facts")}</h3>
      <dl class="facts single">${facts.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd title=${value}>${value}</dd></div>`)}</dl>
    </div>`;
}

// How long the producer still has.
function Left({ until }) {
  const text = useTick(() => (Number.isFinite(until) && Number.isFinite(serverNow()) ? (until > serverNow() ? countdown(until - serverNow()) : t("attention.now")) : ""));
  return html`<b class="amber">${text}</b>`;
}

// Briefly, where it is a file of that name: of a folder the next one lacks, and of two of one name neither counts.
const lackOf = ({ state, expected: [file], why }) => (state === "nameless" || (state && state !== "unfit" && file && !file.endsWith("/")) ? t(`lack.${state}`, { file }) : why);

function Lacking({ one, zone }) {
  const label = t("upload.for", { title: `${one.title}${one.episode > 0 ? ` ${one.episode}` : ""}, ${dateAndTime(one.start, zone)}` });
  return html`
    <li class="missing" ...${useDrop(one)}>
      <p class="head"><span><b class="time">${dateAndTime(one.start, zone)}</b> ${one.title}${one.episode > 0 ? ` · ${t("card.episode", { n: one.episode })}` : ""}</span>
        ${one.state !== "nameless" && html`<${Choose} airing=${one} label=${label}><${Icon} name="send" size="13" /> ${t("upload.send")}</${Choose}>`}</p>
      <p class="todo">${lackOf(one)}</p>
      <p class="since">${one.deadline ? html`${t("media.deadline", { time: dateAndTime(one.deadline, zone) })} <${Left} until=${parseInstant(one.deadline)} />`
        : html`${t("media.airs.in")} <${Left} until=${parseInstant(one.start)} />`}
        ${one.tell?.length ? ` · ${one.tell.join(", ")}` : one.producer ? ` · ${one.producer}` : ""}</p></li>`;
}

function Missing({ missing, zone }) {
  if (!missing.length) return html`<p class="empty good"><${Icon} name="ready" /> ${t("media.nothing.missing")}</p>`;
  return html`<ul class="missinglist">${missing.slice(0, MOST_ROWS).map((one) => html`<${Lacking} key=${nameOf(one)} one=${one} zone=${zone} />`)}
    ${missing.length > MOST_ROWS && html`<li>${t("list.more", { n: missing.length - MOST_ROWS })}</li>`}</ul>`;
}

// What has become of a clip that was sent.
function Arrived({ clip, zone }) {
  if (!isJudged(clip)) return html`<${Verdict} />`;
  return html`<${Verdict} verdict=${clip.verdict} /> ${clip.airs ? `${t("column.airs")}: ${dateAndTime(clip.airs, zone)}` : purpose(clip) || t("media.serves.nothing")}`;
}

function Filters({ text, verdict, onText, onVerdict }) {
  return html`
    <form class="filters" onSubmit=${(event) => event.preventDefault()} aria-label=${t("filter.title")}>
      <label>${t("filter.text")} <input type="search" value=${text} onInput=${(event) => onText(event.currentTarget.value)} /></label>
      <label>${t("media.verdict")} <select value=${verdict} onChange=${(event) => onVerdict(event.currentTarget.value)}>
        <option value="">${t("filter.all")}</option>
        ${VERDICTS.map((one) => html`<option key=${one} value=${one} selected=${one === verdict}>${t(`verdict.${one}`)}</option>`)}</select></label>
    </form>`;
}

export function Media() {
  useLanguage();
  const zone = useLive((l) => l.status?.timezone);
  const { clips, missing, error, loaded } = useMedia(useUploads());
  const [text, setText] = useState("");
  const [verdict, setVerdict] = useState("");
  const [path, choose] = useState(null);
  const [rows, setRows] = useState(MOST_ROWS); // shown at once; what is sought and counted is the whole list
  const shown = useMemo(() => {
    const sought = plain(text);
    return clips.filter((clip) => (!verdict || clip.verdict === verdict) && (!sought || plain(clip.path).includes(sought)));
  }, [clips, text, verdict]);
  const chosen = clips.find((clip) => clip.path === path) || shown.find((clip) => clip.verdict && clip.verdict !== "fit") || shown[0];
  return html`
    <main class="media" id="main" ...${useDrop()}>
      <section class="panel" aria-labelledby="media-label">
        <header><h2 id="media-label"><${Icon} name="media" size="16" /> ${t("media.title")} <span class="chip">${clips.length}</span></h2>
          <${Choose} label=${t("upload.choose")}><${Icon} name="send" size="13" /> ${t("upload.choose")}</${Choose}>
          <${Filters} text=${text} verdict=${verdict} onText=${setText} onVerdict=${setVerdict} /></header>
        ${error && html`<p class="problem" role="alert">${error.message}</p>`}
        <${Uploads} verdictOf=${(sent) => html`<${Arrived} clip=${clips.find((clip) => clip.path === sent)} zone=${zone} />`} />
        <div class="scroll" tabindex="0" role="group" aria-labelledby="media-label">
          <table><thead><tr>${["media", "verdict", "length", "loudness", "airs"].map((name) => html`<th key=${name} scope="col">${t(`column.${name}`)}</th>`)}</tr></thead>
            <tbody>${shown.slice(0, rows).map((clip) => html`<${Row} key=${clip.path} clip=${clip} zone=${zone} chosen=${clip === chosen} onChoose=${choose} />`)}</tbody></table>
          ${!loaded && html`<p class="empty" role="status">${t("list.loading")}</p>`}
          ${loaded && !shown.length && !error && html`<p class="empty">${t("asrun.empty")}</p>`}
          ${shown.length > rows && html`<p class="empty">${t("list.more", { n: shown.length - rows })} <button class="small" data-more onClick=${() => setRows(rows + MOST_ROWS)}>${t("list.show")}</button></p>`}
        </div>
      </section>
      <section class="panel" aria-labelledby="clip-label">
        <header><h2 id="clip-label"><${Icon} name="note" size="16" /> ${t("media.clip")}</h2></header>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="clip-label"><${Detail} clip=${chosen} missing=${missing} zone=${zone} /></div>
      </section>
      <section class="panel" aria-labelledby="missing-label">
        <header><h2 id="missing-label"><${Icon} name="missing" size="16" /> ${t("media.missing")} ${missing && html`<span class="chip ${missing.length ? "amber" : "green"}">${missing.length}</span>`}</h2></header>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="missing-label">${missing && html`<${Missing} missing=${missing} zone=${zone} />`}</div>
      </section>
    </main>`;
}
