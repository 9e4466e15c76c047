// The progress of a survey as it is watched: new by itself, on a phone and at a desk, by keyboard, on both engines.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { writeFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { enter } from "./desk.mjs";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage, open } from "./page.mjs";
import { ENGINES, SURVEYS, openEmpty } from "./server.mjs";

const UNITS = `code,name,parent,level
KM,昆明市残疾人联合会,,市级
K1,五华区残疾人联合会,KM,县级
K2,石林彝族自治县残疾人联合会,KM,县级
K1-1,五华区第1托养服务中心,K1,机构
K1-2,五华区第2托养服务中心,K1,机构
K1-3,五华区第3托养服务中心,K1,机构
K1-4,五华区第4托养服务中心,K1,机构
K2-1,石林第1托养服务中心,K2,机构
`;
const LINKS = { "K1-1": 14, "K1-2": 12, "K1-3": 11, "K1-4": 3, "K2-1": 30 };

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Serves an open survey with links in two counties, with "zhang", an evaluator, and "wuhua", a monitor of one. */
async function openCity(t, engine) {
  const scene = await openEmpty(t, { engine });
  const [units, roster, list] = ["units.csv", "roster.csv", "links.csv"].map((name) => join(scene.folder, name));
  await writeFile(units, UNITS);
  const people = Object.entries(LINKS).flatMap(([unit, count]) => Array.from({ length: count }, (_, no) => `${unit},${unit}-${no}`));
  await writeFile(roster, `unit,ref\n${people.join("\n")}\n`);
  await scene.cli("unit", "import", units);
  scene.survey = await scene.cli("survey", "import", SURVEYS.ten);
  await scene.cli("link", "issue", scene.survey, "--roster", roster, "--out", list);
  await scene.cli("survey", "open", scene.survey);
  await scene.staff("zhang", "evaluator");
  await scene.staff("wuhua", "monitor", "K1");
  const codes = (await readFile(list, "utf8")).match(/\/s\/([0-9A-Z-]+)/g).map((path) => path.slice(3));
  scene.of = (unit) => codes.filter((_, place) => people[place].startsWith(`${unit},`));
  return scene;
}

async function decline(scene, code) {
  const body = JSON.stringify({ action: "decline" });
  const reply = await fetch(`${scene.origin}/api/v1/links/${code}`, { method: "POST", headers: { "content-type": "application/json" }, body });
  assert.equal(reply.status, 200);
}

async function answer(scene, code) {
  const answers = Object.fromEntries(Array.from({ length: 10 }, (_, no) => [no + 1, "A"]));
  const body = JSON.stringify({ answers, respondent: "self" });
  const reply = await fetch(`${scene.origin}/api/v1/links/${code}/response`, { method: "POST", headers: { "content-type": "application/json" }, body });
  assert.equal(reply.status, 201);
}

const cell = (page, row, name) => page.locator(`tr[data-row="${row}"] td.${name}`);

/** Waits until something shows that text. */
const shows = (locator, text) => locator.filter({ hasText: new RegExp(`^${text}$`) }).waitFor();

for (const engine of ENGINES) {
  test(`an answer appears without a reload, and the rows stay where they are: ${engine}`, async (t) => {
    const scene = await openCity(t, engine);
    const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, viewport: DESK });
    await enter(page, scene, "wuhua");
    await page.getByRole("link", { name: /残疾人托养服务满意度调查/ }).click();
    await page.locator("[data-now]:visible").waitFor();
    await page.evaluate(() => (window.untouched = true));
    const order = () => page.locator("tbody tr[data-row]").evaluateAll((rows) => rows.map((row) => row.dataset.row));
    assert.deepEqual([...(await order())].sort(), ["K1-1", "K1-2", "~joined"], "small units are one line");
    const before = await order();

    const first = before.find((row) => row !== "~joined"); // the lowest rate, until somebody answers
    await answer(scene, scene.of(first)[0]);
    await shows(cell(page, first, "submitted"), "1");
    await shows(cell(page, first, "today"), "1");
    await shows(page.locator("[data-row='~whole'] .submitted dd"), "1");
    await shows(page.locator("tr[data-day] td").first(), "1");
    // The top of the drawing follows a day that is higher than it.
    await answer(scene, scene.of(first)[3]);
    await shows(page.locator("[data-top]"), "最高一格：2 份");
    assert.equal(await page.locator("[data-today]").getAttribute("height"), "1000");
    await decline(scene, scene.of(first)[1]);
    await shows(cell(page, first, "declined"), "1");
    await page.locator("[data-moved]:visible").waitFor();
    assert.deepEqual(await order(), before, "no row moves under the reader");
    assert.equal(await page.evaluate(() => window.untouched), true, "no reload");
    await assertAccessible(page, "live progress");
    assert.ok(!(await page.content()).includes("K2"), "nothing of another county");

    await page.getByRole("link", { name: "重新排序" }).click();
    await page.locator("[data-now]:visible").waitFor();
    assert.notDeepEqual(await order(), before);
    await scene.restart();
    await page.locator("[data-off]:visible").waitFor();
    await answer(scene, scene.of(first)[2]);
    await page.locator("[data-now]:visible").waitFor({ timeout: 30_000 });
    await shows(cell(page, first, "submitted"), "3");
  });
}

test("down the tree by keyboard, and up again", async (t) => {
  const scene = await openCity(t, ENGINES[0]);
  const page = await newPage(t, browser, { viewport: DESK });
  await enter(page, scene, "zhang");
  await open(page, `${scene.origin}/staff/surveys/${scene.survey}/progress`);
  assert.match(await page.locator(".clock").innerText(), /刷新页面/, "without script it says of when the numbers are");
  await page.getByRole("link", { name: "五华区残疾人联合会" }).press("Enter");
  await page.waitForURL(/unit=K1&/);
  assert.equal(await page.locator("tbody tr[data-row]").count(), 4, "an evaluator sees small units too");
  await page.getByRole("link", { name: "五华区第4托养服务中心" }).press("Enter");
  await page.waitForURL(/unit=K1-4&/);
  assert.equal(await page.locator("tr[data-row]").count(), 0);
  await page.getByRole("navigation", { name: "上级单位" }).getByRole("link", { name: "五华区残疾人联合会" }).press("Enter");
  await page.waitForURL(/unit=K1&/);
  await page.getByRole("link", { name: "按代码" }).press("Enter");
  await page.waitForURL(/sort=code/);
  const rows = await page.locator("tr[data-row]").evaluateAll((all) => all.map((row) => row.dataset.row));
  assert.deepEqual(rows, ["K1-1", "K1-2", "K1-3", "K1-4"]);
});

test("on a phone every unit is a card that fits", async (t) => {
  const scene = await openCity(t, ENGINES[0]);
  const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, viewport: PHONE, colorScheme: "dark" });
  await enter(page, scene, "wuhua");
  await open(page, `${scene.origin}/staff/surveys/${scene.survey}/progress`);
  await page.locator("[data-now]:visible").waitFor();
  await assertAccessible(page, "progress on a phone");
  await assertNoSidewaysScroll(page, "progress on a phone");
  const cut = await page.locator(".units td").evaluateAll((cells) => cells.filter((one) => one.getBoundingClientRect().right > innerWidth).length);
  assert.equal(cut, 0, "no figure is cut off");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载 CSV" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  assert.ok(text.startsWith("\uFEFF代码,单位,") && text.includes("K1-1") && !text.includes("K1-4") && !text.includes("K2"));
});
