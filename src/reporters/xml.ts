/**
 * Text as it may stand in XML 1.0, also within a quoted attribute. What XML has no place for (control characters, halves of
 * surrogate pairs) becomes U+FFFD; line feeds and tabs stay what they are, also in attributes.
 */
export function escapeXml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(FORBIDDEN, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#9;')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Text between tags, where line feeds need no escape: it stays readable. */
export function escapeXmlText(text: string): string {
  return escapeXml(text).replaceAll('&#10;', '\n').replaceAll('&#9;', '\t')
}
