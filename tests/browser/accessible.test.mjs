// Every screen, for everybody: axe, large targets, narrow and enlarged screens, the person's own colours.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serverPages, walk } from "./journey.mjs";
import { PHONE, assertAccessible, assertNoSidewaysScroll, assertTargets, giveVoices, launch, newPage } from "./page.mjs";
import { openScene } from "./server.mjs";

const LANGUAGES = { "zh-CN": "", en: "?lang=en" };
const COLOURS = { light: { colorScheme: "light" }, dark: { colorScheme: "dark" }, forced: { forcedColors: "active" } };
// Every screen in every language and every colours: not in every pair of them, which would take twice as long.
const LOOKS = [["zh-CN", "light"], ["en", "dark"], ["zh-CN", "forced"]];
const WALKS = 9;

const ends = [];
let browser, pages, links;

before(async () => {
  const t = { after: (end) => ends.push(end) };
  let scene;
  [browser, scene, pages] = await Promise.all([launch(), openScene(t, { links: WALKS }), serverPages(t)]);
  links = scene.links;
});

after(async () => {
  await browser?.close();
  for (const end of ends) await end();
});

/** Shows `visit` every screen there is. */
async function everyScreen(page, query, visit) {
  await giveVoices(page.context(), "zh-CN", "en-US");
  await walk(page, links.pop() + query, visit);
  for (const [name, reach] of Object.entries(pages)) {
    await reach(page, query);
    await visit(name);
  }
}

for (const [language, colours] of LOOKS) {
  test(`${language}, ${colours}: axe finds nothing, and every target is large`, async (t) => {
    const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, ...COLOURS[colours] });
    await everyScreen(page, LANGUAGES[language], async (name) => {
      await t.test(name, async () => {
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        await assertAccessible(page, name);
        await assertNoSidewaysScroll(page, name);
        await assertTargets(page, name);
      });
    });
  });
}

for (const [language, query] of Object.entries(LANGUAGES)) {
  // 320 px is 1280 px enlarged four times; half a desk's screen is that screen enlarged twice.
  for (const viewport of [{ width: 320, height: 640 }, { width: 640, height: 400 }]) {
    test(`${language}: nothing scrolls sideways at ${viewport.width} px`, async (t) => {
      const page = await newPage(t, browser, { javaScriptEnabled: true, viewport, deviceScaleFactor: 2 });
      await everyScreen(page, query, (name) => t.test(name, () => assertNoSidewaysScroll(page, name)));
    });
  }

  test(`${language}: letters twice as large are neither cut off nor make anything scroll sideways`, async (t) => {
    const profile = await mkdtemp(join(tmpdir(), "fivepoint-profile-"));
    await mkdir(join(profile, "Default"));
    const settings = { webkit: { webprefs: { default_font_size: 32 } } };
    await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(settings));
    const context = await launch(profile, { viewport: PHONE, locale: "zh-CN" });
    t.after(() => context.close().finally(() => rm(profile, { recursive: true, force: true })));
    const page = context.pages()[0];
    await everyScreen(page, query, async (name) => {
      await t.test(name, async () => {
        assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "40px");
        await assertNoSidewaysScroll(page, name);
        await assertTargets(page, name);
        assert.deepEqual(await cutOff(page), [], `what is cut off on ${name}`);
      });
    });
  });
}

/** Words that leave the box or the screen that holds them. */
function cutOff(page) {
  return page.evaluate(() => {
    const out = [];
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const holder = texts.currentNode.parentElement;
      if (!texts.currentNode.data.trim() || !holder.checkVisibility({ visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      const box = (holder.closest("label, button, a, p, h1, h2, legend, dd, dt") ?? holder).getBoundingClientRect();
      for (const { left, right } of range.getClientRects()) {
        if (left < Math.max(0, box.left - 1) || right > Math.min(innerWidth, box.right + 1)) out.push(texts.currentNode.data);
      }
    }
    return [...new Set(out)];
  });
}
