import type uPlot from 'uplot'

/**
 * Shows what is at the cursor, beside it, in the chart that the pointer is on: the charts that only follow it show their line alone.
 * `tipAt` gets the place of a time among all times. The chart's table has the same for those who use no pointer.
 */
export function chartTip(tipAt: (at: number, plot: uPlot) => Tip): uPlot.Plugin {
  const box = document.createElement('div')
  box.className = 'chart-tip'
  box.setAttribute('aria-hidden', 'true')
  box.hidden = true
  return {
    hooks: {
      init: (plot) => {
        plot.over.append(box)
        plot.over.addEventListener('mouseleave', () => {
          box.hidden = true
        })
      },
      setCursor: (plot) => {
        const { left = -1, idx, event } = plot.cursor
        const tip = left < 0 || idx === null || idx === undefined || !event ? undefined : tipAt(idx, plot)
        box.hidden = tip === undefined || tip.rows.length === 0
        if (tip === undefined || box.hidden) return
        fill(box, tip)
        const isRight = left > plot.over.clientWidth / 2
        box.style.left = isRight ? '' : `${left + GAP_PX}px`
        box.style.right = isRight ? `${plot.over.clientWidth - left + GAP_PX}px` : ''
      },
    },
  }
}

/** A time, and what is then. */
export interface Tip {
  time: string
  rows: readonly { name: string; text: string; color: string }[]
}

const GAP_PX = 12
/** A chart has room for this many. */
const MOST_ROWS = 8

function fill(box: HTMLElement, { time, rows }: Tip): void {
  const lines = rows.slice(0, MOST_ROWS).map(({ name, text, color }) => {
    const swatch = element('span', 'swatch', '')
    swatch.style.background = color
    const line = element('div', 'chart-tip-row', '')
    line.append(swatch, element('span', '', name), element('span', 'number', text))
    return line
  })
  const more = rows.length - lines.length
  box.replaceChildren(
    element('div', 'chart-tip-time', time),
    ...lines,
    ...(more > 0 ? [element('div', 'chart-tip-time', `and ${more} more`)] : []),
  )
}

function element(tag: 'div' | 'span', name: string, text: string): HTMLElement {
  const made = document.createElement(tag)
  made.className = name
  made.textContent = text
  return made
}
