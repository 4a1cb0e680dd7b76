/** A delivery, taken apart without being parsed. */
export interface DeliveryText {
  /** All but the alerts, as JSON. */
  envelope: string
  /** Each alert's own text, without what is the same for all. `alertJson` gives the whole. */
  alerts: string[]
}

/**
 * Takes a delivery apart at the places where one alert ends and the next begins. No quotation mark stands in a JSON text
 * unescaped, so that nothing that an alert says can look like such a place. `undefined` for anything that is not exactly
 * as Alertmanager writes it; whether a part is JSON at all is seen when it is parsed.
 */
export function takeApart(text: string): DeliveryText | undefined {
  const begin = text.indexOf(BEGIN)
  const end = text.lastIndexOf(END)
  const first = begin + BEGIN.length
  if (begin < 0 || end < first || !text.startsWith(FIRST, first)) return undefined
  const alerts = text.slice(first + FIRST.length, end).split(BETWEEN)
  return { envelope: `${text.slice(0, first - 1)}${text.slice(end + 1)}`, alerts }
}

/** What stands before and behind the alerts in a delivery as Alertmanager writes it: no spaces, its fields in this order. */
const BEGIN = '"alerts":[{'
const END = '}],"groupLabels":'
const BETWEEN = '},{"status":"'
const FIRST = '"status":"'

export function alertJson(part: string): string {
  return `{${FIRST}${part}}`
}
