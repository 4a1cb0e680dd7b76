import { isIP, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { messageOf } from '../../base/errors.ts'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import { type ClusterDoor, kubernetesErrors } from '../cluster.ts'

/** The service account of a pod. */

/** Where a pod has it: kubernetes.io/docs/tasks/run-application/access-api-from-pod */
const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'
/** Bound of a connection, in milliseconds. */
const CONNECT_MS = 5_000

export interface ServiceAccountPlace {
  host: string
  port: number
  /** With the files `token` and `ca.crt`. Default: where every pod has them. */
  folder?: string
}

/** The way of a pod to the API server of its cluster: TLS that trusts the cluster's own authority, and the token of its service account. */
export class ServiceAccount implements ClusterDoor {
  readonly #place: Required<ServiceAccountPlace>

  constructor({ host, port, folder = FOLDER }: ServiceAccountPlace) {
    this.#place = { host, port, folder }
  }

  async connect(): Promise<Socket> {
    const { host, port } = this.#place
    const ca = await this.#read('ca.crt')
    const where = `${host}:${port}`
    return new Promise((resolve, reject) => {
      // The name of an address is checked against its certificate without being sent.
      const socket = connect({ host, port, ca, ...(isIP(host) === 0 ? { servername: host } : {}) })
      const fail = (message: string) => {
        socket.destroy()
        reject(kubernetesErrors.error('FD_KUBERNETES_UNREACHABLE', { message, where }))
      }
      const failed = (error: Error) => fail(messageOf(error))
      const timer = setTimeout(() => fail(`no connection within ${CONNECT_MS / 1_000} s`), CONNECT_MS)
      socket.once('error', failed)
      socket.once('close', () => clearTimeout(timer))
      socket.once('secureConnect', () => {
        clearTimeout(timer)
        socket.removeListener('error', failed)
        resolve(socket)
      })
    })
  }

  /** The token is read each time: the kubelet replaces it before it ends. */
  async headers(): Promise<Readonly<Record<string, string>>> {
    const { host, port } = this.#place
    const token = (await this.#read('token')).trim()
    return { authorization: `Bearer ${token}`, host: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}` }
  }

  async #read(name: string): Promise<string> {
    const path = join(this.#place.folder, name)
    try {
      return await readUserFile(path, { maxBytes: fileLimits.written })
    } catch (error) {
      throw kubernetesErrors.error('FD_KUBERNETES_CLIENT', {
        message: `the service account of this pod has no ${name}`,
        where: path,
        given: messageOf(error),
        next: 'a pod has it unless automountServiceAccountToken is false',
        cause: error,
      })
    }
  }
}
