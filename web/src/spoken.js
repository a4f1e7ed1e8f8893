// SPDX-License-Identifier: GPL-3.0-or-later
// Alarms said aloud on this desk, where somebody has switched it on: each new one once, errors again every minute until
// somebody has acknowledged them. Where the browser has no voice for the language, a chime and a word that says so.
import { useEffect, useState } from "preact/hooks";
import { language, t } from "./words.js";

const AGAIN_MS = 60000;
const WORDS_MOST = 240;
const synth = window.speechSynthesis;

let wanted = false;
try {
  wanted = localStorage.getItem("spoken") === "on";
} catch {
  // refused: off
}
const said = new Map(); // what was said of an alarm -> when

const voice = () => synth?.getVoices().find((one) => one.lang.toLowerCase().replace("_", "-").startsWith(language()));
/** FALSE: there is nothing here that could speak the page's language. */
const hasVoice = () => !!voice();

function chime() {
  const Context = window.AudioContext;
  if (!Context) return;
  const sound = new Context();
  [660, 520].forEach((hertz, i) => {
    const tone = sound.createOscillator(), level = sound.createGain();
    tone.frequency.value = hertz;
    level.gain.value = 0.2;
    tone.connect(level).connect(sound.destination);
    tone.start(sound.currentTime + i * 0.35);
    tone.stop(sound.currentTime + i * 0.35 + 0.3);
  });
  setTimeout(() => sound.close(), 1500);
}

function say(text) {
  const chosen = voice();
  if (!chosen) return chime();
  const utterance = new SpeechSynthesisUtterance(text.length > WORDS_MOST ? `${text.slice(0, WORDS_MOST)}…` : text);
  utterance.voice = chosen;
  utterance.lang = chosen.lang;
  synth.speak(utterance);
}

const keyOf = (alarm) => `${alarm.id} ${alarm.since} ${alarm.severity}`;

/** The sentences to say now of @alarms (worst first) at @now ms, or null. Nothing is left waiting to be said later. */
function due(alarms, now) {
  const open = alarms.filter((alarm) => !alarm.acknowledged && alarm.severity !== "note");
  const fresh = open.filter((alarm) => !said.has(keyOf(alarm)));
  const again = open.filter((alarm) => alarm.severity === "error" && now - said.get(keyOf(alarm)) >= AGAIN_MS);
  for (const key of said.keys()) if (!open.some((alarm) => keyOf(alarm) === key)) said.delete(key);
  for (const alarm of [...fresh, ...again]) said.set(keyOf(alarm), now);
  const chosen = fresh.length ? fresh : again;
  return chosen.length ? chosen : null;
}

function speak(alarms, sentence) {
  const chosen = due(alarms, performance.now());
  if (!chosen) return;
  const more = chosen.length > 1 ? ` ${t("spoken.more", { n: chosen.length - 1 })}` : "";
  say(`${t(`severity.${chosen[0].severity}`)}. ${sentence(chosen[0])}. ${chosen[0].what_to_do || ""}${more}`);
}

/** { on, toggle, mute }: whether this desk speaks of @alarms; mute: it should and cannot. @sentence: an alarm's words. */
export function useSpoken(alarms, sentence) {
  const [on, set] = useState(wanted);
  const [, look] = useState(0);
  useEffect(() => {
    const again = () => look((n) => n + 1); // voices come late
    synth?.addEventListener?.("voiceschanged", again);
    return () => synth?.removeEventListener?.("voiceschanged", again);
  }, []);
  useEffect(() => {
    if (on) speak(alarms, sentence);
  });
  const toggle = () => {
    wanted = !on;
    try {
      localStorage.setItem("spoken", wanted ? "on" : "off");
    } catch {
      // refused: it holds for this page
    }
    if (wanted) said.clear();
    else synth?.cancel?.();
    set(wanted);
  };
  return { on, toggle, mute: on && !hasVoice() };
}
