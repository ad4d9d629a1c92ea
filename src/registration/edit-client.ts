import { type Administration, findAdministered } from './administer-client.ts'
import { admitClient } from './admit-client.ts'
import type { Client, JsonObject, JsonValue } from './client.ts'
import { clientEvent } from './client-event.ts'
import { informationOf } from './client-information.ts'
import { appliedLimits, commitWithinLimits } from './commit-within-limits.ts'
import { reviseClientSecrets } from './credentials/client-secret.ts'
import { describeAdmission } from './describe-admission.ts'
import { changedMembers, lockedMembersOf } from './judge-metadata.ts'
import { mergePatch } from './merge-patch.ts'
import { searchableProperties } from './metadata/index.ts'
import { newDecisionRecord } from './policy-authority/decision-record.ts'
import type { Ports } from './ports.ts'
import { Refusal } from './refusal.ts'
import { requesterForClient } from './requester.ts'
import { type ClientInformation, standardDialect } from './requests.ts'
import { reviseAdmission } from './revise-admission.ts'
import { withoutScopeCeiling } from './without-scope-ceiling.ts'

/**
 * An administrator's edit: `body` replaces the metadata, or is merged into it (RFC 7396). It is judged like the client's own
 * update, by the policies that are about metadata.
 */
export async function editClient(
  administration: Administration,
  { body, isMerge }: { readonly body: JsonValue; readonly isMerge: boolean },
  ports: Ports,
): Promise<ClientInformation | undefined> {
  const client = await findAdministered(administration, ports)
  if (client === undefined) return undefined
  const { actor, client_id } = administration
  const isOwn = client.channel === 'administrator' || client.channel === 'provisioned'
  const realm = isOwn ? withoutScopeCeiling(administration.realm) : administration.realm
  const patch = isMerge ? objectOf(body) : undefined
  const admitted = await admitClient(
    {
      ...{ realm, dialect: standardDialect, operation: 'update', client_id, client, boundPolicies: client.boundPolicies },
      body: patch === undefined ? body : mergePatch(client.metadata as JsonObject, patch),
      ...(patch === undefined ? {} : { patch }),
      ...{ defaults: {}, locked: lockedMembersOf(client), isStatementRequired: false },
      requesterOf: () => requesterForClient(client, {}, { isAdministrator: true }),
    },
    ports,
    newDecisionRecord(),
  )
  const now = ports.now()
  const { metadata } = admitted.judged
  const issuing = { vault: ports.vault, entropy: ports.entropy, settings: realm.registration, now }
  const secret = reviseClientSecrets(client, metadata, false, issuing)
  const after: Client = {
    ...reviseAdmission(client, admitted, now),
    metadata,
    secrets: secret.stored,
    updatedAt: now,
    revision: client.revision + 1,
  }
  const details = { changed: changedMembers(client.metadata, metadata), ...describeAdmission(admitted) }
  const change = {
    realm: realm.name,
    replace: { client: after, ifRevision: client.revision },
    searchable: searchableProperties(metadata, realm),
    ...(admitted.request.use.length === 0 ? {} : { use: admitted.request.use }),
    at: now,
    event: clientEvent('client.updated', after, { actor, source: {}, details }),
  }
  await commitWithinLimits(change, appliedLimits(admitted.judged.limits, 'update', after), ports.store)
  return informationOf(after, { client_secret: secret.value, registration_access_token: undefined })
}

function objectOf(body: JsonValue): JsonObject {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject
  throw new Refusal('invalid_client_metadata', 'the body must be one JSON object with client metadata members')
}
