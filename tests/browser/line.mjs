// The line between a browser and the server, as bad as a test wants it: plain TCP, so that the browser's
// own handling of connections is under test as well.

import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const HOST = "127.0.0.1";
const WAIT_MS = 15_000;

/**
 * A line to `target`, an origin or a port of this machine. It ends with the test of `t`; without `t`,
 * whoever started it calls `close`. What is said of connections holds for those that are already open too.
 *
 * A browser may send a request again by itself when a connection that it had used before breaks without a
 * byte of reply, even a POST: behind `swallowReplies` the server may therefore see it twice.
 * @param {import("node:test").TestContext | undefined} t
 * @param {string | number} target
 * @returns {Promise<{
 *   origin: string,             where the browser reaches the server through the line
 *   sent: number,               bytes that came from the browser, with their headers
 *   received: number,           bytes that were handed to the browser, with their headers
 *   requests: string[],         what was asked through it, such as "GET /s", in that order
 *   reset: () => void,          counts from nothing again
 *   retarget: (target: string | number) => void,  leads to another server, and breaks what led to the last
 *   cut: () => void,            breaks all connections, and every new one, until `mend`
 *   swallowReplies: () => void, lets requests through; a reply breaks its connection and is lost, until `mend`
 *   swallowed: () => Promise<void>,  resolves once a reply has been lost since `swallowReplies`
 *   mend: () => void,           the line is as good as new
 *   close: () => Promise<void>,
 * }>}
 */
export async function startLine(t, target) {
  let port = portOf(target);
  let state = "whole"; // or "cut" or "swallowing"
  let loss, lost; // a promise of the first loss, and what resolves it
  const sockets = new Set();

  const keep = (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  };
  const breakAll = (sockets) => sockets.forEach((socket) => socket.resetAndDestroy());

  // Half-open, so that an end is handed on as an end and no byte before it is lost.
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (browser) => {
    if (state === "cut") return void browser.resetAndDestroy();
    const server = connect({ host: HOST, port, allowHalfOpen: true, noDelay: true });
    const both = [browser, server];
    both.forEach(keep);

    browser.on("data", (bytes) => {
      line.sent += bytes.length;
      line.requests.push(...asked(bytes));
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (state === "swallowing") {
        breakAll(both);
        return lost();
      }
      line.received += bytes.length;
      browser.write(bytes);
    });
    browser.on("end", () => server.end());
    server.on("end", () => browser.end());
    for (const socket of both) socket.on("error", () => breakAll(both));
  });

  const line = {
    sent: 0,
    received: 0,
    requests: [],
    reset() {
      line.sent = 0;
      line.received = 0;
      line.requests = [];
    },
    retarget(target) {
      port = portOf(target);
      breakAll(sockets);
    },
    cut() {
      state = "cut";
      breakAll(sockets);
    },
    swallowReplies() {
      state = "swallowing";
      loss = new Promise((resolve) => (lost = resolve));
    },
    async swallowed() {
      if (!loss) throw new Error("nothing can be swallowed before swallowReplies()");
      const late = async () => {
        await sleep(WAIT_MS, undefined, { ref: false });
        throw new Error(`no reply was swallowed within ${WAIT_MS / 1000} s`);
      };
      await Promise.race([loss, late()]);
    },
    mend() {
      state = "whole";
    },
    async close() {
      line.cut();
      if (!listener.listening) return;
      listener.close();
      await once(listener, "close");
    },
  };

  listener.listen(0, HOST);
  await once(listener, "listening");
  line.origin = `http://${HOST}:${listener.address().port}`;
  t?.after(() => line.close());
  return line;
}

// Browsers hand over the first line of a request in one piece.
function asked(bytes) {
  return bytes.toString("latin1").match(/^[A-Z]+ \S+(?= HTTP\/1\.1\r$)/gm) ?? [];
}

function portOf(target) {
  return typeof target === "number" ? target : Number(new URL(target).port);
}
