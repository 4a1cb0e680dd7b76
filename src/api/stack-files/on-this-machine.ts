/** Whether a URL is of an HTTP server on this machine: nothing else is shown a token. */
export function isOnThisMachine(url: string | undefined): url is string {
  if (url === undefined || !URL.canParse(url)) return false
  const { protocol, hostname, username } = new URL(url)
  return protocol === 'http:' && username === '' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}
