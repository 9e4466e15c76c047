// The answer page with script, one question to a screen: by keyboard, by ear, in easy words, on paper.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { back, chooseAll, next, walk } from "./journey.mjs";
import { QUESTIONS, choose, chosen, giveVoices, launch, newPage, open, radio, receipt } from "./page.mjs";
import { SURVEYS, openScene } from "./server.mjs";

const { questions, scale } = JSON.parse(await readFile(SURVEYS.ten, "utf8"));
const WORDS = scale.options.map((option) => option.label);
const LOW = { width: 360, height: 500 }; // a question and its choices are higher than that

const ends = [];
let browser, links, optional;

before(async () => {
  const t = { after: (end) => ends.push(end) };
  let ten, three;
  [browser, ten, three] = await Promise.all([
    launch(),
    openScene(t, { links: 12 }),
    openScene(t, { links: 1, survey: SURVEYS.optional }),
  ]);
  links = ten.links;
  optional = three.links[0];
});

after(async () => {
  await browser?.close();
  for (const end of ends) await end();
});

const phone = (t, options) => newPage(t, browser, { javaScriptEnabled: true, ...options });

/** On to the first question. */
async function begin(page, link) {
  await open(page, link);
  await next(page, "respondent");
  await choose(page, "respondent", "self");
  await next(page, "q1");
}

/** What the browser tells a screen reader, as "role: name". */
async function told(page, ...roles) {
  const devtools = await page.context().newCDPSession(page);
  const { nodes } = await devtools.send("Accessibility.getFullAXTree");
  await devtools.detach();
  const known = nodes.filter((node) => !node.ignored && roles.includes(node.role?.value));
  return known.map((node) => `${node.role.value}: ${node.name.value.replace(/\s+/g, " ").trim()}`);
}

/** The element with the focus; fails unless a ring shows it, in full and not behind the bar at the foot. */
async function focused(page) {
  const { what, fault } = await page.evaluate(() => {
    const one = document.activeElement;
    const seen = one.matches("input[type=radio]") ? one.nextElementSibling : one;
    const box = seen.getBoundingClientRect();
    const style = getComputedStyle(seen);
    const bar = document.querySelector("#next").parentElement;
    const floor = bar.contains(one) ? innerHeight : bar.getBoundingClientRect().top;
    let fault;
    if (one === document.body) fault = "nothing has the focus";
    else if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 3) fault = "no ring";
    else if (box.top < 0 || box.bottom > floor + 0.5) fault = `from ${box.top} to ${box.bottom}, the bar at ${floor}`;
    return { what: one.id || `${one.name}=${one.value}`, fault };
  });
  assert.equal(fault, undefined, `the focus on ${what}`);
  return what;
}

/** Tab until that element has the focus. */
async function tabTo(page, wanted, key = "Tab") {
  const passed = [];
  while (passed.length < 30) {
    await page.keyboard.press(key);
    passed.push(await focused(page));
    if (passed.at(-1) === wanted) return;
  }
  assert.fail(`${key} never came to ${wanted}: ${passed.join(", ")}`);
}

const focus = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.closest(".step")?.id);

test("the keyboard alone is enough, and the focus is always in view", async (t) => {
  const page = await phone(t, { viewport: LOW });
  await open(page, links.pop());
  await tabTo(page, "next");
  await page.keyboard.press("Enter");
  assert.equal(await focus(page), "respondent");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter"); // on a choice it means: on
  for (let no = 1; no <= QUESTIONS; no += 1) {
    assert.equal(await focus(page), `q${no}`, "the focus is on the question after each step");
    await tabTo(page, `q${no}=A`);
    assert.equal(await radio(page, `q${no}`, "A").isChecked(), false, "to look at a choice is not to choose it");
    await page.keyboard.press(no % 2 ? "Space" : "ArrowDown");
    await focused(page);
    await tabTo(page, "next");
    await page.keyboard.press(no % 2 ? "Enter" : "Space");
  }
  assert.equal(await focus(page), "review");
  assert.deepEqual(await chosen(page), ["respondent=self", ...questions.map((_, index) => `q${index + 1}=${"BA"[(index + 1) % 2]}`)]);

  // The third row is question 2.
  for (let row = 1; row <= 3; row += 1) await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.innerText.includes("第 2 题")), true);
  await page.keyboard.press("Enter");
  assert.equal(await focus(page), "q2");
  await tabTo(page, "q2=B");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  assert.equal(await focus(page), "review", "a change leads back to the review");
  assert.match(await page.locator("#list li").nth(2).innerText(), /非常满意/);
  await tabTo(page, "next");
  await page.keyboard.press("Enter");
  await page.locator("#thanks").waitFor();
  await receipt(page);
});

test("every step begins at its top, whatever was scrolled before", async (t) => {
  const page = await phone(t, { viewport: LOW });
  await walk(page, links.pop(), async (name) => {
    if (["missing", "easy", "chosen"].includes(name)) return; // the step before, changed
    const top = await page.evaluate(() => scrollY);
    assert.equal(top, 0, name);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  });
});

test("nothing that is scrolled behind the bar at the foot can be pressed through it", async (t) => {
  const page = await phone(t, { viewport: LOW });
  await begin(page, links.pop());
  const hits = await page.evaluate(() => {
    const bar = document.getElementById("next").parentElement;
    const hits = [];
    for (const radio of document.querySelectorAll("#q1 input")) {
      scrollTo(0, 0);
      const middle = (box) => box.top + box.height / 2;
      scrollBy(0, middle(radio.getBoundingClientRect()) - middle(bar.getBoundingClientRect()));
      const { x, y, width, height } = radio.getBoundingClientRect();
      if (y < bar.getBoundingClientRect().top) continue; // it cannot be scrolled that far down
      hits.push(bar.contains(document.elementFromPoint(x + width / 2, y + height / 2)));
    }
    return hits;
  });
  assert.ok(hits.length > 0, "some choice lies behind the bar");
  assert.ok(hits.every(Boolean), "the bar takes the tap");
});

test("a screen reader hears each question, its number and its words, and nothing chosen", async (t) => {
  const page = await phone(t);
  await begin(page, links.pop());
  for (const [index, { text, easy }] of questions.entries()) {
    const no = index + 1;
    const number = `第 ${no} 题，共 10 题`;
    assert.deepEqual(await told(page, "radiogroup", "radio"), [`radiogroup: ${number} ${text}`, ...WORDS.map((word) => `radio: ${word}`)]);
    assert.equal(await page.getByRole("radiogroup", { name: number }).getByRole("radio", { checked: true }).count(), 0);
    await page.locator("#wording").click();
    assert.deepEqual(await told(page, "radiogroup"), [`radiogroup: ${number} ${easy}`]);
    await page.locator("#wording").click();
    await choose(page, `q${no}`, "C");
    await page.locator("#next").click();
  }
  await page.context().setOffline(true);
  await page.locator("#review").waitFor();
  await next(page, "send");
  await page.locator("#next").waitFor();
  assert.match(await page.getByRole("status").innerText(), /网络断开了/);
  assert.equal(await focus(page), "send");
  await page.context().setOffline(false);
  await page.locator("#thanks").waitFor();
  assert.equal(await focus(page), "thanks");
});

test("in English the survey's own words are told to be Chinese", async (t) => {
  const page = await phone(t);
  await begin(page, `${links.pop()}?lang=en`);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  const foreign = await page.evaluate(() => {
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const found = { "zh-CN": [], en: [] };
    while (texts.nextNode()) {
      const { data, parentElement } = texts.currentNode;
      if (parentElement.checkVisibility() && data.trim()) found[parentElement.closest("[lang]").lang].push(data.trim());
    }
    return found;
  });
  assert.deepEqual(foreign["zh-CN"], [questions[0].text, ...WORDS]);
  assert.deepEqual(foreign.en.filter((words) => /\p{Script=Han}/u.test(words)), []);
});

test("easy words stay over the questions and over a reload", async (t) => {
  const page = await phone(t);
  await begin(page, links.pop());
  const shown = () => page.locator("fieldset:visible legend").innerText();
  const wording = page.getByRole("button", { name: /说法/ });
  assert.ok((await shown()).includes(questions[0].text) && !(await shown()).includes(questions[0].easy));
  assert.equal(await wording.count(), 1);
  await wording.click();
  assert.ok((await shown()).includes(questions[0].easy) && !(await shown()).includes(questions[0].text));
  await choose(page, "q1", "A");
  await next(page, "q2");
  assert.ok((await shown()).includes(questions[1].easy));
  await page.reload();
  await next(page, "q2");
  assert.ok((await shown()).includes(questions[1].easy) && !(await shown()).includes(questions[1].text));
  await wording.click();
  assert.ok((await shown()).includes(questions[1].text));
});

test("there is no reading aloud without a voice for it", async (t) => {
  const page = await phone(t);
  await giveVoices(page.context(), "en-US");
  await begin(page, links.pop());
  assert.equal(await page.getByRole("button", { name: "朗读" }).count(), 0);
});

test("a question is read with its choices, in the common speech, until the next step or a second press", async (t) => {
  const page = await phone(t);
  await giveVoices(page.context(), "en-US", "zh-HK", "zh_CN", "zh-TW");
  await begin(page, links.pop());
  const said = () => page.evaluate(() => spoken.map(({ text, lang }) => ({ text, lang })));
  const speaking = () => page.evaluate(() => speechSynthesis.speaking);
  await page.getByRole("button", { name: "朗读" }).click();
  const [{ text, lang }] = await said();
  assert.equal(lang, "zh_CN");
  const places = [questions[0].text, ...WORDS].map((word) => text.indexOf(word));
  assert.ok(places.every((place) => place >= 0), text);
  assert.ok(!text.includes(questions[0].easy), "only the words that are shown");
  assert.equal(await speaking(), true);
  await page.getByRole("button", { name: "停止朗读" }).click();
  assert.equal(await speaking(), false);

  await page.getByRole("button", { name: "朗读" }).click();
  assert.equal(await speaking(), true);
  await choose(page, "q1", "A");
  await next(page, "q2");
  assert.equal(await speaking(), false);
  assert.equal(await page.getByRole("button", { name: "朗读", exact: true }).count(), 1);
  assert.equal((await said()).length, 2);
});

test("an optional question can be left out again, and not knowing is an answer", async (t) => {
  const page = await phone(t);
  await begin(page, optional);
  await choose(page, "q1", "X");
  await next(page, "q2");
  await page.locator("#next").click();
  await page.getByRole("alert").waitFor();
  await choose(page, "q2", "B");
  await next(page, "q3");
  assert.deepEqual((await told(page, "radio")).slice(-2), ["radio: 不清楚", "radio: 这一题不回答"]);
  await choose(page, "q3", "A");
  await next(page, "review");
  await back(page, "q3");
  await choose(page, "q3", "");
  await next(page, "review");
  assert.deepEqual(await chosen(page), ["respondent=self", "q1=X", "q2=B", "q3="]);
  const sent = page.waitForRequest((request) => request.url().endsWith("/response"));
  await page.locator("#next").click();
  assert.deepEqual((await sent).postDataJSON(), { answers: { 1: "X", 2: "B" }, respondent: "self", phone: 1 });
  await page.locator("#thanks").waitFor();
});

test("paper has all questions from any step, and nothing to press", async (t) => {
  const page = await phone(t);
  await open(page, links.pop());
  const paper = async () => {
    await page.emulateMedia({ media: "print" });
    for (const { text, easy } of questions) {
      const field = page.locator("fieldset").filter({ hasText: text });
      assert.ok(await field.getByText(text, { exact: true }).isVisible(), text);
      assert.ok(await field.getByText(easy, { exact: true }).isVisible(), easy);
    }
    assert.equal(await page.getByRole("radio").count(), 5 * QUESTIONS + 4);
    assert.equal(await page.getByRole("button").count(), 0);
    await page.emulateMedia({ media: "screen" });
  };
  await paper();
  await next(page, "respondent");
  await choose(page, "respondent", "self");
  await next(page, "q1");
  await paper();
  await chooseAll(page);
  await paper();
});

test("who wants no motion gets none, and who wants contrast gets black on white", async (t) => {
  const moving = (page) =>
    page.evaluate(() => [...document.querySelectorAll("*")].filter((one) => {
      const { transitionDuration, animationName } = getComputedStyle(one);
      return /[1-9]/.test(transitionDuration) || animationName !== "none";
    }).length);
  const still = await phone(t, { reducedMotion: "reduce", contrast: "more" });
  await begin(still, links.pop());
  assert.equal(await moving(still), 0);
  const [ink, paper, edge] = await still.evaluate(() => {
    const row = document.querySelector("fieldset:not([id=respondent]) label span");
    return [getComputedStyle(row).color, getComputedStyle(document.body).backgroundColor, getComputedStyle(row).borderTopWidth];
  });
  assert.deepEqual([ink, paper, edge], ["rgb(0, 0, 0)", "rgb(255, 255, 255)", "2px"]);

  const other = await phone(t);
  await begin(other, links.pop());
  assert.ok((await moving(other)) > 0);
});
