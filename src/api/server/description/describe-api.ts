import { defined } from '../../../base/defined.ts'
import { type ApiInfo, type DescribedRoute, describeAnswers } from '../../../base/openapi/openapi.ts'
import { problems } from '../../../base/openapi/problem-schema.ts'
import type { Access } from '../../contract/endpoints.ts'
import { type EndpointName, type Route, routes } from '../../contract.ts'
import { KEY_HEADER } from '../access/sessions.ts'
import { summaries } from './summaries.ts'

/** Every route of the contract, for the OpenAPI document of control. */
export function describeApi(): DescribedRoute[] {
  return Object.entries(routes).map(([name, route]) => describeRoute(name as EndpointName, route))
}

/** What the document says of the API as a whole. */
export function apiInfo(version: string): ApiInfo {
  return {
    title: 'Firedrill control',
    description:
      'Everything that the console and the command line do. Reading needs nothing on this machine. What changes the system needs the token of the state folder, or a session of this browser: firedrill open.',
    version,
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        description: 'The text of secrets/control in the state folder. For repairs also secrets/responder.',
      },
      session: {
        type: 'apiKey',
        in: 'header',
        name: KEY_HEADER,
        description: 'The key of a session, which counts together with its cookie. This page sends both by itself.',
      },
    },
  }
}

function describeRoute(name: EndpointName, route: Route): DescribedRoute {
  const { method, path, access, params, query, body, response, status = 200, event } = route
  const answer =
    event === undefined
      ? response
      : {
          description: `Server-sent events "${event}", each with this as its data`,
          content: { 'text/event-stream': { schema: response } },
        }
  return {
    method,
    url: path,
    schema: {
      operationId: name,
      security: SECURITY[access],
      ...defined({ summary: summaries[name], params, querystring: query, body }),
      response: describeAnswers({ [status]: answer, '4xx': problems(400)[400] }),
    },
  }
}

const TOKEN = { token: [] }
const SESSION = { session: [] }
const SECURITY: Record<Access, readonly Record<string, readonly string[]>[]> = {
  public: [],
  anyone: [],
  repair: [TOKEN, SESSION],
  operator: [TOKEN, SESSION],
  token: [TOKEN],
  session: [SESSION],
}
