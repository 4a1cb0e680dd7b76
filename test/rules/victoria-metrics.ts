import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { messageOf } from '../../src/base/errors.ts'
import { componentsFolder } from '../../src/runtimes/native/components/fetch/cache.ts'
import { findDebianTools } from '../../src/runtimes/native/components/fetch/debian-support.ts'
import { PrivateApt } from '../../src/runtimes/native/components/fetch/private-apt.ts'
import { unpackPackage, verifyPackage } from '../../src/runtimes/native/components/fetch/unpack-packages.ts'

const PACKAGE = 'victoria-metrics'

export interface VictoriaPrograms {
  'victoria-metrics': string
  vmalert: string
}

/**
 * VictoriaMetrics and vmalert, from PATH, else as a Debian package, kept in the cache as components are; or why they are unavailable. They are no
 * part of any stack of ours: only tests want them.
 */
export async function victoriaMetrics(): Promise<VictoriaPrograms | { reason: string }> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = await programsIn(folder)
    if (found !== undefined) return found
  }
  const cache = join(dirname(componentsFolder(process.env)), 'tests')
  const root = join(cache, PACKAGE)
  const cached = await programsIn(join(root, 'usr/bin'))
  if (cached !== undefined) return cached
  try {
    await mkdir(cache, { recursive: true, mode: 0o700 })
    await fetchPackage(root, cache)
  } catch (error) {
    return { reason: messageOf(error) }
  }
  return (await programsIn(join(root, 'usr/bin'))) ?? { reason: `the package ${PACKAGE} has no vmalert` }
}

async function programsIn(folder: string): Promise<VictoriaPrograms | undefined> {
  const programs = { 'victoria-metrics': join(folder, 'victoria-metrics'), vmalert: join(folder, 'vmalert') }
  try {
    for (const path of Object.values(programs)) await access(path)
    return programs
  } catch {
    return undefined
  }
}

async function fetchPackage(root: string, cache: string): Promise<void> {
  const debian = await findDebianTools(process.env)
  if ('reason' in debian) throw new Error(debian.reason)
  const { tools } = debian
  const context = { env: process.env }
  const workshop = await mkdtemp(join(cache, '.tmp-'))
  let apt: PrivateApt | undefined
  try {
    apt = await PrivateApt.open(workshop, tools, context)
    const { folder, announced } = await apt.download([PACKAGE], 'debs')
    for (const one of announced) {
      await verifyPackage(folder, one)
      await unpackPackage(join(folder, one.file), join(workshop, 'root'), { tools, exclude: [], context })
    }
    await rename(join(workshop, 'root'), root)
  } finally {
    await apt?.close()
    await rm(workshop, { recursive: true, force: true })
  }
}
