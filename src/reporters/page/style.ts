/** Colours are told apart by those who see few of them, too; both themes keep a contrast of 4.5 for text. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1a1f27;--dim:#5b6572;--paper:#fff;--line:#dde2e8;--good:#1a7f37;--bad:#c5221f;--odd:#9a6700;--a:#2563eb;--b:#d97706;--c:#c5221f;--d:#0f766e;--fault:#7c3aed;--pending:#b45309;--firing:#c5221f;--action:#0f766e}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--dim:#9aa4b1;--paper:#12161c;--line:#2b323c;--good:#3fb950;--bad:#ff7b72;--odd:#d29922;--a:#6ea8fe;--b:#f0a94b;--c:#ff7b72;--d:#3dc7b5;--fault:#b794f6;--pending:#e0a43a;--firing:#ff7b72;--action:#3dc7b5}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1200px;padding:24px 16px 48px;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:22px;margin:0}h2{font-size:16px;margin:32px 0 8px}p{margin:4px 0}.dim{color:var(--dim)}
.passed,.held,.good{color:var(--good)}.failed,.broken,.bad,.deviated,.errored{color:var(--bad)}.saturated,.stopped,.inconclusive,.aborted{color:var(--odd)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:8px;margin:20px 0}
.tile{border:1px solid var(--line);border-radius:8px;padding:10px 12px}.tile b{display:block;font-size:20px;font-variant-numeric:tabular-nums}.tile span{color:var(--dim);font-size:13px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(480px,100%),1fr));gap:16px}
figure{margin:0;border:1px solid var(--line);border-radius:8px;padding:10px 12px}figcaption{font-weight:600;font-size:14px;min-height:22px}
.key{font-weight:400;color:var(--dim);margin-left:10px;font-size:13px}.key i{display:inline-block;width:10px;height:3px;margin-right:4px;vertical-align:middle}
output{float:right;font-weight:400;font-size:12px;font-variant-numeric:tabular-nums;color:var(--dim)}
svg{width:100%;height:auto;display:block}.grid{stroke:var(--line)}.axis{fill:var(--dim);font-size:11px}.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.cursor{stroke:var(--dim)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{padding:6px 10px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}th{font-weight:500;color:var(--dim);font-size:13px}th:first-child,td:first-child{text-align:left}tr.all td{font-weight:600}
figure{overflow-x:auto}figure svg{min-width:480px}svg:focus-visible{outline:2px solid var(--a);outline-offset:2px}
.band{opacity:.14}.band.busy,.bar.busy{fill:var(--dim)}.key i.busy{background:var(--dim)}.band.fault,.bar.fault{fill:var(--fault)}.band.pending,.bar.pending{fill:var(--pending)}.band.firing,.bar.firing{fill:var(--firing)}.band.action,.bar.action{fill:var(--action)}.bar.felt{fill:var(--b)}.key i.fault{background:var(--fault)}.key i.pending{background:var(--pending)}.key i.firing{background:var(--firing)}.key i.action{background:var(--action)}.key i.felt{background:var(--b)}
.lane{fill:var(--ink);font-size:12px}.zero{stroke:var(--dim);stroke-dasharray:3 3}.wide{margin:20px 0 16px}
td.text,th.text{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:12ch}tr.good{color:inherit}.wide svg{min-width:720px}td.gap{color:var(--dim)}
details{border:1px solid var(--line);border-radius:8px;padding:8px 12px;margin:12px 0}summary{cursor:pointer;font-weight:600}a{color:var(--a)}ul{margin:4px 0;padding-left:20px}section+section{margin-top:48px;border-top:1px solid var(--line);padding-top:24px}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:8px 0}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
.matrix th span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap}.matrix thead th{vertical-align:bottom}.matrix tbody th{text-align:left;position:sticky;left:0;background:var(--paper);color:var(--ink)}.matrix td{padding:4px 5px;font-size:12px}.matrix th{padding:4px 5px}.never{color:var(--bad)}td.hit{color:var(--good)}
@media print{:root{color-scheme:light;--ink:#000;--dim:#444;--paper:#fff;--line:#bbb;--good:#1a7f37;--bad:#c5221f;--odd:#9a6700;--a:#2563eb;--b:#d97706;--c:#c5221f;--d:#0f766e;--fault:#7c3aed;--pending:#b45309;--firing:#c5221f;--action:#0f766e}body{max-width:none;padding:0;font-size:12px}figure,.tile,tr{break-inside:avoid}h2{break-after:avoid}section+section{break-before:page}.charts{grid-template-columns:1fr 1fr}figure svg{min-width:0}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`
