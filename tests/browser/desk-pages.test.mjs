// Every page of the desk that an address leads to: accessible, in both languages, on a phone and at a desk, in
// light and dark, on paper; and the main acts by keyboard alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { EMPTY_PAGES, openDesk, openEmptyDesk, pagesOf } from "./desk-pages.mjs";
import { enter } from "./desk.mjs";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage, open } from "./page.mjs";

const ROWS = 50; // of a table, at most
const TABS = 120; // to reach anything, at most

let browser, desk, empty;

before(async () => {
  browser = await launch();
  desk = await openDesk(browser);
  empty = await openEmptyDesk();
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await empty?.stop();
});

/** Visits every page in a language, signed in as who may. */
async function visit(t, language, options, look) {
  const all = { ...pagesOf(desk), fresh: EMPTY_PAGES };
  for (const [who, pages] of Object.entries(all)) {
    const { origin } = who === "fresh" ? empty : desk;
    const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, locale: language, ...options });
    await open(page, `${origin}/staff/language/${language}`);
    if (who !== "nobody") await enter(page, { origin }, who === "fresh" ? "zhang" : who);
    for (const [what, path, status] of pages) {
      await open(page, `${origin}${path}`, status);
      await page.waitForLoadState();
      await look(page, what);
    }
    await page.context().close();
  }
}

/** What a page says of its tables that is wrong. */
function wrongTables(page) {
  return page.evaluate((most) => {
    const wrong = [];
    for (const table of document.querySelectorAll("table")) {
      const name = table.closest("[aria-label], [aria-labelledby]")?.getAttribute("aria-label") ?? table.innerText.slice(0, 40);
      const heads = [...table.querySelectorAll("thead tr:last-child > *")];
      const rows = [...table.querySelectorAll("tbody tr")];
      if (!heads.length || heads.some((head) => head.localName !== "th" || !head.innerText.trim())) wrong.push(`${name}: a column without a title`);
      const width = (row) => [...row.children].reduce((sum, cell) => sum + cell.colSpan, 0);
      if (rows.some((row) => width(row) !== heads.length)) wrong.push(`${name}: a row with more or fewer cells than columns`);
      if (rows.length > most) wrong.push(`${name}: ${rows.length} rows on a page`);
      // A number stands under a title that stands as it does.
      for (const row of rows.filter((row) => row.children.length === heads.length).slice(0, 1)) {
        [...row.children].forEach((cell, column) => {
          const [one, other] = [cell, heads[column]].map((each) => getComputedStyle(each).textAlign);
          if (one !== other) wrong.push(`${name}: column ${column + 1} and its title are not in line`);
        });
      }
    }
    return wrong;
  }, ROWS);
}

for (const [language, viewport, colorScheme] of [["zh-CN", PHONE, "dark"], ["en", DESK, "light"]]) {
  test(`every page is accessible and fits: ${language}, ${viewport.width} px, ${colorScheme}`, async (t) => {
    await visit(t, language, { viewport, colorScheme }, async (page, what) => {
      await assertAccessible(page, what);
      assert.equal(await page.locator("html").getAttribute("lang"), language, `language of ${what}`);
      assert.equal(await page.locator("h1:visible").count(), 1, `${what} has one title`);
      assert.ok((await page.locator(".primary:visible").count()) <= 1, `${what} has one main button at most`);
      assert.deepEqual(await wrongTables(page), [], `tables of ${what}`);
      for (const size of [viewport === PHONE ? DESK : PHONE, viewport]) {
        await page.setViewportSize(size);
        await assertNoSidewaysScroll(page, `${what}, ${size.width}`);
      }
    });
  });
}

test("on paper there is nothing to press, and every table is whole", async (t) => {
  await visit(t, "zh-CN", { viewport: DESK, colorScheme: "dark" }, async (page, what) => {
    if (what === "preview") return; // the page of somebody else
    await page.emulateMedia({ media: "print" });
    const left = await page.evaluate(() => {
      const seen = (one) => one.checkVisibility();
      const cut = [...document.querySelectorAll("main *")].filter((one) => one.querySelector("table") && one.scrollHeight > one.clientHeight + 1);
      const dark = getComputedStyle(document.body).color !== "rgb(26, 29, 33)";
      const buttons = [...document.querySelectorAll("nav, button, .button, .skip, .languages, [type=file]")].filter(seen);
      return [...buttons, ...cut].map((one) => one.outerHTML.slice(0, 100)).concat(dark ? ["light letters"] : []);
    });
    assert.deepEqual(left, [], `${what} on paper`);
    await page.emulateMedia({ media: "screen" });
  });
});

test("what is known of somebody stands on a printed roster", async (t) => {
  const page = await newPage(t, browser, { viewport: DESK });
  await enter(page, desk, "zhang");
  await open(page, `${desk.origin}/staff/surveys/${desk.ids.strata}/roster`);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByLabel("第 1 位的情况", { exact: true }).isVisible(), true);
});

/** Goes on by the Tab key until something has the focus; what is to be pressed is in sight then. */
async function tabTo(page, target) {
  const wanted = await target.elementHandle();
  for (let count = 0; count < TABS; count += 1) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((one) => one === document.activeElement)) {
      const ring = await wanted.evaluate((one) => getComputedStyle(one).outlineStyle);
      assert.notEqual(ring, "none", "what has the focus shows it");
      return;
    }
  }
  assert.fail(`${TABS} tabs do not lead to ${target}`);
}

test("by keyboard alone: a survey from the example, a mark on the roster, a draw", async (t) => {
  const page = await newPage(t, browser, { viewport: DESK });
  await enter(page, desk, "zhang");

  await tabTo(page, page.getByRole("navigation").getByRole("link", { name: "调查" }));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/staff/surveys");
  await tabTo(page, page.getByRole("link", { name: "新建调查" }));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/staff/surveys/new");
  await tabTo(page, page.locator("form:has([name=example]) button"));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/edit");
  await tabTo(page, page.locator("#title"));
  await page.keyboard.press("End");
  await page.keyboard.type("（键盘）");
  await page.keyboard.press("Enter"); // which saves
  await page.getByRole("status").waitFor();
  await page.getByText("（键盘）").first().waitFor();

  await open(page, `${desk.origin}/staff/surveys/${desk.ids.strata}/roster`);
  const known = page.getByLabel("第 2 位的情况", { exact: true });
  await tabTo(page, known);
  const places = await known.locator("option").evaluateAll((all) => all.findIndex((one) => one.value === "non_contact"));
  for (let place = 0; place < places; place += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#n2$/);
  assert.equal(await known.inputValue(), "non_contact");

  await open(page, `${desk.origin}/staff/surveys/${desk.ids.strata}/links`);
  await tabTo(page, page.locator("a.primary"));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/links/draw");
  await tabTo(page, page.locator("form[method=post] .primary"));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "怎样核对" }).or(page.locator("main code").first()).first().waitFor();
  assert.equal(await page.locator("form[method=post][action$='/draw']").count(), 0, "drawn, once and for all");
});
