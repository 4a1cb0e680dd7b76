import { execa } from 'execa'
import { cpuSeconds } from '../measuring/pinned.ts'
import { print } from '../measuring/print.ts'
import { OTHERS_CORE, type Route } from './routes.ts'

/** Requests over 50 connections, the round trip of one, and a stream, each for `seconds`. */
export async function measureRound(route: Route, seconds: number): Promise<Round> {
  const cpu = () => (route.process?.pid === undefined ? 0 : cpuSeconds(route.process.pid))
  const beforeSeconds = cpu()
  const { requestsPerSecond } = await wrk(route.http, 50, seconds)
  const requestCpuMicroseconds = Math.round(((cpu() - beforeSeconds) / (requestsPerSecond * seconds)) * 1e7) / 10
  const { p50Microseconds } = await wrk(route.http, 1, seconds)
  const streamFromSeconds = cpu()
  const gigabitsPerSecond = await iperf(route.stream, seconds)
  const gigabytes = (gigabitsPerSecond * seconds) / 8
  const gigabyteCpuMilliseconds = Math.round(((cpu() - streamFromSeconds) * 1_000) / gigabytes)
  print(
    `${route.name.padEnd(8)} ${requestsPerSecond}/s  round trip ${p50Microseconds} us  ${gigabitsPerSecond} Gbit/s  CPU ${requestCpuMicroseconds} us a request, ${gigabyteCpuMilliseconds} ms a GB`,
  )
  return {
    requestsPerSecond,
    roundTripMicroseconds: p50Microseconds,
    gigabitsPerSecond,
    requestCpuMicroseconds,
    gigabyteCpuMilliseconds,
  }
}

/** Requests as fast as `connections` allow, each after the answer to the last. */
export async function wrk(port: number, connections: number, seconds: number) {
  const load = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '10s']
  const url = `http://127.0.0.1:${port}/`
  const { stdout } = await execa('taskset', ['-c', String(OTHERS_CORE), 'wrk', ...load, url])
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? Number.NaN)
  const [, p50 = '', unit = ''] = /50%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? []
  return {
    requestsPerSecond: Math.round(number(/Requests\/sec:\s+([\d.]+)/)),
    p50Microseconds: Number(p50) * ({ us: 1, ms: 1_000, s: 1_000_000 }[unit] ?? Number.NaN),
    failed: [...stdout.matchAll(/(?:connect|read|write|timeout) (\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0),
  }
}

/** Gigabits that arrive a second. */
async function iperf(port: number, seconds: number): Promise<number> {
  const options = ['-c', '127.0.0.1', '-p', String(port), '-t', String(seconds), '-J']
  const { stdout } = await execa('taskset', ['-c', String(OTHERS_CORE), 'iperf3', ...options])
  const { end } = JSON.parse(stdout) as { end: { sum_received: { bits_per_second: number } } }
  return Math.round(end.sum_received.bits_per_second / 1e8) / 10
}

export interface Round {
  requestsPerSecond: number
  roundTripMicroseconds: number
  gigabitsPerSecond: number
  /** CPU time of the proxy: what others take of its core does not count. */
  requestCpuMicroseconds: number
  gigabyteCpuMilliseconds: number
}
