// Every screen a recipient can meet: those of the script in the order of a walk, those of the server by name.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { QUESTIONS, choose, open, settled } from "./page.mjs";
import { openScene } from "./server.mjs";

const UNKNOWN = "/s/0000-0000-0000-0000-0000"; // well formed, issued to nobody

/** Waits until the step with that id is the one on the screen. */
async function arrive(page, step) {
  await page.locator(`#${step}`).waitFor();
  await settled(page);
}

/** Presses the button that leads on, and waits for a step. */
export async function next(page, step) {
  await page.locator("#next").click();
  await arrive(page, step);
}

/** Presses the button beside it, and waits for a step. */
export async function back(page, step) {
  await page.locator("#back").click();
  await arrive(page, step);
}

/** Chooses on every step from question `no` on, up to the review. */
export async function chooseAll(page, no = 1) {
  for (; no <= QUESTIONS; no += 1) {
    await choose(page, `q${no}`, "ABCDE"[no % 5]);
    await next(page, no === QUESTIONS ? "review" : `q${no + 1}`);
  }
}

/** Walks a link of ten questions with script from its start to its receipt, and shows `visit` every screen. */
export async function walk(page, link, visit) {
  await open(page, link);
  await visit("start");
  await back(page, "refuse");
  await visit("decline");
  await back(page, "start");
  await next(page, "respondent");
  await visit("who");
  await page.locator("#next").click();
  await page.getByRole("alert").waitFor();
  await visit("missing");
  await choose(page, "respondent", "self");
  await next(page, "q1");
  await visit("question");
  await page.locator("#wording").click();
  await visit("easy");
  await choose(page, "q1", "B");
  await visit("chosen");
  await page.reload();
  await visit("resume");
  await back(page, "clear");
  await visit("clear");
  await back(page, "resume");
  await next(page, "q2");
  await chooseAll(page, 2);
  await visit("review");
  await page.context().setOffline(true);
  await next(page, "send");
  await page.locator("#next").waitFor(); // it comes once nothing has arrived
  await visit("waiting");
  await page.context().setOffline(false);
  await arrive(page, "thanks");
  await visit("thanks");
}

/** Sends the form as it is, as a browser without script does, and gives the status of the server's page. */
async function sendForm(page) {
  const [reply] = await Promise.all([
    page.waitForResponse((reply) => reply.request().method() === "POST"),
    page.waitForEvent("load"),
    page.evaluate(() => document.getElementById("answer").submit()),
  ]);
  return reply.status();
}

/** Opens a page without the script that comes with it: axe itself needs a browser that runs script. */
async function openBare(page, url) {
  const strip = async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/<script>[^]*?<\/script>/g, "") });
  };
  await page.route(url, strip, { times: 1 });
  await open(page, url);
}

async function post(link, path, body) {
  const headers = { "content-type": "application/json" };
  const url = link.replace("/s/", "/api/v1/links/") + path;
  const reply = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
}

/**
 * Every page that the server makes by itself: by name, how to get there; `query` is "" or "?lang=en".
 * @returns {Promise<Record<string, (page: import("playwright-core").Page, query: string) => Promise<void>>>}
 */
export async function serverPages(t) {
  const [scene, later, over, broken] = await Promise.all([
    openScene(t, { links: 5 }),
    openScene(t, { links: 1, open: false }),
    openScene(t, { links: 1 }),
    openScene(t, { links: 1, engine: "postgres" }),
  ]);
  const [declined, revoked, replaced, answered, fresh] = scene.links;
  const answers = Object.fromEntries(Array.from({ length: QUESTIONS }, (_, index) => [index + 1, "A"]));
  await Promise.all([
    post(declined, "", { action: "decline" }),
    post(answered, "/response", { answers, respondent: "self" }),
    scene.cli("link", "revoke", scene.codes[1]),
    scene.cli("link", "reissue", scene.codes[2]),
    over.cli("survey", "close", over.survey),
    // From here on that server can look up and record nothing, and says so at once.
    promisify(execFile)(process.env.FIVEPOINT_TEST_PSQL, ["--command=ALTER TABLE link RENAME TO gone", broken.database]),
  ]);

  const at = (url, status) => (page, query) => open(page, url + query, status);
  return {
    answered: at(answered),
    declined: at(declined),
    "not-open": at(later.links[0], 409),
    closed: at(over.links[0], 410),
    revoked: at(revoked, 410),
    replaced: at(replaced, 410),
    unknown: at(scene.origin + UNKNOWN, 404),
    typing: at(`${scene.origin}/s`),
    "wrong-code": (page, query) => open(page, `${scene.origin}/s?code=12345${query.replace("?", "&")}`, 404),
    "no-script": (page, query) => openBare(page, fresh + query),
    incomplete: async (page, query) => {
      await open(page, fresh + query);
      assert.equal(await sendForm(page), 422);
    },
    "busy-look": at(broken.links[0], 503),
    busy: async (page, query) => {
      // The form is sent from a page of the server that is to receive it: it takes none from elsewhere.
      await open(page, `${broken.origin}/s${query}`);
      await page.evaluate((action) => {
        const form = Object.assign(document.createElement("form"), { id: "answer", method: "post", action });
        form.innerHTML = '<input name="respondent" value="self"><input name="q1" value="B">';
        document.body.append(form);
      }, broken.links[0] + query);
      assert.equal(await sendForm(page), 503);
    },
  };
}
