import type { ReceivedAlert } from '../probes/received-alert.ts'

/** What one notification says of one alert. */
export interface Notice
  extends Pick<ReceivedAlert, 'form' | 'receiver' | 'alertname' | 'labels' | 'text' | 'startsAtMs' | 'endsAtMs'> {
  firing: boolean
  /** The same in all notifications about this alert. */
  key: string
}
