// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's Chromium, driven by what web/node_modules holds; and a test runner of a few lines that speaks TAP.
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const require = createRequire(join(ROOT, "web/package.json"));
const { chromium } = require("playwright-core");
export const AXE = require.resolve("axe-core/axe.min.js");

/** Ends a hang, and measures nothing. */
export const PATIENCE = { timeout: 120000 };
export const DESK = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };

// So that a test knows when the page has been told: window.heard counts the events that its stream has handled.
function countEvents() {
  window.heard = 0;
  const listen = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (type, handle) {
    listen.call(this, type, (event) => {
      handle(event);
      window.heard++;
    });
  };
}

// So that a test knows whether the page fell silent under it, as on a machine that stood still: window.silences.
function countSilences() {
  window.silences = 0;
  new MutationObserver(() => document.body?.classList.contains("stale") && window.silences++)
    .observe(document, { attributes: true, subtree: true, attributeFilter: ["class"] });
}

/** { open(url, options), close() }: pages of one browser with a profile of its own. With a clock (an instant), the page's
 * time stands still until the test moves it by page.clock. */
export async function startBrowser() {
  const profile = mkdtempSync(join(tmpdir(), "playoutd-web-"));
  const context = await chromium.launchPersistentContext(profile, {
    timeout: PATIENCE.timeout, executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true, chromiumSandbox: false, viewport: DESK, locale: "vi-VN",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  context.setDefaultTimeout(PATIENCE.timeout);
  return {
    context,
    async open(url, { size = DESK, language = null, clock = null, script = null } = {}) {
      const page = await context.newPage();
      page.complaints = [];
      page.on("console", (message) => message.type() === "error" && page.complaints.push(message.text()));
      page.on("pageerror", (error) => page.complaints.push(String(error)));
      await page.setViewportSize(size);
      await page.addInitScript(countSilences);
      if (language) await page.addInitScript((code) => localStorage.setItem("lang", code), language);
      if (script) await page.addInitScript(script);
      if (clock !== null) {
        await page.clock.install({ time: clock });
        await page.clock.pauseAt(clock + 1000);
        await page.addInitScript(countEvents);
      }
      await page.goto(url);
      return page;
    },
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Runs [name, function] one after the other; TAP on stdout; the exit code says whether all passed. With ONLY in the
 * environment, those whose name it matches. */
export async function run(all) {
  const tests = all.filter(([name]) => new RegExp(process.env.ONLY || "").test(name));
  console.log(`TAP version 13\n1..${tests.length}`);
  let failed = 0;
  for (const [i, [name, test]] of tests.entries()) {
    const began = performance.now();
    try {
      await test();
      console.log(`ok ${i + 1} - ${name}`);
    } catch (error) {
      failed++;
      console.log(`not ok ${i + 1} - ${name}\n${String(error.stack || error).split("\n").map((line) => `# ${line}`).join("\n")}`);
    }
    console.log(`# ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  process.exitCode = failed ? 1 : 0;
}
