// The demo's response rows in a real statistics program, by the syntax file that comes with them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);

test("PSPP reads the rows: every option of every question as often as the release says", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "fivepoint-office-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const program = (...args) => run(process.env.FIVEPOINT_BIN, args);
  await program("demo", "--exit", "--data", folder);
  const database = ["--database-url", `sqlite:${join(folder, "fivepoint.db")}`];
  const { stdout: surveys } = await program(...database, "survey", "list");
  const survey = surveys.split("\t")[0];
  const { stdout: release } = await program(...database, "result", survey, "--format", "json");
  await program(...database, "rows", survey, "--out", join(folder, "rows.zip"), "--reason", "分析");
  await run("python3", ["-m", "zipfile", "-e", join(folder, "rows.zip"), folder]);

  const { questions, scale } = JSON.parse(release);
  const names = questions.map((question) => `q${question.no}`);
  const list = `INCLUDE FILE='rows.sps'.\nSAVE TRANSLATE /OUTFILE='read.csv' /TYPE=CSV /FIELDNAMES /KEEP=${names.join(" ")}.\n`;
  await writeFile(join(folder, "run.sps"), list);
  await run("pspp", ["run.sps"], { cwd: folder });
  const [head, ...lines] = (await readFile(join(folder, "read.csv"), "utf8")).trim().split(/\r?\n/);
  assert.deepEqual(head.split(","), names);
  for (const [place, question] of questions.entries()) {
    const values = lines.map((line) => line.split(",")[place]);
    for (const [index, option] of scale.entries()) {
      const told = values.filter((value) => value === String(5 - index)).length;
      assert.equal(told, question.counts[option.code], `${names[place]} ${option.code}`);
    }
  }
});
