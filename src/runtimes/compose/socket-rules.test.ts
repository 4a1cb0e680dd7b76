import { describe, expect, it } from 'vitest'
import type { ContainerDetails } from './engine.ts'
import { isFilteredTo, whatIsAsked, whyNoCopy } from './socket-rules.ts'

describe('whatIsAsked', () => {
  it.each([
    ['GET', '/containers/json', 'filtered'],
    ['GET', '/events', 'filtered'],
    ['POST', '/containers/4f1c/kill', 'container'],
    ['DELETE', '/containers/4f1c', 'container'],
    ['POST', '/containers/create', 'create'],
  ])('lets %s %s be looked at', (method, path, kind) => {
    expect(whatIsAsked(method, path)?.kind).toBe(kind)
  })

  it.each([
    ['another API version than the engine’s own', 'GET', '/v1.24/containers/json'],
    ['images', 'POST', '/images/create'],
    ['volumes', 'GET', '/volumes'],
    ['files of a container', 'PUT', '/containers/4f1c/archive'],
    ['attaching', 'POST', '/containers/4f1c/attach'],
    ['changing limits', 'POST', '/containers/4f1c/update'],
    ['a path out of the list', 'POST', '/containers/../images/create'],
    ['swarm', 'POST', '/swarm/init'],
  ])('knows no %s', (_, method, path) => {
    expect(whatIsAsked(method, path)).toBeUndefined()
  })
})

describe('isFilteredTo', () => {
  const query = (filters: string) => new URLSearchParams({ filters })
  it('wants the label of the project', () => {
    expect(isFilteredTo('mine', query('{"label":["com.docker.compose.project=mine"]}'))).toBe(true)
    expect(isFilteredTo('mine', query('{"label":["com.docker.compose.project=other"]}'))).toBe(false)
    expect(isFilteredTo('mine', query('{"label":{}}'))).toBe(false)
    expect(isFilteredTo('mine', query('not JSON'))).toBe(false)
    expect(isFilteredTo('mine', new URLSearchParams())).toBe(false)
  })
})

describe('whyNoCopy', () => {
  const original: ContainerDetails = {
    Id: 'a1',
    Name: '/firedrill-store-1',
    State: { Running: true, Paused: false, Pid: 1, ExitCode: 0, Error: '' },
    Config: {
      Image: 'firedrill',
      Cmd: ['serve', 'store'],
      Hostname: 'a1',
      Env: ['PATH=/usr/bin', 'PORT=8000'],
      Labels: { 'com.docker.compose.service': 'store', 'com.docker.compose.container-number': '1' },
    },
    HostConfig: { Binds: ['config:/etc/firedrill:ro'], Privileged: false },
    NetworkSettings: { Networks: { services: { NetworkID: 'n1', IPAddress: '10.0.0.2', Aliases: ['store'] } } },
  }
  const { Hostname: _, ...config } = original.Config
  const copy = { ...config, HostConfig: original.HostConfig, NetworkingConfig: { EndpointsConfig: { services: {} } } }
  const labels = original.Config.Labels

  it('lets a copy pass, also with another number and other settings', () => {
    expect(whyNoCopy(copy, original)).toBeUndefined()
    const second = {
      ...copy,
      Env: ['PATH=/usr/bin', 'PORT=8000', 'RISKY_FAILURE_RATIO=0%'],
      Labels: { ...labels, 'com.docker.compose.container-number': '2' },
    }
    expect(whyNoCopy(second, original)).toBeUndefined()
  })

  it.each([
    ['a mount of the machine', { HostConfig: { Binds: ['/:/host'], Privileged: false } }, /HostConfig/],
    ['a privilege', { HostConfig: { Binds: ['config:/etc/firedrill:ro'], Privileged: true } }, /HostConfig/],
    ['another image', { Image: 'alpine' }, /Config/],
    ['another command', { Cmd: ['sh'] }, /Config/],
    ['another user', { User: 'root' }, /Config/],
    ['another project', { Labels: { ...labels, 'com.docker.compose.project': 'other' } }, /labels/],
    ['a foreign network', { NetworkingConfig: { EndpointsConfig: { host: {} } } }, /network host/],
    ['a library to be loaded', { Env: ['PATH=/usr/bin', 'LD_PRELOAD=/tmp/x.so'] }, /LD_PRELOAD/],
    ['another path', { Env: ['PATH=/tmp'] }, /PATH/],
    [
      'an environment to go back to that is not the original’s',
      { Labels: { ...labels, 'io.firedrill.base-env': '{"PATH":"/tmp"}' } },
      /go back/,
    ],
  ])('refuses %s', (_, change, why) => {
    expect(whyNoCopy({ ...copy, ...change }, original)).toMatch(why)
  })
})
