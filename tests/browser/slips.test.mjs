// Printed slips: what comes out of the printer is read back as a phone and a person would read it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { signIn } from "./desk.mjs";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage } from "./page.mjs";
import { openScene } from "./server.mjs";

const run = promisify(execFile);
const LINKS = 25; // nine of the first institution: three sheets, the last with one slip
const ON_SHEET = 4;
const MOST_MM = 0.2; // what a picture of 300 points to the inch can tell

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** The slips of the first institution, on a page of an evaluator. */
async function openSlips(t, scene, options) {
  const page = await newPage(t, browser, options);
  await signIn(page, scene, "zhang", "evaluator");
  await page.goto(`${scene.origin}/staff/surveys/${scene.survey}/links`);
  await page.selectOption("#unit", "I1");
  await page.fill("#slips-reason", "打印发放");
  await page.locator("form[action$='/slips'] button").click();
  await page.waitForSelector(".slip");
  return page;
}

test("every slip on paper holds its own link and code, four to a sheet, and its QR code is 35 mm", async (t) => {
  const scene = await openScene(t, { links: LINKS });
  const page = await openSlips(t, scene);
  const folder = await mkdtemp(join(tmpdir(), "fivepoint-slips-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const pdf = join(folder, "slips.pdf");
  await writeFile(pdf, await page.pdf({ preferCSSPageSize: true, printBackground: true }));

  const own = scene.links.filter((_, number) => number % 3 === 0);
  const sheets = Math.ceil(own.length / ON_SHEET);
  const { stdout: about } = await run("pdfinfo", [pdf]);
  assert.match(about, new RegExp(`^Pages: +${sheets}$`, "m"));
  assert.match(about, /^Page size: +59[45]\.\d+ x 84[12]\.\d+ pts \(A4\)$/m);

  await run("pdftoppm", ["-r", "300", "-gray", "-png", pdf, join(folder, "sheet")]);
  const pictures = (await readdir(folder)).filter((name) => name.endsWith(".png")).sort();
  assert.equal(pictures.length, sheets);
  for (const [number, picture] of pictures.entries()) {
    const expected = own.slice(number * ON_SHEET, (number + 1) * ON_SHEET);
    const { stdout } = await run("zbarimg", ["--quiet", "--xml", "-Sdisable", "-Sqrcode.enable", join(folder, picture)]);
    const read = [...stdout.matchAll(/<!\[CDATA\[(.*?)\]\]>/g)].map((found) => found[1]);
    assert.deepEqual(read.sort(), [...expected].sort(), `the codes of sheet ${number + 1}`);

    const { stdout: text } = await run("pdftotext", ["-f", `${number + 1}`, "-l", `${number + 1}`, "-layout", pdf, "-"]);
    const typed = text.match(/[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}/g);
    assert.deepEqual(typed.sort(), expected.map((link) => link.split("/").pop()).sort(), `the words of sheet ${number + 1}`);
  }

  await page.emulateMedia({ media: "print" });
  const slips = await page.locator(".slip").evaluateAll((all) =>
    all.map((slip) => {
      const mm = (pixels) => (pixels * 25.4) / 96;
      const svg = slip.querySelector("svg");
      const size = Number(svg.getAttribute("viewBox").split(" ")[2]);
      const module = mm(svg.getBoundingClientRect().width) / size;
      const code = svg.querySelector("path").getBoundingClientRect();
      const box = svg.getBoundingClientRect();
      const cut = [...slip.querySelectorAll("*")].filter((one) => one.scrollHeight > one.clientHeight + 1 && one.clientHeight > 0 && !one.closest("svg"));
      return {
        code: mm(code.width),
        quiet: Math.round(mm(code.left - box.left) / module),
        size: [mm(slip.getBoundingClientRect().width), mm(slip.getBoundingClientRect().height)],
        letters: parseFloat(getComputedStyle(slip.querySelector(".code")).fontSize) * 0.75,
        cut: cut.map((one) => one.outerHTML.slice(0, 80)),
        outside: slip.querySelector(".outside").innerText,
        panels: [".upper", ".lower"].map((name) => mm(slip.querySelector(name).getBoundingClientRect().height)),
      };
    }),
  );
  for (const slip of slips) {
    assert.ok(Math.abs(slip.code - 35) < MOST_MM, `${slip.code} mm`);
    assert.equal(slip.quiet, 4, "modules around the code");
    assert.ok(Math.abs(slip.size[0] - 105) < MOST_MM && Math.abs(slip.size[1] - 148.4) < MOST_MM, `${slip.size} mm`);
    assert.equal(Math.round(slip.letters), 14);
    assert.deepEqual(slip.cut, [], "nothing is cut off");
    assert.ok(slip.panels[1] >= slip.panels[0] + 1, `the lower panel covers the upper one: ${slip.panels} mm`);
    assert.doesNotMatch(slip.outside, /残|障|托养|disab/i);
  }
});

test("the pages of the links: axe finds nothing, nothing scrolls sideways", async (t) => {
  const scene = await openScene(t, { links: LINKS });
  const page = await newPage(t, browser, { javaScriptEnabled: true, bypassCSP: true });
  await signIn(page, scene, "zhang", "evaluator");
  for (const [viewport, colorScheme] of [[PHONE, "light"], [DESK, "dark"]]) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    const links = `${scene.origin}/staff/surveys/${scene.survey}/links`;
    const look = async (name) => {
      await assertAccessible(page, `${name}, ${viewport.width}, ${colorScheme}`);
      await assertNoSidewaysScroll(page, `${name}, ${viewport.width}`);
    };
    await page.goto(links);
    await look("links");
    await page.fill("#which", scene.codes[0]);
    await page.selectOption("#why", "lost");
    await page.locator("form[action$='/one'] button").click();
    await page.waitForSelector("form[action$='/reissue']");
    await look("one link");
    await page.goto(`${links}/draw`);
    await look("draw");
    await page.goto(links);
    await page.selectOption("#unit", "I1");
    await page.fill("#slips-reason", "打印发放");
    await page.locator("form[action$='/slips'] button").click();
    await page.waitForSelector(".slip");
    await assertAccessible(page, `slips, ${viewport.width}`);
    assert.equal(await page.locator("[data-print]").isVisible(), true);
  }
});
