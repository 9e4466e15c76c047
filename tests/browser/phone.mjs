// A recipient's phone with script on, and what can be known of its answers from outside.

import assert from "node:assert/strict";
import { choose, newPage, open, receipt, settled } from "./page.mjs";
import { openScene, SURVEYS } from "./server.mjs";

// A release tells nothing about fewer people than the survey's disclosure floor: these answer, too.
const OTHERS = 5;
const OTHER = { respondent: "guardian", answers: { 1: "E", 2: "E", 3: "E" } };
const OPTIONS = ["A", "B", "C", "D", "E"];

export const THANKS = "谢谢您，答卷已经收到";
export const FIRST = "以第一次交的为准";
export const REVIEW = "请核对您的答案";
export const WAITING = "答卷还在等着提交";

/** A survey of three questions, the last optional, with `links` for phones. */
export function openSurvey(t, { engine, links = 1 } = {}) {
  return openScene(t, { engine, survey: SURVEYS.optional, links: links + OTHERS });
}

/** A page with script on. */
export function phone(t, browser, options = {}) {
  return newPage(t, browser, { javaScriptEnabled: true, ...options });
}

/** A link as it is reached through a line. */
export const through = (line, link) => line.origin + new URL(link).pathname;

/** A button that a person can see, by its words. */
export const button = (page, name) => page.getByRole("button", { name, exact: typeof name === "string" });

export async function tap(page, name) {
  await settled(page);
  await button(page, name).click();
}

/** Resolves once the page shows that heading. */
export const heading = (page, name) => page.getByRole("heading", { name }).waitFor();

/** Words that a person can see. */
export const seen = (page, text) => page.getByText(text).filter({ visible: true });

/** Resolves once that question is shown. */
export const shown = (page, name) => page.locator(`input[name="${name}"]`).first().waitFor();

/** Resolves once the page says how an answer on its way is doing. */
export const told = (page, text) => page.getByRole("status").filter({ hasText: text }).waitFor();

/** Chooses on the question that is shown and goes on. */
export async function pick(page, name, value) {
  await choose(page, name, value);
  await page.getByRole("button", { name: /^(下一题|去核对)$/ }).click();
}

/** From the first screen to the review of that answer. */
export async function fill(page, sheet) {
  await tap(page, "开始回答");
  await pick(page, "respondent", sheet.respondent);
  for (const no of [1, 2, 3]) {
    if (sheet.answers[no]) await pick(page, `q${no}`, sheet.answers[no]);
    else await tap(page, "去核对");
  }
  await heading(page, REVIEW);
}

/** Opens a link and goes to the review of that answer. */
export async function reach(page, link, sheet) {
  await open(page, link);
  await fill(page, sheet);
}

/** Waits for the thanks; gives the receipt after checking that nothing of the answer is left. */
export async function thanked(page) {
  await heading(page, THANKS);
  assert.deepEqual(await drafts(page), [], "nothing is kept on the phone");
  assert.equal(await page.locator("input:checked").count(), 0, "nothing is kept in the page");
  assert.equal(await page.locator("#list > *").count(), 0, "nothing is kept in the review");
  assert.equal(await page.getByRole("radio").count(), 0, "there is no form to answer");
  return receipt(page);
}

const TODAY = "fivepoint:today";

/** What the page keeps on the phone of a questionnaire: the keys and values of ours. */
export async function drafts(page) {
  return (await kept(page)).filter(([key]) => key !== TODAY);
}

/** How many links this phone has finished today, as it was kept; and nothing else beside that number. */
export async function finishedToday(page) {
  const record = JSON.parse(new Map(await kept(page)).get(TODAY) ?? "null");
  const midnight = await page.evaluate(() => new Date().setHours(0, 0, 0, 0));
  if (record) assert.deepEqual(Object.keys(record).sort(), ["at", "n"]);
  if (record) assert.equal(record.at, midnight, "the day, and no time of the day");
  return record?.n ?? 0;
}

function kept(page) {
  return page.evaluate(() => Object.entries(localStorage).filter(([key]) => key.startsWith("fivepoint:")));
}

/** Puts everything that is kept so many hours back. */
export async function age(page, hours) {
  const count = await page.evaluate((hours) => {
    const ours = Object.keys(localStorage).filter((key) => key.startsWith("fivepoint:"));
    for (const key of ours) {
      const record = JSON.parse(localStorage[key]);
      localStorage[key] = JSON.stringify({ ...record, at: record.at - hours * 3_600_000 });
    }
    return ours.length;
  }, hours);
  assert.ok(count > 0, "something is kept that can be older");
}

/** What the server says of a link: its state, or why it takes no answer. */
export async function standing(scene, code) {
  const reply = await fetch(`${scene.origin}/api/v1/links/${code}`, { headers: { Prefer: "return=minimal" } });
  const { state, code: problem } = await reply.json();
  return state ?? problem;
}

/** Answers as a program does, and gives the receipt. */
export async function post(scene, code, sheet) {
  const reply = await fetch(`${scene.origin}/api/v1/links/${code}/response`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(sheet),
  });
  assert.equal(reply.status, 201);
  return (await reply.json()).receipt;
}

/** Ends the survey, and fails unless exactly these answers were counted, each once. */
export async function assertCounted(scene, sheets) {
  if (!scene.closed) {
    for (const code of scene.codes.slice(-OTHERS)) await post(scene, code, OTHER);
    await scene.cli("survey", "close", scene.survey);
  }
  await scene.cli("survey", "release", scene.survey);
  await scene.cli("verify", scene.survey);
  const result = JSON.parse(await scene.cli("result", scene.survey, "--format", "json"));
  const all = [...sheets, ...Array(OTHERS).fill(OTHER)];
  assert.equal(result.returned, all.length, "responses");
  const expected = [1, 2, 3].map((no) => ({
    ...Object.fromEntries(OPTIONS.map((code) => [code, all.filter((one) => one.answers[no] === code).length])),
    dont_know: all.filter((one) => one.answers[no] === "X").length,
    skipped: all.filter((one) => !one.answers[no]).length,
  }));
  const counted = result.questions.map(({ counts, dont_know, skipped }) => ({ ...counts, dont_know, skipped }));
  assert.deepEqual(counted, expected);
}

/** Closes the survey while phones still have it open. */
export async function closeSurvey(scene) {
  for (const code of scene.codes.slice(-OTHERS)) await post(scene, code, OTHER);
  await scene.cli("survey", "close", scene.survey);
  scene.closed = true;
}
