// Every page of the desk that an address leads to, and a desk on which each of them has something to show.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enter } from "./desk.mjs";
import { newPage } from "./page.mjs";
import { SURVEYS, openEmpty, openScene } from "./server.mjs";

const PEOPLE = 60; // more than a page
const MORE_SURVEYS = 50; // a page, on which no other survey has room
const COUNTIES = ["五华区", "盘龙区", "官渡区", "西山区", "东川区", "石林彝族自治县", "禄劝彝族苗族自治县", "寻甸回族彝族自治县"];
const UNITS = [
  "code,name,parent,level",
  "KM,昆明市残疾人联合会,,市级",
  ...COUNTIES.map((name, county) => `K${county},${name}残疾人联合会,KM,县级`),
  ...COUNTIES.flatMap((name, county) => [1, 2, 3, 4, 5, 6].map((no) => `K${county}-${no},${name}第${no}托养服务中心,K${county},机构`)),
].join("\n");
// Messages go to a port on which nobody listens: they are tried again and again.
const SENDING = {
  FIVEPOINT_WEBHOOK_URL: "http://127.0.0.1:9/",
  FIVEPOINT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
  FIVEPOINT_SEND_HOURS: "00:00-24:00",
};
const SCORECARD = [
  'title = "2022年托养项目评分表"\nprogramme = "残疾人托养"\nyear = 2022\nunit = "市残疾人联合会"',
  'code = "A"\nname = "项目决策"\nweight = "40"',
  'code = "A1"\nparent = "A"\nname = "立项依据"\nweight = "20"\nkind = "qualitative"\nscore = "18.5"\nreason = "依据充分"\nevidence = "批复"',
  'code = "A2"\nparent = "A"\nname = "服务人数"\nweight = "20"\nkind = "quantitative"\ntarget = 2800\nactual = 2979\nmeasured_in = "人"',
  'code = "B"\nname = "满意度"\nweight = "60"\nkind = "satisfaction"\nmeasure = "weighted_score"\ntarget = 85',
].join("\n[[indicators]]\n");
const NOBODY = "00000000-0000-4000-8000-000000000000";

/** A roster of people in several institutions of each county. */
export const ROSTER = [
  "unit,ref,name,phone",
  ...Array.from({ length: PEOPLE }, (_, no) => `K${no % COUNTIES.length}-${(no % 6) + 1},${5301000 + no},测试${no}号,1380871${1000 + no}`),
].join("\n");

/** Serves a desk on which nobody has done anything; there is "zhang", an evaluator. */
export async function openEmptyDesk() {
  const desk = await openEmpty(undefined);
  await desk.staff("zhang", "evaluator");
  return desk;
}

/**
 * Serves a desk in use, with "boss", an admin, "zhang", an evaluator, "wuhua", a monitor, and "luru" and
 * "panlong", clerks, the second in a unit that has no open survey.
 * @returns {Promise<object>} the scene, with `ids`: the surveys by what they are here for, and `account`,
 *   the address of somebody's account
 */
export async function openDesk(browser) {
  const desk = await openScene(undefined, { links: PEOPLE, env: SENDING });
  const folder = await mkdtemp(join(tmpdir(), "fivepoint-desk-"));
  try {
    await writeFile(join(folder, "units.csv"), UNITS);
    await writeFile(join(folder, "roster.csv"), ROSTER);
    await desk.cli("unit", "import", join(folder, "units.csv"));
    await desk.staff("boss", "admin");
    await desk.staff("zhang", "evaluator");
    await desk.staff("wuhua", "monitor", "K0");
    await desk.staff("luru", "clerk", "C");
    await desk.staff("panlong", "clerk", "K1");

    const ten = JSON.parse(await readFile(SURVEYS.ten, "utf8"));
    const draft = async (title, kind, confirmed = true) => {
      const file = join(folder, "survey.json");
      const options = ten.scale.options.map((option) => ({ ...option, confirmed }));
      await writeFile(file, JSON.stringify({ ...ten, title, design: { kind }, scale: { ...ten.scale, options } }));
      return desk.cli("survey", "import", file);
    };
    for (let number = 1; number <= MORE_SURVEYS; number += 1) await draft(`${2000 + number}年满意度调查`, "everyone");
    desk.ids = {
      open: desk.survey,
      issued: await draft("链接已经发放的调查", "everyone"),
      closed: await draft("2021年残疾人托养服务满意度调查", "everyone"),
      released: await draft("已有结果的调查", "everyone"),
      sending: await draft("正在提醒的调查", "everyone"),
      waiting: await draft("可以提醒的调查", "everyone"),
      draft: await draft("2023年残疾人托养服务满意度调查", "everyone"),
      unconfirmed: await draft("2024年残疾人托养服务满意度调查", "everyone", false),
      strata: await draft("各区县分别抽样的调查", "strata"),
      clusters: await draft("先抽区县的调查", "clusters"),
      drawn: await draft("样本已经抽出的调查", "clusters"),
    };
    await writeFile(join(folder, "scorecard.toml"), SCORECARD);
    desk.card = await desk.cli("scorecard", "import", join(folder, "scorecard.toml"));
    const { issued, closed, released, sending, waiting, strata, clusters, drawn } = desk.ids;
    await during(browser, async (page) => {
      await enter(page, desk, "zhang");
      const survey = (id) => `${desk.origin}/staff/surveys/${id}`;
      for (const id of [issued, closed, released, sending, waiting, strata, clusters, drawn]) {
        await page.goto(`${survey(id)}/roster`);
        await page.locator("[type=file]").setInputFiles(join(folder, "roster.csv"));
        await page.getByRole("button", { name: "检查文件" }).click();
        await page.getByRole("button", { name: "导入这" }).click();
      }
      for (const id of [issued, closed, released, sending, waiting]) {
        await page.goto(`${survey(id)}/links`);
        await page.locator("form[action$='/issue'] button").click();
        await page.locator("#which").waitFor(); // a page without script looks again by itself
      }
      await page.goto(`${survey(drawn)}/links/draw`);
      await page.locator("form[method=post][action$='/draw'] button").click();
      await page.locator("a.primary").waitFor();
    });
    for (const id of [closed, released, sending, waiting]) await desk.cli("survey", "open", id);
    for (const id of [closed, released]) await desk.cli("survey", "close", id);
    await desk.cli("survey", "release", released);
    await during(browser, async (page) => {
      await enter(page, desk, "zhang");
      await page.goto(`${desk.origin}/staff/surveys/${sending}/reminders/send/invitation`);
      await page.locator("button.primary").click();
      await page.locator("progress").waitFor();
    });
    await desk.cli("key", "add", "县区进度大屏", "--for", "zhang", "--scope", "progress:read,units:read", "--unit", "K0");
    await desk.cli("key", "add", "考核系统", "--for", "zhang", "--scope", "surveys:read,results:read,scorecards:read");
    const [[id]] = (await desk.cli("key", "list")).split("\n").map((line) => line.split("\t"));
    desk.key = `/staff/keys/${id}`;
    await during(browser, async (page) => {
      await enter(page, desk, "boss");
      await page.goto(`${desk.origin}/staff/accounts`);
      desk.account = await page.locator('tbody a[href*="/accounts/"]').first().getAttribute("href");
    });
    return desk;
  } catch (error) {
    await desk.stop().catch(() => {});
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Does something on a page that is closed then. */
async function during(browser, act) {
  let close;
  const page = await newPage({ after: (then) => (close = then) }, browser);
  try {
    await act(page);
  } finally {
    await close();
  }
}

/** Pages of a desk on which nobody has done anything: what it is, its address. */
export const EMPTY_PAGES = [
  ["no surveys", "/staff/surveys"],
  ["no units", "/staff/units"],
  ["no keys", "/staff/keys"],
  ["no scorecards", "/staff/scorecards"],
];

/**
 * The pages of a desk in use, by whose they are: what it is, its address, and its status where that is not
 * 200. Nobody's are there for who has not signed in.
 */
export function pagesOf({ ids, account, key, card }) {
  const of = (id) => `/staff/surveys/${id}`;
  return {
    nobody: [["the sign-in", "/staff/sign-in"]],
    boss: [
      ["an admin's home", "/staff"],
      ["accounts", "/staff/accounts"],
      ["one account", account],
      ["an account that is not", `/staff/accounts/${NOBODY}`, 404],
      ["an admin's units", "/staff/units"],
      ["an admin's audit log", "/staff/audit"],
      ["a refusal to an admin", "/staff/surveys", 403],
      ["keys of others", "/staff/keys"],
      ["a key of somebody else's", key],
    ],
    wuhua: [
      ["a monitor's home", "/staff"],
      ["progress of a monitor's units", `${of(ids.issued)}/progress`],
      ["progress of an institution", `${of(ids.issued)}/progress?unit=K0-3`, 404],
      ["progress elsewhere", `${of(ids.issued)}/progress?unit=K1`, 404],
      ["a refusal to a monitor", "/staff/audit", 403],
    ],
    luru: [
      ["a clerk's home", "/staff"],
      ["surveys to key", "/staff/paper"],
      ["keying", `${of(ids.open)}/paper`],
      ["a refusal to a clerk", "/staff/surveys", 403],
    ],
    panlong: [["nothing to key", "/staff/paper"], ["keying elsewhere", `${of(ids.open)}/paper`, 404]],
    zhang: [
      ["home", "/staff"],
      ["one's account", "/staff/account"],
      ["second factor", "/staff/account/second-factor"],
      ["surveys", "/staff/surveys"],
      ["older surveys", "/staff/surveys?page=2"],
      ["a new survey", "/staff/surveys/new"],
      ["an open survey", of(ids.open)],
      ["a closed survey", of(ids.closed)],
      ["a draft", of(ids.draft)],
      ["a draft with weights to confirm", of(ids.unconfirmed)],
      ["a survey that is not", of(NOBODY), 404],
      ["editing", `${of(ids.draft)}/edit`],
      ["editing what is frozen", `${of(ids.open)}/edit`, 409],
      ["weights of a draft", `${of(ids.unconfirmed)}/weights`],
      ["weights of an open survey", `${of(ids.open)}/weights`],
      ["preview", `${of(ids.draft)}/preview`],
      ["dates of a draft", `${of(ids.unconfirmed)}/dates`],
      ["dates of an open survey", `${of(ids.open)}/dates`],
      ["dates of a closed survey", `${of(ids.closed)}/dates`],
      ["opening", `${of(ids.draft)}/open`],
      ["opening with weights to confirm", `${of(ids.unconfirmed)}/open`],
      ["opening what is open", `${of(ids.open)}/open`],
      ["closing", `${of(ids.open)}/close`],
      ["closing a draft", `${of(ids.draft)}/close`],
      ["an empty roster", `${of(ids.draft)}/roster`],
      ["a roster", `${of(ids.strata)}/roster`],
      ["the end of a roster", `${of(ids.strata)}/roster?page=2`],
      ["a roster by name", `${of(ids.strata)}/roster?sort=name&down=1&units-sort=people`],
      ["a unit of a roster", `${of(ids.strata)}/roster?unit=K0-1`],
      ["the roster of a closed survey", `${of(ids.closed)}/roster`],
      ["somebody on a roster", `${of(ids.strata)}/roster/people/1`],
      ["somebody with a link", `${of(ids.issued)}/roster/people/1`],
      ["somebody on the roster of a closed survey", `${of(ids.closed)}/roster/people/1`],
      ["links without a roster", `${of(ids.draft)}/links`],
      ["links before the draw", `${of(ids.strata)}/links`],
      ["links to be issued", `${of(ids.drawn)}/links`],
      ["links issued", `${of(ids.issued)}/links`],
      ["the roster of those with links", `${of(ids.issued)}/roster`],
      ["links of a closed survey", `${of(ids.closed)}/links`],
      ["a draw where everybody is asked", `${of(ids.draft)}/links/draw`],
      ["a draw in each county", `${of(ids.strata)}/links/draw`],
      ["a draw with a wrong margin", `${of(ids.strata)}/links/draw?margin=x`, 422],
      ["a draw of counties", `${of(ids.clusters)}/links/draw?margin=`],
      ["a draw of too few counties", `${of(ids.clusters)}/links/draw?counties=1&margin=5`, 422],
      ["a sample", `${of(ids.drawn)}/links/draw`],
      ["reminders of a draft", `${of(ids.issued)}/reminders`],
      ["reminders to be sent", `${of(ids.waiting)}/reminders`],
      ["sending an invitation", `${of(ids.waiting)}/reminders/send/invitation`],
      ["reminders on their way", `${of(ids.sending)}/reminders`],
      ["a reminder that cannot be sent", `${of(ids.sending)}/reminders/send/reminder`],
      ["progress of a draft", `${of(ids.draft)}/progress`],
      ["progress of an open survey", `${of(ids.open)}/progress`],
      ["progress of a closed survey", `${of(ids.closed)}/progress`],
      ["progress of a county", `${of(ids.closed)}/progress?unit=K1&sort=rate`],
      ["results of a draft", `${of(ids.draft)}/results`],
      ["results of an open survey", `${of(ids.open)}/results`],
      ["results to be released", `${of(ids.closed)}/results`],
      ["results without any answer", `${of(ids.released)}/results`],
      ["results that are not", `${of(ids.released)}/results?number=2`, 404],
      ["one link", `${of(ids.issued)}/links/roster/1`],
      ["one link of a closed survey", `${of(ids.closed)}/links/roster/1`],
      ["a link that is not", `${of(ids.issued)}/links/roster/9999`, 422],
      ["scorecards", "/staff/scorecards"],
      ["a new scorecard", "/staff/scorecards/new"],
      ["a scorecard", `/staff/scorecards/${card}`],
      ["what a scorecard lacks", `/staff/scorecards/${card}?show=lacking`],
      ["the head of a scorecard", `/staff/scorecards/${card}/head`],
      ["another file of a scorecard", `/staff/scorecards/${card}/file`],
      ["versions of a scorecard", `/staff/scorecards/${card}/versions`],
      ["a version of a scorecard", `/staff/scorecards/${card}/versions/1`],
      ["an indicator that is a sum", `/staff/scorecards/${card}/indicators/A`],
      ["an indicator scored by hand", `/staff/scorecards/${card}/indicators/A1`],
      ["an indicator with a target", `/staff/scorecards/${card}/indicators/A2`],
      ["an indicator of satisfaction", `/staff/scorecards/${card}/indicators/B`],
      ["a scorecard that is not", `/staff/scorecards/${NOBODY}`, 404],
      ["units", "/staff/units"],
      ["units by name", "/staff/units?sort=name&page=2"],
      ["audit log", "/staff/audit"],
      ["the end of the audit log", "/staff/audit?page=9999"],
      ["the audit log, oldest first", "/staff/audit?sort=when"],
      ["surveys by title", "/staff/surveys?sort=title&down=1"],
      ["keys", "/staff/keys"],
      ["keys by name", "/staff/keys?sort=name&down=1"],
      ["a new key", "/staff/keys/new"],
      ["one key", key],
      ["a key that is not", `/staff/keys/${NOBODY}`, 404],
      ["a refusal", "/staff/accounts", 403],
      ["nowhere", "/staff/nowhere", 404],
    ],
  };
}
