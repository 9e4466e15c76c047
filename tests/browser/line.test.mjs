// What the other tests stand on: a scene on either engine, and a line that loses what it is told to lose.

import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import { test } from "node:test";
import { startLine } from "./line.mjs";
import { ENGINES, SURVEYS, openScene } from "./server.mjs";

const SHEET = { answers: { 1: "B", 2: "X" }, respondent: "self" }; // the third question is optional

/** Answers a link as a program does. */
async function answer(origin, code) {
  const reply = await fetch(`${origin}/api/v1/links/${code}/response`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(SHEET),
  });
  return { status: reply.status, ...(await reply.json()) };
}

/** What the server says of a link. */
async function look(origin, code) {
  const reply = await fetch(`${origin}/api/v1/links/${code}`);
  return { status: reply.status, ...(await reply.json()) };
}

for (const engine of ENGINES) {
  test(`${engine}: an answer whose reply is lost is recorded once, and outlives a kill`, async (t) => {
    const scene = await openScene(t, { engine, survey: SURVEYS.optional });
    const line = await startLine(t, scene.origin);
    const [code, other, last] = scene.codes;
    const page = await fetch(line.origin + new URL(scene.links[0]).pathname);
    assert.equal(page.status, 200);
    await page.text();

    line.swallowReplies();
    line.reset();
    await assert.rejects(answer(line.origin, code), "the browser learns nothing");
    await line.swallowed();
    assert.ok(line.sent > JSON.stringify(SHEET).length, `${line.sent} bytes went up`);
    assert.equal(line.received, 0);
    const { state, receipt } = await look(scene.origin, code);
    assert.equal(state, "submitted");

    line.mend();
    assert.deepEqual(await answer(line.origin, code), { status: 200, state, receipt });
    assert.ok(line.received > receipt.length, `${line.received} bytes came down`);

    line.cut();
    line.reset();
    await assert.rejects(answer(line.origin, other));
    assert.deepEqual([line.sent, line.received], [0, 0]);
    line.mend();
    assert.equal((await answer(line.origin, other)).status, 201, "nothing had reached the server");

    await scene.kill();
    await assert.rejects(answer(line.origin, code), "nobody is there");
    await scene.restart();
    assert.deepEqual(await answer(line.origin, code), { status: 200, state, receipt });

    await scene.restart(); // in peace this time
    assert.deepEqual(await look(line.origin, code), { status: 200, state, receipt });
    const link = await scene.cli("link", "reissue", last);
    assert.ok(link.startsWith(`${scene.origin}/s/`), link);
    assert.equal((await look(line.origin, last)).code, "link_replaced");
    await scene.cli("survey", "close", scene.survey);
    assert.equal((await answer(line.origin, link.split("/").pop())).code, "survey_closed");
    await assert.rejects(scene.cli("link", "revoke", code), /this link is answered/);
  });

  test(`${engine}: a scene has the survey and the links it was asked for, and leaves nothing running`, async (t) => {
    const scene = await openScene(undefined, { engine, links: 5, open: false });
    t.after(scene.stop);
    assert.equal(new Set(scene.codes).size, 5);
    assert.equal((await answer(scene.origin, scene.codes[0])).code, "survey_not_open");
    await scene.cli("survey", "open", scene.survey);
    const { questions } = (await look(scene.origin, scene.codes[0])).survey;
    assert.equal(questions.length, 10);
    await scene.stop();
    await assert.rejects(look(scene.origin, scene.codes[0]));
    await assert.rejects(scene.cli("survey", "list"), "the database is gone");
  });
}

test("a connection kept alive follows every change of the line", async (t) => {
  // Counts its connections and requests, and says which server it is.
  const serve = async (name) => {
    const server = createServer((request, reply) => reply.end(`${name} ${++server.requests}`));
    Object.assign(server, { requests: 0, connections: 0 }).on("connection", () => (server.connections += 1));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    return server;
  };
  const [one, two] = [await serve("one"), await serve("two")];
  const line = await startLine(t, one.address().port);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const get = async () => {
    const asked = request(line.origin, { agent }).end();
    const [reply] = await once(asked, "response");
    return (await reply.setEncoding("utf8").toArray()).join("");
  };

  assert.equal(await get(), "one 1");
  assert.equal(await get(), "one 2");
  assert.equal(one.connections, 1, "the line keeps a connection");

  line.swallowReplies();
  await assert.rejects(get());
  await line.swallowed();
  assert.deepEqual([one.connections, one.requests], [1, 3], "on the same connection, and the server replied");

  line.mend();
  assert.equal(await get(), "one 4");
  line.cut();
  await assert.rejects(get());
  line.mend();
  assert.equal(await get(), "one 5", "what was asked of a cut line never came");

  line.retarget(two.address().port);
  await get().catch(() => {}); // it may still have taken the broken connection
  assert.match(await get(), /^two /);
  assert.equal(one.requests, 5);
});
