/** The one style sheet of the page: system fonts, two schemes, cards on phones, ink on paper. */
export const CSS = `
:root {
  color-scheme: light dark;
  --ground: #fff; --raised: #f6f8fa; --ink: #1f2328; --quiet: #59636e; --line: #d1d9e0; --link: #0969da;
  --pass: #1a7f37; --fail: #cf222e; --doubt: #8a5a00; --pass-soft: #e6f6ea; --fail-soft: #ffebe9; --doubt-soft: #fff4d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --raised: #161b22; --ink: #e6edf3; --quiet: #9198a1; --line: #30363d; --link: #58a6ff;
    --pass: #3fb950; --fail: #ff7b72; --doubt: #d8a12a; --pass-soft: #12261a; --fail-soft: #2d1517; --doubt-soft: #2b2110;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
article + article { margin-top: 3rem; padding-top: 2rem; border-top: 1px solid var(--line); }
h1 { font-size: 1.5rem; line-height: 1.3; font-weight: 600; margin: 0; text-wrap: balance; }
h2 { font-size: 1rem; font-weight: 600; margin: 1.75rem 0 .5rem; }
p { margin: .75rem 0; max-width: 46rem; }
a { color: var(--link); }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
code { background: var(--raised); border-radius: 4px; padding: .1em .35em; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; overflow-x: auto; overflow-wrap: normal; }
pre code { background: none; padding: 0; }
header { border-left: 4px solid var(--quiet); padding: .25rem 0 .25rem 1rem; margin: 0 0 1.25rem; }
header.pass { border-color: var(--pass); } header.fail, header.error { border-color: var(--fail); } header.inconclusive { border-color: var(--doubt); }
.about { margin: 0 0 .25rem; color: var(--quiet); font-weight: 500; }
.badge { display: inline-flex; align-items: baseline; gap: .35rem; margin-right: .35rem; padding: 0 .6rem 0 .45rem; border-radius: 6px; background: var(--soft); white-space: nowrap; }
.pass { --tone: var(--pass); --soft: var(--pass-soft); } .fail, .error { --tone: var(--fail); --soft: var(--fail-soft); }
.inconclusive { --tone: var(--doubt); --soft: var(--doubt-soft); } .not_applicable, .plain { --tone: var(--quiet); --soft: var(--raised); }
.badge, .word { color: var(--tone); }
.sign { flex: none; align-self: center; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.warning { --tone: var(--doubt); background: var(--doubt-soft); border-left: 4px solid var(--doubt); padding: .6rem .9rem; border-radius: 0 6px 6px 0; }
.fault { background: var(--fail-soft); border-left: 4px solid var(--fail); padding: .25rem 1rem; border-radius: 0 6px 6px 0; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .9375rem; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { overflow-wrap: normal; color: var(--quiet); font-weight: 500; font-size: .8125rem; vertical-align: bottom; }
tbody th { font-weight: 600; }
.right, .number { text-align: right; }
.number, .numbers { white-space: nowrap; }
.scroll { overflow-x: auto; } .scroll table { width: auto; min-width: 100%; } .scroll th, .scroll td { overflow-wrap: normal; white-space: nowrap; } .scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.comparison thead th:nth-child(2), .comparison:has(.change) thead th:nth-child(3) { text-align: right; }
.comparison tbody th { min-width: 11rem; } .comparison .change { min-width: 15rem; }
.comparison .numbers { display: block; } .comparison .rule { min-width: 9.5rem; }
.comparison small { display: block; margin-top: .15rem; color: var(--quiet); font-weight: 400; max-width: 18rem; }
.primary { color: var(--quiet); font-weight: 400; font-size: .8125rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; white-space: nowrap; }
.verdict .word { display: inline-flex; align-items: center; gap: .4rem; font-weight: 600; white-space: nowrap; }
tr.fail { background: var(--fail-soft); }
.track { display: block; overflow: hidden; margin-top: .2rem; min-width: 8rem; }
.track .bar { stroke: var(--tone); stroke-width: 3; stroke-linecap: round; }
.track .point { fill: var(--tone); stroke: var(--ground); stroke-width: 1.5; } .track .hollow { fill: var(--ground); stroke: var(--tone); stroke-width: 2.5; }
.track .limit { stroke: var(--ink); stroke-width: 2; } .track .neutral { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 2 3; }
.track .bad { fill: var(--fail); opacity: .13; }
.forest { margin: 2rem 0 1rem; } .forest h2 { margin: 0 .5rem 0 0; } figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; }
.forest table { margin-top: .5rem; } .forest th, .forest td { padding: .3rem .75rem .3rem 0; vertical-align: middle; } .forest th { font-weight: 500; max-width: 16rem; }
.forest .plot { width: 45%; } .forest .track { margin: 0; }
table + .keys { margin: -.5rem 0 1rem; display: flex; flex-wrap: wrap; gap: 0 1rem; max-width: none; } .key { color: var(--quiet); font-size: .8125rem; } .key::before { content: ""; display: inline-block; height: .9em; margin-right: .4em; vertical-align: -.1em; border-left: 2px solid var(--ink); } .key.fails::before { width: 1em; border: 0; background: var(--fail); opacity: .25; } .key.neutral::before { border-left: 2px dotted var(--quiet); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .75rem 0; padding: 0 1rem; } details[open] { padding-bottom: .75rem; }
summary { cursor: pointer; font-weight: 500; padding: .6rem 0; }
footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .8125rem; }
@media (max-width: 44rem) {
  main { padding: 1rem 1rem 2rem; } h1 { font-size: 1.25rem; }
  .comparison, .comparison tbody { display: block; }
  .comparison thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .comparison tr { display: block; border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 6px; padding: .6rem .8rem; margin: .75rem 0; }
  .comparison th, .comparison td { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; border: 0; padding: .15rem 0; text-align: right; }
  .comparison .numbers { flex: 1 0 auto; } .comparison th { display: block; text-align: left; font-size: 1rem; } .comparison td:empty { display: none; }
  .comparison td::before { content: attr(data-label); color: var(--quiet); text-align: left; }
  .comparison .track { flex-basis: 100%; } .comparison small { max-width: none; }
  .forest table, .forest tbody { display: block; } .forest tr { display: grid; grid-template-columns: 1fr auto; border-bottom: 1px solid var(--line); padding: .4rem 0; }
  .forest th, .forest td { border: 0; padding: 0; } .forest th { grid-column: 1 / -1; max-width: none; } .forest .plot { grid-column: 1 / -1; grid-row: 2; width: auto; } .forest .word { grid-row: 3; } .forest .number { grid-row: 3; grid-column: 2; }
}
@media print { details { break-inside: avoid; } a { color: inherit; } }
`;
