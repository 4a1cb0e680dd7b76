import { execa } from 'execa'
import { Type } from '#typebox'
import { responderErrors } from '../errors.ts'
import { defineAction } from './action.ts'

export const run = defineAction({
  name: 'run',
  summary: 'runs a program of the allow-list `programs`, with its fixed arguments, without a shell',
  params: Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$', description: 'A name in `programs`' }),
  target: (name, alert) => alert ?? { service: `program ${name}` },
  async perform(name, { programs, message, signal }) {
    const program = programs[name]
    if (program === undefined)
      throw responderErrors.error('FD_RESPONDER_PROGRAM', { message: `there is no program "${name}"` })
    const [file, ...args] = program.command
    const result = await execa(file, args, {
      timeout: program.timeoutMs,
      forceKillAfterDelay: 1_000,
      cancelSignal: signal,
      reject: false,
      stdin: 'ignore',
      all: true,
      maxBuffer: 64 * 1024,
      extendEnv: false,
      // An id is a hash: nothing of the alert itself reaches the program.
      env: { PATH: process.env.PATH ?? '', FIREDRILL_INCIDENT: message.incident },
    })
    const output = (result.all ?? '').trim().slice(-OUTPUT_LENGTH)
    if (!result.failed) return `${name} ended with 0${output === '' ? '' : `: ${output}`}`
    throw responderErrors.error('FD_RESPONDER_PROGRAM', {
      message: result.timedOut
        ? `${name} took longer than ${program.timeoutMs} ms`
        : `${name} failed: ${result.shortMessage}`,
      ...(output === '' ? {} : { given: output }),
    })
  },
})

/** Characters of its output that stand in the incident. */
const OUTPUT_LENGTH = 200
