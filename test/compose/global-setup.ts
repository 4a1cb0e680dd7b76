import { buildImages } from './images.ts'

/** Stand-ins for images that are not there are built once, and stay for the next run. */
export default function setup(): void {
  buildImages((text) => process.stderr.write(`${text}\n`))
}
