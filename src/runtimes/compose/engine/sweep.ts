import type { Engine } from './engine.ts'

/** Removes what is left of a Compose project. */

/** Names of networks that the engine did not remove. */
export interface Unremoved {
  /** A container of another project is in them. */
  used: string[]
  /** No container is in them. Engines lose count when containers start and stop at once, until the engine is restarted. */
  empty: string[]
}

/**
 * Removes a project's containers and networks, and its volumes if wanted, one after the other: `docker compose down` gives up
 * at the first network that the engine keeps, and leaves the rest.
 */
export async function sweep(engine: Engine, project: string, volumes: boolean): Promise<Unremoved> {
  for (const { Id } of await engine.containers(project)) await engine.remove(Id)
  if (volumes) for (const { Name } of await engine.volumes(project)) await engine.removeVolume(Name)
  const unremoved: Unremoved = { used: [], empty: [] }
  for (const { Id, Name } of await engine.networks(project)) {
    try {
      await engine.removeNetwork(Id)
    } catch {
      const inIt = await engine.containersIn(Id)
      unremoved[inIt.length === 0 ? 'empty' : 'used'].push(Name)
    }
  }
  return unremoved
}
