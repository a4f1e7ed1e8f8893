// SPDX-License-Identifier: GPL-3.0-or-later
// The page against the real daemon with real clips: what it shows is what the API says, what is pressed stands in the
// journal on the frame that was promised, and a daemon that dies under it is told and found again.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { PATIENCE, run, startBrowser } from "./browser.mjs";

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
  const etag = again.headers.get("etag");
  for (const [known, status] of [[etag, 304], [`W/${etag}`, 304], [`"other", ${etag}`, 304], ["*", 304], ['"other"', 200]])
    assert.equal((await fetch(`${url}/assets/app.js`, { headers: { "If-None-Match": known } })).status, status, known);
  const sent = await fetch(`${url}/`, { method: "POST", body: "x" });
  assert.deepEqual([sent.status, sent.headers.get("allow"), sent.headers.get("content-type")], [405, "GET, HEAD", "application/problem+json"]);
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

// The daemon's own words come in the language of whoever reads, whichever it was started in.
async function speaks() {
  const said = (words) => page.waitForFunction((sought) => new RegExp(sought, "s").test(document.querySelector(".alarms")?.textContent), words, PATIENCE);
  await awake();
  await page.click(".switch button[lang=vi]");
  await said("Tập ba.*thieu\\.mp4.*không có trong thư mục clip.*→ .*playoutctl check");
  await page.click(".switch button[lang=en]");
  await said("Tập ba.*thieu\\.mp4.*is not in the media folder.*→ See .*playoutctl check");
  await page.click("[data-verb=fill]");
  await page.waitForSelector("dialog .at", PATIENCE);
  assert.match(await page.textContent("dialog"), /more filler/, "what it would do");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.click(".switch button[lang=vi]");
  await page.click("[data-verb=fill]");
  await page.waitForSelector("dialog .at", PATIENCE);
  assert.match(await page.textContent("dialog ul"), /thêm .* clip đệm/);
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  const refusal = async (language) => (await fetch(`${url}/api/v1/commands/skip`, { method: "POST", headers: { "Content-Type": "application/json", "Accept-Language": language },
    body: JSON.stringify({ none: 1 }) })).json();
  assert.match((await refusal("vi")).detail, /không/);
  assert.match((await refusal("en")).detail, /unknown member “none”/);
  const faults = async (language) => (await (await fetch(`${url}/api/v1/alarms`, { headers: { "Accept-Language": language } })).json()).map((one) => one.text).join("\n");
  assert.ok((await faults("vi")) !== (await faults("en")));
}

// What the API says, to be held against the recording: a sample each few frames for as long as this life lasts.
const samples = [];
let sampling = true;
async function sample() {
  while (sampling) {
    const status = await get(url, "/status").catch(() => null);
    if (status?.on_air) samples.push(status);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
let sampler = null;

// When the countdown changes, that many whole seconds are left; with what the API says right after: { text, title, at,
// status, tookMs }, or null where it stands still.
const nextChange = () => page.evaluate(() => new Promise((resolve) => {
  setTimeout(() => resolve(null), 5000);
  const observer = new MutationObserver(async () => {
    observer.disconnect();
    const text = document.getElementById("time-left").textContent, title = document.getElementById("onair-title").textContent;
    const began = performance.now(), at = performance.timeOrigin + began;
    const status = await (await fetch("/api/v1/status")).json();
    resolve({ text, title, at, status, tookMs: performance.now() - began });
  });
  observer.observe(document.getElementById("time-left"), { characterData: true, childList: true, subtree: true });
}));

const QUICK_MS = 100;
const AGREED = 3;
const counted = []; // the changes that agreed, for the recording

const millis = (instant) => Date.parse(instant.replace(/(\.\d{3})\d+/, "$1"));

// Only what was asked quickly, and within one item, can be compared; a machine that is busy elsewhere must be waited for.
// That the figures are exact at any instant is shown in test_page.mjs, where no clock runs.
async function agrees() {
  await awake();
  await until("the first programme", async () => (await get(url, "/status")).on_air?.uid === "mot@test");
  sampler = sample();
  const off = [];
  await until(`${AGREED} changes of the countdown that agree`, async () => {
    const change = await nextChange();
    if (!change?.status.on_air) return false;
    const { status: { on_air: item, now }, text, tookMs } = change;
    const left = item.left_ms + millis(now) - change.at;
    const ms = Math.abs(text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) * 1000 - left);
    const comparable = tookMs <= QUICK_MS && change.title.startsWith(item.title) && item.position_ms > 1000;
    off.push(`${ms.toFixed(0)}${comparable ? "" : " (not comparable)"}`);
    if (comparable && ms <= 250) counted.push(change);
    return counted.length === AGREED;
  }).finally(() => console.log(`# countdown off by ${off.join(", ")} ms`));
}

const promised = {}; // verb: the frame that its answer named

async function given(verb, act) {
  const [answer] = await Promise.all([page.waitForResponse((one) => one.url().endsWith(`/commands/${verb}`) &&
    !one.request().postData()?.includes("dry_run"), PATIENCE), act()]);
  await expect(verb, await answer.json());
}

async function byApi(verb, body) {
  const answer = await fetch(`${url}/api/v1/commands/${verb}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const said = await answer.json();
  assert.equal(answer.status, 200, said.detail);
  await expect(verb, said);
}

// It stands in the journal on the frame that was promised, and the air has gone on from there.
async function expect(verb, answer) {
  const kind = verb === "take-next" ? "take" : verb;
  const row = await until(`${verb} in the journal`, async () => (await journal(kind)).find((one) => one.frame === answer.frame));
  assert.ok(row.who, "with who gave it");
  promised[verb] ??= answer.frame;
  await until("the air to go on", async () => (await get(url, "/status")).frame > answer.frame + 20);
}

async function dialogDone() {
  await page.waitForSelector("dialog .danger", PATIENCE);
  await page.click("dialog .danger");
}

async function presses() {
  await given("take-next", async () => { await page.click("[data-verb=take-next]"); await dialogDone(); });
  await page.waitForFunction(() => /Tập hai/.test(document.querySelector("#onair-title").textContent), null, PATIENCE);
  await given("extend", async () => {
    await page.focus("[data-verb=extend]");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[role=menuitem]:focus", PATIENCE);
    await page.keyboard.press("Enter");
  });
  await page.focus("[data-verb=hold]");
  await given("hold", () => page.keyboard.press("Enter"));
  await page.waitForSelector("[data-verb=resume]", PATIENCE);
  await given("resume", () => page.click("[data-verb=resume]"));
  await byApi("skip", {});
  await given("slate", async () => { await page.hover("[data-verb=slate]"); await page.mouse.down(); });
  await page.mouse.up();
  await page.waitForSelector("[data-verb=back]", PATIENCE);
  await page.waitForFunction(() => { // in the day's list too it has a name, and no end
    const row = document.querySelector("#rundown-now");
    return row?.querySelector(".what").textContent === "Bảng chờ" && row.children[3].textContent === "";
  }, null, PATIENCE);
  await given("back", () => page.click("[data-verb=back]"));
  const later = (await get(url, "/occurrences")).find((one) => one.uid === "bon@test");
  const half = await fetch(`${url}/api/v1/commands/take`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ uid: later.uid }) });
  assert.equal(half.status, 400, "half a name would do nothing");
  await byApi("take", { uid: later.uid, instance: later.instance });
  await page.focus("[data-verb=fill]");
  await given("fill", async () => {
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog .at", PATIENCE);
    await page.keyboard.press("Enter");
  });
}

// One airing is given another clip, then cancelled; a clip is inserted; what cannot be is refused.
async function byHand() {
  const day = async () => get(url, `/rundown?from=${new Date(Date.now()).toISOString()}&to=${new Date(Date.now() + 3600000).toISOString()}`);
  const one = (await get(url, "/occurrences")).find((occurrence) => occurrence.uid === "nam@test");
  const name = { uid: one.uid, instance: one.instance };
  const post = (verb, body) => fetch(`${url}/api/v1/commands/${verb}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  for (const [verb, body, status] of [["insert", { media: "none.mp4" }, 404], ["insert", {}, 400], ["insert", { media: "tap-01.mp4", how: "never" }, 400],
    ["insert", { media: "tap-01.mp4", at: "soon" }, 400], ["replace", name, 400], ["replace", { ...name, media: "../playoutd.conf" }, 404], ["cancel", { uid: one.uid }, 400]])
    assert.equal((await post(verb, body)).status, status, `${verb} ${JSON.stringify(body)}`);
  await byApi("replace", { ...name, part: 0, media: "tap-01.mp4" });
  assert.equal((await day()).find((item) => item.uid === one.uid && item.kind === "media").media, "tap-01.mp4");
  await byApi("cancel", name);
  assert.ok(!(await day()).some((item) => item.uid === one.uid && item.kind === "media"), "it airs no more");
  await page.goto(`${url}/#media`);
  await page.click(".media tbody button:has-text('tap-01.mp4')");
  await given("insert", async () => { await page.click(".media [data-verb=insert]"); await dialogDone(); });
  await page.goto(`${url}/#desk`);
}

// Two operators on one rundown: who comes second is told what the first one did, and sees what the plan is now.
async function two() {
  const give = (verb, seen) => fetch(`${url}/api/v1/commands/${verb}`, { method: "POST", headers: { "Content-Type": "application/json", "If-Match": `"${seen}"` }, body: "{}" });
  let seen = null;
  await until("the first one to act", async () => { // the plan may move on by itself between the look and the command
    seen = (await get(url, "/status")).rundown_revision;
    const first = await give("hold", seen);
    assert.ok([200, 412].includes(first.status), `the first one was answered ${first.status}`);
    return first.status === 200;
  });
  const second = await give("hold", seen);
  assert.equal(second.status, 412, "on the same revision the second one does not");
  assert.match((await second.json()).detail, /“hold”/, "and is told why");
  await byApi("resume", {});
  await page.click("[data-verb=fill]"); // what changes the air whatever is on it
  await page.waitForSelector("dialog .at", PATIENCE);
  const shown = (await get(url, "/status")).rundown_revision;
  await byApi("slate", {});
  assert.notEqual((await get(url, "/status")).rundown_revision, shown);
  const vain = await fetch(`${url}/api/v1/commands/hold`, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  assert.equal(vain.status, 409, "a slate is not held, and nobody is told that it was");
  const filled = (await journal("fill")).length;
  await page.click("dialog .danger");
  await page.waitForSelector("dialog .problem", PATIENCE);
  assert.match(await page.textContent("dialog .problem"), /“slate”/);
  assert.equal((await journal("fill")).length, filled, "nothing was done");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await byApi("back", {});
}

// ---- the recording ----

let aired = null; // { seen, lost, clips, rows }, and { ahead }: planned frame minus output frame

const moves = (k) => aired.seen[k - 1]?.[1] + 1 === aired.seen[k]?.[1] && aired.seen[k]?.[1] + 1 === aired.seen[k + 1]?.[1];
const shows = (k, clip) => aired.seen[k]?.[0] === clip;

// Where the picture moves on from frame to frame, what the API said of that frame must be what is seen. (Where a busy
// machine made the head hold a picture, the log says so.)
function statusesAgree() {
  let judged = 0;
  for (const { frame, on_air: item } of samples) {
    const clip = aired.clips[item.media]?.[0], k = frame - aired.ahead;
    if (!clip || item.held || !moves(k)) continue;
    const wanted = frame - item.start_frame + Math.round(item.media_in_ns / 40e6);
    const [seen, at] = aired.seen[k];
    assert.ok(seen === clip && Math.abs(at - wanted) <= 1, `the API said ${clip}#${wanted} of output frame ${k}; it showed ${seen}#${at} (${JSON.stringify(item)})`);
    judged++;
  }
  console.log(`# ${judged} of ${samples.length} statuses agree with the recording to the frame`);
  assert.ok(judged >= 10, `only ${judged} statuses could be compared`);
}

// The countdown on the page, by what was really sent at that instant.
function countdownsAgree() {
  for (const { text, at, status: { on_air: item, now, frame } } of counted) {
    const then = frame - aired.ahead - Math.round((millis(now) - at) / 40);
    if (!aired.clips[item.media] || item.held || !moves(then)) continue;
    const last = Math.round(item.media_in_ns / 40e6) + item.end_frame - item.start_frame;
    const left = (last - aired.seen[then][1]) * 40, shown = Number(text.slice(-2)) * 1000 + Number(text.slice(-5, -3)) * 60000;
    assert.ok(Math.abs(left - shown) <= 290, `the page counted ${text} where the recording had ${left} ms to go`);
  }
}

// Of the row that begins or ends there: frames for which a busy machine had no new picture, as the log admits.
function lost(edge, frame) {
  const row = aired.rows.find((one) => one[edge] === frame);
  return row ? row.frames_repeated + row.frames_filled : 0;
}

// How many of these output frames a busy machine did not record.
const unseen = (from, to) => aired.lost.filter((k) => k >= from && k < to).length;

// On every frame from hold to resume the picture before stands; until then it moves.
function holds() {
  const from = promised.hold - aired.ahead, to = promised.resume - aired.ahead;
  const still = (k) => aired.seen[k].join() === aired.seen[k - 1].join();
  for (let k = from; k < to; k++)
    assert.ok(still(k) || unseen(from - 1, k), `held from output frame ${from}, moved on ${k}`);
  let stood = 0;
  while (still(from - 1 - stood)) stood++;
  assert.ok(stood <= lost("actual_end_frame", promised.hold) + unseen(from - stood - 1, from),
    `held from output frame ${from}, stood ${stood} frames before it`);
}

// A picture that came late by what the log admits to is still the one promised.
function changesAt(verb, isNew) {
  const k = promised[verb] - aired.ahead;
  const late = lost("actual_start_frame", promised[verb]);
  let first = k - 1;
  while (first < aired.seen.length && !isNew(first)) first++;
  assert.ok(first >= k && first <= k + late + unseen(k, first), `${verb}: promised for output frame ${k}, seen at ${first}: ` +
    aired.seen.slice(k - 3, k + 4).map((one) => one.join("#") || "board").join(" "));
}

async function recorded() {
  sampling = false;
  await sampler;
  aired = await ask("recording");
  await ask("start");
  console.log(`# ${aired.lost.length} of ${aired.seen.length} pictures were not recorded`);
  aired.ahead = aired.rows[0].actual_start_frame - aired.rows[0].start_k;
  assert.ok(aired.rows.every((row) => row.actual_start_frame - row.start_k === aired.ahead), "no clock was stepped");
  statusesAgree();
  countdownsAgree();
  const still = (k) => aired.seen[k].join() === aired.seen[k - 1].join();
  holds();
  changesAt("resume", (k) => !still(k));
  changesAt("take-next", (k) => shows(k, 2));
  changesAt("skip", (k) => !shows(k, 2));
  changesAt("slate", (k) => !aired.seen[k].length);
  changesAt("back", (k) => aired.seen[k].length > 0);
  changesAt("take", (k) => shows(k, 3));
  changesAt("fill", (k) => shows(k, 9));
  changesAt("insert", (k) => shows(k, 1));
}

// By the page, and as the daemon then tells it: the row, and the one that names it.
async function corrected() {
  const id = Number(await page.locator("[data-correct]").first().getAttribute("data-correct"));
  await page.click(`[data-correct="${id}"]`); // another row may be the first by now
  await page.selectOption("dialog [name=status]", "failed");
  await page.fill("dialog [name=why]", "màn hình tối");
  await page.click("dialog .primary");
  await page.waitForFunction((n) => new RegExp(`${n}: .*màn hình tối`, "s").test(document.querySelector("tr.correction")?.textContent), id, PATIENCE);
  const now = Date.now(), iso = (ms) => new Date(ms).toISOString();
  const row = (await get(url, `/asrun?from=${iso(now - 3600000)}&to=${iso(now + 1000)}`)).find((one) => one.id === id);
  assert.equal(row.status, "failed");
  assert.equal(row.correction.why, "màn hình tối");
  assert.notEqual(row.correction.status_before, "failed");
}

async function lists() {
  await page.waitForFunction(() => document.querySelectorAll(".rundown tbody tr").length > 3, null, PATIENCE);
  await page.waitForFunction(() => [...document.querySelectorAll(".rundown tr.missing")].some((row) => /Tập ba/.test(row.textContent)), null, PATIENCE);
  await page.goto(`${url}/#asrun`);
  await page.waitForFunction(() => /Tập một/.test(document.querySelector(".asrun tbody")?.textContent), null, PATIENCE);
  await corrected();
  await page.goto(`${url}/#season`);
  await page.waitForFunction(() => /Tập ba/.test(document.querySelector(".season")?.textContent), null, PATIENCE);
  await page.goto(`${url}/#report`);
  await page.waitForFunction(() => /Tập một/.test(document.querySelector(".figures")?.textContent), null, PATIENCE);
  for (const query of ["", "?from=2027-01-01", "?from=2027-01-02&to=2027-01-01"]) assert.equal((await fetch(`${url}/api/v1/report${query}`)).status, 400);
  await page.goto(`${url}/#desk`);
}

// After a while on air, and as the daemon comes up again.
async function described() {
  const { asked, faults } = await ask("described");
  assert.deepEqual(faults, []);
  assert.ok(asked >= 13, `${asked} reads`);
}

// The same by the command line: as JSON, and for people with a terminal and without one.
async function commandLine() {
  const { asked, faults } = await ask("asked");
  assert.deepEqual(faults, []);
  assert.ok(asked >= 20, `${asked} reads`);
}

async function survives() {
  await awake();
  const pid = (await get(url, "/status")).pid;
  await ask("kill");
  await page.waitForSelector("body.stale .silence", PATIENCE);
  await page.waitForFunction(() => document.querySelector("#time-left").textContent === "--:--", null, PATIENCE);
  assert.deepEqual((await ask("start")).left, [], "what lay about is removed");
  await awake();
  assert.notEqual((await get(url, "/status")).pid, pid);
}

// A producer's part of it, from the drop to the log: no instant is waited for, since the air is told to take the clip.
async function produced() {
  const { path: own, sha256 } = await ask("series");
  await page.goto(`${url}/#media`);
  // A calendar written while the daemon comes up may be seen by the next regular look only.
  await page.waitForFunction(() => /Phim dài tập/.test(document.querySelector(".missinglist")?.textContent), null, { timeout: 240000 });
  const [lacking] = await until("episode 7 to lack its clip", async () => {
    const found = (await get(url, "/media/missing")).filter((one) => one.uid === "phim@test" && one.episode === 7);
    return found.length && found;
  });
  assert.deepEqual(lacking.expected, ["phim/tap-07.mp4"]);
  // Dropped on the episode; the line breaks after the first piece, and it goes on by itself, once its state was looked at.
  let pieces = 0, goOn = null;
  const looked = new Promise((resolve) => { goOn = resolve; });
  await page.route("**/media/uploads*", (route) => (pieces < 2 ? route.continue() : looked.then(() => route.continue())));
  await page.route("**/media/uploads/*", (route) => (route.request().method() === "PATCH" && ++pieces === 2 ? route.abort("connectionreset") : route.continue()));
  const dropped = await page.evaluateHandle(([text, name]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name, { type: "video/mp4" }));
    return transfer;
  }, [readFileSync(own).toString("base64"), basename(own)]);
  const target = page.locator(".missinglist li", { hasText: "tap-07" });
  for (const type of ["dragenter", "dragover", "drop"]) await target.dispatchEvent(type, { dataTransfer: dropped });
  await page.waitForSelector(".uploads li.waiting progress", PATIENCE);
  const part = await page.getAttribute(".uploads progress", "value");
  assert.ok(part > 0 && part < 100, `in progress: ${part} %`);
  goOn();
  await page.waitForSelector(".uploads li.done", PATIENCE);
  assert.match(await page.textContent(".uploads li"), /phim\/tap-07\.mp4/, "placed and named");
  assert.ok(pieces >= 4, "in pieces, one of them twice");
  await page.unroute("**/media/uploads/*");
  await page.unroute("**/media/uploads*");
  // The verdict appears by itself, and the episode lacks nothing any more.
  await page.waitForFunction(() => document.querySelector(".uploads li.done .chip:is(.green, .amber)"), null, PATIENCE);
  await page.waitForFunction(() => !/tap-07/.test(document.querySelector(".missinglist").textContent), null, PATIENCE);
  const clip = (await get(url, "/media")).find((one) => one.path === "phim/tap-07.mp4");
  assert.deepEqual([clip.sha256, clip.frames, clip.airings.map((one) => [one.uid, one.episode, one.why])], [sha256, 75, [["phim@test", 7, "template"]]]);
  await page.goto(`${url}/#season`);
  await page.waitForFunction(() => [...document.querySelectorAll(".series li.badge.ready")].some((one) => /^7\. Phim dài tập/.test(one.title)), null, PATIENCE);
  await page.waitForFunction(() => [...document.querySelectorAll(".series li.badge.missing button")].some((one) => /Phim dài tập 8/.test(one.title)), null, PATIENCE);
  const named = { uid: "phim@test", instance: lacking.instance };
  await until("the plan to have its clip", async () => (await fetch(`${url}/api/v1/commands/take`, // some seconds after the season's view has
    { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...named, dry_run: true }) })).status === 200);
  await byApi("take", named);
  const row = await until("it to have aired, in the log", async () => (await get(url, `/asrun?from=${new Date(Date.now() - 3600000).toISOString()}&to=${new Date(Date.now() + 3600000).toISOString()}`))
    .find((one) => one.uid === "phim@test" && one.kind === "media" && one.status === "aired"));
  assert.deepEqual([row.instance, row.media, row.media_hash], [lacking.instance, "phim/tap-07.mp4", sha256]);
  assert.equal(row.actual_duration_frames, 75, `to its end: ${JSON.stringify(row)}`);
  await page.goto(`${url}/#asrun`);
  await page.waitForFunction(() => /Phim dài tập/.test(document.querySelector(".asrun tbody")?.textContent), null, PATIENCE);
}

// Log, record, messages and whatever else is kept are in the one language of the station.
async function keepsOne() {
  assert.deepEqual((await ask("marks")).files, []);
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

// A season of 26, next year or the one after: nothing of it is on air while the test runs.
const SEASON_YEAR = new Date().getFullYear() + 1;
function seasonOf({ time = "200000", lacks = "" }) {
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//web//EN", "BEGIN:VEVENT", "UID:mua@test", "DTSTAMP:20260101T000000Z",
    `DTSTART;TZID=Asia/Ho_Chi_Minh:${SEASON_YEAR}0106T${time}`, "DURATION:PT30M", "RRULE:FREQ=WEEKLY;COUNT=26", "SUMMARY:Cải cách hành chính",
    `ATTACH:${lacks}doi.mp4`, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
}

async function seasonByPage() {
  // Half a year, a month at a time: no answer covers more.
  const mine = async () => (await Promise.all(["01", "02", "03", "04", "05", "06"].map((month, i) =>
    get(url, `/occurrences?from=${SEASON_YEAR}-${month}-01&to=${SEASON_YEAR}-0${i + 2}-01`)))).flat().filter((one) => one.uid === "mua@test");
  const choose = async (text) => {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("[data-act=upload]")]);
    await chooser.setFiles({ name: "mua.ics", mimeType: "text/calendar", buffer: Buffer.from(text) });
    await page.waitForSelector("dialog .difference", PATIENCE);
    return (await page.textContent("dialog")).normalize("NFC").replace(/\s+/g, " ");
  };
  const take = async () => {
    await page.click("dialog .buttons button:not(.quiet)");
    await page.waitForSelector("dialog", { state: "detached", ...PATIENCE });
  };
  await page.goto(`${url}/#schedules`);
  await page.waitForSelector("[data-act=upload]", PATIENCE);
  const added = await choose(seasonOf({}));
  assert.match(added, /26 mục mới.*“Cải cách hành chính” tập 1 phát từ/s, `in the page's language, before it is in force: ${added}`);
  assert.equal((await mine()).length, 0);
  await take();
  assert.equal((await mine()).length, 26);
  const first = (await get(url, "/schedules")).in_force;
  const said = await choose(seasonOf({ time: "201500", lacks: "khong-co-" }));
  assert.match(said, /26 buổi phát lùi lại 15 phút.*26 mục mất clip/s, "moved, and without clips");
  assert.match(said, new RegExp(`dời từ 06/01/${SEASON_YEAR} 20:00 sang 06/01/${SEASON_YEAR} 20:15|dời từ 06/01 20:00 sang 06/01 20:15`));
  await take();
  assert.ok((await mine()).every((one) => one.start.endsWith("T13:15:00Z")));
  await page.click(`button[aria-label$="${first.slice(0, 10)}"]`);
  await page.waitForSelector("dialog .difference", PATIENCE);
  assert.match(await page.textContent("dialog"), /26 buổi phát sớm hơn 15 phút.*26 mục có clip/s, "what going back would do");
  await take();
  assert.ok((await mine()).every((one) => one.start.endsWith("T13:00:00Z")), "as it was");
  const rows = (await get(url, "/schedules")).revisions;
  assert.deepEqual(rows.slice(-3).map((one) => one.why), ["upload", "upload", "rollback"]);
  assert.ok(rows.at(-1).who, "with who did it");
}

async function monitor() {
  await page.goto(`${url}/#desk`);
  await page.waitForFunction(() => document.querySelector(".monitor video")?.currentTime > 0.2, null, PATIENCE);
}

try {
  await run([
    ["the daemon serves the page strictly, and nothing else", strict],
    ["the event stream goes on", streams],
    ["what the daemon says is said in the reader's language", speaks],
    ["card and countdown agree with the API", agrees],
    ["mouse, keyboard and API: every command stands in the journal on the frame that was promised", presses],
    ["an airing is replaced and cancelled, a clip inserted", byHand],
    ["two operators act on one revision: the second is told why not", two],
    ["rundown, as-run and season show the station's own", lists],
    ["every answer and refusal is what the API's description says", described],
    ["every read of the command line: as JSON, as a table, with colours where they are wanted", commandLine],
    ["status and countdown are what the recording shows, and every command was on the air on its frame", recorded],
    ["a daemon that dies is told, and found again", survives],
    ["a clip dropped on episode 7: progress, a cut, its place, verdict, season, on air, in the log", produced],
    ["and again with other clips and calendars", described],
    ["calendars that shrank wait, are confirmed, and rolled back", decides],
    ["a season is uploaded, changed, compared and rolled back on the page", seasonByPage],
    ["what is written down has one language", keepsOne],
    ["the monitor plays the channel's own HLS output", monitor],
  ]);
} finally {
  sampling = false;
  await browser.close();
  helper.stdin.end();
}
