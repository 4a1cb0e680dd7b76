/** Why a request failed, as a summary names it. */
export function causeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code !== 'string') return 'broken answer'
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_|UNABLE_)/.test(code)) {
    return `tls ${code.replace(/^ERR_/, '').toLowerCase().replaceAll('_', ' ')}`
  }
  return CAUSES[code] ?? code
}

/** One short cause for each group of error codes: causes are the keys of a summary. */
const CAUSES: Record<string, string> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EADDRNOTAVAIL: 'no local port left',
  EMFILE: 'too many open files',
}
