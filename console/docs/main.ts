import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'
import 'swagger-ui-dist/swagger-ui.css'
import './page.css'
import { sessionKey } from '../src/feed/session-key.ts'

/** The page of an API: its OpenAPI document, to read and to try. Each of Firedrill's servers that has one serves it at /docs. */

const dark = window.matchMedia('(prefers-color-scheme: dark)')
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', paint)
paint()

SwaggerUI({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  // The command line that the page shows leaves out what is added below: a key is not for screens.
  showMutatedRequest: false,
  // At control, a browser that has a session may do here what it may do in the console. Elsewhere it has no key.
  requestInterceptor: (request) => {
    const key = sessionKey()
    if (key !== undefined && new URL(request.url, window.location.href).origin === window.location.origin) {
      request.headers['X-Firedrill-Key'] = key
    }
    return request
  },
  onComplete: () => {
    const title = document.querySelector('#api .title')?.firstChild?.textContent
    if (title) document.title = title
  },
})
