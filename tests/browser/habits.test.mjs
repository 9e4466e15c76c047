// Old habits: tapping twice, Back, two tabs, two phones, one phone for many, a browser that keeps nothing.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { startLine } from "./line.mjs";
import { PHONE, choose, launch, open, radio, receipt } from "./page.mjs";
import {
  FIRST, REVIEW, THANKS,
  age, assertCounted, button, drafts, fill, heading, openSurvey, phone, pick, reach, seen, shown, standing, tap, thanked, told,
} from "./phone.mjs";

const SHEET = { respondent: "self", answers: { 1: "B", 2: "D" } };
const OTHER = { respondent: "guardian", answers: { 1: "C", 2: "X", 3: "A" } };
const DECLINED = "好的，您选择了不参加";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** The page comes to the front: in a headless browser every tab is always visible, so it is only told. */
const toFront = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

/** Two taps faster than the page can answer. */
const tapTwice = (page, name) => button(page, name).dblclick();

async function start(t, options) {
  const scene = await openSurvey(t, options);
  return { scene, page: await phone(t, browser), link: scene.links[0], code: scene.codes[0] };
}

test("two taps on 提交答卷 send one answer", async (t) => {
  const { scene, page, link } = await start(t);
  const sent = [];
  page.on("request", (request) => request.url().endsWith("/response") && sent.push(request.postData()));
  await reach(page, link, SHEET);
  await tapTwice(page, "提交答卷");
  await thanked(page);
  assert.equal(sent.length, 1);
  await assertCounted(scene, [SHEET]);
});

test("two taps on 下一题 never pass over a question, nor over the review", async (t) => {
  const { scene, page, link, code } = await start(t);
  await open(page, link);
  await tapTwice(page, "开始回答");
  await shown(page, "respondent");
  await choose(page, "respondent", "self");
  await tapTwice(page, "下一题");
  await shown(page, "q1");
  await choose(page, "q1", "B");
  await tapTwice(page, "下一题");
  await shown(page, "q2");
  await choose(page, "q2", "D");
  await tapTwice(page, "下一题");
  await shown(page, "q3"); // may be left out, but not by a finger that was too quick
  await tapTwice(page, "去核对");
  await heading(page, REVIEW);
  assert.equal(await standing(scene, code), "started", "nothing is sent before the review was seen");
  await tap(page, "提交答卷");
  await thanked(page);
  await assertCounted(scene, [SHEET]);
});

test("two taps on a line of the review open its question and change nothing", async (t) => {
  const { scene, page, link } = await start(t);
  await reach(page, link, SHEET);
  for (const row of [/谁在回答/, /第 1 题/, /第 2 题/, /第 3 题/]) {
    await button(page, row).dblclick();
    await page.getByRole("radio").first().waitFor();
    await tap(page, "去核对");
    await heading(page, REVIEW);
  }
  await tap(page, "提交答卷");
  await thanked(page);
  await assertCounted(scene, [SHEET]);
});

test("Back after sending never shows an answer nor a form, and Forward shows the same receipt", async (t) => {
  const { scene, page, link } = await start(t);
  await open(page, `${scene.origin}/s`);
  await reach(page, link, SHEET);
  await tap(page, "提交答卷");
  const first = await thanked(page);
  // The page goes back to its own beginning by itself, so that one Back leaves it.
  await page.waitForFunction(() => history.state.depth === 0);
  assert.equal(await thanked(page), first);

  await page.goForward();
  assert.equal(await thanked(page), first);
  await page.goBack();
  await page.goBack();
  await heading(page, "请输入答卷码");
  await page.goForward();
  assert.equal(await thanked(page), first);
  assert.equal(await page.locator("input[type=radio]").count(), 0, "now it is the server's page");

  const other = await page.context().newPage();
  await open(other, link);
  assert.equal(await thanked(other), first);
  await assertCounted(scene, [SHEET]);
});

test("a page that the browser kept whole learns that another phone has answered", async (t) => {
  const { scene, page, link } = await start(t);
  await reach(page, link, SHEET);
  const second = await phone(t, browser);
  await reach(second, link, OTHER);
  await tap(second, "提交答卷");
  const first = await thanked(second);
  // What a browser tells a page that it takes out of its back/forward cache.
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  assert.equal(await thanked(page), first);
  await assertCounted(scene, [OTHER]);
});

test("Back goes to the question before, and keeps every choice", async (t) => {
  const { scene, page, link } = await start(t);
  await reach(page, link, OTHER);
  for (const [name, value] of [["q3", "A"], ["q2", "X"], ["q1", "C"], ["respondent", "guardian"]]) {
    await page.goBack();
    await shown(page, name);
    assert.ok(await radio(page, name, value).isChecked(), `${name}=${value}`);
  }
  await page.goBack();
  await button(page, "开始回答").waitFor();
  await page.goForward();
  await shown(page, "respondent");
  await tap(page, "去核对"); // it has been there before
  await tap(page, "提交答卷");
  await thanked(page);
  await assertCounted(scene, [OTHER]);
});

test("上一题 goes to the question before, after coming back as well", async (t) => {
  const { page, link } = await start(t);
  await open(page, link);
  await tap(page, "开始回答");
  await pick(page, "respondent", "self");
  await choose(page, "q1", "B");
  const again = await page.context().newPage();
  await open(again, link);
  await tap(again, "接着回答");
  await shown(again, "q2");
  await tap(again, "上一题");
  await shown(again, "q1");
  assert.ok(await radio(again, "q1", "B").isChecked());
});

test("a second tab shows that the first has answered", async (t) => {
  const { scene, page, link } = await start(t);
  const tab = await page.context().newPage();
  await open(tab, link);
  await tap(tab, "开始回答");
  await page.bringToFront();
  await reach(page, link, SHEET);
  await tap(page, "提交答卷");
  const first = await thanked(page);
  await tab.bringToFront();
  await toFront(tab).catch(() => {}); // it may be loading already
  assert.equal(await thanked(tab), first);
  await tab.reload();
  assert.equal(await thanked(tab), first);
  assert.equal(await tab.locator("input[type=radio]").count(), 0);
  await assertCounted(scene, [SHEET]);
});

test("a second tab goes on with what the first is waiting to send", async (t) => {
  const scene = await openSurvey(t);
  const line = await startLine(t, scene.origin);
  const link = line.origin + new URL(scene.links[0]).pathname;
  const page = await phone(t, browser);
  const tab = await page.context().newPage();
  await open(tab, link);
  await tap(tab, "开始回答");
  await page.bringToFront();
  await reach(page, link, SHEET);
  line.cut();
  await tap(page, "提交答卷");
  await told(page, "暂时连不上");
  await tab.bringToFront();
  await toFront(tab);
  await heading(tab, /正在提交|答卷还在等着提交/);
  assert.equal(await tab.getByRole("radio").count(), 0, "what was sent cannot be changed");
  line.mend();
  const first = await thanked(page);
  assert.equal(await thanked(tab), first);
  await assertCounted(scene, [SHEET]);
});

test("a review follows what another tab has changed", async (t) => {
  const { scene, page, link } = await start(t);
  await reach(page, link, SHEET);
  const tab = await page.context().newPage();
  await open(tab, link);
  await tap(tab, "接着回答");
  await button(tab, /第 1 题/).click();
  await choose(tab, "q1", "E");
  await page.bringToFront();
  await button(page, /第 1 题.*很不满意/s).waitFor();
  await tap(page, "提交答卷");
  await thanked(page);
  await assertCounted(scene, [{ answers: { ...SHEET.answers, 1: "E" } }]);
});

for (const [what, contexts] of [["tabs", 1], ["phones", 2]]) {
  test(`two ${what} that send different answers at once get one receipt, and the later is told so`, async (t) => {
    const { scene, page, link, code } = await start(t);
    const line = await startLine(t, scene.origin);
    const other = contexts === 1 ? await page.context().newPage() : await phone(t, browser);
    const [one, two] = [line.origin, scene.origin].map((origin) => origin + new URL(link).pathname);
    // Tabs of one address would share their draft: as long as they do, they cannot differ.
    await reach(other, two, OTHER);
    await page.bringToFront();
    await reach(page, one, SHEET);
    await Promise.all([tap(page, "提交答卷"), tap(other, "提交答卷")]);
    const receipts = [await thanked(page), await thanked(other)];
    assert.equal(receipts[0], receipts[1]);
    assert.equal(await standing(scene, code), "submitted");
    const late = await Promise.all([page, other].map((one) => seen(one, FIRST).count()));
    assert.deepEqual([...late].sort(), [0, 1], "one counts, the other is told that it does not");
    await assertCounted(scene, [late[0] === 0 ? SHEET : OTHER]);
  });
}

test("an answer that was tried in vain is not said to count when another phone's does", async (t) => {
  const scene = await openSurvey(t);
  const line = await startLine(t, scene.origin);
  const page = await phone(t, browser);
  await reach(page, line.origin + new URL(scene.links[0]).pathname, SHEET);
  line.cut();
  await tap(page, "提交答卷");
  await told(page, "暂时连不上");
  const other = await phone(t, browser);
  await reach(other, scene.links[0], OTHER);
  await tap(other, "提交答卷");
  const first = await thanked(other);
  line.mend();
  assert.equal(await thanked(page), first);
  assert.equal(await seen(page, "您的意见已经记下").count(), 0, "they are the other phone's");
  await assertCounted(scene, [OTHER]);
});

test("a second phone learns at 开始回答 that the first has answered", async (t) => {
  const { scene, page, link } = await start(t);
  const other = await phone(t, browser);
  await open(other, link);
  await reach(page, link, SHEET);
  await tap(page, "提交答卷");
  const first = await thanked(page);
  await tap(other, "开始回答");
  assert.equal(await thanked(other), first);
  await assertCounted(scene, [SHEET]);
});

test("where the browser keeps nothing everything works, and the words speak of the page", async (t) => {
  const scene = await openSurvey(t);
  const profile = await mkdtemp(join(tmpdir(), "fivepoint-profile-"));
  t.after(() => rm(profile, { recursive: true, force: true, maxRetries: 3 }));
  await mkdir(join(profile, "Default"));
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM, viewport: PHONE, locale: "zh-CN", args: ["--headless", "--no-sandbox", "--disable-gpu"],
  });
  t.after(() => context.close());
  const [page] = context.pages();
  await open(page, scene.links[0]);
  assert.equal(await page.evaluate(() => { try { return String(localStorage); } catch (refused) { return refused.name; } }), "SecurityError");
  await fill(page, OTHER);
  await page.goBack();
  assert.ok(await radio(page, "q3", "A").isChecked());
  await page.goForward();
  await context.setOffline(true);
  await tap(page, "提交答卷");
  await told(page, "网络断开了，您的选择还在这个页面上。请不要关闭页面，联网后会自动提交。");
  assert.equal(await seen(page, /保存在手机上|先关上/).count(), 0);
  await context.setOffline(false);
  await heading(page, THANKS);
  assert.ok(await receipt(page));
  assert.equal(await page.locator("input:checked").count(), 0);
  await assertCounted(scene, [OTHER]);
});

test("one phone for two people: nothing of the first is left for the second", async (t) => {
  const { scene, page, link, code } = await start(t, { links: 2 });
  await open(page, link);
  await tap(page, "开始回答");
  await pick(page, "respondent", "self");
  await choose(page, "q1", "B");
  const kept = JSON.stringify(await drafts(page)).toUpperCase().replace(/[-\s]/g, "");
  assert.ok(kept.includes("FIVEPOINT") && !kept.includes(code.replaceAll("-", "")), "the code is not kept");
  for (const part of code.split("-")) assert.ok(!kept.includes(part), "nor a part of it");
  await pick(page, "q1", "B");
  await pick(page, "q2", "D");
  await tap(page, "去核对");
  await tap(page, "提交答卷");
  await thanked(page);

  await page.getByRole("link", { name: "换人填写：输入答卷码" }).click();
  await page.getByRole("textbox").fill(scene.codes[1].toLowerCase().replaceAll("-", ""));
  await tap(page, "打开答卷");
  await button(page, "开始回答").waitFor();
  assert.equal(await page.locator("input:checked").count(), 0);
  await fill(page, OTHER);
  await tap(page, "提交答卷");
  await thanked(page);
  await assertCounted(scene, [SHEET, OTHER]);
});

test("清除，换人填写 erases what was chosen and leads to the next person's code", async (t) => {
  const { scene, page, link } = await start(t);
  await open(page, link);
  await tap(page, "开始回答");
  await pick(page, "respondent", "self");
  await choose(page, "q1", "B");
  await tap(page, "清除，换人填写");
  await heading(page, "清除这份没交的答卷？");
  assert.equal((await drafts(page)).length, 1, "not before it is confirmed");
  await tap(page, "清除，换人填写");
  await heading(page, "请输入答卷码");
  assert.deepEqual(await drafts(page), []);
  for (let back = 0; back < 3; back += 1) {
    await page.goBack();
    await page.locator("#answer").waitFor({ state: "attached" });
    assert.equal(await page.locator("input:checked").count(), 0);
    assert.deepEqual(await drafts(page), []);
  }
  await assertCounted(scene, []);
});

test("a draft older than a day is erased by whichever page of ours is opened next", async (t) => {
  const { scene, page, link } = await start(t, { links: 2 });
  for (const next of [link, scene.links[1], `${scene.origin}/s`]) {
    await open(page, link);
    await tap(page, "开始回答");
    await choose(page, "respondent", "self");
    await age(page, 23);
    await open(page, next);
    assert.equal((await drafts(page)).length, 1, "a day has not passed");
    await age(page, 2);
    await open(page, next);
    assert.deepEqual(await drafts(page), [], new URL(next).pathname);
    assert.equal(await page.locator("input:checked").count(), 0);
  }
  await assertCounted(scene, []);
});

test("declining takes two taps, erases the draft, and can be undone", async (t) => {
  const { scene, page, link, code } = await start(t);
  await open(page, link);
  await tap(page, "开始回答");
  await pick(page, "respondent", "self");
  assert.equal((await drafts(page)).length, 1);

  const fresh = await phone(t, browser);
  await open(fresh, link);
  await tap(fresh, "我不参加");
  assert.equal(await standing(scene, code), "started", "one tap declines nothing");
  await tap(fresh, "确定不参加");
  await heading(fresh, DECLINED);
  assert.deepEqual(await drafts(fresh), []);
  assert.equal(await standing(scene, code), "declined");
  await toFront(page);
  await heading(page, DECLINED);
  assert.deepEqual(await drafts(page), []);

  await tap(page, "我想参加");
  await fill(page, SHEET);
  await tap(page, "提交答卷");
  await thanked(page);
  await assertCounted(scene, [SHEET]);
});

test("a start counts once, whoever presses it how often", async (t) => {
  const { scene, page, link, code } = await start(t);
  const tab = await page.context().newPage();
  await Promise.all([open(page, link), open(tab, link)]);
  assert.equal(await standing(scene, code), "waiting");
  const heard = [page, tab].map((one) => one.waitForResponse((reply) => reply.request().method() === "POST"));
  await Promise.all([tap(page, "开始回答"), tap(tab, "开始回答")]);
  await Promise.all([shown(page, "respondent"), shown(tab, "respondent")]);
  await Promise.all(heard);
  assert.equal(await standing(scene, code), "started");
  await scene.cli("verify", scene.survey); // the counters of progress against the links
  await assertCounted(scene, []);
});
