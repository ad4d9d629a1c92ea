import { dialectRoots } from '../options.ts'
import type { Dialect } from './dialect.ts'

/** PingAM and PingOne Advanced Identity Cloud: their paths, and the form of the identifiers that they give. */
export const pingam: Dialect = {
  rules: {
    name: 'pingam',
    clientIdPrefix: '',
    clientIdForm: 'uuid',
    defaults: {},
    // Its walk-throughs register machine clients with `response_types: ["token"]`.
    repairsContradictions: true,
    refusesUnserved: true,
  },
  paths: {
    roots: dialectRoots['pingam'] ?? [],
    registration: '/register',
    agentRegistration: '/aiagent/register',
    configuration: ['/register?client_id={client_id}'],
    registrationClientUri: '/register?client_id={client_id}',
    aliases: {
      '/access_token': '/token',
      '/token/revoke': '/revoke',
      '/connect/jwk_uri': '/jwks',
      '/connect/endSession': '/logout',
      '/device/code': '/device_authorization',
      '/device/user': '/device',
      '/bc-authorize': '/backchannel',
    },
  },
  answer: {},
  errors: { refusals: [], problems: {}, isBare: false, allowsOptions: true },
}
