import type { JournalView } from '../../../../src/api/contract/drills/drills.ts'

type Verdict = JournalView['verdict']

/** What a verdict says, in one clause. */
export const verdictMeaning: Readonly<Record<Verdict, string>> = {
  held: 'the system did what the drill expects',
  deviated: 'the system did not do what the drill expects',
  inconclusive: 'the drill proves nothing',
  aborted: 'the drill was stopped before its end',
  errored: 'Firedrill itself failed; this says nothing about the system',
}

/** Who repaired, as a clause. */
export const repairerWords: Readonly<Record<NonNullable<JournalView['repairedBy']>, string>> = {
  responder: 'by the responder',
  'restart-policy': "by the runtime's restart policy",
  'fault lifted': 'because the fault was lifted',
  drill: 'by a step of the drill',
  operator: 'by an operator',
  nobody: 'by nobody that is known',
}
