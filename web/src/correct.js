// SPDX-License-Identifier: GPL-3.0-or-later
// What is held from now on of a row of the log, or of a programme that never aired: a new row that names it, with who
// and why. What was there before stays.
import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { post } from "./api.js";
import { Dialog } from "./dialog.js";
import { t } from "./words.js";

const OF_ROW = ["aired", "partial", "interrupted", "failed", "filled"];
const OF_OBLIGATION = ["cancelled", "withdrawn"];

function Form({ title, about, stays, subject, statuses, chosen, words, onDone, onClose }) {
  const form = useRef(null);
  const [problem, say] = useState(null);
  const [busy, setBusy] = useState(false);
  const confirm = async (event) => {
    event?.preventDefault();
    if (!form.current.reportValidity()) return;
    const { status, why } = Object.fromEntries(new FormData(form.current));
    setBusy(true);
    try {
      await post("/asrun/corrections", { ...subject, status, why: why.trim() });
      onDone();
    } catch (error) {
      say(error.message);
      setBusy(false);
    }
  };
  return html`
    <${Dialog} title=${title} confirm=${t("correct.do")} busy=${busy} problem=${problem} onConfirm=${confirm} onClose=${onClose}>
      <p>${about}</p>
      <form ref=${form} class="fields" onSubmit=${confirm}>
        <label>${t("correct.status")} <select name="status" autofocus>${statuses.map((one) => html`<option key=${one} value=${one} selected=${one === chosen}>${t(`${words}.${one}`)}</option>`)}</select></label>
        <label>${t("column.why")} <input name="why" required maxlength="400" pattern=".*\\S.*" autocomplete="off" /></label>
        <p class="since">${stays}</p></form>
    </${Dialog}>`;
}

/** Of a row of the log. */
export function Correct({ row, onDone, onClose }) {
  return html`<${Form} title=${t("correct.title", { n: row.id })} about=${`${row.title} · ${t(`state.${row.status}`)}`} stays=${t("correct.stays")}
    subject=${{ airing: row.id }} statuses=${OF_ROW} chosen=${row.status} words="state" onDone=${onDone} onClose=${onClose} />`;
}

/** Of a programme that was planned for @at and did not air. */
export function Settle({ instance, at, onDone, onClose }) {
  return html`<${Form} title=${t("settle.title")} about=${`${instance.title}, ${at} · ${t(`report.${instance.state}`)}`} stays=${t("settle.stays")}
    subject=${{ uid: instance.uid, instance: instance.instance }} statuses=${OF_OBLIGATION} chosen="cancelled" words="report" onDone=${onDone} onClose=${onClose} />`;
}
