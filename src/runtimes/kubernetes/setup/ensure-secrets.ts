import { randomBytes } from 'node:crypto'
import { type Cluster, isNotFound } from '../../../kubernetes/cluster.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import type { SecretName, Topology } from '../../../stack/part.ts'
import { SECRET_NAMES } from '../../native/state/state-folder.ts'
import { ALL_SECRETS, stackLabels } from '../manifests/manifest.ts'
import { partSecrets, type SecretData } from './part-secrets.ts'

/**
 * Makes the secrets of a stack in its namespace: those that exist already stay as they are, those that are missing are generated, and
 * each part gets those that it asks for. Safe to do again, and by two at once. Resolves with the names of the Secrets that it wrote.
 * @throws what a request throws
 */
export async function ensureSecrets(cluster: Requests, { namespace, topology }: Place): Promise<string[]> {
  const written: string[] = []
  const write = async (name: string, data: SecretData) => {
    if (await writeSecret(cluster, { namespace, name }, data)) written.push(name)
  }
  const known = await readSecret(cluster, { namespace, name: ALL_SECRETS })
  const all = Object.fromEntries(
    SECRET_NAMES.map((name) => [name, known?.[name] ?? randomBytes(SECRET_BYTES).toString('base64url')]),
  ) as Record<SecretName, string>
  await write(ALL_SECRETS, all)
  for (const [name, data] of partSecrets(topology, all)) await write(name, data)
  return written
}

interface Place {
  namespace: string
  topology: Topology
}

interface SecretPlace {
  namespace: string
  name: string
}

type Requests = Pick<Cluster, 'request'>

interface Secret extends KubernetesObject {
  data?: Readonly<Record<string, string>>
}

const SECRET_BYTES = 32

/** `undefined` when there is no such Secret. */
async function readSecret(cluster: Requests, place: SecretPlace): Promise<SecretData | undefined> {
  try {
    const { data = {} } = await cluster.request<Secret>({ path: pathOf(place) })
    return decoded(data)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** Whether anything had to be written. What another setup has created meanwhile is a conflict: the job runs again, and finds it. */
export async function writeSecret(cluster: Requests, place: SecretPlace, data: SecretData): Promise<boolean> {
  const present = await readSecret(cluster, place)
  const metadata = { name: place.name, labels: stackLabels }
  if (present === undefined) {
    const body = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: encoded(data) }
    await cluster.request({ method: 'POST', path: pathOf({ namespace: place.namespace }), body })
    return true
  }
  const gone = Object.keys(present).filter((key) => !(key in data))
  const changed = Object.entries(data).filter(([key, value]) => present[key] !== value)
  if (gone.length === 0 && changed.length === 0) return false
  const patch = { ...Object.fromEntries(gone.map((key) => [key, null])), ...encoded(Object.fromEntries(changed)) }
  await cluster.request({ method: 'PATCH', path: pathOf(place), body: { data: patch } })
  return true
}

function pathOf({ namespace, name }: Omit<SecretPlace, 'name'> & { name?: string }): string {
  return resourcePath({ namespace, resource: 'secrets', ...(name === undefined ? {} : { name }) })
}

function encoded(data: SecretData): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]))
}

function decoded(data: SecretData): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]))
}
