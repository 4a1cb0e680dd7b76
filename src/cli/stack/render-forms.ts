import type { Profile, ProfileName } from '../../stack/profile.ts'
import type { StackSettings } from '../../stack/settings.ts'
import { readNamespaceName } from '../arguments/read-namespace-name.ts'

/** What `render` can write, by name. */
export const forms = {
  files: { profile: 'lab', render: renderFiles },
  kubernetes: { profile: 'lab', render: renderForKubernetes },
  operator: { profile: 'production', render: renderForOperator },
} as const satisfies Record<string, Form>

interface Form {
  /** Of those who name no profile. */
  profile: ProfileName
  /** The files by path. */
  render(stack: Stack, options: RenderOptions): Promise<Map<string, string>>
}

interface Stack {
  profile: Profile
  settings: StackSettings
}

export interface RenderOptions {
  namespace: string
  clusterVersion: string
  label: string[]
}

async function renderFiles({ profile, settings }: Stack): Promise<Map<string, string>> {
  const [{ renderAll }, { describeStack }, { renderDashboards }] = await Promise.all([
    import('../../stack/preferred-context.ts'),
    import('../../stack/topology.ts'),
    import('../../dashboards/grafana/render-dashboards.ts'),
  ])
  return renderAll(describeStack(profile, settings, { dashboards: renderDashboards(profile) }))
}

async function renderForKubernetes({ profile, settings }: Stack, options: RenderOptions): Promise<Map<string, string>> {
  const [{ renderKubernetes }, { describeKubernetesStack }, { policyApiOf }] = await Promise.all([
    import('../../runtimes/kubernetes/manifests/render.ts'),
    import('../../api/control/kubernetes-stack.ts'),
    import('../../runtimes/kubernetes/manifests/cluster-version.ts'),
  ])
  return renderKubernetes(await describeKubernetesStack(profile, settings), {
    namespace: readNamespaceName('--namespace', options.namespace),
    policyApi: policyApiOf(options.clusterVersion),
    settings,
  })
}

async function renderForOperator({ profile, settings }: Stack, options: RenderOptions): Promise<Map<string, string>> {
  const [{ renderOperator }, { describeKubernetesStack }, { readObjectLabels }] = await Promise.all([
    import('../../runtimes/kubernetes/operator/render.ts'),
    import('../../api/control/kubernetes-stack.ts'),
    import('../arguments/read-object-labels.ts'),
  ])
  const namespace = readNamespaceName('--namespace', options.namespace)
  const labels = readObjectLabels('--label', options.label)
  return renderOperator(await describeKubernetesStack(profile, settings), { profile, settings, namespace, labels })
}
