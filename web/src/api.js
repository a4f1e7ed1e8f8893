// SPDX-License-Identifier: GPL-3.0-or-later
// Asking the daemon. A refusal becomes an Error whose message is the daemon's own sentence.

import { language } from "./words.js";

const ROOT = "/api/v1";

/** The daemon speaks the page's language. */
export const wanted = () => ({ Accept: "application/json", "Accept-Language": language() });

// Logged out meanwhile: the page asks for the log-in, and says so; and where something was to be done, that it was not.
function askAgain(wasToDo) {
  try {
    if (wasToDo || sessionStorage.getItem("ended") === null) sessionStorage.setItem("ended", wasToDo ? "undone" : "over");
  } catch {
    // refused: it is not said why
  }
  location.reload();
}

/** How the log-in that comes has ended under the page: "undone", with something that was to be done, "over", or null; once. */
export function howEnded() {
  try {
    const ended = sessionStorage.getItem("ended");
    sessionStorage.removeItem("ended");
    return ended;
  } catch {
    return null;
  }
}

async function answer(response, wasToDo = true) {
  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    body = null;
  }
  if (response.ok) return body;
  if (response.status === 401) askAgain(wasToDo);
  const error = new Error(body?.detail || `${response.status} ${response.statusText}`);
  error.status = response.status;
  error.body = body;
  throw error;
}

export async function get(path, query, signal) {
  const given = Object.entries(query || {}).filter(([, value]) => value !== undefined && value !== null);
  const search = given.length ? `?${new URLSearchParams(given)}` : "";
  return answer(await fetch(ROOT + path + search, { signal, headers: wanted() }), false);
}

export async function post(path, body, headers, method = "POST", signal = undefined) {
  return answer(await fetch(ROOT + path, {
    method,
    signal,
    headers: { "Content-Type": "application/json", ...wanted(), ...headers },
    body: JSON.stringify(body || {}),
  }));
}

export async function remove(path) {
  return answer(await fetch(ROOT + path, { method: "DELETE", headers: { "Content-Type": "application/json", ...wanted() } }));
}

export const patch = (path, body) => post(path, body, {}, "PATCH");

/** Sends a calendar as it is. */
export async function upload(path, file, signal) {
  return answer(await fetch(ROOT + path, { method: "POST", signal, headers: { "Content-Type": "text/calendar", ...wanted() }, body: file }));
}

/** Sends a piece of a clip; @range: "bytes FROM-TO/SIZE". */
export async function sendPiece(path, piece, range, signal) {
  return answer(await fetch(ROOT + path, {
    method: "PATCH", signal, headers: { "Content-Type": "application/octet-stream", "Content-Range": range, ...wanted() }, body: piece }));
}

/** With @revision (of the rundown, as it was seen), it is refused with 412 if that has moved on. */
export const command = (verb, args, { dryRun = false, revision = null } = {}) =>
  post(`/commands/${verb}`, dryRun ? { ...args, dry_run: true } : { ...args }, revision ? { "If-Match": `"${revision}"` } : {});
