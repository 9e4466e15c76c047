// Starts the demo of the program under test and finds the answer links that it prints.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const LINK = /https?:\/\/[^\s"'<>]+\/s\/[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}/gi;
const COLOUR = /\x1b\[[0-9;]*m/g;
const LINKS_NEEDED = 3;
const START_MS = 120_000;
const STOP_MS = 15_000;

/**
 * Starts `$FIVEPOINT_BIN demo` and resolves once it has printed at least three answer links and is ready.
 * @returns {Promise<{origin: string, links: string[], stop: () => Promise<void>}>}
 */
export async function startDemo() {
  const program = process.env.FIVEPOINT_BIN;
  if (!program) throw new Error("FIVEPOINT_BIN must name the program; tests/run sets it");

  const data = await mkdtemp(join(tmpdir(), "fivepoint-browser-"));
  const child = spawn(program, ["demo", "--data", data, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let ended; // how the program ended, once it has
  const end = new Promise((resolve) => {
    child.once("error", (error) => resolve((ended = String(error))));
    child.once("exit", (code, signal) => resolve((ended = signal ?? `exit code ${code}`)));
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }

  const stop = async () => {
    child.kill("SIGTERM");
    await Promise.race([end, sleep(STOP_MS, undefined, { ref: false })]);
    const how = ended;
    if (how === undefined) {
      child.kill("SIGKILL");
      await end;
    }
    await rm(data, { recursive: true, force: true });
    if (how !== "exit code 0") throw new Error(`the demo did not stop cleanly on SIGTERM: ${how ?? "it hung"}\n${output}`);
  };

  const fail = async (reason) => {
    await stop().catch(() => {});
    throw new Error(`${reason}\nThe demo printed:\n${output}`);
  };

  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (ended !== undefined) return fail(`the demo ended before it served: ${ended}`);
    // The last line may have come only in part: leave it for the next look.
    const complete = output.slice(0, output.lastIndexOf("\n") + 1).replace(COLOUR, "");
    const links = [...new Set(complete.match(LINK) ?? [])];
    if (links.length >= LINKS_NEEDED) {
      const origin = new URL(links[0]).origin;
      const ready = await fetch(`${origin}/health/ready`).catch(() => undefined);
      await ready?.arrayBuffer();
      if (ready?.status === 200) return { origin, links, stop };
    }
    await sleep(100);
  }
  return fail(`no ${LINKS_NEEDED} links and 200 from /health/ready within ${START_MS / 1000} s`);
}
