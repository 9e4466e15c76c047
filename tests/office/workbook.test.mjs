// The workbook of a release in a real office program, which computes every formula again.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { openScene, SURVEYS } from "../browser/server.mjs";

const run = promisify(execFile);

/** LibreOffice keeps what a file says its formulas gave, unless it is told otherwise. */
const RECALCULATE = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>`;

/** Every sheet as LibreOffice shows it after computing, by name. */
async function sheets(folder, file) {
  const profile = join(folder, "profile");
  await mkdir(join(profile, "user"), { recursive: true });
  await writeFile(join(profile, "user/registrymodifications.xcu"), RECALCULATE);
  const all = "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,-1";
  const out = join(folder, "shown");
  await rm(out, { recursive: true, force: true });
  await run("soffice", [`-env:UserInstallation=file://${profile}`, "--headless", "--convert-to", all, "--outdir", out, file]);
  const found = {};
  for (const name of await readdir(out)) {
    const text = await readFile(join(out, name), "utf8");
    found[name.replace(/^.*-|\.csv$/g, "")] = text.split("\n").map((line) => line.split("\t"));
  }
  return found;
}

/** Sixteen people give ties at two decimals; every third leaves the last question open, so the bases differ. */
async function answer(scene, code, person) {
  const chosen = (question) => "ABCDE"[(person * question) % 5];
  const answers = { 1: chosen(1), 2: chosen(2), ...(person % 3 ? { 3: chosen(3) } : {}) };
  const reply = await fetch(`${scene.origin}/api/v1/links/${code}/response`, {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ answers, respondent: "self" }),
  });
  assert.equal(reply.status, 201);
}

const checks = (rows) => rows.map((row) => row[15]).filter((cell) => /^"?不?一致"?$/.test(cell ?? ""));

for (const rounding of ["half_up", "half_even"]) {
  test(`every formula gives what was released, ${rounding}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "fivepoint-office-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const survey = join(folder, "survey.json");
    const questionnaire = JSON.parse(await readFile(SURVEYS.optional, "utf8"));
    questionnaire.questions.forEach((question, index) => (question.weight = index + 1));
    await writeFile(survey, JSON.stringify({ ...questionnaire, rounding }));
    const scene = await openScene(t, { links: 16, survey });
    for (const [person, code] of scene.codes.entries()) await answer(scene, code, person);
    await scene.cli("survey", "close", scene.survey);
    await scene.cli("survey", "release", scene.survey);
    const file = join(folder, "release.xlsx");
    await scene.cli("result", scene.survey, "--format", "xlsx", "--out", file);
    const release = JSON.parse(await scene.cli("result", scene.survey, "--format", "json"));
    assert.equal(release.survey.rounding, rounding);

    const shown = await sheets(folder, file);
    assert.deepEqual(Object.keys(shown).sort(), ["分组", "回收情况", "方法", "统计表", "计算过程"]);
    const found = checks(shown["计算过程"]);
    assert.ok(found.length > 3 * release.questions.length, `${found.length} checks`);
    assert.ok(found.every((check) => !check.includes("不")), shown["计算过程"].map((row) => row.join("\t")).join("\n"));
    assert.ok(!JSON.stringify(shown).match(/Err:|#DIV|#VALUE|#NAME|#REF/), "no formula fails");
  });
}
