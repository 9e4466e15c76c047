// Lighthouse's opinion of the recipients' pages, as a phone: tests/run --browser node tests/lighthouse/measure.mjs [FOLDER]
//
// Prints the scores and every audit that is not perfect; whole reports go to FOLDER where it is given. Its
// packages are many and only of use here, so they have a folder of their own and come when they are needed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SURVEYS, openScene } from "../browser/server.mjs";

// Pages that are shown to whoever holds a link and to nobody else have no business with search engines.
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const UNSCORED = ["informative", "manual", "notApplicable"];
const RUNS = 3; // of which the middle one counts, by performance

install(fileURLToPath(new URL(".", import.meta.url)));
const { launch } = await import("chrome-launcher");
const { default: lighthouse } = await import("lighthouse");
const reports = process.argv[2];
if (reports) mkdirSync(reports, { recursive: true });

const scene = await openScene(undefined, { survey: SURVEYS.ten });
let chrome;
try {
  const [fresh, answered] = scene.links;
  await answer(scene.codes[1]);
  chrome = await launch({
    chromePath: process.env.CHROMIUM,
    chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  const pages = { questionnaire: fresh, thanks: answered, typing: `${scene.origin}/s` };
  for (const [name, url] of Object.entries(pages)) show(name, await judge(url));
} finally {
  await chrome?.kill();
  await scene.stop();
}

/** Installs the packages unless they are as the lock file says. */
function install(folder) {
  const at = (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (at("node_modules/.package-lock.json") >= at("package-lock.json")) return;
  const command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder];
  execFileSync("npm", command, { stdio: ["ignore", "inherit", "inherit"] });
}

/** Answers a link, so that its page is the one with the receipt. */
async function answer(code) {
  const answers = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index + 1, "A"]));
  const reply = await fetch(`${scene.origin}/api/v1/links/${code}/response`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ answers, respondent: "self" }),
  });
  assert.equal(reply.status, 201, await reply.text());
}

async function judge(url) {
  const results = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { lhr, report } = await lighthouse(url, { port: chrome.port, output: "json", logLevel: "error", onlyCategories: CATEGORIES });
    assert.equal(lhr.runtimeError, undefined, lhr.runtimeError?.message);
    results.push({ lhr, report });
  }
  const speed = ({ lhr }) => lhr.categories.performance.score;
  return results.sort((one, other) => speed(one) - speed(other))[Math.floor(RUNS / 2)];
}

function show(name, { lhr, report }) {
  const scores = CATEGORIES.map((id) => `${id} ${Math.round(100 * lhr.categories[id].score)}`);
  console.log(`\n${name}: ${scores.join(", ")}`);
  for (const id of CATEGORIES) {
    for (const { id: audit, weight } of lhr.categories[id].auditRefs) {
      const { score, scoreDisplayMode, title, displayValue, details } = lhr.audits[audit];
      if (score === 1 || score === null || UNSCORED.includes(scoreDisplayMode)) continue;
      console.log(`  ${id}, weight ${weight}: ${audit} ${score}: ${title} ${displayValue ?? ""}`);
      for (const item of (details?.items ?? []).slice(0, 5)) console.log(`    ${JSON.stringify(item).slice(0, 400)}`);
    }
  }
  const value = (audit) => `${audit} ${lhr.audits[audit].displayValue}`;
  console.log(`  ${["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"].map(value).join(", ")}`);
  for (const warning of lhr.runWarnings) console.log(`  warning: ${warning}`);
  if (reports) writeFileSync(join(reports, `${name}.json`), report);
}
