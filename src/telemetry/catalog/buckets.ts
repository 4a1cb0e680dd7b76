/** Upper bounds of histograms. */

/**
 * Seconds. Local calls take about a millisecond; the upper end is where a user has long given up. 0.2 is what is promised:
 * without a bucket that ends there, an alert on it would be a guess.
 */
export const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Seconds. Ends above the statement timeout, so that a query that ran into it has a bucket of its own. */
export const QUERY_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const
