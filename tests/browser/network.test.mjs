// A recipient on bad networks: whatever the line and the server do, the answer arrives once, as it was
// chosen, and the person is told the truth.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { ENGINES } from "./database.mjs";
import { startLine } from "./line.mjs";
import { choose, launch, open, receipt } from "./page.mjs";
import {
  THANKS, WAITING,
  assertCounted, button, closeSurvey, drafts, heading, openSurvey, phone, pick, reach, seen, shown, standing, tap, thanked, through, told,
} from "./phone.mjs";

const SHEET = { respondent: "helped_by_family", answers: { 1: "B", 2: "D" } };
const FULL = { respondent: "self", answers: { 1: "A", 2: "X", 3: "C" } };
const OFFLINE = "网络断开了，您的选择已保存在手机上，联网后会自动提交。";
const UNSURE = "答卷可能已经收到，也可能还没有。再提交一次不会重复计算。";
const AWAY = "暂时连不上";
const HALF_MINUTE = 30_000;

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

/** A scene, a line to it, and a phone at the review of an answer. */
async function atReview(t, sheet, options) {
  const scene = await openSurvey(t, options);
  const line = await startLine(t, scene.origin);
  const page = await phone(t, browser);
  await reach(page, through(line, scene.links[0]), sheet);
  return { scene, line, page, code: scene.codes[0] };
}

for (const engine of ENGINES) {
  test(`${engine}: a lost reply is made up for, and the answer counts once`, async (t) => {
    const { scene, line, page, code } = await atReview(t, SHEET, { engine });
    line.swallowReplies();
    await tap(page, "提交答卷");
    await line.swallowed();
    await heading(page, WAITING);
    await told(page, UNSURE);
    await told(page, "24 小时以内再打开这个链接，会接着提交");
    assert.equal(await standing(scene, code), "submitted", "the server has it, only the phone does not know");
    assert.equal((await drafts(page)).length, 1);

    line.mend();
    await thanked(page);
    assert.equal(await seen(page, "之前已经交过").count(), 0, "it was the person's own first answer");
    await assertCounted(scene, [SHEET]);
  });

  test(`${engine}: a server killed after it had the answer, and restarted, counts it once`, async (t) => {
    const { scene, line, page, code } = await atReview(t, FULL, { engine });
    line.swallowReplies();
    await tap(page, "提交答卷");
    await line.swallowed();
    await scene.kill();
    await told(page, AWAY);
    await told(page, UNSURE);
    await scene.restart();
    assert.equal(await standing(scene, code), "submitted");
    line.mend();
    await thanked(page);
    await assertCounted(scene, [FULL]);
  });

  test(`${engine}: a server killed before anything was sent gets the answer when it is back`, async (t) => {
    const { scene, page, code } = await atReview(t, SHEET, { engine });
    await scene.kill();
    await tap(page, "提交答卷");
    await heading(page, WAITING);
    await told(page, AWAY);
    await told(page, "过一会儿会自动再提交");
    await scene.restart();
    assert.equal(await standing(scene, code), "started");
    await thanked(page);
    await assertCounted(scene, [SHEET]);
  });
}

test("“现在再试一次” sends at once, without waiting for the next try", async (t) => {
  const { scene, line, page } = await atReview(t, SHEET);
  await page.clock.install(); // the next try by itself never comes
  await page.clock.pauseAt(Date.now() + 60_000);
  line.cut();
  await tap(page, "提交答卷");
  await told(page, AWAY);
  await page.clock.runFor(1000); // less than a pause between tries
  line.mend();
  await tap(page, "现在再试一次");
  await thanked(page);
  await assertCounted(scene, [SHEET]);
});

test("half a minute without any network, then it sends by itself", async (t) => {
  const { scene, page, code } = await atReview(t, SHEET);
  let sent = 0;
  page.on("request", () => (sent += 1));
  await page.context().setOffline(true);
  await tap(page, "提交答卷");
  const since = Date.now();
  await told(page, OFFLINE);
  await told(page, "24 小时以内再打开这个链接，会接着提交");
  await page.waitForFunction((end) => Date.now() > end, since + HALF_MINUTE, { timeout: 2 * HALF_MINUTE });
  assert.ok(sent > 1 && sent < 20, `${sent} tries in half a minute`);
  assert.ok(await page.getByRole("status").filter({ hasText: OFFLINE }).isVisible(), "it goes on saying so");
  assert.equal(await standing(scene, code), "started");

  await page.context().setOffline(false);
  await thanked(page);
  await assertCounted(scene, [SHEET]);
});

test("the network's return is enough to send: no timer has to end first", async (t) => {
  const { scene, page } = await atReview(t, FULL);
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.context().setOffline(true);
  await tap(page, "提交答卷");
  await told(page, OFFLINE);
  await page.context().setOffline(false);
  await thanked(page);
  await assertCounted(scene, [FULL]);
});

test("a page closed before sending is gone on with, and one closed while waiting sends by itself", async (t) => {
  const scene = await openSurvey(t, { links: 2 });
  const line = await startLine(t, scene.origin);
  const first = await phone(t, browser);
  const context = first.context();
  await open(first, through(line, scene.links[0]));
  await tap(first, "开始回答");
  await choose(first, "respondent", "self");
  await first.close();

  const second = await context.newPage();
  await open(second, through(line, scene.links[0]));
  await heading(second, "欢迎回来");
  await tap(second, "接着回答");
  await shown(second, "q1"); // the first that is not answered
  await second.close();

  const third = await context.newPage();
  await reach(third, through(line, scene.links[1]), SHEET);
  line.cut();
  await tap(third, "提交答卷");
  await told(third, AWAY);
  await third.close();
  assert.equal(await standing(scene, scene.codes[1]), "started");
  line.mend();

  const fourth = await context.newPage();
  await open(fourth, through(line, scene.links[1]));
  await heading(fourth, THANKS);
  assert.equal(await standing(scene, scene.codes[1]), "submitted", "without a tap");
  assert.equal((await drafts(fourth)).length, 1, "the other link's draft stays");
  assert.ok(await receipt(fourth));

  await open(fourth, through(line, scene.links[0]));
  await tap(fourth, "接着回答");
  await pick(fourth, "q1", "C");
  await pick(fourth, "q2", "C");
  await tap(fourth, "去核对");
  await button(fourth, /谁在回答.*本人/).waitFor(); // chosen before the page was closed
  await tap(fourth, "提交答卷");
  await thanked(fourth);
  await assertCounted(scene, [SHEET, { answers: { 1: "C", 2: "C" } }]);
});

const PORTALS = { "login page": ["text/html", "<!doctype html><form>密码</form>"], "login service": ["application/json", '{"code":200}'] };

for (const [what, [type, body]] of Object.entries(PORTALS)) test(`a Wi-Fi ${what} is never taken for the server`, async (t) => {
  const { scene, line, page, code } = await atReview(t, SHEET);
  let asked = 0;
  const portal = createServer((request, reply) => {
    asked += request.url.startsWith("/api/");
    reply.setHeader("content-type", `${type}; charset=utf-8`);
    reply.end(body);
  });
  portal.listen(0, "127.0.0.1");
  await once(portal, "listening");
  t.after(() => {
    portal.closeAllConnections();
    portal.close();
  });
  line.retarget(portal.address().port);
  await tap(page, "提交答卷");
  await told(page, AWAY);
  await tap(page, "现在再试一次");
  await told(page, AWAY);
  await page.waitForRequest(/\/response$/);
  assert.ok(asked > 1, "the login page answered");
  assert.equal(await standing(scene, code), "started");
  assert.equal((await drafts(page)).length, 1, "the answer is kept");

  line.retarget(scene.origin);
  await thanked(page);
  await assertCounted(scene, [SHEET]);
});

test("a busy server is said to be busy, and gets the answer once it is free", async (t) => {
  const { scene, page, code } = await atReview(t, SHEET, { engine: "postgres" });
  const { FIVEPOINT_TEST_PSQL: psql } = process.env;
  const hold = spawn(psql, ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", scene.database], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => hold.kill("SIGKILL"));
  hold.stdin.write("BEGIN; LOCK TABLE link IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n");
  await once(hold.stdout, "data");
  const busy = page.waitForResponse((reply) => reply.status() === 503, { timeout: HALF_MINUTE });
  await tap(page, "提交答卷");
  assert.equal((await busy).headers()["retry-after"], "3");
  await told(page, "现在提交的人有点多，您的选择都在，过几秒会自动再提交。");
  await told(page, UNSURE);
  hold.stdin.end("ROLLBACK;\n");
  await page.getByRole("heading", { name: THANKS }).waitFor({ timeout: HALF_MINUTE });
  assert.equal(await standing(scene, code), "submitted");
  await thanked(page);
  await assertCounted(scene, [SHEET]);
});

test("declining while the server is away says so, and a later tap declines", async (t) => {
  const scene = await openSurvey(t);
  const page = await phone(t, browser);
  await open(page, scene.links[0]);
  await scene.kill();
  await tap(page, "我不参加");
  await tap(page, "确定不参加");
  await told(page, AWAY);
  await scene.restart();
  assert.equal(await standing(scene, scene.codes[0]), "waiting");
  await tap(page, "确定不参加");
  await heading(page, "好的，您选择了不参加");
  assert.equal(await standing(scene, scene.codes[0]), "declined");
  await assertCounted(scene, []);
});

test("declining is not denied when only the reply was lost", async (t) => {
  const scene = await openSurvey(t);
  const line = await startLine(t, scene.origin);
  const page = await phone(t, browser);
  await open(page, through(line, scene.links[0]));
  await tap(page, "我不参加");
  line.swallowReplies();
  await tap(page, "确定不参加");
  await told(page, AWAY);
  assert.equal(await standing(scene, scene.codes[0]), "declined");
  assert.equal(await seen(page, "还没有记下来").count(), 0, "nobody can know that on this side of the line");
  line.mend();
  await tap(page, "确定不参加");
  await heading(page, "好的，您选择了不参加");
  await assertCounted(scene, []);
});

const ENDINGS = {
  closed: [closeSurvey, "survey_closed", "这次调查已经结束"],
  revoked: [(scene) => scene.cli("link", "revoke", scene.codes[0]), "link_revoked", "这个链接已经停用"],
  reissued: [(scene) => scene.cli("link", "reissue", scene.codes[0]), "link_replaced", "您有一个新的链接"],
};

for (const [what, [end, state, words]] of Object.entries(ENDINGS)) {
  test(`sending after the link was ${what} tells the truth and records nothing`, async (t) => {
    const { scene, page, code } = await atReview(t, SHEET);
    await end(scene);
    await tap(page, "提交答卷");
    await heading(page, words);
    assert.equal(await page.locator("fieldset").count(), 0, "no form");
    assert.deepEqual(await drafts(page), []);
    assert.equal(await standing(scene, code), state);
    await assertCounted(scene, []);
  });
}

test("a start that could not be told is told later, once", async (t) => {
  const scene = await openSurvey(t);
  const [link] = scene.links;
  const page = await phone(t, browser);
  const state = () => standing(scene, scene.codes[0]);
  const starts = [];
  page.on("request", (request) => request.method() === "POST" && starts.push(request.postData()));
  await open(page, link);
  await page.reload();
  assert.equal((await fetch(link, { method: "HEAD" })).status, 200);
  await (await fetch(link, { headers: { "user-agent": "MicroMessenger preview" } })).text();
  assert.equal(await state(), "waiting", "a look changes nothing");

  await page.context().setOffline(true);
  const failed = page.waitForEvent("requestfailed");
  await tap(page, "开始回答");
  await failed;
  await shown(page, "respondent");
  assert.equal(await state(), "waiting");
  await page.context().setOffline(false);
  await choose(page, "respondent", "self");
  const answered = page.waitForResponse((reply) => reply.request().method() === "POST");
  await tap(page, "下一题");
  assert.equal((await answered).status(), 200);
  assert.equal(await state(), "started");
  await pick(page, "q1", "C");
  await shown(page, "q2");
  assert.deepEqual(starts, Array(2).fill('{"action":"start"}'), "one that failed, one that was heard");

  const other = await page.context().newPage();
  await open(other, link);
  await tap(other, "接着回答");
  await (await phone(t, browser)).goto(link);
  assert.equal(await state(), "started");
  await scene.cli("verify", scene.survey);
  await assertCounted(scene, []);
});
