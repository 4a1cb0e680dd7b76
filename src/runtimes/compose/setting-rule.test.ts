import { describe, expect, it } from 'vitest'
import { isHarmless } from './setting-rule.ts'

describe('isHarmless', () => {
  it.each(['RISKY_FAILURE_RATIO', 'MAX_REQUESTS', 'WORKER_INTERVAL', 'QUOTES_SYMBOLS', 'GREETING'])(
    'lets %s be set',
    (name) => {
      expect(isHarmless('store', name)).toBe(true)
    },
  )

  it.each([
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'NODE_OPTIONS',
    'NODE_EXTRA_CA_CERTS',
    'PATH',
    'PYTHONPATH',
    'PERL5LIB',
    'BASH_ENV',
    'SSL_CERT_FILE',
    'OPENSSL_CONF',
    'GODEBUG',
    'FIREDRILL_SECRETS',
    'FAULTS_TOKEN',
    'PROXY_TOKEN',
    'DATABASE_URL',
    'CONTROL_URL',
    'POSTGRES_PASSWORD',
    'POSTGRES_PASSWORD_FILE',
    'DATA_SOURCE_PASS',
    'SMTP_HOST',
    'HTTPS_PROXY',
    'node_options',
    'lower case',
    'A=B',
    '',
  ])('lets nobody set %j', (name) => {
    expect(isHarmless('store', name)).toBe(false)
  })
})
