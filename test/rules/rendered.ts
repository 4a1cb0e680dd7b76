import { join } from 'node:path'
import { writeAtomically } from '../../src/base/files/files.ts'
import { shippedObjectives } from '../../src/slo/document/load-objectives.ts'
import type { Context } from '../../src/stack/part.ts'
import { preferredContext, renderAll } from '../../src/stack/preferred-context.ts'
import type { Profile } from '../../src/stack/profile.ts'
import type { StackSettings } from '../../src/stack/settings.ts'
import { describeStack } from '../../src/stack/topology.ts'

/** Writes the whole configuration into a folder, as a stack that lives there would have it. */
export async function writeConfiguration(
  folder: string,
  profile: Profile,
  settings: StackSettings,
  more: Partial<Context> = {},
): Promise<void> {
  const topology = describeStack(profile, settings)
  const inFolder = (part: string): Context => ({
    ...preferredContext(topology, part),
    file: (name) => join(folder, name),
    secretFile: (name) => join(folder, 'secrets', name),
    ...more,
  })
  await writeAtomically(join(folder, 'secrets', 'webhook'), 'the webhook token', 0o600)
  for (const [name, content] of renderAll(topology)) await writeAtomically(join(folder, name), content)
  for (const file of topology.files) {
    await writeAtomically(join(folder, file.name), file.render(inFolder(file.part)), file.secret ? 0o600 : 0o644)
  }
}

/** The objectives that ship, and Slack and e-mail as somebody could have set them up. */
export const notifiedPeople: StackSettings = {
  objectives: await shippedObjectives(),
  runbooks: 'https://runbooks.test',
  slack: { webhookUrl: 'https://hooks.slack.test/T/B/very-secret', channel: '#on-call' },
  email: {
    smarthost: 'mail.test:587',
    from: 'firedrill@example.test',
    to: 'on-call@example.test',
    login: { username: 'firedrill', password: 'very-secret' },
    requireTls: true,
  },
}
