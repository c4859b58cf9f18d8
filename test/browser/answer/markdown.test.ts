import { afterEach, describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/ui/answer/render-markdown';

/** Everything here asks for this address, so that whatever loads can be seen. */
const AWAY = `${location.origin}/away`;

const hostile: Readonly<Record<string, string>> = {
  'a Markdown image': `![a chart](${AWAY}/1.png)`,
  'an image tag': `<img src="${AWAY}/2.png" alt="x">`,
  'an image with an error handler': `<img src="${AWAY}/3.png" onerror="window.hostile = 1">`,
  'an image set': `<img srcset="${AWAY}/4.png 1x"><picture><source srcset="${AWAY}/5.png"><img></picture>`,
  'a script': `<script>window.hostile = 1</script><script src="${AWAY}/6.js"></script>`,
  'an SVG script': `<svg onload="window.hostile = 1"><script>window.hostile = 1</script><image href="${AWAY}/7.png"/></svg>`,
  'a style sheet': `<style>@import "${AWAY}/8.css"; body { background: url(${AWAY}/9.png) }</style><link rel="stylesheet" href="${AWAY}/10.css">`,
  'a style attribute': `<p style="background: url(${AWAY}/11.png); position: fixed; inset: 0">over everything</p>`,
  'frames and plug-ins': `<iframe src="${AWAY}/12.html"></iframe><object data="${AWAY}/13.html"></object><embed src="${AWAY}/14.html">`,
  media: `<video src="${AWAY}/15.mp4" poster="${AWAY}/16.png" autoplay></video><audio src="${AWAY}/17.mp3" autoplay></audio>`,
  'a form': `<form action="${AWAY}/18"><input name="key" autofocus onfocus="window.hostile = 1"><button formaction="${AWAY}/19">Go</button></form>`,
  'a script link': '[here](javascript:window.hostile=1) <a href="javascript:window.hostile=1">there</a>',
  'a disguised script link':
    '<a href="&#106;avascript:window.hostile=1">x</a> [y](java\tscript:window.hostile=1) [z](vbscript:x)',
  'a data link': '<a href="data:text/html,<script>window.hostile=1</script>">x</a>',
  'a base and a refresh': `<base href="${AWAY}/"><meta http-equiv="refresh" content="0;url=${AWAY}/20">`,
  'clobbering names':
    '<a id="body" name="cookie" href="https://example.org">x</a><img name="querySelector"><p id="location">y</p>',
  'mutation through nesting': `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=${AWAY}/21.png onerror=window.hostile=1&gt;">`,
  'a template': `<template><img src="${AWAY}/22.png"></template><noscript><p title="</noscript><img src=${AWAY}/23.png onerror=window.hostile=1>"></noscript>`,
  prefetching: `<link rel="prefetch" href="${AWAY}/24"><link rel="dns-prefetch" href="//away.example"><a ping="${AWAY}/25" href="https://example.org">x</a>`,
  'a table background': `<table background="${AWAY}/26.png"><tr><td background="${AWAY}/27.png">x</td></tr></table>`,
  'an SVG image in a data address': '![x](data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=)',
  'custom elements and slots':
    '<x-frame src="1"><slot></slot></x-frame><dialog open>over</dialog><marquee onstart="window.hostile=1">x</marquee>',
};

function requestsAway(): number {
  return performance.getEntriesByType('resource').filter((entry) => entry.name.startsWith(AWAY)).length;
}

async function shown(fragment: Node): Promise<HTMLElement> {
  const element = document.createElement('div');
  element.append(fragment);
  document.body.append(element);
  await new Promise((resolve) => setTimeout(resolve, 150));
  return element;
}

afterEach(() => {
  document.body.replaceChildren();
  performance.clearResourceTimings();
  Reflect.deleteProperty(window, 'hostile');
});

describe('Markdown written by a model', () => {
  it('would load and run if it were not cleaned: this test can fail', async () => {
    const template = document.createElement('template');
    template.innerHTML = `${hostile['an image with an error handler'] ?? ''}<img src="${AWAY}/0.png">`;
    await shown(template.content);
    await expect.poll(() => requestsAway()).toBeGreaterThanOrEqual(2);
    await expect.poll(() => Reflect.get(window, 'hostile')).toBe(1);
  });

  it.each(Object.entries(hostile))('loads and runs nothing: %s', async (_name, text) => {
    const element = await shown(renderMarkdown(text));
    expect(requestsAway()).toBe(0);
    expect(Reflect.get(window, 'hostile')).toBeUndefined();
    const forbidden =
      'script, style, link, meta, base, iframe, object, embed, form, input, button, video, audio, svg, math, template, dialog';
    expect(element.querySelector(forbidden)).toBeNull();
    for (const node of element.querySelectorAll('*'))
      for (const { name } of node.attributes)
        expect([
          'href',
          'target',
          'rel',
          'title',
          'class',
          'alt',
          'src',
          'tabindex',
          'role',
          'aria-label',
        ]).toContain(name);
    for (const image of element.querySelectorAll('img')) expect(image.src).toMatch(/^data:image\/png/);
    for (const link of element.querySelectorAll('a')) expect(link.href).toMatch(/^(https?|mailto):/);
  });

  it('shows the description of an image in its place', async () => {
    expect((await shown(renderMarkdown(`![a chart](${AWAY}/1.png)`))).textContent).toContain(
      '[image: a chart]',
    );
  });

  it('keeps an image that is part of the text', async () => {
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
    const element = await shown(renderMarkdown(`![dot](data:image/png;base64,${png})`));
    expect(element.querySelector('img')?.naturalWidth).toBe(1);
  });

  it('opens links apart, tells the other side nothing, and shows where they lead', async () => {
    const element = await shown(
      renderMarkdown('See [my bank](https://xn--bnk-ula.example:8443/a?b) and https://example.org.'),
    );
    const [first, second] = element.querySelectorAll('a');
    expect(first).toMatchObject({ target: '_blank', rel: 'noopener noreferrer nofollow' });
    expect(first?.textContent).toBe('my bank (xn--bnk-ula.example:8443)');
    expect(second?.textContent).toContain('(example.org)');
  });

  it('makes text of links that lead into the page itself', async () => {
    const element = await shown(renderMarkdown('[a](#/models) [b](/x) [c](x.html)'));
    expect(element.querySelector('a')).toBeNull();
    expect(element.textContent.trim()).toBe('a b c');
  });

  it('renders what answers are made of', async () => {
    const element = await shown(
      renderMarkdown(
        '# Head\n\n> quote\n\n1. one\n2. **two**\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx < 1\n```',
      ),
    );
    expect(element.querySelector('h3')?.textContent).toBe('Head');
    expect(element.querySelector('blockquote')?.textContent.trim()).toBe('quote');
    expect(element.querySelector('li strong')?.textContent).toBe('two');
    expect(element.querySelector('.table td')?.textContent).toBe('1');
    expect(element.querySelector('pre code')?.textContent).toBe('x < 1\n');
  });

  it('stays quick on text made to be slow', () => {
    const texts = [
      '['.repeat(5000),
      '*a '.repeat(20_000),
      '> '.repeat(500) + 'x',
      '`'.repeat(10_000),
      '<div>'.repeat(2000),
    ];
    for (const text of texts) {
      const began = performance.now();
      renderMarkdown(text);
      expect(performance.now() - began, text.slice(0, 8)).toBeLessThan(3000);
    }
  });
});
