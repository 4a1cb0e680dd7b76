/** One thing that drills need of a system. `note`: drills run, but not as well as they could. */
export interface SystemFinding {
  name: string
  status: 'ok' | 'note' | 'bad'
  detail: string
  help: string[]
  /** Lines of YAML to paste, printed as they are. */
  paste?: string[]
}
