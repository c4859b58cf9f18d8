/** How an answer looks as a file of its own: like a page of a book, by day, by night and on paper. */

export const answerStyle = `
:root { color-scheme: light dark; --paper: light-dark(#fcfbf8, #14191f); --ink: light-dark(#20262e, #e9e7e1);
  --ink-2: light-dark(#4a5460, #b6bdc6); --line: light-dark(#dfddd6, #39424d); --ok: light-dark(#1d6b43, #7fd0a0);
  --ok-soft: light-dark(#e6f4ea, #1c3527); --warn: light-dark(#7d5300, #e6bd6a); --mark: light-dark(#fbeb9d, #5e4f16);
  --accent: light-dark(#0f5c87, #7cc3e8) }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: break-word;
  font: 1.08rem/1.62 ui-serif, "Iowan Old Style", "Palatino Linotype", Georgia, serif }
main { max-width: 68ch; margin: 0 auto; padding: 2rem 1rem 4rem }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.3 }
h2 { margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.2rem }
h3, h4, h5, h6 { margin: 1.4em 0 .5em }
.status, footer, .verdict { color: var(--ink-2); font: .9rem/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums }
a { color: var(--accent) }
blockquote { margin: 0 0 .9em; padding-left: 1em; border-left: 3px solid var(--line); color: var(--ink-2) }
pre { overflow-x: auto; padding: .5rem .75rem; border: 1px solid var(--line); font-size: .85rem }
.table { overflow-x: auto }
table { border-collapse: collapse; font: .9rem/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums }
th, td { padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
img { max-width: 100% }
.host { color: var(--ink-2); font-size: .75em }
.mark { display: inline-block; max-width: 100%; padding: .1em .4em; border-radius: .6em; font: .75rem/1.3 system-ui, sans-serif; text-decoration: none }
.mark.found { background: var(--ok-soft); color: var(--ok) }
.mark.missing { border: 1px dashed var(--warn); color: var(--warn) }
ol { padding-left: 1.6em }
section li { margin-bottom: 1.25rem; break-inside: avoid }
section li:target { outline: 2px solid var(--accent); outline-offset: .4rem }
.verdict, .said { margin: 0 }
.found > .verdict { color: var(--ok) }
.missing > .verdict { color: var(--warn) }
cite { font-style: normal; font-weight: 600 }
section blockquote { margin: .4rem 0 0 }
mark { background: var(--mark); color: inherit }
footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line) }
@media print { :root { color-scheme: light } main { padding: 0; max-width: none } }
`;
