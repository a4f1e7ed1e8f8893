// SPDX-License-Identifier: GPL-3.0-or-later
// Momentary loudness (400 ms, K-weighted after ITU-R BS.1770) and peak of a media element's sound, by Web Audio.

export const TARGET_LUFS = -23;
const WINDOW = 32768; // the analyser's largest; at 48 kHz more than 400 ms
const EVERY_MS = 200;
const sources = new WeakMap(); // an element can be tapped only once

const decibel = (power) => 10 * Math.log10(power);

function tap(element) {
  if (!sources.has(element)) {
    const context = new AudioContext();
    const source = context.createMediaElementSource(element);
    source.connect(context.destination);
    sources.set(element, { context, source });
  }
  return sources.get(element);
}

function channel(context, splitter, index) {
  const shelf = new BiquadFilterNode(context, { type: "highshelf", frequency: 1500, gain: 4 });
  const pass = new BiquadFilterNode(context, { type: "highpass", frequency: 38, Q: 0.5 });
  const weighted = new AnalyserNode(context, { fftSize: WINDOW });
  const plain = new AnalyserNode(context, { fftSize: WINDOW });
  splitter.connect(shelf, index);
  shelf.connect(pass).connect(weighted);
  splitter.connect(plain, index);
  return { weighted, plain };
}

export function createMeter(element, onLevel) {
  const { context, source } = tap(element);
  const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
  const channels = [0, 1].map((index) => channel(context, splitter, index));
  const buffer = new Float32Array(WINDOW);
  source.connect(splitter);
  context.resume();
  const timer = setInterval(() => {
    const length = Math.min(WINDOW, Math.round(context.sampleRate * 0.4));
    let power = 0, peak = 0;
    for (const { weighted, plain } of channels) {
      weighted.getFloatTimeDomainData(buffer);
      let sum = 0;
      for (let i = WINDOW - length; i < WINDOW; i++) sum += buffer[i] * buffer[i];
      power += sum / length;
      plain.getFloatTimeDomainData(buffer);
      for (let i = WINDOW - length; i < WINDOW; i++) peak = Math.max(peak, Math.abs(buffer[i]));
    }
    onLevel({ lufs: Math.max(-70, -0.691 + decibel(power)), peak: Math.max(-70, 2 * decibel(peak)) });
  }, EVERY_MS);
  return {
    close() {
      clearInterval(timer);
      source.disconnect(splitter);
    },
  };
}
