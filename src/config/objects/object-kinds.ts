import { type TSchema, Type } from 'typebox'
import {
  type IdentityProvider,
  type JsonObject,
  type PolicyTypes,
  type Realm,
  readPolicyOptions,
  resourceIdOf,
  type StatementIssuer,
  violationsOf,
} from '../../registration/index.ts'
import { webhookSecret } from '../../webhooks/options.ts'
import type { RealmObjectKind, Webhook } from '../ports.ts'
import type { Problem } from '../problem.ts'
import { assertionAudienceSchema } from './assertion-audience-schema.ts'
import { assertionIssuerSchema } from './assertion-issuer-schema.ts'
import { directorySchema } from './directory-schema.ts'
import { extendedPropertySchema } from './extended-property-schema.ts'
import { identityProviderSchema } from './identity-provider-schema.ts'
import { policyInstanceSchema } from './policy-instance-schema.ts'
import { problemOfWebhookUrl } from './problem-of-webhook-url.ts'
import { problemsOfCaBundle } from './problems-of-ca-bundle.ts'
import { problemsOfTrustedCa } from './problems-of-trusted-ca.ts'
import { resourceSchema } from './resource-schema.ts'
import { scopeGroupSchema, scopeSchema } from './scope-schemas.ts'
import { sharedSecretLengthMin } from './shared-secret.ts'
import { statementIssuerSchema } from './statement-issuer-schema.ts'
import { trustedCaSchema } from './trusted-ca-schema.ts'
import type { Seal } from './unsealed.ts'
import { webhookSchema } from './webhook-schema.ts'

/** How administrators handle one kind of object. */
export interface ObjectKind {
  readonly kind: RealmObjectKind
  /** Where it stands in the file, and among the members of a realm. */
  readonly member: ObjectMember
  readonly idMember: 'id' | 'name'
  /** What they write. */
  readonly schema: TSchema
  /** What no other object has a say in. */
  readonly check?: (written: JsonObject, realm: Realm) => readonly Problem[]
  /** From what is written to what is kept; `previous`: what was kept so far. A secret that is missing for good is a problem. */
  readonly keep?: (written: JsonObject, previous: JsonObject | undefined, ports: KeepingPorts) => JsonObject | Problem
  /** What they see of it. */
  readonly show?: (kept: JsonObject) => JsonObject
}

export interface KeepingPorts {
  readonly seal: Seal
  readonly policyTypes: PolicyTypes
}

export type ObjectMember =
  | 'scopes'
  | 'scopeGroups'
  | 'extendedProperties'
  | 'policies'
  | 'statementIssuers'
  | 'trustedCas'
  | 'assertionIssuers'
  | 'assertionAudiences'
  | 'webhooks'
  | 'resources'
  | 'identityProviders'
  | 'directories'

const givenSecret = (description: string) =>
  Type.Optional(Type.String({ minLength: sharedSecretLengthMin, maxLength: 1024, description }))
const missing = (path: Problem['path'], accepted = `a secret of at least ${sharedSecretLengthMin} characters`): Problem => ({
  path,
  message: `is missing; give ${accepted}`,
})
const signingSecret = Type.String({
  ...webhookSecret,
  description:
    'What deliveries are signed with; never shown. Left out of a change, it stays. Several, with a space between them: each signs.',
})

const webhook: ObjectKind = {
  kind: 'webhook',
  member: 'webhooks',
  idMember: 'id',
  schema: webhookSchema(Type.Optional(signingSecret)),
  check: ({ url }, { development }) => {
    const message = problemOfWebhookUrl(String(url), development)
    return message === undefined ? [] : [{ path: ['url'], message }]
  },
  keep: ({ secret, ...rest }, previous, { seal }) => {
    const sealedSecret = typeof secret === 'string' ? seal(secret) : (previous as Webhook | undefined)?.sealedSecret
    return sealedSecret === undefined ? missing(['secret'], webhookSecret.accepts) : { ...rest, sealedSecret }
  },
  show: ({ sealedSecret: _, ...rest }) => rest,
}

const statementIssuer: ObjectKind = {
  kind: 'statement-issuer',
  member: 'statementIssuers',
  idMember: 'id',
  schema: statementIssuerSchema(givenSecret('The shared secret; never shown. Left out of a change, it stays.')),
  keep: (written, previous, { seal }) => {
    const keys = written['keys'] as { readonly kind: string; readonly secret?: string }
    if (keys.kind !== 'secret') return written
    const known = (previous as unknown as StatementIssuer | undefined)?.keys
    const kept = known?.kind === 'secret' ? known.sealed : undefined
    const sealed = keys.secret === undefined ? kept : seal(keys.secret)
    return sealed === undefined ? missing(['keys', 'secret']) : { ...written, keys: { kind: 'secret', sealed } }
  },
  show: (kept) => {
    const { kind } = kept['keys'] as { readonly kind: string }
    return kind === 'secret' ? { ...kept, keys: { kind } } : kept
  },
}

const usesSecret = ({ authMethod }: JsonObject): boolean =>
  authMethod === 'client_secret_basic' || authMethod === 'client_secret_post'

const identityProvider: ObjectKind = {
  kind: 'identity-provider',
  member: 'identityProviders',
  idMember: 'id',
  schema: identityProviderSchema(
    Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'The client secret that the provider gave; never shown. Left out of a change, it stays, if the issuer does.',
      }),
    ),
  ),
  keep: ({ secret, ...rest }, previous, { seal }) => {
    if (!usesSecret(rest)) return typeof secret === 'string' ? { ...rest, sealedSecret: '' } : rest
    const known = previous as unknown as IdentityProvider | undefined
    // Another issuer would otherwise be told the secret of this one.
    const kept = known?.issuer === rest['issuer'] ? known?.sealedSecret : undefined
    const sealedSecret = typeof secret === 'string' ? seal(secret) : kept
    return sealedSecret === undefined ? missing(['secret'], 'the client secret of this issuer') : { ...rest, sealedSecret }
  },
  show: ({ sealedSecret: _, ...rest }) => rest,
}

const policy: ObjectKind = {
  kind: 'policy',
  member: 'policies',
  idMember: 'id',
  schema: policyInstanceSchema,
  // As they are judged by, so that nobody has to know the defaults; what is wrong with them is told with the rest.
  keep: (written, _previous, { policyTypes }) => {
    const type = policyTypes.find(String(written['policy']))
    const options = written['options'] as JsonObject
    if (type === undefined || violationsOf(() => readPolicyOptions(type, options)).length > 0) return written
    return { ...written, options: readPolicyOptions(type, options) }
  },
}

const directory: ObjectKind = {
  kind: 'directory',
  member: 'directories',
  idMember: 'id',
  schema: directorySchema(
    Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'Of `bindDn`; never shown. Left out of a change, it stays.' }),
    ),
    {
      ca: Type.Optional(Type.String({ minLength: 1, maxLength: 65_536, description: 'What its certificate chains to, in PEM.' })),
    },
  ),
  check: ({ ca }) => (typeof ca === 'string' ? problemsOfCaBundle(ca).map((message) => ({ path: ['ca'], message })) : []),
  keep: ({ bindPassword, ...rest }, previous, { seal }) => {
    const known = rest['bindDn'] === previous?.['bindDn'] ? previous?.['sealedBindPassword'] : undefined
    const sealedBindPassword = typeof bindPassword === 'string' ? seal(bindPassword) : known
    return { ...rest, ...(sealedBindPassword === undefined ? {} : { sealedBindPassword }) }
  },
  show: ({ sealedBindPassword: _, ...rest }) => rest,
}

export const objectKinds = {
  scopes: { kind: 'scope', member: 'scopes', idMember: 'name', schema: scopeSchema },
  scopeGroups: { kind: 'scope-group', member: 'scopeGroups', idMember: 'name', schema: scopeGroupSchema },
  extendedProperties: {
    kind: 'extended-property',
    member: 'extendedProperties',
    idMember: 'name',
    schema: extendedPropertySchema,
  },
  policies: policy,
  statementIssuers: statementIssuer,
  trustedCas: {
    kind: 'trusted-ca',
    member: 'trustedCas',
    idMember: 'id',
    schema: trustedCaSchema,
    check: ({ pem, crls }) => problemsOfTrustedCa(String(pem), crls as readonly string[]),
  },
  assertionIssuers: { kind: 'assertion-issuer', member: 'assertionIssuers', idMember: 'id', schema: assertionIssuerSchema },
  assertionAudiences: {
    kind: 'assertion-audience',
    member: 'assertionAudiences',
    idMember: 'id',
    schema: assertionAudienceSchema,
  },
  webhooks: webhook,
  directories: directory,
  resources: {
    kind: 'resource',
    member: 'resources',
    idMember: 'id',
    schema: resourceSchema,
    keep: (written) => ({ id: resourceIdOf(String(written['identifier'])), ...written }),
  },
  identityProviders: identityProvider,
} as const satisfies Readonly<Record<ObjectMember, ObjectKind>>
