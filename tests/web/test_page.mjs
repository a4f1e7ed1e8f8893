// SPDX-License-Identifier: GPL-3.0-or-later
// The page in a real browser against a made-up station: both languages, every view, keyboard and mouse, silence.
// Arguments: the folder with the built page, and where pictures of every view go (nothing: nowhere).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AXE, DESK, PATIENCE, PHONE, ROOT, run, startBrowser } from "./browser.mjs";
import { ALARMS, startFake } from "./fake-station.mjs";

const [built, pictures] = process.argv.slice(2);
const VIEWS = ["desk", "season", "asrun", "media", "report", "schedules", "people", "countdown"];
const LANGUAGES = ["vi", "en"];

const fake = await startFake({ page: built });
const browser = await startBrowser();
const { station } = fake;

const open = (view, options) => browser.open(`${fake.url}/#${view}`, options);

async function ready(page, view) {
  await page.waitForFunction(() => !document.body.classList.contains("stale") && document.querySelector(".clock, .studio"), null, PATIENCE);
  const sought = { desk: "#rundown-now", season: ".series .badge:not(.unknown)", asrun: "tbody tr", media: ".missinglist li", report: ".figures tbody tr", schedules: ".faults li", people: "[data-token]", countdown: ".studio .digits" };
  await page.waitForSelector(sought[view], PATIENCE);
}

async function withPage(view, options, body) {
  const page = await open(view, options);
  try {
    await ready(page, view);
    await body(page);
    assert.deepEqual(page.complaints, [], "the browser's console is silent");
  } finally {
    await page.close();
  }
}

const commandsOf = (verb) => station.commands.filter((one) => one.verb === verb);
async function until(what, condition) {
  const deadline = Date.now() + PATIENCE.timeout;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const book = async (name) => (await import(join(ROOT, "web/src", `${name}.js`))).default;

async function words() {
  const [vi, en] = [await book("vi"), await book("en")];
  assert.deepEqual(Object.keys(vi).sort(), Object.keys(en).sort(), "both languages have the same words");
  const source = readdirSync(join(ROOT, "web/src")).filter((name) => name.endsWith(".js")).map((name) => readFileSync(join(ROOT, "web/src", name), "utf8")).join("\n");
  const used = new Set([...source.matchAll(/\bt\("([^"]+)"/g)].map((match) => match[1]));
  assert.ok(used.size > 80);
  assert.deepEqual([...used].filter((key) => !(key in vi)), [], "every word used is in the book");
  const starts = [...source.matchAll(/\bt\(`([^`$]+)\$\{/g)].map((match) => match[1]);
  assert.deepEqual(starts.filter((start) => !Object.keys(vi).some((key) => key.startsWith(start))), []);
  const holes = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort().filter((hole, i, all) => hole !== all[i - 1]).join();
  assert.deepEqual(Object.keys(vi).filter((key) => holes(vi[key]) !== holes(en[key])), [], "both fill in the same");
}

async function axe(page) {
  const source = readFileSync(AXE, "utf8");
  const report = await page.evaluate(`(() => { ${source}; return axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }); })()`);
  return report.violations.map((one) => `${one.impact} ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 140)).join(" | ")}`);
}

// What is looked at while a page that had fallen silent was grey is looked at again.
async function unbroken(page, view, look) {
  const silences = () => page.evaluate(() => window.silences);
  for (;;) {
    await ready(page, view);
    const before = await silences();
    try {
      return await look();
    } catch (error) {
      if ((await silences()) === before) throw error;
    }
  }
}

const SMALL = { width: 320, height: 640 }; // what WCAG 1.4.10 asks for, as a desk's screen enlarged four times is

// Nothing has to be scrolled sideways.
async function reflows(page, what) {
  const wide = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll(".scroll, .difference, .uploads, dialog, .banner")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `${one.tagName}.${one.className} ${one.getAttribute("aria-labelledby") || ""} ${one.scrollWidth} > ${one.clientWidth}`));
  assert.deepEqual(wide, [], `${what}: wider than the screen`);
}

// What stays in place while a person scrolls.
async function leavesRoom(page, what) {
  const fixed = await page.evaluate(() => [...document.querySelectorAll(".clocks, .actions")].reduce((sum, one) => sum + one.getBoundingClientRect().height, 0) / innerHeight);
  assert.ok(fixed < 0.4, `${what}: bars take ${Math.round(fixed * 100)} % of the screen`);
}

async function readable(page, what) {
  const cut = await page.evaluate(() => [...document.querySelectorAll("button:not(.link), h2, .digits, nav a, .chip")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline" && !one.closest(".hidden") && !one.classList.contains("hidden"))
    .map((one) => one.textContent.trim()));
  assert.deepEqual(cut, [], `${what}: words that do not fit`);
}

async function looksRight(page, view, language, name, size) {
  if (pictures) await page.screenshot({ path: join(pictures, `${view}-${language}-${name}.png`) });
  const lost = await page.evaluate(() => [...document.querySelectorAll("nav a")].filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.textContent));
  assert.deepEqual(lost, [], `${view} ${language} ${name}: beyond the edge`);
  const over = await page.evaluate(() => ({ x: document.documentElement.scrollWidth - innerWidth, y: document.documentElement.scrollHeight - innerHeight }));
  assert.ok(over.x <= 0, `${view} ${language} ${name} is ${over.x} px too wide`);
  if (size === DESK) assert.ok(over.y <= 0, `${view} ${language} is ${over.y} px too high`);
  if (size !== DESK) await reflows(page, `${view} ${language} ${name}`);
  await readable(page, `${view} ${language} ${name}`);
  assert.deepEqual(await axe(page), [], `${view} ${language} ${name}`);
}

async function fits() {
  if (pictures) mkdirSync(pictures, { recursive: true });
  for (const language of LANGUAGES)
    for (const view of VIEWS)
      for (const [name, size] of [["1366x768", DESK], ["390x844", PHONE]])
        await withPage(view, { size, language }, async (page) => {
          if (view === "desk") await page.waitForSelector(".strip .block.missing", PATIENCE); // the later hours are asked for last
          if (view === "season") await page.waitForFunction(() => !document.querySelector(".series .badge.unknown"), null, PATIENCE);
          await unbroken(page, view, () => looksRight(page, view, language, name, size));
          if (size === DESK) return;
          await page.setViewportSize(SMALL);
          await unbroken(page, view, async () => {
            await reflows(page, `${view} ${language} 320`);
            await leavesRoom(page, `${view} ${language} 320`);
            await readable(page, `${view} ${language} 320`);
          });
          if (pictures) await page.screenshot({ path: join(pictures, `${view}-${language}-320.png`), fullPage: true });
        });
}

// A page and a station whose clocks move only by step(): what is shown then is exact on any machine.
async function withDriven(body) {
  const own = await startFake({ page: built, driven: true });
  const browserOfOwn = await startBrowser(); // a clock is driven for a whole browser
  const page = await browserOfOwn.open(`${own.url}/#desk`, { clock: own.station.clock(), language: "vi" });
  const heard = () => page.evaluate(() => window.heard);
  const step = async (ms, move = "runFor") => {
    own.station.step(ms);
    await page.clock[move](ms);
    const before = await heard();
    own.station.tell();
    await until("the page to hear", async () => (await heard()) > before);
  };
  try {
    await until("the first event", async () => (await heard()) > 0);
    await step(TICK); // its listeners are there
    await step(TICK);
    await page.waitForSelector("#onair-title", PATIENCE);
    await body({ page, step, station: own.station, text: (id) => page.textContent(`#${id}`) });
  } finally {
    await browserOfOwn.close();
    await own.close();
  }
}

const TICK = 200; // whole frames and whole ticks of the page
const FOUR_HOURS = 4 * 3600000;
const seconds = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

// The strip begins on the last half minute before half an hour ago.
async function timelineAgrees(page, now, item) {
  const anchor = Math.floor((now - 1800000) / 30000) * 30000;
  const percent = (at) => ((at - anchor) / FOUR_HOURS) * 100;
  const shown = await page.evaluate(() => [".now", ".block.onair"].map((what) => {
    const { left, width } = document.querySelector(`.strip ${what}`).style;
    return { left: parseFloat(left), width: parseFloat(width) };
  }));
  assert.ok(Math.abs(shown[0].left - percent(now)) < 0.006, `the now-line at ${shown[0].left} %, not ${percent(now)} %`);
  const start = Date.parse(item.start), end = Date.parse(item.end);
  assert.ok(Math.abs(shown[1].left - percent(start)) < 0.001, "the item on air begins where it should");
  if (item.kind === "media") assert.ok(Math.abs(shown[1].width - (percent(end) - percent(start))) < 0.001, "and is drawn to scale"); // filler is drawn as one
}

async function agrees() {
  await withDriven(async ({ page, step, station, text }) => {
    await page.waitForSelector("tr[aria-current=true]", PATIENCE);
    const check = async () => {
      const { on_air: item, attention_in_ms: attention } = station.status();
      assert.equal(seconds(await text("time-left")), Math.ceil((item.left_ms + 40) / 1000), "the countdown");
      assert.equal(seconds(await text("attention-in")), Math.ceil(attention / 1000), "the attention clock");
      assert.equal(seconds(await text("time-of-day")), Math.floor((station.clock() / 1000 + 7 * 3600) % 86400), "the time of day");
      assert.ok((await text("onair-title")).startsWith(item.title));
      await timelineAgrees(page, station.clock(), item);
    };
    for (const ms of [TICK, 600, 1000, 1800, 400, 2000, 1400]) {
      await step(ms);
      await check();
    }
    const before = station.status();
    await step(before.on_air.left_ms + 40 - TICK * 2, "fastForward"); // to just before its last frames
    await step(TICK);
    await check();
    assert.equal(await text("time-left"), "00:01");
    await step(TICK * 2);
    assert.notEqual(station.status().on_air.start_frame, before.on_air.start_frame);
    await step(TICK);
    await check();
    assert.equal(await page.locator("tr[aria-current=true]").count(), 1);
  });
}

async function silence() {
  await withPage("desk", {}, async (page) => {
    station.silent = true;
    try {
      await page.waitForSelector("body.stale .silence", PATIENCE);
      await page.waitForFunction(() => document.querySelector("#time-left").textContent === "--:--" &&
        document.querySelector("#time-of-day").textContent === "--:--:--", null, PATIENCE);
      const said = await page.textContent(".silence [role=alert]"), counted = await page.textContent(".silence .count");
      assert.match(said, /MẤT LIÊN LẠC/);
      await page.waitForFunction((text) => document.querySelector(".silence .count").textContent !== text, counted, PATIENCE);
      assert.equal(await page.textContent(".silence [role=alert]"), said, "a reader says it once, not each second");
      assert.match(await page.evaluate(() => getComputedStyle(document.querySelector(".clocks")).filter), /grayscale/);
    } finally {
      station.silent = false;
      station.tell();
    }
    await page.waitForFunction(() => !document.body.classList.contains("stale") && !document.querySelector(".silence") &&
      /^\d+:\d\d/.test(document.querySelector("#time-left").textContent), null, PATIENCE);
    page.complaints.length = 0; // a request that was cut is told there
  });
}

async function asks() {
  await withPage("desk", {}, async (page) => {
    const before = station.commands.length;
    await page.click("[data-verb=take-next]");
    await page.waitForSelector("dialog .at", PATIENCE);
    assert.match(await page.textContent("dialog"), /kết thúc sớm 22:43/, "the daemon's words stand there before");
    assert.equal(station.commands.length, before, "nothing was done yet");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    assert.equal(station.commands.length, before, "and nothing after Escape");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.verb), "take-next", "the focus is back where it was");
    await page.click("[data-verb=take-next]");
    await page.waitForSelector("dialog .at", PATIENCE);
    await page.click("dialog .danger");
    await until("take-next", () => commandsOf("take-next").length === 1);
    await page.waitForSelector(".said .good", PATIENCE);
  });
}

async function takesByName() {
  await withPage("desk", {}, async (page) => {
    const row = page.locator(".rundown tbody tr", { hasText: "Gặp gỡ và đối thoại" });
    await row.locator("[data-verb=take]").click();
    await page.waitForSelector("dialog .at", PATIENCE);
    assert.match(await page.textContent("dialog h2"), /Phát\? Gặp gỡ và đối thoại/);
    await page.click("dialog .danger");
    await until("take", () => commandsOf("take").some((one) => one.body.uid === "doi-thoai@kenhmau.vn" && one.body.instance));
    await page.waitForSelector("dialog", { state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement.dataset.verb), "take", "the focus is back in its row");
  });
}

async function cut() {
  await withPage("desk", {}, async (page) => {
    station.closed = true;
    try {
      station.streams.forEach((stream) => stream.destroy());
      await page.waitForSelector("body.stale .silence", PATIENCE);
    } finally {
      station.closed = false;
    }
    await page.waitForFunction(() => !document.body.classList.contains("stale"), null, PATIENCE);
    page.complaints.length = 0;
  });
}

async function keyboard() {
  await withPage("desk", {}, async (page) => {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter"); // the link that skips to the actions
    assert.equal(await page.evaluate(() => document.activeElement.dataset.verb), "take");
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.verb), "hold");
    await page.keyboard.press("Enter");
    await until("hold", () => commandsOf("hold").length === 1);
    await page.waitForSelector("[data-verb=resume]", PATIENCE);
    await page.keyboard.press("Space"); // the focus has stayed where Hold was
    await until("resume", () => commandsOf("resume").length === 1);
    await page.focus("[data-verb=skip]");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog .at", PATIENCE);
    await page.keyboard.press("Enter");
    await until("skip", () => commandsOf("skip").length === 1);
    await page.waitForSelector("dialog", { state: "detached" }); // which gives the focus back
    await page.focus("[data-verb=extend]");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[role=menuitem]:focus", PATIENCE);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await until("extend", () => commandsOf("extend")[0]?.body.by === "PT5M");
  });
}

async function slate() {
  await withDriven(async ({ page, step, station }) => {
    const given = (verb) => station.commands.filter((one) => one.verb === verb).length;
    await page.hover("[data-verb=slate]");
    await page.mouse.down();
    await step(800);
    await page.mouse.up();
    await step(1000);
    assert.equal(given("slate"), 0, "a short press does nothing");
    await page.mouse.down();
    await step(1000);
    await until("slate", () => given("slate") === 1);
    await page.mouse.up();
    await page.waitForSelector("[data-verb=back]", PATIENCE);
    await step(TICK);
    assert.deepEqual(await page.evaluate(() => ["#onair-title", "#time-left", ".clock.left .under"].map((one) => document.querySelector(one).textContent)),
      ["Bảng chờ", "--:--", "đến khi có lệnh “Về lịch”"], "it has a name, and no end");
    await page.click("[data-verb=back]");
    await until("back", () => given("back") === 1);
    await page.focus("[data-verb=slate]");
    await page.keyboard.down("Enter");
    await step(800);
    assert.equal(given("slate"), 1);
    await step(TICK);
    await until("slate by the keyboard", () => given("slate") === 2);
    await page.keyboard.up("Enter");
    await page.evaluate(() => document.querySelector("[data-verb=slate]").click()); // as a screen reader does
    await page.waitForSelector("dialog", PATIENCE);
    await page.keyboard.press("Escape");
    assert.equal(given("slate"), 2);
  });
}

async function refused() {
  await withPage("desk", {}, async (page) => {
    const skips = commandsOf("skip").length;
    await page.click("[data-verb=skip]");
    await page.waitForSelector("dialog .at", PATIENCE);
    station.refusing = { status: 412, detail: "the rundown has moved on: look again" };
    try {
      await page.click("dialog .danger");
      await page.waitForSelector("dialog .problem", PATIENCE);
      assert.match(await page.textContent("dialog"), /moved on.*xác nhận lại/s);
      station.refusing = null;
      await page.click("dialog .danger");
      await until("skip, confirmed again", () => commandsOf("skip").length === skips + 1);
      await page.waitForSelector("dialog", { state: "detached" });
      station.refusing = { status: 412, detail: "the rundown has moved on: look again" };
      await page.click("[data-verb=hold]");
      await page.waitForSelector(".said .bad", PATIENCE);
      await page.hover("h1"); // what was asked beforehand about the button under the pointer may have come meanwhile
      await page.waitForFunction(() => /moved on/.test(document.querySelector(".said").textContent), null, PATIENCE);
      assert.match(station.matches.at(-1), /^"r\d+"$/, "it carried what the operator saw");
    } finally {
      station.refusing = null;
    }
    page.complaints.length = 0; // the browser tells of the 412
  });
}

// What a question says is true for as long as it stands there; the plan moves on under it, and its words do not.
async function staysTrue() {
  await withDriven(async ({ page, step, station: own }) => {
    const said = () => page.textContent("dialog .dialog-body");
    await page.click("[data-verb=skip]");
    await until("what it would do", async () => {
      await step(TICK);
      return page.$("dialog .at");
    });
    const before = await said();
    await until("a later time", async () => {
      await step(1000);
      return (await said()) !== before;
    });
    own.planned = { changes: ["Điều khác"], rundown_revision: "r2" };
    const asked = own.previews;
    await until("to be asked again", async () => {
      await step(1000);
      return own.previews > asked + 2;
    });
    assert.doesNotMatch(await said(), /Điều khác/);
  });
}

// The station answers nothing to commands until the returned function is called.
function hang() {
  let go = null;
  station.gate = new Promise((resolve) => { go = resolve; });
  return () => { station.gate = null; go(); };
}

async function pressesOnce() {
  await withPage("desk", {}, async (page) => {
    const skips = () => commandsOf("skip").length, holds = commandsOf("hold").length, before = skips();
    await page.dblclick("[data-verb=hold]");
    await page.waitForSelector("[data-verb=resume]", PATIENCE);
    assert.deepEqual([commandsOf("hold").length - holds, station.held], [1, true], "a double click is one press");
    const room = await page.evaluate(() => {
      const fault = document.querySelector("#rundown-now td.fault").cloneNode();
      fault.innerHTML = '<svg class="icon" width="14" height="14"></svg> Đang giữ hình';
      document.querySelector("#rundown-now").append(fault);
      const beyond = fault.scrollWidth - fault.clientWidth;
      fault.remove();
      return beyond;
    });
    assert.ok(room <= 0, `the fault is cut by ${room} px`);
    await page.click("[data-verb=resume]");
    await page.waitForSelector("[data-verb=hold]", PATIENCE);
    let go = hang();
    await page.focus("[data-verb=skip]");
    await page.keyboard.down("Enter");
    await page.waitForSelector("dialog .danger[aria-disabled=true]:focus", PATIENCE);
    await page.keyboard.up("Enter");
    await page.keyboard.press("Enter");
    go();
    await page.waitForSelector("dialog .danger[aria-disabled=false]", PATIENCE);
    assert.equal(skips(), before, "nothing is done before it is known what it does");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    await page.keyboard.down("Enter");
    await page.waitForSelector("dialog .danger[aria-disabled=false]:focus", PATIENCE);
    await page.keyboard.down("Enter"); // as a key that is kept down does
    await page.keyboard.up("Enter");
    assert.ok(await page.isVisible("dialog"), "and not by a key that is kept down");
    go = hang();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => /đã gửi đi/.test(document.querySelector("dialog .sent").textContent), null, PATIENCE);
    await page.click("dialog .quiet:has-text('Đóng')");
    await page.waitForFunction(() => /đang gửi/.test(document.querySelector(".said").textContent) || document.querySelector(".said .hint"), null, PATIENCE);
    await page.hover("h1");
    await page.focus("nav a");
    await page.waitForFunction(() => /đang gửi/.test(document.querySelector(".said").textContent), null, PATIENCE);
    go();
    await page.waitForSelector(".said .good", PATIENCE);
    assert.equal(skips(), before + 1);
  });
}

async function lostAnswers() {
  await withPage("desk", {}, async (page) => {
    station.keys.length = 0;
    let cuts = 1;
    await page.route("**/commands/slate", async (route) => {
      if (cuts-- <= 0) return route.continue();
      await route.fetch();
      return route.abort("connectionreset");
    });
    const press = async () => {
      await page.evaluate(() => document.querySelector("[data-verb=slate]").click());
      await page.waitForSelector("dialog .danger", PATIENCE);
      await page.click("dialog .danger");
    };
    try {
      cuts = 2; // one is the question's dry run
      await press();
      await page.waitForSelector("dialog", { state: "detached", ...PATIENCE });
      assert.equal(station.keys.length, 2);
      assert.ok(station.keys[0] && station.keys[0] === station.keys[1], "asked again as the same request");
      cuts = Infinity;
      await press();
      await page.waitForFunction(() => /chưa biết lệnh đã được làm hay chưa/.test(document.querySelector("dialog").textContent), null, PATIENCE);
    } finally {
      station.slate = false;
    }
    page.complaints.length = 0;
  });
}

async function keepsFocus() {
  await withPage("desk", {}, async (page) => {
    const focused = (selector) => page.waitForFunction((sought) => document.activeElement.matches(sought), selector, PATIENCE);
    const items = station.items, replan = (change) => {
      station.items = change(station.items);
      station.commands.push({ verb: "none" });
      station.tell();
    };
    try {
      await page.focus("tr:has-text('nộp hồ sơ') [data-verb=cancel]");
      replan((all) => all.map((one) => (one.uid === "huong-dan@kenhmau.vn" ? { ...one, start_frame: one.start_frame + 250, start: new Date(Date.parse(one.start) + 10000).toISOString() } : one)));
      await page.waitForFunction(() => /30:10/.test([...document.querySelectorAll(".rundown tr")].find((one) => /nộp hồ sơ/.test(one.textContent)).textContent), null, PATIENCE);
      await focused("tr [data-verb=cancel]"); // an airing that moves keeps it
      replan((all) => all.filter((one) => one.uid !== "huong-dan@kenhmau.vn"));
      await focused(".rundown .scroll"); // one that goes leaves it to its list
      for (const left of [1, 0]) {
        await page.fill(".banner input", "Lan");
        await page.focus(".banner button[aria-disabled=false]");
        await page.keyboard.press("Enter");
        await until("the alarm to be read", () => station.alarms.filter((one) => !one.acknowledged).length === left);
        await page.waitForFunction((n) => !!document.querySelector(".banner") === (n > 0) && !document.querySelector(".banner .count"), left, PATIENCE);
      }
      await focused("main");
    } finally {
      Object.assign(station, { items, alarms: ALARMS, posts: [] });
      await page.evaluate(() => localStorage.clear());
    }
  });
}

// What was cancelled far ahead, here or elsewhere, does not stand there as ready.
async function ahead() {
  await withPage("desk", {}, async (page) => {
    const listed = (text, is) => page.waitForFunction(([sought, wanted]) => document.querySelector(".rundown tbody").textContent.includes(sought) === wanted, [text, is], PATIENCE);
    const { items } = station;
    try {
      await listed("Dòng sông quê tôi", true);
      station.items = items.filter((one) => one.uid !== "phim@kenhmau.vn");
      station.commands.push({ verb: "cancel" });
      station.tell();
      await listed("Dòng sông quê tôi", false);
    } finally {
      station.items = items;
    }
  });
}

// The machine sleeps for an hour: the clock that counts stands still, that of the day goes on.
async function wakes() {
  await withDriven(async ({ page, step, station, text }) => {
    station.silent = true; // no line has come back yet
    await page.clock.setSystemTime(station.clock() + 3600000);
    await page.clock.runFor(1000);
    await page.waitForSelector("body.stale .silence", PATIENCE);
    assert.equal(await text("time-left"), "--:--", "what was before is not shown as what is");
    station.silent = false;
    station.step(3600000);
    await step(TICK);
    await step(TICK);
    await page.waitForSelector("body:not(.stale)", PATIENCE);
    assert.equal(seconds(await text("time-of-day")), Math.floor((station.clock() / 1000 + 7 * 3600) % 86400));
    assert.equal(seconds(await text("time-left")), Math.ceil((station.status().on_air.left_ms + 40) / 1000));
  });
}

// A live show that a person ends is on air to the limit of its overrun; it is due to end before.
async function counts() {
  await withDriven(async ({ page, step, station, text }) => {
    const { end } = station.status().on_air, ends = new Date(Date.parse(end) - 900000).toISOString();
    const show = { uid: "doi-thoai@kenhmau.vn", instance: station.status().now };
    Object.assign(station, { onAir: { ...show, kind: "live", title: "Gặp gỡ và đối thoại" }, overrun: { ...show, title: "Gặp gỡ và đối thoại", ends, until: end, costs: [] } });
    await step(Date.parse(ends) - station.clock() - 65000, "fastForward");
    await step(TICK);
    const label = () => page.textContent("#left-label");
    const left = () => Math.ceil((Date.parse(ends) - station.clock()) / 1000);
    assert.equal(seconds(await text("time-left")), left(), "to when it is due to end");
    assert.match(await label(), /Còn lại/);
    await step(90000, "fastForward");
    await step(TICK);
    assert.equal(await text("time-left"), `+00:${-left()}`, "and then how long it is over that");
    assert.match(await label(), /Quá giờ/);
    assert.match(await page.textContent(".clock.left .under"), /Dự kiến dừng .*chậm nhất/);
    await page.evaluate(() => { location.hash = "#countdown"; });
    await page.waitForSelector(".studio.soon", PATIENCE);
    assert.match(await page.textContent(".studio"), /Quá giờ.*\+00:2\d/s, "in the studio too");
  });
}

// A live show over its time, whose source is away, and a programme that leaves silent: each is said where one looks first.
async function overrun() {
  const at = (minutes) => new Date(station.clock() + minutes * 60000).toISOString();
  const show = { uid: "doi-thoai@kenhmau.vn", instance: at(-60) };
  Object.assign(station, { onAir: { ...show, kind: "live", title: "Gặp gỡ và đối thoại", episode: 0, media: "live:studio-a", screen: "fallback" }, faults: ["silence"],
    overrun: { ...show, title: "Gặp gỡ và đối thoại", ends: at(-6), until: station.status().on_air.end, costs: [{ minutes: 5, words: ["đã qua"] }, { minutes: 10, words: ["“Thời sự” lùi lại 4 phút"] }] } });
  try {
    for (const language of LANGUAGES)
      await withPage("desk", { language }, async (page) => {
        const said = await page.textContent(".card.onair");
        for (const sought of { vi: [/Dự phòng/, /Ra sóng: mất tiếng/, /Quá giờ 06:/, /chậm nhất \d\d:/, /Kéo thêm ?10 phút: “Thời sự” lùi lại 4 phút/], en: [/Fallback/, /Leaves silent/, /Over by 06:/] }[language])
          assert.match(said, sought);
        assert.doesNotMatch(said, /đã qua/);
        const over = await page.evaluate(() => [document.documentElement.scrollHeight - innerHeight, ...[...document.querySelectorAll(".cards .card")].map((one) => one.scrollHeight - one.clientHeight)]);
        assert.ok(over.every((px) => px <= 1), `in its place: ${over}`);
        assert.deepEqual(await axe(page), []);
        if (pictures) await page.screenshot({ path: join(pictures, `desk-${language}-overrun.png`) });
        await page.evaluate(() => localStorage.clear());
      });
  } finally {
    Object.assign(station, { onAir: null, overrun: null, faults: [] });
  }
}

async function unreadable() {
  const folder = mkdtempSync(join(tmpdir(), "playoutd-web-"));
  await withPage("media", {}, async (page) => {
    const send = async (name, text) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click(".media [data-act=send]")]);
      await chooser.setFiles(path);
      await page.waitForSelector(".uploads li.failed", PATIENCE);
      const said = await page.textContent(".uploads li.failed .problem");
      await page.click(".uploads li.failed button");
      return said;
    };
    await page.route("**/media/uploads", (route) => {
      rmSync(join(folder, "mất.mp4"));
      return route.fulfill({ json: { id: "u", path: "mất.mp4", size_bytes: 9, received_bytes: 0, piece_bytes: 2097152, done: false } });
    });
    assert.match(await send("trống.mp4", ""), /trống/);
    assert.match(await send("mất.mp4", "123456789"), /Không đọc được tệp này/, "and it is not the line's fault");
  });
  rmSync(folder, { recursive: true });
}

// The disk fills up while a clip is sent: said at once, in the daemon's words; it goes on where it was when there is room.
async function full() {
  await withPage("media", {}, async (page) => {
    let room = false, received = 0;
    const begun = [], none = { status: 507, json: { title: "Insufficient Storage", status: 507, detail: "đầy.mp4: không còn chỗ" } };
    const answer = (route) => route.fulfill({ json: { id: "u", path: "đầy.mp4", size_bytes: 9, received_bytes: received, piece_bytes: 4, done: received === 9 } });
    await page.route("**/media/uploads", (route) => {
      begun.push(route.request().postDataJSON());
      return answer(route);
    });
    await page.route("**/media/uploads/*", (route) => {
      if (received && !room) return route.fulfill(none);
      received = Math.min(received + 4, 9);
      return answer(route);
    });
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click(".media [data-act=send]")]);
    await chooser.setFiles({ name: "đầy.mp4", mimeType: "video/mp4", buffer: Buffer.from("123456789") });
    await page.waitForSelector(".uploads li.failed", PATIENCE);
    assert.match(await page.textContent(".uploads li.failed .problem"), /không còn chỗ/);
    assert.doesNotMatch(await page.textContent(".uploads li.failed"), /Thay clip/);
    assert.equal(begun.length, 1, "asked no more");
    assert.match(page.complaints.pop(), /507/);
    room = true;
    await page.click(".uploads li.failed [data-act=go-on]");
    await page.waitForSelector(".uploads li.done", PATIENCE);
    assert.deepEqual(begun[1], begun[0], "the same upload");
    await page.click(".uploads li.done button");
    // Given up in the middle: nothing of it stays with the station.
    received = 0;
    let piece = null;
    const removed = new Promise((resolve) => page.route("**/media/uploads/u", (route) => (route.request().method() === "DELETE" ? (resolve(), route.fulfill({ status: 204 })) : (piece = route))));
    const [other] = await Promise.all([page.waitForEvent("filechooser"), page.click(".media [data-act=send]")]);
    await other.setFiles({ name: "đầy.mp4", mimeType: "video/mp4", buffer: Buffer.from("123456789") });
    await page.waitForSelector(".uploads li.sending .path", PATIENCE);
    await page.click(".uploads li.sending button");
    await removed;
    assert.equal(await page.locator(".uploads li").count(), 0);
    await piece?.abort().catch(() => null);
  });
}

// What an airing lacks is said as it is: a folder that has no more, or a name that two files have, is no file to be sent.
async function lacking() {
  await withPage("media", {}, async (page) => {
    const of = (part, expected, why) => ({ uid: "mua@test", instance: "2027-04-01T12:00:00Z", start: "2027-04-01T12:00:00Z", part, episode: 4, title: "Mùa", state: "missing", expected, why, tell: [] });
    await page.route("**/api/v1/media/missing", (route) => route.fulfill({ json: [of(0, ["mua/"], "“tệp 4 của thư mục mua” không có"), of(1, [], "“mua.mp4” khớp 2 tệp")] }));
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll(".missinglist .todo").length === 2, null, PATIENCE);
    assert.deepEqual(await page.locator(".missinglist .todo").allTextContents(), ["“tệp 4 của thư mục mua” không có", "“mua.mp4” khớp 2 tệp"]);
  });
}

// Where replacing what is there would not help, nothing says that it does.
async function unplaceable() {
  await withPage("media", {}, async (page) => {
    await page.route("**/media/uploads", (route) => route.fulfill({ status: 409, json: { status: 409, code: "conflict", detail: "các tập trước chưa có" } }));
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click(".media [data-act=send]")]);
    await chooser.setFiles({ name: "phim.mp4", mimeType: "video/mp4", buffer: Buffer.from("123456789") });
    await page.waitForSelector(".uploads li.failed", PATIENCE);
    assert.match(await page.textContent(".uploads li.failed .problem"), /các tập trước/);
    assert.equal(await page.locator(".uploads li.failed >> text=Thay clip đang có").count(), 0);
    for (const one of page.complaints.splice(0)) assert.match(one, /409/);
  });
}

// Somebody else's clip of that name is there when the last piece comes: said at once, and how to go on.
async function taken() {
  await withPage("media", {}, async (page) => {
    const begun = [];
    await page.route("**/media/uploads", (route) => {
      const wish = route.request().postDataJSON();
      begun.push(wish.replace);
      const isTaken = begun.length > 1 && !wish.replace;
      return route.fulfill(isTaken ? { status: 409, json: { status: 409, code: "taken", detail: "phim.mp4: đã có" } }
        : { json: { id: "u", path: "phim.mp4", size_bytes: 9, received_bytes: wish.replace ? 9 : 0, piece_bytes: 9, done: !!wish.replace } });
    });
    await page.route("**/media/uploads/*", (route) => route.fulfill({ status: 409, json: { status: 409, code: "taken", detail: "phim.mp4: đã có" } }));
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click(".media [data-act=send]")]);
    await chooser.setFiles({ name: "phim.mp4", mimeType: "video/mp4", buffer: Buffer.from("123456789") });
    await page.waitForSelector(".uploads li.failed", PATIENCE);
    assert.match(await page.textContent(".uploads li.failed .problem"), /đã có/);
    assert.deepEqual(begun, [undefined, undefined], "asked once more, and no longer");
    await page.click(".uploads li.failed >> text=Thay clip đang có");
    await page.waitForSelector(".uploads li.done", PATIENCE);
    assert.deepEqual(begun, [undefined, undefined, true]);
    for (const one of page.complaints.splice(0)) assert.match(one, /409/);
  });
}

// While the station can take no clip it says why; then the clip is sent by itself.
async function away() {
  await withPage("media", {}, async (page) => {
    let isBack = false;
    await page.route("**/media/uploads", (route) => route.fulfill(isBack
      ? { json: { id: "u", path: "phim.mp4", size_bytes: 9, received_bytes: 9, piece_bytes: 9, done: true } }
      : { status: 503, json: { status: 503, detail: "ổ mạng chưa được gắn" } }));
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click(".media [data-act=send]")]);
    await chooser.setFiles({ name: "phim.mp4", mimeType: "video/mp4", buffer: Buffer.from("123456789") });
    await page.waitForSelector(".uploads li.waiting >> text=ổ mạng chưa được gắn", PATIENCE);
    isBack = true;
    await page.waitForSelector(".uploads li.done", PATIENCE);
    for (const one of page.complaints.splice(0)) assert.match(one, /503/);
  });
}

// A long name of the channel, and of who is logged in, leaves the bar whole; and the system's colours what is drawn.
async function bears() {
  Object.assign(station, { channel: "Đài Phát thanh và Truyền hình thành phố – Kênh Cải cách hành chính", session: { name: "nguyenthihuongquynh@kenhmau.vn", role: "admin", has_users: true } });
  try {
    for (const language of LANGUAGES)
      await withPage("desk", { language }, async (page) => {
        const cut = await page.evaluate(() => [...document.querySelectorAll(".top :is(button, a:not(.skip))")]
          .filter((one) => one.getBoundingClientRect().right > one.parentElement.getBoundingClientRect().right + 1 || one.getBoundingClientRect().right > innerWidth).map((one) => one.textContent));
        assert.deepEqual(cut, []);
        assert.ok(await page.evaluate(() => document.querySelector(".top").offsetHeight) < 40, "in one line");
        await page.emulateMedia({ forcedColors: "active" });
        const shades = await page.evaluate(() => [".progress", ".progress .bar", ".strip .now"].map((one) => getComputedStyle(document.querySelector(one)).backgroundColor));
        assert.equal(new Set(shades).size, 3, "what is drawn stays to be seen");
        if (pictures) await page.screenshot({ path: join(pictures, `desk-${language}-forced.png`) });
        await page.emulateMedia({ forcedColors: null });
        await page.evaluate(() => localStorage.clear());
      });
  } finally {
    Object.assign(station, { channel: "Kênh mẫu", session: { name: null, role: "admin", has_users: false } });
  }
}

async function alarms() {
  await withPage("desk", {}, async (page) => {
    assert.match(await page.textContent(".banner"), /tap-08/);
    await page.fill(".banner input", "Lan");
    await page.click(".banner button");
    await page.waitForFunction(() => !document.querySelector(".banner")?.textContent.includes("tap-08"), null, PATIENCE);
    await page.click(".banner button");
    await page.waitForSelector(".banner", { state: "detached" });
    await page.waitForFunction(() => /Lan đã đọc lúc/.test(document.querySelector(".alarms").textContent), null, PATIENCE);
    assert.deepEqual(station.posts.filter((one) => one.path === "/alarms/acknowledge").map((one) => one.body),
      [{ id: "media:missing", who: "Lan" }, { id: "output:archive", who: "Lan" }], "the daemon is told, by name");
    station.alarms = [...station.alarms, { id: "new", severity: "error", since: "2027-03-31T12:06:00Z", text: "đứt nguồn", what_to_do: "gọi" }];
    station.tell();
    await page.waitForSelector(".banner", PATIENCE);
    assert.match(await page.textContent(".banner"), /đứt nguồn/, "a new one comes up by itself");
    station.alarms = ALARMS;
    station.tell();
    await page.evaluate(() => localStorage.clear());
  });
}

async function readsAll() {
  const storm = [...Array(203).keys()].map((n) => ({ ...ALARMS[0], id: `storm:${n}`, acknowledged: null, text: `thiếu clip ${n}` }));
  try {
    for (const language of LANGUAGES) {
      Object.assign(station, { alarms: storm, posts: [] });
      await withPage("desk", { language }, async (page) => {
        await page.click(".banner .all");
        assert.ok(await page.evaluate(() => !document.querySelector("dialog") && document.activeElement.name === "who"), "not without a name");
        await page.fill(".banner input", "Lan");
        await page.click(".banner .all");
        await page.waitForSelector("dialog .unread li:nth-child(203)", PATIENCE);
        assert.deepEqual(await axe(page), []);
        if (pictures) await page.screenshot({ path: join(pictures, `alarms-${language}-all.png`) });
        const since = "2027-03-31T12:06:00Z"; // one comes, and one comes again
        station.alarms = [{ ...storm[0], id: "new", since }, { ...storm[0], since }, ...storm.slice(1)];
        station.tell();
        await page.waitForFunction(() => /204/.test(document.querySelector(".banner .all").textContent), null, PATIENCE);
        assert.equal(await page.evaluate(() => document.querySelectorAll("dialog .unread li").length), 203, "the list stands still");
        await page.click("dialog .primary");
        await page.waitForSelector("dialog", { state: "detached" });
        await until("what was seen, no more, in few requests", () => station.posts.length === 2);
        assert.deepEqual(station.posts.flatMap((one) => one.body.ids), storm.slice(1).map((one) => one.id));
        assert.ok(station.posts.every((one) => one.path === "/alarms/acknowledgements" && one.body.who === "Lan"));
        await page.waitForFunction(() => document.querySelector(".banner .all").textContent.includes("2"), null, PATIENCE);
        await page.evaluate(() => localStorage.clear());
      });
    }
  } finally {
    Object.assign(station, { alarms: ALARMS, posts: [] });
  }
}

async function readsFirst() {
  await withDriven(async ({ page, step, station }) => {
    await page.fill(".banner input", "Lan");
    await step(1000);
    station.alarms = [{ id: "new", severity: "error", since: "2027-03-31T12:06:00Z", text: "đứt nguồn", what_to_do: "gọi" }, ...ALARMS];
    await step(0);
    const press = () => page.evaluate(() => document.querySelector(".banner button").click());
    assert.match(await page.textContent(".banner .text"), /đứt nguồn/);
    await press();
    await step(1000);
    assert.deepEqual(station.posts, [], "a press as it comes up was meant for the one before");
    await press();
    await until("the alarm to be read", () => station.posts.some((one) => one.body.id === "new"));
  });
}

// What the browser is asked to say is what counts here; Debian's has no voices of its own.
const VOICES = `(() => {
  window.said = [];
  const voices = [{ lang: "en-GB", name: "e" }, { lang: "vi-VN", name: "v" }];
  Object.defineProperty(window, "speechSynthesis", { value: { getVoices: () => voices, cancel() {}, addEventListener() {}, removeEventListener() {},
    speak: (one) => window.said.push({ text: one.text, lang: one.lang }) } });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
})()`;

async function spoken() {
  await withPage("desk", { script: VOICES }, async (page) => {
    const heard = () => page.evaluate(() => window.said);
    station.tell();
    assert.deepEqual(await heard(), [], "nothing is said unless somebody wants it");
    await page.click(".spoken");
    await page.waitForFunction(() => window.said.length === 1, null, PATIENCE);
    const [first] = await heard();
    assert.equal(first.lang, "vi-VN");
    assert.match(first.text, /^Lỗi\. .*tap-08\.mp4.*Chép tap-08\.mp4.*Và 1 báo động nữa\.$/);
    station.tell();
    station.alarms = [{ id: "new", severity: "error", since: "2027-03-31T12:06:00Z", text: "đứt nguồn", what_to_do: "Gọi." }, ...ALARMS];
    station.tell();
    await page.waitForFunction(() => window.said.length > 1, null, PATIENCE);
    assert.deepEqual((await heard()).slice(1).map((one) => one.text), ["Lỗi. đứt nguồn. Gọi."], "each is said once");
    await page.click(".spoken");
    assert.equal(await page.getAttribute(".spoken", "aria-pressed"), "false");
    station.alarms = ALARMS;
    await page.evaluate(() => localStorage.clear());
  });
}

async function switches() {
  await withPage("desk", {}, async (page) => {
    assert.equal(await page.getAttribute("html", "lang"), "vi");
    assert.equal(station.languages.at(-1), "vi", "what the daemon says comes in it too");
    await page.click(".switch button[lang=en]");
    assert.match(await page.textContent(".actions"), /Take next/);
    await until("the stream in English", () => station.languages.at(-1) === "en");
    assert.equal(await page.getAttribute("html", "lang"), "en");
    await page.reload();
    await ready(page, "desk");
    assert.match(await page.textContent("nav"), /As-run/);
    await page.evaluate(() => localStorage.clear());
  });
}

async function asrun() {
  await withPage("asrun", { language: "en" }, async (page) => {
    const count = () => page.locator("tbody tr").count();
    const all = await count();
    assert.ok(all > 10);
    await page.fill("input[type=search]", "du bao");
    await until("the filter", async () => (await count()) === 1);
    assert.match(await page.textContent("tbody"), /Dự báo thời tiết.*In part.*bộ giải mã bị treo\. Đã phát thay/s, "found without its accents, with why");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(".buttons button:first-child")]);
    const bytes = readFileSync(await download.path());
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], "the mark by which a spreadsheet knows UTF-8");
    assert.equal(bytes.toString("utf8").trim().split("\r\n").length, 2);
    assert.match(bytes.toString("utf8"), /Dự báo thời tiết và thủy văn,media/);
  });
}

const PAPER = { width: 794, height: 1123 };

// Black on white, whole, and every column, whatever the paper's width.
async function prints() {
  for (const [view, columns] of [["asrun", 9], ["report", 13]])
    await withPage(view, { language: "vi", size: PAPER }, async (page) => {
      await page.emulateMedia({ media: "print" });
      if (pictures) await page.screenshot({ path: join(pictures, `${view}-print.png`), fullPage: true });
      const found = await page.evaluate(() => {
        const shown = (one) => one.getClientRects().length > 0;
        const light = (colour) => colour.match(/[\d.]+/g).slice(0, 3).every((part) => part > 120);
        const isPale = (colour) => colour.match(/[\d.]+/g).slice(0, 3).reduce((sum, part, i) => sum + part * [0.3, 0.59, 0.11][i], 0) > 120;
        const text = [...document.querySelectorAll("main *")].filter((one) => shown(one) && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
        const boxes = [...document.querySelectorAll("main > section")].map((one) => one.getBoundingClientRect());
        return {
          columns: [...document.querySelector("main table tr").children].filter(shown).length,
          pale: text.filter((one) => isPale(getComputedStyle(one).color)).map((one) => one.outerHTML.slice(0, 120)),
          dark: [...document.querySelectorAll("main, main section, main th, main td, main input")].filter((one) => shown(one) && /^rgb\(/.test(getComputedStyle(one).backgroundColor) && !light(getComputedStyle(one).backgroundColor)).map((one) => one.outerHTML.slice(0, 120)),
          over: boxes.filter((box, i) => i > 0 && box.top < boxes[i - 1].bottom - 1).length,
          cut: [...document.querySelectorAll("main .scroll")].filter((one) => one.scrollHeight > one.clientHeight + 1).length,
        };
      });
      assert.deepEqual(found, { columns, pale: [], dark: [], over: 0, cut: 0 }, view);
    });
  await withPage("report", { language: "vi", size: PAPER }, async (page) => {
    const listed = () => page.evaluate(() => document.querySelectorAll("main table tbody tr[class^=report-]").length);
    assert.equal(await listed(), 26, "the series that is chosen");
    await page.evaluate(() => {
      window.print = () => { window.printed = document.querySelectorAll("main table tbody tr[class^=report-]").length; };
      document.querySelector(".report header .quiet").click();
    });
    await page.waitForFunction(() => window.printed === 30, null, PATIENCE);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.waitForFunction(() => document.querySelectorAll("main table tbody tr[class^=report-]").length === 26, null, PATIENCE);
    const file = join(mkdtempSync(join(tmpdir(), "playoutd-web-")), "report.pdf"); // as by the browser's own menu
    await page.pdf({ path: file });
    const text = execFileSync("pdftotext", ["-raw", file, "-"], { encoding: "utf8" });
    rmSync(dirname(file), { recursive: true });
    assert.equal(text.match(/\d\d:\d\d Chưa đến/g)?.length, 22, text);
  });
}

async function season() {
  await withPage("season", { language: "en" }, async (page) => {
    await page.waitForFunction(() => !document.querySelector(".series .badge.unknown"), null, PATIENCE);
    const first = page.locator(".series").first();
    assert.equal(await first.locator(".badge").count(), 26, "26 episodes");
    assert.equal(await page.locator(".series").nth(1).locator(".badge").count(), 4, "4 live shows");
    assert.match(await first.locator(".badge").nth(3).textContent(), /^4.*Missed/s);
    assert.match(await first.locator(".badge").nth(4).textContent(), /^5.*In part/s);
    assert.match(await first.locator(".badge").nth(20).textContent(), /^21.*In doubt/s);
    assert.match(await first.locator(".badge").nth(25).textContent(), /^26.*Missing/s);
    assert.match(await first.locator(".badge").nth(8).textContent(), /^9.*Ready/s);
  });
}

async function media() {
  await withPage("media", { language: "en" }, async (page) => {
    const detail = () => page.textContent(".media .detail");
    assert.match(await detail(), /tap-09.*8\.8 LU.*01:12.*by the episode's number.*01:12 too long/s, "the first with something to mend");
    assert.match(await detail(), /Damaged at: 01:01, 01:02 and 20 more.*Black: 00:00 to 00:03, 12:05 to 12:11/s, "and where to look");
    await page.fill("input[type=search]", "TAP 10".replace(" ", "-"));
    await page.waitForFunction(() => document.querySelectorAll(".media tbody tr").length === 1, null, PATIENCE);
    await page.click(".media tbody button");
    assert.match(await detail(), /Unfit.*chép lại tệp.*episode 10/s);
    await page.fill("input[type=search]", "");
    await page.selectOption(".media select", "fit");
    await page.waitForFunction(() => document.querySelectorAll(".media tbody tr").length === 3, null, PATIENCE);
    await page.click("text=mua-gat.mp4");
    assert.match(await detail(), /No airing of the year ahead uses this clip/);
    await page.click(".media [data-verb=insert-after]");
    await page.waitForSelector("dialog .at", PATIENCE);
    await page.click("dialog .danger");
    await until("insert", () => commandsOf("insert").some((one) => one.body.media === "phong-su/mua-gat.mp4" && one.body.how === "after"));
    await page.waitForSelector("dialog", { state: "detached" });
    await page.selectOption(".media .deeds select", { index: 1 });
    assert.equal(await page.locator("dialog").count(), 0, "to choose is not yet to act");
    await page.click(".media [data-verb=replace]");
    await page.waitForSelector("dialog .at", PATIENCE);
    await page.click("dialog .danger");
    await until("replace", () => commandsOf("replace").some((one) => one.body.uid === "cchc-2027@kenhmau.vn" && one.body.media === "phong-su/mua-gat.mp4"));
    await page.waitForSelector("dialog", { state: "detached" });
    assert.match(await page.textContent(".missinglist"), /tap-08.*Needed by.*bientap@kenhmau\.vn/s);
  });
}

// Typed as people do, with a space too many; one that cannot be is refused in words, and what was typed stays.
async function marks() {
  await withPage("media", { language: "en" }, async (page) => {
    const path = "/media/phong-su/mua-gat.mp4/marks", sent = () => station.posts.filter((one) => one.path === path).map((one) => one.body);
    await page.fill("input[type=search]", "mua-gat");
    await page.click("text=mua-gat.mp4");
    assert.equal(await page.getAttribute(".marks button", "aria-disabled"), "true", "nothing to set");
    await page.fill(".marks [name=som]", " 00:00:02:05");
    await page.fill(".marks [name=eom]", "PT1M30S ");
    await page.click(".marks button");
    await page.waitForFunction(() => /the next airing goes by them/.test(document.querySelector(".marks [role=status].good")?.textContent), null, PATIENCE);
    await page.fill(".marks [name=som]", "1:2");
    await page.fill(".marks [name=eom]", "");
    assert.equal(await page.locator(".marks [role=status]").count(), 0, "that was of what stood there before");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => /1:2.*neither/.test(document.querySelector(".marks [role=status].red")?.textContent), null, PATIENCE);
    assert.equal(await page.inputValue(".marks [name=som]"), "1:2");
    assert.deepEqual(sent(), [{ som: "00:00:02:05", eom: "PT1M30S" }, { som: "1:2", eom: null }]);
    assert.match(page.complaints.pop(), /400/);
  });
}

// The table shows the first of them; what is sought is sought in all.
async function largeLibrary() {
  await withPage("media", { language: "en" }, async (page) => {
    await page.route("**/api/v1/media", async (route) => {
      const answer = await route.fetch();
      const [clip] = await answer.json();
      await route.fulfill({ response: answer, json: [...Array(1200).keys()].map((i) => ({ ...clip, path: `kho/${i}.mp4` })) });
    });
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll(".media tbody tr").length === 500, null, PATIENCE);
    assert.match(await page.textContent(".media .panel"), /1200.*and 700 more/s);
    await page.click(".media [data-more]");
    await page.waitForFunction(() => document.querySelectorAll(".media tbody tr").length === 1000, null, PATIENCE);
    await page.fill("input[type=search]", "kho/1199");
    await page.waitForFunction(() => document.querySelectorAll(".media tbody tr").length === 1, null, PATIENCE);
  });
}

// Why something did not air is recorded where the report tells of it, and the report follows.
async function settles(page) {
  assert.equal(await page.locator("[data-settle]").count(), 1, "only of what did not air");
  const instance = await page.getAttribute("[data-settle]", "data-settle");
  await page.focus("[data-settle]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog .fields", PATIENCE);
  assert.match(await page.textContent("dialog"), /Record why.*Cải cách hành chính, .* · Missed/s);
  assert.deepEqual(await axe(page), []);
  await page.selectOption("dialog [name=status]", "withdrawn");
  await page.click("dialog .primary");
  assert.equal(station.corrections.size, 0, "not without a reason");
  await page.fill("dialog [name=why]", "hết hợp đồng. Công văn 12/SVHTT");
  await page.keyboard.press("Enter");
  await page.waitForSelector("tr.report-withdrawn", PATIENCE);
  assert.deepEqual([...station.corrections], [[instance, { uid: "cchc-2027@kenhmau.vn", instance, status: "withdrawn", why: "hết hợp đồng. Công văn 12/SVHTT" }]]);
  assert.match(await page.textContent("tr.report-withdrawn"), /Withdrawn.*hết hợp đồng\. Công văn 12\/SVHTT, lan/s, "in its own words, to the end");
  if (pictures) await page.screenshot({ path: join(pictures, "report-settled-en.png") });
  station.corrections.clear();
}

async function report() {
  await withPage("report", { language: "en" }, async (page) => {
    const first = page.locator(".figures tbody tr").first();
    assert.equal((await first.locator("td").allTextContents()).join(" "), "26 5 1 1 0 1 0 19 1 1 23 2:52:00");
    assert.equal(await page.locator("tr.report-to_come").count(), 19);
    assert.match(await page.textContent("tr.report-partial"), /In part.*22:00.*131, 132/s, "the rows behind it");
    assert.match(await page.textContent("tr.report-missed"), /Missed · Made up.*clip missing/s);
    await settles(page);
    await page.locator(".figures button").nth(1).click();
    await page.waitForFunction(() => document.querySelectorAll("tr.report-to_come").length === 3, null, PATIENCE);
  });
}

// That the text of the calendars is in order does not say that there are clips for it.
async function faultless() {
  const answer = (page, path, change) => page.route(`**/api/v1${path}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change(await response.json()) });
  });
  const all = (page) => page.$$eval(".schedules .good", (found) => found.map((one) => one.textContent.trim()));
  await withPage("schedules", { language: "vi" }, async (page) => {
    await answer(page, "/schedules", (found) => ({ ...found, faults: [], alarms: [] }));
    await page.reload();
    await page.waitForSelector(".schedules section a[href='#media']", PATIENCE);
    const said = await page.textContent(".schedules section:first-of-type");
    assert.match(said, /Nội dung các tệp lịch không có lỗi.*thiếu clip [1-9]/s);
    assert.deepEqual(await all(page), [], "nothing is green");
    await page.click(".schedules section a[href='#media']");
    await ready(page, "media");
    await answer(page, "/media/missing", () => []);
    await page.goto(`${fake.url}/#schedules`);
    await page.waitForSelector(".schedules .good", PATIENCE);
    assert.deepEqual(await all(page), ["Mọi buổi phát trong một năm tới đều đã có clip"]);
  });
}

async function schedules() {
  await withPage("schedules", { language: "en" }, async (page) => {
    await page.click(".waits .primary");
    await page.waitForSelector("dialog .changes li", PATIENCE);
    assert.match(await page.textContent("dialog"), /3 mục mất clip.*dời từ 01\/04 19:45 sang 02\/04 20:00.*and 40 more/s, "the difference stands there before");
    assert.ok(!station.posts.some((one) => one.path.startsWith("/schedules/")), "and nothing was done");
    await page.click("dialog .primary");
    await until("confirm", () => station.posts.some((one) => one.path === "/schedules/confirm" && one.body.revision === "77ab120cc4d0ff"));
    await page.waitForSelector(".waits", { state: "detached" });
    await page.click(".schedules section:last-of-type tbody button.small");
    await page.waitForSelector("dialog .changes li", PATIENCE);
    await page.click("dialog .danger");
    await until("rollback", () => station.posts.some((one) => one.path === "/schedules/rollback" && one.body.revision === "11aa22bb33cc44"));
    await page.waitForSelector("dialog", { state: "detached" });
    assert.match(await page.textContent(".schedules"), /calendar:doi-tac.*Old copy.*calendar:moi.*No copy yet/s, "calendars elsewhere that cannot be had");
    assert.match(await page.textContent(".schedules section:last-of-type tbody"), /the folder/, "who it was, in words");
    const feeds = await page.$$eval(".feeds input", (all) => all.map((one) => one.value));
    assert.deepEqual(feeds, ["plan.ics", "asrun.ics", "guide.xml"].map((name) => `${fake.url}/api/v1/${name}`), "whole addresses");
    await page.click(".feeds p:nth-of-type(2) button");
    await page.waitForFunction(() => document.querySelector(".feeds p:nth-of-type(2) button").textContent === "Copied", null, PATIENCE);
    assert.deepEqual(await page.$$eval(".feeds button", (all) => all.map((one) => one.textContent)), ["Copy", "Copied", "Copy"]);
    await page.click("[data-act=refresh]");
    await until("refresh", () => station.posts.some((one) => one.path === "/schedules/refresh"));
    station.waiting = true;
  });
}

async function logIn() {
  station.session = { name: null, role: "none", has_users: true };
  for (const language of LANGUAGES) {
    const page = await open("desk", { language });
    await page.waitForSelector(".login form", PATIENCE);
    assert.deepEqual(await axe(page), [], `log-in ${language}`);
    if (pictures) await page.screenshot({ path: join(pictures, `login-${language}.png`) });
    await page.close();
  }
  const page = await open("desk", { language: "vi" });
  await page.waitForSelector(".login form", PATIENCE);
  await page.keyboard.type("lan"); // the focus is there
  await page.keyboard.press("Tab");
  await page.keyboard.type("sai rồi nhé");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /sai tên hoặc mật khẩu/.test(document.querySelector(".login .problem").textContent), null, PATIENCE);
  assert.equal(station.heard.at(-1), "vi", "the refusal is to come in the page's language");
  await page.keyboard.type("một mật khẩu dài");
  await page.keyboard.press("Enter");
  await ready(page, "desk");
  assert.match(await page.textContent(".whoami"), /lan/);
  for (const [view, sought] of [["desk", ".banner .todo"], ["media", ".media .detail .path"], ["schedules", ".schedules .faults li"], ["asrun", ".asrun tbody tr"], ["season", ".series .badge.missing"]]) {
    await page.evaluate((name) => { location.hash = name; }, view);
    await page.waitForSelector(sought, PATIENCE);
    const offered = await page.evaluate(() => [...document.querySelectorAll("[data-verb], [data-act], [data-correct], .banner form, .waits button, .marks button, input[type=file]")].map((one) => one.outerHTML));
    assert.deepEqual(offered, [], `a viewer is offered nothing on ${view} that would be refused`);
  }
  for (const away of [(route) => route.abort(), (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<html>" })]) {
    await page.route("**/api/v1/session", away);
    await page.click(".whoami button");
    await page.waitForFunction(() => /vẫn đang đăng nhập.*không trả lời/s.test(document.querySelector("dialog:has(.problem)")?.textContent), null, PATIENCE);
    assert.deepEqual(await axe(page), []);
    await page.unroute("**/api/v1/session");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
  }
  await page.click(".whoami button");
  await page.waitForSelector(".login form", PATIENCE);
  assert.equal(await page.textContent(".login .problem"), "", "who logs out knows it");
  // A session that ends under the page.
  station.session = { name: "lan", role: "viewer", has_users: true };
  await page.reload();
  await ready(page, "season");
  station.session = { name: null, role: "none", has_users: true };
  await page.route("**/api/v1/schedules", (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: "{}" }));
  await page.evaluate(() => { location.hash = "schedules"; });
  await page.waitForFunction(() => /đã hết. Hãy đăng nhập lại/.test(document.querySelector(".login .problem")?.textContent), null, PATIENCE);
  // In another tab somebody logs in: this one is let in too.
  station.session = { name: "lan", role: "operator", has_users: true };
  await page.unroute("**/api/v1/schedules");
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await ready(page, "schedules");
  // What was to be done is said not to have been.
  await page.route("**/api/v1/commands/*", (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: "{}" }));
  station.session = { name: null, role: "none", has_users: true };
  await page.click(".actions [data-verb=hold]");
  await page.waitForFunction(() => /chưa được làm/.test(document.querySelector(".login .problem")?.textContent), null, PATIENCE);
  await page.close();
  station.session = { name: null, role: "admin", has_users: false };
}

async function people() {
  station.session = { name: "lan", role: "admin", has_users: true };
  const sent = (method, path) => station.people.asked.filter((one) => one.method === method && one.path === path).map((one) => one.body);
  await withPage("people", { language: "en" }, async (page) => {
    await page.fill(".people section:first-of-type [name=name]", "minh");
    await page.selectOption(".people section:first-of-type [name=role]", "operator");
    await page.fill(".people section:first-of-type [name=password]", "đủ dài để đoán không ra");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[data-user=minh]", PATIENCE);
    assert.deepEqual(sent("POST", "/users"), [{ name: "minh", role: "operator", password: "đủ dài để đoán không ra" }]);
    assert.equal(await page.inputValue(".people [name=password]"), "", "no password stays on the page");
    assert.match(await page.textContent("[data-user=minh]"), /Operator/);
    await page.focus("[data-user=minh] [data-act=change]"); // all by keyboard
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog .fields [name=role]:focus", PATIENCE);
    await page.selectOption("dialog [name=role]", "producer");
    await page.focus("dialog [name=password]");
    await page.keyboard.type("ngắn");
    await page.keyboard.press("Enter");
    assert.equal(sent("PATCH", "/users/minh").length, 0, "too short a password is not sent");
    await page.keyboard.type(" thì không được");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog", { state: "detached" });
    assert.deepEqual(sent("PATCH", "/users/minh"), [{ role: "producer", password: "ngắn thì không được" }]);
    await page.waitForFunction(() => /Producer/.test(document.querySelector("[data-user=minh]").textContent), null, PATIENCE);
    await page.click("[data-user=lan] [data-act=remove]");
    await page.click("dialog .danger");
    await page.waitForSelector("dialog .problem", PATIENCE);
    assert.match(await page.textContent("dialog .problem"), /last admin/, "the daemon's refusal stands there");
    page.complaints.length = 0; // Chromium tells each refusal
    await page.keyboard.press("Escape");
    await page.click("[data-user=minh] [data-act=remove]");
    await page.click("dialog .danger");
    await page.waitForSelector("[data-user=minh]", { state: "detached" });
    assert.equal(sent("DELETE", "/users/minh").length, 1);
    await page.fill(".people section:last-of-type [name=name]", "xmltv");
    await page.fill(".people section:last-of-type [name=days]", "90");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".key", PATIENCE);
    assert.deepEqual(sent("POST", "/tokens"), [{ name: "xmltv", role: "viewer", days: 90 }]);
    assert.equal(await page.inputValue(".key input"), "po_khoa-chi-hien-mot-lan");
    assert.deepEqual(await axe(page), []);
    if (pictures) await page.screenshot({ path: join(pictures, "people-key-en.png") });
    await page.click("[data-act=seen]");
    await page.waitForSelector(".key", { state: "detached" });
    assert.ok(!(await page.content()).includes("chi-hien-mot-lan"), "and is nowhere any more");
    await page.click("[data-token=xmltv] [data-act=revoke]");
    await page.click("dialog .danger");
    await page.waitForSelector("[data-token=xmltv]", { state: "detached" });
  });
  station.session = { name: "minh", role: "operator", has_users: true };
  const page = await open("people", { language: "en" });
  await ready(page, "desk");
  assert.equal(await page.locator("nav a[href='#people']").count(), 0, "nobody else sees these lists");
  await page.close();
  station.session = { name: null, role: "admin", has_users: false };
}

async function corrects() {
  await withPage("asrun", { language: "en" }, async (page) => {
    const id = Number(await page.locator("tbody tr:not(.correction) [data-correct]").first().getAttribute("data-correct"));
    await page.focus(`[data-correct="${id}"]`); // another row may be the first by now
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog .fields [name=status]:focus", PATIENCE);
    await page.selectOption("dialog [name=status]", "partial");
    await page.click("dialog .primary");
    assert.equal(station.corrections.size, 0, "not without a reason");
    await page.fill("dialog [name=why]", "mất tiếng 3 phút đầu");
    await page.keyboard.press("Enter");
    await page.waitForSelector("tr.correction", PATIENCE);
    assert.deepEqual([...station.corrections], [[id, { airing: id, status: "partial", why: "mất tiếng 3 phút đầu" }]]);
    assert.match(await page.textContent("tr.correction"), new RegExp(`Correction of row ${id}: .* → In part.*lan: mất tiếng 3 phút đầu`, "s"));
    assert.deepEqual(await axe(page), []);
    if (pictures) await page.screenshot({ path: join(pictures, "asrun-corrected-en.png") });
    await page.setViewportSize(PHONE);
    assert.ok(await page.locator("tr.correction td").isVisible(), "on a phone too");
    if (pictures) await page.screenshot({ path: join(pictures, "asrun-corrected-phone.png"), fullPage: true });
    station.corrections.clear();
  });
}

async function uploads() {
  await withPage("schedules", { language: "en" }, async (page) => {
    const choose = async (name, text) => {
      const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("[data-act=upload]")]);
      await chooser.setFiles({ name, mimeType: "text/calendar", buffer: Buffer.from(text) });
      await page.waitForSelector("dialog", PATIENCE);
    };
    const confirmed = () => station.posts.filter((one) => one.path === "/schedules/confirm" && one.body.revision === "u-0011223344556677").length;
    await choose("mua.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    await page.waitForSelector("dialog .changes li", PATIENCE);
    assert.match(await page.textContent("dialog"), /Take mua\.ics\?.*Error.*cchc-2027\.ics:52.*New problems.*chồng giờ/s);
    assert.match(await page.textContent("dialog .undisturbed"), /đang phát/);
    assert.equal(station.uploads.at(-1).language, "en", "it asks in the page's language");
    assert.deepEqual(await axe(page), [], "axe finds nothing in the dialog");
    if (pictures) await page.screenshot({ path: join(pictures, "upload-en-1366x768.png") });
    await page.keyboard.press("Escape");
    assert.equal(confirmed(), 0, "nothing is in force");
    await choose("mua.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    await page.waitForSelector("dialog .changes li", PATIENCE);
    await page.click("dialog .primary");
    await until("the upload's confirm", () => confirmed() === 1);
    await page.waitForSelector("dialog", { state: "detached" });
    await choose("x.ics", "<html>");
    await page.waitForSelector("dialog .problem", PATIENCE);
    assert.match(await page.textContent("dialog"), /no calendar that can be used/);
    assert.ok(await page.isDisabled("dialog .primary"), "there is nothing to take");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    page.complaints.length = 0; // the browser tells of the 400
  });
}

try {
  await run([
    ["both languages are complete", words],
    ["on air, countdown and timeline agree with the station", agrees],
    ["three seconds of silence grey the page, and it comes back by itself", silence],
    ["what cannot be undone is asked, with the daemon's words", asks],
    ["an airing of the rundown is taken by its name", takesByName],
    ["a stream that is cut is told, and found again", cut],
    ["every action by keyboard", keyboard],
    ["the slate wants its button held", slate],
    ["a question keeps to the time", staysTrue],
    ["a refusal is told", refused],
    ["one press is one command, once it is known what it does; one on its way is told", pressesOnce],
    ["a command whose answer is lost is asked again as the same, or said to be unknown", lostAnswers],
    ["the focus stays, or goes to what held it", keepsFocus],
    ["a command about what is far ahead changes the list", ahead],
    ["a machine that slept does not show what was", wakes],
    ["a live show counts to when it is due to end, then over", counts],
    ["a live show over its time, away and silent, is said to be", overrun],
    ["a file that is empty or gone is said to be", unreadable],
    ["what an airing lacks is said as it is, be it no file of one name", lacking],
    ["a name that somebody else has taken meanwhile is said, and can be replaced", taken],
    ["a clip that has no place is refused, and nothing is offered to be replaced", unplaceable],
    ["a disk that fills up while a clip is sent is told at once, and it goes on when there is room", full],
    ["a clip that cannot be taken just now is told why, and goes on by itself", away],
    ["long names and the system's colours leave the desk whole", bears],
    ["alarms stay until they are read by name", alarms],
    ["an alarm that comes up under a press is not read by it", readsFirst],
    ["a storm of alarms is read at once: what was shown, not what came since", readsAll],
    ["alarms are spoken where it is switched on", spoken],
    ["the language is switched and remembered", switches],
    ["as-run: filters and CSV", asrun],
    ["as-run and report on paper", prints],
    ["season: a badge for each episode", season],
    ["clips: verdict, what mends it, when it airs, and what has no clip", media],
    ["clips: where one begins and ends on air is set", marks],
    ["a large library: all of it is sought in, and can be shown", largeLibrary],
    ["report: the numbers, and the rows behind them", report],
    ["schedules: calendars without a fault, of which clips are missing", faultless],
    ["schedules: confirm and roll back, with what it would change", schedules],
    ["an admin adds, changes and removes users, makes a key that is seen once, and revokes it", people],
    ["a row of the log is corrected by a new one that names it", corrects],
    ["a calendar is uploaded: its faults and what it would change, before it is taken", uploads],
    ["logging in, by keyboard; what a viewer sees; logging out", logIn],
    ["every view fits its screen in both languages, and axe finds nothing on it", fits],
  ]);
} finally {
  await browser.close();
  await fake.close();
}
