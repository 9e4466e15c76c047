// A hundred thousand people through the pages: uploaded, imported, given links; stopped, and done again.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { enter } from "./desk.mjs";
import { DESK, launch, newPage } from "./page.mjs";
import { ENGINES, SURVEYS, openEmpty } from "./server.mjs";

const PEOPLE = 100_000;
const ALL = String(PEOPLE);
const UNITS = "code,name,parent,level\nC,市,,city\nD1,一县,C,county\nI1,一院,D1,institution\nI2,二院,D1,institution\n";
const LONG = 60_000;

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const button = (page, name) => page.getByRole("main").getByRole("button", { name });

/** What stands beside a word among the figures of a page. */
const figure = (page, name) => page.locator("dl.figures div").filter({ has: page.getByText(name, { exact: true }) }).locator("dd").innerText();

/** Waits until the bar of a page shows that something is done. */
const begins = (page) => page.waitForFunction(() => document.querySelector("progress")?.value > 0, null, { timeout: LONG });

/** Watches the bar until it has moved on from where it was first seen, or all is done. */
async function moves(page) {
  const first = await (await begins(page)).evaluate(() => document.querySelector("progress")?.value ?? Infinity);
  const on = (first) => {
    const bar = document.querySelector("progress");
    return !bar || bar.value > first;
  };
  await page.waitForFunction(on, first, { timeout: LONG });
}

/** The rows of the list of links as a CSV, without its head. */
async function list(page, address) {
  await page.goto(`${address}/links`);
  await page.locator("#format").selectOption("csv");
  await page.locator("#reason").fill("测试");
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "导出").click()]);
  const pieces = [];
  for await (const piece of await download.createReadStream()) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8").trim().split("\r\n").slice(1);
}

for (const engine of ENGINES) {
  test(`${ALL} people are imported and get their links: ${engine}`, async (t) => {
    const scene = await openEmpty(t, { engine });
    const [units, roster] = ["units.csv", "people.csv"].map((name) => join(scene.folder, name));
    await writeFile(units, UNITS);
    await writeFile(roster, `unit,ref\n${Array.from({ length: PEOPLE }, (_, no) => `I${(no % 2) + 1},R${no}\n`).join("")}`);
    await scene.cli("unit", "import", units);
    const id = await scene.cli("survey", "import", SURVEYS.ten);
    await scene.cli("survey", "open", id);
    await scene.staff("zhang", "evaluator");
    const address = `${scene.origin}/staff/surveys/${id}`;
    const page = await newPage(t, browser, { javaScriptEnabled: true, viewport: DESK });
    page.setDefaultTimeout(LONG);
    await enter(page, scene, "zhang");

    await page.goto(`${address}/roster`);
    await page.locator("[type=file]").setInputFiles(roster);
    await button(page, "检查文件").click();
    await page.getByText(`新增 ${ALL} 人，另有 0 人`).waitFor();
    await button(page, `导入这 ${ALL} 人`).click();
    // A fast machine is done before there is anything to watch; the integration tests watch a longer file.
    const done = page.getByRole("status").filter({ hasText: `新增 ${ALL} 人` });
    const watched = page.getByText(`，共 ${ALL} 人`);
    await done.or(watched).first().waitFor();
    if (await watched.isVisible()) await moves(page);
    await done.waitFor();
    assert.equal(await page.locator("tfoot td").first().innerText(), ALL);

    const issue = async () => {
      await page.goto(`${address}/links`);
      await button(page, `给 ${ALL} 人发放链接`).click();
      await begins(page);
    };
    await issue();
    await button(page, "停止发放").click();
    await page.getByRole("status").filter({ hasText: "这一次发放已经停止" }).waitFor();
    assert.equal(await figure(page, "已发链接"), "0");
    assert.equal(await figure(page, "等待发放"), ALL);
    assert.equal(await page.locator("#format").count(), 0, "there is no list to export");

    await issue();
    await moves(page);
    await page.getByRole("status").filter({ hasText: `已发放 ${ALL} 个链接` }).waitFor();
    assert.equal(await figure(page, "已发链接"), ALL);
    assert.equal(await figure(page, "等待发放"), "0");
    const links = await list(page, address);
    assert.equal(new Set(links.map((line) => line.split(",").at(-1))).size, PEOPLE);
    const answer = (code) => fetch(`${scene.origin}/s/${code}`).then((reply) => reply.status);
    assert.equal(await answer(links[PEOPLE / 2].split(",").at(-1)), 200);
  });
}
