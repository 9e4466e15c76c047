// The results of a survey at the desk: released by the evaluator, drawn, sorted, compared, downloaded, printed; on
// both engines, on a phone and at a desk.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFile } from "node:fs/promises";
import { openCity } from "./city.mjs";
import { enter } from "./desk.mjs";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage, open } from "./page.mjs";
import { ENGINES } from "./server.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** The numbers of a column of a table, from the top; what is hidden is left out. */
function column(page, table, place) {
  return page.locator(`${table} tbody tr`).evaluateAll(
    (rows, place) => rows.map((row) => row.children[place]?.innerText.trim()).filter((text) => /^[0-9.]+$/.test(text ?? "")).map(Number),
    place,
  );
}

for (const engine of ENGINES) {
  test(`from the end of a survey to what is handed in: ${engine}`, async (t) => {
    const scene = await openCity(t, { engine });
    const results = `${scene.origin}/staff/surveys/${scene.survey}/results`;
    const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, viewport: DESK });
    await enter(page, scene, "zhang");
    await open(page, `${scene.origin}/staff/surveys/${scene.survey}`);
    await page.getByRole("link", { name: "看结果" }).press("Enter");
    await page.waitForURL(results);
    await assertAccessible(page, "before the release");
    await page.getByRole("button", { name: "生成结果" }).press("Enter");
    await page.getByText("结果已经生成。").waitFor();
    const release = JSON.parse(await scene.cli("result", scene.survey, "--format", "json"));
    assert.equal(await page.locator(".score p").innerText(), release.final_score);

    // Every bar is as wide as its share, and stands where its option does.
    const shares = await page.locator(".bars tbody tr").evaluateAll((rows) =>
      rows.map((row) => {
        const widths = [...row.querySelectorAll("rect")].map((piece) => [piece.getAttribute("class"), parseFloat(piece.getAttribute("width"))]);
        const whole = widths.reduce((sum, [, width]) => sum + width, 0);
        return Object.fromEntries(widths.map(([place, width]) => [place, (100 * width) / whole]));
      }),
    );
    for (const [number, question] of release.questions.entries()) {
      for (const [place, code] of ["A", "B", "C", "D", "E"].entries()) {
        const drawn = shares[number][`o${place + 1}`] ?? 0;
        assert.ok(Math.abs(drawn - Number(question.percent[code])) < 0.1, `question ${number + 1}, ${code}: ${drawn}`);
      }
    }
    // A dot stands where its estimate does: right of the target line where it is above it.
    const target = Number(release.target.value);
    const dots = await page.locator("#parts .whiskers tbody tr:has(circle)").evaluateAll((rows) =>
      rows.map((row) => [row.children[2].innerText, parseFloat(row.querySelector("circle").getAttribute("cx")), parseFloat(row.querySelector(".target").getAttribute("x1"))]),
    );
    assert.ok(dots.length > 8, `${dots.length} places are drawn`);
    for (const [estimate, dot, line] of dots) assert.equal(dot > line, Number(estimate) > target, estimate);

    const hidden = release.groups.filter((group) => group.by === "unit" && group.hidden);
    assert.ok(hidden.length > 4, "some are too few");
    for (const { unit } of hidden) {
      const row = page.locator(".tree tbody tr").filter({ has: page.getByText(unit, { exact: true }) });
      if (await row.count()) assert.match(await row.innerText(), /不公布$/, unit);
    }

    await page.getByRole("region", { name: "各地得分" }).getByRole("link", { name: "估计值" }).press("Enter");
    await page.waitForURL(/part-sort=estimate/);
    const estimates = (await column(page, "#parts .whiskers", 2)).slice(1); // the first is everybody
    assert.deepEqual(estimates, [...estimates].sort((one, other) => one - other));
    await page.getByRole("link", { name: "西山区残疾人联合会" }).press("Enter");
    await page.waitForURL(/under=K3/);
    assert.equal(await page.locator(".tree tbody tr").count(), 3, "the county and its institutions");

    for (const [name, ending] of [["Word 报告", "docx"], ["Excel 工作簿", "xlsx"], ["CSV 数据", "csv"], ["JSON 原文", "json"]]) {
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name }).click();
      const file = await download;
      assert.equal(file.suggestedFilename(), `2022年残疾人托养服务满意度调查-1.${ending}`);
      assert.ok((await readFile(await file.path())).length > 1000, ending);
    }

    await page.getByLabel("和哪次调查比较").selectOption(scene.before);
    await page.getByRole("button", { name: "比较" }).press("Enter");
    await page.getByRole("heading", { name: "与别的调查比较" }).waitFor();
    assert.equal(await page.locator(".compared tbody tr").count(), 3);
    await assertAccessible(page, "two surveys compared");
    await assertNoSidewaysScroll(page, "two surveys compared");
  });
}

test("results fit a phone in the dark and paper in black and white, in both languages", async (t) => {
  const scene = await openCity(t, { engine: ENGINES[0] });
  await scene.cli("survey", "release", scene.survey);
  const results = `${scene.origin}/staff/surveys/${scene.survey}/results`;
  for (const [language, viewport, colorScheme] of [["zh-CN", PHONE, "dark"], ["en", PHONE, "light"], ["en", DESK, "dark"]]) {
    const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true, viewport, colorScheme });
    await open(page, `${scene.origin}/staff/language/${language}`);
    await enter(page, scene, "zhang");
    await open(page, results);
    const name = `results: ${language}, ${viewport.width}, ${colorScheme}`;
    await assertAccessible(page, name);
    await assertNoSidewaysScroll(page, name);
    const cut = await page.locator(".rows td, .rows rect").evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().right > innerWidth).length);
    assert.equal(cut, 0, `${name}: nothing is cut off`);
    if (language === "en") {
      const chinese = await page.locator("main h2, main thead, main dt").allInnerTexts();
      const own = chinese.join(" ").replace(/[A-E] \S+/g, ""); // the options are the survey's own words
      assert.doesNotMatch(own, /[\u4e00-\u9fff]/, "all titles are in English");
    }
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    const fills = await page.locator(".bars rect").evaluateAll((all) => [...new Set(all.map((one) => getComputedStyle(one).fill))]);
    assert.equal(fills.length, 5, "each option has a hatching");
    assert.ok(fills.every((fill) => fill.includes("#hatch-")), fills.join());
    const pdf = await page.pdf({ format: "A4" });
    assert.ok(pdf.length > 10_000);
    await page.emulateMedia({ media: "screen" });
  }
});
