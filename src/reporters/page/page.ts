import { createHash } from 'node:crypto'
import { escapeHtml } from './escape.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

/** The frame of every page: head, style, script and the policy that allows nothing else. */

/** The page may load nothing at all, and run its own script alone: what a journal says can never become a program. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'; base-uri 'none'; form-action 'none'`

/** A page that needs nothing but itself. `body` is HTML; its maker has escaped what it quotes. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
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
