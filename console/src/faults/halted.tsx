import type { HaltView } from '../../../src/api/contract.ts'
import { call } from '../feed/call.ts'
import { formatAge } from '../format/format-age.ts'
import { ChangeButton } from '../ui/change-button.tsx'
import { commandOn } from '../ui/command-on.ts'
import { CopyCommand } from '../ui/copy-command.tsx'

/** That everything is halted, since when and why. */
export function Halted({ halted, folder, nowMs }: { halted: HaltView | null; folder: string; nowMs: number }) {
  if (halted === null) return null
  return (
    <div className="notice" role="alert">
      <p>
        <strong>Halted</strong> for {formatAge(nowMs - halted.sinceMs)}
        {halted.why === '' ? '' : `: ${halted.why}`}. No run, load or fault begins until it is released
        {halted.durable ? '' : '; it could not be written to disk, so it ends with control'}.
      </p>
      <div className="toolbar">
        <ChangeButton act={() => call('release', {})}>Release</ChangeButton>
        <CopyCommand
          command={commandOn(folder, 'halt', '--release')}
          purpose="lets runs, loads and faults begin again"
        />
      </div>
    </div>
  )
}
