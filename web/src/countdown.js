// SPDX-License-Identifier: GPL-3.0-or-later
// The studio's view: what is on air, how long it lasts, what comes then. Read only, as large as the screen.
import { html } from "htm/preact";
import { isOver, leftText, name, timeLeft } from "./cards.js";
import { Icon } from "./icons.js";
import { live, serverNow, useLive, useTick } from "./live.js";
import { clock, parseInstant } from "./time.js";
import { t, useLanguage } from "./words.js";

export function Countdown() {
  useLanguage();
  const status = useLive((l) => l.status);
  const left = useTick(leftText);
  const level = useTick(() => {
    const ms = timeLeft();
    return live.stale ? "" : ms < 10000 ? "soon" : ms < 60000 ? "near" : "";
  });
  const over = useTick(isOver);
  const time = useTick(() => (live.stale || !live.status ? "--:--:--" : clock(serverNow(), live.status.timezone)));
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.())?.catch(() => {}); // a browser may refuse
  return html`
    <main class="studio ${level}" id="main">
      <h1 class="hidden">${t("nav.countdown")}</h1>
      <p class="time" role="timer" aria-live="off">${time}</p>
      <p class="now"><${Icon} name="onair" size="28" /> <b>${t("card.onair")}</b> <span>${status?.on_air ? name(status.on_air) : t("card.nothing")}</span> ${over && html`<b>${t("clock.over")}</b>`}</p>
      <p class="digits" id="time-left" role="timer" aria-live="off">${left}</p>
      <p class="then"><${Icon} name="next" size="24" /> <b>${t("card.next")}</b>
        <span>${status?.next ? `${clock(parseInstant(status.next.start), status.timezone)} ${name(status.next)}` : t("card.nothing")}</span></p>
      <p class="tools"><a class="button quiet" href="#desk">${t("nav.desk")}</a>
        <button class="quiet" onClick=${full}><${Icon} name="full" size="16" /> ${t("countdown.full")}</button></p>
    </main>`;
}
