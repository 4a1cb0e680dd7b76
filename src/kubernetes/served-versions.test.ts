import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { TestApiServer } from './test-api-server.ts'
import { describeAs, type ServedVersion, servedApis, servedVersions } from './test-served.ts'
import { findResource } from './versions.ts'

const versions = Object.keys(servedApis) as ServedVersion[]
const src = fileURLToPath(new URL('..', import.meta.url))

/** Paths of the API that stand in the source, "/apis/batch/v1", each with a file that names it. Those of other projects' resources are asked for. */
function writtenPaths(): Map<string, string> {
  const found = new Map<string, string>()
  for (const { name, parentPath } of readdirSync(src, { recursive: true, withFileTypes: true })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts') || name.startsWith('test-')) continue
    const path = join(parentPath, name)
    for (const [, apiVersion = ''] of readFileSync(path, 'utf8').matchAll(/['`]\/apis\/([a-z0-9.]+\/v\d\w*)/g))
      found.set(apiVersion, path)
  }
  return found
}

describe.each(versions)('a cluster of Kubernetes %s', (version) => {
  it('serves every version that is written down here', () => {
    const written = writtenPaths()
    expect(written.size).toBeGreaterThan(2)
    const served = servedVersions(version)
    expect([...written].filter(([apiVersion]) => !served.has(apiVersion))).toEqual([])
  })

  it('is asked for the version of what differs: evictions, budgets and cron jobs', async () => {
    const server = await TestApiServer.start()
    describeAs(server, version)
    const cluster = server.cluster()
    const { eviction, budgets, cronJobs } = servedApis[version]
    const expected = [
      ['', 'pods/eviction', '/api/v1', `${eviction.group}/${eviction.version}`],
      ['policy', 'poddisruptionbudgets', `/apis/${budgets}`, budgets],
      ['batch', 'cronjobs', `/apis/${cronJobs}`, cronJobs],
      ['batch', 'jobs', '/apis/batch/v1', 'batch/v1'],
    ] as const
    for (const [group, resource, api, apiVersion] of expected)
      expect(await findResource(cluster, group, resource), resource).toMatchObject({ api, apiVersion })
    await cluster.close()
    await server.close()
  })
})
