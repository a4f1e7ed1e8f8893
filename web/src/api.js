// SPDX-License-Identifier: GPL-3.0-or-later
// Asking the daemon. A refusal becomes an Error whose message is the daemon's own sentence.

import { language, t } from "./words.js";

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

// No answer at all: an Error without a status, so that what was to be done may or may not have been.
async function reach(path, options) {
  try {
    const response = await fetch(ROOT + path, options);
    return { response, text: await response.text() };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Error(t("api.silent"));
  }
}

async function ask(path, options, wasToDo = true) {
  const { response, text } = await reach(path, options);
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

export function get(path, query, signal) {
  const given = Object.entries(query || {}).filter(([, value]) => value !== undefined && value !== null);
  const search = given.length ? `?${new URLSearchParams(given)}` : "";
  return ask(path + search, { signal, headers: wanted() }, false);
}

export function post(path, body, headers, method = "POST", signal = undefined) {
  return ask(path, {
    method,
    signal,
    headers: { "Content-Type": "application/json", ...wanted(), ...headers },
    body: JSON.stringify(body || {}),
  });
}

export function remove(path) {
  return ask(path, { method: "DELETE", headers: { "Content-Type": "application/json", ...wanted() } });
}

export const patch = (path, body) => post(path, body, {}, "PATCH");

/** Sends a calendar as it is. */
export function upload(path, file, signal) {
  return ask(path, { method: "POST", signal, headers: { "Content-Type": "text/calendar", ...wanted() }, body: file });
}

/** Sends a piece of a clip; @range: "bytes FROM-TO/SIZE". */
export function sendPiece(path, piece, range, signal) {
  return ask(path, {
    method: "PATCH", signal, headers: { "Content-Type": "application/octet-stream", "Content-Range": range, ...wanted() }, body: piece });
}

const AGAIN_MS = [500, 1000, 2000];

// Randomness that a page without https has, too.
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** With @revision (of the rundown, as it was seen), it is refused with 412 if that has moved on. Where no answer comes it is
 * asked again under one key, so that it is done once and what became of it is known; if none comes at all, the Error says so. */
export async function command(verb, args, { dryRun = false, revision = null } = {}) {
  const path = `/commands/${verb}`;
  if (dryRun) return post(path, { ...args, dry_run: true });
  const headers = { "Idempotency-Key": newKey(), ...(revision && { "If-Match": `"${revision}"` }) };
  for (const wait of AGAIN_MS) {
    try {
      return await post(path, args, headers);
    } catch (error) {
      if (error.status) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return post(path, args, headers).catch((error) => { throw error.status ? error : new Error(t("action.unknown")); });
}
