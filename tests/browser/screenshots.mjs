// Pictures of every screen a recipient can meet, STATE-WIDTH-COLOURS.png, as in docs/answer-page.md:
// tests/run --browser node tests/browser/screenshots.mjs FOLDER

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { serverPages, walk } from "./journey.mjs";
import { DESK, PHONE, giveVoices, launch, newPage } from "./page.mjs";
import { openScene } from "./server.mjs";

const LOOKS = [[PHONE, "light"], [PHONE, "dark"], [DESK, "light"]];

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: screenshots.mjs FOLDER");
await mkdir(folder, { recursive: true });

const ends = [];
const t = { after: (end) => ends.push(end) };
try {
  const { links } = await openScene(t, { links: LOOKS.length });
  const pages = await serverPages(t);
  const browser = await launch();
  ends.push(() => browser.close());
  for (const [viewport, colorScheme] of LOOKS) {
    const page = await newPage(t, browser, { javaScriptEnabled: true, reducedMotion: "reduce", viewport, colorScheme });
    await giveVoices(page.context(), "zh-CN");
    const visit = async (name) => {
      await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`) });
    };
    await walk(page, links.pop(), visit);
    for (const [name, reach] of Object.entries(pages)) {
      await reach(page, "");
      await visit(name);
    }
  }
} finally {
  for (const end of ends.reverse()) await end();
}
