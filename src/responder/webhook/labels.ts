/**
 * Labels within bounds: a long value is cut, with a mark; what is too much is left out, and so is a name that no label has. An
 * alert with one long label is as good as another.
 */
export function keepLabels(given: Record<string, string>): KeptLabels {
  if (areShort(given)) return { labels: given }
  const names = [...new Set([...FIRST.filter((name) => Object.hasOwn(given, name)), ...Object.keys(given)])]
  const kept = new Map<string, string>()
  const cut: string[] = []
  let room = KEPT.all
  for (const name of names) {
    const value = given[name] ?? ''
    const most = Math.min(KEPT.value, room - name.length)
    if (kept.size === KEPT.labels || !isLabelName(name) || most < CUT.length) continue
    if (value.length > most) cut.push(`${name} is cut from ${value.length} to ${most} characters`)
    kept.set(name, value.length > most ? shorten(value, most) : value)
    room -= name.length + Math.min(value.length, most)
  }
  const left = names.length - kept.size
  const more = left === 0 ? [] : [`${left} of ${names.length} labels are left out`]
  return { labels: Object.fromEntries(kept), shortened: [...cut.slice(0, 3), ...more].join('; ') }
}

/** What is kept of an alert's labels, in characters. The whole of them only distinguishes the alert from others. */
const KEPT = { labels: 100, name: 256, value: 4_096, all: 8_192 }
/** Ends a value that was cut. */
const CUT = '… (cut)'
/** The labels that decide come first, before any others. */
const FIRST = ['alertname', 'service', 'instance', 'severity']

export interface KeptLabels {
  labels: Record<string, string>
  /** What was cut or left out, in a sentence; missing when nothing was. */
  shortened?: string
}

/** A copy: a piece of a text keeps all of that text in memory. */
function shorten(text: string, length: number): string {
  return Buffer.from(`${text.slice(0, length - CUT.length)}${CUT}`).toString()
}

function areShort(labels: Record<string, string>): boolean {
  let count = 0
  let all = 0
  for (const name of Object.keys(labels)) {
    const { length } = labels[name] ?? ''
    all += name.length + length
    if (++count > KEPT.labels || all > KEPT.all || length > KEPT.value || !isLabelName(name)) return false
  }
  return true
}

/** `__proto__` is one for Prometheus; here it would reach a prototype. */
function isLabelName(name: string): boolean {
  return name.length <= KEPT.name && name !== '__proto__'
}
