// A database of its own for each scene.

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";

export const ENGINES = ["sqlite", "postgres"];

/**
 * An empty database: a file in `folder`, or a fresh one on the PostgreSQL of tests/run.
 * @returns {Promise<{url: string, drop: () => Promise<void>}>}
 */
export async function freshDatabase(engine, folder) {
  if (!ENGINES.includes(engine)) throw new Error(`no engine "${engine}": there are ${ENGINES.join(" and ")}`);
  // The file goes away with its folder.
  if (engine === "sqlite") return { url: `sqlite:${join(folder, "fivepoint.db")}`, drop: async () => {} };

  const { FIVEPOINT_TEST_POSTGRES: server, FIVEPOINT_TEST_PSQL: psql } = process.env;
  for (const [name, value] of Object.entries({ FIVEPOINT_TEST_POSTGRES: server, FIVEPOINT_TEST_PSQL: psql })) {
    if (!value) throw new Error(`${name} is not set: run the tests with tests/run, which starts a PostgreSQL`);
  }
  const execute = (statement) =>
    promisify(execFile)(psql, ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", `--command=${statement}`, server]);
  const name = `t${randomUUID().replaceAll("-", "")}`;
  await execute(`CREATE DATABASE ${name}`);
  return {
    url: server.replace(/[^/]*$/, name),
    drop: async () => void (await execute(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}
