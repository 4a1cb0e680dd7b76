// A shop, as somebody might have written it: Express, metrics by prom-client, a pid file. It knows nothing of Firedrill.
import { mkdirSync, writeFileSync } from 'node:fs'
import express from 'express'
import { Counter, collectDefaultMetrics, Histogram, register } from 'prom-client'

const port = Number(process.env.PORT ?? 3900)

collectDefaultMetrics()
const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from a request to the end of its answer',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.025, 0.1, 0.25, 1, 5],
})
const sold = new Counter({ name: 'shop_sales_total', help: 'Carts that were checked out' })

const failed = new Counter({ name: 'shop_requests_failed_total', help: 'Requests that were answered with 5xx' })

const stock = new Map([
  ['tea', { name: 'tea', price: 4 }],
  ['mug', { name: 'mug', price: 9 }],
])

const app = express()
app.use(express.json())
app.use((request, response, next) => {
  const end = duration.startTimer({ method: request.method })
  response.on('finish', () => {
    end({ route: request.route?.path ?? 'none', status: response.statusCode })
    if (response.statusCode >= 500) failed.inc()
  })
  next()
})
app.get('/health', (_request, response) => response.json({ status: 'ok' }))
app.get('/items', (_request, response) => response.json([...stock.values()]))
app.get('/items/:name', (request, response) => {
  const item = stock.get(request.params.name)
  if (item === undefined) response.status(404).json({ error: 'there is no such item' })
  else response.json(item)
})
app.post('/checkout', (request, response) => {
  const items = (request.body?.items ?? []).map((name) => stock.get(name))
  if (items.length === 0 || items.includes(undefined)) return response.status(422).json({ error: 'an empty cart' })
  sold.inc()
  response.status(201).json({ total: items.reduce((sum, { price }) => sum + price, 0) })
})
app.get('/metrics', async (_request, response) => response.type(register.contentType).send(await register.metrics()))

const server = app.listen(port, '127.0.0.1', (error) => {
  if (error) throw error
  mkdirSync('run', { recursive: true })
  writeFileSync('run/shop.pid', `${process.pid}\n`)
  process.stdout.write(`shop listens on ${port}\n`)
})
process.on('SIGTERM', () => server.close(() => process.exit(0)))
