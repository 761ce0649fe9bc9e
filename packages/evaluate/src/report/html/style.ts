// The look of the page: one column, system fonts, light and dark, and paper. Colours are tokens at the top; what they
// say, shapes and words say too.

/** The style sheet. */
export const style = `:root {
  color-scheme: light dark;
  --page: #f6f7f8; --card: #ffffff; --ink: #1b2127; --soft: #55606b; --line: #dde1e5; --faint: #eef0f2;
  --int8: #0f766e; --fp32: #94a0ab; --float: #b8500f; --stored: #6a55b8; --other: #a8b1ba; --error: #c2410c;
  --good: #166534; --good-back: #e3f4e8; --bad: #b42318; --bad-back: #fdeceb; --warn: #8a5a00; --warn-back: #fdf3dc;
  --band: #0f766e1f; --link: #0b5cad;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121518; --card: #1a1f24; --ink: #e5e9ed; --soft: #9ba6b1; --line: #313941; --faint: #22282e;
    --int8: #4cc2b6; --fp32: #7c8995; --float: #f09a5e; --stored: #b3a4f0; --other: #5f6b76; --error: #f0834d;
    --good: #7ddb9a; --good-back: #16311f; --bad: #ff9d94; --bad-back: #3d1a18; --warn: #ecc262; --warn-back: #362a10;
    --band: #4cc2b626; --link: #7db8f5;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 60px; }
h1, h2, h3, p, dl, dd, ul, figure { margin: 0; }
ul { padding: 0; list-style: none; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
header { margin-bottom: 18px; }
.brand { color: var(--soft); font-size: 0.9rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 2px 0 4px; overflow-wrap: anywhere; }
.path { color: var(--soft); font-size: 0.85rem; overflow-wrap: anywhere; }
.chips { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; }
.chip { padding: 3px 12px; border-radius: 99px; font-size: 0.88rem; font-weight: 600; }
.chip.good { color: var(--good); background: var(--good-back); }
.chip.bad { color: var(--bad); background: var(--bad-back); }
.good { color: var(--good); } .bad { color: var(--bad); }
.short { margin: 0 0 18px; padding-left: 20px; list-style: disc; max-width: 90ch; }
.short li { margin: 3px 0; }
.card, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; }
section { margin-top: 18px; scroll-margin-top: 12px; }
section > * + *, .card > * + * { margin-top: 12px; }
section h2 { font-size: 1.15rem; } section h3 { font-size: 0.95rem; color: var(--soft); margin-top: 16px; }
section > p { max-width: 90ch; color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(290px, 1fr)); gap: 18px; margin-top: 18px; }
.card h2 { font-size: 1rem; } .card h2::first-letter { text-transform: uppercase; } .short li::first-letter { text-transform: uppercase; } .card h2 small { display: block; font-weight: 400; color: var(--soft); font-size: 0.8rem; }
.card p { font-size: 0.86rem; color: var(--soft); }
.warnings { margin-top: 18px; }
.warnings li, .notes li { margin: 4px 0; overflow-wrap: anywhere; font-size: 0.92rem; }
.warnings li { color: var(--warn); background: var(--warn-back); border-radius: 6px; padding: 6px 10px; }
.notes { padding-left: 18px; list-style: disc; color: var(--soft); }
nav { margin-top: 18px; display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 0.88rem; }
.bars > div { margin-top: 8px; }
.bars dt { font-size: 0.8rem; color: var(--soft); }
.bars dd { display: grid; gap: 2px; }
.track { display: block; height: 14px; min-width: 60px; border-radius: 3px; background: var(--faint); overflow: hidden; }
.track.thin { height: 7px; margin: 1px 0; }
.bar { display: block; height: 100%; min-width: 1px; border-radius: 3px; }
.bar.fp32 { background: var(--fp32); } .bar.int8 { background: var(--int8); } .bar.error { background: var(--error); }
.value { font-variant-numeric: tabular-nums; font-weight: 600; }
.values { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; font-size: 0.82rem; color: var(--soft); }
.values b { color: var(--ink); font-size: 1.05rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: 0.85rem; padding-bottom: 6px; }
th, td { text-align: left; padding: 5px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { font-weight: 600; color: var(--soft); white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
tbody tr:hover { background: var(--faint); }
.n { text-align: right; white-space: nowrap; }
.data td:first-child:has(code) { min-width: 210px; } .data td:last-child:not(.n, :empty) { min-width: 150px; } .data td:nth-child(2):has(code) { min-width: 130px; }
table.row { background: var(--card); border: 1px solid var(--line); border-radius: 10px; border-collapse: separate; border-spacing: 0; font-size: 0.95rem; }
table.row caption { padding-left: 2px; }
table.row thead th, table.row .n { text-align: center; } table.row tbody td, table.row tbody th { font-weight: 600; border-bottom: 0; }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid var(--link); }
th button::after { content: " ↕"; color: var(--other); } th[aria-sort=ascending] button::after { content: " ↑"; color: var(--ink); } th[aria-sort=descending] button::after { content: " ↓"; color: var(--ink); }
td .track { margin-top: 4px; } td .bar.error { min-width: 1px; } th.bars-column, td:has(> .track) { min-width: 150px; }
details > summary { cursor: pointer; color: var(--link); font-size: 0.88rem; }
details > * + * { margin-top: 10px; }
.filter { display: flex; gap: 12px; align-items: baseline; font-size: 0.88rem; } .filter[hidden] { display: none; }
.filter input { font: inherit; padding: 4px 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--page); color: inherit; width: min(320px, 50vw); }
.filter output { color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 0.86rem; color: var(--soft); }
i { display: inline-block; width: 12px; height: 12px; border-radius: 2px; vertical-align: -1px; background: var(--other); }
i.integer { background: var(--int8); }
i.weight-only { background: linear-gradient(45deg, var(--stored) 50%, transparent 50%); border: 2px solid var(--stored); }
i.float { background: transparent; border: 2.5px solid var(--float); border-radius: 50%; }
i.narrow-float { background: var(--stored); border-radius: 50%; }
i.conversion { background: var(--other); clip-path: polygon(10% 10%, 100% 50%, 10% 90%); }
i.other { background: radial-gradient(circle, var(--other) 34%, transparent 38%); }
i.kept { border-radius: 50%; background: var(--int8); box-shadow: 0 0 0 2px var(--ink); transform: scale(0.8); }
.strip > div { display: grid; grid-template-columns: minmax(90px, 240px) 1fr; gap: 12px; padding: 3px 0; }
.strip > div + div { border-top: 1px solid var(--faint); }
.block { font-size: 0.8rem; color: var(--soft); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; direction: rtl; text-align: left; unicode-bidi: plaintext; }
.cells { line-height: 0; padding-top: 4px; } .cells i { margin: 0 2px 2px 0; cursor: pointer; }
.drawing svg { display: block; width: 100%; }
.drawing g { cursor: pointer; } .drawing .hit { fill: transparent; }
.edges { fill: none; stroke: var(--fp32); stroke-width: 1; opacity: 0.7; }
.integer .full { fill: var(--int8); } .narrow-float .full { fill: var(--stored); } .weight-only .full { fill: var(--stored); } .conversion .full, .other .full { fill: var(--other); }
.float .line { fill: var(--card); stroke: var(--float); stroke-width: 2.5; } .weight-only .line { fill: var(--card); stroke: var(--stored); stroke-width: 1.5; }
.chart { display: block; width: 100%; height: auto; font-size: 11px; fill: var(--soft); }
.tick line { stroke: var(--line); } .tick text { text-anchor: middle; } .tick text.end { text-anchor: end; } .axis { text-anchor: middle; font-size: 12px; }
.label { font-size: 12px; } .whisker { fill: none; stroke-width: 2; } .whisker.fp32 { stroke: var(--fp32); } .whisker.int8 { stroke: var(--int8); }
.point.fp32 { fill: var(--fp32); } .point.int8 { fill: var(--int8); }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 16px 20px; }
figcaption { font-size: 0.78rem; color: var(--soft); line-height: 1.4; } figcaption code { color: var(--ink); }
.range { fill: var(--band); } .counts { fill: var(--fp32); } .bounds { stroke: var(--int8); stroke-width: 1.5; stroke-dasharray: 4 3; fill: none; } .zero { stroke: var(--soft); } .grid text { text-anchor: middle; }
.card .chart { max-width: 360px; } .pareto { max-width: 760px; } .goal { stroke: var(--float); stroke-dasharray: 6 4; fill: none; } .front { fill: none; stroke: var(--int8); stroke-width: 1.5; } .source { stroke: var(--ink); stroke-width: 2; }
.trial circle { stroke: var(--card); stroke-width: 1; } .trial.met circle { fill: var(--int8); } .trial.missed circle { fill: var(--card); stroke: var(--float); stroke-width: 2; } .trial.kept circle { fill: var(--int8); stroke: var(--ink); stroke-width: 2.5; }
.cards > :only-child { max-width: 560px; } .one { display: grid; gap: 14px; } .one table { max-width: 520px; }
.two { display: grid; grid-template-columns: minmax(0, 3fr) minmax(220px, 2fr); gap: 24px; }
.reasons > div + div { margin-top: 12px; } .reasons dt { font-weight: 600; } .reasons dd { color: var(--soft); } .reasons code, p code { background: var(--faint); border-radius: 4px; padding: 1px 5px; }
.failures li { color: var(--bad); }
.facts > div { display: grid; grid-template-columns: 110px 1fr; gap: 12px; padding: 3px 0; font-size: 0.9rem; } .facts dt { color: var(--soft); } .facts dd { overflow-wrap: anywhere; }
pre { margin: 0; padding: 14px; background: var(--faint); border-radius: 8px; overflow-x: auto; white-space: pre; }
#tip { position: fixed; z-index: 9; max-width: min(480px, 92vw); padding: 6px 10px; border-radius: 6px; background: var(--ink); color: var(--page); font-size: 0.82rem; pointer-events: none; overflow-wrap: anywhere; } #tip[hidden] { display: none; }
@media (max-width: 720px) {
  main { padding: 18px 12px 40px; } .two { grid-template-columns: minmax(0, 1fr); } .card, section { padding: 14px; }
  .strip > div { grid-template-columns: 1fr; gap: 0; } .facts > div { grid-template-columns: 1fr; gap: 0; } h1 { font-size: 1.5rem; }
}
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc; --faint: #f0f0f0; --int8: #0f766e; --fp32: #94a0ab; --float: #b8500f; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 11px; } main { max-width: none; padding: 0; } nav, .filter, details:not([open]), #tip { display: none !important; }
  .card, section { border-radius: 0; padding: 10px 0; border-width: 1px 0 0; } .card, figure, tr { break-inside: avoid; } h2 { break-after: avoid; }
  th button::after { content: ""; }
}`;
