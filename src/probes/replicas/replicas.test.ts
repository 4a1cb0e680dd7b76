import { describe, expect, it } from 'vitest'
import { probeErrors } from '../errors.ts'
import { Replicas } from './replicas.ts'

const silent = () => probeErrors.error('FD_PROBE_UNREACHABLE', { message: 'no answer within 5 ms' })
const refused = () => probeErrors.error('FD_PROBE_ANSWER', { message: 'answered 400' })

describe('replicas', () => {
  it('are asked one after the other until one answers, which is asked first from then on', async () => {
    const replicas = new Replicas(['http://a', 'http://b'])
    const asked: string[] = []
    const ask = async (url: string) => {
      asked.push(url)
      if (url === 'http://a/') throw silent()
      return url
    }
    expect([await replicas.first(ask), await replicas.first(ask)]).toEqual(['http://b/', 'http://b/'])
    expect(asked).toEqual(['http://a/', 'http://b/', 'http://b/'])
  })

  it('are not asked again what one has refused', async () => {
    const asked: string[] = []
    const ask = async (url: string) => {
      asked.push(url)
      throw refused()
    }
    await expect(new Replicas(['http://a', 'http://b']).first(ask)).rejects.toThrow('answered 400')
    expect(asked).toEqual(['http://a/'])
  })

  it('answer together: each in its place, and nothing in that of one which fails or is much later', async () => {
    const replicas = new Replicas(['http://a', 'http://b', 'http://c'])
    const ask = async (url: string) => {
      if (url === 'http://a/') throw silent()
      if (url === 'http://c/') await new Promise(() => undefined)
      return url
    }
    expect(await replicas.each(ask)).toEqual([undefined, 'http://b/', undefined])
  })

  it('fail together with the reason of the first', async () => {
    await expect(new Replicas(['http://a', 'http://b']).each(() => Promise.reject(silent()))).rejects.toThrow(
      'no answer',
    )
  })
})
