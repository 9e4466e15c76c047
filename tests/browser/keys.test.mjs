// API keys at the desk: made and shown once, copied, listed, taken back; every page of them accessible.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter } from "./desk.mjs";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage, open } from "./page.mjs";
import { openScene } from "./server.mjs";

const TOKEN = /^fpk_[0-9a-hjkmnp-tv-z]{32}$/;

let browser, scene;

before(async () => {
  browser = await launch();
  scene = await openScene(undefined, { links: 1 });
  await scene.staff("zhang", "evaluator");
  await scene.staff("boss", "admin");
});

after(async () => {
  await browser?.close();
  await scene?.stop();
});

/** A page on which somebody has signed in. */
async function signedIn(t, who, options) {
  const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, ...options });
  await enter(page, scene, who);
  return page;
}

/** Fills in the form of a new key. */
async function ask(page, name, scopes) {
  await open(page, `${scene.origin}/staff/keys/new`);
  await page.getByLabel("密钥名称").fill(name);
  for (const scope of scopes) await page.locator(`[name="${scope}"]`).check();
}

test("a key is made, shown once, copied, and taken back", async (t) => {
  const page = await signedIn(t, "zhang", { viewport: DESK });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: scene.origin });
  await page.getByRole("navigation").getByRole("link", { name: "接口密钥" }).click();
  await page.getByRole("link", { name: "新建密钥" }).click();
  await page.getByLabel("密钥名称").fill("考核系统");
  await page.getByRole("button", { name: "建立密钥" }).click();
  await page.getByRole("alert").getByText("至少选一项").waitFor();
  assert.equal(await page.getByLabel("密钥名称").inputValue(), "考核系统", "what was typed is kept");
  await page.getByLabel("查看和下载结果").check();
  await page.getByLabel("查看调查和问卷").check();
  await page.getByRole("button", { name: "建立密钥" }).click();

  const token = (await page.locator("#key").innerText()).trim();
  assert.match(token, TOKEN);
  assert.ok((await page.locator("#command").innerText()).includes(token));
  assert.ok(!page.url().includes("fpk_"), "no address holds it");
  await page.getByRole("button", { name: "复制" }).click();
  await page.getByRole("button", { name: "已复制" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), token);

  await page.reload();
  await page.getByRole("alert").getByText("已经有名为").waitFor();
  assert.ok(!(await page.content()).includes("fpk_"), "shown once");
  await page.getByRole("link", { name: "回到密钥列表" }).click();
  await page.getByRole("row", { name: "考核系统" }).getByText("可用").waitFor();
  await page.getByRole("link", { name: "考核系统" }).click();
  await page.getByText("不能恢复").waitFor();
  await page.getByRole("button", { name: "撤销这个密钥" }).click();
  await page.getByRole("status").getByText("密钥已经撤销").waitFor();
  await page.getByRole("row", { name: "考核系统" }).getByText("已撤销").waitFor();
});

test("without script a key is made and shown, too", async (t) => {
  const page = await signedIn(t, "zhang", { javaScriptEnabled: false });
  await ask(page, "无脚本", ["progress:read"]);
  await page.locator("button.primary").click();
  assert.match((await page.locator("#key").innerText()).trim(), TOKEN);
  assert.equal(await page.getByRole("button", { name: "复制" }).count(), 0, "a button that does nothing is not there");
});

for (const [viewport, colorScheme] of [[PHONE, "dark"], [DESK, "light"]]) {
  test(`what a form of keys answers is accessible and fits: ${viewport.width} px, ${colorScheme}`, async (t) => {
    const page = await signedIn(t, "zhang", { viewport, colorScheme });
    const look = async (what) => {
      await page.waitForLoadState();
      await assertAccessible(page, what);
      await assertNoSidewaysScroll(page, what);
      assert.ok((await page.locator(".primary:visible").count()) <= 1, `${what} has one main button at most`);
    };
    await ask(page, `大屏 ${viewport.width}`, ["seal", "units:read"]);
    await page.locator("#unit").selectOption("D1");
    await page.getByLabel("最后有效日").fill("2000-01-01");
    await page.locator("button.primary").click();
    await look("a bound key that is to open too much");
    await page.locator("[name=seal]").uncheck();
    await page.locator("button.primary").click();
    await look("a key with a last day that is past");
    await page.getByLabel("最后有效日").fill(await page.getByLabel("最后有效日").getAttribute("max"));
    await page.locator("button.primary").click();
    await page.locator("#key").waitFor();
    await look("a key that is shown");
    await page.locator("a.primary").click();
    await page.getByRole("row", { name: `大屏 ${viewport.width}` }).getByText("一县 D1").waitFor();
    await page.getByRole("link", { name: `大屏 ${viewport.width}` }).click();
    await look("a key of one's own");
    const address = page.url();

    const boss = await signedIn(t, "boss", { viewport, colorScheme });
    await open(boss, address);
    await boss.getByRole("button", { name: "撤销这个密钥" }).click();
    await boss.getByRole("status").waitFor();
  });
}
