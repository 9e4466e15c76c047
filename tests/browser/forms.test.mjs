// Paper questionnaires: what comes out of the printer has its code on every page, nobody's name, and room for
// every question.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { signIn } from "./desk.mjs";
import { DESK, PHONE, assertAccessible, launch, newPage } from "./page.mjs";
import { SURVEYS, openScene } from "./server.mjs";

const run = promisify(execFile);
const LINKS = 7; // three of the first institution
const OWN = 3;
const HALF_A_PIXEL = 0.15; // in millimetres
const CODE = /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}/g;

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

async function openForms(page, scene) {
  await signIn(page, scene, "zhang", "evaluator");
  await page.goto(`${scene.origin}/staff/surveys/${scene.survey}/links`);
  await page.selectOption("#print", "forms");
  await page.selectOption("#unit", "I1");
  await page.fill("#slips-reason", "发纸质问卷");
  await page.locator("form[action$='/slips'] button").click();
  await page.waitForSelector(".sheet");
}

/** A survey three times as long, with "don't know" and an optional question. */
async function longSurvey(t) {
  const folder = await mkdtemp(join(tmpdir(), "fivepoint-forms-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const survey = JSON.parse(await readFile(SURVEYS.ten, "utf8"));
  survey.scale.dont_know = { code: "X", label: "不清楚" };
  survey.questions = ["甲", "乙", "丙"].flatMap((part) =>
    survey.questions.map((question) => ({ ...question, text: `${part}：${question.text}` })),
  );
  survey.questions.at(-1).required = false;
  const file = join(folder, "long.json");
  await writeFile(file, JSON.stringify(survey));
  return { file, survey };
}

async function assertPrinted(t, file, survey, pages) {
  const scene = await openScene(t, { links: LINKS, names: true, survey: file });
  const page = await newPage(t, browser);
  await openForms(page, scene);
  const folder = await mkdtemp(join(tmpdir(), "fivepoint-forms-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const pdf = join(folder, "forms.pdf");
  await writeFile(pdf, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
  const { stdout: about } = await run("pdfinfo", [pdf]);
  assert.match(about, new RegExp(`^Pages: +${OWN * pages}$`, "m"));
  assert.match(about, /^Page size: +59[45]\.\d+ x 84[12]\.\d+ pts \(A4\)$/m);

  const own = scene.codes.filter((_, number) => number % 3 === 0);
  const questions = survey.questions.map((question, no) => `${no + 1}.${question.text}`.replaceAll(/\s/g, ""));
  for (const [number, code] of own.entries()) {
    let form = "";
    for (let no = 1; no <= pages; no += 1) {
      const place = `${number * pages + no}`;
      const { stdout } = await run("pdftotext", ["-f", place, "-l", place, "-raw", pdf, "-"]);
      assert.deepEqual(stdout.match(CODE), [code], `the code stands once on page ${no}`);
      const text = stdout.replaceAll(/\s/g, "");
      assert.ok(text.includes(`第${no}页，共${pages}页`), `page ${no} of ${pages}: ${stdout}`);
      form += text;
    }
    assert.doesNotMatch(form.replaceAll(CODE, ""), /王小|R\d|一院|I1/, "nothing about the person");
    for (const question of questions) assert.equal(form.split(question).length, 2, `${question} stands there once`);
    for (const words of ["主办：", "自愿参加", "补助和服务都不会变", survey.contact.replaceAll(/\s/g, ""), "我不参加", "4监护人代答"]) {
      assert.ok(form.includes(words), words);
    }
    assert.ok(form.includes(`交到${survey.organiser}`), "where to hand it in");
  }

  await run("pdftoppm", ["-r", "150", "-gray", "-png", pdf, join(folder, "page")]);
  const pictures = (await readdir(folder)).filter((name) => name.endsWith(".png")).sort();
  const first = pictures.filter((_, number) => number % pages === 0).map((name) => join(folder, name));
  const { stdout: read } = await run("zbarimg", ["--quiet", "--xml", "-Sdisable", "-Sqrcode.enable", ...first]);
  const links = [...read.matchAll(/<!\[CDATA\[(.*?)\]\]>/g)].map((found) => found[1]);
  assert.deepEqual(links, own.map((code) => `${scene.origin}/s/${code}`));

  await page.emulateMedia({ media: "print" });
  const sizes = await page.evaluate(() => {
    const mm = (pixels) => (pixels * 25.4) / 96;
    const within = (inner, outer) => {
      const [a, b] = [inner.getBoundingClientRect(), outer.getBoundingClientRect()];
      return a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
    };
    const sheets = [...document.querySelectorAll(".sheet")];
    return {
      sheets: sheets.map((sheet) => mm(sheet.getBoundingClientRect().height)),
      outside: sheets.flatMap((sheet) => [...sheet.querySelectorAll("*")].filter((one) => !one.closest("svg") && !within(one, sheet)).map((one) => one.outerHTML.slice(0, 80))),
      cramped: [...document.querySelectorAll(".box span, .question > *")].filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).map((one) => one.outerHTML.slice(0, 80)),
      boxes: [...document.querySelectorAll(".box i")].map((box) => mm(Math.min(box.getBoundingClientRect().width, box.getBoundingClientRect().height))),
      letters: [...document.querySelectorAll(".sheet *")].map((one) => parseFloat(getComputedStyle(one).fontSize) * 0.75),
      faces: [...document.querySelectorAll(".question ul")].map((list) => [...list.querySelectorAll("use")].map((use) => use.getAttribute("href")).join(" ")),
    };
  });
  for (const height of sizes.sheets) assert.ok(Math.abs(height - 296.8) < HALF_A_PIXEL, `a sheet is one page: ${height} mm`);
  assert.deepEqual([sizes.outside, sizes.cramped], [[], []], "everything has its room");
  assert.ok(Math.min(...sizes.boxes) >= 8, `${Math.min(...sizes.boxes)} mm to tick`);
  assert.ok(Math.min(...sizes.letters) >= 13.99, `letters of ${Math.min(...sizes.letters)} pt`);
  assert.equal(sizes.boxes.length, OWN * (5 + survey.questions.length * (survey.scale.dont_know ? 6 : 5)));
  assert.deepEqual([...new Set(sizes.faces)], ["#f1 #f2 #f3 #f4 #f5"]);
}

test("ten questions are two pages, with the code on both and nobody's name", async (t) => {
  await assertPrinted(t, SURVEYS.ten, JSON.parse(await readFile(SURVEYS.ten, "utf8")), 2);
});

test("a short questionnaire is one page, a long one as many as it needs", async (t) => {
  await assertPrinted(t, SURVEYS.optional, JSON.parse(await readFile(SURVEYS.optional, "utf8")), 1);
  const { file, survey } = await longSurvey(t);
  await assertPrinted(t, file, survey, 5);
});

test("the page of the questionnaires: axe finds nothing", async (t) => {
  const scene = await openScene(t, { links: LINKS });
  const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true });
  await openForms(page, scene);
  for (const viewport of [PHONE, DESK]) {
    await page.setViewportSize(viewport);
    await assertAccessible(page, `questionnaires, ${viewport.width}`);
    assert.equal(await page.locator("[data-print]").isVisible(), true);
  }
});
