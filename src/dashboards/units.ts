/** The units of panels: those of Grafana's that the dashboards use, under its names. The console formats each of them. */
export const units = ['none', 'percentunit', 's', 'bytes', 'binBps', 'reqps', 'ops', 'cps', 'wps'] as const

export type Unit = (typeof units)[number]
