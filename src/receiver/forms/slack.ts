import { isObject } from '../../base/is-object.ts'
import type { Notice } from '../notice.ts'

/**
 * What Alertmanager's Slack receiver posts: a text for people, of a template that its user may have changed. So the whole text is kept,
 * and whether it fires is read from what the default template says, else from its colour.
 */
export function readSlack(body: unknown): Notice[] {
  if (!isObject(body)) return []
  const attachments = (Array.isArray(body.attachments) ? body.attachments : []).filter(isObject).slice(0, MOST_PARTS)
  const texts = [body, ...attachments].flatMap((part) => TEXTS.map((name) => part[name]))
  const said = [...new Set(texts.filter((text) => typeof text === 'string' && text !== ''))]
  if (said.length === 0) return []
  const text = said.join('\n').slice(0, LONGEST)
  const colours = attachments.map(({ color }) => color)
  const firing = !RESOLVED.test(text) && (FIRING.test(text) || !colours.includes('good'))
  const channel = typeof body.channel === 'string' ? body.channel.slice(0, LONGEST_CHANNEL) : ''
  const [title = ''] = said
  return [{ form: 'slack', key: `slack\n${channel}\n${gist(String(title))}`, firing, text }]
}

const TEXTS = ['title', 'text', 'pretext', 'fallback'] as const
const MOST_PARTS = 20
const LONGEST = 4_000
const LONGEST_CHANNEL = 200

const FIRING = /\bfiring\b/i
const RESOLVED = /\bresolved\b/i

/** The same for the message that a group fires and for the one that it has ended. */
function gist(title: string): string {
  return title
    .slice(0, LONGEST)
    .replaceAll(/\[?\b(?:firing|resolved)\b(?::\d+)?\]?/gi, '')
    .trim()
}
