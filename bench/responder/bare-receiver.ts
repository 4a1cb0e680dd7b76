/**
 * What a responder costs at least: a bare Fastify that takes a delivery as bytes, writes a line about it, and answers when the line is
 * on disk. Lines that come while the disk is busy share a flush, as the responder's do. Started by `npm run bench:responder`.
 *
 *   node dist/bench/responder/bare-receiver.js FILE
 */
import { open } from 'node:fs/promises'
import fastify from 'fastify'

/** About what the responder writes about a delivery with one new alert. */
const LINE = `${'x'.repeat(700)}\n`

const file = await open(process.argv[2] ?? 'bare.log', 'a')
let waiting: (() => void)[] = []
let isWriting = false

async function write(): Promise<void> {
  isWriting = true
  while (waiting.length > 0) {
    const answered = waiting
    waiting = []
    await file.appendFile(LINE.repeat(answered.length))
    await file.datasync()
    for (const answer of answered) answer()
  }
  isWriting = false
}

const app = fastify({ bodyLimit: 4 * 1024 * 1024 })
app.removeAllContentTypeParsers()
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, _body, done) => done(null))
app.post('/webhook', async () => {
  await new Promise<void>((resolve) => {
    waiting.push(resolve)
    if (!isWriting) void write()
  })
  return { received: 1 }
})
process.stdout.write(`${JSON.stringify({ address: await app.listen({ host: '127.0.0.1', port: 0 }) })}\n`)
