// Sealing a survey at the desk: asked for by one evaluator, consented to by another; and the receipts, on which
// somebody finds their own without sending it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openCity } from "./city.mjs";
import { enter, signIn } from "./desk.mjs";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage, open } from "./page.mjs";
import { ENGINES } from "./server.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

for (const engine of ENGINES) {
  test(`a seal from the request to the receipts: ${engine}`, async (t) => {
    const scene = await openCity(t, { engine });
    await scene.cli("survey", "release", scene.survey);
    const seal = `${scene.origin}/staff/surveys/${scene.survey}/seal`;
    const script = { javaScriptEnabled: true, bypassCSP: true };
    const zhang = await newPage(t, browser, { ...script, viewport: DESK });
    await enter(zhang, scene, "zhang");
    await open(zhang, `${scene.origin}/staff/surveys/${scene.survey}`);
    await zhang.getByRole("link", { name: "归档", exact: true }).press("Enter");
    await zhang.waitForURL(seal);
    await zhang.getByRole("heading", { name: "程序删不掉、要请您销毁的" }).waitFor();
    await assertAccessible(zhang, "asking");
    await zhang.getByRole("button", { name: "申请封存" }).press("Enter");
    await zhang.getByText("请另一位评价人员打开这一页并同意").waitFor();
    assert.equal(await zhang.getByRole("button", { name: "同意封存" }).count(), 0, "not by the same person");

    const li = await newPage(t, browser, { ...script, viewport: PHONE });
    await signIn(li, scene, "li", "evaluator");
    await open(li, seal);
    await li.getByText("zhang 在").waitFor();
    await assertAccessible(li, "consenting");
    await assertNoSidewaysScroll(li, "consenting");
    await li.getByRole("button", { name: "同意封存，不能撤销" }).press("Enter");
    await li.getByText("已经同意封存").waitFor();
    await scene.cli("survey", "seal", scene.survey);
    await open(li, seal);
    await li.getByText("这次调查在").waitFor();
    await assertAccessible(li, "sealed");
    await open(li, `${scene.origin}/staff/surveys/${scene.survey}/progress`);
    await li.getByText("已封存").waitFor();
    assert.equal(await li.getByText("数字自动更新").count(), 0, "nothing changes any more");

    const phone = await newPage(t, browser, { ...script, viewport: PHONE });
    const asked = [];
    await open(phone, `${scene.origin}/receipts/${scene.survey}`);
    phone.on("request", (request) => asked.push(request.url()));
    await assertAccessible(phone, "receipts");
    await assertNoSidewaysScroll(phone, "receipts");
    const receipts = await phone.locator(".list li").allInnerTexts();
    assert.deepEqual(receipts, [...receipts].sort(), "in their own order");
    const mine = receipts[Math.floor(receipts.length / 2)];
    const find = async (text) => {
      await phone.getByLabel("您的回执号").fill(text);
      await phone.getByRole("button", { name: "查找" }).press("Enter");
    };
    await find(mine.replaceAll("-", " ").replaceAll("1", "l").toLowerCase());
    await phone.getByText("找到了：您的答案收到了。").waitFor();
    assert.equal(await phone.locator(".mine").innerText(), mine);
    await find("0000-0000-0000-0000-0000");
    await phone.getByText("这里没有这个回执号").waitFor();
    assert.equal(await phone.locator(".mine").count(), 0);
    assert.deepEqual(asked, [], "nothing was sent");
  });
}
