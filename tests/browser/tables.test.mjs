// Units and rosters at the desk, as somebody with a mouse or a phone gives them: every page of the way is
// accessible and none scrolls sideways.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage } from "./page.mjs";
import { SURVEYS, openEmpty } from "./server.mjs";

const TABS = 400; // to reach anything: each of fifty people has two things to press
const PASSWORD = "correct horse battery";
const COUNTIES = ["五华区", "盘龙区", "官渡区", "西山区", "东川区", "石林彝族自治县", "禄劝彝族苗族自治县"];
const UNITS = [
  "代码,名称,上级,级别",
  "C,市残疾人联合会,,市级",
  ...COUNTIES.map((name, index) => `D${index + 1},${name}残疾人联合会,C,县级`),
  ...COUNTIES.flatMap((name, index) => [1, 2].map((no) => `D${index + 1}-${no},${name}第${no}托养服务中心,D${index + 1},机构`)),
].join("\n");
const PEOPLE = [
  "单位,编号,姓名,电话",
  ...Array.from({ length: 120 }, (_, no) => `D${(no % 7) + 1}-${(no % 2) + 1},${no ? 5301000 + no : ""},测试${no}号,1380871${1000 + no}`),
].join("\n");

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Makes an account; the program reads its password from the standard input. */
async function addStaff(scene, name, role) {
  const env = { FIVEPOINT_DATABASE_URL: scene.database, FIVEPOINT_SECRET: "a secret for tests, long enough for the program" };
  const child = spawn(process.env.FIVEPOINT_BIN, ["staff", "add", name, "--role", role], { env, stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(`${PASSWORD}\n`);
  assert.equal((await once(child, "close"))[0], 0);
}

/** Which title says that the people are sorted by it, and how. */
const sorted = (page) =>
  page.locator("table.marks th[aria-sort]").evaluateAll((all) => all.map((one) => `${one.firstChild.firstChild.data} ${one.ariaSort}`));

/** Sorts the people by name and turns them round, by the keyboard alone; the page that follows is in that order too. */
async function sortByKeyboard(page) {
  assert.deepEqual(await sorted(page), ["序号 ascending"]);
  for (const way of ["ascending", "descending"]) {
    const title = page.locator("table.marks th").getByRole("link", { name: "姓名" });
    for (let tabs = 0; !(await title.evaluate((one) => one === document.activeElement)); tabs += 1) {
      assert.ok(tabs < TABS, "the title is reached by the Tab key");
      await page.keyboard.press("Tab");
    }
    await Promise.all([page.waitForURL(way === "descending" ? /down=1/ : /sort=name(?!.*down)/), page.keyboard.press("Enter")]);
    assert.deepEqual(await sorted(page), [`姓名 ${way}`]);
  }
  await page.getByRole("navigation", { name: "全部名单" }).getByRole("link", { name: "下一页" }).click();
  assert.deepEqual(await sorted(page), ["姓名 descending"]);
  const names = await page.locator("table.marks tbody th").allInnerTexts();
  assert.deepEqual(names, [...names].sort().reverse());
}

/** All rows on paper: every person once, the titles on every sheet. */
async function assertWholeOnPaper(t, page) {
  await page.getByRole("navigation", { name: "全部名单" }).getByRole("link", { name: "全部显示" }).click();
  assert.equal(await page.locator("table.marks tbody tr").count(), 120);
  const folder = await mkdtemp(join(tmpdir(), "fivepoint-paper-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const paper = join(folder, "roster.pdf");
  await page.pdf({ path: paper, format: "A4" });
  const sheets = (await promisify(execFile)("pdftotext", ["-layout", paper, "-"])).stdout.split("\f").slice(0, -1);
  const people = sheets.join().match(/测试\d+号/g);
  assert.deepEqual([people.length, new Set(people).size], [120, 120]);
  for (const sheet of sheets.filter((one) => /测试\d+号/.test(one))) {
    assert.equal(sheet.match(/序号/g)?.length, 1, "the titles stand on every sheet");
  }
  assert.ok(sheets.length > 2);
  await page.goBack();
}

for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
  test(`units and a roster are given at the ${size}`, async (t) => {
    const scene = await openEmpty(t);
    scene.survey = await scene.cli("survey", "import", SURVEYS.ten);
    await addStaff(scene, "zhang", "evaluator");
    const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, viewport });
    const look = async (name, title) => {
      assert.equal(await page.locator("h1").innerText(), title, name);
      await assertAccessible(page, name);
      await assertNoSidewaysScroll(page, name);
    };
    const give = async (text) => {
      await page.locator("input[type=file]").setInputFiles({ name: "表.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
      await page.getByRole("button", { name: "检查文件" }).click();
    };

    await page.goto(`${scene.origin}/staff/units`);
    await page.locator("[name=name]").fill("zhang");
    await page.locator("[name=password]").fill(PASSWORD);
    await page.locator("main button").click();
    await look("units", "单位");
    await give("代码,名称,上级,级别\nX,,Q,县级\nX Y,一,,县级\n");
    await look("faults of units", "文件里有要改的地方");
    await page.getByRole("link", { name: "改好以后" }).click();
    await give(UNITS);
    await look("units to be imported", "检查好了，还没有导入");
    await page.getByRole("button", { name: "导入这" }).click();
    await look("units imported", "单位");

    await page.goto(`${scene.origin}/staff/surveys/${scene.survey}/roster`);
    await look("an empty roster", "名单");
    await give(PEOPLE);
    await look("a roster to be imported", "检查好了，还没有导入");
    await page.getByRole("button", { name: "导入这" }).click();
    await look("a roster", "名单");
    await page.getByLabel("第 2 位的情况", { exact: true }).selectOption("non_contact");
    await page.getByRole("button", { name: "保存第 2 位的情况" }).click();
    await page.waitForURL(/#n2$/);
    assert.equal(await page.getByLabel("第 2 位的情况", { exact: true }).inputValue(), "non_contact");
    await page.getByRole("link", { name: "下一页" }).click();
    await look("the second page of a roster", "名单");
    await sortByKeyboard(page);
    await look("a roster by name", "名单");
    await assertWholeOnPaper(t, page);
    await page.getByRole("link", { name: "五华区第1托养服务中心" }).click();
    await look("a unit of a roster", "名单");
    await scene.cli("survey", "open", scene.survey, "--confirm-weights");
    await scene.cli("survey", "close", scene.survey);
    await page.reload();
    await look("the roster of a closed survey", "名单");
  });
}
