import { readdirSync } from 'node:fs'
import type { PolicyType, PolicyTypes } from '../../src/registration/index.ts'

const folder = new URL('../../src/registration/policies/', import.meta.url)

/** Every policy of the folder, as the server finds them: by being there. */
export async function loadPolicyFolder(): Promise<PolicyTypes> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)))
  const types = modules.map((module: { readonly default: PolicyType }) => module.default)
  return { all: () => types, find: (name) => types.find((type) => type.name === name) }
}
