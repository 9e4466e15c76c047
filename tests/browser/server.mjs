// What the tests answer: the program's own demo, or any survey on either engine.

import { randomInt } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freshDatabase } from "./database.mjs";
import { isReady, run, start } from "./program.mjs";

export { ENGINES } from "./database.mjs";

const file = (name) => fileURLToPath(new URL(`surveys/${name}`, import.meta.url));

/** Survey files: ten questions in official and easy words; three, the last optional, with "don't know". */
export const SURVEYS = { ten: file("ten.json"), optional: file("optional.json") };

const UNITS = `code,name,parent,level
C,市,,city
D1,一县,C,county
D2,二县,C,county
I1,一院,D1,institution
I2,二院,D1,institution
I3,三院,D2,institution
`;
/** The password of every account a scene makes. */
export const PASSWORD = "correct horse battery";

const SECRET = "a secret for tests, long enough for the program";
const LINK = /https?:\/\/[^\s"'<>]+\/s\/[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}/gi;
const COLOUR = /\x1b\[[0-9;]*m/g;
const DEMO_LINKS = 3;
const TRIES = 20;

const newFolder = () => mkdtemp(join(tmpdir(), "fivepoint-browser-"));
const removeFolder = (folder) => rm(folder, { recursive: true, force: true });

/**
 * Starts `$FIVEPOINT_BIN demo` and resolves once it has printed at least three answer links and is ready.
 * @returns {Promise<{origin: string, links: string[], stop: () => Promise<void>}>}
 */
export async function startDemo() {
  const data = await newFolder();
  const demo = start(["demo", "--data", data, "--listen", "127.0.0.1:0"]);
  const stop = () => demo.stop().finally(() => removeFolder(data));
  try {
    const links = await demo.until("it printed links", () => {
      // The last line may have come only in part: leave it for the next look.
      const complete = demo.output.slice(0, demo.output.lastIndexOf("\n") + 1).replace(COLOUR, "");
      const links = [...new Set(complete.match(LINK) ?? [])];
      return links.length >= DEMO_LINKS && links;
    });
    const { origin } = new URL(links[0]);
    await demo.until("it was ready", () => isReady(origin));
    return { origin, links, stop };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

/**
 * Serves an empty database. The scene ends with the test of `t`; without `t`, as in `before`, whoever opened
 * it calls `stop`.
 * @param {import("node:test").TestContext | undefined} t
 * @param {{engine?: "sqlite" | "postgres"}} options
 * @returns {Promise<{
 *   origin: string,                           the server's, the same after a restart
 *   database: string,                         the database's URL
 *   folder: string,                           for files, removed with the scene
 *   cli: (...args: string[]) => Promise<string>,  runs a command on the same database, gives what it printed
 *   staff: (name: string, role: string, unit?: string) => Promise<void>,  makes an account with PASSWORD
 *   kill: () => Promise<void>,                SIGKILL of the server
 *   restart: () => Promise<void>,             serves again, after a SIGTERM if it still runs
 *   stop: () => Promise<void>,                ends the server by SIGTERM and removes everything
 * }>}
 */
export async function openEmpty(t, { engine = "sqlite", env: more = {} } = {}) {
  const folder = await newFolder();
  let database, server, stopped;

  const tidy = async () => {
    try {
      await server?.stop();
    } finally {
      await database?.drop();
      await removeFolder(folder);
    }
  };
  const stop = () => (stopped ??= tidy());

  try {
    database = await freshDatabase(engine, folder);
    const env = { FIVEPOINT_DATABASE_URL: database.url, FIVEPOINT_SECRET: SECRET, ...more };
    let port;
    [server, port] = await serveSomewhere(env);
    const origin = `http://127.0.0.1:${port}`;

    const cli = (...args) => run(args, { ...env, FIVEPOINT_BASE_URL: origin });
    const staff = async (name, role, unit) => {
      const place = unit ? ["--unit", unit] : [];
      await run(["staff", "add", name, "--role", role, ...place], env, `${PASSWORD}\n`);
    };

    const kill = async () => {
      await server.kill();
      server = undefined;
    };
    const restart = async () => {
      await server?.stop();
      server = undefined;
      server = await serve(port, env);
    };
    t?.after(stop);
    return { origin, database: database.url, folder, cli, staff, kill, restart, stop };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

/**
 * Imports a survey with the program's own commands, issues links, opens it unless told not to, and serves
 * it, as `openEmpty` does.
 * @param {import("node:test").TestContext | undefined} t
 * @param {{engine?: "sqlite" | "postgres", survey?: string, links?: number, names?: boolean, open?: boolean, env?: object}} options
 *   `names` gives everybody on the roster a name, 王小 and their number; `survey` is the path of a survey file,
 *   one of SURVEYS or another; `env` are further settings of the server
 * @returns what `openEmpty` gives, the survey's id as `survey`, and `links` and `codes`
 */
export async function openScene(t, { engine, survey = SURVEYS.ten, links: count = 3, names = false, open = true, env } = {}) {
  const scene = await openEmpty(t, { engine, env });
  const { cli, folder } = scene;
  try {
    const [units, roster, list] = ["units.csv", "roster.csv", "links.csv"].map((name) => join(folder, name));
    const id = await cli("survey", "import", survey);
    await writeFile(units, UNITS);
    await cli("unit", "import", units);
    const people = Array.from({ length: count }, (_, number) => `I${(number % 3) + 1},R${number},${names ? `王小${number}` : ""}\n`);
    await writeFile(roster, `unit,ref,name\n${people.join("")}`);
    await cli("link", "issue", id, "--roster", roster, "--out", list);
    const links = (await readFile(list, "utf8")).match(LINK) ?? [];
    if (links.length !== count) throw new Error(`${count} links were asked for and ${links.length} issued`);
    if (open) await cli("survey", "open", id);
    const codes = links.map((link) => link.split("/").pop());
    return { ...scene, survey: id, links, codes };
  } catch (error) {
    await scene.stop().catch(() => {});
    throw error;
  }
}

/** Serves on a port and waits until the server is ready. */
async function serve(port, env) {
  const server = start(["serve", "--listen", `127.0.0.1:${port}`], env);
  try {
    // Its own word first: until it has the port, somebody else might answer there.
    await server.until("it served", () => server.output.includes("Serving on http://"));
    await server.until("it was ready", () => isReady(`http://127.0.0.1:${port}`));
    return server;
  } catch (error) {
    await server.kill();
    throw error;
  }
}

/**
 * Serves on a free port. Only binding shows that it is free, and to be so again for a restart it lies below
 * the range from which the system takes the ports of outgoing connections.
 */
async function serveSomewhere(env) {
  for (let attempt = 1; ; attempt += 1) {
    const port = 20_000 + randomInt(12_000);
    try {
      return [await serve(port, env), port];
    } catch (error) {
      if (attempt === TRIES || !error.message.includes("cannot listen on")) throw error;
    }
  }
}
