// The whole way of a recipient with script: start, every question, review, send, receipt. By taps.

import { PHONE, radio } from "./page.mjs";

/** A phone with a finger. */
export const TOUCH = { javaScriptEnabled: true, hasTouch: true, isMobile: true, deviceScaleFactor: 3, viewport: PHONE };

/** Taps the large button at the foot of the screen: start, next, send. */
export async function tapNext(page) {
  await page.locator("#next").tap();
}

/** Answers all questions from the first on, each with one of its first four options, and says how many there were. */
export async function answerAll(page) {
  for (let answered = 0; ; answered += 1) {
    const field = page.locator("fieldset:visible");
    if (!(await field.count())) return answered;
    const values = await field.getByRole("radio").evaluateAll((all) => all.map((one) => one.value));
    const name = await field.getAttribute("id");
    await page.locator("label", { has: radio(page, name, values[answered % 4]) }).tap();
    await tapNext(page);
  }
}

/** Sends from the review and waits for the receipt, which it returns. */
export async function sendAll(page) {
  await tapNext(page);
  const receipt = page.locator("#thanks #receipt");
  await receipt.waitFor();
  return receipt.innerText();
}
