import { describe, expect, it } from 'vitest'
import { realmSchema } from '../../src/config/realm-schema.ts'
import { ownResources, runTimeRealmSchema } from '../../src/config/run-time-realms/run-time-realm-schema.ts'
import { secretSource } from '../../src/config/secret-source.ts'

/** The places at which something is read from a variable or a file of the server’s machine. */
function sourcesIn(schema: unknown, path = ''): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { anyOf, properties } = schema as { readonly anyOf?: unknown; readonly properties?: object }
  if (anyOf === secretSource.anyOf || Object.hasOwn(properties ?? {}, 'file')) return [path]
  return Object.entries(schema).flatMap(([name, member]) => sourcesIn(member, `${path}/${name}`))
}

describe('the definition of a realm made at run time', () => {
  it('has nothing that would be read from the machine of the server, whatever is added to the file one day', () => {
    expect(sourcesIn(realmSchema)).not.toEqual([])
    expect(sourcesIn(runTimeRealmSchema)).toEqual([])
  })

  it('is otherwise what the configuration file has', () => {
    const left = Object.keys(realmSchema.properties).filter((member) => !Object.hasOwn(ownResources, member))
    expect(Object.keys(runTimeRealmSchema.properties)).toEqual(left)
  })
})
