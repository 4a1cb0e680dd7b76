import { createServer } from 'node:http'

/**
 * A program: as many targets as its first argument says, each with a thousand series at /TARGET, at the port of its second argument.
 * Counters grow with every scrape.
 */

const SERIES = 1_000
const BUCKETS = 10
const [targets = '0', port = '0'] = process.argv.slice(2)
const scrapes = new Map<string, number>()

createServer((request, response) => {
  const target = (request.url ?? '/').slice(1)
  const scrape = (scrapes.get(target) ?? 0) + 1
  scrapes.set(target, scrape)
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(textOf(scrape))
}).listen(Number(port), '127.0.0.1', () => process.send?.(Number(targets)))
process.once('disconnect', () => process.exit(0))

/** Histograms by route, as those of a service. */
function textOf(scrape: number): string {
  const lines = ['# TYPE http_request_duration_seconds histogram']
  for (let index = 0; index < SERIES; index += 1) {
    const [route, bucket] = [Math.floor(index / BUCKETS), index % BUCKETS]
    lines.push(
      `http_request_duration_seconds_bucket{route="/route-${route}",le="0.${bucket}"} ${scrape * (bucket + 1)}`,
    )
  }
  return `${lines.join('\n')}\n`
}
