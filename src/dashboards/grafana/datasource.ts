/** What panels and variables read from. A variable, so that a dashboard can be imported where Prometheus has another name. */
export const datasource = { type: 'prometheus', uid: `\${datasource}` } as const

/** Grafana's own store of annotations, into which the drill runner writes. */
export const grafanaDatasource = { type: 'grafana', uid: '-- Grafana --' } as const
