// Two clerks key paper forms by keyboard alone: every difference between them is found, and the table is that of
// the forms.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter } from "./desk.mjs";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage, open } from "./page.mjs";
import { openScene } from "./server.mjs";

const FORMS = 200;
const LETTERS = ["A", "B", "C", "D", "E"];
const QUESTIONS = 10;
/** Forms in which the second clerk reads one field otherwise: which field, and who is right. */
const PLANTED = new Map([
  [3, { field: 1, right: "first" }],
  [58, { field: 10, right: "second" }],
  [101, { field: 0, right: "first" }],
  [150, { field: 5, right: "second" }],
  [199, { field: 7, right: "first" }],
]);

let browser, scene;

before(async () => {
  browser = await launch();
  scene = await openScene(undefined, { links: FORMS });
  for (const name of ["one", "two"]) await scene.staff(name, "clerk", "C");
});

after(async () => {
  await browser?.close();
  await scene?.stop();
});

/** What stands on a form, as keys: who filled it in, then the answers. */
function onPaper(number) {
  const who = String((number % 4) + 1);
  const answers = Array.from({ length: QUESTIONS }, (_, no) => LETTERS[(number * (no + 3) + no) % ((number % 5) + 1)]);
  return [who, ...answers];
}

/** Another key for a field than the right one. */
const otherKey = (key) => (/\d/.test(key) ? String((Number(key) % 4) + 1) : LETTERS[(LETTERS.indexOf(key) + 1) % 5]);

/** What a clerk reads on a form: one planted mistake, by whoever is not right. */
function asRead(number, clerk) {
  const keys = onPaper(number);
  const planted = PLANTED.get(number);
  if (planted && planted.right !== clerk) keys[planted.field] = otherKey(keys[planted.field]);
  return keys;
}

/** A clerk at the keyboard; every key is counted. */
async function clerk(t, name) {
  const page = await newPage(t, browser, { javaScriptEnabled: true, viewport: DESK });
  await enter(page, scene, name);
  await open(page, `${scene.origin}/staff/surveys/${scene.survey}/paper`);
  let strokes = 0;
  const press = async (key) => {
    strokes += 1;
    await page.keyboard.press(key);
  };
  const type = async (keys) => {
    strokes += keys.length;
    await page.keyboard.type(keys);
  };
  /** Keys a form and saves it; gives what the page says then. */
  const key = async (code, keys) => {
    await page.locator("#code:focus").waitFor();
    await type(code.replaceAll("-", "").toLowerCase());
    await type(keys.join("").toLowerCase());
    await page.locator(".bar button.primary:focus").waitFor();
    await save();
  };
  /** Saves; resolves once another page has come in place of this one. */
  const save = async () => {
    const main = await page.locator("main").elementHandle();
    await press("Enter");
    await page.waitForFunction((before) => !before.isConnected, main);
  };
  return { page, press, type, key, save, strokes: () => strokes };
}

test(`two clerks key ${FORMS} forms, and all ${PLANTED.size} planted differences are found`, { timeout: 600_000 }, async (t) => {
  const [one, two] = [await clerk(t, "one"), await clerk(t, "two")];
  const seconds = {};
  const timed = async (name, act) => {
    const start = performance.now();
    await act();
    seconds[name] = (performance.now() - start) / 1000 / FORMS;
  };
  await timed("first", async () => {
    for (const [number, code] of scene.codes.entries()) {
      await one.key(code, asRead(number, "first"));
      assert.equal(await one.page.getByRole("status").first().innerText(), "第一遍已保存，等同事录第二遍。");
    }
  });
  const found = [];
  await timed("second", async () => {
    for (const [number, code] of scene.codes.entries()) {
      await two.key(code, asRead(number, "second"));
      const differ = two.page.locator("form[action$='/settle']");
      if (await differ.count()) {
        const fields = await differ.getByRole("radiogroup").evaluateAll((all) => all.map((one) => one.dataset.no ?? "0"));
        found.push([number, fields.map(Number)]);
        assert.equal(await differ.locator("input:checked").count(), 0, "nothing is chosen for the clerk");
        for (const field of fields) await two.press(onPaper(number)[field].toLowerCase());
        await two.save();
        assert.equal(await two.page.getByRole("status").first().innerText(), "差异已核对，已记录。");
      } else {
        assert.equal(await two.page.getByRole("status").first().innerText(), "两遍一致，已记录。");
      }
    }
  });
  assert.deepEqual(found, [...PLANTED].map(([number, { field }]) => [number, [field]]));
  const totals = await two.page.locator(".totals").innerText();
  assert.match(totals, /第二遍 200 份，核对差异 5 处/);
  for (const [name, { strokes }] of Object.entries({ first: one, second: two })) {
    t.diagnostic(`${name} entries: ${(strokes() / FORMS).toFixed(2)} keystrokes and ${seconds[name].toFixed(2)} s a form, by a machine's fingers`);
  }

  await scene.cli("survey", "close", scene.survey);
  await scene.cli("survey", "release", scene.survey);
  const release = JSON.parse(await scene.cli("result", scene.survey, "--format", "json"));
  assert.deepEqual([release.issued, release.returned, release.valid], [FORMS, FORMS, FORMS]);
  for (const [index, question] of release.questions.entries()) {
    const expected = Object.fromEntries(LETTERS.map((letter) => [letter, 0]));
    for (const number of scene.codes.keys()) expected[onPaper(number)[index + 1]] += 1;
    assert.deepEqual(question.counts, expected, `question ${index + 1}`);
  }
  await scene.cli("verify", scene.survey);
});

test("a slip of the finger is mended by keyboard, and what is missing is shown", async (t) => {
  const other = await openScene(t, { links: 3 });
  for (const name of ["one", "two"]) await other.staff(name, "clerk", "C");
  const page = await newPage(t, browser, { javaScriptEnabled: true, viewport: DESK });
  await enter(page, other, "one");
  await open(page, `${other.origin}/staff/surveys/${other.survey}/paper`);
  const echo = () => page.locator(".echo").innerText();

  // A hand scanner types the whole link.
  await page.keyboard.type(other.links[0]);
  assert.equal(await page.locator("#code").inputValue(), other.codes[0]);
  await page.keyboard.type("1ab");
  assert.equal(await echo(), "1 AB········");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("c");
  assert.equal(await echo(), "1 AC········");
  await page.keyboard.type("z");
  assert.match(await page.locator(".where").innerText(), /没有这个键/);
  await page.keyboard.press("Enter");
  assert.match(await page.locator(".where").innerText(), /还有没录的/);
  await page.keyboard.type("aaaaaaaa");
  assert.equal(await echo(), "1 ACAAAAAAAA");
  // The cursor goes back, and nothing else changes.
  await page.keyboard.press("ArrowUp");
  await page.keyboard.type("e");
  assert.equal(await echo(), "1 ACAAAAAAAE");

  // The network is gone: nothing is lost.
  await page.context().setOffline(true);
  await page.keyboard.press("Enter");
  await page.getByText("网络断开了").waitFor();
  assert.equal(await echo(), "1 ACAAAAAAAE");
  await page.context().setOffline(false);

  // The sign-in has ended, and begins anew on another tab.
  await page.context().clearCookies();
  await page.keyboard.press("Enter");
  await page.getByText("您的登录已经结束").waitFor();
  const tab = await page.context().newPage();
  await enter(tab, other, "two");
  await page.keyboard.press("Enter");
  await page.getByText("另一个账号").waitFor();
  await page.context().clearCookies();
  await enter(tab, other, "one");
  await page.keyboard.press("Enter");
  await page.getByText("第一遍已保存").waitFor();
  await page.locator("#code:focus").waitFor();
  assert.equal(await page.locator("#code").inputValue(), "", "nothing of the form is left");
});

test("the pages of a clerk work without script, and are accessible with it", async (t) => {
  const other = await openScene(t, { links: 6 });
  for (const name of ["one", "two"]) await other.staff(name, "clerk", "C");
  const address = `${other.origin}/staff/surveys/${other.survey}/paper`;
  const key = async (page, code, letter) => {
    await open(page, address);
    await page.fill("#code", code);
    await page.locator("[name=respondent][value=self]").check();
    for (let no = 1; no <= QUESTIONS; no += 1) await page.locator(`[name=q${no}][value=${letter}]`).check();
    await page.locator(".bar button.primary").click();
  };
  const plain = await newPage(t, browser, { viewport: DESK });
  await enter(plain, other, "one");
  await open(plain, `${other.origin}/staff/paper`);
  await plain.getByRole("link", { name: "2022年残疾人托养服务满意度调查" }).click();
  for (const code of other.codes.slice(0, 2)) await key(plain, code, "A");
  await plain.getByText("第一遍已保存").waitFor();

  for (const [language, viewport, colorScheme] of [["zh-CN", PHONE, "dark"], ["en", DESK, "light"]]) {
    const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, viewport, colorScheme });
    await enter(page, other, "two");
    await open(page, `${other.origin}/staff/language/${language}`);
    const look = async (what) => {
      await assertAccessible(page, what);
      await assertNoSidewaysScroll(page, what);
      assert.equal(await page.locator("h1:visible").count(), 1, `${what} has one title`);
      assert.ok((await page.locator(".primary:visible").count()) <= 1, `${what} has one main button`);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${what}-${viewport.width}.png` });
    };
    await open(page, `${other.origin}/staff/paper`);
    await look("home");
    await open(page, address);
    await look("empty");
    await page.keyboard.type(other.codes[1]);
    await page.keyboard.type("2abc");
    await look("half");
    await page.keyboard.type("aaaaaab");
    await page.keyboard.press("Enter");
    await page.locator("form[action$='/settle']").waitFor();
    await look("differences");
    await open(page, address);
    await page.keyboard.type(other.codes[1]);
    await page.keyboard.type("9");
    await page.keyboard.press("Enter");
    await page.locator("form[action$='/refuse']").waitFor();
    await look("refusal");
    await open(page, address);
    await page.keyboard.type(`${"0".repeat(20)}1${"a".repeat(QUESTIONS)}`);
    await page.keyboard.press("Enter");
    await page.locator("#code-e").waitFor();
    await look("unknown");
  }
});
