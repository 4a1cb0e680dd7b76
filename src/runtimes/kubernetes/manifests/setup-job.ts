import { limits } from '../../compose/project/limits.ts'
import { OWN_IMAGE } from '../own-image.ts'
import { labelsOf, type Manifest, SETTINGS_SECRET } from './manifest.ts'
import { ownNamespace, unprivileged, userOf } from './pod.ts'

/** The job that runs first. */

/** After this it is removed, so that the same manifests can be applied again. */
const KEPT_SECONDS = 600
const RETRIES = 10

/** The job that makes the secrets of the stack: the pods that mount them wait until they are there. */
export function setupJob({ uid }: { uid: number }): Manifest {
  const labels = labelsOf({ name: 'setup', kind: 'setup' })
  const { cores, mebibytes } = limits.responder
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'setup', labels },
    spec: {
      backoffLimit: RETRIES,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: 'setup',
          automountServiceAccountToken: true,
          enableServiceLinks: false,
          restartPolicy: 'OnFailure',
          securityContext: userOf(uid),
          containers: [
            {
              name: 'setup',
              image: OWN_IMAGE,
              args: ['serve', 'kubernetes-setup'],
              envFrom: [{ secretRef: { name: SETTINGS_SECRET, optional: true } }],
              env: [ownNamespace],
              resources: {
                requests: { cpu: '50m', memory: '64Mi' },
                limits: { cpu: `${cores * 1_000}m`, memory: `${mebibytes}Mi` },
              },
              securityContext: unprivileged(),
              volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
            },
          ],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
      },
    },
  }
}
