// The lists of links in a real office program: Chinese intact, nothing run as a formula, no number mangled.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { PASSWORD, openScene } from "../browser/server.mjs";

const run = promisify(execFile);

// Whatever a roster may bring: unit, ref, name, phone.
const PEOPLE = [
  ["I1", "0001", "张三", "13800000001"],
  ["I1", "00E5", "=1+1", "+8613800000002"],
  ["I2", "1-2", '=HYPERLINK("http://x.example","点我")', ""],
  ["I2", "@SUM(1;2)", "+cmd|' /C calc'!A0", "013900000003"],
  ["I3", "1e10", "-2+3，欧阳·娜仁", "13800000004"],
];

const quoted = (cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");

/** Columns read as they stand; without it the program takes 0001 for a number, as with any such file. */
const AS_TEXT = "1/2/2/2/3/2/4/2/5/2/6/2";

/** The cells that LibreOffice shows of a file. `columns` is what a person chooses in its dialogue for CSV. */
async function shown(folder, name, columns = "") {
  const profile = `-env:UserInstallation=file://${join(folder, "profile")}`;
  const tabs = "csv:Text - txt - csv (StarCalc):9,0,76,1,,0,false,true,false";
  const read = name.endsWith(".csv") ? [`--infilter=CSV:44,34,76,1,${columns},0,false,true`] : [];
  const out = join(folder, "shown");
  await run("soffice", [profile, "--headless", ...read, "--convert-to", tabs, "--outdir", out, join(folder, name)]);
  const text = await readFile(join(out, name.replace(/\..*/, ".csv")), "utf8");
  return text.replace(/^\ufeff/, "").trimEnd().split("\n").map((line) => line.replace(/\r$/, "").split("\t"));
}

/** A cell without the sign that keeps it from being a formula. */
const bare = (cell) => cell.replace(/^'/, "");

test("both lists open in LibreOffice as they were written", async (t) => {
  const scene = await openScene(t, { links: 1 });
  const folder = await mkdtemp(join(tmpdir(), "fivepoint-office-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const rows = PEOPLE.map((cells) => quoted(cells)).join("\n");
  await writeFile(join(folder, "roster.csv"), `unit,ref,name,phone\n${rows}\n`);
  await scene.cli("link", "issue", scene.survey, "--roster", join(folder, "roster.csv"), "--out", join(folder, "plain.csv"));
  await writeFile(join(folder, "sheet.xlsx"), await exported(scene, "xlsx"));

  for (const [name, columns] of [["plain.csv", AS_TEXT], ["sheet.xlsx"]]) {
    const [head, ...lines] = await shown(folder, name, columns);
    assert.deepEqual(head, ["unit", "ref", "name", "phone", "link", "code"], name);
    const people = lines.filter((cells) => cells[2]);
    assert.deepEqual(people.map((cells) => cells.slice(0, 4).map(bare)), PEOPLE, name);
    for (const cells of people) assert.match(cells[4], /^http:\/\/127\.0\.0\.1:\d+\/s\/[0-9A-Z-]{24}$/, name);
  }

  // Opened in a hurry, without a choice: names and refs are still no formulas.
  const [, ...lines] = await shown(folder, "plain.csv");
  const names = lines.filter((cells) => cells[2]).map((cells) => bare(cells[2]));
  assert.deepEqual(names, PEOPLE.map(([, , name]) => name));
  assert.ok(lines.some((cells) => bare(cells[1]) === "@SUM(1;2)"), "nothing is summed up");
});

/** A list as the desk hands it out. */
async function exported(scene, format) {
  await scene.staff("zhang", "evaluator");
  const form = (fields) => new URLSearchParams(fields);
  const entered = await fetch(`${scene.origin}/staff/sign-in`, {
    method: "POST", redirect: "manual", body: form({ name: "zhang", password: PASSWORD }),
  });
  const cookie = entered.headers.get("set-cookie").split(";")[0];
  const page = await (await fetch(`${scene.origin}/staff/account`, { headers: { cookie } })).text();
  const token = page.match(/name="token" value="([0-9a-f]+)"/)[1];
  const list = await fetch(`${scene.origin}/staff/surveys/${scene.survey}/links/export`, {
    method: "POST", headers: { cookie }, body: form({ token, format, reason: "test" }),
  });
  assert.equal(list.status, 200);
  return Buffer.from(await list.arrayBuffer());
}
