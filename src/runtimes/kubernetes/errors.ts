import { errorTable } from '../../base/errors.ts'

export const clusterErrors = errorTable({
  FD_CLUSTER_OLD: { meaning: 'The cluster is older than what the stack runs on', exit: 'unavailable' },
  FD_CLUSTER_NAMESPACE: {
    meaning: 'The namespace is not one that `up` has made for this state folder, or it is being removed',
    exit: 'usage',
  },
  FD_CLUSTER_RIGHTS: { meaning: 'The cluster does not allow what the stack needs', exit: 'unavailable' },
  FD_CLUSTER_OVERLAY: { meaning: 'A folder is no overlay of the manifests of the stack', exit: 'usage' },
  FD_CLUSTER_KUBECTL: { meaning: 'kubectl did not do what it was asked to', exit: 'unavailable' },
  FD_CLUSTER_NOT_READY: { meaning: 'Parts of the stack in a cluster do not get ready', exit: 'unavailable' },
  FD_GATEWAY_CONFIG: { meaning: 'A setting of the gateway to the monitoring is missing or wrong', exit: 'usage' },
})
