import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageFolder } from '../../../base/files/package-folder.ts'
import { faultErrors } from '../../../faults/errors.ts'

/** The program of the pod that a Service sends to while a fault harms it: src/proxy/pod as one file. @throws FD_FAULT_REFUSED where it was not built */
export async function proxyProgram(): Promise<string> {
  const path = join(packageFolder(), 'dist', 'pods', 'link-proxy.js')
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw faultErrors.error('FD_FAULT_REFUSED', {
      message: 'the program of the proxy cannot be read',
      where: path,
      expected: 'a file that the build makes, and each package has',
      next: 'npm run build',
      cause,
    })
  }
}
