import { readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { PolicyType } from '../../registration/index.ts'
import { checkPolicyType } from './check-policy-type.ts'

/** Beside this file whether it is source or compiled, and so is what stands in it. */
const ownFolder = fileURLToPath(new URL('../../registration/policies', import.meta.url))
const ownExtension = extname(import.meta.url)

/** The policy types of a folder; its files are the list. A file that is no policy is a fault of ours. */
export async function loadBuiltInPolicies(folder = ownFolder, extension = ownExtension): Promise<readonly PolicyType[]> {
  const names = await readdir(folder)
  const files = names.filter((name) => extname(name) === extension && !name.endsWith('.d.ts')).sort()
  const loaded = await Promise.all(files.map((file) => loadFile(join(folder, file), basename(file, extension))))
  const problems = loaded.flatMap((type) => ('problems' in type ? type.problems : []))
  if (problems.length > 0) throw new Error(`the policies that come with the server are broken:\n${problems.join('\n')}`)
  return loaded.flatMap((type) => ('policy' in type ? [type.policy] : []))
}

type Loaded = { readonly policy: PolicyType } | { readonly problems: readonly string[] }

async function loadFile(path: string, name: string): Promise<Loaded> {
  const module: { readonly default?: unknown } = await import(pathToFileURL(path).href)
  const problems = checkPolicyType(asAnOperatorWouldWriteIt(module.default), name)
  if (problems.length > 0) return { problems: problems.map((problem) => `  ${path}: ${problem}`) }
  return { policy: module.default as PolicyType }
}

/** What is behind `jwks_uri` is shown to our own policies alone: an operator's run elsewhere, and are asked one question. */
function asAnOperatorWouldWriteIt(policy: unknown): unknown {
  if (typeof policy !== 'object' || policy === null) return policy
  const { remoteKeys: _ours, ...rest } = policy as Partial<PolicyType>
  return rest
}
