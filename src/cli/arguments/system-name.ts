/** The name of a folder or a namespace, as the name of a system. */
export function systemName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-$/, '')
  return name === '' ? 'my-system' : name
}
