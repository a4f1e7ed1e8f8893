// SPDX-License-Identifier: GPL-3.0-or-later
// The programme monitor: the channel's own HLS output in the page, with a loudness bar measured from its sound. It runs
// seconds behind the air and says so; the clocks are what is exact.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icons.js";
import { useLive } from "./live.js";
import { createMeter, TARGET_LUFS } from "./meter.js";
import { t, useLanguage } from "./words.js";

const RETRY_MS = 4000;
const FLOOR_LUFS = -48;
const TOP_LUFS = -8;
const PEAK_DBTP = -1;

const share = (lufs) => Math.min(1, Math.max(0, (lufs - FLOOR_LUFS) / (TOP_LUFS - FLOOR_LUFS)));

async function attach(video, url, onTrouble) {
  const { default: Hls } = await import("/assets/hls.js");
  if (!Hls.isSupported()) {
    video.src = url; // a browser that plays HLS by itself
    return () => video.removeAttribute("src");
  }
  const player = new Hls({ enableWorker: false, liveSyncDurationCount: 2, backBufferLength: 10 });
  player.on(Hls.Events.ERROR, (_, data) => data.fatal && onTrouble());
  player.loadSource(url);
  player.attachMedia(video);
  return () => player.destroy();
}

// A bar with the line to aim at, and the figures beneath. @level: { lufs, peak, digits, title }, or null without sound.
function Bar({ level }) {
  const lufs = level && Number.isFinite(level.lufs) ? level.lufs.toFixed(level.digits) : null;
  const peak = level && Number.isFinite(level.peak) ? level.peak.toFixed(level.digits) : null;
  return html`
    <div class="meter" role="img" aria-label=${lufs ? t("meter.words", { lufs, peak: peak || "–" }) : t("meter.none")} title=${level?.title || ""}>
      <div class="track"><div class="level ${lufs && level.lufs > TARGET_LUFS + 3 ? "hot" : ""}" style=${{ height: `${lufs ? share(level.lufs) * 100 : 0}%` }}></div>
        <div class="target" style=${{ bottom: `${share(TARGET_LUFS) * 100}%` }}></div></div>
      <span class="value">${lufs ?? "–"}</span>
      <span class="unit">LUFS</span>
      <span class="value ${peak && level.peak > PEAK_DBTP ? "hot" : ""}">${peak ?? "–"}</span>
      <span class="unit">dBTP</span>
    </div>`;
}

// Measured here, from what the monitor plays: late and decoded again, where the daemon does not measure.
function Heard({ video }) {
  const [level, set] = useState(null);
  useEffect(() => {
    const meter = createMeter(video, set);
    return () => meter.close();
  }, [video]);
  return html`<${Bar} level=${level && { ...level, digits: 0, title: t("meter.monitor") }} />`;
}

// What the daemon measures of the air itself.
function Measured({ loudness }) {
  const figure = (value) => (value == null ? "–" : value.toFixed(1));
  const title = t("meter.title", { short: figure(loudness.short_term_lufs), integrated: figure(loudness.integrated_lufs) });
  return html`<${Bar} level=${{ lufs: loudness.momentary_lufs ?? NaN, peak: loudness.true_peak_dbtp ?? NaN, digits: 0, title }} />`;
}

export function Monitor() {
  useLanguage();
  const loudness = useLive((l) => (l.stale ? null : l.status?.loudness));
  const name = useLive((l) => l.status?.outputs?.find((output) => output.type === "hls")?.name);
  const video = useRef(null);
  const [playing, setPlaying] = useState(false);
  const [muted, setMuted] = useState(true);
  const [round, again] = useState(0);
  useEffect(() => {
    if (!name) return undefined;
    let detach = null, gone = false;
    const timer = { id: 0 };
    const trouble = () => {
      setPlaying(false);
      timer.id = setTimeout(() => again((n) => n + 1), RETRY_MS);
    };
    attach(video.current, `/hls/${encodeURIComponent(name)}/live.m3u8`, trouble)
      .then((undo) => (gone ? undo() : (detach = undo)), trouble);
    return () => {
      gone = true;
      clearTimeout(timer.id);
      detach?.();
    };
  }, [name, round]);
  return html`
    <section class="card monitor" aria-labelledby="monitor-label">
      <h2 id="monitor-label" class="hidden">${t("monitor.title")}</h2>
      ${name ? html`
        <div class="screen">
          <video ref=${video} muted=${muted} autoplay playsinline onPlaying=${() => setPlaying(true)} onEmptied=${() => setPlaying(false)}
            aria-label=${t("monitor.title")}></video>
          ${!playing && html`<p class="empty">${t("monitor.waiting")}</p>`}
          <button class="small sound" aria-pressed=${!muted} onClick=${() => setMuted(!muted)}>${muted ? t("monitor.unmute") : t("monitor.mute")}</button>
        </div>
        ${loudness ? html`<${Measured} loudness=${loudness} />` : playing && !muted && html`<${Heard} video=${video.current} />`}`
        : html`<div class="screen"><p class="empty"><${Icon} name="slate" size="28" /><br />${t("monitor.none")}</p></div>
          ${loudness && html`<${Measured} loudness=${loudness} />`}`}
    </section>`;
}
