// SPDX-License-Identifier: GPL-3.0-or-later
// Clips on their way to the station: piece by piece, going on where they were after a cut, whichever view is shown.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { post, remove, sendPiece } from "./api.js";
import { Icon } from "./icons.js";
import { may } from "./session.js";
import { t } from "./words.js";

const TRIES_IN_A_ROW = 60;
const BETWEEN_TRIES_MS = 1000;
const NOT_FOUND = 404, CONFLICT = 409, UNAVAILABLE = 503, NO_ROOM = 507;
const TAKEN = "taken"; // the code of a problem that "replace" solves

// { id, file, wish, title, upload, path, sent, state: "sending" | "waiting" | "done" | "failed", problem (why it waits or failed),
// isTaken, mayGoOn, aborter }
let list = [];
let count = 0;
const listeners = new Set();

function change(one, values) {
  list = list.map((other) => (other.id === one.id ? { ...other, ...values } : other));
  for (const listener of listeners) listener(list);
}

export function useUploads() {
  const [now, set] = useState(list);
  useEffect(() => {
    listeners.add(set);
    set(list);
    return () => listeners.delete(set);
  }, []);
  return now;
}

const pause = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); });
});

// A line that is cut, a daemon that restarts, one that knows better how far we are (refusing a piece): asked again, it says
// where to go on, or why not.
const isPassing = (error, isPiece) => !error.isOwn && (!error.status || (error.status >= 500 && error.status !== NO_ROOM) || (isPiece && (error.status === NOT_FOUND || error.status === CONFLICT)));

// What has been changed or taken away since it was chosen, or is a folder, can be read no more.
async function read(piece) {
  try {
    return await piece.arrayBuffer();
  } catch {
    throw Object.assign(new Error(t("upload.unreadable")), { isOwn: true });
  }
}

async function step(one, answer) {
  const { file, wish, aborter: { signal } } = one;
  if (!answer) return post("/media/uploads", { ...wish, size_bytes: file.size, tag: String(file.lastModified) }, {}, "POST", signal);
  const from = answer.received_bytes, to = Math.min(from + answer.piece_bytes, file.size);
  return sendPiece(`/media/uploads/${answer.id}`, await read(file.slice(from, to)), `bytes ${from}-${to - 1}/${file.size}`, signal);
}

async function send(one) {
  const { signal } = one.aborter;
  let answer = null, most = 0, tries = 0;
  while (!answer?.done && !signal.aborted) {
    try {
      answer = await step(one, answer);
      if (answer.received_bytes > most) [most, tries] = [answer.received_bytes, 0]; // no answer counts that brings it no further
      change(one, { upload: answer.id, path: answer.path, sent: answer.received_bytes, state: answer.done ? "done" : "sending", problem: null });
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error, !!answer) || ++tries >= TRIES_IN_A_ROW) {
        change(one, { state: "failed", problem: error.message, isTaken: error.body?.code === TAKEN, mayGoOn: !error.isOwn && (!error.status || error.status >= 500) });
        return;
      }
      answer = null;
      change(one, { state: "waiting", problem: error.status === UNAVAILABLE ? error.message : null });
      await pause(BETWEEN_TRIES_MS, signal);
    }
  }
}

/** Sends @files: each by its name or, with @airing ({uid, instance, part, title}), the one as that airing's clip. */
function sendFiles(files, airing) {
  for (const file of airing ? [...files].slice(0, 1) : files) {
    const wish = airing ? { uid: airing.uid, instance: airing.instance, part: airing.part || 0, name: file.name } : { path: file.name };
    const problem = file.size > 0 ? null : t("upload.empty");
    const one = { id: ++count, file, wish, title: airing?.title, upload: null, path: null, sent: 0, state: problem ? "failed" : "sending", problem, aborter: new AbortController() };
    list = [...list, one];
    change(one, {});
    if (!problem) send(one);
  }
}

const isOnItsWay = (one) => one.state === "sending" || one.state === "waiting";

function again(one, wish = {}) {
  const next = { ...one, wish: { ...one.wish, ...wish }, state: "sending", problem: null, isTaken: false, mayGoOn: false };
  change(one, next);
  send(next);
}

// What has come of it would take up room for a week; a piece that is being written just now is waited for.
async function giveUp(upload) {
  for (let tries = 0; tries < TRIES_IN_A_ROW; tries++) {
    try {
      return await remove(`/media/uploads/${upload}`);
    } catch (error) {
      if (error.status !== UNAVAILABLE) return null;
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
  }
  return null;
}

function drop(one) {
  one.aborter.abort();
  if (one.upload && isOnItsWay(one)) giveUp(one.upload);
  list = list.filter((other) => other.id !== one.id);
  for (const listener of listeners) listener(list);
}

/** What makes an element take files that are dropped on it. Nothing where it takes none, or for those who may not send. */
export function useDrop(airing, takes = true) {
  const [over, set] = useState(0);
  if (!takes || !may("producer")) return {};
  const hasFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const on = (act) => (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    act(event);
  };
  return {
    "data-over": over > 0 || undefined,
    onDragEnter: on(() => set((n) => n + 1)),
    onDragLeave: on(() => set((n) => Math.max(n - 1, 0))),
    onDragOver: on((event) => { event.dataTransfer.dropEffect = "copy"; }),
    onDrop: on((event) => { set(0); sendFiles(event.dataTransfer.files, airing); }),
  };
}

/** The same by a button. */
export function Choose({ airing, label, className = "small", children }) {
  const field = useRef(null);
  if (!may("producer")) return null;
  const take = (event) => {
    sendFiles(event.currentTarget.files, airing);
    event.currentTarget.value = ""; // so that the same one can be chosen again
  };
  return html`
    <input ref=${field} type="file" accept="video/*,audio/*,image/*,.mxf,.mkv,.ts,.mts" multiple=${!airing} hidden onChange=${take} />
    <button class=${className} data-act="send" aria-label=${label} title=${label} onClick=${() => field.current.click()}>${children}</button>`;
}

const percent = (one) => Math.floor((100 * one.sent) / Math.max(one.file.size, 1));

function Sending({ one, verdict }) {
  const name = one.path || one.file.name;
  return html`
    <li class=${one.state}>
      <p class="name"><b>${one.title || one.file.name}</b> ${one.path && html`<span class="path">${one.path}</span>`}</p>
      ${one.state === "failed" ? html`<p class="problem" role="alert"><${Icon} name="error" size="15" /> ${one.problem}</p>`
        : one.state !== "done" ? html`<progress max="100" value=${percent(one)} aria-label=${name}></progress>` : null}
      <p class="how">
        ${isOnItsWay(one) && html`<span class="time">${percent(one)} %</span>`}
        <span role="status">${one.state === "done" ? verdict : one.state === "failed" ? null : one.problem || t(`upload.${one.state}`)}</span>
        ${one.isTaken && html`<button class="small" onClick=${() => again(one, { replace: true })}>${t("upload.replace")}</button>`}
        ${one.mayGoOn && html`<button class="small" data-act="go-on" onClick=${() => again(one)}>${t("upload.goon")}</button>`}
        <button class="small quiet" aria-label=${`${t(isOnItsWay(one) ? "upload.cancel" : "upload.close")} ${name}`} onClick=${() => drop(one)}>
          ${t(isOnItsWay(one) ? "upload.cancel" : "upload.close")}</button></p>
    </li>`;
}

/** Those on their way and those just arrived. @verdictOf: what is known of a path by now. */
export function Uploads({ verdictOf }) {
  const uploads = useUploads();
  if (!uploads.length) return null;
  return html`<ul class="uploads" aria-label=${t("upload.title")}>${uploads.map((one) => html`<${Sending} key=${one.id} one=${one} verdict=${one.path && verdictOf(one.path)} />`)}</ul>`;
}
