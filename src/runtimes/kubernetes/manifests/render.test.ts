import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { servedVersions } from '../../../kubernetes/test-served.ts'
import { alertGroups, unattendedGroups } from '../../../stack/alerts/alerts.ts'
import { linksOf } from '../../../stack/links.ts'
import type { SecretName } from '../../../stack/part.ts'
import { gateway } from '../../../stack/parts/gateway.ts'
import { profiles } from '../../../stack/profile.ts'
import { renderTargets } from '../../../stack/render/targets.ts'
import { defaultSettings } from '../../../stack/settings.ts'
import { describeStack } from '../../../stack/topology.ts'
import { SECRET_NAMES } from '../../native/state/state-folder.ts'
import { partSecrets } from '../setup/part-secrets.ts'
import { policyApiOf } from './cluster-version.ts'
import { endpointDiscovery, probeOf } from './endpoint-discovery.ts'
import { type RenderOptions, renderKubernetes } from './render.ts'

const stack = { dashboards: new Map([['overview', `"${'x'.repeat(20_000)}"`]]), discovery: endpointDiscovery }
const topology = describeStack(profiles.lab, undefined, stack)
const options: RenderOptions = { namespace: 'shop', policyApi: 'policy/v1', settings: defaultSettings }
const files = renderKubernetes(topology, options)

interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: { name: string }
  spec?: Record<string, unknown>
}

interface PodSpec {
  automountServiceAccountToken: boolean
  enableServiceLinks: boolean
  serviceAccountName?: string
  securityContext: Record<string, unknown>
  containers: {
    name: string
    image: string
    env?: { name: string; value?: string; valueFrom?: object }[]
    ports?: { name: string; containerPort: number }[]
    readinessProbe?: Record<string, unknown>
    livenessProbe?: Record<string, unknown>
    resources: { requests: object; limits: object }
    securityContext: Record<string, unknown>
    volumeMounts?: { name: string; mountPath: string }[]
  }[]
  volumes?: { name: string; secret?: { secretName: string }; projected?: object; emptyDir?: object }[]
}

const objectsIn = (rendered: ReadonlyMap<string, string>): KubernetesObject[] =>
  [...rendered]
    .filter(([name]) => /^[\w-]+\.yaml$/.test(name) && name !== 'kustomization.yaml')
    .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject))
const objects = objectsIn(files)
const ofKind = (...kinds: string[]) => objects.filter(({ kind }) => kinds.includes(kind))
const named = (kind: string, name: string) => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name)
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`)
  return found
}
const workloads = ofKind('Deployment', 'StatefulSet', 'DaemonSet', 'Job')
const podOf = ({ spec }: KubernetesObject) => (spec as { template: { spec: PodSpec } }).template.spec
const pods = workloads.map((workload) => ({ name: workload.metadata.name, pod: podOf(workload) }))

describe('the stack as manifests', () => {
  it('has a workload and a service for each part', () => {
    const parts = topology.parts.map(({ name }) => name).sort()
    const names = (found: KubernetesObject[]) => found.map(({ metadata }) => metadata.name).sort()
    expect(names(ofKind('Deployment', 'StatefulSet', 'DaemonSet'))).toEqual(parts)
    expect(names(ofKind('Service'))).toEqual(parts)
  })

  it('keeps the data of those that have some, and runs the exporter of a node on each', () => {
    const of = (kind: string) =>
      ofKind(kind)
        .map(({ metadata }) => metadata.name)
        .sort()
    expect(of('StatefulSet')).toEqual(['grafana', 'postgres', 'prometheus', 'responder'])
    expect(of('DaemonSet')).toEqual(['node-exporter'])
  })

  it('gives no pod a privilege, a writable root or the token of an account that it does not use', () => {
    for (const { name, pod } of pods) {
      expect({ name, ...pod.securityContext }).toMatchObject({
        runAsNonRoot: true,
        runAsUser: expect.any(Number),
        seccompProfile: { type: 'RuntimeDefault' },
      })
      expect(pod.securityContext.runAsUser, name).not.toBe(0)
      for (const { securityContext } of pod.containers) {
        expect({ name, ...securityContext }).toMatchObject({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        })
        if (name !== 'grafana') expect({ name, ...securityContext }).toMatchObject({ readOnlyRootFilesystem: true })
      }
      expect(pod.enableServiceLinks, name).toBe(false)
    }
    const withToken = pods.filter(({ pod }) => pod.automountServiceAccountToken).map(({ name }) => name)
    expect(withToken.sort()).toEqual(['prometheus', 'responder', 'setup'])
  })

  it('asks each container whether it is ready, bounds it, and restarts for a hang only what its part says', () => {
    for (const { name, pod } of pods) {
      const [container] = pod.containers
      expect(container?.resources.limits, name).toMatchObject({ cpu: expect.any(String), memory: expect.any(String) })
      if (name !== 'setup') expect(container?.readinessProbe, name).toBeDefined()
    }
    const alive = pods.filter(({ pod }) => pod.containers[0]?.livenessProbe !== undefined).map(({ name }) => name)
    const hanging = topology.parts.filter(({ restartWhenUnhealthyMs }) => restartWhenUnhealthyMs !== undefined)
    expect(alive).toEqual(hanging.map(({ name }) => name))
  })

  it('names each image of others by digest', () => {
    const images = pods.flatMap(({ pod }) => pod.containers.map(({ image }) => image))
    expect(images.filter((image) => image !== 'firedrill' && !/@sha256:[0-9a-f]{64}$/.test(image))).toEqual([])
  })

  it('holds no secret, and mounts those of a part where its arguments and files look for them', () => {
    const all = [...files.values()].join('\n')
    expect(ofKind('Secret')).toEqual([])
    expect(all).not.toContain('SECRET-')
    for (const { name, pod } of pods) {
      const secret = pod.volumes?.find((volume) => volume.secret !== undefined)
      const text = files.get(`${name}.yaml`) ?? ''
      if (secret === undefined) expect(text, name).not.toContain('/run/firedrill-secrets/')
      else expect(secret.secret?.secretName).toBe(`${name}-secrets`)
    }
  })

  it('puts a big file into a ConfigMap of its own, since an annotation repeats each object', () => {
    const { configMapGenerator } = parse(files.get('kustomization.yaml') ?? '') as {
      configMapGenerator: { name: string; files: string[] }[]
    }
    const sizes = configMapGenerator.map(({ files: entries }) =>
      entries.reduce((sum, entry) => sum + (files.get(entry.replace(/^[^=]*=/, ''))?.length ?? Number.NaN), 0),
    )
    expect(Math.max(...sizes)).toBeLessThan(200_000)
    expect(configMapGenerator).toContainEqual({
      name: 'grafana-dashboards-overview',
      files: ['grafana.dashboards.overview.json=config/grafana/dashboards/overview.json'],
    })
  })

  it('keeps one of two replicas while nodes are emptied, in the version that the cluster has', () => {
    const scaled = topology.parts.filter(({ maxReplicas }) => maxReplicas !== undefined).map(({ name }) => name)
    expect(ofKind('PodDisruptionBudget').map(({ metadata }) => metadata.name)).toEqual(scaled)
    expect(ofKind('PodDisruptionBudget').every(({ apiVersion }) => apiVersion === 'policy/v1')).toBe(true)
    const old = objectsIn(renderKubernetes(topology, { ...options, policyApi: policyApiOf('v1.20.2') }))
    const budgets = old.filter(({ kind }) => kind === 'PodDisruptionBudget')
    expect(budgets.map(({ apiVersion }) => apiVersion)).toEqual(scaled.map(() => 'policy/v1beta1'))
    for (const wrong of ['1.18', '2.0', 'latest', '1.', '1.20-x'])
      expect(() => policyApiOf(wrong)).toThrow('no version of Kubernetes')
  })

  it.each(['1.20', '1.33'] as const)('are all of versions that Kubernetes %s serves', (version) => {
    const all = objectsIn(renderKubernetes(topology, { ...options, policyApi: policyApiOf(version) }))
    const served = servedVersions(version)
    const objects = all.filter(({ apiVersion }) => !apiVersion.startsWith('kustomize.config.k8s.io/'))
    expect(objects.length).toBeGreaterThan(20)
    expect(objects.filter(({ apiVersion }) => !served.has(apiVersion))).toEqual([])
  })

  it('lets the responder delete pods and scale the services, and neither read secrets nor change a workload', () => {
    const { rules } = named('Role', 'responder') as unknown as { rules: { resources: string[]; verbs: string[] }[] }
    expect(rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] },
      {
        apiGroups: ['apps'],
        resources: ['deployments/scale'],
        resourceNames: ['quotes', 'store', 'worker'],
        verbs: ['get', 'patch'],
      },
    ])
    const responder = podOf(named('StatefulSet', 'responder')).containers[0]
    const names = responder?.env?.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['REPAIRS', 'POD_NAMESPACE', 'WEBHOOK_TOKEN']))
    expect(names).not.toContain('CONTROL_TOKEN')
  })

  it('takes what must not stand in a manifest from the Secret of settings', () => {
    const settings = {
      ...defaultSettings,
      slack: { webhookUrl: 'https://hooks.slack.invalid/SECRET' },
      email: {
        smarthost: 'mail:25',
        from: 'a@b',
        to: 'c@d',
        login: { username: 'u', password: 'SECRET-p' },
        requireTls: true,
      },
    }
    const rendered = renderKubernetes(describeStack(profiles.lab, settings, stack), {
      ...options,
      settings,
    })
    const all = [...rendered.values()].join('\n')
    expect(all).not.toMatch(/SECRET(?!S)/)
    const responder = objectsIn(rendered).find(
      ({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'responder',
    )
    const env = responder === undefined ? [] : podOf(responder).containers[0]?.env
    const fromSettings = (key: string) => ({ secretKeyRef: { name: 'firedrill-settings', key } })
    expect(env).toContainEqual({ name: 'SLACK_WEBHOOK_URL', valueFrom: fromSettings('FIREDRILL_SLACK_WEBHOOK_URL') })
    expect(env).toContainEqual({ name: 'SMTP_PASSWORD', valueFrom: fromSettings('FIREDRILL_SMTP_PASSWORD') })
    expect(env).toContainEqual({ name: 'SMTP_USERNAME', value: 'u' })
  })
})

describe('the network of the stack', () => {
  interface Policy {
    podSelector: { matchLabels: Record<string, string> }
    ingress?: { from: { podSelector: { matchLabels: Record<string, string> } }[]; ports: { port: number }[] }[]
    egress?: { to?: object[]; ports?: { port: number }[] }[]
  }
  const policy = (name: string) => named('NetworkPolicy', name).spec as unknown as Policy
  const nameOf = ({ matchLabels }: { matchLabels: Record<string, string> }) => matchLabels['app.kubernetes.io/name']

  it('lets pass each link of the stack and no other', () => {
    const passing = topology.parts.flatMap(({ name }) =>
      (policy(name).ingress ?? []).flatMap(({ from, ports }) =>
        from.flatMap(({ podSelector }) => ports.map(({ port }) => `${nameOf(podSelector)} ${name}:${port}`)),
      ),
    )
    const portOf = (to: string, listener = '') => {
      const part = topology.parts.find(({ name }) => name === to)
      return part?.listeners?.[listener] ?? part?.preferredPort
    }
    const links = linksOf(topology)
      .filter(({ to }) => to !== 'control')
      .map(({ from, to, listener }) => `${from} ${to}:${portOf(to, listener)}`)
    expect(passing.sort()).toEqual([...new Set(links)].sort())
    expect(passing.filter((one) => one.endsWith(' postgres:5432')).sort()).toEqual([
      'blackbox-exporter postgres:5432',
      'postgres-exporter postgres:5432',
      'proxy postgres:5432',
    ])
  })

  it('closes everything else, and opens the API server to those with an account', () => {
    expect(named('NetworkPolicy', 'default-deny').spec).toEqual({
      podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'firedrill' } },
      policyTypes: ['Ingress', 'Egress'],
    })
    const toApi = ofKind('NetworkPolicy')
      .filter(({ spec }) => JSON.stringify(spec).includes('6443'))
      .map(({ metadata }) => metadata.name)
    expect(toApi.sort()).toEqual(['prometheus', 'responder', 'setup'])
    const open = ofKind('NetworkPolicy').filter(({ spec }) =>
      (spec as unknown as Policy).egress?.some((rule) => Object.keys(rule).length === 0),
    )
    expect(open).toEqual([])
  })
})

describe('the way into the monitoring of a stack in a cluster', () => {
  const withGateway = describeStack(profiles.lab, undefined, { ...stack, more: [gateway] })
  const rendered = objectsIn(
    renderKubernetes(withGateway, { ...options, image: { newName: 'x', newTag: '1' }, stackId: 'abc' }),
  )
  const find = (kind: string, name: string) => {
    const found = rendered.find((object) => object.kind === kind && object.metadata.name === name)
    if (found === undefined) throw new Error(`there is no ${kind} ${name}`)
    return found
  }

  it('is open to every address, and itself connects to Prometheus and Alertmanager alone', () => {
    const { ingress, egress } = find('NetworkPolicy', 'gateway').spec as {
      ingress: { from?: object[]; ports: { port: number }[] }[]
      egress: { to: { podSelector: { matchLabels: Record<string, string> } }[]; ports: { port: number }[] }[]
    }
    const open = ingress.filter(({ from }) => from === undefined).flatMap(({ ports }) => ports.map(({ port }) => port))
    expect(open).toEqual([gateway.preferredPort])
    const called = egress.flatMap(({ to }) =>
      to.map(({ podSelector }) => podSelector.matchLabels['app.kubernetes.io/name']),
    )
    expect(called.sort()).toEqual(['alertmanager', 'prometheus'])
    const others = rendered.filter(
      ({ kind, metadata, spec }) =>
        kind === 'NetworkPolicy' &&
        metadata.name !== 'gateway' &&
        ((spec?.ingress ?? []) as { from?: object[] }[]).some(({ from }) => from === undefined),
    )
    expect(others).toEqual([])
  })

  it('has the two passwords and the token of the operator, and no other secret', () => {
    const secrets = Object.fromEntries(SECRET_NAMES.map((name) => [name, `${name}-value`])) as Record<
      SecretName,
      string
    >
    expect(partSecrets(withGateway, secrets).get('gateway-secrets')).toEqual({
      control: 'control-value',
      prometheus: 'prometheus-value',
      alertmanager: 'alertmanager-value',
    })
  })

  it('comes with a namespace that is known again, and with the image that was named', () => {
    expect(find('Namespace', 'shop')).toMatchObject({ metadata: { labels: { 'firedrill.dev/stack': 'abc' } } })
    const { images } = parse(
      renderKubernetes(withGateway, { ...options, image: { newName: 'x', newTag: '1' } }).get('kustomization.yaml') ??
        '',
    ) as { images: object[] }
    expect(images).toEqual([{ name: 'firedrill', newName: 'x', newTag: '1' }])
  })
})

describe('the targets of Prometheus in a cluster', () => {
  interface Job {
    job_name: string
    kubernetes_sd_configs?: { role: string; selectors: { role: string; label: string }[] }[]
    relabel_configs?: { source_labels?: string[]; target_label?: string; regex?: string; replacement?: string }[]
  }
  const { scrape_configs: jobs } = parse(files.get('config/prometheus.yml') ?? '') as { scrape_configs: Job[] }

  it('are found as endpoints of the own namespace, by every job', () => {
    expect(jobs.length).toBeGreaterThan(10)
    for (const { job_name, kubernetes_sd_configs, relabel_configs } of jobs) {
      expect({ job_name, kubernetes_sd_configs }).toMatchObject({
        kubernetes_sd_configs: [{ role: 'endpoints', namespaces: { own_namespace: true } }],
      })
      expect(relabel_configs?.map(({ target_label }) => target_label)).toContain('instance')
    }
  })

  it('have the labels that their pods have', () => {
    const store = jobs.find(({ job_name }) => job_name === 'store')
    const template = named('Deployment', 'store').spec?.template as { metadata: { labels: Record<string, string> } }
    const selected = store?.kubernetes_sd_configs?.[0]?.selectors[0]?.label.split(',') ?? []
    expect(selected.length).toBe(2)
    for (const condition of selected) {
      const [name = '', value] = condition.split('=')
      expect(template.metadata.labels[name]).toBe(value)
    }
    for (const { source_labels: [source = ''] = [], target_label } of store?.relabel_configs ?? []) {
      if (!source.startsWith('__meta_kubernetes_pod_label_')) continue
      const label = Object.keys(template.metadata.labels).find(
        (name) => `__meta_kubernetes_pod_label_${name.replaceAll(/[^a-z]/gi, '_')}` === source,
      )
      expect({ target_label, label }).toMatchObject({ label: expect.any(String) })
    }
  })

  it('are probed where the lists of targets in files say so', () => {
    const lists = renderTargets(topology.parts, (name) => [{ id: name, address: { host: name, port: 1 } }])
    const probed = ['probe-http_2xx', 'probe-tcp_connect'].flatMap((job) => {
      const groups = JSON.parse(lists.get(`targets/${job}.json`) ?? '[]') as {
        targets: string[]
        labels: { probed: string }
      }[]
      return groups.map(({ targets, labels }) => [
        labels.probed,
        targets[0]?.replace(/^http:\/\/[^/]*/, '').replace(/^[\w-]+:1$/, 'tcp'),
      ])
    })
    const annotated = topology.parts.flatMap((part) => {
      const probe = probeOf(part)
      return probe === undefined ? [] : [[part.name, probe]]
    })
    expect(annotated.sort()).toEqual(probed.sort())
  })
})

describe('the rules of a stack without control', () => {
  it('are all that ship but those on metrics of control', () => {
    const names = (groups: typeof alertGroups) => groups.flatMap(({ alerts }) => alerts.map(({ alert }) => alert))
    const missing = names(alertGroups).filter((name) => !names(unattendedGroups).includes(name))
    expect([...new Set(missing)].sort()).toEqual(['ControlTroubled', 'StackDiskFull'])
  })
})
