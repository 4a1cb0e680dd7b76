/** The pages of the console, in the order of the navigation. The name is also the address: #/name. */
export const pageTitles = {
  overview: 'Overview',
  prices: 'Prices',
  stack: 'Stack',
  dashboards: 'Dashboards',
  alerts: 'Alerts',
  objectives: 'Objectives',
  load: 'Load',
  drills: 'Drills',
  coverage: 'Coverage',
  faults: 'Faults',
} as const

export type PageName = keyof typeof pageTitles
