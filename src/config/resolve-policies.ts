import { Type } from 'typebox'
import type { PolicyType, PolicyTypes } from '../registration/index.ts'
import { complain, type Draft, isSound } from './draft.ts'
import type { PolicyFolder } from './policies/create-policy-types.ts'
import { loadBuiltInPolicies } from './policies/load-built-in-policies.ts'
import { startOperatorPolicies } from './policies/operator-policies.ts'
import { type Problems, readPolicyCode } from './policies/policy-code.ts'
import type { HostLog } from './policies/policy-host.ts'
import { besideFile } from './resolve-secret.ts'

export interface ResolvedPolicies {
  readonly folder?: PolicyFolder
  /** To check instances against. What judges is started anew when the server is; it runs the very code that was read here. */
  readonly types: PolicyTypes
}

/** Reads the operator's folder and tries every file of it, in a thread that is gone afterwards. */
export async function resolvePolicies(draft: Draft): Promise<ResolvedPolicies> {
  const builtIn = await loadBuiltInPolicies()
  const operator = await resolveFolder(draft, builtIn)
  const all = [...builtIn, ...(operator?.types ?? [])]
  const byName = new Map(all.map((type) => [type.name, type]))
  // That an instance has no policy is no second problem where the policies themselves have one.
  const missing = isSound(draft, 'policies') ? undefined : standIn
  const types: PolicyTypes = { find: (name) => byName.get(name) ?? missing, all: () => all }
  return operator === undefined ? { types } : { folder: operator.folder, types }
}

const standIn: PolicyType = {
  ...{ name: 'stand-in', summary: '', cites: [], options: Type.Object({}), concerns: 'metadata' },
  judge: () => [],
  examples: { options: {}, allows: [], refuses: [] },
}

interface ResolvedFolder {
  readonly folder: PolicyFolder
  readonly types: readonly PolicyType[]
}

async function resolveFolder(draft: Draft, builtIn: readonly PolicyType[]): Promise<ResolvedFolder | undefined> {
  const written = draft.file.policies
  if (written === undefined || !isSound(draft, 'policies')) return undefined
  const { folder: path, ...limits } = written
  const folder = besideFile(draft, path)
  const read = await readPolicyCode(folder)
  if ('problems' in read) return complainOfFiles(draft, read)
  const started = await startOperatorPolicies({ ...read, limits, builtIn: builtIn.map(({ name }) => name), log: silence })
  if ('problems' in started) return complainOfFiles(draft, started)
  await started.policies.stop()
  return { folder: { folder, ...read, limits }, types: started.policies.types }
}

function complainOfFiles(draft: Draft, { problems }: Problems): undefined {
  for (const { file, message } of problems) complain(draft, ['policies', 'folder'], `${file}: ${message}`)
}

/** What a file prints is told when the server runs it. */
const silence: HostLog = { fault: () => undefined, printed: () => undefined }
