// What stands out in a survey, and voiding the responses of a unit: for the evaluator, by keyboard, on both engines.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signIn } from "./desk.mjs";
import { DESK, PHONE, assertAccessible, assertNoSidewaysScroll, launch, newPage, open } from "./page.mjs";
import { finishedToday, phone, post, reach, tap, thanked } from "./phone.mjs";
import { ENGINES, SURVEYS, openScene } from "./server.mjs";

const HELPED = { answers: { 1: "A", 2: "A", 3: "A" }, respondent: "helped_by_staff" };
const LINKS = 45; // fifteen to each of three institutions

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** Forms of which no two are alike. */
function different(number) {
  const [one, two, three] = [number % 4, (number >> 2) % 4, (number + 1) % 4];
  return { answers: { 1: "ABCD"[one], 2: "ABCD"[two], 3: "ABCD"[three] }, respondent: "self" };
}

for (const engine of ENGINES) {
  test(`an evaluator sees what stands out, asks, and voids a unit (${engine})`, async (t) => {
    const scene = await openScene(t, { engine, survey: SURVEYS.optional, links: LINKS });
    const first = await phone(t, browser);
    for (const [number, link] of [scene.links[0], scene.links[3]].entries()) {
      await reach(first, link, HELPED);
      await tap(first, "提交答卷");
      await thanked(first);
      assert.equal(await finishedToday(first), number + 1, "the phone knows how many, and nothing else");
    }
    for (const [number, code] of scene.codes.entries()) {
      if (number === 0 || number === 3) continue;
      if (number % 3 === 0) await post(scene, code, { ...HELPED, phone: number / 3 + 1 });
      else await post(scene, code, different(number));
    }
    await scene.restart(); // what was counted in memory is written down at the end

    const page = await newPage(t, browser, { ...DESK, javaScriptEnabled: true, bypassCSP: true });
    await signIn(page, scene, "zhang", "evaluator");
    await open(page, `${scene.origin}/staff/surveys/${scene.survey}/progress`);
    await page.getByRole("link", { name: "质量提示" }).click();
    const row = page.getByRole("row", { name: /一院/ });
    assert.match(await row.innerText(), /15/);
    await assertAccessible(page, "signs while answers come in");
    assert.equal(await page.getByText("作答期间不读取任何答卷内容").count(), 1);

    await scene.cli("survey", "close", scene.survey);
    await page.reload();
    const forms = page.getByRole("region", { name: "答卷情况" });
    assert.match(await forms.getByRole("row", { name: /一院/ }).innerText(), /≥ 80.*≥ 80.*≥ 80.*相同答卷多/s);
    assert.doesNotMatch(await forms.getByRole("row", { name: /二院/ }).innerText(), /多/);
    await assertAccessible(page, "signs after the close");

    await page.getByLabel("作废哪个单位的答卷").selectOption("I1");
    await page.getByRole("button", { name: "下一步" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "作废答卷" }).waitFor();
    await assertAccessible(page, "voiding");
    await page.getByLabel("理由").fill("机构承认由一人代填");
    await page.keyboard.press("Enter");
    await page.getByText("已作废，下次发布结果时生效。").waitFor();
    await page.getByRole("row", { name: /机构承认由一人代填/ }).waitFor();

    const small = await newPage(t, browser, { ...PHONE, javaScriptEnabled: true });
    await small.context().addCookies(await page.context().cookies());
    await open(small, page.url());
    await assertNoSidewaysScroll(small);
    await scene.cli("survey", "release", scene.survey);
    const release = JSON.parse(await scene.cli("result", scene.survey, "--format", "json"));
    assert.deepEqual(release.voided, [{ unit: "I1", name: "一院", reason: "机构承认由一人代填" }]);
    assert.equal(release.valid, 30);
  });
}
