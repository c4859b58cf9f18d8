/** Draws the icons of the installed app from the mark, with Chromium: `node test/dev/draw-icons.mjs`. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright';
import { findChromium } from '../browsers.mjs';

const root = resolve(import.meta.dirname, '../..');
const mark = readFileSync(resolve(root, 'public/icon.svg'), 'utf8');

/** `share` is how much of the icon the mark fills: systems cut up to a tenth off each side of a maskable one. */
const ICONS = [
  { name: 'icon', share: 0.86, radius: 0.2 },
  { name: 'maskable', share: 0.62, radius: 0 },
];

mkdirSync(resolve(root, 'public/icons'), { recursive: true });
const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] });
const page = await browser.newPage({ colorScheme: 'light' });
for (const { name, share, radius } of ICONS)
  for (const size of [192, 512]) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>
      html, body { margin: 0; background: transparent }
      body { display: grid; place-items: center; block-size: 100vh; background: #faf9f6; border-radius: ${radius * size}px }
      svg { inline-size: ${share * size}px }
    </style>${mark}`);
    const png = await page.screenshot({ omitBackground: true });
    writeFileSync(resolve(root, `public/icons/${name}-${size}.png`), png);
  }
await browser.close();
