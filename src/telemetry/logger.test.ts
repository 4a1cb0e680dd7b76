import { describe, expect, it } from 'vitest'
import { createLogger } from './logger.ts'

describe('createLogger', () => {
  it('logs from "info" upwards by default', () => {
    expect(createLogger('store', {}).level).toBe('info')
    expect(createLogger('store', { LOG_LEVEL: 'debug' }).level).toBe('debug')
  })

  it('refuses a level it does not know', () => {
    expect(() => createLogger('store', { LOG_LEVEL: 'loud' })).toThrow(
      expect.objectContaining({ code: 'FD_TELEMETRY_LOG_LEVEL' }),
    )
  })
})
