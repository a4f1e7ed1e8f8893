// SPDX-License-Identifier: GPL-3.0-or-later
// A question that must be answered before anything else: the browser's own modal dialog.
import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "./words.js";

/** @busy: it cannot be confirmed now. @sent: words of what was confirmed and is on its way, which closing does not undo. */
export function Dialog({ title, confirm, danger, busy, sent, wide, problem, onConfirm, onClose, children }) {
  const box = useRef(null);
  useLayoutEffect(() => {
    const from = document.activeElement, dialog = box.current;
    dialog.showModal();
    return () => {
      dialog.close(); // as long as it is open, nothing outside it can have the focus
      from?.focus?.();
    };
  }, []);
  return html`
    <dialog ref=${box} class=${wide ? "wide" : undefined} aria-labelledby="dialog-title" onCancel=${(event) => { event.preventDefault(); onClose(); }}>
      <h2 id="dialog-title">${title}</h2>
      <div class="dialog-body">${children}</div>
      <p class="sent" role="status">${sent}</p>
      ${problem && html`<p class="problem" role="alert">${problem}</p>`}
      <div class="buttons">
        <button class="quiet" onClick=${onClose}>${t(sent ? "dialog.close" : "dialog.cancel")}</button>
        ${confirm && html`<button class=${danger ? "danger" : "primary"} aria-disabled=${!!busy} autofocus onClick=${() => busy || onConfirm()}>${confirm}</button>`}
      </div>
    </dialog>`;
}
