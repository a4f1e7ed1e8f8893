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

function Meter({ video }) {
  const [level, set] = useState(null);
  useEffect(() => {
    const meter = createMeter(video, set);
    return () => meter.close();
  }, [video]);
  const known = level && Number.isFinite(level.lufs);
  return html`
    <div class="meter" role="img" aria-label=${known ? t("meter.words", { lufs: level.lufs.toFixed(0), peak: level.peak.toFixed(0) }) : t("meter.none")}>
      <div class="track"><div class="level ${known && level.lufs > TARGET_LUFS + 3 ? "hot" : ""}" style=${{ height: `${known ? share(level.lufs) * 100 : 0}%` }}></div>
        <div class="target" style=${{ bottom: `${share(TARGET_LUFS) * 100}%` }}></div></div>
      <span class="value">${known ? level.lufs.toFixed(0) : "–"}</span>
      <span class="unit">LUFS</span>
      <span class="value ${known && level.peak > -1 ? "hot" : ""}">${known ? level.peak.toFixed(0) : "–"}</span>
      <span class="unit">dBTP</span>
    </div>`;
}

export function Monitor() {
  useLanguage();
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
        ${playing && !muted && html`<${Meter} video=${video.current} />`}`
        : html`<div class="screen"><p class="empty"><${Icon} name="slate" size="28" /><br />${t("monitor.none")}</p></div>`}
    </section>`;
}
