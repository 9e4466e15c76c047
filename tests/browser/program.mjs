// The program under test: a command run to its end, or a server that goes on.

import { execFile, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const START_MS = 120_000;
const STOP_MS = 15_000;
const LOOK_MS = 50;

// What a crash of the tests would leave behind.
const alive = new Set();
process.on("exit", () => alive.forEach((child) => child.kill("SIGKILL")));

function program() {
  if (!process.env.FIVEPOINT_BIN) throw new Error("FIVEPOINT_BIN must name the program; tests/run sets it");
  return process.env.FIVEPOINT_BIN;
}

/**
 * Runs a command that must succeed, with nothing but `env` in its environment, and returns what it printed.
 * `input` is what it reads.
 */
export async function run(args, env, input = "") {
  const running = promisify(execFile)(program(), args, { env });
  running.child.stdin.on("error", () => {}); // a command that reads nothing may have ended by now
  running.child.stdin.end(input);
  const { stdout } = await running;
  return stdout.trim();
}

/**
 * Starts a command that goes on until it is told to end.
 * @returns {{
 *   output: string, everything it has printed so far
 *   until: (what: string, look: () => any) => Promise<any>,
 *   kill: () => Promise<void>,
 *   stop: () => Promise<void>,
 * }}
 */
export function start(args, env = process.env) {
  const child = spawn(program(), args, { env, stdio: ["ignore", "pipe", "pipe"] });
  alive.add(child);
  let ended; // how the program ended, once it has
  const end = new Promise((resolve) => {
    child.once("error", (error) => resolve((ended = String(error))));
    child.once("close", (code, signal) => resolve((ended ??= signal ?? `exit code ${code}`)));
  }).finally(() => alive.delete(child));

  const running = {
    output: "",

    /** Looks until `look` gives something, which is returned; fails when the program ends or takes too long. */
    async until(what, look) {
      const deadline = Date.now() + START_MS;
      while (Date.now() < deadline) {
        if (ended !== undefined) throw new Error(`the program ended before ${what}: ${ended}\n${running.output}`);
        const found = await look();
        if (found) return found;
        await sleep(LOOK_MS);
      }
      throw new Error(`${what} took more than ${START_MS / 1000} s\n${running.output}`);
    },

    /** SIGKILL: nothing gets a chance to finish. */
    async kill() {
      child.kill("SIGKILL");
      await end;
    },

    /** SIGTERM; throws unless the program then ends by itself with exit code 0. */
    async stop() {
      child.kill("SIGTERM");
      await Promise.race([end, sleep(STOP_MS, undefined, { ref: false })]);
      const how = ended;
      await running.kill();
      if (how !== "exit code 0") {
        throw new Error(`the program did not stop cleanly on SIGTERM: ${how ?? "it hung"}\n${running.output}`);
      }
    },
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (running.output += text));
  }
  return running;
}

/** Whether the server at `origin` says that it is ready. */
export async function isReady(origin) {
  const reply = await fetch(`${origin}/health/ready`).catch(() => undefined);
  await reply?.arrayBuffer().catch(() => {});
  return reply?.status === 200;
}
