import { createHash } from 'node:crypto'

/** A page that reads /openapi.json and lets one try each operation; it loads nothing else, and its policy says so. */
export function docsPage(title: string): { html: string; policy: string } {
  const html = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><link rel="icon" href="data:,"><style>${STYLE}</style>
<main>Loading …</main><noscript>This page needs JavaScript; the API is described in <a href="openapi.json">openapi.json</a>.</noscript>
<script type="module">${SCRIPT}</script></html>
`
  const policy = [
    "default-src 'none'",
    "connect-src 'self'",
    'img-src data:',
    `style-src '${hashOf(STYLE)}'`,
    `script-src '${hashOf(SCRIPT)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return { html, policy }
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem }
details { border: 1px solid #8886; border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem }
summary { cursor: pointer }
b.method { display: inline-block; min-width: 4.5rem; font-family: monospace }
summary code { margin-right: 1.5rem }
label { display: grid; grid-template-columns: 10rem 1fr; gap: .5rem; margin: .4rem 0 }
input, textarea, button { font: inherit; padding: .25rem .5rem }
input, textarea, pre { font-family: monospace }
pre { overflow: auto; max-height: 20rem; padding: .5rem; background: #8882; border-radius: 6px }
.wrong { color: #c22 }
`

// Reads the document and makes a form of each operation. All that comes from outside is set as text, never as HTML.
const SCRIPT = `
const make = (tag, set = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), set)
  element.append(...inside)
  return element
}
const sample = (schema) => {
  if (schema.type === 'object')
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, sample(one)]))
  return schema.default ?? schema.examples?.[0] ?? (schema.type === 'string' ? '' : 0)
}
const operationOf = (path, method, operation) => {
  const inputs = (operation.parameters ?? []).map((parameter) => ({
    ...parameter,
    input: make('input', { required: parameter.required ?? false, placeholder: parameter.schema?.examples?.[0] ?? parameter.schema?.default ?? '' }),
  }))
  const schema = operation.requestBody?.content?.['application/json']?.schema
  const body = schema && make('textarea', { rows: 5, value: JSON.stringify(sample(schema), null, 2) })
  const answer = make('div', { ariaLive: 'polite' })
  const form = make('form')
  for (const { name, in: place, required, input } of inputs)
    form.append(make('label', {}, name + ' (' + place + (required ? ', required)' : ')'), input))
  if (body) form.append(make('label', {}, 'body', body))
  form.append(make('button', {}, 'Send'), answer)
  form.onsubmit = async (event) => {
    event.preventDefault()
    let url = path
    const query = new URLSearchParams()
    const headers = body ? { 'content-type': 'application/json' } : {}
    for (const { name, in: place, input } of inputs) {
      if (place === 'path') url = url.replace('{' + name + '}', encodeURIComponent(input.value))
      else if (input.value !== '' && place === 'query') query.set(name, input.value)
      else if (input.value !== '' && place === 'header') headers[name] = input.value
    }
    const startedMs = performance.now()
    try {
      const response = await fetch(url + (query.size ? '?' + query : ''), {
        method, headers, ...(body ? { body: body.value } : {}),
      })
      const text = await response.text()
      let shown = text
      try { shown = JSON.stringify(JSON.parse(text), null, 2) } catch {}
      const ms = Math.round(performance.now() - startedMs)
      answer.replaceChildren(
        make('p', { className: response.ok ? '' : 'wrong' }, response.status + ' ' + response.statusText + ', ' + ms + ' ms'),
        make('pre', {}, shown),
      )
    } catch (error) {
      answer.replaceChildren(make('p', { className: 'wrong' }, 'no answer: ' + error.message))
    }
  }
  const statuses = Object.entries(operation.responses ?? {}).map(([status, one]) => status + ' ' + one.description)
  return make('details', {},
    make('summary', {}, make('b', { className: 'method' }, method.toUpperCase()), make('code', {}, path), operation.summary ?? ''),
    make('p', {}, 'Answers: ' + statuses.join(', ')), form)
}
const main = document.querySelector('main')
try {
  const api = await (await fetch('openapi.json')).json()
  main.replaceChildren(make('h1', {}, api.info.title), make('p', {}, api.info.description))
  for (const [path, item] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(item)) main.append(operationOf(path, method, operation))
  main.append(make('p', {}, make('a', { href: 'openapi.json' }, 'openapi.json')))
} catch (error) {
  main.replaceChildren(make('p', { className: 'wrong' }, 'openapi.json cannot be read: ' + error.message))
}
`

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
