import { visible } from '../../base/text/visible.ts'

/** Text as it may stand in HTML, also within a quoted attribute; what is hidden in it is written out. */
export function escapeHtml(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
