import type { JsonObject, PolicyTypes } from '../../registration/index.ts'
import type { Configuration, RealmDefinition } from '../configuration.ts'
import { createIssuerIndex } from '../issuer-index.ts'
import type { Seal } from '../objects/unsealed.ts'
import type { RealmState } from '../ports.ts'
import { type SealedDefinition, sealDefinition } from '../snapshot.ts'
import { withMtlsIssuer } from '../with-mtls-issuer.ts'
import { type ResolvedDefinition, resolveDefinition } from './resolve-definition.ts'

/** What realms are by definition: the file's word, and for all other names that of administrators. */
export interface Definitions {
  ofFile(name: string): SealedDefinition | undefined
  /** Of these realms, those that can be served; the others are told to the operator, once. */
  served(names: Iterable<string>, states: ReadonlyMap<string, RealmState>): Promise<ReadonlyMap<string, SealedDefinition>>
  readonly fileNames: readonly string[]
  /** What somebody wrote, by itself. */
  resolve(name: string, written: JsonObject): Promise<ResolvedDefinition>
}

export interface DefinitionsPorts {
  readonly policyTypes: PolicyTypes
  readonly seal: Seal
  readonly warn: (line: string) => void
}

/** For one configuration: another one judges anew what administrators wrote. */
export function createDefinitions(configuration: Configuration, { policyTypes, seal, warn }: DefinitionsPorts): Definitions {
  const sealed = (realm: RealmDefinition): SealedDefinition =>
    sealDefinition({ ...realm, base: withMtlsIssuer(realm.base, configuration) }, seal)
  const file = new Map(configuration.realms.map((realm) => [realm.name, sealed(realm)]))
  const issuersOfFile = createIssuerIndex(configuration.realms.map(({ base }) => base))
  const known = new Map<string, { readonly mark: string; readonly definition: SealedDefinition | undefined }>()
  const told = new Set<string>()

  const tell = (line: string): undefined => {
    if (!told.has(line)) warn(line)
    told.add(line)
  }

  const resolve = (name: string, written: JsonObject, isJudged = false): Promise<ResolvedDefinition> =>
    resolveDefinition(name, written, { configuration, policyTypes, isJudged })

  // Nodes are compared by what is stored: its digest is the same for all of them.
  const read = async ({
    name,
    definition: written = {},
    definitionDigest: digest = '',
  }: RealmState): Promise<SealedDefinition | undefined> => {
    const { definition, problems } = await resolve(name, written, true)
    const collision = definition === undefined ? undefined : issuersOfFile.collisionOf(definition.base)
    if (definition !== undefined && collision === undefined) return { ...sealed(definition), digest }
    const reasons = [...problems.map(({ path, message }) => [...path, message].join(' ')), ...(collision ? [collision] : [])]
    return tell(`realm ${name}, made at run time, is not served: ${reasons.join('; ')}`)
  }

  const ofStored = async (name: string, state: RealmState | undefined): Promise<SealedDefinition | undefined> => {
    if (state?.definition === undefined) return undefined
    const mark = `${state.incarnation} ${state.definitionDigest}`
    const before = known.get(name)
    const definition = before?.mark === mark ? before.definition : await read(state)
    known.set(name, { mark, definition })
    return definition
  }

  const find = async (name: string, state: RealmState | undefined): Promise<SealedDefinition | undefined> => {
    const own = file.get(name)
    if (own === undefined) return ofStored(name, state)
    if (state?.definition !== undefined)
      tell(`realm ${name} was made at run time and is in the configuration file as well; the file has the say`)
    return own
  }

  return {
    ofFile: (name) => file.get(name),
    fileNames: [...file.keys()],
    resolve: (name, written) => resolve(name, written),
    async served(names, states) {
      const found = new Map<string, SealedDefinition>()
      for (const name of names) {
        const definition = await find(name, states.get(name))
        if (definition !== undefined) found.set(name, definition)
      }
      return found
    },
  }
}
