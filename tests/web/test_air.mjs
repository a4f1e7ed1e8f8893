// SPDX-License-Identifier: GPL-3.0-or-later
// The page against the real daemon with real clips: what it shows is what the API says, what is pressed stands in the
// journal on the frame that was promised, and a daemon that dies under it is told and found again.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { run, startBrowser } from "./browser.mjs";

const PATIENCE = { timeout: 60000 };
const here = dirname(fileURLToPath(import.meta.url));
const helper = spawn("/usr/bin/python3", [join(here, "page-station")], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: helper.stdout })[Symbol.asyncIterator]();

async function ask(what, more) {
  helper.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`);
  const { value, done } = await lines.next();
  assert.ok(!done, "the station is there");
  const answer = JSON.parse(value);
  assert.ok(!answer.error, answer.error);
  return answer;
}

async function until(what, condition) {
  const deadline = Date.now() + PATIENCE.timeout;
  for (;;) {
    const found = await condition();
    if (found) return found;
    assert.ok(Date.now() < deadline, `waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const journal = async (kind) => (await ask("journal")).rows.filter((row) => row.kind === kind);
const get = async (url, path) => (await fetch(`${url}/api/v1${path}`)).json();

const { url } = await ask("start");
const browser = await startBrowser();
const page = await browser.open(`${url}/#desk`);
const awake = () => page.waitForFunction(() => !document.body.classList.contains("stale") && document.querySelector("#onair-title"), null, PATIENCE);

async function strict() {
  const answer = await fetch(`${url}/`);
  assert.match(answer.headers.get("content-security-policy"), /default-src 'none'; script-src 'self'; style-src 'self';/);
  const again = await fetch(`${url}/assets/app.js`);
  const known = await fetch(`${url}/assets/app.js`, { headers: { "If-None-Match": again.headers.get("etag") } });
  assert.equal(known.status, 304);
  for (const path of ["/assets/", "/assets/../index.html", "/assets/%2e%2e%2findex.html", "/assets/none.js", "/hls/monitor/..%2fplayoutd.conf",
    "/hls/monitor/%2e%2e", "/hls/other/live.m3u8", "/hls/monitor/live.m3u8/x", "/hls/"])
    assert.equal((await fetch(url + path)).status, 404, path);
}

async function streams() {
  const aborter = new AbortController();
  const answer = await fetch(`${url}/api/v1/events`, { signal: aborter.signal });
  let text = "";
  for await (const part of answer.body) {
    text += Buffer.from(part).toString();
    if (text.split("event: status").length > 4) break; // in one stream, without connecting again
  }
  aborter.abort();
}

async function agrees() {
  await awake();
  const same = await until("card and API to agree", async () => {
    const status = await get(url, "/status");
    return (await page.textContent("#onair-title")).startsWith(status.on_air.title) && status;
  });
  assert.ok(same.frame >= same.on_air.start_frame && same.frame < same.on_air.end_frame);
  // Each change of the countdown happens when that many whole seconds are left; how far off it was, by the API.
  const changes = await page.evaluate(() => new Promise((resolve) => {
    const seen = [];
    new MutationObserver((_, observer) => {
      const [text, at] = [document.getElementById("time-left").textContent, performance.timeOrigin + performance.now()];
      fetch("/api/v1/status").then((answer) => answer.json()).then((status) => {
        const got = performance.timeOrigin + performance.now();
        const left = status.on_air.left_ms + (Date.parse(status.now.replace(/(\.\d{3})\d+/, "$1")) - at);
        seen.push({ text, left, within: got - at });
        if (seen.length === 5) {
          observer.disconnect();
          resolve(seen);
        }
      });
    }).observe(document.getElementById("time-left"), { characterData: true, childList: true, subtree: true });
  }));
  const off = changes.map(({ text, left }) => Math.abs(text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) * 1000 - left));
  console.log(`# countdown off by ${off.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  assert.ok(Math.min(...off) <= 250, "the best of five within 250 ms");
}

async function presses() {
  await page.focus("[data-verb=hold]");
  const [answer] = await Promise.all([page.waitForResponse((one) => one.url().endsWith("/commands/hold") && !one.request().postData().includes("dry_run")),
    page.keyboard.press("Enter")]);
  const promised = await answer.json();
  const [row] = await until("the hold in the journal", async () => { const rows = await journal("hold"); return rows.length && rows; });
  assert.equal(row.frame, promised.frame, "on the frame that was promised");
  await page.waitForSelector("[data-verb=resume]", PATIENCE);
  await page.click("[data-verb=resume]");
  await until("the resume in the journal", async () => (await journal("resume")).length);
  await page.click("[data-verb=take-next]");
  await page.waitForSelector("dialog .danger", PATIENCE);
  await page.click("dialog .danger");
  await until("the take in the journal", async () => (await journal("take")).length);
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForFunction(() => /Tập hai/.test(document.querySelector("#onair-title").textContent), null, PATIENCE);
  await page.hover("[data-verb=slate]");
  await page.mouse.down();
  await until("the slate in the journal", async () => (await journal("slate")).length);
  await page.mouse.up();
  await page.waitForSelector("[data-verb=back]", PATIENCE);
  await page.click("[data-verb=back]");
  await until("the way back in the journal", async () => (await journal("back")).length);
}

async function lists() {
  await page.waitForFunction(() => document.querySelectorAll(".rundown tbody tr").length > 3, null, PATIENCE);
  await page.waitForFunction(() => [...document.querySelectorAll(".rundown tr.missing")].some((row) => /Tập ba/.test(row.textContent)), null, PATIENCE);
  await page.goto(`${url}/#asrun`);
  await page.waitForFunction(() => /Tập một/.test(document.querySelector(".asrun tbody")?.textContent), null, PATIENCE);
  await page.goto(`${url}/#season`);
  await page.waitForFunction(() => /Tập ba/.test(document.querySelector(".season")?.textContent), null, PATIENCE);
  await page.goto(`${url}/#desk`);
}

async function survives() {
  await awake();
  const pid = (await get(url, "/status")).pid;
  await ask("kill");
  await page.waitForSelector("body.stale .silence", PATIENCE);
  assert.equal(await page.textContent("#time-left"), "--:--");
  await ask("start");
  await awake();
  assert.notEqual((await get(url, "/status")).pid, pid);
}

async function decides() {
  await page.goto(`${url}/#schedules`);
  await page.waitForSelector(".schedules tbody tr", PATIENCE);
  await ask("calendar", { shrink: true });
  await page.waitForSelector(".waits .primary", PATIENCE);
  const adopted = (await journal("adopt")).length;
  await page.click(".waits .primary");
  await page.click("dialog .primary");
  await page.waitForSelector(".waits", { state: "detached", ...PATIENCE });
  await until("the new calendars in the journal", async () => (await journal("adopt")).length > adopted);
  await page.click("td button.small");
  await page.click("dialog .danger");
  await page.waitForSelector("dialog", { state: "detached", ...PATIENCE });
  const { revisions } = await get(url, "/schedules");
  assert.equal(revisions[revisions.length - 1].why, "rollback");
}

async function monitor() {
  await page.goto(`${url}/#desk`);
  await page.waitForFunction(() => document.querySelector(".monitor video")?.currentTime > 0.2, null, PATIENCE);
}

try {
  await run([
    ["the daemon serves the page strictly, and nothing else", strict],
    ["the event stream goes on", streams],
    ["card and countdown agree with the API", agrees],
    ["keyboard and mouse: every command stands in the journal", presses],
    ["rundown, as-run and season show the station's own", lists],
    ["a daemon that dies is told, and found again", survives],
    ["calendars that shrank wait, are confirmed, and rolled back", decides],
    ["the monitor plays the channel's own HLS output", monitor],
  ]);
} finally {
  await browser.close();
  helper.stdin.end();
}
