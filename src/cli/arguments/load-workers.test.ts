import { describe, expect, it } from 'vitest'
import { readWorkers, type WorkerFlags } from './load-workers.ts'

const read = (workers: string, more: Partial<WorkerFlags> = {}) => {
  const problems: string[] = []
  const flags = { workers, workerCpu: '1', namespace: 'default', tokenFrom: 'TOKEN', ...more }
  return { ...readWorkers(flags, problems), problems }
}

describe('--workers', () => {
  it('is a number of threads', () => {
    expect(read('4')).toEqual({ threads: 4, problems: [] })
  })

  it.each([
    ['load1', [{ name: 'load1', address: { host: 'load1', port: 9292 } }]],
    ['10.0.0.7', [{ name: '10.0.0.7', address: { host: '10.0.0.7', port: 9292 } }]],
    [
      'load1:9000, [::1]:9001',
      [
        { name: 'load1:9000', address: { host: 'load1', port: 9000 } },
        { name: '[::1]:9001', address: { host: '::1', port: 9001 } },
      ],
    ],
  ])('names workers: %s', (text, hosts) => {
    expect(read(text)).toEqual({ threads: 1, workers: { kind: 'hosts', hosts, tokenFrom: 'TOKEN' }, problems: [] })
  })

  it('asks for pods', () => {
    expect(read('kubernetes:4', { workerImage: 'firedrill:1', context: 'lab' })).toEqual({
      threads: 1,
      workers: { kind: 'kubernetes', count: 4, image: 'firedrill:1', cpu: '1', namespace: 'default', context: 'lab' },
      problems: [],
    })
  })

  it.each([
    ['0', {}, ['--workers is a number of threads from 1 to 64']],
    ['65', {}, ['--workers is a number of threads from 1 to 64']],
    ['1.5', {}, ['--workers is a number of threads from 1 to 64']],
    ['', {}, ['--workers is a number of threads from 1 to 64']],
    ['load1,', {}, ['--workers is a number of threads from 1 to 64']],
    ['http://load1:9292', {}, ['--workers is a number of threads from 1 to 64']],
    ['load1:0', {}, ['--workers is a number of threads from 1 to 64']],
    ['load1:99999', {}, ['--workers is a number of threads from 1 to 64']],
    ['load1,load1:9292', {}, ['--workers names load1:9292 twice']],
    [
      'kubernetes:0',
      {},
      ['--workers kubernetes:N has from 1 to 100 pods', '--workers kubernetes:N needs --worker-image'],
    ],
    ['kubernetes:2', { workerImage: 'x', namespace: 'a/b' }, ['--namespace is the name of a namespace, not "a/b"']],
    ['kubernetes:2', { workerImage: 'x', workerCpu: 'much' }, ['--worker-cpu is an amount of CPU']],
    ['2', { context: 'lab', workerImage: 'x' }, ['--worker-image and --context goes with --workers kubernetes:N']],
  ])('is refused as %j with %j', (text, more, expected) => {
    const { problems } = read(text, more)
    expect(problems.map((problem, index) => problem.slice(0, expected[index]?.length))).toEqual(expected)
  })
})
