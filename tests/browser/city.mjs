// A city with results: fourteen counties with institutions of every size, some below the floor, who answered in
// every way; and a survey of the year before with the same questions.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SURVEYS, openEmpty } from "./server.mjs";

const COUNTIES = [
  "五华区", "盘龙区", "官渡区", "西山区", "东川区", "呈贡区", "晋宁区",
  "富民县", "宜良县", "石林彝族自治县", "嵩明县", "禄劝彝族苗族自治县", "寻甸回族彝族自治县", "安宁市",
];
/** People with a link in the institutions of each county. */
const PEOPLE = [[14, 12], [16, 11], [18], [12, 12], [13, 3], [2, 2], [15], [11, 10], [4], [17, 4], [12], [11, 13], [10, 2], [20]];
const KINDS = ["self", "self", "helped_by_family", "self", "helped_by_staff", "guardian"];
const QUESTIONS = 10;

const UNITS = [
  "code,name,parent,level",
  "KM,昆明市残疾人联合会,,市级",
  ...COUNTIES.map((name, county) => `K${county},${name}残疾人联合会,KM,县级`),
  ...PEOPLE.flatMap((of, county) => of.map((_, no) => `K${county}-${no + 1},${COUNTIES[county]}第${no + 1}托养服务中心,K${county},机构`)),
].join("\n");
const ROSTER = PEOPLE.flatMap((of, county) => of.flatMap((people, no) => Array.from({ length: people }, () => `K${county}-${no + 1}`)));

/** What somebody answers: mostly content, in some counties less so, and each in another way. */
function form(number, unit, worse) {
  const county = Number(unit.slice(1).split("-")[0]);
  const options = county % 5 === 3 ? "ABBCBDAB" : "AABAACAB";
  const answers = {};
  for (let no = 1; no <= QUESTIONS; no += 1) {
    const place = (number * 7 + no * 3 + (number % 3) * no + worse) % options.length;
    answers[no] = (number + no + worse) % 47 === 0 ? "E" : options[place];
  }
  return { answers, respondent: KINDS[number % KINDS.length] };
}

/** A survey of which most people answered, closed. */
async function survey(scene, title, year, worse) {
  const ten = JSON.parse(await readFile(SURVEYS.ten, "utf8"));
  const [file, roster, list] = ["survey.json", `roster-${year}.csv`, `links-${year}.csv`].map((name) => join(scene.folder, name));
  await writeFile(file, JSON.stringify({ ...ten, title, year }));
  await writeFile(roster, `unit,ref\n${ROSTER.map((unit, no) => `${unit},${no}`).join("\n")}\n`);
  const id = await scene.cli("survey", "import", file);
  await scene.cli("link", "issue", id, "--roster", roster, "--out", list);
  await scene.cli("survey", "open", id);
  const codes = (await readFile(list, "utf8")).match(/\/s\/([0-9A-Z-]+)/g).map((path) => path.slice(3));
  for (const [number, code] of codes.entries()) {
    if (number % 9 === 4) continue; // somebody who did not answer
    const url = `${scene.origin}/api/v1/links/${code}/response`;
    const body = JSON.stringify(form(number, ROSTER[number], worse));
    const reply = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    if (reply.status !== 201) throw new Error(`an answer got ${reply.status}`);
  }
  await scene.cli("survey", "close", id);
  return id;
}

/**
 * Serves the city with "zhang", an evaluator; `survey` is closed and without results, `before` has them.
 */
export async function openCity(t, { engine } = {}) {
  const scene = await openEmpty(t, { engine });
  try {
    await writeFile(join(scene.folder, "units.csv"), UNITS);
    await scene.cli("unit", "import", join(scene.folder, "units.csv"));
    await scene.staff("zhang", "evaluator");
    scene.before = await survey(scene, "2021年残疾人托养服务满意度调查", 2021, 3);
    await scene.cli("survey", "release", scene.before);
    scene.survey = await survey(scene, "2022年残疾人托养服务满意度调查", 2022, 0);
    return scene;
  } catch (error) {
    await scene.stop().catch(() => {});
    throw error;
  }
}
