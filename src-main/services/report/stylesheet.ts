/** Styles of the HTML report: sober on screen, A4 or Letter on paper. Figures keep their white ground in the dark scheme. */
export const stylesheet = `
:root { color-scheme: light dark; --text: #1c2430; --muted: #566070; --line: #d9dee5; --soft: #f5f7f9; --ground: #fff; --accent: #005a8e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e8ee; --muted: #a3acb9; --line: #343c47; --soft: #1d232b; --ground: #14181e; --accent: #6db8e6; }
}
@media print {
  :root { --text: #111; --muted: #444; --line: #ccc; --soft: #f6f6f6; --ground: #fff; --accent: #005a8e; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 40px 32px 64px; }
header { border-bottom: 2px solid var(--accent); padding-bottom: 12px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--muted); }
nav ol { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 12px 0 0; font-size: 13px; }
nav a { color: var(--accent); text-decoration: none; }
nav a:hover { text-decoration: underline; }
h2 { font-size: 20px; margin: 40px 0 12px; padding-bottom: 4px; border-bottom: 1px solid var(--line); break-after: avoid; }
h2 .number { color: var(--muted); font-weight: 400; margin-right: 10px; }
h3 { font-size: 16px; margin: 24px 0 8px; break-after: avoid; overflow-wrap: anywhere; }
h4 { font-size: 14px; margin: 18px 0 6px; break-after: avoid; }
p { margin: 8px 0; max-width: 75ch; overflow-wrap: anywhere; }
.note { border-left: 3px solid var(--line); padding: 2px 0 2px 12px; color: var(--muted); font-size: 13px; }
.key { list-style: none; display: flex; flex-wrap: wrap; gap: 12px; padding: 0; margin: 14px 0; }
.key li { flex: 1 1 160px; max-width: 260px; border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; break-inside: avoid; }
.key span { display: block; overflow-wrap: anywhere; }
.key .label { font-size: 12px; color: var(--muted); }
.key .value { font-size: 24px; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.key .detail { font-size: 12px; color: var(--muted); }
dl { margin: 10px 0; font-size: 14px; border-top: 1px solid var(--line); }
dl div { display: grid; grid-template-columns: 210px 1fr; gap: 16px; padding: 4px 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
.list { padding-left: 22px; margin: 8px 0; }
.list li { margin: 3px 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: 16px 0; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; font-variant-numeric: tabular-nums; }
caption { caption-side: top; text-align: left; color: var(--muted); font-size: 13px; padding-bottom: 6px; }
th { text-align: left; font-weight: 600; border-bottom: 1.5px solid var(--text); padding: 4px 8px; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 3px 8px; overflow-wrap: anywhere; }
.n { text-align: right; white-space: nowrap; }
th.n { white-space: normal; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
figure { margin: 18px 0; break-inside: avoid; }
figure svg { display: block; max-width: 100%; height: auto; background: #fff; border-radius: 4px; }
figcaption { font-size: 13px; color: var(--muted); margin-top: 4px; max-width: 75ch; }
.code { margin: 14px 0; }
.code p { font-size: 13px; color: var(--muted); margin: 0 0 4px; }
pre { margin: 0; padding: 10px 14px; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; font: 12px/1.5 ui-monospace, 'SF Mono', Consolas, 'DejaVu Sans Mono', monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@page { margin: 18mm 16mm; }
@media print {
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  pre { font-size: 7.5pt; }
}
`
