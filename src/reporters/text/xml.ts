import { visible } from '../../base/text/visible.ts'

/**
 * Text as it may stand in XML 1.0, also within a quoted attribute. What XML has no place for (control characters, halves of
 * surrogate pairs) is written out as what is hidden; line feeds and tabs stay what they are, also in attributes.
 */
export function escapeXml(text: string): string {
  return visible(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#9;')
}

/** Text between tags, where line feeds need no escape: it stays readable. */
export function escapeXmlText(text: string): string {
  return escapeXml(text).replaceAll('&#10;', '\n').replaceAll('&#9;', '\t')
}
