/** What can be measured of how a page looks: accessibility by axe, overflow, and text that is cut. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Everything wrong with the page as it stands, one line each; empty when nothing is. */
async function faultsOf(page: Page): Promise<string[]> {
  return [...(await page.evaluate(measureText)), ...(await axeFaults(page))];
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
  }[];
}

async function axeFaults(page: Page): Promise<string[]> {
  // Evaluated rather than added as a script: the page's own policy refuses scripts that are not its own.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const result = await page.evaluate(() => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<unknown> } }; // axe adds itself
    // The sandboxed frame of the interpreter is empty and hidden.
    return axe.run({ resultTypes: ['violations'], iframes: false });
  });
  return (result as AxeResult).violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => {
      const why = failureSummary.split('\n').slice(1).join(' ').trim();
      return `axe ${id}: ${target.join(' ')} ${why}`;
    }),
  );
}

/** Runs inside the page: must use nothing from outside of itself. */
function measureText(): string[] {
  const faults: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth)
    faults.push(`the page is ${String(root.scrollWidth)} px wide in a window of ${String(innerWidth)} px`);
  const nameOf = (element: Element) => {
    const text = element.textContent.trim().replace(/\s+/g, ' ').slice(0, 50);
    return `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} “${text}”`;
  };
  const scrolls = (element: Element, axis: 'overflowX' | 'overflowY') =>
    /auto|scroll/.test(getComputedStyle(element)[axis]);
  for (const drawing of document.querySelectorAll('svg, img')) {
    const { right, width } = drawing.getBoundingClientRect();
    if (width > 0 && drawing.checkVisibility() && right > innerWidth + 1)
      faults.push(`${nameOf(drawing.parentElement ?? drawing)} draws beyond the window`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set<Element>();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || seen.has(element) || node.textContent?.trim() === '' || !element.checkVisibility())
      continue;
    seen.add(element);
    if (element.closest('.visually-hidden, svg, script, style')) continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    const text = range.getBoundingClientRect();
    if (text.width === 0) continue;
    for (let box: Element | null = element; box && box !== root; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.clipPath !== 'none' || scrolls(box, 'overflowX')) break; // can be scrolled to
      const isClipped = /hidden|clip/.test(style.overflowX) || box === document.body;
      const edge = box.getBoundingClientRect();
      const isCut = text.right > edge.right + 1.5 || text.left < edge.left - 1.5;
      if (isClipped && isCut && style.textOverflow !== 'ellipsis') {
        faults.push(`cut at the side by ${nameOf(box)}: ${nameOf(element)}`);
        break;
      }
      if (isClipped && style.textOverflow === 'ellipsis') break;
    }
    const style = getComputedStyle(element);
    const isCutBelow = element.scrollHeight > element.clientHeight + 3 && element.clientHeight > 0;
    if (isCutBelow && /hidden|clip/.test(style.overflowY) && style.webkitLineClamp === 'none')
      faults.push(`cut below: ${nameOf(element)}`);
  }
  return faults;
}

/** What is wrong once the page has settled: colours of a theme just changed may take a busy machine a moment. */
export async function settledFaults(page: Page): Promise<string[]> {
  const faults = await faultsOf(page);
  if (faults.length === 0) return faults;
  await page.waitForTimeout(1_000);
  return faultsOf(page);
}
