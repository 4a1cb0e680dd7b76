import type { Channel } from './channel.ts'
import { postJson } from './post-json.ts'

/** Slack's incoming webhook. The URL is its secret. */
export function slack(url: string): Channel {
  return {
    async send({ summary, text, severity }, signal) {
      const escaped = (part: string) => part.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
      await postJson(
        url,
        { text: `*${escaped(summary)}* (${escaped(severity)})\n\`\`\`\n${escaped(text)}\n\`\`\`` },
        { signal },
      )
    },
  }
}
