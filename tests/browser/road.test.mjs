// The whole road of an evaluator, from an empty database to a closed survey, through the pages alone.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { enter } from "./desk.mjs";
import { chooseAll, next } from "./journey.mjs";
import { DESK, QUESTIONS, choose, launch, newPage, open, press, receipt } from "./page.mjs";
import { ENGINES, openEmpty } from "./server.mjs";

const run = promisify(execFile);

// GB/T 2260: Kunming and its fourteen counties.
const CITY = "530100";
const COUNTIES = {
  530102: "五华区", 530103: "盘龙区", 530111: "官渡区", 530112: "西山区", 530113: "东川区",
  530114: "呈贡区", 530115: "晋宁区", 530124: "富民县", 530125: "宜良县", 530126: "石林彝族自治县",
  530127: "嵩明县", 530128: "禄劝彝族苗族自治县", 530129: "寻甸回族彝族自治县", 530181: "安宁市",
};
const INSTITUTIONS = Object.keys(COUNTIES).flatMap((county) => [`${county}-01`, `${county}-02`]);
const UNITS = [
  "代码,名称,上级,级别",
  `${CITY},昆明市残疾人联合会,,市级`,
  ...Object.entries(COUNTIES).map(([code, name]) => `${code},${name}残疾人联合会,${CITY},县级`),
  ...INSTITUTIONS.map((code) => `${code},${COUNTIES[code.slice(0, 6)]}第${code.slice(-1)}托养中心,${code.slice(0, 6)},机构`),
].join("\n");

// The last institution is a small one: its slips are printed.
const SMALL = INSTITUTIONS.at(-1);
const PEOPLE = Array.from({ length: 2_979 }, (_, no) => ({
  unit: no % 150 === 0 ? SMALL : INSTITUTIONS[no % (INSTITUTIONS.length - 1)],
  ref: `KM${String(no + 1).padStart(5, "0")}`,
  name: `测试${no + 1}号`,
  phone: `1380871${String(no).padStart(4, "0")}`,
}));
const roster = (people) => ["单位,编号,姓名,电话", ...people.map((one) => Object.values(one).join(","))].join("\n");

const MARGIN = 5;
const ANSWERS = 3;
const ACTS = [
  "登录", "导入单位", "新建调查", "修改调查", "确认分值系数", "导入名单",
  "抽取样本", "发放链接", "导出链接", "开放调查", "关闭调查",
];

/** How many of `people` are asked, by the formula that the page shows, in whole numbers. */
const sampleOf = (people) => Math.ceil((38_416 * people) / (100 * people + 38_316));

/** Who is drawn with a seed, as the page says that anybody can find out: the places on the roster. */
function drawnWith(seed) {
  return Object.keys(COUNTIES).flatMap((county) => {
    const own = PEOPLE.flatMap((one, index) => (one.unit.startsWith(county) ? [index] : []));
    const rank = (index) => createHash("sha256").update(`${seed}:${county}:${index + 1}`).digest("hex");
    const ranked = own.map((index) => [rank(index), index]).sort(([one], [other]) => (one < other ? -1 : 1));
    return ranked.slice(0, sampleOf(own.length)).map(([, index]) => index);
  });
}

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const title = (page, words) => page.locator("h1").filter({ hasText: words }).waitFor();
const click = (page, name) => page.getByRole("main").getByRole("button", { name }).click();
const follow = (page, name) => page.getByRole("main").getByRole("link", { name }).click();
const step = (page, name) => page.getByRole("navigation", { name: "步骤" }).getByRole("link", { name }).click();
const says = (page, words) => page.getByRole("status").filter({ hasText: words }).waitFor();

/** Gives a file to the page's form, which checks it. */
async function give(page, name, text) {
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await click(page, "检查文件");
}

/** The cells of the rows of a table's body, by a locator of the table. */
const rows = (table) =>
  table.locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));

async function giveUnits(page) {
  await page.getByRole("navigation").getByRole("link", { name: "单位", exact: true }).click();
  await give(page, "单位.csv", UNITS);
  await title(page, "检查好了，还没有导入");
  const all = 1 + Object.keys(COUNTIES).length + INSTITUTIONS.length;
  await page.getByText(`新增 ${all} 个单位，改动 0 个`).waitFor();
  await click(page, `导入这 ${all} 个单位`);
  await says(page, `新增 ${all} 个单位`);
}

/** A survey from the example, asked by county, with its weights confirmed: its address. */
async function makeSurvey(page) {
  await page.getByRole("navigation").getByRole("link", { name: "调查", exact: true }).click();
  await follow(page, "新建调查");
  await click(page, "从示例开始");
  await page.getByLabel("请谁回答").selectOption("strata");
  await page.locator(".bar").getByRole("button", { name: "保存" }).click();
  await page.waitForURL(/\/staff\/surveys\/[0-9a-f-]{36}(\?|$)/);
  await page.getByText("分层抽样：每个县区各抽一部分人").waitFor();
  const address = page.url().split("?")[0];
  await follow(page, "确认分值系数");
  await click(page, "我确认这些系数");
  await says(page, "分值系数已经确认");
  const confirmed = (await rows(page.locator("table.scale"))).map(([code, , , state]) => `${code} ${state}`);
  assert.deepEqual(confirmed, [..."ABCDE"].map((code) => `${code} 已确认`));
  return address;
}

async function giveRoster(page) {
  await step(page, "名单");
  const wrong = PEOPLE.map((one) => ({ ...one }));
  wrong[40].unit = "530199-01"; // there is no such county
  Object.assign(wrong[1_500], { unit: wrong[7].unit, ref: wrong[7].ref }); // the same person again
  await give(page, "名单.csv", roster(wrong));
  await title(page, "文件里有要改的地方");
  const faults = await rows(page.locator("table"));
  assert.deepEqual(faults.map((fault) => fault.slice(0, 3)), [["42", "A", "单位"], ["1502", "B", "编号"]]);
  assert.match(faults[0][3], /530199-01/);
  assert.match(faults[1][3], /第 9 行/);
  await follow(page, "改好以后");
  await page.getByText("名单还是空的").waitFor();

  await give(page, "名单.csv", roster(PEOPLE));
  await page.getByText(`新增 ${PEOPLE.length} 人，另有 0 人已经在名单上`).waitFor();
  await click(page, `导入这 ${PEOPLE.length} 人`);
  await says(page, `新增 ${PEOPLE.length} 人`);

  await give(page, "名单.csv", roster(PEOPLE));
  await page.getByText(`新增 0 人，另有 ${PEOPLE.length} 人已经在名单上`).waitFor();
  assert.equal(await page.getByRole("button", { name: /^导入这/ }).count(), 0, "there is nothing to import");
  await follow(page, "返回");
  assert.equal((await page.locator("tfoot td").first().innerText()).replace(/\D/g, ""), `${PEOPLE.length}`);
}

/** Draws the sample, checks what the page says of it, and gives the places that were drawn. */
async function draw(page) {
  await step(page, "链接");
  await page.getByText("请先抽取样本").waitFor();
  await follow(page, "抽取样本");
  await page.getByLabel("允许误差").fill(`${MARGIN}`);
  await click(page, "计算人数");
  await page.getByText("= 384.16").waitFor();
  await click(page, "现在抽取");
  await page.getByRole("heading", { name: "样本已经抽好" }).waitFor();
  await page.getByText(`n₀ = 1.96² × 0.5 × (1 − 0.5) ÷ (${MARGIN}%)² = 384.16`).waitFor();
  await page.getByText("n = ⌈ n₀ ÷ (1 + (n₀ − 1) ÷ N) ⌉").waitFor();
  const seed = await page.getByText("随机种子：").locator("code").innerText();
  assert.match(seed, /^[0-9a-f]{16,}$/);

  const counties = await rows(page.locator("table"));
  const expected = Object.entries(COUNTIES).map(([code, name]) => {
    const people = PEOPLE.filter((one) => one.unit.startsWith(code)).length;
    return [`${name}残疾人联合会 ${code}`, `${people}`, `${sampleOf(people)}`];
  });
  assert.deepEqual(counties, expected);
  const sum = (column) => counties.reduce((all, row) => all + Number(row[column]), 0);
  assert.deepEqual(await page.locator("tfoot td").allInnerTexts(), [`${sum(1)}`, `${sum(2)}`]);
  assert.equal(sum(1), PEOPLE.length);
  const drawn = drawnWith(seed);
  assert.equal(drawn.length, sum(2));
  return drawn;
}

async function issue(page, count) {
  await follow(page, "去发放链接");
  await click(page, `给 ${count} 人发放链接`);
  await says(page, `已发放 ${count} 个链接`);
  await page.getByText("该发的都已经发了").waitFor();
}

/** Prints the slips of one institution and reads them back: the links of its codes. */
async function printSlips(page, folder, refs) {
  await page.getByLabel("哪个单位").selectOption(SMALL);
  await page.locator("#slips-reason").fill("打印发放");
  await click(page, "生成");
  await page.locator(".slip").first().waitFor();
  const pdf = join(folder, "slips.pdf");
  await writeFile(pdf, await page.pdf({ preferCSSPageSize: true, printBackground: true }));

  const { stdout: text } = await run("pdftotext", ["-layout", pdf, "-"]);
  assert.deepEqual(text.match(/KM\d{5}/g).sort(), refs, "everybody who was drawn has a slip, and nobody else");
  await run("pdftoppm", ["-r", "150", "-gray", "-png", pdf, join(folder, "sheet")]);
  const pictures = (await readdir(folder)).filter((name) => name.endsWith(".png")).map((name) => join(folder, name));
  const { stdout } = await run("zbarimg", ["--quiet", "--xml", "-Sdisable", "-Sqrcode.enable", ...pictures]);
  const links = [...stdout.matchAll(/<!\[CDATA\[(.*?)\]\]>/g)].map((found) => found[1]);
  assert.equal(new Set(links).size, refs.length);
  const typed = text.match(/[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}/g);
  assert.deepEqual(links.map((link) => link.split("/").pop()).sort(), typed.sort(), "code and words are the same");
  await page.getByRole("link", { name: "返回链接页面" }).click();
  return links;
}

/** Answers on a phone that runs script, from its start to its receipt. */
async function answerByStep(page) {
  await next(page, "respondent");
  await choose(page, "respondent", "self");
  await next(page, "q1");
  await chooseAll(page);
  await next(page, "thanks");
}

/** Answers three of the links: two scanned, one by the code that is printed under it. */
async function answer(t, origin, [scanned, typed, plain]) {
  const phone = await newPage(t, browser, { javaScriptEnabled: true });
  await open(phone, scanned);
  await answerByStep(phone);

  const other = await newPage(t, browser, { javaScriptEnabled: true });
  await open(other, `${origin}/s`);
  await other.locator("#code").fill(typed.split("/").pop().toLowerCase().replaceAll("-", " "));
  await other.locator("#code").press("Enter");
  await answerByStep(other);

  const old = await newPage(t, browser);
  await open(old, plain);
  for (let no = 1; no <= QUESTIONS; no += 1) await choose(old, `q${no}`, "B");
  await choose(old, "respondent", "self");
  assert.equal((await press(old, "submit")).status(), 303);
  await receipt(old);
}

for (const engine of ENGINES) {
  test(`${engine}: an evaluator walks from an empty database to a closed survey`, async (t) => {
    const scene = await openEmpty(t, { engine });
    await scene.staff("zhang", "evaluator");
    const page = await newPage(t, browser, { javaScriptEnabled: true, viewport: DESK });
    await enter(page, scene, "zhang");

    await giveUnits(page);
    const survey = await makeSurvey(page);
    await giveRoster(page);
    const drawn = await draw(page);
    await issue(page, drawn.length);
    const refs = drawn.filter((index) => PEOPLE[index].unit === SMALL).map((index) => PEOPLE[index].ref);
    const links = await printSlips(page, scene.folder, refs.sort());

    const phone = await newPage(t, browser);
    await open(phone, links[0], 409); // nobody answers before it is open
    await step(page, "设计");
    await follow(page, "开放调查");
    await page.getByText(`${drawn.length} 个链接马上可以回答`).waitFor();
    await click(page, "现在开放");
    await says(page, "调查已经开放");
    await answer(t, scene.origin, links);

    await page.goto(survey);
    await follow(page, "关闭调查");
    await page.getByText(`发放 ${drawn.length} 份，已经回收 ${ANSWERS} 份`).waitFor();
    await page.getByText(`还没有交的 ${drawn.length - ANSWERS} 个链接马上失效`).waitFor();
    await click(page, "现在关闭");
    await says(page, "调查已经关闭");
    await open(phone, links[ANSWERS], 410);

    await page.getByRole("navigation").getByRole("link", { name: "操作记录" }).click();
    const acts = (await rows(page.locator("table"))).reverse(); // the newest is first
    const seen = acts.filter(([, , who]) => who === "zhang").map(([, , , act]) => act);
    assert.deepEqual(seen, ACTS);
    assert.match(await scene.cli("audit", "verify"), new RegExp(`^ok: ${acts.length} rows`));
    const verdict = await scene.cli("verify", survey.split("/").pop());
    assert.ok(verdict.split("\n").every((line) => line.startsWith("ok: ")), verdict);
  });
}
