import { visible } from '../../base/text/visible.ts'
import { escapeHtml } from '../page/escape.ts'

/** Text that is only text in Markdown: no markup, no HTML, no mention of a person or an issue. Stays on one line. */
export function plain(text: string): string {
  return onOneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_~[\]|]/g, '\\$&')
    .replaceAll('@', '&#64;')
    .replace(/#(?=\d)/g, '&#35;')
    .replaceAll('://', ':&#47;&#47;')
}

/** Text for an HTML block within Markdown, where a backslash would be only that. */
export function plainInHtml(text: string): string {
  return escapeHtml(onOneLine(text))
    .replaceAll('@', '&#64;')
    .replace(/(?<!&)#(?=\d)/g, '&#35;')
}

/** Lines as one, each without the blanks around it. An expression that looks for blanks around line feeds takes quadratic time. */
function onOneLine(text: string): string {
  if (!/[\r\n]/.test(text)) return visible(text)
  const [first = '', ...others] = text.split(/[\r\n]+/)
  const inner = others.slice(0, -1).map((line) => line.trim())
  return visible([first.trimEnd(), ...inner.filter(Boolean), (others.at(-1) ?? '').trimStart()].join(' '))
}

/** Text in a cell of a table. */
export function cell(text: string): string {
  return plain(text).trim()
}

/** A table of cells that are Markdown already; the first row is its header. Columns of figures stand to the right. */
export function markdownTable(rows: readonly (readonly string[])[], figures: readonly number[] = []): string {
  const [header = [], ...body] = rows
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = header.map((_, column) => (figures.includes(column) ? '--:' : '---'))
  return [line(header), line(rule), ...body.map(line)].join('\n')
}
