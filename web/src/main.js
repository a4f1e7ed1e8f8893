// SPDX-License-Identifier: GPL-3.0-or-later
// The page: which view, the frame around it, and the notice that covers all when the daemon falls silent.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { html } from "htm/preact";
import { Actions } from "./actions.js";
import { AlarmBanner } from "./alarms.js";
import { Asrun } from "./asrun.js";
import { Attention, TimeLeft, TimeOfDay } from "./cards.js";
import { Countdown } from "./countdown.js";
import { Desk } from "./desk.js";
import { keepFocus } from "./focus.js";
import { Icon } from "./icons.js";
import { live, start, useLive, useTick } from "./live.js";
import { Login, LogOut } from "./login.js";
import { Media } from "./media.js";
import { People } from "./people.js";
import { guardPresses } from "./presses.js";
import { Report } from "./report.js";
import { Schedules } from "./schedules.js";
import { Season } from "./season.js";
import { may, recognise, session } from "./session.js";
import { language, setLanguage, t, useLanguage } from "./words.js";

const VIEWS = { desk: Desk, season: Season, asrun: Asrun, media: Media, report: Report, schedules: Schedules, people: People, countdown: Countdown };

const isFor = (name) => name !== "people" || may("admin");

const asked = () => {
  const name = location.hash.slice(1).split("/")[0];
  return name in VIEWS && isFor(name) ? name : "desk";
};

function useView() {
  const [view, set] = useState(asked);
  useEffect(() => {
    const follow = () => set(asked());
    addEventListener("hashchange", follow);
    set(asked()); // it may have changed before anyone listened
    return () => removeEventListener("hashchange", follow);
  }, []);
  return view;
}

function Silence() {
  const stale = useLive((l) => l.stale);
  const ever = useLive((l) => l.everHeard);
  const seconds = useTick(() => (live.stale && live.everHeard ? Math.floor((performance.now() - live.heardAt) / 1000) : 0));
  useEffect(() => document.body.classList.toggle("stale", stale), [stale]);
  if (!stale) return null;
  return html`
    <div class="silence"><${Icon} name="silent" size="30" />
      <p role="alert"><b>${t(ever ? "silence.title" : "silence.first")}</b> ${t("silence.why")}</p>
      ${ever && html`<b class="count" aria-hidden="true">${t("silence.since", { n: seconds })}</b>`}</div>`;
}

function LanguageSwitch() {
  return html`
    <div class="switch" role="group" aria-label=${t("nav.language")}>
      ${[["vi", "Tiếng Việt", "VI"], ["en", "English", "EN"]].map(([code, name, short]) => html`
        <button key=${code} lang=${code} aria-pressed=${language() === code} aria-label=${`${short} – ${name}`} title=${name}
          onClick=${() => setLanguage(code)}>${short}</button>`)}
    </div>`;
}

function Top({ view }) {
  const channel = useLive((l) => l.status?.channel);
  return html`
    <header class="top">
      <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); (document.querySelector(".actions .action") || document.querySelector("#main [tabindex]"))?.focus(); }}>${t("nav.skip")}</a>
      <h1>${channel || "playoutd"}</h1>
      <nav aria-label=${t("nav.title")}>${Object.keys(VIEWS).filter(isFor).map((name) => html`
        <a key=${name} href=${`#${name}`} aria-current=${name === view ? "page" : undefined}><${Icon} name=${name} size="16" /> <span>${t(`nav.${name}`)}</span></a>`)}</nav>
      ${session.has_users && html`<div class="whoami"><span title=${t(`role.${session.role}`)}>${session.name}</span>
        <${LogOut} /></div>`}
      <${LanguageSwitch} />
    </header>`;
}

function Page() {
  useLanguage();
  const view = useView();
  const channel = useLive((l) => l.status?.channel);
  const stale = useLive((l) => l.stale);
  const title = useLive((l) => l.status?.on_air?.title);
  useEffect(() => {
    document.title = `${stale ? "⚠ " : ""}${title ? `${title} – ` : ""}${channel || "playoutd"}`;
  }, [channel, stale, title]);
  const View = VIEWS[view];
  if (view === "countdown") return html`<div class="page bare"><${Silence} /><${Countdown} /></div>`;
  return html`
    <div class="page">
      <${Top} view=${view} />
      <${Silence} />
      <${AlarmBanner} />
      <div class="clocks"><${TimeOfDay} /><${TimeLeft} /><${Attention} /></div>
      <${View} />
      ${may("operator") && html`<${Actions} />`}
    </div>`;
}

function show() {
  start();
  guardPresses();
  keepFocus();
  render(html`<${Page} />`, document.getElementById("page"));
}

// A daemon that cannot be asked is told by the page itself, which then goes on trying.
const asking = recognise().catch(() => Object.assign(session, { role: "admin", has_users: false }));
asking.then(() => {
  if (may("viewer")) show();
  else render(html`<${Login} onDone=${() => location.reload()} />`, document.getElementById("page"));
});
