import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { answerLimits } from '../../base/http/answer-text.ts'
import { FakeRuntime } from '../../runtimes/fake/runtime.ts'
import { profiles } from '../../stack/profile.ts'
import { describeStack } from '../../stack/topology.ts'
import { subjectOf } from './subject.ts'

it('does not read an answer without an end', async () => {
  const chunk = Buffer.alloc(1024 ** 2)
  const part = createServer((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  })
  await new Promise<void>((resolve) => part.listen(0, '127.0.0.1', resolve))
  const runtime = new FakeRuntime(describeStack(profiles.lab))
  await runtime.up()
  const store = runtime.services().find(({ name }) => name === 'store')
  const [replica] = store?.replicas ?? []
  if (store === undefined || replica === undefined) throw new Error('no store')
  const address = { host: '127.0.0.1', port: (part.address() as AddressInfo).port }
  runtime.services = () => [{ ...store, replicas: [{ ...replica, address }] }]
  const subject = subjectOf({ service: 'store' }, { runtime, access: { tokenOf: () => '', passwords: new Map() } })
  await expect(subject.request({ method: 'GET', path: '/faults', timeoutMs: 20_000 })).rejects.toThrow(
    `longer than ${answerLimits.own / 1024 ** 2}`,
  )
  part.close().closeAllConnections()
  await runtime.down()
})
