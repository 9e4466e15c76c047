// The Word file of the demo's release in a real office program: what is printed is what the report prints.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);

const KINDS = { count: "人数", percent: "占比", score: "分数" };

/** The rows of the report's table, as they stand in a printed line. */
async function printed() {
  const file = new URL("../../src/cli/demo/kunming-2022-table.csv", import.meta.url);
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n").slice(1, -1);
  return lines.map((line) => {
    const [, kind, ...cells] = line.trim().split(",");
    return [KINDS[kind], ...cells].join(" ");
  });
}

test("the demo's Word file prints the report's table", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "fivepoint-office-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const program = (...args) => run(process.env.FIVEPOINT_BIN, args);
  await program("demo", "--exit", "--data", folder);
  const database = ["--database-url", `sqlite:${join(folder, "fivepoint.db")}`];
  const { stdout: surveys } = await program(...database, "survey", "list");
  const survey = surveys.split("\t")[0];
  await program(...database, "result", survey, "--format", "docx", "--out", join(folder, "release.docx"));

  const profile = `-env:UserInstallation=file://${join(folder, "profile")}`;
  await run("soffice", [profile, "--headless", "--convert-to", "pdf", "--outdir", folder, join(folder, "release.docx")]);
  const { stdout: text } = await run("pdftotext", ["-layout", join(folder, "release.pdf"), "-"]);
  const lines = text.split("\n").map((line) => line.trim().replace(/\s+/g, " "));
  const rows = lines.flatMap((line) => line.match(/(?:人数|占比|分数)(?: [\d.]+%?){6}$/) ?? []);
  assert.deepEqual(rows, await printed());
  const whole = text.replace(/\s+/g, "");
  for (const said of [
    "共计发放问卷49份，收回有效问卷49份，群众满意度综合得分为98.06分。",
    "最终得分（保留8位小数）为98.06122449",
    "社会调查问卷分析报告",
    "图1各题选项占比",
    "—1—",
  ]) assert.ok(whole.includes(said), said);

  const { stdout: about } = await run("pdfinfo", [join(folder, "release.pdf")]);
  assert.match(about, /^Page size: .*\(A4\)$/m);
});
