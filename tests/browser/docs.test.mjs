// The interface for programs, to read and to try: from this server alone, without a word to anybody else.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, PHONE, assertNoSidewaysScroll, launch, newPage } from "./page.mjs";
import { openEmpty } from "./server.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

test("the page lists every address, is its own, and tries one with a key that nothing keeps", async (t) => {
  const scene = await openEmpty(t);
  await scene.staff("zhang", "evaluator");
  const key = (await scene.cli("key", "add", "docs", "--for", "zhang", "--scope", "surveys:read,units:read")).trim();
  for (const viewport of [DESK, PHONE]) {
    const page = await newPage(t, browser, { javaScriptEnabled: true, viewport });
    const complaints = [];
    const elsewhere = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== "data:" && origin !== scene.origin) elsewhere.push(request.url());
    });
    await page.goto(`${scene.origin}/docs?lang=en`);
    await page.locator(".opblock").first().waitFor();
    const document = await (await fetch(`${scene.origin}/openapi.json`)).json();
    const operations = Object.values(document.paths).flatMap((item) => Object.keys(item));
    assert.equal(await page.locator(".opblock").count(), operations.length);
    await assertNoSidewaysScroll(page, `/docs at ${viewport.width}`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/docs-${viewport.width}.png` });

    await page.locator(".auth-wrapper .authorize").first().click();
    await page.locator(".auth-container input").fill(key);
    await page.locator(".auth-btn-wrapper .authorize").click();
    await page.locator(".auth-btn-wrapper .btn-done").click();
    const operation = page.locator(".opblock", { hasText: "/api/v1/units" }).first();
    await operation.locator(".opblock-summary-control").click();
    await operation.locator(".try-out__btn").click();
    await operation.locator(".execute").click();
    const status = operation.locator(".live-responses-table .response-col_status").last();
    await status.waitFor();
    assert.match(await status.innerText(), /^200/);
    assert.match(await operation.locator(".live-responses-table .microlight, .live-responses-table code").first().innerText(), /"items"/);
    await assertNoSidewaysScroll(page, `an answer at ${viewport.width}`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/docs-tried-${viewport.width}.png` });

    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, window.document.cookie]));
    assert.ok(!kept.includes(key), kept);
    await page.reload();
    await page.locator(".opblock").first().waitFor();
    assert.equal(await page.locator(".auth-wrapper .authorize.locked").count(), 0, "the key is gone with the page");
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(complaints, []);
  }
  const headers = (await fetch(`${scene.origin}/docs`)).headers;
  const policy = headers.get("content-security-policy");
  assert.ok(policy.startsWith("default-src 'none'") && !policy.includes("unsafe"), policy);
});
