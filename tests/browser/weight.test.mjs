// What a recipient pays for: bytes and requests of the whole way, counted on the wire.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { TOUCH, answerAll, sendAll, tapNext } from "./taps.mjs";
import { startLine } from "./line.mjs";
import { QUESTIONS, launch, newPage } from "./page.mjs";
import { SURVEYS, openScene, startDemo } from "./server.mjs";

const MOST = 20_000; // bytes both ways, with headers

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

const scenes = {
  "the demo's survey": async (t) => {
    const demo = await startDemo();
    t.after(demo.stop);
    return demo;
  },
  "ten questions in easy words, too": (t) => openScene(t, { survey: SURVEYS.ten }),
};

for (const [name, begin] of Object.entries(scenes)) {
  test(`${name}: the whole way takes three requests and at most ${MOST} bytes, and sets no cookie`, async (t) => {
    const { origin, links } = await begin(t);
    const line = await startLine(t, origin);
    const page = await newPage(t, browser, TOUCH);
    const requests = [];
    page.context().on("request", (request) => requests.push(request));

    const { pathname } = new URL(links[0]);
    await page.goto(line.origin + pathname);
    await tapNext(page);
    assert.equal(await answerAll(page), QUESTIONS + 1, "every question, and who answers");
    assert.match(await sendAll(page), /^[0-9A-Z][0-9A-Z -]{6,}$/, "a receipt");

    const code = pathname.split("/").pop();
    const replies = await Promise.all(requests.map((request) => request.response())); // to their ends
    await Promise.all(replies.map((reply) => reply.finished()));
    // The wire shows what a browser asks for by itself, such as an icon; the browser, what went elsewhere.
    const api = `/api/v1/links/${code.replaceAll("-", "")}`;
    assert.deepEqual(line.requests, [`GET ${pathname}`, `POST ${api}`, `POST ${api}/response`]);
    assert.deepEqual(
      requests.map((request) => `${request.resourceType()} ${request.url()}`),
      [`document ${line.origin}${pathname}`, `xhr ${line.origin}${api}`, `xhr ${line.origin}${api}/response`],
    );
    assert.deepEqual(replies.map((reply) => reply.status()), [200, 200, 201]);

    const total = line.sent + line.received;
    t.diagnostic(`${line.sent} bytes up, ${line.received} down, ${total} in all`);
    assert.ok(line.sent > 1000 && line.received > 5000, "the line has counted");
    assert.ok(total <= MOST, `${total} bytes`);

    for (const reply of replies) assert.equal(await reply.headerValue("set-cookie"), null, reply.url());
    assert.deepEqual(await page.context().cookies(), []);
    assert.equal(await page.evaluate(() => document.cookie), "");
  });
}
