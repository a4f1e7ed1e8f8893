// SPDX-License-Identifier: GPL-3.0-or-later
// Which language the page speaks, and its words. A text may hold {name} and, where a number decides, "one|many".
import { useEffect, useState } from "preact/hooks";
import en from "./en.js";
import vi from "./vi.js";

const books = { vi, en };
const listeners = new Set();
let lang = choose();

function choose() {
  const asked = remembered();
  if (asked in books) return asked;
  return (navigator.language || "").toLowerCase().startsWith("vi") ? "vi" : "en";
}

function remembered() {
  try {
    return localStorage.getItem("lang");
  } catch {
    return null; // storage is refused: the choice lasts as long as the page
  }
}

export const language = () => lang;

export function setLanguage(next) {
  lang = next;
  try {
    localStorage.setItem("lang", next);
  } catch {
    // as above
  }
  document.documentElement.lang = next;
  for (const listener of listeners) listener(next);
}

/** @listener hears of every change. */
export const onLanguage = (listener) => listeners.add(listener);

export function useLanguage() {
  const [now, set] = useState(lang);
  useEffect(() => {
    listeners.add(set);
    return () => listeners.delete(set);
  }, []);
  return now;
}

/** The text for @key. Words of the daemon that the page does not know stay as they are. */
export function t(key, values) {
  let text = books[lang][key];
  if (text === undefined) return key.slice(key.lastIndexOf(".") + 1);
  if (values && "n" in values && text.includes("|")) text = text.split("|")[values.n === 1 ? 0 : 1];
  return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "") : text;
}

/** What a text of the daemon's is called: one of its words of that @kind, or the text itself as somebody wrote it. */
export const wordsOf = (kind, text) => books[lang][`${kind}.${text}`] ?? text;

/** Why something is on air: one of the daemon's words, or its own sentence. */
export const reasonWords = (reason) => wordsOf("reason", reason);

/** @text as it is sought: without case and accents. */
export const plain = (text) => (text || "").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();

document.documentElement.lang = lang;
