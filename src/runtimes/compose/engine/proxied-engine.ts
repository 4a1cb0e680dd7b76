import { Engine } from './engine.ts'

/** The engine as control reaches it, through the proxy: it creates only copies of containers that Compose has created. */
export class ProxiedEngine extends Engine {
  /** Another container like the one of that id or name, with a number of its own in the service; resolves with its id. */
  async copy(id: string, change: { number: number; settings: Record<string, string> }): Promise<string> {
    const { number, settings } = change
    const { Id } = await this.json<{ Id: string }>('POST', `/copy/${id}`, { body: { number, settings } })
    return Id
  }

  /** A container like it in its place and under its name, with other settings; resolves with the new one's id. */
  async replace(id: string, settings: Record<string, string>): Promise<string> {
    const { Id } = await this.json<{ Id: string }>('POST', `/replace/${id}`, { body: { settings } })
    return Id
  }
}
