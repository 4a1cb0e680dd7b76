import type { PanelSpec, States, StatesPanel } from '../panel.ts'

/** A panel with states over time. */
export function states(spec: Omit<PanelSpec, 'unit'> & { states: States }): StatesPanel {
  return { kind: 'states', width: 12, ...spec }
}

export const upOrDown: States = { '1': { text: 'up', color: 'green' }, '0': { text: 'down', color: 'red' } }
export const onOrOff: States = { '1': { text: 'on', color: 'orange' }, '0': { text: 'off', color: 'transparent' } }
