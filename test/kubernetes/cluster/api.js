// Keeps what the API server of a test cluster has: lists and watches with the client certificate of a kubeconfig.
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

/** What follows the API server that a kubeconfig of a test cluster names. */
export function openApi(file) {
  const kubeconfig = readFileSync(file, 'utf8')
  const field = (name) => new RegExp(`${name}: "?([^",}\\s]+)`).exec(kubeconfig)?.[1] ?? ''
  const decoded = (name) => Buffer.from(field(name), 'base64')
  const agent = new Agent({
    keepAlive: true,
    ca: decoded('certificate-authority-data'),
    cert: decoded('client-certificate-data'),
    key: decoded('client-key-data'),
  })
  const server = field('server')
  return {
    follow: (path, objects, onChange) =>
      follow((query, onLine) => ask(server + path + query, { agent, onLine }), objects, onChange),
  }
}

/** Resolves with what is answered; lines of a watch go to `onLine` as they come. */
function ask(url, { agent, onLine }) {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => {
        text += chunk
        if (onLine === undefined) return
        const lines = text.split('\n')
        text = lines.pop() ?? ''
        for (const line of lines) onLine(JSON.parse(line))
      })
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error(`${answer.statusCode} ${url}`)),
      )
      answer.on('error', reject)
    })
    request.on('error', reject)
  })
}

const keyOf = ({ metadata }) => `${metadata.name}.${metadata.namespace}`

/** Keeps all objects of a list in a map, by "name.namespace", and says each time that it has changed. */
async function follow(asked, objects, onChange = () => undefined) {
  for (;;) {
    try {
      const list = JSON.parse(await asked(''))
      objects.clear()
      for (const object of list.items) objects.set(keyOf(object), object)
      onChange()
      let { resourceVersion } = list.metadata
      for (let isKnown = true; isKnown; ) {
        const watch = `?watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=${resourceVersion}`
        await asked(watch, ({ type, object }) => {
          if (type === 'ERROR') {
            isKnown = false
            return
          }
          resourceVersion = object.metadata.resourceVersion
          if (type === 'DELETED') objects.delete(keyOf(object))
          else if (type !== 'BOOKMARK') objects.set(keyOf(object), object)
          if (type !== 'BOOKMARK') onChange()
        })
      }
    } catch (error) {
      process.stderr.write(`${error}\n`)
      await sleep(500)
    }
  }
}
