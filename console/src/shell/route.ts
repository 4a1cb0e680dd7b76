/** The page that an address's part behind # names ("#/stack"); `fallback` for every other text. */
export function pageOf<Name extends string>(hash: string, pages: Record<Name, unknown>, fallback: Name): Name {
  const name = /^#\/([a-z-]+)$/.exec(hash)?.[1]
  return name !== undefined && Object.hasOwn(pages, name) ? (name as Name) : fallback
}
