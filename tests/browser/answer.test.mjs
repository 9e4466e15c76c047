// The answer page as a recipient meets it: without script on a phone, at every state of a link.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  DESK, PHONE, QUESTIONS,
  assertAccessible, assertNoSidewaysScroll, choose, chooseByKey, chosen, launch, newPage, open, options, picture, press, receipt,
} from "./page.mjs";
import { startDemo } from "./server.mjs";

const UNKNOWN = "/s/0000-0000-0000-0000-0000"; // well formed, issued to nobody
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
  for (const no of numbers) assert.equal(await options(page, no).count(), 5, `question ${no} has five options`);
  assert.deepEqual(await chosen(page), [], "nothing is chosen for the recipient");

  const words = await choose(page, "q1", letters[0]);
  assert.equal((await press(page, "submit")).status(), 422);
  const alert = (await page.getByRole("alert").allInnerTexts()).join(" ");
  const named = numbers.filter((no) => new RegExp(`(?<!\\d)${no}(?!\\d)`).test(alert));
  assert.deepEqual(named, numbers.slice(1), `the alert names what is missing and only that: ${alert}`);
  assert.deepEqual(await chosen(page), [`q1=${letters[0]}`], "the choice is kept and none is added");

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
  assert.equal(await page.getByRole("button", { name: "我不参加" }).count(), 1);
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

test("every state is accessible, fits 320 px and looks as it should, in light and dark", async (t) => {
  const link = demo.links[2];

  // Each state: how to get there from anywhere while the link is not answered, then what it is called.
  const states = {
    answer: (page) => open(page, link),
    error: async (page) => {
      await open(page, link);
      await choose(page, "q1", "A");
      assert.equal((await press(page, "submit")).status(), 422);
      assert.ok(await page.getByRole("alert").first().isVisible());
    },
    declined: async (page) => {
      await open(page, link);
      await press(page, "decline");
      assert.ok(await page.locator('[name="action"][value="resume"]').count());
    },
    resumed: async (page) => {
      await open(page, link);
      await press(page, "resume");
      assert.equal(await options(page, 1).count(), 5);
    },
    unknown: (page) => open(page, demo.origin + UNKNOWN, 404),
    typing: async (page) => {
      await open(page, `${demo.origin}/s`);
      assert.equal(await page.getByRole("textbox").count(), 1, "one field for the code");
    },
  };
  const answered = {
    thanks: async (page) => {
      await open(page, link);
      await receipt(page);
    },
  };

  const look = async (states) => {
    for (const colorScheme of ["light", "dark"]) {
      for (const viewport of [PHONE, DESK]) {
        const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, colorScheme, viewport });
        for (const [state, reach] of Object.entries(states)) {
          const name = `${state}-${viewport.width}-${colorScheme}`;
          await t.test(name, async () => {
            await reach(page);
            await picture(page, name);
            await assertAccessible(page, name);
            await assertNoSidewaysScroll(page, name);
            if (viewport === PHONE) {
              await page.setViewportSize({ width: 320, height: 640 });
              await assertNoSidewaysScroll(page, `${name} at 320 px`);
              await page.setViewportSize(PHONE);
            }
          });
        }
        await page.context().close();
      }
    }
  };

  await look(states);

  const page = await newPage(t, browser);
  await open(page, link);
  for (const no of numbers) await choose(page, `q${no}`, "A");
  await choose(page, "respondent", "guardian");
  assert.equal((await press(page, "submit")).status(), 303);
  await look(answered);
});
