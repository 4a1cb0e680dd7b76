import { isObject } from '../../base/is-object.ts'
import type { Notice } from '../notice.ts'

/**
 * What Alertmanager's Slack receiver posts: a text for people, of a template that its user may have changed. So the whole text is kept,
 * and whether it fires is read from how its title begins, else from its colour, else from what it says.
 */
export function readSlack(body: unknown): Notice[] {
  if (!isObject(body)) return []
  const attachments = (Array.isArray(body.attachments) ? body.attachments : []).filter(isObject).slice(0, MOST_PARTS)
  const texts = [body, ...attachments].flatMap((part) => TEXTS.map((name) => part[name]))
  const said = [...new Set(texts.filter(isText))]
  if (said.length === 0) return []
  const text = said.join('\n').slice(0, LONGEST)
  const channel = typeof body.channel === 'string' ? body.channel.slice(0, LONGEST_CHANNEL) : ''
  const title = String([...attachments.map((part) => part.title), said[0]].find(isText))
  const firing = saysFiring(title, MARK) ?? firingByColour(attachments) ?? saysFiring(title) ?? saysFiring(text) ?? true
  return [{ form: 'slack', key: `slack\n${channel}\n${gist(title)}`, firing, text }]
}

const isText = (value: unknown) => typeof value === 'string' && value !== ''

const TEXTS = ['title', 'text', 'pretext', 'fallback'] as const
const MOST_PARTS = 20
const LONGEST = 4_000
const LONGEST_CHANNEL = 200

/** As the default title begins: an alert may be about names that cannot be resolved. */
const MARK = /^\W*(?:firing|resolved)\b|\[(?:firing|resolved)\b/i
const WORD = /\b(?:firing|resolved)\b/gi

/** Whether a text says that the alerts fire; `undefined` when it says neither, or both. */
function saysFiring(text: string, pattern = WORD): boolean | undefined {
  const words = new Set(text.match(pattern)?.map((word) => word.replaceAll(/\W/g, '').toLowerCase()))
  return words.has('firing') === words.has('resolved') ? undefined : words.has('firing')
}

/** As the default template gives it. */
function firingByColour(attachments: readonly Record<string, unknown>[]): boolean | undefined {
  const colours = attachments.map(({ color }) => color)
  if (colours.includes('good')) return false
  return colours.includes('danger') ? true : undefined
}

/** The same for the message that a group fires and for the one that it has ended. */
function gist(title: string): string {
  return title
    .slice(0, LONGEST)
    .replaceAll(/\[?\b(?:firing|resolved)\b(?::\d+)?\]?/gi, '')
    .trim()
}
