/** The part of the console's address behind #: `#/page/more/parts?name=value`. All that a person may want to share stands in it. */
export interface Address<Name extends string = string> {
  page: Name
  /** What follows the page, for example the name of a dashboard. */
  rest: readonly string[]
  query: URLSearchParams
}

/** Reads an address; one that names no page leads to `fallback`. */
export function readAddress<Name extends string>(
  hash: string,
  pages: Record<Name, unknown>,
  fallback: Name,
): Address<Name> {
  const [path = '', query = ''] = split(hash.replace(/^#\/?/, ''), '?')
  const [name = '', ...rest] = path.split('/').map(decoded)
  if (!Object.hasOwn(pages, name)) return { page: fallback, rest: [], query: new URLSearchParams() }
  return { page: name as Name, rest: rest.filter((part) => part !== ''), query: new URLSearchParams(query) }
}

/** The address of a page as a link. Fields of the query that are `undefined` or empty are left out. */
export function linkTo(
  page: string,
  rest: readonly string[] = [],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') fields.set(name, value)
  const path = [page, ...rest].map(encodeURIComponent).join('/')
  return fields.size === 0 ? `#/${path}` : `#/${path}?${fields}`
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** An address that was typed wrong is an address of something that there is not, and no error. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
