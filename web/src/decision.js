// SPDX-License-Identifier: GPL-3.0-or-later
// One decision about the calendars (confirm, roll back, take an upload), with what it would change before it is made.
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { get, post, upload } from "./api.js";
import { Dialog } from "./dialog.js";
import { Difference, useDifference } from "./difference.js";
import { t } from "./words.js";

const short = (revision) => (revision || "–").slice(0, 10);

function asking({ what, revision, file }) {
  if (what === "upload") return (signal) => upload(`/schedules/uploads?name=${encodeURIComponent(file.name)}`, file, signal);
  return (signal) => get("/schedules/diff", what === "rollback" ? { revision } : null, signal);
}

/** @asked: { what: "confirm" | "rollback" | "upload", revision, file }. @onDone gets the calendars as they are then. */
export function Decision({ asked, onDone, onClose }) {
  const { what, file } = asked;
  const found = useDifference(asking(asked));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const revision = what === "upload" ? found.difference?.upload : asked.revision;
  const act = async () => {
    setBusy(true);
    try {
      onDone(await post(`/schedules/${what === "rollback" ? "rollback" : "confirm"}`, { revision }));
    } catch (failed) {
      setProblem(failed.message);
      setBusy(false);
    }
  };
  // Without an upload there is nothing to confirm; a version that is there can be taken even when nobody can say what it does.
  const waits = what === "upload" ? !revision : !found.difference && !found.error;
  return html`
    <${Dialog} wide title=${t(`schedule.${what}.title`, { name: file?.name })} confirm=${t(`schedule.${what === "upload" ? "take" : what}`)}
      danger=${what === "rollback"} busy=${busy || waits} problem=${problem} onConfirm=${act} onClose=${onClose}>
      <p>${t(`schedule.${what}.words`, { revision: short(asked.revision) })}</p>
      <${Difference} ...${found} />
    </${Dialog}>`;
}
