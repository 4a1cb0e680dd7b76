import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { FiredrillError } from '../../base/errors.ts'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import type { LintFinding, LintRule } from '../finding.ts'
import { type RuleFile, readRuleFile } from './rule-file.ts'

export interface ReadRuleFiles {
  rules: LintRule[]
  findings: LintFinding[]
  /** Files of folders that hold something else. */
  passedOver: string[]
}

/**
 * The rules of files, and of all YAML files below folders. A file that is named must hold rules; in a folder other files
 * may stand beside those that do, and what cannot be read there is a finding.
 * @throws FD_FILE_UNREADABLE for what is named itself
 */
export async function readRuleFiles(paths: readonly string[], evaluationMs: number): Promise<ReadRuleFiles> {
  const all: ReadRuleFiles = { rules: [], findings: [], passedOver: [] }
  const add = ({ rules, findings }: Pick<RuleFile, 'rules' | 'findings'>) => {
    all.rules.push(...rules)
    all.findings.push(...findings)
  }
  for (const path of paths) {
    const below = await yamlBelow(path)
    if (below === undefined) {
      add(await readOne(path, evaluationMs))
      continue
    }
    let found = false
    for (const file of below) {
      const read = await readOne(file, evaluationMs).catch((error: unknown) => unread(file, error))
      if (read.isRuleFile) add(read)
      else all.passedOver.push(file)
      found ||= read.isRuleFile
    }
    if (!found) add({ rules: [], findings: [nothingBelow(path, below.length)] })
  }
  return all
}

async function readOne(file: string, evaluationMs: number): Promise<RuleFile> {
  return readRuleFile(await readUserFile(file, { maxBytes: fileLimits.written }), evaluationMs, file)
}

/** @throws what is no matter of the file */
function unread(file: string, error: unknown): RuleFile {
  if (!(error instanceof FiredrillError) || error.code !== 'FD_FILE_UNREADABLE') throw error
  const { where: _, cause: __, ...said } = error.details
  return { rules: [], findings: [{ ...aboutFile(file), ...said }], isRuleFile: true }
}

/** The YAML files below a folder, in the order of their names; `undefined` for what is no folder. */
async function yamlBelow(path: string): Promise<string[] | undefined> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) return undefined
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/(?:^|[\\/])node_modules[\\/]/.test(file))
    .sort()
}

function nothingBelow(file: string, count: number): LintFinding {
  const message =
    count === 0 ? 'there are no *.yml or *.yaml files in this folder' : 'there is no rule file in this folder'
  return { ...aboutFile(file), message }
}

const aboutFile = (file: string) => ({ kind: 'not read', rule: '', group: '', file, from: 0, to: 0, text: '' }) as const
