import { PATHS } from '../../compose/project/context.ts'
import type { PartPlan } from '../../compose/project/plan.ts'
import type { ConfigMapPlan } from './config-maps.ts'
import { keyOf, secretName } from './manifest.ts'

/** The volumes of a pod, and where its container mounts them. */
export interface Volumes {
  volumes: object[]
  volumeMounts: object[]
  /** Made for each pod, and kept when it is replaced. */
  volumeClaimTemplates: object[]
}

/** Read and written by the user and its group, as the kubelet gives the group to what it mounts. */
const OWN_FILES_MODE = 0o400
const SCRATCH_LIMIT = '64Mi'
/** Of each volume that is kept. */
const VOLUME_SIZE = '4Gi'

/** What the container of a part finds at the paths that its plan names. */
export function volumesOf(plan: PartPlan, configMaps: readonly ConfigMapPlan[]): Volumes {
  const mounts = [
    ...configOf(configMaps),
    ...secretsOf(plan),
    ...emptyFoldersOf(plan).map((path) => ({
      path,
      volume: { name: folderName(path), emptyDir: { sizeLimit: SCRATCH_LIMIT } },
    })),
  ]
  const kept = keptFoldersOf(plan)
  return {
    volumes: mounts.map(({ volume }) => volume),
    volumeMounts: [
      ...mounts.map(({ path, volume, readOnly }: Mount) => ({
        name: volume.name,
        mountPath: path,
        ...(readOnly === undefined ? {} : { readOnly }),
      })),
      ...kept.map(({ name, path }) => ({ name, mountPath: path })),
    ],
    volumeClaimTemplates: kept.map(({ name }) => ({
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: VOLUME_SIZE } } },
    })),
  }
}

interface Mount {
  path: string
  volume: { name: string; [kind: string]: unknown }
  readOnly?: true
}

/** The folders of a part that outlive its pod. */
export function keptFoldersOf({ needs, component }: PartPlan): { name: string; path: string }[] {
  return [
    ...[...needs.volumes].map((name) => ({ name, path: `${PATHS.data}/${name}` })),
    ...(component?.volume === undefined ? [] : [component.volume]),
  ].map(({ name, path }) => ({ name: `${name}-data`, path }))
}

function configOf(configMaps: readonly ConfigMapPlan[]): Mount[] {
  if (configMaps.length === 0) return []
  const sources = configMaps.map(({ name, files }) => ({
    configMap: { name, items: files.map((file) => ({ key: keyOf(file), path: file })) },
  }))
  return [{ path: PATHS.config, volume: { name: 'config', projected: { sources } }, readOnly: true }]
}

function secretsOf({ part, needs, secretFiles }: PartPlan): Mount[] {
  const files = [...needs.secrets, ...secretFiles.map(({ name }) => name)]
  if (files.length === 0) return []
  const items = files.map((file) => ({ key: keyOf(file), path: file }))
  const secret = { secretName: secretName(part.name), defaultMode: OWN_FILES_MODE, items }
  return [{ path: `${PATHS.secrets}/${part.name}`, volume: { name: 'secrets', secret }, readOnly: true }]
}

function emptyFoldersOf({ component, needs }: PartPlan): string[] {
  const scratch = [...needs.scratch].map((name) => `${PATHS.scratch}/${name}`)
  return [...(component === undefined ? ['/tmp'] : (component.tmpfs ?? [])), ...scratch]
}

/** "/var/run/postgresql" as "var-run-postgresql". */
function folderName(path: string): string {
  return path.replace(/^\//, '').replaceAll('/', '-')
}
