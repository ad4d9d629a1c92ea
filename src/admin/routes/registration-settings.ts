import { Type } from 'typebox'
import type { JsonObject } from '../../registration/index.ts'
import { type AdminRoute, type Answer, adminRoute } from '../admin-route.ts'
import type { AdminPorts, SettingsAdministration } from '../ports.ts'
import { Problem } from '../problem.ts'
import { realmParams, realmPath, requireRealm } from './realm-path.ts'

const path = `${realmPath}/registration-settings`

export function registrationSettingsRoutes(ports: AdminPorts): readonly AdminRoute[] {
  return [read(ports), replace(ports)]
}

function read({ realms, settings }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'GET',
    path,
    summary: 'Read what is decided about registration',
    params: realmParams,
    answers: {
      200: { description: 'The settings, and whether the configuration file owns them', schema: answerSchema(settings) },
    },
    handle: async ({ params }) => {
      requireRealm(realms, params.realm)
      return answer(settings, params.realm)
    },
  })
}

function replace({ realms, settings }: AdminPorts): AdminRoute {
  return adminRoute({
    method: 'PUT',
    path,
    summary: 'Replace the settings; what is left out goes back to its default',
    params: realmParams,
    body: Type.Object({}, { additionalProperties: true }),
    describedBody: settings.schema,
    answers: { 200: { description: 'The settings as they are now', schema: answerSchema(settings) } },
    handle: async ({ params, body, actor }) => {
      requireRealm(realms, params.realm)
      const outcome = await settings.save(params.realm, body as JsonObject, actor)
      if (outcome === 'provisioned') {
        throw new Problem(
          409,
          'provisioned',
          'the configuration file, or the definition of the realm, owns these settings; change them there, or remove them there first',
        )
      }
      return answer(settings, params.realm)
    },
  })
}

async function answer(settings: SettingsAdministration, realm: string): Promise<Answer> {
  const { settings: current, provisioned, revision } = await settings.read(realm)
  return { status: 200, body: { settings: current, provisioned, revision } }
}

function answerSchema({ schema }: SettingsAdministration): object {
  const properties = { settings: schema, provisioned: { type: 'boolean' }, revision: { type: 'integer' } }
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: false }
}
