// What the tests do on a page, and the browser they do it in. Elements are found by what the form sends
// and by their role, never by a class or a position.

import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

export const QUESTIONS = 10;
export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 800 };

/** The system's Chromium; with a folder that holds somebody's settings, one context that has them. */
export async function launch(profile, options = {}) {
  assert.ok(process.env.CHROMIUM, "CHROMIUM must name the browser; tests/run sets it");
  const program = {
    executablePath: process.env.CHROMIUM,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  };
  return profile ? chromium.launchPersistentContext(profile, { ...program, ...options }) : chromium.launch(program);
}

/** A page in a browser profile of its own, closed with `t`'s test; as a Chinese phone without script unless told. */
export async function newPage(t, browser, options = {}) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: PHONE, locale: "zh-CN", ...options });
  context.setDefaultTimeout(15_000);
  t.after(() => context.close());
  return context.newPage();
}

/** Opens a page and checks its status. */
export async function open(page, url, status = 200) {
  const response = await page.goto(url);
  assert.equal(response.status(), status, `status of GET ${new URL(url).pathname}`);
}

/** The radio button `name=value`. */
export function radio(page, name, value) {
  return page.locator(`input[type=radio][name="${name}"][value="${value}"]`);
}

/** All radio buttons of question `no`. */
export function options(page, no) {
  return page.locator(`input[type=radio][name="q${no}"]`);
}

/** The names and values of what is chosen, as the form would send them. */
export function chosen(page) {
  return page.locator("input:checked").evaluateAll((all) => all.map((one) => `${one.name}=${one.value}`));
}

/** Resolves once the page takes taps: for a moment after each step it does not, against double taps. */
export function settled(page) {
  return page.locator("html:not(.new)").waitFor({ state: "attached" });
}

/** Chooses by a tap on the label, as a finger does, and returns the label's words. */
export async function choose(page, name, value) {
  await settled(page);
  const input = radio(page, name, value);
  const label = page.locator("label").filter({ has: input });
  const words = (await label.count()) ? label.first() : page.locator(`label[for="${await input.getAttribute("id")}"]`).first();
  await words.click();
  assert.equal(await input.isChecked(), true, `a tap on the label chooses ${name}=${value}`);
  return (await words.innerText()).replace(/\s+/g, " ").trim();
}

/** Chooses by keyboard alone, which also proves that the button can take the focus. */
export async function chooseByKey(page, name, value) {
  const input = radio(page, name, value);
  await input.press("Space");
  assert.equal(await input.isChecked(), true, `the space bar chooses ${name}=${value}`);
}

/** Presses the button that sends `action`, and returns the server's first reply to it. */
export async function press(page, action) {
  const field = `[name="action"][value="${action}"]`;
  const button = page
    .locator(`button${field}, input[type=submit]${field}`)
    .or(page.locator(`form:has(input[type=hidden]${field}) :is(button, input[type=submit]):not([name="action"])`));
  const sent = page.waitForResponse((response) => response.request().method() === "POST");
  sent.catch(() => {}); // the click's own error is the one to show
  await button.click();
  const response = await sent;
  await page.waitForLoadState();
  return response;
}

/** The receipt the page shows. */
export async function receipt(page) {
  const text = (await page.locator("#receipt").innerText()).trim();
  assert.match(text, /^[0-9A-Z][0-9A-Z -]{6,}$/i, "a receipt");
  return text;
}

/** Fails when the page can be scrolled sideways, naming what sticks out. */
export async function assertNoSidewaysScroll(page, name) {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const out = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > clientWidth + 0.5);
    return [`${scrollWidth} px in ${clientWidth} px`, ...out.slice(0, 5).map((one) => one.outerHTML.slice(0, 100))];
  });
  assert.deepEqual(wide, [], `${name} scrolls sideways`);
}

/** Fails when axe finds a violation of WCAG 2.2 AA, or contrast below AAA's. Needs script and bypassCSP. */
export async function assertAccessible(page, name) {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode() // without frames nothing is lost, and no page is opened for each look
    .options({
      resultTypes: ["violations"],
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
      // The first is off by default, though tagged wcag22aa; the second is the one of AAA that is promised.
      rules: { "target-size": { enabled: true }, "color-contrast-enhanced": { enabled: true } },
    })
    .analyze();
  const found = violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)} (${node.failureSummary})`));
  assert.deepEqual(found, [], `axe on ${name}`);
}

/**
 * Fails when something that takes a finger is lower or narrower than 60 px, or lies in part under something
 * else. A label is the target of the choice in it.
 */
export async function assertTargets(page, name) {
  const { count, faults } = await page.evaluate(() => {
    const faults = [];
    const things = [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), textarea, select")];
    const targets = things.map((one) => one.closest("label") ?? one).filter((one) => one.checkVisibility());
    for (const target of targets) {
      target.scrollIntoView({ block: "center", behavior: "instant" });
      const { x, y, width, height } = target.getBoundingClientRect();
      const what = `${target.innerText || target.outerHTML} ${Math.round(width)} × ${Math.round(height)}`;
      if (width < 60 || height < 60) faults.push(`${what}: too small`);
      for (const [right, down] of [0.1, 0.5, 0.9].flatMap((right) => [0.1, 0.5, 0.9].map((down) => [right, down]))) {
        const hit = document.elementFromPoint(x + right * width, y + down * height);
        if (!target.contains(hit)) faults.push(`${what}: under ${hit?.outerHTML.slice(0, 80)}`);
      }
    }
    scrollTo(0, 0);
    return { count: targets.length, faults: [...new Set(faults)] };
  });
  assert.deepEqual(faults, [], `targets on ${name}`);
  assert.ok(count > 0, `${name} has something to press`);
}

/** Gives the pages of a context voices as a phone has them; what is said is in `window.spoken`. */
export function giveVoices(context, ...languages) {
  return context.addInitScript((languages) => {
    const voices = languages.map((lang) => ({ lang, name: lang }));
    window.spoken = [];
    window.SpeechSynthesisUtterance = class {
      constructor(text) {
        this.text = text;
      }
    };
    const speech = {
      speaking: false,
      pending: false,
      getVoices: () => voices,
      speak(utterance) {
        speech.speaking = true;
        spoken.push(utterance);
      },
      cancel() {
        speech.speaking = false;
        spoken.at(-1)?.onend?.();
      },
    };
    Object.defineProperty(window, "speechSynthesis", { value: speech });
  }, languages);
}
