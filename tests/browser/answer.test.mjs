// The answer page without script: all on one page, sent as a form, from the start to the receipt.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { QUESTIONS, choose, chooseByKey, chosen, launch, newPage, open, options, press, receipt } from "./page.mjs";
import { startDemo } from "./server.mjs";

const numbers = Array.from({ length: QUESTIONS }, (_, index) => index + 1);
// One letter a question, E for the first: its words stand in no heading.
const letters = numbers.map((no) => "EABCDEABCD"[no - 1]);

let demo, browser;

before(async () => {
  demo = await startDemo();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

test("an incomplete answer comes back, a complete one gets a receipt, and no answer is shown again", async (t) => {
  const link = demo.links[0];
  const page = await newPage(t, browser);

  await open(page, link);
  assert.equal(await page.locator("button:visible").count(), 1, "one button sends it all");
  for (const no of numbers) assert.equal(await options(page, no).count(), 5, `question ${no} has five options`);
  assert.deepEqual(await chosen(page), [], "nothing is chosen for the recipient");

  const words = await choose(page, "q1", letters[0]);
  assert.equal((await press(page, "submit")).status(), 422);
  const alert = (await page.getByRole("alert").allInnerTexts()).join(" ");
  const named = numbers.filter((no) => new RegExp(`(?<!\\d)${no}(?!\\d)`).test(alert));
  assert.deepEqual(named, numbers.slice(1), `the alert names what is missing and only that: ${alert}`);
  assert.ok(alert.includes("谁在回答"), alert);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "alert", "it has the focus");
  assert.deepEqual(await chosen(page), [`q1=${letters[0]}`], "the choice is kept and none is added");
  await page.getByRole("link", { name: "第 2 题" }).click();
  assert.ok(await page.getByText("第 2 题，共 10 题").evaluate((one) => one.getBoundingClientRect().top >= 0), "a link leads to its question");

  for (const no of numbers.slice(1)) await choose(page, `q${no}`, letters[no - 1]);
  await choose(page, "respondent", "self");
  const reply = await press(page, "submit");
  assert.equal(reply.status(), 303);
  assert.equal(new URL(page.url()).pathname, new URL(link).pathname);
  const first = await receipt(page);
  const code = link.split("/").pop().replaceAll("-", "");
  assert.ok(!first.replace(/[ -]/g, "").toUpperCase().includes(code), "the receipt does not show the code");

  // The same form sent twice, as an impatient finger or a lost reply does it.
  const again = await page.request.post(link, {
    data: reply.request().postData(),
    headers: { "content-type": "application/x-www-form-urlencoded", origin: demo.origin },
  });
  assert.equal(again.status(), 200);
  assert.ok((await again.text()).includes(first), "a repeated answer gets the same receipt");

  const other = await newPage(t, browser);
  await open(other, link);
  assert.equal(await receipt(other), first);
  assert.equal(await other.locator("input[type=radio]").count(), 0, "an answered link has no form");
  const shown = (await other.locator("body").innerText()).replace(/\s+/g, " ");
  assert.ok(!shown.includes(words), `the earlier choice is not shown: ${words}`);
});

test("a recipient who declined can change their mind, and going back cannot answer twice", async (t) => {
  const link = demo.links[1];
  const page = await newPage(t, browser);

  await open(page, link);
  const sure = page.getByRole("button", { name: "确定不参加" });
  assert.equal(await sure.isVisible(), false, "one tap does not decline");
  await page.getByText("我不参加", { exact: true }).click();
  assert.ok(await sure.isVisible());
  assert.equal((await press(page, "decline")).status(), 303);
  assert.equal(await page.locator("input[type=radio]").count(), 0, "a declined link has no form");
  await open(page, link);
  assert.equal(await page.locator("input[type=radio]").count(), 0, "it stays declined");

  assert.equal((await press(page, "resume")).status(), 303);
  for (const no of numbers) await chooseByKey(page, `q${no}`, letters[no - 1]);
  await chooseByKey(page, "respondent", "helped_by_family");
  assert.equal((await press(page, "submit")).status(), 303);
  const first = await receipt(page);

  await page.goBack();
  if (await options(page, 1).count()) {
    // The browser kept the form: the recipient fills it in differently and sends it again.
    for (const no of numbers) await choose(page, `q${no}`, "C");
    await choose(page, "respondent", "self");
    await press(page, "submit");
  }
  assert.equal(await receipt(page), first);
});

test("a link that was only looked at waits, and goes from there straight to its answer", async (t) => {
  const link = demo.links[2];
  const standing = async () => (await (await fetch(link.replace("/s/", "/api/v1/links/"))).json()).state;
  const page = await newPage(t, browser);
  await open(page, link);
  for (const no of numbers) await choose(page, `q${no}`, "A");
  await choose(page, "respondent", "guardian");
  assert.equal(await standing(), "waiting", "neither the look nor the choices count as anything");
  assert.equal((await press(page, "submit")).status(), 303);
  assert.equal(await standing(), "submitted");
  await receipt(page);
});
