import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import type { LoadResult } from '../../src/load/result/result.ts'
import { cpuSeconds } from '../measuring/pinned.ts'

const CORE = '0'
const CLI = join(packageFolder(), 'dist', 'src', 'cli', 'run-main.js')

/** Load generators, one after the other on one core. */
export class Generators {
  readonly #seconds: number
  readonly #users: string
  readonly #folder: string

  constructor({ seconds, users, folder }: { seconds: number; users: number; folder: string }) {
    this.#seconds = seconds
    this.#users = String(users)
    this.#folder = folder
  }

  /** By name; each makes as many requests as it can. @param journey The journey of Firedrill's users, as a built module */
  all(journey: string): Record<string, Generator> {
    const [users, duration] = [this.#users, `${this.#seconds}s`]
    const rate = /Requests\/sec:\s+([\d.]+)/
    return {
      firedrill: async (url) => {
        const args = ['--journey', journey, '--users', users, '--spawn-rate', '1000', '--duration', duration]
        const { result, cpuSeconds: cpu } = await this.firedrill(url, args)
        return { requestsPerSecond: perSecond(result), cpuMicroseconds: (cpu / result.total.requests) * 1e6 }
      },
      wrk: (url) => this.#printed(['wrk', '-t1', `-c${users}`, `-d${duration}`, `${url}/`], rate),
      hey: (url) => this.#printed(['hey', '-cpus', '1', '-c', users, '-z', duration, `${url}/`], rate),
      autocannon: (url) => {
        const options = ['-c', users, '-d', String(this.#seconds), '--json']
        return this.#printed(['autocannon', ...options, `${url}/`], /"requests":\{"average":([\d.]+)/)
      },
      'locust HttpUser': (url) => this.#locust(url, 'http'),
      'locust FastHttpUser': (url) => this.#locust(url, 'fast'),
    }
  }

  /** Runs `firedrill load`, and measures what it costs. */
  async firedrill(url: string, args: readonly string[]): Promise<FiredrillRun> {
    const state = join(this.#folder, 'state')
    const run = this.#run([process.execPath, CLI, 'load', url, ...args, '--json', '--state', state])
    const { stdout, stderr, peakMegabytes, cpuSeconds: cpu } = await run
    try {
      return { result: JSON.parse(stdout) as LoadResult, peakMegabytes, cpuSeconds: cpu }
    } catch {
      throw new Error(`firedrill load printed no result: ${stderr}`)
    }
  }

  /** A generator that prints its rate. */
  async #printed(command: readonly [string, ...string[]], rate: RegExp): Promise<Measured | undefined> {
    const { all, cpuSeconds: cpu } = await this.#run(command)
    const text = rate.exec(all)?.[1]
    return text === undefined ? undefined : this.#measured(Number(text), cpu)
  }

  async #locust(url: string, user: string): Promise<Measured | undefined> {
    const csv = join(this.#folder, `locust-${user}`)
    const script = join(packageFolder(), 'bench', 'load', 'locust_users.py')
    const load = ['-u', this.#users, '-r', this.#users, '-t', `${this.#seconds}s`, '-H', url, '--csv', csv]
    const command = ['/usr/bin/python3', '-m', 'locust', '-f', script, '--headless', ...load] as const
    const { cpuSeconds: cpu } = await this.#run(command, { LOCUST_USER: user })
    const text = await readFile(`${csv}_stats.csv`, 'utf8').catch(() => '')
    const [header = [], ...rows] = text.split('\n').map((line) => line.split(','))
    const rate = rows.find((row) => row[1] === 'Aggregated')?.[header.indexOf('Requests/s')]
    return rate === undefined ? undefined : this.#measured(Number(rate), cpu)
  }

  #measured(requestsPerSecond: number, cpu: number): Measured {
    return { requestsPerSecond, cpuMicroseconds: (cpu / (requestsPerSecond * this.#seconds)) * 1e6 }
  }

  /** Runs a program on the generators' core. What others take of that core does not count as its CPU. */
  async #run([program, ...args]: readonly [string, ...string[]], env: Record<string, string> = {}) {
    const running = execa('taskset', ['-c', CORE, program, ...args], { env, reject: false, all: true })
    let [cpu, peakMegabytes] = [0, 0]
    const timer = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${running.pid}/status`, 'utf8')
        peakMegabytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1_000
        cpu = Math.max(cpu, cpuSeconds(running.pid ?? 0))
      } catch {
        // It has just ended.
      }
    }, 50)
    const { stdout, stderr, all } = await running
    clearInterval(timer)
    return { stdout, stderr, all: all ?? '', peakMegabytes, cpuSeconds: cpu }
  }
}

/** Requests in a second in which all users ran: without the first second, and the last one, which is not whole. */
export function perSecond({ total, history }: LoadResult): number {
  if (history.length < 3) return total.requests
  return history.slice(1, -1).reduce((sum, { requests }) => sum + requests, 0) / (history.length - 2)
}

/** Loads a URL; undefined when the generator is not installed. */
export type Generator = (url: string) => Promise<Measured | undefined>

export interface Measured {
  requestsPerSecond: number
  /** CPU time of the generator for each request. */
  cpuMicroseconds: number
}

export interface FiredrillRun {
  result: LoadResult
  /** Largest resident memory. */
  peakMegabytes: number
  cpuSeconds: number
}
