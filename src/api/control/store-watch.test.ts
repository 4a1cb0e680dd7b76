import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { Troubles } from '../../base/system/troubles.ts'
import { Prometheus } from '../../probes/prometheus.ts'
import { StoreWatch } from './store-watch.ts'

it('the store that samples are read from is a trouble while it refuses, and no longer', async () => {
  let refuses = true
  const server = createServer(({ url = '' }, response) => {
    if (url.startsWith('/store/') && refuses) return response.writeHead(401).end()
    const values = [[Math.floor(Date.now() / 1_000) - 2, '1']]
    const data = { resultType: 'matrix', result: [{ metric: { __name__: 'up' }, values }] }
    response.end(JSON.stringify({ status: 'success', data }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const troubles = new Troubles()
  const watch = new StoreWatch(() => new Prometheus(url, { store: { url: `${url}/store` } }), troubles)
  await watch.look()
  expect(troubles.list()).toMatchObject([
    { kind: 'metrics', text: expect.stringMatching(/the metrics store at .*\/store: answered 401: the console reads/) },
  ])
  refuses = false
  await watch.look()
  expect(troubles.list()).toEqual([])
  await new StoreWatch(() => ({ store: undefined }), troubles).look()
  expect(troubles.list()).toEqual([])
})
