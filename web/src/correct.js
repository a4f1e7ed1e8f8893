// SPDX-License-Identifier: GPL-3.0-or-later
// What is held from now on of a row of the log: a new row that names the old one, with who and why. The old row stays.
import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { post } from "./api.js";
import { Dialog } from "./dialog.js";
import { t } from "./words.js";

const STATUSES = ["aired", "partial", "interrupted", "failed", "filled"];

export function Correct({ row, onDone, onClose }) {
  const form = useRef(null);
  const [problem, say] = useState(null);
  const [busy, setBusy] = useState(false);
  const confirm = async (event) => {
    event?.preventDefault();
    if (!form.current.reportValidity()) return;
    const { status, why } = Object.fromEntries(new FormData(form.current));
    setBusy(true);
    try {
      await post("/asrun/corrections", { airing: row.id, status, why: why.trim() });
      onDone();
    } catch (error) {
      say(error.message);
      setBusy(false);
    }
  };
  return html`
    <${Dialog} title=${t("correct.title", { n: row.id })} confirm=${t("correct.do")} busy=${busy} problem=${problem} onConfirm=${confirm} onClose=${onClose}>
      <p>${row.title} · ${t(`state.${row.status}`)}</p>
      <form ref=${form} class="fields" onSubmit=${confirm}>
        <label>${t("correct.status")} <select name="status">${STATUSES.map((one) => html`<option key=${one} value=${one} selected=${one === row.status}>${t(`state.${one}`)}</option>`)}</select></label>
        <label>${t("column.why")} <input name="why" required maxlength="400" pattern=".*\\S.*" autocomplete="off" /></label>
        <p class="since">${t("correct.stays")}</p></form>
    </${Dialog}>`;
}
