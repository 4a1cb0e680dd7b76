import { escapeHtml } from './escape.ts'

/** A table; the first row is its header, and every first cell is text. */
export function table(rows: readonly (readonly string[])[], { classOf, text = [] }: TableOptions = {}): string {
  const [header = [], ...others] = rows
  const cells = (row: readonly string[], tag: 'th' | 'td') =>
    row
      .map((cell, column) => {
        const kind = text.includes(column) ? ' class="text"' : ''
        return `<${tag}${tag === 'th' ? ' scope="col"' : ''}${kind}>${escapeHtml(cell)}</${tag}>`
      })
      .join('')
  const body = others.map((row, index) => {
    const name = classOf?.(index) ?? ''
    return `<tr${name === '' ? '' : ` class="${name}"`}>${cells(row, 'td')}</tr>`
  })
  return `<div class="scroll"><table><thead><tr>${cells(header, 'th')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`
}

/** Figures that matter most, each with its name. */
export function tiles(figures: readonly { value: string; name: string; tone?: string }[]): string {
  const one = ({ value, name, tone }: (typeof figures)[number]) =>
    `<div class="tile"><b${tone === undefined ? '' : ` class="${tone}"`}>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`
  return `<div class="tiles">${figures.map(one).join('')}</div>`
}

/** Names with what they stand for. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  return `<dl>${pairs.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('\n')}</dl>`
}

export interface TableOptions {
  /** A class for a row of the body. */
  classOf?: (row: number) => string
  /** Columns that hold sentences: they wrap and stand to the left, figures stand to the right. */
  text?: readonly number[]
}
