/** Alerts of one group that Alertmanager delivers to the responder, and that the responder takes. */
export const MOST_ALERTS = 1_000
