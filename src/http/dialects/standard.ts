import { standardDialect } from '../../registration/index.ts'
import type { Dialect } from './dialect.ts'

/** RFC 7591 and RFC 7592 as they are written. Every realm speaks it. */
export const standard: Dialect = {
  rules: standardDialect,
  paths: {
    registration: '/register',
    agentRegistration: '/register-agent',
    configuration: ['/register/{client_id}'],
    registrationClientUri: '/register/{client_id}',
    aliases: {},
  },
  answer: {},
  errors: { refusals: [], problems: {}, isBare: false, allowsOptions: true },
}
