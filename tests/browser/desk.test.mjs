// The desk as staff meet it: by keyboard, in both languages, on a phone and at a desk, in light and dark.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage, open } from "./page.mjs";
import { PASSWORD, openScene } from "./server.mjs";

let browser, scene;

before(async () => {
  browser = await launch();
  scene = await openScene(undefined, { links: 3 });
  await scene.staff("boss", "admin");
  await scene.staff("zhang", "evaluator");
  await scene.staff("wuhua", "monitor", "I1");
});

after(async () => {
  await browser?.close();
  await scene?.stop();
});

/** Signs in, as people do who never take their hands off the keyboard. */
async function signIn(page, name) {
  await open(page, `${scene.origin}/staff`);
  await page.locator("#name:focus").waitFor(); // where the page has put the cursor
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${scene.origin}/staff`);
}

/** The pages of a role, by name: how to get there once signed in. */
const PAGES = {
  boss: {
    home: (page) => open(page, `${scene.origin}/staff`),
    account: (page) => open(page, `${scene.origin}/staff/account`),
    factor: (page) => open(page, `${scene.origin}/staff/account/second-factor`),
    accounts: (page) => open(page, `${scene.origin}/staff/accounts`),
    "one account": (page) => page.locator('tbody a[href*="/accounts/"]').first().click(),
    audit: (page) => open(page, `${scene.origin}/staff/audit`),
    nowhere: (page) => open(page, `${scene.origin}/staff/nowhere`, 404),
  },
  wuhua: {
    "a monitor's home": (page) => open(page, `${scene.origin}/staff`),
    forbidden: (page) => open(page, `${scene.origin}/staff/audit`, 403),
  },
};

for (const [language, viewport, colorScheme] of [["zh-CN", PHONE, "light"], ["en", DESK, "dark"], ["en", PHONE, "light"], ["zh-CN", DESK, "light"]]) {
  test(`every page is accessible and fits: ${language}, ${viewport.width} px, ${colorScheme}`, async (t) => {
    for (const [name, pages] of Object.entries(PAGES)) {
      const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, viewport, colorScheme });
      await open(page, `${scene.origin}/staff/language/${language}`);
      await assertAccessible(page, "sign-in");
      await signIn(page, name);
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      for (const [what, reach] of Object.entries(pages)) {
        await reach(page);
        await page.waitForLoadState();
        await assertAccessible(page, what);
        await assertNoSidewaysScroll(page, what);
        assert.equal(await page.locator("h1").count(), 1, `${what} has one title`);
        assert.ok((await page.locator(".primary:visible").count()) <= 1, `${what} has one main button at most`);
      }
    }
  });
}

test("a page of the desk works without script, and its forms are sent by keyboard", async (t) => {
  const page = await newPage(t, browser);
  await signIn(page, "zhang");
  await open(page, `${scene.origin}/staff/account`);
  for (const [field, words] of [["old", PASSWORD], ["new", "a sentence of words"], ["again", "a sentence of words"]]) {
    await page.locator(`#${field}`).fill(words);
  }
  await page.keyboard.press("Enter");
  await page.getByRole("status").filter({ hasText: "密码已经修改" }).waitFor();
  await page.getByRole("button", { name: "退出" }).press("Enter");
  await page.getByRole("heading", { name: "登录" }).waitFor();
});
