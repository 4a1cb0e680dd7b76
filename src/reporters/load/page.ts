import { escapeHtml } from './chart.ts'

/** Colours are told apart by those who see few of them, too; both themes keep a contrast of 4.5 for text. */
const STYLE = `
:root{color-scheme:light dark;--ink:#1a1f27;--dim:#5b6572;--paper:#fff;--line:#dde2e8;--good:#1a7f37;--bad:#c5221f;--odd:#9a6700;--a:#2563eb;--b:#d97706;--c:#c5221f;--d:#0f766e}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--dim:#9aa4b1;--paper:#12161c;--line:#2b323c;--good:#3fb950;--bad:#ff7b72;--odd:#d29922;--a:#6ea8fe;--b:#f0a94b;--c:#ff7b72;--d:#3dc7b5}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1200px;padding:24px 16px 48px;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:22px;margin:0}h2{font-size:16px;margin:32px 0 8px}p{margin:4px 0}.dim{color:var(--dim)}
.passed{color:var(--good)}.failed,.broken,.bad{color:var(--bad)}.saturated,.stopped{color:var(--odd)}.good{color:var(--good)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:8px;margin:20px 0}
.tile{border:1px solid var(--line);border-radius:8px;padding:10px 12px}.tile b{display:block;font-size:20px;font-variant-numeric:tabular-nums}.tile span{color:var(--dim);font-size:13px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(480px,100%),1fr));gap:16px}
figure{margin:0;border:1px solid var(--line);border-radius:8px;padding:10px 12px}figcaption{font-weight:600;font-size:14px;min-height:22px}
.key{font-weight:400;color:var(--dim);margin-left:10px;font-size:13px}.key i{display:inline-block;width:10px;height:3px;margin-right:4px;vertical-align:middle}
output{float:right;font-weight:400;font-size:12px;font-variant-numeric:tabular-nums;color:var(--dim)}
svg{width:100%;height:auto;display:block}.grid{stroke:var(--line)}.axis{fill:var(--dim);font-size:11px}.line{fill:none;stroke-width:1.6;stroke-linejoin:round}.cursor{stroke:var(--dim)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{padding:6px 10px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}th{font-weight:500;color:var(--dim);font-size:13px}th:first-child,td:first-child{text-align:left}tr.all td{font-weight:600}
`

/** Shows the values below the pointer. */
const SCRIPT = `
for(const svg of document.querySelectorAll('svg[data-points]')){
const points=JSON.parse(svg.dataset.points),cursor=svg.querySelector('.cursor'),out=svg.parentElement.querySelector('output')
svg.addEventListener('pointermove',e=>{const box=svg.getBoundingClientRect(),x=(e.clientX-box.left)/box.width*svg.viewBox.baseVal.width
let near=points[0];for(const p of points)if(Math.abs(p.x-x)<Math.abs(near.x-x))near=p
if(!near)return;cursor.setAttribute('x1',near.x);cursor.setAttribute('x2',near.x);out.textContent=near.text})
svg.addEventListener('pointerleave',()=>{cursor.setAttribute('x1',-9);cursor.setAttribute('x2',-9);out.textContent=''})}
`

/** A page that needs nothing but itself. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
<script>${SCRIPT}</script>
</body>
</html>
`
}

/** A table; the first row is its header, and every first cell is text. */
export function table(rows: readonly (readonly string[])[], classOf: (row: number) => string = () => ''): string {
  const [header = [], ...others] = rows
  const cells = (row: readonly string[], tag: 'th' | 'td') =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')
  const body = others.map((row, index) => {
    const name = classOf(index)
    return `<tr${name === '' ? '' : ` class="${name}"`}>${cells(row, 'td')}</tr>`
  })
  return `<div class="scroll"><table><thead><tr>${cells(header, 'th')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`
}
