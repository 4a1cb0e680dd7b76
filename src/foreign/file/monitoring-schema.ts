import { type TSchema, Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { ONE_LINE } from '../../base/text/texts.ts'
import { monitoringServiceSchema } from './kubernetes/kubernetes-schema.ts'

/** The part of the schema of firedrill.yaml that is about Prometheus and Alertmanager. */

const closed = { additionalProperties: false } as const

/** A base URL, below a path too: `https://metrics.example/prometheus`. */
export const Url = (description: string) => Type.String({ format: 'http-url', description })

export const Urls = (description: string) =>
  Type.Array(Type.String({ format: 'http-url' }), { minItems: 1, uniqueItems: true, description })

export const Variable = (description: string) =>
  Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$', description: `${description} Its name, never its value` })

/** Where the value of a header is. */
const HeaderSource = Type.Union(
  [
    Variable('Variable that holds the value of the header.'),
    Type.Object(
      { file: Type.String({ minLength: 1, pattern: ONE_LINE, description: 'Path from the folder of this file' }) },
      closed,
    ),
  ],
  { description: 'the name of a variable, or { file } with a file that only its owner can read' },
)

const asked = {
  tokenFrom: Type.Optional(Variable('Variable that holds a bearer token.')),
  headersFrom: Type.Optional(
    strictRecord(HeaderSource, {
      keys: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$",
      minProperties: 1,
      description:
        'Headers of each request, and where their values are: { X-Scope-OrgID: TENANT } or { X-Token: { file: token } }',
    }),
  ),
}

const UrlOrUrls = (description: string) => Type.Union([Url('Base URL'), Urls('Base URLs of replicas')], { description })

/** Prometheus as a mapping. */
export const prometheusSchema = Type.Object(
  {
    url: Type.Optional(Url('Base URL of Prometheus')),
    urls: Type.Optional(Urls('Base URLs of Prometheus and its replicas, which have the same rules')),
    kubernetes: Type.Optional(monitoringServiceSchema),
    query: Type.Optional(UrlOrUrls('instead of url: a URL or a list, of what answers queries')),
    rules: Type.Optional(UrlOrUrls('a URL or a list, of what evaluates the rules, where another does that')),
    ...asked,
  },
  closed,
)

/** Alertmanager as a mapping. */
export const alertmanagerSchema = Type.Object(
  {
    url: Type.Optional(Url('Base URL of Alertmanager')),
    urls: Type.Optional(Urls('Base URLs of the members of its cluster')),
    kubernetes: Type.Optional(monitoringServiceSchema),
    ...asked,
  },
  closed,
)

const asPublished = <Mapping extends TSchema>(what: string, mapping: Mapping) =>
  Type.Union([Url(`Base URL of ${what}`), Urls(`Base URLs of ${what}`), mapping], {
    description: 'a URL, a list of URLs of replicas, or a mapping with url, urls or kubernetes',
  })

export const Prometheus = asPublished('Prometheus', prometheusSchema)
export const Alertmanager = asPublished('Alertmanager', alertmanagerSchema)

const Clock = (description: string) => Type.Optional(Type.String({ format: 'duration', description }))

/** What the monitoring may not show. */
export const clocksSchema = Type.Object(
  {
    scrape: Clock('How often the services are scraped'),
    evaluation: Clock('How often rules are evaluated'),
    groupWait: Clock('How long Alertmanager waits for more alerts of a group'),
  },
  { ...closed, description: 'Clocks that Prometheus and Alertmanager do not show: what they show counts' },
)
