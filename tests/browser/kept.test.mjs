// A long form of the desk outlives its sign-in: what was typed stays on the page until it can be saved, by the one who
// typed it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter } from "./desk.mjs";
import { DESK, assertAccessible, launch, newPage } from "./page.mjs";
import { openScene } from "./server.mjs";

let browser, scene;

before(async () => {
  browser = await launch();
  scene = await openScene(undefined, { open: false });
  for (const name of ["zhang", "li"]) await scene.staff(name, "evaluator");
});

after(async () => {
  await browser?.close();
  await scene?.stop();
});

test("a questionnaire that was typed while the sign-in ended is saved after the next one", async (t) => {
  const page = await newPage(t, browser, { javaScriptEnabled: true, viewport: DESK });
  await enter(page, scene, "zhang");
  const address = `${scene.origin}/staff/surveys/${scene.survey}/edit`;
  await page.goto(address);
  await page.fill("[name=title]", "写了一个小时的问卷");
  const save = () => page.locator(".bar .primary").click();
  const stays = async (why) => {
    await page.locator("[data-kept]:focus").waitFor();
    assert.equal(page.url(), address, why);
    assert.equal(await page.inputValue("[name=title]"), "写了一个小时的问卷", why);
  };

  const other = await page.context().newPage();
  await other.goto(`${scene.origin}/staff`);
  await other.locator(".me button").click();
  await other.waitForURL(/sign-in/);
  await save();
  await stays("nobody is signed in");
  await assertAccessible(page, "what cannot be saved is kept");
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/kept.png` });

  await enter(other, scene, "li");
  await save();
  await stays("somebody else is signed in");

  await other.locator(".me button").click();
  await other.waitForURL(/sign-in/);
  await enter(other, scene, "zhang");
  await scene.kill();
  await save();
  await stays("the server is away");
  await scene.restart();
  await save();
  await page.waitForURL(/done=changed/);
  await page.goto(address);
  assert.equal(await page.inputValue("[name=title]"), "写了一个小时的问卷");
});

test("a button of the form that only changes the form still does", async (t) => {
  const page = await newPage(t, browser, { javaScriptEnabled: true, viewport: DESK });
  await enter(page, scene, "li");
  await page.goto(`${scene.origin}/staff/surveys/${scene.survey}/edit`);
  const questions = page.locator("#questions fieldset");
  const before = await questions.count();
  await page.locator("button[name=do][value=add]").click();
  await page.waitForFunction((count) => document.querySelectorAll("#questions fieldset").length > count, before);
});
