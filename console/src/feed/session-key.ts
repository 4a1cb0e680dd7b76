/** The key of this browser's session: the half of its secrets that the page keeps. The other half is a cookie no script can read. */

const NAME = 'firedrill-key'

export function sessionKey(): string | undefined {
  return window.localStorage.getItem(NAME) ?? undefined
}

export function keepSessionKey(key: string | undefined): void {
  if (key === undefined) window.localStorage.removeItem(NAME)
  else window.localStorage.setItem(NAME, key)
}
