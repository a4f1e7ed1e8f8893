// SPDX-License-Identifier: GPL-3.0-or-later
// An address or a key to be taken elsewhere: shown whole, and copied at a press.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "./words.js";

// Outside of https a page may not write to the clipboard by itself; what is selected can be copied all the same.
async function take(field, value) {
  field.select();
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

/** @selected: it is selected at once. */
export function Copy({ value, label, selected = false }) {
  const field = useRef(null);
  const [copied, set] = useState(false);
  useEffect(() => {
    set(false);
    if (selected) field.current.select();
  }, [value]);
  return html`
    <span class="copy"><input ref=${field} class="code" readonly aria-label=${label} value=${value} onFocus=${() => field.current.select()} />
      <button class="small" type="button" aria-label=${`${t(copied ? "copy.done" : "copy.do")}: ${label}`} onClick=${async () => set(await take(field.current, value))}>${t(copied ? "copy.done" : "copy.do")}</button></span>`;
}
