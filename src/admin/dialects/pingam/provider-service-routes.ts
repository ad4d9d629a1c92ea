import { Type } from 'typebox'
import { type JsonObject, type JsonValue, jsonEqual } from '../../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../../admin-route.ts'
import type { AdminPorts } from '../../ports.ts'
import { type MemberProblem, Problem } from '../../problem.ts'
import { realmConfigPath, realmParams, requirePingamRealm } from './pingam-realm.ts'
import { type ProviderAttribute, type ProviderView, providerAttributes } from './provider-attributes.ts'
import { saveProvider } from './save-provider.ts'

const path = `${realmConfigPath}/services/oauth-oidc`
const body = Type.Object({}, { additionalProperties: true })

/** PingAM's OAuth2 Provider service: its settings and its allowlist are our registration settings and the realm's scopes. */
export function providerServiceRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [read(ports), write(ports)]
}

function read(ports: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path,
    summary: 'Read the OAuth2 provider',
    params: realmParams,
    answers: { 200: { description: 'What of it this server has', schema: body } },
    handle: async ({ params }) => {
      requirePingamRealm(ports.realms, params.realm)
      return { status: 200, body: present(await viewOf(ports, params.realm)) }
    },
  })
}

function write(ports: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'PUT',
    path,
    summary: 'Change the OAuth2 provider; what is left out stays as it is',
    params: realmParams,
    body,
    answers: { 200: { description: 'As it is now, and what of the request this server does not have', schema: body } },
    handle: async ({ params, body: sent, actor }) => {
      requirePingamRealm(ports.realms, params.realm)
      const view = await viewOf(ports, params.realm)
      const given = givenAttributes(sent as JsonObject)
      const known = given.filter((one): one is Known => one.attribute !== undefined)
      refuse(400, 'invalid_request', 'the body is not as it should be; see errors', known.flatMap(typeProblem))
      const changed = known.filter(({ attribute, value }) => !isSame(attribute.read(view), value))
      refuse(
        409,
        'not_changeable',
        'some of it is not decided here; see errors',
        changed.flatMap((one) => placeProblem(one, view)),
      )
      const changes = changed.map(({ attribute, value }) => attribute.change?.(value) ?? {})
      await saveProvider({ ports, view, changes, actor })
      const unknown = given.filter(({ attribute }) => attribute === undefined).map(({ pointer }) => pointer)
      return {
        status: 200,
        body: { ...present(await viewOf(ports, params.realm)), ...(unknown.length === 0 ? {} : { _ignored: unknown }) },
      }
    },
  })
}

async function viewOf({ realms, settings, objects, runTimeRealms }: AdminPorts, name: string): Promise<ProviderView> {
  // Read first: that is what makes this node look at what another one has changed.
  const current = await settings.read(name)
  const scopes = await objects.scopes.list(name)
  const managed = await runTimeRealms.find(name)
  const definition = managed?.provisioned === false ? managed.definition : undefined
  const realm = requirePingamRealm(realms, name)
  return { realm, ...current, scopes, ...(definition === undefined ? {} : { definition }) }
}

function present(view: ProviderView): JsonObject {
  const sections: Record<string, JsonObject> = {}
  for (const attribute of providerAttributes) {
    const { section } = attribute
    sections[section] = { ...sections[section], [attribute.name]: attribute.read(view) }
  }
  return { _id: '', _type: { _id: 'oauth-oidc', name: 'OAuth2 Provider', collection: false }, ...sections }
}

interface Given {
  readonly pointer: string
  readonly attribute: ProviderAttribute | undefined
  readonly value: JsonValue
}
type Known = Given & { readonly attribute: ProviderAttribute }

/** Members that begin with an underscore are PingAM's own, and come back with what was read. */
function givenAttributes(sent: JsonObject): readonly Given[] {
  const sections = Object.entries(sent).filter(([section]) => !section.startsWith('_'))
  return sections.flatMap(([section, members]) =>
    isObject(members)
      ? Object.entries(members).map(([name, value]) => ({
          pointer: `/${section}/${name}`,
          attribute: providerAttributes.find((one) => one.section === section && one.name === name),
          value,
        }))
      : [{ pointer: `/${section}`, attribute: undefined, value: members }],
  )
}

function typeProblem({ pointer, attribute: { accepts }, value }: Known): readonly MemberProblem[] {
  return isOfKind[accepts](value) ? [] : [{ pointer, code: 'invalid_value', message: `must be ${accepts}` }]
}

const isOfKind: Readonly<Record<ProviderAttribute['accepts'], (value: JsonValue) => boolean>> = {
  'true or false': (value) => typeof value === 'boolean',
  'a string': (value) => typeof value === 'string',
  'a whole number': (value) => Number.isSafeInteger(value),
  'an array of strings': (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
}

function placeProblem({ pointer, attribute }: Known, { definition }: ProviderView): readonly MemberProblem[] {
  const { change, isDefinition, place } = attribute
  return change === undefined || (isDefinition === true && definition === undefined)
    ? [{ pointer, code: 'not_changeable', message: `is decided by ${place}` }]
    : []
}

/** Lists are sets there. */
function isSame(left: JsonValue, right: JsonValue): boolean {
  return Array.isArray(left) && Array.isArray(right) ? jsonEqual([...left].sort(), [...right].sort()) : jsonEqual(left, right)
}

function refuse(status: number, code: string, detail: string, errors: readonly MemberProblem[]): void {
  if (errors.length > 0) throw new Problem(status, code, detail, { errors })
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
