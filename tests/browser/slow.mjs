// How long a recipient with a slow phone waits, and what the whole way weighs. Prints medians, fails by no
// clock: `tests/run --browser node tests/browser/slow.mjs [RUNS]`, seven runs unless told.
//
// The browser's own emulation holds each reply back by the latency and lets bytes through at the rate;
// opening a connection costs nothing in it.

import { TOUCH, answerAll, sendAll, tapNext } from "./taps.mjs";
import { startLine } from "./line.mjs";
import { launch } from "./page.mjs";
import { SURVEYS, openScene } from "./server.mjs";

const RATE = 400_000 / 8; // bytes a second, down and up
const LATENCY_MS = 400; // there and back
const CPU = 4; // times slower
const RUNS = Number(process.argv[2] ?? 7);

/** Lets a page feel like a slow phone on a slow network. */
async function slowDown(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false, latency: LATENCY_MS, downloadThroughput: RATE, uploadThroughput: RATE,
  });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU });
}

// In the page: when a finger first came down and when the frame after its click was shown.
function watch() {
  const now = () => performance.now();
  window.seen = { taps: 0 };
  addEventListener("pointerdown", () => (seen.tap ??= now()), true);
  addEventListener("click", () => {
    seen.taps += 1;
    if (seen.taps === 1) requestAnimationFrame(() => setTimeout(() => (seen.reply = now())));
  }, true);
  addEventListener("DOMContentLoaded", () => (seen.ready = now()));
}

/** One recipient. Milliseconds since the link was opened, bytes of the whole way. */
async function journey(browser, line, link, slow) {
  const context = await browser.newContext({ ...TOUCH, locale: "zh-CN" });
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    if (slow) await slowDown(page);
    line.reset();

    await page.goto(line.origin + new URL(link).pathname, { waitUntil: "commit" });
    await tapNext(page); // as soon as there is anything to press
    await page.locator("fieldset:visible").waitFor();
    const { content, tap, reply, ready, taps } = await page.evaluate(async () => {
      const paint = () => performance.getEntriesByName("first-contentful-paint")[0];
      while (!paint() || !seen.reply) await new Promise(requestAnimationFrame);
      return { ...seen, content: paint().startTime };
    });
    if (taps !== 1) throw new Error(`the first question took ${taps} taps`);

    await answerAll(page);
    const began = performance.now();
    await sendAll(page);
    return {
      content, ready, interactive: reply, response: reply - tap, receipt: performance.now() - began,
      up: line.sent, down: line.received, bytes: line.sent + line.received, requests: line.requests.length,
    };
  } finally {
    await context.close();
  }
}

function median(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}

const ROWS = {
  content: ["first content, ms", "≤ 1500"],
  ready: ["script ready, ms", ""],
  interactive: ["first question after a tap on start, ms", ""],
  response: ["of it from finger to frame, ms", ""],
  receipt: ["from send to receipt, ms", ""],
  up: ["bytes up", ""],
  down: ["bytes down", ""],
  bytes: ["bytes both ways, with headers", "≤ 20000"],
  requests: ["requests", ""],
};

const scene = await openScene(undefined, { survey: SURVEYS.ten, links: 2 * RUNS + 2 });
const line = await startLine(undefined, scene.origin);
const browser = await launch();
try {
  const links = [...scene.links];
  const [plain, slow] = [[], []];
  await journey(browser, line, links.pop(), false); // warms up
  await journey(browser, line, links.pop(), true);
  for (let run = 0; run < RUNS; run += 1) {
    plain.push(await journey(browser, line, links.pop(), false));
    slow.push(await journey(browser, line, links.pop(), true));
  }
  console.log(`\nRuns: ${RUNS}, medians; slow: ${RATE * 8 / 1000} kbit/s, ${LATENCY_MS} ms, ${CPU} × CPU\n`);
  console.log("| | slow | (least – most) | as it is | slow ÷ as it is | budget |\n|---|---:|---:|---:|---:|---:|");
  for (const [key, [label, budget]] of Object.entries(ROWS)) {
    const of = (runs) => runs.map((run) => run[key]);
    const [held, free] = [median(of(slow)), median(of(plain))];
    const range = `${Math.min(...of(slow)).toFixed()} – ${Math.max(...of(slow)).toFixed()}`;
    console.log(`| ${label} | ${held.toFixed()} | ${range} | ${free.toFixed()} | ${(held / free).toFixed(2)} | ${budget} |`);
  }
} finally {
  await browser.close();
  await line.close();
  await scene.stop();
}
