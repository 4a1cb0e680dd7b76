import { join } from 'node:path'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { IncidentStoryView } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { findStack } from '../stack-files/control-file.ts'
import { ControlClient } from './client.ts'

/** The incidents of the stack that is up, without their timelines; without a stack, all that the log in the state folder keeps. */
export async function readIncidents(folder: StateFolder): Promise<IncidentStoryView[]> {
  const url = (await findStack(folder))?.url
  if (url === undefined) return readLog(folder)
  return (await new ControlClient(url).incidents()).map((incident) => ({ incident, timeline: [] }))
}

/** The incident of a number or an id, with its timeline. @throws FD_INCIDENT_UNKNOWN */
export async function readIncident(folder: StateFolder, name: string): Promise<IncidentStoryView> {
  const url = (await findStack(folder))?.url
  const all = url === undefined ? await readLog(folder) : [await new ControlClient(url).incident(name)]
  const story = all.find(({ incident }) => String(incident.number) === name || incident.id === name)
  if (story !== undefined) return story
  throw apiErrors.error('FD_INCIDENT_UNKNOWN', {
    message: `there is no incident ${name}`,
    where: folder.path,
    expected: 'the number of an incident, or its id',
    next: 'firedrill incidents lists them',
  })
}

async function readLog(folder: StateFolder): Promise<IncidentStoryView[]> {
  const { readIncidentLog } = await import('../../responder/incident/incident-log.ts')
  return readIncidentLog(join(folder.data, 'responder', 'incident_log.jsonl'))
}
