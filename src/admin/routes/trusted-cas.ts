import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import type { JsonObject } from '../../registration/index.ts'
import { type AdminRoute, adminRoute } from '../admin-route.ts'
import type { AdminPorts, ManagedObject, TrustedCaReader } from '../ports.ts'
import { type MemberProblem, Problem } from '../problem.ts'
import { createObject, type ObjectResource, objectRoutes } from './realm-objects.ts'
import { realmParams, realmPath } from './realm-path.ts'

const pemTypes = ['application/x-pem-file', 'application/pem-certificate-chain']
/** A revocation list of a large authority. */
const bodyBytesMax = 16_777_216

export function trustedCaRoutes(ports: AdminPorts): readonly AdminRoute[] {
  const resource = trustedCas(ports)
  const [list, , ...single] = objectRoutes(ports, resource)
  return [list, importPem(ports, resource), ...single.map((route) => ({ ...route, bodyBytesMax }))].filter(
    (route) => route !== undefined,
  )
}

function trustedCas({ objects, trustedCas: reader, now }: AdminPorts): ObjectResource {
  return {
    name: 'trusted-cas',
    one: 'a trusted CA',
    objects: objects.trustedCas,
    complete: withId,
    check: (written) => checkCertificates(written, reader, now()),
    extra: (object) => describe(object, reader, now()),
  }
}

/** JSON, or the PEM as it lies in a file. */
function importPem(ports: AdminPorts, resource: ObjectResource): AdminRoute {
  return adminRoute({
    method: 'POST',
    path: `${realmPath}/trusted-cas`,
    summary: 'Import a certificate authority; a PEM file as it is, or JSON with its revocation lists',
    params: realmParams,
    query: Type.Object(
      { id: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$', description: 'Of a PEM file.' })) },
      { additionalProperties: false },
    ),
    body: Type.Union([Type.String({ minLength: 1 }), Type.Object({}, { additionalProperties: true })]),
    describedBody: withoutRequiredId(resource.objects.schema),
    otherMediaTypes: pemTypes,
    bodyBytesMax,
    answers: { 201: { description: 'As it is now, with what the certificate says', schema: { type: 'object' } } },
    handle: async ({ params, query, body, actor }) => {
      const pem = typeof body === 'string' ? { pem: body, ...(query.id === undefined ? {} : { id: query.id }) } : body
      return createObject(ports, resource, { realm: params.realm, body: pem as JsonObject, actor })
    },
  })
}

/** The same certificate gets the same id wherever it is imported. */
function withId(written: JsonObject): JsonObject {
  const { id, pem } = written
  if (id !== undefined || typeof pem !== 'string') return written
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  return { id: createHash('sha256').update(der).digest('hex').slice(0, 16), ...written }
}

/** @throws Problem */
export function checkCertificates({ pem, crls }: JsonObject, reader: TrustedCaReader, at: number): void {
  if (typeof pem !== 'string') return
  const ca = reader.describe(pem, at)
  const errors: readonly MemberProblem[] =
    'problem' in ca
      ? [memberProblem('/pem', ca.problem)]
      : listsOf(crls).flatMap((crl, index) => {
          const list = reader.describeList(crl, pem, at)
          return 'problem' in list ? [memberProblem(`/crls/${index}`, list.problem)] : []
        })
  if (errors.length > 0)
    throw new Problem(422, 'not_accepted', 'the certificate authority cannot be trusted like this; see errors', { errors })
}

function memberProblem(pointer: string, message: string): MemberProblem {
  return { pointer, code: 'invalid_value', message }
}

function listsOf(crls: unknown): readonly string[] {
  return Array.isArray(crls) ? crls.filter((crl) => typeof crl === 'string') : []
}

function describe({ definition }: ManagedObject, reader: TrustedCaReader, at: number): object {
  const pem = String(definition['pem'])
  const certificate = reader.describe(pem, at)
  if ('problem' in certificate) return { problem: certificate.problem }
  return { certificate, revocationLists: listsOf(definition['crls']).map((crl) => reader.describeList(crl, pem, at)) }
}

function withoutRequiredId(schema: object): object {
  const { required = [], ...rest } = schema as { readonly required?: readonly string[] }
  return { ...rest, required: required.filter((name) => name !== 'id') }
}
