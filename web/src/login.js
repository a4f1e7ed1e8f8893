// SPDX-License-Identifier: GPL-3.0-or-later
// Logging in and out.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { howEnded } from "./api.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { logIn, logOut, may, recognise } from "./session.js";
import { t, useLanguage } from "./words.js";

export function Login({ onDone }) {
  useLanguage();
  const [ended] = useState(howEnded);
  const [problem, setProblem] = useState(ended && t(`login.${ended}`));
  const [busy, setBusy] = useState(false);
  const name = useRef(null), password = useRef(null);
  useEffect(() => {
    document.title = `${t("login.title")} – playoutd`;
    name.current.focus();
    // Who logs in elsewhere in this browser is logged in here too, and sees it on coming back.
    const look = () => recognise().then(() => may("viewer") && onDone(), () => {});
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await logIn(name.current.value, password.current.value);
      onDone();
    } catch (error) {
      setProblem(error.message);
      password.current.value = "";
      password.current.focus();
    }
    setBusy(false);
  };
  return html`
    <main class="login" id="main">
      <h1>playoutd</h1>
      <form onSubmit=${submit}>
        <h2>${t("login.title")}</h2>
        <label>${t("login.name")}<input ref=${name} name="name" autocomplete="username" autocapitalize="none" required maxlength="64" /></label>
        <label>${t("login.password")}<input ref=${password} name="password" type="password" autocomplete="current-password" required maxlength="256" /></label>
        <p class="problem" role="alert">${problem && html`<${Icon} name="error" size="15" /> ${problem}`}</p>
        <button class="button primary" type="submit" disabled=${busy}>${t("login.do")}</button>
      </form>
    </main>`;
}

/** Logs out; where that fails it says so: whoever goes away would leave the desk open. */
export function LogOut() {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    await logOut().catch((error) => setProblem(error.message));
    setBusy(false);
  };
  return html`
    <button aria-disabled=${busy} onClick=${() => busy || leave()}>${t("login.out")}</button>
    ${problem && html`
      <${Dialog} title=${t("login.out.failed")} confirm=${t("login.out.again")} busy=${busy} problem=${problem} onConfirm=${leave} onClose=${() => setProblem("")} />`}`;
}
