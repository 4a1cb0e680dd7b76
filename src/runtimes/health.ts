import { request } from 'node:http'
import { connect } from 'node:net'
import pg from 'pg'
import { messageOf } from '../base/errors.ts'
import type { Address, Part, SecretName } from '../stack/part.ts'
import { basicAuthorization } from '../stack/password.ts'

/** Healthy when `undefined`; otherwise what was seen instead. Never throws. */
export type HealthResult = string | undefined

/** Asks a part once whether it is ready for work. */
export async function checkHealth(
  { health: check, password }: Pick<Part, 'health' | 'password'>,
  { address, secret, timeoutMs }: HealthOptions,
): Promise<HealthResult> {
  const place = { ...address, timeoutMs }
  try {
    switch (check.kind) {
      case 'http':
        return await checkHttp(place, check.path, password === undefined ? undefined : secret(password))
      case 'redis':
        return await checkRedis(place, secret(check.secret))
      case 'postgres':
        return await checkPostgres(place, check, secret(check.secret))
    }
  } catch (error) {
    return messageOf(error)
  }
}

interface HealthOptions {
  address: Address
  secret(name: SecretName): string
  timeoutMs: number
}

type Place = Address & { timeoutMs: number }

function checkHttp({ host, port, timeoutMs }: Place, path: string, password?: string): Promise<HealthResult> {
  const headers = password === undefined ? {} : { authorization: basicAuthorization(password) }
  return new Promise((resolve, reject) => {
    const req = request({ host, port, path, headers, agent: false, timeout: timeoutMs }, (response) => {
      response.resume()
      const status = response.statusCode ?? 0
      resolve(status >= 200 && status < 300 ? undefined : `GET ${path} answered ${status}`)
    })
    req.on('timeout', () => req.destroy(new Error(`GET ${path} did not answer within ${timeoutMs} ms`)))
    req.on('error', reject)
    req.end()
  })
}

function checkRedis({ host, port, timeoutMs }: Place, password: string): Promise<HealthResult> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    let answer = ''
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`))
    socket.on('data', (data) => {
      answer += data.toString('latin1')
      if (answer.split('\r\n').length < 3) return
      resolve(answer.includes('+PONG') ? undefined : `PING answered ${answer.trim()}`)
      socket.destroy()
    })
    socket.on('timeout', () => socket.destroy(new Error(`PING was not answered within ${timeoutMs} ms`)))
    socket.on('error', reject)
    socket.on('close', () => resolve('the connection was closed'))
  })
}

async function checkPostgres(
  { host, port, timeoutMs }: Place,
  { user, database }: { user: string; database: string },
  password: string,
): Promise<HealthResult> {
  const client = new pg.Client({
    host,
    port,
    user,
    database,
    password,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT 1')
    return undefined
  } finally {
    await client.end().catch(() => undefined)
  }
}
