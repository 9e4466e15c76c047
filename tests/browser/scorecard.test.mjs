// Scorecards at the desk, as evaluators fill them in: every page of the way is accessible and none scrolls sideways,
// a tree of a thousand indicators is found through, and whoever is late loses nothing. With PICTURES, a folder, there
// is a picture of each page.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { enter } from "./desk.mjs";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage } from "./page.mjs";
import { openEmpty } from "./server.mjs";

const EXAMPLE = new URL("../../src/cli/demo/kunming-2022-scorecard.toml", import.meta.url);
const SLOW = 1_000; // milliseconds in which a long tree is searched, at most

let browser, scene;

before(async () => {
  browser = await launch();
  scene = await openEmpty(undefined);
  for (const name of ["zhang", "li"]) await scene.staff(name, "evaluator");
});

after(async () => {
  await browser?.close();
  await scene?.stop();
});

/** Signed in at the desk, with script unless told. */
async function desk(t, name, options) {
  const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, viewport: DESK, reducedMotion: "reduce", ...options });
  await enter(page, scene, name);
  return page;
}

/** Looks at a page on a desk and on a phone, in the dark too. */
async function look(page, what) {
  for (const [viewport, colorScheme] of [[PHONE, "dark"], [PHONE, "light"], [DESK, "light"]]) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await assertNoSidewaysScroll(page, `${what}, ${viewport.width}`);
    if (colorScheme === "dark" || viewport === DESK) await assertAccessible(page, `${what}, ${colorScheme}`);
    const name = `${what.replaceAll(" ", "-")}-${viewport.width}-${colorScheme}.png`;
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}`, fullPage: viewport === PHONE });
  }
  assert.equal(await page.locator(".primary:visible").count() <= 1, true, `${what} has one main button at most`);
}

/** Sends a file and looks at what it would be. */
async function send(page, path, name, content) {
  await page.goto(`${scene.origin}${path}`);
  await page.locator("[type=file]").setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
  await page.getByRole("button", { name: "检查文件" }).click();
}

/** Makes the scorecard that is shown; gives its address. */
async function make(page) {
  await page.getByRole("button", { name: "新建评分表" }).click();
  await page.waitForURL(/done=made/);
  return new URL(page.url()).pathname;
}

test("a scorecard is made, filled in and looked through", async (t) => {
  const page = await desk(t, "zhang");
  await page.goto(`${scene.origin}/staff/scorecards`);
  await look(page, "no scorecards");
  await page.getByRole("link", { name: "新建评分表" }).click();
  await look(page, "a new scorecard");
  const example = await readFile(EXAMPLE, "utf8");
  await send(page, "/staff/scorecards/new", "x.toml", example.replace('code = "A111"', 'code = "A1111"').replace('"28', '"廿八'));
  await look(page, "mistakes in a scorecard");
  await send(page, "/staff/scorecards/new", "x.toml", example);
  await look(page, "a scorecard to be made");
  const card = await make(page);
  await look(page, "a scorecard with something lacking");
  await page.goto(`${scene.origin}${card}?show=lacking`);
  assert.equal(await page.locator("tr.marked").count(), 1);
  await look(page, "what is lacking");
  await page.goto(`${scene.origin}${card}/indicators/C311`);
  await look(page, "an indicator of satisfaction");

  // The same with a figure in place of the survey is complete: the report's table.
  const asked = 'kind = "satisfaction", measure = "weighted_score"';
  await send(page, "/staff/scorecards/new", "x.toml", example.replace(asked, 'kind = "quantitative", actual = "98.06"'));
  const whole = await make(page);
  const sum = page.locator("table.official");
  assert.deepEqual(await sum.locator("tfoot :is(th, td)").allInnerTexts(), ["合计", "100.00", "95.00", "5.00", "95.00%"]);
  assert.match(await page.locator(".grade").innerText(), /95\.00\s*优/);
  await look(page, "a scorecard");
  if (process.env.PICTURES) await page.pdf({ path: `${process.env.PICTURES}/a-scorecard.pdf`, format: "A4", preferCSSPageSize: true });
  const over = page.locator("tr", { hasText: "106.39%" }).first();
  assert.match(await over.innerText(), /超额完成/);
  await over.getByRole("link").click();
  await look(page, "a quantitative indicator");
  await page.goto(`${scene.origin}${whole}/indicators/A111`);
  await page.getByLabel("评分", { exact: true }).fill("3.5");
  await page.getByLabel("理由").fill("");
  await page.getByRole("button", { name: "保存", exact: true }).click();
  await look(page, "an indicator to be mended");
  for (const [rest, what] of [["/versions", "versions"], ["/versions/1", "a version"], ["/head", "the head"], ["/file", "another file"]]) {
    await page.goto(`${scene.origin}${whole}${rest}`);
    await look(page, what);
  }
  const changed = example.replace(asked, 'kind = "quantitative"').replace("立项依据充分性", "立项依据的充分性");
  await send(page, `${whole}/file`, "x.toml", changed);
  await look(page, "what a file changes");
  await page.goto(`${scene.origin}/staff/scorecards`);
  await look(page, "scorecards");
});

test("whoever saves late is told what the other has saved", async (t) => {
  const [zhang, li] = [await desk(t, "zhang"), await desk(t, "li", { javaScriptEnabled: false })];
  await send(zhang, "/staff/scorecards/new", "x.toml", await readFile(EXAMPLE, "utf8"));
  const card = await make(zhang);
  for (const [page, score, reason] of [[zhang, "2.5", "缺少市级文件"], [li, "2", "没有年度计划"]]) {
    await page.goto(`${scene.origin}${card}/indicators/A111`);
    await page.getByLabel("评分", { exact: true }).fill(score);
    await page.getByLabel("理由").fill(reason);
  }
  await zhang.getByRole("button", { name: "保存", exact: true }).click();
  await zhang.waitForURL(/done=saved#A111/);
  await li.getByRole("button", { name: "保存", exact: true }).click();
  assert.match(await li.getByRole("alert").innerText(), /zhang 刚才改了这个指标[^]*2\.50/);
  assert.equal(await li.getByLabel("评分", { exact: true }).inputValue(), "2");
  assert.equal(await li.getByLabel("理由").inputValue(), "没有年度计划");
  await li.getByRole("button", { name: "保存", exact: true }).click();
  await li.waitForURL(/done=saved/);
});

/** Four at the top, ten below each, twenty-four below these; the last of them goes down to the eighth level. */
function thousand() {
  const rows = ["代码,上级,指标名称,权重分,类型,目标值,实际值"];
  for (let top = 1; top <= 4; top += 1) {
    rows.push(`T${top},,一级指标${top},24,,,`);
    for (let second = 1; second <= 10; second += 1) {
      const code = `T${top}.${second}`;
      rows.push(`${code},T${top},二级指标${second},2.4,,,`);
      for (let leaf = 1; leaf <= 24; leaf += 1) {
        rows.push(`${code}.${leaf},${code},${leaf === 7 ? "受托养人数" : "任务完成数"}${leaf},0.1,定量,10,${leaf === 3 ? "" : leaf}`);
      }
    }
  }
  rows.push("E,,深处,4,,,");
  for (let level = 2; level <= 8; level += 1) {
    rows.push(`E${level},${level === 2 ? "E" : `E${level - 1}`},第${level}级,4,${level === 8 ? "定量,1,1" : ",,"}`);
  }
  return rows.join("\n");
}

test("a tree of a thousand indicators is folded, searched and printed whole", async (t) => {
  const page = await desk(t, "zhang");
  await send(page, "/staff/scorecards/new", "x.csv", thousand());
  await page.getByLabel("评分表名称").fill("一千个指标");
  await page.getByLabel("评价的项目").fill("托养项目");
  await page.getByLabel("项目年度").fill("2022");
  await page.getByLabel("被评价单位").fill("市残疾人联合会");
  const card = await make(page);
  const shown = page.locator("table.tree tbody tr:visible");
  assert.equal(await shown.count(), 4 + 40 + 2, "two levels at first");
  await look(page, "a thousand indicators");
  await page.getByRole("button", { name: "展开或收起 T2.3 的下级指标" }).click();
  assert.equal(await shown.count(), 46 + 24);
  const start = Date.now();
  await page.getByLabel("查找指标").fill("受托养");
  assert.equal(await shown.count(), 4 + 40 + 40, "those that match, with all above them");
  assert.ok(Date.now() - start < SLOW, "found at once");
  await page.getByLabel("查找指标").fill("");
  assert.equal(await shown.count(), 46 + 24, "as it was");
  await page.emulateMedia({ media: "print" });
  assert.equal(await shown.count(), 4 + 40 + 960 + 8, "paper shows all of them");
  await page.emulateMedia({ media: "screen" });
  await page.goto(`${scene.origin}${card}#E8`);
  await page.reload();
  assert.equal(await page.locator("#E8").isVisible(), true, "whoever comes back to a row finds it open");
  const plain = await desk(t, "li", { javaScriptEnabled: false });
  await plain.goto(`${scene.origin}${card}`);
  assert.equal(await plain.locator("table.tree tbody tr:visible").count(), 1012, "without script all of it is shown");
  assert.equal(await plain.locator("[data-finder]").isVisible(), false);
});
