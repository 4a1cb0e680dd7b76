/** How often a run looks at the system. */

/** Pause between two looks at a steady-state probe, in milliseconds. */
export const STEADY_POLL_MS = 50
/** Pause between two looks at alerts, incidents and metrics, in milliseconds. */
export const POLL_MS = 100
/** Pause between two looks at when Prometheus was started, in milliseconds. */
export const START_POLL_MS = 1_000
/** Pause between two looks at the alert rules, and at the configuration of Alertmanager, in milliseconds. */
export const RULES_POLL_MS = 2_000
/** Pause between two looks at how far a store of samples is behind, in milliseconds. */
export const STORE_POLL_MS = 500
