/** The stages of an incident's way, in their order. The console has them from here: this file imports nothing. */
export const STAGE_NAMES = [
  'injected',
  'seen',
  'pending',
  'firing',
  'notified',
  'received',
  'acting',
  'acted',
  'good again',
  'resolved',
] as const
