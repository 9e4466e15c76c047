// Somebody at the desk: an account made by the command line, signed in through the page.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";

const PASSWORD = "correct horse battery";
const SECRET = "a secret for tests, long enough for the program";

/** Makes an account and signs in with it. */
export async function signIn(page, scene, name, role) {
  const env = { FIVEPOINT_DATABASE_URL: scene.database, FIVEPOINT_SECRET: SECRET };
  const child = spawn(process.env.FIVEPOINT_BIN, ["staff", "add", name, "--role", role], { env, stdio: ["pipe", "ignore", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.stdin.end(`${PASSWORD}\n`);
  assert.equal(await ended, 0, "the account was made");
  await enter(page, scene, name);
}

/** Signs in with an account that there is. */
export async function enter(page, scene, name) {
  await page.goto(`${scene.origin}/staff/sign-in`);
  await page.fill("[name=name]", name);
  await page.fill("[name=password]", PASSWORD);
  await page.click("button.primary");
  await page.waitForURL(`${scene.origin}/staff`);
}
